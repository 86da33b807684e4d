"""Mentions of many documents counted at once, wherever nothing has to be decided.

An island is a stretch of text that mentions of either side cover without a gap. What matches what depends on nothing
beyond its island, so that counts add up over islands as they do over documents. An island is plain where no span stands
twice on a side, no gold is optional or lists alternatives, and beside pairs of the same span and type at most one gold
mention and one prediction are left: then no measure has a choice. Those are counted here, of all documents as if they
followed each other in one text; all else goes the way of `dateline.layers.entities`, which is the definition.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count, islice, repeat
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dateline.layers import layer
from dateline.layers.base import BOTH, BOUNDARY, CORRECT, DUPLICATE, MISSED, OVERALL, SPURIOUS, Case, Labels, overall
from dateline.layers.counts import Row
from dateline.layers.entities import LABELS, LAYER, WRONG_TYPE, at_level, of_entities, of_mentions
from dateline.model import Mention

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Numbers = NDArray[numpy.int64]
    Truths = NDArray[numpy.bool_]


class Columns(NamedTuple):
    """The mentions of both sides of all documents in the order of text, gold first of equal spans; an array each field.

    `place` is that of a mention in the list that the columns were made of, `case` that of its document. `start` and
    `end` count as if the documents followed each other in one text. `type`, and `label` for type with subtype, are
    numbers. `loose` says that a mention is optional, lists alternatives or has no length.
    """

    place: Numbers
    case: Numbers
    predicted: Truths
    start: Numbers
    end: Numbers
    type: Numbers
    label: Numbers
    loose: Truths


class Plain(NamedTuple):
    """What became of the mentions of plain islands, as indexes of Columns.

    `right` are gold mentions whose span and type was predicted: by the mention that follows. `near` are gold mentions
    with one of another span or type that overlaps: by those of `nearby`. `lost` and `extra` are alone; `again` says
    which of `extra` overlap a pair.
    """

    right: Numbers
    near: Numbers
    nearby: Numbers
    lost: Numbers
    extra: Numbers
    again: Truths


class Batch(NamedTuple):
    """Documents, their mentions, one for each number of a label, and what is plain; by their places those documents
    that have anything else, without what is plain."""

    cases: Sequence[Case]
    columns: Columns
    labels: Sequence[Mention]
    plain: Plain
    rest: Mapping[int, Case]


class Rows(NamedTuple):
    """The rows of a measure in the order of the documents, and how many each of those has."""

    rows: Iterator[Row]
    sizes: Sequence[int]


def rows_of(name: str, cases: Sequence[Case]) -> Iterable[Iterable[Row]]:
    """The count rows of a layer, of each document in turn."""
    if name == LAYER and _is_undivided(cases):
        return _rows(cases)
    return map(layer(name).rows, cases)


def _rows(cases: Sequence[Case]) -> Iterator[list[Row]]:
    """The count rows of entities, of each document in turn; two of a document may differ in their counts alone."""
    batch = _batch(cases)
    counted = [*_f1(batch), _subtypes(batch)]
    for place, case in enumerate(cases):
        plain = (row for one in counted for row in islice(one.rows, one.sizes[place]))
        rest = of_mentions(batch.rest[place]) if place in batch.rest else ()
        yield [*plain, *rest, *of_entities(case)]


Counted = tuple[str, tuple[str, ...], tuple[int, int]]
"""An error category, the groups that it is counted in, and how many gold and predicted records are of it."""


def decided(name: str, cases: Sequence[Case]) -> tuple[list[Counted], Sequence[Case]]:
    """The error categories of a layer that need no matching, and the documents without the records that are of them."""
    if name != LAYER or not _is_undivided(cases):
        return [], cases
    batch = _batch(cases)
    plain, (exact, typed) = batch.plain, _alike(batch)
    pairs = {CORRECT: plain.right.size, WRONG_TYPE: exact.sum(), BOUNDARY: typed.sum(), BOTH: (~(exact | typed)).sum()}
    alone = {SPURIOUS: (~plain.again).sum(), DUPLICATE: plain.again.sum()}
    return [
        *((category, (OVERALL,), (int(count), int(count))) for category, count in pairs.items()),
        (MISSED, (OVERALL,), (plain.lost.size, 0)),
        *((category, (OVERALL,), (0, int(count))) for category, count in alone.items()),
    ], list(batch.rest.values())


def _is_undivided(cases: Iterable[Case]) -> bool:
    """Whether documents are counted whole, neither by segment nor by slice."""
    return not any(case.by_segment or case.slices for case in cases)


def _batch(cases: Sequence[Case]) -> Batch:
    import numpy

    sides = [side for case in cases for side in at_level(case)]
    mentions = list(chain.from_iterable(sides))
    kind = _numbered([mention.type for mention in mentions])
    both = _numbered([mention.subtype for mention in mentions]) * len(mentions) + kind
    _, first, label = numpy.unique(both, return_index=True, return_inverse=True)
    columns = _columns(sides, mentions, kind, label)
    plain, undecided = _plain(columns)
    labels = [mentions[place] for place in first.tolist()]
    return Batch(cases, columns, labels, plain, dict(_rest(cases, sides, undecided.tolist())))


def _columns(sides: Sequence[Sequence[Mention]], mentions: Sequence[Mention], kind: Numbers, label: Numbers) -> Columns:
    """The columns of mentions; `sides` are the gold and the predicted ones of each document."""
    import numpy

    start = numpy.array([mention.start for mention in mentions], dtype=int)
    end = numpy.array([mention.end for mention in mentions], dtype=int)
    loose = numpy.array([mention.optional for mention in mentions], dtype=bool) | (end <= start)
    loose |= numpy.array(list(map(bool, [mention.alternatives for mention in mentions])), dtype=bool)
    side = numpy.repeat(numpy.arange(len(sides)), [len(side) for side in sides])
    predicted, start, end = side % 2, *(places + side // 2 * (end.max(initial=0) + 1) for places in (start, end))
    order = numpy.lexsort((predicted, end, start))
    case, predicted = side[order] // 2, predicted[order] == 1
    return Columns(order, case, predicted, start[order], end[order], kind[order], label[order], loose[order])


def _numbered(values: Sequence[Hashable]) -> Numbers:
    """Equal values as equal numbers, which count from 0 in the order of first places."""
    import numpy

    number = dict(zip(dict.fromkeys(values), count(), strict=False))
    return numpy.array(list(map(number.__getitem__, values)), dtype=int)


def _rest(
    cases: Sequence[Case], sides: Sequence[Sequence[Mention]], undecided: Sequence[bool]
) -> Iterator[tuple[int, Case]]:
    """The documents, by their places, that have undecided mentions or bad records; of their mentions those alone."""
    each = iter(undecided)
    left = [tuple(compress(side, each)) for side in sides]
    for place, (case, gold, predicted) in enumerate(zip(cases, left[::2], left[1::2], strict=True)):
        if gold or predicted or case.spurious.get(LAYER):
            made = msgspec.structs.replace(case.prediction, entities=predicted)
            yield place, case._replace(gold=case.gold._replace(entities=gold), prediction=made)


def _plain(found: Columns) -> tuple[Plain, Truths]:
    """What became of the mentions of plain islands, and by place which mentions are in others."""
    import numpy

    gold, island = ~found.predicted, _islands(found)
    same = (found.start == numpy.roll(found.start, -1)) & (found.end == numpy.roll(found.end, -1))
    other = found.predicted != numpy.roll(found.predicted, -1)
    right = numpy.flatnonzero(same & other & gold & (found.type == numpy.roll(found.type, -1)))
    free = numpy.ones(len(gold), dtype=bool)
    free[right] = free[right + 1] = False
    odd = numpy.zeros(len(gold), dtype=bool)  # by island
    odd[island[found.loose | (same & ~other)]] = True
    for side in (gold, found.predicted):
        odd |= numpy.bincount(island[free & side], minlength=len(gold)) > 1
    decided = ~odd[island]
    right = right[decided[right]]
    near, nearby = _overlapping(found, island, free & decided)
    paired = numpy.zeros(len(gold), dtype=bool)
    paired[island[right]] = True
    free[near] = free[nearby] = False
    lost, extra = numpy.flatnonzero(free & decided & gold), numpy.flatnonzero(free & decided & found.predicted)
    undecided = numpy.empty(len(gold), dtype=bool)
    undecided[found.place] = ~decided
    return Plain(right, near, nearby, lost, extra, paired[island[extra]]), undecided


def _islands(found: Columns) -> Numbers:
    """The number of each mention's island; a mention without length takes up a code point."""
    import numpy

    reached = numpy.maximum.accumulate(numpy.maximum(found.end, found.start + 1))
    return numpy.cumsum(found.start >= numpy.roll(reached, 1))


def _overlapping(found: Columns, island: Numbers, free: Truths) -> tuple[Numbers, Numbers]:
    """The gold mentions that overlap the prediction of their island, and those; of each, an island has at most one."""
    import numpy

    gold, predicted = numpy.flatnonzero(free & ~found.predicted), numpy.flatnonzero(free & found.predicted)
    _, one, other = numpy.intersect1d(island[gold], island[predicted], assume_unique=True, return_indices=True)
    near, nearby = gold[one], predicted[other]
    overlap = (found.start[near] < found.end[nearby]) & (found.start[nearby] < found.end[near])
    return near[overlap], nearby[overlap]


def _alike(batch: Batch) -> tuple[Truths, Truths]:
    """Which pairs that are near have the same span, and which the same type: none has both."""
    (near, nearby), found = batch.plain[1:3], batch.columns
    exact = (found.start[near] == found.start[nearby]) & (found.end[near] == found.end[nearby])
    return exact, found.type[near] == found.type[nearby]


def _f1(batch: Batch) -> Iterator[Rows]:
    """The rows of each measure of kind "f1"."""
    import numpy

    plain, (exact, typed) = batch.plain, _alike(batch)
    either = {"entities.strict": exact & typed, "entities.span": exact}
    either |= {"entities.typed_overlap": typed, "entities.overlap": numpy.ones_like(exact)}
    for measure, hit in either.items():
        right = numpy.concatenate([plain.right, plain.near[hit]])
        gold = numpy.concatenate([right, plain.near[~hit], plain.lost])
        predicted = numpy.concatenate([right, plain.nearby[~hit], plain.extra])
        yield _summed(batch, measure, LABELS[measure], (right, gold, right, predicted))


def _subtypes(batch: Batch) -> Rows:
    """The rows of the subtypes of pairs that have the right type."""
    import numpy

    right, label = batch.plain.right, batch.columns.label
    stated = numpy.array([bool(mention.subtype) for mention in batch.labels], dtype=bool)
    cases = right[stated[label[right]]]
    same = cases[label[cases] == label[cases + 1]]
    return _summed(batch, "entities.subtype", overall, (same, cases, cases[:0], cases[:0]))


def _summed(batch: Batch, measure: str, labels: Labels, counted: Sequence[Numbers]) -> Rows:
    """The rows of a measure, from the mentions that each of the counts is of; of a pair it is gold on both sides."""
    import numpy

    groups = [labels(mention) for mention in batch.labels]
    names = list(dict.fromkeys(chain.from_iterable(groups)))
    member = numpy.array([name in one for one in groups for name in names], dtype=int).reshape(len(groups), len(names))
    cells = numpy.stack([_by_label(batch, mentions) @ member for mentions in counted])
    place, group = numpy.nonzero(cells.any(0))
    sizes = numpy.bincount(place, minlength=len(batch.cases)).tolist()
    doc_ids = chain.from_iterable(repeat(case.gold.doc_id, size) for case, size in zip(batch.cases, sizes, strict=True))
    constant = repeat(""), repeat(LAYER), repeat(measure)
    named = map(names.__getitem__, group.tolist())
    values = zip(doc_ids, *constant, named, *cells[:, place, group].tolist(), strict=False)  # constants never end
    return Rows(map(Row._make, values), sizes)


def _by_label(batch: Batch, mentions: Numbers) -> Numbers:
    """How many of some mentions each document has of each label."""
    import numpy

    shape = len(batch.cases), len(batch.labels)
    columns = batch.columns
    places = columns.case[mentions] * len(batch.labels) + columns.label[mentions]
    return numpy.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
