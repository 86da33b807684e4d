"""dateline's own baseline for all four layers: patterns and short general word lists, nothing learnt from the gold."""

from __future__ import annotations

from dateline.inputs import Task
from dateline.model import Prediction
from dateline.systems.rules.entities import mentions
from dateline.systems.rules.figures import figures
from dateline.systems.rules.segments import segment
from dateline.systems.rules.stances import stances


def predict(task: Task) -> Prediction:
    """All four layers of a raw text, each built on the ones before; the given segments are not looked at."""
    text = task.text
    segments = segment(text)
    names = mentions(text, segments)
    return Prediction(
        doc_id=task.doc_id,
        segments=segments,
        entities=names,
        figures=tuple(figures(text, segments, names)),
        stances=tuple(stances(text, segments, names, task.concepts)),
    )
