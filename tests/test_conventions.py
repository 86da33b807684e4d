from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.conventions import CONVENTIONS, convention, includes
from dateline.errors import UnknownNameError
from dateline.reports.errors import mistakes
from dateline.scoring import Scores, score
from dateline.vocabulary import labels

TEXT = "Hundreds fled to the hills; 150 came back."
VAGUE = {"at": "Hundreds", "comparator": "vague", "term": "hundreds", "category": "fled", "status": "actual"}
EXACT = {"at": "150", "value": 150, "category": "fled", "status": "actual"}


def inclusive(value: float) -> dict[str, Any]:
    return {"value": value, "inclusive": True}


def scored(gold: dict[str, Any], change: dict[str, Any], name: str | None = "range") -> Scores:
    """A prediction of the gold's figure with another number."""
    kept = {key: value for key, value in gold.items() if key not in ("comparator", "term", "value")}
    predicted = placed([{**kept, **change}], TEXT)
    return score([{"doc_id": "d1", "figures": predicted}], corpus(document(TEXT, figures=[gold])), convention=name)


def right(gold: dict[str, Any], change: dict[str, Any], name: str | None = "range") -> bool:
    return scored(gold, change, name).value("figures.fact.f1") == 1


@pytest.mark.parametrize(
    ("name", "term", "number", "included"),
    [
        ("acled", "several", 3, True),
        ("acled", "several", 10, True),
        ("acled", "several", 5, False),
        ("acled", "dozens", 12, True),
        ("acled", "hundreds", 100, True),
        ("acled", "hundreds", 101, False),
        ("acled", "tens of thousands", 10_000, True),
        ("emdat", "hundreds", 200, True),
        ("emdat", "hundreds", 100, False),
        ("emdat", "thousands", 2_000, True),
        ("emdat", "dozens", 24, False),
        ("range", "dozens", 12, True),
        ("range", "dozens", 120, True),
        ("range", "dozens", 121, False),
        ("range", "hundreds of thousands", 10**6, True),
        ("range", "several", 3, False),
        ("range", "many", 100, False),
    ],
)
def test_a_convention_reads_a_term_as_numbers(name: str, term: str, number: int, included: bool) -> None:
    assert includes(name, term, [Decimal(number)]) is included


def test_no_number_is_in_no_reading() -> None:
    assert not includes("range", "hundreds", [])


def test_two_readings_are_not_one_range() -> None:
    assert not includes("acled", "several", [Decimal(3), Decimal(10)])


@pytest.mark.parametrize("name", CONVENTIONS)
def test_terms_are_those_of_the_schema(name: str) -> None:
    assert set(CONVENTIONS[name]) <= set(labels("figure", "term"))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_readings_go_up(name: str) -> None:
    assert all(0 < low <= high for readings in CONVENTIONS[name].values() for low, high in readings)


@pytest.mark.parametrize("name", [None, *CONVENTIONS])
def test_the_term_is_right_under_every_convention(name: str | None) -> None:
    assert right(VAGUE, {"comparator": "vague", "term": "hundreds"}, name)


@pytest.mark.parametrize("change", [{"value": 100}, {"comparator": "about", "value": 900}])
def test_a_number_in_the_reading_is_right_where_a_convention_is_asked_for(change: dict[str, Any]) -> None:
    assert (right(VAGUE, change), right(VAGUE, change, None)) == (True, False)


def test_a_range_within_the_reading_is_right() -> None:
    assert right(VAGUE, {"comparator": "between", "lower": inclusive(200), "upper": inclusive(1000)})


@pytest.mark.parametrize(
    "change",
    [
        {"value": 99},
        {"value": 10**9},
        {"comparator": "between", "lower": inclusive(0), "upper": inclusive(10**9)},
        {"comparator": "between", "lower": inclusive(100), "upper": inclusive(1001)},
        {"comparator": "at_least", "lower": inclusive(100)},
        {"comparator": "at_most", "upper": inclusive(1000)},
        {"comparator": "exact", "value": 200, "lower": inclusive(0)},
        {"comparator": "between", "lower": inclusive(200)},
        {"comparator": "between", "value": 200},
        {"comparator": "vague", "value": 200},
        {"comparator": "vague", "term": "dozens", "value": 200},
        {"comparator": "exact"},
        {"comparator": "exact", "term": "thousands"},
    ],
)
def test_what_reaches_out_of_the_reading_or_has_no_ends_is_wrong(change: dict[str, Any]) -> None:
    assert not right(VAGUE, change)


def test_a_vague_prediction_of_an_exact_figure_stays_wrong() -> None:
    assert not right(EXACT, {"comparator": "vague", "term": "hundreds"})


def test_exact_figures_are_not_read_by_a_convention() -> None:
    assert not right(EXACT, {"value": 151})


def test_the_unit_must_be_right_all_the_same() -> None:
    assert not right(VAGUE, {"value": 200, "unit": {"text": "km", "ucum": "km"}})


def test_the_slots_say_the_same_as_the_fact() -> None:
    scores = scored(VAGUE, {"value": 200})
    assert {scores.value(f"figures.slot.{slot}.accuracy") for slot in ("value", "comparator", "number")} == {1}
    assert [tally.category for tally in scores.tallies() if tally.gold] == ["correct"]


def test_what_a_convention_makes_right_is_no_mistake() -> None:
    listed = [mistakes(scored(VAGUE, {"value": 200}, name)) for name in (None, "range")]
    assert [len(found) for found in listed] == [1, 0]


def test_the_signature_names_the_convention() -> None:
    names = [scored(VAGUE, {"value": 200}, name).signature["convention"] for name in (None, "acled")]
    assert names == ["", "acled"]


def test_an_unknown_convention_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="unknown convention 'ucdp'; known: acled, emdat, range"):
        convention("ucdp")
    with pytest.raises(UnknownNameError):
        scored(VAGUE, {"value": 200}, "ucdp")
