"""The spans of GLiNER: lists of {"start", "end", "text", "label", "score"}, offsets in code points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dateline.corpus import Corpus
from dateline.formats import Imported
from dateline.formats.common import Intake
from dateline.formats.spans import by_document, take

_FIELDS = {"start": "start", "end": "end", "text": "text", "label": "type"}


def read(path: Path, corpus: Corpus) -> Imported:
    """Entities with the labels that GLiNER was given. Raises InputError."""
    intake = Intake(path)
    for spans in by_document(intake, corpus):
        take(spans, intake)
        for item in spans.items:
            intake.add(spans.doc_id, "entities", _record(item, intake), spans.line)
    return intake.done()


def _record(item: Any, intake: Intake) -> Any:
    """The record of a span; what is no object stays as it is, for `predictions.read` to name."""
    if not isinstance(item, dict):
        return item
    intake.lost["score"] += "score" in item
    return {name: item[key] for key, name in _FIELDS.items() if item.get(key) is not None}
