"""Annotation passes: a folder of gold-shaped records, as dateline.passes reads it.

Derived are `segment_id` (of the record's start), every `text` (the raw text) and what a stance lacks of `segment_ids`
(the segments that its span overlaps) and span (from its first segment to its last). Where an identifier of a layer is
missing, of another form or there twice, all of that layer in that document are new: a letter and a number, in text
order. `optional`, `alternatives` and fields that may be null have their defaults. All else that gold requires is an
annotation: where it is missing (entity_id, fact_id, category, status, kind, act, basis, quotation, certainty, ...) the
conversion is refused and each record named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.decoding import KINDS
from dateline.errors import InputError, Problem
from dateline.files import as_readable_jsonl, fail
from dateline.formats import Imported
from dateline.formats.common import as_dictionary, losses
from dateline.formats.texts import write_folder
from dateline.model import Annotation, Prediction, Stance
from dateline.passes import LAYERS, as_predictions, in_order, read_pass
from dateline.validation import dotted, problems, quote
from dateline.vocabulary import schema

LETTERS = {"segments": "s", "entities": "m", "figures": "f", "stances": "t"}
"""Layer -> what its identifiers begin with."""


def read(path: Path, corpus: Corpus) -> Imported:
    """The layers that predictions have. Raises InputError, as `read_pass`."""
    found = read_pass(path, corpus)
    documents = [as_dictionary(prediction) for prediction in as_predictions(found, found.documents())]
    lost = {layer: len(records) for layer, records in found.layers.items() if layer not in KINDS}
    return Imported(documents, losses(lost, path))


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """A file for each layer that any prediction has. Raises InputError for a folder with something in it, and for
    records that cannot be gold."""
    lost = Counter({"system": sum(one.system is not None for one in predictions)})
    lost["error"] = sum(one.error is not None for one in predictions)
    layers = {
        layer: [record for prediction in predictions for record in _records(layer, prediction, corpus, lost)]
        for layer in KINDS
        if any(getattr(prediction, layer) is not None for prediction in predictions)
    }
    if not layers:
        raise fail("empty-file", path, "there is no layer to write", f"at least one of {', '.join(KINDS)}")
    found = [problem for layer, records in layers.items() for problem in _faults(layer, records, path)]
    if found:
        raise InputError(found)
    write_folder(path, {f"{layer}.jsonl": as_readable_jsonl(records) for layer, records in layers.items()})
    return losses(lost, path)


def _records(layer: str, prediction: Prediction, corpus: Corpus, lost: Counter[str]) -> Iterator[dict[str, Any]]:
    """The records of a layer in text order, as gold has them."""
    document = corpus.document(prediction.doc_id)
    records = in_order(_with_evidence(record, document) for record in getattr(prediction, layer) or ())
    shape, known = schema(LAYERS[layer][0]), _identifiers(layer, records, lost)
    for record, identifier in zip(records, known, strict=True):
        content = _content(record, document)
        shaped = _shaped({**content, "id": identifier, "doc_id": document.doc_id}, shape, document.text)
        lost.update(f"{layer}.{path}" for path in _missing(content, shaped) if path not in ("id", "doc_id"))
        yield shaped


def _with_evidence(record: Any, document: GoldDocument) -> Any:
    """A stance with span and segments."""
    if not isinstance(record, Stance):
        return record
    if record.start is None or record.end is None:
        own = [segment for segment in document.segments if segment.id in record.segment_ids]
        return msgspec.structs.replace(record, start=own[0].start, end=own[-1].end)
    touched = (one.id for one in document.segments if one.start < record.end and record.start < one.end)
    return msgspec.structs.replace(record, segment_ids=record.segment_ids or tuple(touched))


def _identifiers(layer: str, records: Sequence[Any], lost: Counter[str]) -> list[str]:
    """The records' own identifiers, if they can be those of gold; else new ones."""
    own = [record.id for record in records]
    form = schema(LAYERS[layer][0])["properties"]["id"]["pattern"]
    if len({*own}) == len(own) and all(re.search(form, name) for name in own):
        return own
    lost["identifiers"] += sum(map(bool, own))
    return [f"{LETTERS[layer]}{number:03}" for number in range(1, len(own) + 1)]


def _content(record: Any, document: GoldDocument) -> dict[str, Any]:
    """The fields of a record, with those that are derived."""
    content: dict[str, Any] = msgspec.to_builtins(record)
    content["text"] = document.text[record.start : record.end]
    if isinstance(record, Annotation):
        content["segment_id"] = document.segment_id(record.start)
    return content


def _shaped(value: Any, shape: Mapping[str, Any], text: str) -> Any:
    """A value with the keys of its schema alone, in its order; what may be left out and is null, is left out.

    A span inside a record has its text where gold wants it.
    """
    if isinstance(value, list | tuple) and "items" in shape:
        return [_shaped(item, shape["items"], text) for item in value]
    if not isinstance(value, dict) or "properties" not in shape:
        return value
    needed = shape.get("required", ())
    if "text" in needed and value.get("text") is None and value.get("start") is not None:
        value = {**value, "text": text[value["start"] : value["end"]]}
    return {
        key: _shaped(value[key], inner, text)
        for key, inner in shape["properties"].items()
        if key in value and (value[key] is not None or key in needed)
    }


def _missing(before: Any, after: Any) -> Iterator[str]:
    """The paths of what was left out, indexes apart."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, content in before.items():
            if key in after:
                yield from (f"{key}.{path}".rstrip(".") for path in _missing(content, after[key]))
            elif content not in (None, [], (), {}):
                yield key
    elif isinstance(before, list | tuple) and isinstance(after, list):
        for one, other in zip(before, after, strict=True):
            yield from _missing(one, other)


def _faults(layer: str, records: Iterable[Mapping[str, Any]], path: Path) -> Iterator[Problem]:
    """What keeps records from being gold, each named by its place in the text."""
    for record in records:
        place = f"{record['doc_id']}/{layer} {record['start']}-{record['end']} {quote(record['text'])}"
        for finding in problems(LAYERS[layer][0], record):
            said = "/".join(part for part in (place, dotted(finding.path)) if part)
            yield Problem(finding.code, "error", str(path), 0, said, finding.message, f"gold: {finding.allowed}")
