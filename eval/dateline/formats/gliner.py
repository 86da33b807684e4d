"""The spans of GLiNER: lists of {"start", "end", "text", "label", "score"}, offsets in code points."""

from __future__ import annotations

from pathlib import Path

from dateline.corpus import Corpus
from dateline.formats import Imported
from dateline.formats.common import Intake
from dateline.formats.spans import by_document, renamed, take

_NAMES = {"start": "start", "end": "end", "text": "text", "label": "type"}


def read(path: Path, corpus: Corpus) -> Imported:
    """Entities with the labels that GLiNER was given. Raises InputError."""
    intake = Intake(path)
    for spans in by_document(intake, corpus):
        take(spans, intake)
        for item in spans.items:
            intake.add(spans.doc_id, "entities", renamed(item, _NAMES), spans.line)
    return intake.done()
