"""Rules for figures: one quantity, read in one way, whose fields say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import msgspec

from dateline import numerals
from dateline.checks.view import Flaw, Located, Rule, View, grouped
from dateline.model import Figure, Unit
from dateline.times import readings
from dateline.validation import quote
from dateline.vocabulary import labels

Shape = tuple[bool, bool | None, bool | None, bool]  # value given, lower inclusive, upper inclusive, term given

SHAPES: dict[str, tuple[Shape, str]] = {
    "exact": ((True, None, None, False), "value only"),
    "about": ((True, None, None, False), "value only"),
    "more_than": ((False, False, None, False), "lower only, exclusive"),
    "at_least": ((False, True, None, False), "lower only, inclusive"),
    "less_than": ((False, None, False, False), "upper only, exclusive"),
    "at_most": ((False, None, True, False), "upper only, inclusive"),
    "between": ((False, True, True, False), "lower and upper only, both inclusive"),
    "vague": ((False, None, None, True), "term only"),
}
"""Comparator -> which of value, lower, upper and term are given."""

UNCOUNTED = ("duration", "distance")
UNMEASURED = ("duration", "distance", "mass")


def comparator_bounds(view: View) -> Iterator[Flaw]:
    """Of value, lower, upper and term those are given that the comparator calls for."""
    for _, at in view.figures():
        figure = at.record
        lower, upper = (bound and bound.inclusive for bound in (figure.lower, figure.upper))
        shape, allowed = SHAPES[figure.comparator]
        if (figure.value is not None, lower, upper, figure.term is not None) != shape:
            given = [name for name in ("value", "lower", "upper", "term") if getattr(figure, name) is not None]
            message = f"comparator {quote(figure.comparator)} with {quote(given)}"
            yield at.flaw(message, f"{figure.comparator}: {allowed}")


def empty_range(view: View) -> Iterator[Flaw]:
    """A lower bound is less than the upper bound."""
    for _, at in view.figures():
        lower, upper = at.record.lower, at.record.upper
        if lower and upper and lower.value >= upper.value:
            yield at.flaw(f"lower is {quote(lower.value)}, upper {quote(upper.value)}", "lower less than upper")


def value_not_in_span(view: View) -> Iterator[Flaw]:
    """The text of a figure, read again by the grammar of numerals, says what the record says."""
    return _read_otherwise(view, ("comparator", "value", "lower", "upper", "term"))


def unit_not_in_span(view: View) -> Iterator[Flaw]:
    """The unit is the one that the text of the figure names, with the code that the schema gives it."""
    return _read_otherwise(view, ("unit",))


def _read_otherwise(view: View, fields: Iterable[str]) -> Iterator[Flaw]:
    for _, at in view.figures():
        reading = numerals.read(at.record.text or "")
        for field in fields:
            own, read = getattr(at.record, field), getattr(reading, field, None)
            if own != read:
                yield at.flaw(f"{field} is {_told(own)}", f"{quote(at.record.text)} reads {_told(read)}")


def _told(value: object) -> str:
    return quote(msgspec.to_builtins(value))


def category_unit(view: View) -> Iterator[Flaw]:
    """Durations, distances and masses are measured in units of time, length and mass, and nothing else is."""
    for _, at in view.figures():
        if not _fits(str(at.record.category), at.record.unit):
            message = f"category {quote(at.record.category)} with unit {_told(at.record.unit)}"
            yield at.flaw(message, "units of time, length and mass for duration, distance and mass only")


def _fits(category: str, unit: Unit | None) -> bool:
    if unit is None:
        return category not in UNMEASURED or category == "duration"  # an age may do without
    if unit.ucum is None:
        return True
    owner = labels("figure", "ucum")[unit.ucum]["x-category"]
    return bool(owner == (category if category in UNMEASURED else None))


def _is_share(figure: Figure) -> bool:
    """A fraction or percentage of something that is counted, or a share of a population."""
    bound = figure.lower or figure.upper
    number = figure.value if bound is None else bound.value
    partial = figure.unit.ucum == "%" if figure.unit else number is not None and 0 < number < 1
    return figure.category == "population_share" or (partial and figure.category not in UNMEASURED)


def measure_null(view: View) -> Iterator[Flaw]:
    """Durations, distances, masses and shares are neither stock nor flow nor increment; everything else is one."""
    for _, at in view.figures():
        category, measure = at.record.category, at.record.measure
        if (measure is None) != (category in UNMEASURED or _is_share(at.record)):
            message = f"measure {quote(measure)} with category {quote(category)}"
            yield at.flaw(message, f"null for {', '.join(UNMEASURED)} and shares, and for no other")


def counted_null(view: View) -> Iterator[Flaw]:
    """Durations and distances count nothing; everything else does, unless it is measured in a unit of another kind."""
    for _, at in view.figures():
        category, counted = at.record.category, at.record.counted
        measured = category == "other" and at.record.unit is not None
        if (counted is None) != (category in UNCOUNTED) and not (measured and counted is None):
            message = f"counted {_told(counted)} with category {quote(category)}"
            yield at.flaw(message, f"null for {', '.join(UNCOUNTED)} and money, and for no other")


def counted_span(view: View) -> Iterator[Flaw]:
    """What is counted has both offsets or none, and lies outside the span of the figure."""
    for _, at in view.figures():
        counted = at.record.counted
        start, end = (counted.start, counted.end) if counted else (None, None)
        if (start is None) != (end is None):
            yield at.flaw(f"counted from {quote(start)} to {quote(end)}", "both offsets or neither")
        elif start is not None and end is not None and start < at.record.end and at.record.start < end:
            yield at.flaw(f"counted from {start} to {end} overlaps the figure", "the counted noun is outside")


def figure_overlap(view: View) -> Iterator[Flaw]:
    """No two figures share a character."""
    for document in view.documents:
        for before, at in pairwise(sorted(document.figures, key=lambda at: (at.record.start, at.record.end))):
            if at.record.start < before.record.end:
                yield at.flaw(f"{quote(at.record.text)} overlaps {before.record.id}", "one record for each quantity")


def place_type(view: View) -> Iterator[Flaw]:
    """A place is a location."""
    registry = view.entities()
    for _, at in view.figures():
        for entity in (registry[str(name)] for name in at.record.place if name in registry):
            if entity.type != "location":
                yield at.flaw(f"place {quote(entity.entity_id)} is of type {quote(entity.type)}", "a location")


def unnamed_place(view: View) -> Iterator[Flaw]:
    """A place is named in the segment of its figure."""
    for document, at in view.figures():
        names = [mention.record for mention in document.entities if mention.record.level == "name"]
        named = {name.entity_id for name in names if name.segment_id == at.record.segment_id}
        for place in at.record.place:
            if place not in named:
                yield at.flaw(f"place {quote(place)} has no name in {at.record.segment_id}", "places named there")


def time_edtf(view: View) -> Iterator[Flaw]:
    """A time is valid EDTF (ISO 8601-2), and does not end before it begins."""
    for _, at in view.figures():
        if at.record.time:
            intervals = readings(at.record.time.edtf)
            if intervals is None or any(last < first for first, last in intervals):
                yield at.flaw(f"time.edtf is {quote(at.record.time.edtf)}", "EDTF, such as 2013-03/2014-01-30")


def fraction_of_share(view: View) -> Iterator[Flaw]:
    """Only a share is a fraction of something."""
    for _, at in view.figures():
        if at.record.fraction_of and not _is_share(at.record):
            yield at.flaw(f"fraction_of of {quote(at.record.text)}", "null for all but shares")


def _facts(view: View) -> Iterator[tuple[list[Located[Figure]], list[Located[Figure]]]]:
    """The figures of each fact that is stated more than once: those that are no share, and the shares."""
    for document in view.documents:
        for fact in grouped(document.figures, lambda figure: figure.fact_id or ""):
            shares = [at for at in fact if _is_share(at.record)]
            if len(fact) > 1:
                yield [at for at in fact if at not in shares], shares


def fact_category(view: View) -> Iterator[Flaw]:
    """Figures of one fact are of one category; a share restates in another."""
    for wholes, _ in _facts(view):
        for at in wholes[1:]:
            if at.record.category != wholes[0].record.category:
                message = f"category {quote(at.record.category)} in fact {quote(at.record.fact_id)}"
                yield at.flaw(message, f"{wholes[0].record.id} has {quote(wholes[0].record.category)}")


def fact_value(view: View) -> Iterator[Flaw]:
    """Figures of one fact with one comparator say the same number, and so do the shares in it."""
    for fact in chain.from_iterable(_facts(view)):
        for first, *others in grouped(fact, lambda figure: figure.comparator):
            for at in others:
                if _quantity(at.record) != _quantity(first.record):
                    message = f"{quote(at.record.text)} in fact {quote(at.record.fact_id)}"
                    yield at.flaw(message, f"{first.record.id} says {quote(first.record.text)}")


def _quantity(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.lower, figure.upper, figure.term, figure.unit and figure.unit.ucum


def fact_increment(view: View) -> Iterator[Flaw]:
    """What is added to a stock is another fact than the stock."""
    for wholes, _ in _facts(view):
        stocks = [at.record.id for at in wholes if at.record.measure == "stock"]
        for at in wholes:
            if stocks and at.record.measure == "increment":
                yield at.flaw(f"an increment shares {quote(at.record.fact_id)} with {stocks[0]}", "a fact of its own")


RULES = {
    "comparator-bounds": Rule(comparator_bounds, "figures-comparator"),
    "empty-range": Rule(empty_range, "figures-comparator-between"),
    "value-not-in-span": Rule(value_not_in_span, "figures-value"),
    "unit-not-in-span": Rule(unit_not_in_span, "figures-unit"),
    "category-unit": Rule(category_unit, "figures-category"),
    "measure-null": Rule(measure_null, "figures-measure"),
    "counted-null": Rule(counted_null, "figures-counted"),
    "counted-span": Rule(counted_span, "figures-counted"),
    "figure-overlap": Rule(figure_overlap, "figures-start"),
    "place-type": Rule(place_type, "figures-place"),
    "unnamed-place": Rule(unnamed_place, "figures-place"),
    "time-edtf": Rule(time_edtf, "figures-time"),
    "fraction-of-share": Rule(fraction_of_share, "figures-fraction_of"),
    "fact-category": Rule(fact_category, "figures-fact_id"),
    "fact-value": Rule(fact_value, "figures-fact_id"),
    "fact-increment": Rule(fact_increment, "figures-fact_id"),
}
