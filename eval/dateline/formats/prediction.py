"""Prediction files, the form in which dateline scores: `schema/prediction.schema.json`. Nothing is lost in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dateline.corpus import Corpus
from dateline.errors import Problem
from dateline.files import as_jsonl, write_bytes
from dateline.formats import Imported
from dateline.formats.common import Intake, as_dictionary, json_values
from dateline.model import Prediction

Unusable = Mapping[str, Mapping[str, Sequence[Any]]]
"""Document -> layer -> records."""

_NONE: Unusable = {}


def read(path: Path, corpus: Corpus) -> Imported:
    """The lines as they are. Raises InputError for a file without one that can be read."""
    intake = Intake(path)
    for number, value in json_values(intake):
        if isinstance(value, dict) and isinstance(value.get("doc_id"), str):
            intake.add_line(value, number)
        else:
            intake.refuse("not-a-prediction", "no object with a doc_id", "expected a document a line", number)
    return intake.done()


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path, unusable: Unusable = _NONE) -> list[Problem]:
    """A line for each document, with the records that cannot be used as they are."""
    write_bytes(path, as_jsonl(_line(prediction, unusable.get(prediction.doc_id, {})) for prediction in predictions))
    return []


def _line(prediction: Prediction, bad: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    line = as_dictionary(prediction)
    return {**line, **{layer: [*line.get(layer, ()), *records] for layer, records in bad.items()}}
