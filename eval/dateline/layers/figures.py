"""Figures: which quantities a text states, and what each says.

Gold and predictions are aligned one to one by overlap with the nearest gold, the same span first; every measure but
`figures.safe.invented` speaks of this one alignment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from dateline.layers.base import (
    ACCURACY,
    BOUNDARY,
    CORRECT,
    F1,
    SEVERAL,
    Case,
    Measure,
    Scheme,
    accuracy_rows,
    by_start,
    f1_rows,
    span_difference,
    spurious_rows,
)
from dateline.layers.counts import Row
from dateline.layers.quantities import (
    bound_kept,
    comparable,
    has_bound,
    magnitude_kept,
    numbers,
    numbers_in,
    read_as,
    same_counted,
    same_number,
    same_unit,
)
from dateline.matching import Alignment, align, extent, nearest, overlapping, same
from dateline.model import Figure
from dateline.references import identity
from dateline.times import same_time

LAYER = "figures"

FIELDS = dict.fromkeys(("comparator", "category", "status", "measure"), "figure")
"""Label field -> the kind of record whose schema lists its labels."""

MEASURES = {
    "figures.fact": Measure(F1, "an aligned pair with value, category and status right", headline=True),
    "figures.exact": Measure(F1, "an aligned pair with the same span"),
    "figures.overlap": Measure(F1, "an aligned pair: at least one shared code point"),
    "figures.value": Measure(F1, "an aligned pair with comparator, number and unit right"),
    "figures.slot.value": Measure(ACCURACY, "comparator, number and unit are right"),
    "figures.slot.comparator": Measure(ACCURACY, "the comparator is right"),
    "figures.slot.number": Measure(
        ACCURACY,
        "value and bounds with inclusivity are right; of a vague figure, the term or what a convention makes of it",
    ),
    "figures.slot.unit": Measure(ACCURACY, "the measuring unit is right, by UCUM code or by word"),
    "figures.slot.counted": Measure(ACCURACY, "what is counted is right, by place or by head noun"),
    "figures.slot.category": Measure(ACCURACY, "the category is right"),
    "figures.slot.status": Measure(ACCURACY, "the status is right"),
    "figures.slot.measure": Measure(ACCURACY, "stock, flow or increment is right"),
    "figures.slot.source": Measure(ACCURACY, "the set of source entities is right; their order is not compared"),
    "figures.slot.place": Measure(ACCURACY, "the set of place entities is right"),
    "figures.slot.time": Measure(ACCURACY, "the time is the same EDTF interval, or one of the gold's readings"),
    "figures.safe.magnitude": Measure(
        ACCURACY, "of pairs with numbers in the same unit: off by less than a factor of 2"
    ),
    "figures.safe.bound": Measure(ACCURACY, "of pairs whose gold is a bound: it is neither lost nor reversed"),
    "figures.safe.status": Measure(ACCURACY, "of pairs whose gold is not actual: not reported as actual"),
    "figures.safe.invented": Measure(ACCURACY, "of predicted figures with a number: it stands in the text"),
}
"""Slot and safe measures are shares of aligned pairs, `figures.safe.invented` apart. The faults that an analyst fears
are the cases of a safe measure that are not right."""

_VALUE = ("comparator", "number", "unit")
_FACT = (*_VALUE, "category", "status")
_DETAILS = ("measure", "counted", "source", "place", "time")
_WRONG_DETAILS = "wrong_details"

_ACTUAL = "actual"  # the status that must not be claimed for an aim

Judge = Callable[[Case, Figure, Figure], bool]
"""Whether a predicted figure that is aligned with a gold one is right in some respect."""


def _label(field: str, case: Case, gold: Figure, predicted: Figure) -> bool:
    return gold.accepts(field, getattr(predicted, field))


def _entities(field: str, case: Case, gold: Figure, predicted: Figure) -> bool:
    return case.resolver.entities(getattr(predicted, field)) == frozenset(map(identity, getattr(gold, field)))


def _comparator(case: Case, gold: Figure, predicted: Figure) -> bool:
    """A number that a convention reads a vague term as needs no comparator "vague"."""
    return gold.accepts("comparator", predicted.comparator) or read_as(case.convention, gold, predicted)


def _number(case: Case, gold: Figure, predicted: Figure) -> bool:
    return same_number(gold, predicted) or read_as(case.convention, gold, predicted)


def _time(case: Case, gold: Figure, predicted: Figure) -> bool:
    return same_time(_edtf(gold), _edtf(predicted))


def _edtf(figure: Figure) -> str | None:
    return figure.time.edtf if figure.time else None


def _value(case: Case, gold: Figure, predicted: Figure) -> bool:
    return all(SLOTS[name](case, gold, predicted) for name in _VALUE)


def _fact(case: Case, gold: Figure, predicted: Figure) -> bool:
    return all(SLOTS[name](case, gold, predicted) for name in _FACT)


SLOTS: dict[str, Judge] = {
    "value": _value,
    "comparator": _comparator,
    "number": _number,
    "unit": lambda case, gold, predicted: same_unit(gold.unit, predicted.unit),
    "counted": lambda case, gold, predicted: same_counted(gold.counted, predicted.counted),
    "category": partial(_label, "category"),
    "status": partial(_label, "status"),
    "measure": partial(_label, "measure"),
    "source": partial(_entities, "source"),
    "place": partial(_entities, "place"),
    "time": _time,
}
"""Slot -> its judge."""

_WHOLE: dict[str, Judge] = {
    "fact": _fact,
    "exact": lambda case, gold, predicted: extent(gold) == extent(predicted),
    "overlap": lambda case, gold, predicted: True,
    "value": _value,
}

_SAFE: dict[str, tuple[Callable[[Figure, Figure], bool], Callable[[Figure, Figure], bool]]] = {
    "magnitude": (comparable, magnitude_kept),
    "bound": (lambda gold, predicted: has_bound(gold), bound_kept),
    "status": (
        lambda gold, predicted: gold.status != _ACTUAL,
        lambda gold, predicted: predicted.status != _ACTUAL or gold.accepts("status", _ACTUAL),
    ),
}
"""Fault -> in which pairs it can occur, and whether it did not."""


def rows(case: Case) -> Iterator[Row]:
    """The count rows of all measures."""
    at, found = by_start(case), aligned(case)
    for name, judge in _WHOLE.items():
        yield from f1_rows(case, LAYER, f"figures.{name}", found.keep(partial(judge, case)), at)
    for name, judge in SLOTS.items():
        judged = ((gold, judge(case, gold, predicted)) for gold, predicted in found.pairs)
        yield from accuracy_rows(case, LAYER, f"figures.slot.{name}", judged, at)
    for name, (concerns, safe) in _SAFE.items():
        judged = ((gold, safe(gold, predicted)) for gold, predicted in found.pairs if concerns(gold, predicted))
        yield from accuracy_rows(case, LAYER, f"figures.safe.{name}", judged, at)
    yield from accuracy_rows(case, LAYER, "figures.safe.invented", _stated(case), at)
    yield from spurious_rows(case, LAYER, MEASURES)


def _stated(case: Case) -> Iterator[tuple[Figure, bool]]:
    """Predicted figures with a number, and whether every number of each stands in the text."""
    claims = [figure for figure in case.prediction.figures or () if numbers(figure)]
    stated = numbers_in(case.gold.text) if claims else frozenset()
    return ((figure, set(numbers(figure)) <= stated) for figure in claims)


def aligned(case: Case) -> Alignment[Figure, Figure]:
    """Figures that overlap, one to one; each prediction with no other gold than the nearest."""
    gold, predicted = case.gold.figures, case.prediction.figures or ()
    near = nearest(gold, predicted)
    return align(gold, predicted, same(extent), overlapping(lambda one, other: near[extent(other)] == extent(one)))


def differences(case: Case, gold: Figure, predicted: Figure) -> dict[str, tuple[Any, Any]]:
    """What is wrong with an aligned figure: slot -> gold and predicted value."""
    wrong = _wrong(case, gold, predicted, (*_FACT, *_DETAILS))
    found = {name: (_shown(name, gold), _shown(name, predicted)) for name in wrong}
    return {**span_difference(gold, predicted), **found}


def _wrong(case: Case, gold: Figure, predicted: Figure, slots: Iterable[str]) -> list[str]:
    return [name for name in slots if not SLOTS[name](case, gold, predicted)]


def _category(case: Case, gold: Figure, predicted: Figure) -> str:
    """The one wrong slot of the fact, or that several are; if none is, the same of the details; then the boundary."""
    for slots, more in ((_FACT, SEVERAL), (_DETAILS, _WRONG_DETAILS)):
        if wrong := _wrong(case, gold, predicted, slots):
            return f"wrong_{wrong[0]}" if len(wrong) == 1 else more
    return CORRECT if extent(gold) == extent(predicted) else BOUNDARY


_WRONG_FACTS = (*(f"wrong_{name}" for name in _FACT), SEVERAL)
_RIGHT_FACTS = (CORRECT, BOUNDARY, *(f"wrong_{name}" for name in _DETAILS), _WRONG_DETAILS)

ERRORS = Scheme((*_RIGHT_FACTS, *_WRONG_FACTS), aligned, _category, by_start)
"""In a pair of the first categories, down to `wrong_details`, the fact is right."""


def _shown(slot: str, figure: Figure) -> object:
    """What a figure says in a slot."""
    if slot == "number":
        return figure.term or [str(number) for number in numbers(figure)]
    if slot == "time":
        return _edtf(figure)
    return getattr(figure, slot)
