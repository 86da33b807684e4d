"""Stances: who stands where - the positions of a document, and the passages that show them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, product
from typing import Any, NamedTuple

from dateline.layers.base import (
    ACCURACY,
    CORRECT,
    F1,
    OVERALL,
    SEVERAL,
    Case,
    Measure,
    Place,
    Scheme,
    accuracy_rows,
    by_start,
    f1_rows,
    spurious_rows,
)
from dateline.layers.counts import Row
from dateline.matching import Alignment, Stage, Weights, align, extent, overlapping, same
from dateline.model import Segment, Stance, TextSpan
from dateline.references import Identity, identity

LAYER = "stances"

FIELDS = dict.fromkeys(("polarity", "act", "basis", "quotation", "certainty"), "stance")
"""Label field -> the kind of record whose schema lists its labels."""

_GROUPINGS = ("polarity",)

MEASURES = {
    "stances.position": Measure(
        F1, "a holder, concept and polarity of the document, each once", headline=True, groupings=_GROUPINGS, whole=True
    ),
    "stances.record": Measure(
        F1, "a record with the same holder, concept and polarity and a shared evidence segment", groupings=_GROUPINGS
    ),
    "stances.expression": Measure(F1, "of matched records: an expression with a shared code point", conditional=True),
    "stances.slot.act": Measure(ACCURACY, "of matched records: the act is right"),
    "stances.slot.basis": Measure(ACCURACY, "of matched records: the basis is right"),
    "stances.slot.quotation": Measure(ACCURACY, "of matched records: the quotation is right"),
    "stances.slot.certainty": Measure(ACCURACY, "of matched records: the certainty is right"),
    "stances.slot.on_behalf_of": Measure(
        ACCURACY, "of matched records: the entity spoken for is right, or that none is"
    ),
    "stances.slot.via": Measure(ACCURACY, "of matched records: the set of speakers in between is right"),
}

Key = tuple[Identity, str, str]
"""Holder, concept and polarity."""

Evidence = Callable[[Stance], tuple[str, ...]]
"""A record -> the identifiers of its evidence segments, in text order."""

Judge = Callable[[Case, Stance, Stance], bool]
"""Whether a predicted record that is matched with a gold one is right in some respect."""


class Position(NamedTuple):
    """Where a holder stands in a document. Gold's also lists the positions that are as good, its own among them."""

    holder: Identity
    concept_id: str
    polarity: str
    optional: bool = False
    accepted: tuple[Key, ...] = ()


def _label(field: str, case: Case, gold: Stance, predicted: Stance) -> bool:
    return gold.accepts(field, getattr(predicted, field))


def _on_behalf_of(case: Case, gold: Stance, predicted: Stance) -> bool:
    expected, found = gold.on_behalf_of, predicted.on_behalf_of
    if expected is None or found is None:
        return expected is found
    return case.resolver.entity(found) == identity(expected)


def _via(case: Case, gold: Stance, predicted: Stance) -> bool:
    return case.resolver.entities(predicted.via) == frozenset(map(identity, gold.via))


def _holder(case: Case, gold: Stance, predicted: Stance) -> bool:
    return case.resolver.entity(predicted.holder) == identity(gold.holder)


_POSITION: dict[str, Judge] = {
    "holder": _holder,
    "concept_id": partial(_label, "concept_id"),
    "polarity": partial(_label, "polarity"),
}
"""Part of a position -> its judge."""

SLOTS: dict[str, Judge] = {
    "act": partial(_label, "act"),
    "basis": partial(_label, "basis"),
    "quotation": partial(_label, "quotation"),
    "certainty": partial(_label, "certainty"),
    "on_behalf_of": _on_behalf_of,
    "via": _via,
}
"""Slot -> its judge."""


def rows(case: Case) -> Iterator[Row]:
    """The count rows of all measures. Positions belong to the document, records to the segment they start in."""
    at, found = by_evidence(case), aligned(case)
    yield from f1_rows(case, LAYER, "stances.position", _positions(case), lambda position: "", _labels)
    yield from f1_rows(case, LAYER, "stances.record", found, at, _labels)
    for name, judge in SLOTS.items():
        judged = ((gold, judge(case, gold, predicted)) for gold, predicted in found.pairs)
        yield from accuracy_rows(case, LAYER, f"stances.slot.{name}", judged, at)
    yield from f1_rows(case, LAYER, "stances.expression", _expressions(found), by_start(case))
    yield from spurious_rows(case, LAYER, MEASURES)


def by_evidence(case: Case) -> Place:
    """The first evidence segment of a record."""
    evidence = evidence_of(case)
    return lambda record: next(iter(evidence(record)), "")


def aligned(case: Case) -> Alignment[Stance, Stance]:
    """Records of the same position that share evidence: the same segments first, then those that share most text."""
    evidence, same_position = evidence_of(case), partial(_same_position, case)
    stages = same(evidence, same_position), sharing(case.gold.segments, evidence, same_position)
    return align(case.gold.stances, case.prediction.stances or (), *stages)


def differences(case: Case, gold: Stance, predicted: Stance) -> dict[str, tuple[Any, Any]]:
    """What is wrong with a record that is held against another: field -> gold and predicted value."""
    wrong = (name for name, judge in {**_POSITION, **SLOTS}.items() if not judge(case, gold, predicted))
    return {name: (getattr(gold, name), getattr(predicted, name)) for name in wrong}


def evidence_of(case: Case) -> Evidence:
    """The function from a stance to its evidence: its segment_ids, else the segments that its span overlaps."""
    segments = case.gold.segments
    place = {segment.id: index for index, segment in enumerate(segments)}
    starts = [segment.start for segment in segments]

    def evidence(stance: Stance) -> tuple[str, ...]:
        if stance.segment_ids:
            return tuple(sorted(stance.segment_ids, key=lambda segment_id: place[segment_id]))
        start, end = stance.start or 0, stance.end or 0
        near = segments[max(bisect_right(starts, start) - 1, 0) : bisect_left(starts, end)]
        return tuple(segment.id for segment in near if segment.end > start)

    return evidence


def sharing(
    segments: Iterable[Segment], evidence: Evidence, accepts: Callable[[Stance, Stance], bool]
) -> Stage[Stance, Stance]:
    """The stage of acceptable pairs that share evidence segments; the weight is the code points of those."""
    length = {segment.id: segment.end - segment.start for segment in segments}

    def stage(gold: Sequence[Stance], predicted: Sequence[Stance]) -> Weights:
        holding: defaultdict[str, list[int]] = defaultdict(list)
        for i, stance in enumerate(gold):
            for segment_id in evidence(stance):
                holding[segment_id].append(i)
        for j, found in enumerate(predicted):
            shared: Counter[int] = Counter()
            for segment_id in evidence(found):
                shared.update(dict.fromkeys(holding[segment_id], length[segment_id]))
            yield from (((i, j), weight) for i, weight in shared.items() if accepts(gold[i], found))

    return stage


def _same_position(case: Case, gold: Stance, predicted: Stance) -> bool:
    labels = gold.accepts("concept_id", predicted.concept_id) and gold.accepts("polarity", predicted.polarity)
    return labels and _holder(case, gold, predicted)


def _compared(case: Case) -> Alignment[Stance, Stance]:
    """Matched records; then, of required gold, those with shared evidence that differ in the polarity alone, in the
    concept alone, in the holder alone, in more."""
    strict, evidence = aligned(case), evidence_of(case)
    found = strict._replace(free=strict.missed)
    for parts in (("concept_id", "holder"), ("polarity", "holder"), ("concept_id", "polarity"), ()):
        found = found.then(sharing(case.gold.segments, evidence, partial(_alike, parts, case)))
    return found


def _alike(parts: Iterable[str], case: Case, gold: Stance, predicted: Stance) -> bool:
    return all(_POSITION[part](case, gold, predicted) for part in parts)


def _category(case: Case, gold: Stance, predicted: Stance) -> str:
    wrong = [category for part, category in _WRONG.items() if not _POSITION[part](case, gold, predicted)]
    return SEVERAL if len(wrong) > 1 else wrong[0] if wrong else CORRECT


def _again(case: Case) -> Stage[Stance, Stance]:
    return sharing(case.gold.segments, evidence_of(case), partial(_same_position, case))


def _record(case: Case) -> Callable[[Stance], tuple[Key, tuple[str, ...]]]:
    """What makes a record the same as another: its position and its evidence."""
    evidence, resolve = evidence_of(case), case.resolver.entity
    return lambda stance: ((resolve(stance.holder), stance.concept_id, stance.polarity), evidence(stance))


_WRONG = {"holder": "wrong_holder", "concept_id": "wrong_concept", "polarity": "wrong_polarity"}

ERRORS = Scheme((CORRECT, *_WRONG.values(), SEVERAL), _compared, _category, by_evidence, _again, _record)
"""An act or another slot that is wrong is no error of its own here."""


def _positions(case: Case) -> Alignment[Position, Position]:
    """The document's positions: the same first, then those that gold lists as good."""
    resolve, stances = case.resolver.entity, case.prediction.stances or ()
    predicted = {Position(resolve(stance.holder), stance.concept_id, stance.polarity) for stance in stances}
    return align(_gold_positions(case.gold.stances), list(predicted), same(_key), _as_good)


def _key(position: Position) -> Key:
    return position.holder, position.concept_id, position.polarity


def _gold_positions(stances: Iterable[Stance]) -> list[Position]:
    """Each position once; optional where all its records are."""
    records: defaultdict[tuple[str, str, str], list[Stance]] = defaultdict(list)
    for stance in stances:
        records[identity(stance.holder), stance.concept_id, stance.polarity].append(stance)
    return [
        Position(*key, all(stance.optional for stance in same_key), tuple(sorted({*_accepted(key[0], same_key)})))
        for key, same_key in records.items()
    ]


def _accepted(holder: str, stances: Iterable[Stance]) -> Iterator[Key]:
    """What is right for any of these records, with the labels that they list as alternatives."""
    for stance in stances:
        concepts = stance.concept_id, *stance.alternatives.get("concept_id", ())
        polarities = stance.polarity, *stance.alternatives.get("polarity", ())
        yield from product([holder], concepts, polarities)


def _as_good(gold: Sequence[Position], predicted: Sequence[Position]) -> Weights:
    accepting: defaultdict[Key, list[int]] = defaultdict(list)
    for i, position in enumerate(gold):
        for key in position.accepted:
            accepting[key].append(i)
    for j, found in enumerate(predicted):
        yield from (((i, j), 1) for i in accepting.get(_key(found), ()))


def _expressions(found: Alignment[Stance, Stance]) -> Alignment[TextSpan, TextSpan]:
    """The expressions of matched records, aligned by overlap within each pair."""
    each = [
        align(gold.expression, predicted.expression, same(extent), overlapping()) for gold, predicted in found.pairs
    ]
    return Alignment(*(list(chain.from_iterable(getattr(one, side) for one in each)) for side in Alignment._fields))


def _labels(record: Stance | Position) -> tuple[str, ...]:
    return OVERALL, f"polarity={record.polarity}"
