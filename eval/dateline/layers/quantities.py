"""When two quantities say the same: numbers, bounds, units and what is counted."""

from __future__ import annotations

import re
from decimal import Decimal

from dateline.conventions import includes
from dateline.model import Counted, Figure, Unit
from dateline.numerals import BOUNDS, Reading, find

_VAGUE = "vague"
_FACTOR = 2


def same_number(gold: Figure, predicted: Figure) -> bool:
    """Whether the number is right, as a decimal: 0.25 is 0.250 and 2000 is 2000.0. Of a vague figure, the term.

    Under the same comparator value, lower and upper with inclusivity must agree; under another one the numbers, stated
    on the sides and with the inclusivity that it calls for.
    """
    if gold.comparator == _VAGUE:
        return gold.term == predicted.term
    if gold.comparator == predicted.comparator:
        return _fields(gold) == _fields(predicted)
    return numbers(gold) == numbers(predicted) and _sides(predicted) == BOUNDS.get(predicted.comparator, {})


def read_as(convention: str | None, gold: Figure, predicted: Figure) -> bool:
    """Whether a convention reads the gold's vague term as the number that is predicted.

    A range counts if both of its ends do, so that one without an end never does.
    """
    if convention is None or gold.term is None:
        return False
    calls_for = BOUNDS.get(predicted.comparator, {}).keys()
    closed = len(calls_for) != 1 and _sides(predicted).keys() == calls_for
    return closed and includes(convention, gold.term, numbers(predicted))


def numbers(figure: Figure) -> list[Decimal]:
    """The numbers that a figure states, in the order value, lower, upper; none for a vague one."""
    return [] if figure.comparator == _VAGUE else _stated(figure)


def numbers_in(text: str) -> frozenset[Decimal]:
    """Every number of a text, in words or in digits; also those in dates and names."""
    readings = find(text, optional=True)
    digits = (run.replace(",", "") for run in re.findall(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", text))
    return frozenset([number for reading in readings for number in _stated(reading)] + [Decimal(run) for run in digits])


def has_bound(gold: Figure) -> bool:
    """Whether a figure is bounded on some side."""
    return gold.comparator in BOUNDS


def bound_kept(gold: Figure, predicted: Figure) -> bool:
    """Whether a prediction is bounded on every side that gold is, or has a comparator that gold accepts."""
    bounded = BOUNDS.get(predicted.comparator, {}).keys() & _sides(predicted).keys()
    return _sides(gold).keys() <= bounded or predicted.comparator in gold.alternatives.get("comparator", ())


def comparable(gold: Figure, predicted: Figure) -> bool:
    """Whether both state a number, in the same unit."""
    return bool(numbers(gold) and numbers(predicted)) and same_unit(gold.unit, predicted.unit)


def magnitude_kept(gold: Figure, predicted: Figure) -> bool:
    """Whether the smallest and the largest numbers of both figures are off by less than a factor of two each."""
    one, other = numbers(gold), numbers(predicted)
    return _near(min(one), min(other)) and _near(max(one), max(other))


def same_unit(gold: Unit | None, predicted: Unit | None) -> bool:
    """Whether units are the same: no unit on both sides, the same UCUM code, or the same word where one has no code.

    Words are compared in lower case and without the plural -s.
    """
    one, other = (unit if unit and (unit.ucum or unit.text) else None for unit in (gold, predicted))
    if one is None or other is None:
        return one is other
    if one.ucum and other.ucum:
        return one.ucum == other.ucum
    return one.text is not None and other.text is not None and _singular(one.text) == _singular(other.text)


def same_counted(gold: Counted | None, predicted: Counted | None) -> bool:
    """Whether the same is counted: nothing on both sides, overlapping places, or the same head noun in the singular.

    The head noun is the last word.
    """
    if gold is None or predicted is None:
        return gold is predicted
    return _meet(gold, predicted) or _head(gold.text) == _head(predicted.text)


def _stated(quantity: Figure | Reading) -> list[Decimal]:
    bounds = [bound.value for bound in (quantity.lower, quantity.upper) if bound]
    return [_decimal(number) for number in (quantity.value, *bounds) if number is not None]


def _sides(figure: Figure) -> dict[str, bool]:
    """The sides on which a figure states a bound, with its inclusivity."""
    bounds = {"lower": figure.lower, "upper": figure.upper}
    return {side: bound.inclusive for side, bound in bounds.items() if bound}


def _fields(figure: Figure) -> tuple[object, ...]:
    bounds = ((bound and _decimal(bound.value), bound and bound.inclusive) for bound in (figure.lower, figure.upper))
    return (None if figure.value is None else _decimal(figure.value), *bounds)


def _decimal(number: int | float) -> Decimal:
    return Decimal(str(number))


def _near(one: Decimal, other: Decimal) -> bool:
    if one == other:
        return True
    low, high = sorted((abs(one), abs(other)))
    return one * other > 0 and high < _FACTOR * low


def _meet(one: Counted, other: Counted) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return max(one.start, other.start) < min(one.end, other.end)


def _head(words: str) -> str:
    return _singular((re.findall(r"\w+", words) or [""])[-1])


def _singular(word: str) -> str:
    folded = word.casefold().strip()
    if folded.endswith("ies"):
        return folded.removesuffix("ies") + "y"
    return folded if folded.endswith("ss") else folded.removesuffix("s")
