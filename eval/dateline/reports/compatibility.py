"""The numbers of reference scorers as tables beside dateline's own, with the warnings that must be read with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dateline.compatibility import Number, Reference
from dateline.layers.base import OVERALL
from dateline.reports.tables import UNDEFINED, Table, shown
from dateline.scoring import Score, Scores

HEADS = {"precision": "P", "recall": "R", "f1": "F1", "exact": "EM"}
"""Name of a value -> the head of its column."""


def tables(references: Iterable[Reference], scores: Scores) -> Iterator[Table]:
    """A table for each scorer: its numbers, then dateline's own measure of much the same with its F1."""
    index = {score.measure: score for score in scores.scores if score.group == OVERALL}
    for reference in references:
        kinds = list(dict.fromkeys(kind for number in reference.numbers for kind in number.values))
        rows = tuple(_row(number, kinds, index) for number in reference.numbers)
        yield Table(reference.scorer, ("", *(HEADS[kind] for kind in kinds), "dateline F1"), rows)


def notes(references: Iterable[Reference]) -> list[str]:
    """The warnings, each after the name of its scorer."""
    return [f"{reference.scorer}: {warning}." for reference in references for warning in reference.warnings]


def _row(number: Number, kinds: Iterable[str], index: dict[str, Score]) -> tuple[str, ...]:
    values = (number.values.get(kind) for kind in kinds)
    native = index.get(f"{number.native}.f1")
    own = f"{number.native} {shown(native)}" if native else ""
    return (number.measure, *(UNDEFINED if value is None else f"{value:.3f}" for value in values), own)
