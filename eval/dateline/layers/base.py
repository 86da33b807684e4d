"""What the layers share: the case that is scored, the description of a measure, and the way to count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from dateline.corpus import GoldDocument
from dateline.layers.counts import Row
from dateline.matching import Alignment, Stage, extent, overlapping
from dateline.model import Prediction, Span
from dateline.references import Resolver

OVERALL = "overall"
UNREADABLE = "unreadable"
"""The label of bad records in every grouping: they count as spurious."""

F1 = "f1"
ACCURACY = "accuracy"
MEAN = "mean"

CORRECT, BOUNDARY, BOTH, SEVERAL = "correct", "wrong_boundary", "wrong_both", "wrong_several"
MISSED, SPURIOUS, DUPLICATE = "missed", "spurious", "duplicate"


class Measure(NamedTuple):
    """A measure of a layer: "f1" gives precision, recall and F1, "accuracy" the share of right cases.

    One of kind "mean" has no rows of its own: it is the mean F1 of other measures of its layer, its `parts`.
    `groupings` are the fields by which its rows are reported apart, too. A conditional one, of kind "f1", speaks of
    matched records only, so that bad records do not touch it. A detail has no column in the leaderboard. A whole one
    speaks of documents, so that it is in no slice but those of documents.
    """

    kind: str
    definition: str
    headline: bool = False
    groupings: tuple[str, ...] = ()
    conditional: bool = False
    detail: bool = False
    parts: tuple[str, ...] = ()
    whole: bool = False


Label = Callable[[Any, str], str | None]
"""Record and the segment that its row belongs to -> its label; None where it is not of the kind that has one."""


class Slice(NamedTuple):
    """A field by which numbers are given apart, with the labels of gold and of predicted records of one document."""

    field: str
    gold: Label
    predicted: Label


class Case(NamedTuple):
    """One document: its gold, what was predicted, and the number of bad records in each layer.

    `slices` are those of each layer, `convention` is what vague numbers are read by. `by_segment` says whether rows are
    placed in segments: it takes its time, and only a single document and slices need it.
    """

    gold: GoldDocument
    prediction: Prediction
    spurious: Mapping[str, int]
    resolver: Resolver
    level: str
    convention: str | None = None
    slices: Mapping[str, tuple[Slice, ...]] = {}
    by_segment: bool = True


Labels = Callable[[Any], tuple[str, ...]]
"""Record -> its groups, "overall" first."""

Place = Callable[[Any], str]
"""Record -> the segment that its row belongs to."""


class Scheme(NamedTuple):
    """How the errors of a layer are told apart.

    `compared` says which records are held against each other, and `category` what became of such a pair, one of
    `categories`, which stand in the order of a report. A spurious prediction is one more of a matched gold record where
    `again` finds the two, and a repetition where it has the `key` of another.
    """

    categories: tuple[str, ...]
    compared: Callable[[Case], Alignment[Any, Any]]
    category: Callable[[Case, Any, Any], str]
    place: Callable[[Case], Place]
    again: Callable[[Case], Stage[Any, Any]] = lambda case: overlapping()
    key: Callable[[Case], Callable[[Any], Hashable]] = lambda case: extent


def overall(record: object) -> tuple[str, ...]:
    """The groups of a measure without groupings."""
    return (OVERALL,)


def in_document(record: object) -> str:
    """The place of what belongs to no segment, but to its document."""
    return ""


def by_start(case: Case) -> Place:
    """The segment that holds a record's start."""
    if not case.by_segment:
        return in_document
    segment = cache(case.gold.segment_id)
    return lambda record: segment(record.start)


def groups_of(case: Case, layer: str, at: Place, labels: Labels = overall) -> tuple[Labels, Labels]:
    """The groups of gold and of predicted records: those of the measure, then those of the slices asked for."""
    slices = case.slices.get(layer)
    if not slices:
        return labels, labels

    def side(label_of: Callable[[Slice], Label]) -> Labels:
        def groups(record: Any) -> tuple[str, ...]:
            found = ((one.field, label_of(one)(record, at(record))) for one in slices)
            sliced = (f"{field}={label}" for field, label in found if label is not None)
            return tuple(dict.fromkeys((*labels(record), *sliced)))

        return groups

    return side(lambda one: one.gold), side(lambda one: one.predicted)


def groups_of_document(case: Case, layer: str) -> tuple[str, ...]:
    """The groups of what is no record: of the slices, those that only ask for the document."""
    return groups_of(case, layer, lambda nothing: "")[0](None)


def groups_of_bad(case: Case, layer: str, measure: Measure | None = None) -> tuple[str, ...]:
    """The groups of a bad record, of which no more than the document is known."""
    found = ((one.field, one.predicted(None, "")) for one in case.slices.get(layer, ()))
    sliced = [(field, label or UNREADABLE) for field, label in found if label or not (measure and measure.whole)]
    own = [(grouping, UNREADABLE) for grouping in (measure.groupings if measure else ())]
    return OVERALL, *dict.fromkeys(f"{field}={label}" for field, label in own + sliced)


def f1_rows(
    case: Case, layer: str, measure: str, found: Alignment[Any, Any], at: Place, labels: Labels = overall
) -> Iterator[Row]:
    """Rows of a measure of kind "f1". A pair counts under the labels of its gold record, on both sides."""
    of_gold, of_predicted = groups_of(case, layer, at, labels)
    pairs, missed = found.pairs, found.missed
    if at is in_document and of_gold is overall:  # nothing to be told apart: no need to look at each record
        hits, gold, predicted = len(pairs), len(pairs) + len(missed), len(pairs) + len(found.spurious)
        if gold or predicted:
            yield Row(case.gold.doc_id, "", layer, measure, OVERALL, hits, gold, hits, predicted)
        return
    matched, groups = [gold for gold, _ in pairs], [of_gold(gold) for gold, _ in pairs]
    sides = (
        Counter(zip(map(at, matched), groups, strict=True)),
        Counter(zip(map(at, missed), map(of_gold, missed), strict=True)),
        Counter(zip([at(predicted) for _, predicted in pairs], groups, strict=True)),
        Counter(zip(map(at, found.spurious), map(of_predicted, found.spurious), strict=True)),
    )
    for (segment, group), (hits_gold, lost, hits_predicted, spurious) in sorted(_spread(sides).items()):
        counts = hits_gold, hits_gold + lost, hits_predicted, hits_predicted + spurious
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
    groups, _ = groups_of(case, layer, at)
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for record, right in judged:
        segment = at(record)
        for group in groups(record):
            cell = cells[segment, group]
            cell[0] += right
            cell[1] += 1
    for (segment, group), (hits, cases) in sorted(cells.items()):
        yield Row(case.gold.doc_id, segment, layer, measure, group, hits, cases, 0, 0)


def spurious_rows(case: Case, layer: str, measures: Mapping[str, Measure]) -> Iterator[Row]:
    """A row for the bad records of the layer, in every measure that they touch and in every grouping of it."""
    count = case.spurious.get(layer, 0)
    touched = {name: measure for name, measure in measures.items() if measure.kind == F1 and not measure.conditional}
    for name, measure in touched.items() if count else ():
        for group in groups_of_bad(case, layer, measure):
            yield Row(case.gold.doc_id, "", layer, name, group, 0, 0, 0, count)


def span_category(right: bool, wrong: str, gold: Span, predicted: Span) -> str:
    """The category of a pair of spans with a label: `wrong` is that of a wrong label on the right span."""
    exact = extent(gold) == extent(predicted)
    if right:
        return CORRECT if exact else BOUNDARY
    return wrong if exact else BOTH


def span_difference(gold: Span, predicted: Span) -> dict[str, tuple[str, str]]:
    """The spans of a pair, if they differ, as `differences` of a layer."""
    one, other = (f"{span.start}-{span.end}" for span in (gold, predicted))
    return {} if one == other else {"span": (one, other)}
