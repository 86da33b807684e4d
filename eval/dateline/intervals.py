"""How sure the numbers of one system are: an interval beside each overall number, and all of it as plain values."""

from __future__ import annotations

from typing import Any

from dateline import statistics
from dateline.layers.base import MEAN, OVERALL
from dateline.measures import KINDS
from dateline.scoring import Score, Scores
from dateline.signature import Signature, documents
from dateline.statistics import Interval

Intervals = dict[str, Interval]
"""Number, such as "entities.strict.f1" -> its interval; one without an interval has no entry."""


def intervals(scores: Scores) -> Intervals:
    """The intervals of all overall numbers, by document, or by segment where there is one document.

    Undefined numbers, means, and measures of the whole document in a corpus of one have none.
    """
    found = {
        f"{name}.{number}": statistics.interval(units, number)
        for name, measure in scores.measures().items()
        if measure.kind != MEAN
        for units in statistics.paired(statistics.units(scores.rows, name, _unit(scores)))
        for number in KINDS[measure.kind]
    }
    return {number: interval for number, interval in found.items() if interval}


def signature(scores: Scores) -> Signature:
    """The signature of the scores with the unit of their intervals, the confidence and the method."""
    interval = f"{statistics.CONFIDENCE:.0%} {statistics.JACKKNIFE}"
    return {**scores.signature, "unit": _unit(scores), "interval": interval}


def plain(scores: Scores) -> dict[str, Any]:
    """`{"signature": {...}, "scores": [...], "problems": [...]}` in plain values; what is undefined is None.

    Overall numbers have the bounds `low` and `high`, and `interval`, the method by which those were found.
    """
    known = intervals(scores)
    return {
        "signature": signature(scores),
        "scores": [{**found._asdict(), **_bounds(found, known)} for found in scores.scores],
        "problems": [problem._asdict() for problem in scores.problems],
    }


def _unit(scores: Scores) -> str:
    return statistics.unit_of(documents(scores.signature))


def _bounds(found: Score, known: Intervals) -> dict[str, float | str | None]:
    if found.group != OVERALL:
        return {}
    interval = known.get(found.measure)
    if interval is None:
        return {"low": None, "high": None, "interval": None}
    return {"low": interval.low, "high": interval.high, "interval": interval.method}
