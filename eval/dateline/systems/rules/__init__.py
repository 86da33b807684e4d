"""dateline's own baseline for all four layers: patterns and short general word lists, nothing learnt from the gold."""

from __future__ import annotations

from collections.abc import Sequence

from dateline.model import Concept, Prediction
from dateline.systems.rules.entities import mentions
from dateline.systems.rules.figures import figures
from dateline.systems.rules.segments import segment
from dateline.systems.rules.stances import codebook, stances


def predict(text: str, doc_id: str, concepts: Sequence[Concept] | None = None) -> Prediction:
    """All four layers of a text, each built on the ones before; without concepts the installed codebook is taken."""
    book = codebook() if concepts is None else concepts
    segments = segment(text)
    names = mentions(text, segments)
    return Prediction(
        doc_id=doc_id,
        segments=segments,
        entities=names,
        figures=tuple(figures(text, segments, names)),
        stances=tuple(stances(text, segments, names, book)),
    )
