"""Mentions of many documents counted at once, wherever nothing has to be decided.

An island is a stretch of text that mentions of either side cover without a gap. What matches what depends on nothing
beyond its island, so that counts add up over islands as they do over documents. An island is plain where no span stands
twice on a side, no gold is optional or lists alternatives, and beside pairs of the same span and type at most one gold
mention and one prediction are left: then no measure has a choice. Those are counted here, of all documents as if they
followed each other in one text; all else goes the way of `dateline.layers.entities`, which is the definition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dateline.layers import layer
from dateline.layers.base import BOTH, BOUNDARY, CORRECT, DUPLICATE, MISSED, OVERALL, SPURIOUS, Case, overall
from dateline.layers.counts import Rows, numbered, tabled
from dateline.layers.entities import LABELS, LAYER, WRONG_TYPE, at_level, of_entities, of_mentions
from dateline.model import Mention

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from dateline.layers.counts import Array, Numbers

    Truths = NDArray[numpy.bool_]
    Counted = tuple[Numbers, Numbers, Numbers, Numbers]
    """The mentions that each count of a measure is of, as indexes of Columns."""


class Columns(NamedTuple):
    """The mentions of both sides of all documents in the order of text, gold first of equal spans; an array each field.

    `place` is that of a mention in the list that the columns were made of, `case` that of its document. `start` and
    `end` count as if the documents followed each other in one text. `type`, and `label` for type with subtype, are
    numbers. `loose` says that a mention has no length or, of gold, is optional or lists alternatives.
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
    """Documents, their mentions, one for each number of a label, and what is plain; those documents that have anything
    else, without what is plain."""

    cases: Sequence[Case]
    columns: Columns
    labels: Sequence[Mention]
    plain: Plain
    rest: Sequence[Case]


def rows_of(name: str, cases: Sequence[Case]) -> Iterator[Rows]:
    """The count rows of a layer, in parts that each are in the order of the documents."""
    if name == LAYER and _is_undivided(cases):
        yield from _rows(cases)
    else:
        yield tabled(chain.from_iterable(map(layer(name).rows, cases)))


def _rows(cases: Sequence[Case]) -> Iterator[Rows]:
    """The count rows of entities; two of a document may differ in their counts alone."""
    batch = _batch(cases)
    yield _summed(batch, {**dict(_f1(batch)), "entities.subtype": _subtypes(batch)})
    yield tabled(chain.from_iterable(map(of_mentions, batch.rest)))
    yield tabled(chain.from_iterable(map(of_entities, cases)))


Error = tuple[str, tuple[str, ...], tuple[int, int]]
"""An error category, the groups that it is counted in, and how many gold and predicted records are of it."""


def decided(name: str, cases: Sequence[Case]) -> tuple[list[Error], Sequence[Case]]:
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
    ], batch.rest


def _is_undivided(cases: Iterable[Case]) -> bool:
    """Whether documents are counted whole, neither by segment nor by slice."""
    return not any(case.by_segment or case.slices for case in cases)


def _batch(cases: Sequence[Case]) -> Batch:
    import numpy

    sides = list(chain.from_iterable(zip(*map(at_level, cases), strict=True)))
    mentions = list(chain.from_iterable(sides))
    _, kind = numbered(mention.type for mention in mentions)
    _, subtype = numbered(mention.subtype for mention in mentions)
    _, first, label = numpy.unique(subtype * len(mentions) + kind, return_index=True, return_inverse=True)
    columns = _columns(sides, mentions, kind, label)
    plain, undecided = _plain(columns)
    labels = [mentions[place] for place in first.tolist()]
    return Batch(cases, columns, labels, plain, list(_rest(cases, sides, undecided.tolist())))


def _columns(sides: Sequence[Sequence[Mention]], mentions: Sequence[Mention], kind: Numbers, label: Numbers) -> Columns:
    """The columns of mentions; `sides` are the gold ones of each document, then the predicted ones of each."""
    import numpy

    start, end = (numpy.fromiter(map(attrgetter(field), mentions), dtype=int) for field in ("start", "end"))
    predicted, case = numpy.divmod(numpy.repeat(numpy.arange(len(sides)), list(map(len, sides))), len(sides) // 2)
    loose, gold = end <= start, mentions[: len(mentions) - predicted.sum()]
    loose[: len(gold)] |= numpy.fromiter((mention.optional or mention.alternatives != {} for mention in gold), bool)
    start, end = (places + case * (end.max(initial=0) + 1) for places in (start, end))
    order = numpy.lexsort((predicted, end, start))
    case, start, end, kind, label = (field[order] for field in (case, start, end, kind, label))
    return Columns(order, case, predicted[order] == 1, start, end, kind, label, loose[order])


def _rest(cases: Sequence[Case], sides: Sequence[Sequence[Mention]], undecided: Sequence[bool]) -> Iterator[Case]:
    """The documents that have undecided mentions or bad records; of their mentions those alone."""
    each = iter(undecided)
    left = [tuple(compress(side, each)) for side in sides]
    for case, gold, predicted in zip(cases, left[: len(cases)], left[len(cases) :], strict=True):
        if gold or predicted or case.spurious.get(LAYER):
            made = msgspec.structs.replace(case.prediction, entities=predicted)
            yield case._replace(gold=case.gold._replace(entities=gold), prediction=made)


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


def _f1(batch: Batch) -> Iterator[tuple[str, Counted]]:
    """What is counted in each measure of kind "f1"; of a pair it is the gold mention on both sides."""
    import numpy

    plain, (exact, typed) = batch.plain, _alike(batch)
    either = {"entities.strict": exact & typed, "entities.span": exact}
    either |= {"entities.typed_overlap": typed, "entities.overlap": numpy.ones_like(exact)}
    for measure, hit in either.items():
        right = numpy.concatenate([plain.right, plain.near[hit]])
        gold = numpy.concatenate([right, plain.near[~hit], plain.lost])
        predicted = numpy.concatenate([right, plain.nearby[~hit], plain.extra])
        yield measure, (right, gold, right, predicted)


def _subtypes(batch: Batch) -> Counted:
    """Of pairs that have the right type, those whose gold has a subtype, and whose subtypes are the same."""
    import numpy

    right, label = batch.plain.right, batch.columns.label
    stated = numpy.array([bool(mention.subtype) for mention in batch.labels], dtype=bool)
    cases = right[stated[label[right]]]
    return cases[label[cases] == label[cases + 1]], cases, cases[:0], cases[:0]


def _summed(batch: Batch, counted: Mapping[str, Counted]) -> Rows:
    """The rows of all measures, by document and group."""
    import numpy

    names, member = _members(batch.labels, counted)
    mentions = numpy.array([[_by_label(batch, mentions) for mentions in one] for one in counted.values()], dtype=float)
    cells = mentions @ member[:, None]  # measures, counts, documents and groups
    measure, place, group = numpy.nonzero(cells.any(1))
    nothing = numpy.zeros_like(place)
    named = [case.gold.doc_id for case in batch.cases], [""], [LAYER], list(counted), names
    return Rows(named, numpy.stack([place, nothing, nothing, measure, group], axis=1), cells[measure, :, place, group])


def _members(labels: Sequence[Mention], measures: Collection[str]) -> tuple[list[str], Array]:
    """The groups of all measures, and for each measure and label which of them it is in."""
    import numpy

    groups = [LABELS.get(measure, overall)(mention) for measure in measures for mention in labels]
    names, number = numbered(chain.from_iterable(groups))
    member = numpy.zeros((len(groups), len(names)))
    member[numpy.repeat(numpy.arange(len(groups)), list(map(len, groups))), number] = 1
    return names, member.reshape(len(measures), len(labels), len(names))


def _by_label(batch: Batch, mentions: Numbers) -> Numbers:
    """How many of some mentions each document has of each label."""
    import numpy

    shape = len(batch.cases), len(batch.labels)
    columns = batch.columns
    places = columns.case[mentions] * len(batch.labels) + columns.label[mentions]
    return numpy.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
