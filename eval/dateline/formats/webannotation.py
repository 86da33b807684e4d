"""W3C Web Annotations as JSON-LD. https://www.w3.org/TR/annotation-model/

Every record is an annotation whose target has a TextPositionSelector, which counts code points as the recommendation
says, and a TextQuoteSelector with what stands before and after. Its bodies: the label (purpose `tagging`: the type of
an entity, or `figure`, `stance`, `segment`), each field with a vocabulary (`classifying`, with the name of the
`field`), a Wikidata item (`identifying`), and the rest as a JSON object (`describing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote as escaped
from urllib.parse import unquote

from dateline.corpus import Corpus, GoldDocument
from dateline.errors import InputError, Problem
from dateline.files import as_indented_json, write_bytes
from dateline.formats import Imported
from dateline.formats.common import Intake, json_items
from dateline.formats.parts import (
    Draft,
    Part,
    all_settable,
    decoded,
    gather,
    head_of,
    item_address,
    item_of,
    layer_of,
    parts,
)
from dateline.formats.texts import Base, Texts, bases
from dateline.model import Prediction

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

_AROUND = 32  # characters of a prefix or a suffix
_DOCUMENT = "urn:dateline:document:"
_OWN: dict[str, Any] = {
    "@version": 1.1,
    "documents": {"@id": "urn:dateline:documents", "@type": "@json"},
    "field": "urn:dateline:field",
}
_LABELLING = ("tagging", "classifying")

Body = Mapping[str, Any]
Span = tuple[int, int]


class _Target(NamedTuple):
    """Where an annotation is: offsets, a quotation (`text`, `prefix`, `suffix`), or both. `other` counts selectors."""

    source: str
    span: Span | None
    quotation: Mapping[str, str]
    other: int


class _Item(NamedTuple):
    target: _Target
    bodies: list[Body]
    name: str
    line: int


def read(path: Path, corpus: Corpus) -> Imported:
    """Records of a collection, a page, a list or a single annotation; an annotation of several targets is several.

    The document is the last part of the target's source. Where position and quotation of an annotation disagree, or
    there is no position, it becomes a quote: "re-anchored", counted. Positions count in the raw text, or in the clean
    text where more of the quotations stand in it at their positions. Lost, and counted: selectors and bodies of other
    kinds.
    """
    intake = Intake(path)
    sources: dict[str, list[_Item]] = {}
    heads: dict[str, Any] = {}
    for line, value in json_items(intake):
        for annotation in _annotations(value, heads):
            for item in _items(annotation, line):
                sources.setdefault(item.target.source, []).append(item)
    gather(_drafts(_by_document(sources, heads, Texts(corpus), intake), heads, all_settable(corpus), intake), intake)
    return intake.done()


def _annotations(value: Any, heads: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The annotations in a value; what a collection of ours says of its documents is put into `heads`."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("documents"), dict):
        heads.update(value["documents"])
    page = first if isinstance(first := value.get("first"), dict) else value
    items = page.get("items")
    yield from (item for item in (items if isinstance(items, list) else [value]) if isinstance(item, dict))


def _items(annotation: Mapping[str, Any], line: int) -> Iterator[_Item]:
    """An annotation, once for each of its targets."""
    bodies = [{"value": one} if isinstance(one, str) else one for one in _listed(annotation.get("body"))]
    bodies += [{"value": one} for one in _listed(annotation.get("bodyValue"))]
    motives = [name for name in _listed(annotation.get("motivation")) if isinstance(name, str)]
    full: list[Body] = [{"purpose": motives, **body} for body in bodies if isinstance(body, dict)]
    for target in _listed(annotation.get("target")):
        yield _Item(_target(target), full, str(annotation.get("id", "annotation")), line)


def _listed(value: Any) -> list[Any]:
    """A value, none or several, as a list: JSON-LD has all of these forms."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _target(value: Any) -> _Target:
    if not isinstance(value, dict):
        return _Target(str(value), None, {}, 0)
    source = value.get("source")
    span, quotation, other = None, {}, 0
    for selector in _listed(value.get("selector")):
        match selector:
            case {"type": "TextPositionSelector", "start": int(start), "end": int(end)}:
                span = (start, end)
            case {"type": "TextQuoteSelector", "exact": str(exact), **around}:
                named = {name: text for name in ("prefix", "suffix") if isinstance(text := around.get(name), str)}
                quotation = {"text": exact, **named}
            case _:
                other += 1
    return _Target(str(source.get("id") if isinstance(source, dict) else source), span, quotation, other)


def _drafts(
    found: Iterable[tuple[GoldDocument, list[_Item]]],
    heads: Mapping[str, Any],
    fields: Mapping[str, frozenset[str]],
    intake: Intake,
) -> Iterator[Draft]:
    for document, items in found:
        draft = Draft(_base(document, items), intake.path, heads.get(document.doc_id))
        moved = sum(_place(item, draft, fields, intake) for item in items)
        if moved:
            message = f"{moved} annotations have no position, or one that does not fit their quotation"
            intake.warn("re-anchored", message, "they are placed by their quotation", record=document.doc_id)
        yield draft


def _by_document(
    sources: Mapping[str, list[_Item]], heads: Mapping[str, Any], texts: Texts, intake: Intake
) -> list[tuple[GoldDocument, list[_Item]]]:
    """The documents with their annotations, those without any too; a source that is no document is an error."""
    found: dict[str, tuple[GoldDocument, list[_Item]]] = {}
    known: dict[str, list[_Item]] = {f"{_DOCUMENT}{escaped(doc_id, safe='')}": [] for doc_id in heads}
    for source, items in {**known, **sources}.items():
        last = unquote(re.split(r"[/:#]", source.rstrip("/"))[-1])
        line = items[0].line if items else 0
        try:
            document = texts.base([last, Path(last).stem], None, intake.path, line).document
        except InputError as error:
            intake.take(error.problems)
        else:
            found.setdefault(document.doc_id, (document, []))[1].extend(items)
    return [*found.values()]


def _base(document: GoldDocument, items: Iterable[_Item]) -> Base:
    """The raw text, or the clean text where more of the quotations stand in it."""
    pairs = [(one.target.span, one.target.quotation["text"]) for one in items if one.target.quotation]
    found = [(span, text) for span, text in pairs if span]
    return max(bases(document), key=lambda base: sum(base.text[start:end] == said for (start, end), said in found))


def _place(item: _Item, draft: Draft, fields: Mapping[str, frozenset[str]], intake: Intake) -> bool:
    """Put an annotation into the draft, and say whether by its quotation."""
    span, quotation = item.target.span, item.target.quotation
    label = next((str(body.get("value")) for body in item.bodies if _is_label(body)), None)
    if label is None or not (span or quotation):
        what = "label" if label is None else "TextPositionSelector or TextQuoteSelector"
        allowed = "expected a body with purpose tagging, and a selector of text"
        intake.refuse("malformed-annotation", f"the annotation has no {what}", allowed, item.line, item.name)
        return False
    intake.lost["selector"] += item.target.other
    start, end = span or (0, 0)
    part = _said(Part(layer_of(label), start, end, label, {}, {}), item.bodies, fields, intake)
    fits = span is not None and draft.base.text[max(start, 0) : max(end, 0)] == quotation.get("text")
    if fits or not quotation:
        draft.add(part, item.line)
        return False
    draft.quote(part, quotation, item.line)
    return True


def _is_label(body: Body) -> bool:
    purposes = _listed(body.get("purpose"))
    labelling = not purposes or any(name in purposes for name in _LABELLING)
    return labelling and "field" not in body and isinstance(body.get("value"), str)


def _said(part: Part, bodies: Sequence[Body], fields: Mapping[str, frozenset[str]], intake: Intake) -> Part:
    """The part with what the bodies say; the first label is its label already."""
    labels = 0
    for body in bodies:
        labels += _is_label(body)
        match body:
            case {"purpose": "describing", "format": "application/json", "value": str(note)} if (
                said := decoded(note)
            ) is not None:
                part = part._replace(rest={**part.rest, **said})
            case {"purpose": "identifying", "source": str(source)} if item := item_of(source):
                part = part._replace(rest={**part.rest, "wikidata": item})
            case {"field": str(field), "value": str(value)} if field in fields[part.layer]:
                part = part._replace(attributes={**part.attributes, field: value})
            case _:
                intake.lost["body"] += not _is_label(body)
    intake.lost["body"] += labels - 1
    return part


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write a collection of annotations with one page."""
    items = [item for prediction in predictions for item in _written(prediction, corpus)]
    page = {"id": "urn:dateline:annotations:1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    collection = {
        "@context": [CONTEXT, _OWN],
        "id": "urn:dateline:annotations",
        "type": "AnnotationCollection",
        "total": len(items),
        "documents": {prediction.doc_id: head_of(prediction) for prediction in predictions},
        "first": page,
    }
    write_bytes(path, as_indented_json(collection))
    return []


def _written(prediction: Prediction, corpus: Corpus) -> Iterator[dict[str, Any]]:
    document = corpus.document(prediction.doc_id)
    name = escaped(document.doc_id, safe="")
    for number, part in enumerate(parts(prediction, document, corpus), 1):
        yield {
            "id": f"urn:dateline:annotation:{name}:{number}",
            "type": "Annotation",
            "motivation": "classifying",
            "body": [*_bodies(part)],
            "target": {"source": f"{_DOCUMENT}{name}", "selector": _selectors(part, document.text)},
        }


def _bodies(part: Part) -> Iterator[dict[str, Any]]:
    rest = dict(part.rest)
    yield {"type": "TextualBody", "purpose": "tagging", "value": part.label}
    for field, label in part.attributes.items():
        yield {"type": "TextualBody", "purpose": "classifying", "field": field, "value": label}
    if (item := rest.pop("wikidata", None)) is not None:
        yield {"type": "SpecificResource", "purpose": "identifying", "source": item_address(item)}
    if rest:
        note = json.dumps(rest)
        yield {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": note}


def _selectors(part: Part, text: str) -> list[dict[str, Any]]:
    start, end = part.start, part.end
    around = {"prefix": text[max(start - _AROUND, 0) : start], "suffix": text[end : end + _AROUND]}
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {"type": "TextQuoteSelector", "exact": text[start:end], **around},
    ]
