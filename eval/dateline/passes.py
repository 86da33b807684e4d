"""Annotation passes: what one annotator said of the documents of a corpus, before adjudication.

A pass is a folder with a file for each layer that was annotated: segments.jsonl, errata.jsonl, registry.jsonl (its own
entities), entities.jsonl, figures.jsonl, stances.jsonl. The segments are the annotator's own, made from the raw text
alone; the records of all other layers name the segments of the corpus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.decoding import KINDS
from dateline.errors import InputError, Problem
from dateline.files import Line, fail, read_lines, wrong_byte
from dateline.guidelines import Quotation
from dateline.model import Entity, Erratum, Figure, Mention, Prediction, Record, Segment, Stance
from dateline.soundness import Ground, faults, ground
from dateline.validation import Finding, dotted, problems, quote

REGISTRY = "registry"
GOLD = "gold"
"""The name under which the gold of the corpus takes part, as if it were a pass."""

LAYERS: dict[str, tuple[str, type[Record]]] = {
    "segments": ("segment", Segment),
    "errata": ("erratum", Erratum),
    REGISTRY: ("entity", Entity),
    "entities": ("mention", Mention),
    "figures": ("figure", Figure),
    "stances": ("stance", Stance),
}
"""Layer of a pass -> the kind of its records in schema/, and the struct that holds them."""


class Pass(NamedTuple):
    """What one annotator said: layer -> records in the order of the file; a layer that has no file is not there."""

    name: str
    layers: dict[str, tuple[Any, ...]]

    def documents(self) -> frozenset[str]:
        """The documents that any record speaks of."""
        return frozenset(
            record.doc_id for name, records in self.layers.items() if name != REGISTRY for record in records
        )

    def of(self, layer: str, doc_id: str) -> tuple[Any, ...]:
        """The records of a layer in one document."""
        return tuple(record for record in self.layers.get(layer, ()) if record.doc_id == doc_id)

    def entities(self) -> dict[str, Entity]:
        """The annotator's registry by identifier."""
        return {entity.entity_id: entity for entity in self.layers.get(REGISTRY, ())}

    def unquoted(self, quoted: Iterable[Quotation]) -> Pass:
        """The pass without the records that share a code point with a quotation in the guidelines' part on their layer.

        The registry stays: its entries are not at a place in the text.
        """
        places = defaultdict(list)
        for place in quoted:
            places[place.part, place.doc_id].append(place)

        def kept(layer: str, record: Any) -> bool:
            near = () if layer == REGISTRY else places[layer, record.doc_id]
            return not any(place.start < record.end and record.start < place.end for place in near)

        return self._replace(
            layers={name: tuple(one for one in records if kept(name, one)) for name, records in self.layers.items()}
        )


def read_pass(folder: Path | str, corpus: Corpus) -> Pass:
    """The pass in a folder, or the gold of the corpus for the name "gold".

    Raises InputError with every record that is not as its schema says, whose text or offsets are not the document's,
    or whose identifier stands twice, and for a folder without a layer.
    """
    path = Path(folder)
    if str(folder) == GOLD and not path.is_dir():
        return gold_pass(corpus)
    files = {name: path / f"{name}.jsonl" for name in LAYERS if (path / f"{name}.jsonl").is_file()}
    if not files:
        allowed = f"a folder with at least one of {', '.join(f'{name}.jsonl' for name in LAYERS)}, or {GOLD!r}"
        raise fail("not-a-pass", path, "there is no annotation pass here", allowed)
    grounds = {document.doc_id: ground(document, corpus) for document in corpus.documents}
    found: list[Problem] = []
    layers = {name: tuple(_records(name, file, grounds, found)) for name, file in files.items()}
    if found:
        raise InputError(found)
    return Pass(path.resolve().name, layers)


def gold_pass(corpus: Corpus) -> Pass:
    """The gold as a pass."""
    layers = {
        name: tuple(record for document in corpus.documents for record in getattr(document, name))
        for name in LAYERS
        if name != REGISTRY
    }
    return Pass(GOLD, {**layers, REGISTRY: tuple(corpus.registry.values())})


def as_corpus(one: Pass, corpus: Corpus, doc_ids: Iterable[str], own_segments: bool = False) -> Corpus:
    """The corpus as this annotator would have it, to score others against: only these documents, its own registry.

    `own_segments` puts the annotator's segments in the place of the given ones.
    """
    names = [name for name in LAYERS if name != REGISTRY and (name != "segments" or own_segments)]

    def annotated(document: GoldDocument) -> GoldDocument:
        layers: dict[str, Any] = {name: in_order(one.of(name, document.doc_id)) for name in names}
        return document._replace(**layers)

    wanted = {*doc_ids}
    documents = tuple(annotated(document) for document in corpus.documents if document.doc_id in wanted)
    return corpus._replace(documents=documents, registry=one.entities())


def as_predictions(one: Pass, doc_ids: Iterable[str]) -> list[Prediction]:
    """What the annotator says of these documents, as if a system had."""

    def predicted(doc_id: str) -> Prediction:
        layers: dict[str, Any] = {name: in_order(one.of(name, doc_id)) for name in KINDS if name in one.layers}
        return Prediction(doc_id=doc_id, **layers)

    return [predicted(doc_id) for doc_id in sorted(doc_ids)]


def name_of(record: Any) -> str:
    """The identifier of a record, an entity or a fact."""
    return str(next(getattr(record, name) for name in ("id", "fact_id", "entity_id") if hasattr(record, name)))


def in_order(records: Iterable[Any]) -> tuple[Any, ...]:
    """Records in text order, the longer first."""
    return tuple(sorted(records, key=lambda record: (record.start, -record.end)))


def _records(layer: str, file: Path, grounds: dict[str, Ground], found: list[Problem]) -> Iterator[Any]:
    """The sound records of a file; what is wrong with the others is added to `found`."""
    seen: set[tuple[str, str]] = set()  # identifiers start anew in each document
    for line in read_lines(file):
        record, findings = _record(layer, line, file, grounds)
        name, doc_id = "" if record is None else name_of(record), getattr(record, "doc_id", "")
        if record is not None and (doc_id, name) in seen:
            findings.append(Finding((), "duplicate-id", f"{quote(name)} stands before, too", "each identifier once"))
        seen.add((doc_id, name))
        found += (_problem(finding, file, line.number, name) for finding in findings)
        if record is not None and not findings:
            yield record


def _record(layer: str, line: Line, file: Path, grounds: dict[str, Ground]) -> tuple[Any, list[Finding]]:
    """The record of a line, if it has the shape of one, and what is wrong with it."""
    kind, struct = LAYERS[layer]
    try:
        value = msgspec.json.decode(line.content)
        findings = list(problems(kind, value))
        record: Any = None if findings else msgspec.convert(value, struct)
    except UnicodeDecodeError:
        return None, [Finding((), "invalid-utf8", wrong_byte(line.content), "expected UTF-8")]
    except (msgspec.DecodeError, RecursionError) as error:
        return None, [Finding((), "malformed-json", f"not a record: {error}", f"expected a {kind} a line")]
    if record is not None and layer != REGISTRY:
        findings += _misplaced(record, grounds)
    return record, findings


def _misplaced(record: Any, grounds: dict[str, Ground]) -> Iterator[Finding]:
    """What is wrong with a record in its document."""
    if record.doc_id not in grounds:
        message = f"{quote(record.doc_id)} is not a document of the corpus"
        yield Finding(("doc_id",), "unknown-document", message, f"known: {', '.join(grounds)}")
        return
    text = grounds[record.doc_id].text
    if isinstance(record, Erratum) and record.start == record.end:  # an insertion: to all others, a span is not empty
        if record.end > len(text):
            message = f"offset {record.end} is beyond the text"
            yield Finding(("end",), "offset-beyond-text", message, f"the text has {len(text)} code points")
        if record.text:
            yield Finding(
                ("text",), "text-mismatch", f"the text is given as {quote(record.text)}", "an insertion has none"
            )
        return
    yield from faults(record, grounds[record.doc_id])


def _problem(finding: Finding, file: Path, line: int, record: str) -> Problem:
    place = "/".join(part for part in (record, dotted(finding.path)) if part)
    return Problem(finding.code, "error", str(file), line, place, finding.message, finding.allowed)
