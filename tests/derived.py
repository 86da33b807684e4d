"""The predictions of `rules` as other systems would give them: quotes in place of offsets, and tags of tokens."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dateline.corpus import load
from dateline.decoding import KINDS
from dateline.formats import fmt
from dateline.inputs import Task
from dateline.predictions import as_lines
from dateline.systems.rules import predict

SYSTEMS = ("rules", "python:derived:quotes", "python:derived:tags")


def quotes(task: Task) -> dict[str, Any]:
    """Every record as its words, and all but segments with the segment that they begin in; no offsets anywhere."""
    line = json.loads(as_lines([predict(task)]))
    return {layer: [_begun(record, layer, task) for record in line[layer]] for layer in KINDS if layer in line}


def _begun(record: dict[str, Any], layer: str, task: Task) -> dict[str, Any]:
    segment = next(one.id for one in reversed(task.segments) if one.start <= record["start"])
    found: dict[str, Any] = _quoted(record, task.text)
    return found if layer == "segments" else {**found, "segment_id": segment}


def _quoted(value: Any, text: str) -> Any:
    """A value with the words of every span in it, and without the offsets."""
    if isinstance(value, list):
        return [_quoted(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _quoted(item, text) for key, item in value.items() if key not in ("start", "end")}
    return {**found, "text": text[value["start"] : value["end"]]} if value.get("start") is not None else found


def tags(task: Task) -> dict[str, Any]:
    """The entities, written as BIO tags and read again."""
    form, corpus = fmt("conll"), load()
    assert form.read and form.write
    with TemporaryDirectory() as folder:
        path = Path(folder, "tagged.conll")
        form.write([predict(task)], corpus, path)
        (line,) = form.read(path, corpus).documents
    return line
