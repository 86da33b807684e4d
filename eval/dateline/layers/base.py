"""What the layers share: the case that is scored, the description of a measure, and the way to count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from dateline.corpus import GoldDocument
from dateline.layers.counts import Row
from dateline.matching import Alignment
from dateline.model import Prediction, Span
from dateline.references import Resolver

OVERALL = "overall"
UNREADABLE = "unreadable"
"""The label of bad records in every grouping: they count as spurious."""

F1 = "f1"
ACCURACY = "accuracy"
MEAN = "mean"


class Measure(NamedTuple):
    """A measure of a layer: "f1" gives precision, recall and F1, "accuracy" the share of right cases.

    One of kind "mean" has no rows of its own: it is the mean F1 of other measures of its layer, its `parts`.
    `groupings` are the fields by which its rows are reported apart, too. A conditional one, of kind "f1", speaks of
    matched records only, so that bad records do not touch it. A detail has no column in the leaderboard.
    """

    kind: str
    definition: str
    headline: bool = False
    groupings: tuple[str, ...] = ()
    conditional: bool = False
    detail: bool = False
    parts: tuple[str, ...] = ()


class Case(NamedTuple):
    """One document: its gold, what was predicted, and the number of bad records in each layer."""

    gold: GoldDocument
    prediction: Prediction
    spurious: Mapping[str, int]
    resolver: Resolver
    level: str


Labels = Callable[[Any], tuple[str, ...]]
"""Record -> its groups, "overall" first."""

Place = Callable[[Any], str]
"""Record -> the segment that its row belongs to."""


def overall(record: object) -> tuple[str, ...]:
    """The groups of a measure without groupings."""
    return (OVERALL,)


def by_start(case: Case) -> Place:
    """The segment that holds a record's start."""
    segment = cache(case.gold.segment_id)
    return lambda record: segment(record.start)


def f1_rows(
    case: Case, layer: str, measure: str, found: Alignment[Any, Any], at: Place, labels: Labels = overall
) -> Iterator[Row]:
    """Rows of a measure of kind "f1". A pair counts under the labels of its gold record, on both sides."""
    sides = (
        Counter((at(gold), labels(gold)) for gold, _ in found.pairs),
        Counter((at(gold), labels(gold)) for gold in found.missed),
        Counter((at(predicted), labels(gold)) for gold, predicted in found.pairs),
        Counter((at(predicted), labels(predicted)) for predicted in found.spurious),
    )
    for (segment, group), (hits_gold, missed, hits_predicted, spurious) in sorted(_spread(sides).items()):
        counts = hits_gold, hits_gold + missed, hits_predicted, hits_predicted + spurious
        yield Row(case.gold.doc_id, segment, layer, measure, group, *counts)


def _spread(sides: Iterable[Counter[tuple[str, tuple[str, ...]]]]) -> dict[tuple[str, str], list[int]]:
    """Counts by segment and each single label."""
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for side, counter in enumerate(sides):
        for (segment, groups), count in counter.items():
            for group in groups:
                cells[segment, group][side] += count
    return cells


def accuracy_rows(case: Case, layer: str, measure: str, judged: Iterable[tuple[Any, bool]], at: Place) -> Iterator[Row]:
    """Rows of a measure of kind "accuracy", from records and whether each is right."""
    cells: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for record, right in judged:
        cells[at(record)][0] += right
        cells[at(record)][1] += 1
    for segment, (hits, cases) in sorted(cells.items()):
        yield Row(case.gold.doc_id, segment, layer, measure, OVERALL, hits, cases, 0, 0)


def spurious_rows(case: Case, layer: str, measures: Mapping[str, Measure]) -> Iterator[Row]:
    """A row for the bad records of the layer, in every measure that they touch and in every grouping of it."""
    count = case.spurious.get(layer, 0)
    touched = {name: measure for name, measure in measures.items() if measure.kind == F1 and not measure.conditional}
    for name, measure in touched.items() if count else ():
        for group in (OVERALL, *(f"{grouping}={UNREADABLE}" for grouping in measure.groupings)):
            yield Row(case.gold.doc_id, "", layer, name, group, 0, 0, 0, count)


def span_difference(gold: Span, predicted: Span) -> dict[str, tuple[str, str]]:
    """The spans of a pair, if they differ, as `differences` of a layer."""
    one, other = (f"{span.start}-{span.end}" for span in (gold, predicted))
    return {} if one == other else {"span": (one, other)}
