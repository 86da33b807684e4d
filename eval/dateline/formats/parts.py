"""Records taken apart for annotation tools, and put together again.

Every tool has a place for a span with a label, and for some labels beside it. What a tool has no place for is the
`rest`: an object that is carried as JSON in a note. What the tool shows is never in the rest too, so that nothing an
annotator changes is overruled by an old note.

`text`, `doc_id` and `segment_id` follow from the offsets. They stand in the rest only where a record says something
else; null says that it leaves the key out. A stance that names its evidence by `segment_ids` alone is shown from the
first to the last of them; `"start": null` in its rest says so, and counts as long as the span is not moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.decoding import KINDS, strict
from dateline.files import NOT_JSON
from dateline.formats.common import Intake, as_dictionary
from dateline.formats.texts import Base
from dateline.inputs import definitions
from dateline.model import Prediction
from dateline.soundness import RAW

OTHER = KINDS["entities"]
"""The label of an entity whose type a tool cannot show: the type is in the rest."""

IDENTIFIERS: dict[str, tuple[str, ...]] = {"entities": ("entity_id", "wikidata"), "figures": ("fact_id",)}
"""Layer -> fields that hold a name of something outside the text."""

_WIKIDATA = "http://www.wikidata.org/entity/"
_ITEM = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/)?(Q[1-9][0-9]*)")
_LAYERS = {kind: layer for layer, kind in KINDS.items()}
_DERIVED = ("doc_id", "segment_id", "text")


class Part(NamedTuple):
    """A record as a tool shows it. `label` is the type of an entity, and the kind of any other record ("figure").

    `attributes` are the fields that have a vocabulary, and `rest` is all else. The span counts in the raw text, or,
    while reading, in whatever text the tool annotated.
    """

    layer: str
    start: int
    end: int
    label: str
    attributes: dict[str, str]
    rest: dict[str, Any]


def vocabulary(layer: str, corpus: Corpus) -> dict[str, dict[str, str]]:
    """Field -> label -> description for all labels that records of a layer may have; the codebook counts as one."""
    kinds = ("entity", "mention") if layer == "entities" else (KINDS[layer],)
    known = definitions()
    fields = {field: labels for kind in kinds for field, labels in known[kind].items() if field in _fields(layer)}
    found = {field: {label: one["description"] for label, one in labels.items()} for field, labels in fields.items()}
    if layer == "stances":
        found["concept_id"] = {name: concept.proposition for name, concept in corpus.concepts.items()}
    return found


def _fields(layer: str) -> tuple[str, ...]:
    return strict(KINDS[layer]).__struct_fields__


def settable(layer: str, corpus: Corpus) -> frozenset[str]:
    """The fields that a tool may set to a plain name: those with a vocabulary, the type apart, and identifiers."""
    return frozenset((*vocabulary(layer, corpus), *IDENTIFIERS.get(layer, ()))) - {"type"}


def all_settable(corpus: Corpus) -> dict[str, frozenset[str]]:
    """Layer -> what is `settable`."""
    return {layer: settable(layer, corpus) for layer in KINDS}


def labels(corpus: Corpus) -> dict[str, str]:
    """The labels that a tool offers for spans, with their descriptions: types of entities, and the other kinds."""
    kinds = {kind: f"{kind.capitalize()}: see its attributes." for layer, kind in KINDS.items() if layer != "entities"}
    return {**vocabulary("entities", corpus)["type"], **kinds, OTHER: "An entity whose type is in the note."}


def parts(prediction: Prediction, document: GoldDocument, corpus: Corpus) -> list[Part]:
    """The records of a prediction, layer by layer, taken apart."""
    line = as_dictionary(prediction)
    fields = {layer: [*vocabulary(layer, corpus)] for layer in KINDS if line.get(layer)}
    return [_apart(layer, record, document, fields[layer]) for layer in fields for record in line[layer]]


def _apart(layer: str, record: Mapping[str, Any], document: GoldDocument, fields: Sequence[str]) -> Part:
    rest = dict(record)
    attributes = {field: rest.pop(field) for field in fields if field in rest}
    label = attributes.pop("type", KINDS[layer])
    if layer == "entities" and label in KINDS.values():
        rest["type"], label = label, OTHER
    start, end = rest.pop("start", None), rest.pop("end", None)
    derived = _derived(layer, document, document.text, start, end)
    differing = {name: rest.get(name) for name, value in derived.items() if rest.get(name) != value}
    rest = {name: value for name, value in rest.items() if name not in derived} | differing
    if start is None or end is None:
        start, end = _extent(rest, document) or (0, len(document.text))
        rest["start"] = None
    return Part(layer, start, end, label, attributes, rest)


def _derived(layer: str, document: GoldDocument, text: str, start: int | None, end: int | None) -> dict[str, str]:
    """What a record says twice when it says it."""
    known = {"doc_id": document.doc_id}
    if start is None or end is None:
        return known
    if layer != "segments":
        known["segment_id"] = document.segment_id(start)
    return {**known, "text": text[start:end]}


def _extent(rest: Mapping[str, Any], document: GoldDocument) -> tuple[int, int] | None:
    """From the first to the last of a stance's segments; None where it names none that there is."""
    named = rest.get("segment_ids")
    wanted = [segment for segment in document.segments if isinstance(named, list) and segment.id in named]
    return (min(one.start for one in wanted), max(one.end for one in wanted)) if wanted else None


def record_of(part: Part, base: Base) -> dict[str, Any]:
    """The record of a part, as in a line of a prediction file whose offsets count in the text of the base."""
    rest = dict(part.rest)
    unplaced = "start" in rest and rest.pop("start") is None and (part.start, part.end) == _extent(rest, base.document)
    kind = rest.pop("type", OTHER) if part.label == OTHER else part.label
    found = {**rest, **part.attributes, **({"type": kind} if part.layer == "entities" else {})}
    if not unplaced:
        found |= {"start": part.start, "end": part.end}
    if base.offsets == RAW:
        span = (None, None) if unplaced else (part.start, part.end)
        found = {**_derived(part.layer, base.document, base.text, *span), **found}
    return {name: value for name, value in found.items() if name not in _DERIVED or value is not None}


def layer_of(label: str) -> str:
    """The layer of a span with this label: any label but those of the other kinds is the type of an entity."""
    return _LAYERS.get(label, "entities")


def with_label_in_rest(part: Part) -> Part:
    """The part of an entity with its type in the rest, for a tool that cannot show this label."""
    return part._replace(label=OTHER, rest={**part.rest, "type": part.label})


_SAID = ("system", "error")


def head_of(prediction: Prediction) -> dict[str, Any]:
    """What a prediction says beside its records: the layers that it attempts, the system, why there is nothing."""
    said = {name: value for name in _SAID if (value := getattr(prediction, name)) is not None}
    return {"layers": [layer for layer in KINDS if getattr(prediction, layer) is not None], **said}


class Draft:
    """What has been read of one document. Without a head, the layers that any document has count as attempted."""

    def __init__(self, base: Base, path: Path, head: object = None) -> None:
        self.base = base
        self.path = path
        self.head = head if isinstance(head, dict) else None
        self.records: list[tuple[str, dict[str, Any], int]] = []  # layer, record, line

    def add(self, part: Part, line: int = 0) -> None:
        """One more record, and the line it came from."""
        self.records.append((part.layer, record_of(part, self.base), line))

    def quote(self, part: Part, quote: Mapping[str, str], line: int = 0) -> None:
        """One more record that has no place but a quotation: `text`, and perhaps `prefix` and `suffix`."""
        record = record_of(part, self.base)
        kept = {name: value for name, value in record.items() if name not in ("start", "end", "segment_id")}
        self.records.append((part.layer, {**kept, **quote}, line))

    def layers(self) -> set[str]:
        """The layers that the document has, or says that it attempts."""
        named = self.head.get("layers") if self.head else None
        said = {layer for layer in KINDS if isinstance(named, list) and layer in named}
        return said | {layer for layer, _, _ in self.records}


def gather(drafts: Iterable[Draft], intake: Intake) -> None:
    """Put what was read of each document into the intake; of two for one document, the second is an error."""
    known: dict[str, Draft] = {}
    for draft in drafts:
        doc_id = draft.base.document.doc_id
        if doc_id in known:
            intake.refuse("duplicate-document", f"{doc_id!r} was read before", "each document once", path=draft.path)
        else:
            known[doc_id] = draft
    common = {layer for draft in known.values() for layer in draft.layers() if draft.head is None}
    for doc_id, draft in known.items():
        _give(doc_id, draft, draft.layers() | (common if draft.head is None else set()), intake)


def _give(doc_id: str, draft: Draft, layers: set[str], intake: Intake) -> None:
    line = intake.document(doc_id, path=draft.path)
    line |= {name: draft.head[name] for name in _SAID if draft.head and name in draft.head}
    if draft.base.offsets != RAW:
        line["offsets"] = draft.base.offsets
    for layer in (layer for layer in KINDS if layer in layers):
        intake.layer(doc_id, layer, path=draft.path)
    for layer, record, number in draft.records:
        intake.add(doc_id, layer, record, number, draft.path)


def item_address(item: str) -> str:
    """The address of a Wikidata item, as knowledge bases and linked data name it."""
    return f"{_WIKIDATA}{item}"


def item_of(address: str) -> str | None:
    """The Wikidata item that is meant by its address or its identifier; None for anything else."""
    match = _ITEM.fullmatch(address)
    return match[1] if match else None


def decoded(note: str) -> dict[str, Any] | None:
    """The object in a note of a tool; None for a note that holds no JSON object, such as a remark by an annotator."""
    try:
        found = msgspec.json.decode(note.encode("utf-8", "surrogatepass"))
    except NOT_JSON:
        return None
    return found if isinstance(found, dict) else None
