"""The grammar of quantities, on invented text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.model import Bound, Unit
from dateline.numerals import COMPARATORS, find, read
from dateline.vocabulary import labels


def spans(text: str, *, optional: bool = False) -> list[str]:
    return [text[reading.start : reading.end] for reading in find(text, optional=optional)]


def value(text: str) -> object:
    reading = read(text)
    return reading and reading.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,600", 1600),
        ("2.5", 2.5),
        ("3.5 million", 3_500_000),
        ("1.1 million", 1_100_000),
        ("zero", 0),
        ("three", 3),
        ("Twenty-two", 22),
        ("one million", 1_000_000),
        ("a hundred", 100),
        ("half a million", 500_000),
        ("two dozen", 24),
        ("two and a half", 2.5),
        ("two hundred and fifty thousand", 250_000),
        ("one million two hundred thousand", 1_200_000),
        ("a quarter", 0.25),
        ("half", 0.5),
        ("three quarters", 0.75),
        ("two-thirds", 2 / 3),
        ("one in four", 0.25),
        ("three out of 10", 0.3),
    ],
)
def test_a_numeral_has_its_value(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ["1,600", "3.5 million", "1.1 million", "half a million", "fifteen"])
def test_whole_numbers_are_ints(text: str) -> None:
    assert isinstance(value(text), int)


def test_every_comparator_is_a_label_of_the_schema() -> None:
    assert set(COMPARATORS.values()) <= set(labels("figure", "comparator"))


@pytest.mark.parametrize("wording", COMPARATORS)
def test_every_comparator_is_read_before_a_numeral(wording: str) -> None:
    reading = read(f"{wording} 300")
    assert reading is not None
    assert reading.comparator == COMPARATORS[wording]


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("over 40", Bound(value=40, inclusive=False), None),
        ("at least 40", Bound(value=40, inclusive=True), None),
        ("fewer than 40", None, Bound(value=40, inclusive=False)),
        ("nearly 40", None, Bound(value=40, inclusive=False)),
        ("up to 40", None, Bound(value=40, inclusive=True)),
        ("between 5 and 10", Bound(value=5, inclusive=True), Bound(value=10, inclusive=True)),
        ("five to ten", Bound(value=5, inclusive=True), Bound(value=10, inclusive=True)),
        ("10-15", Bound(value=10, inclusive=True), Bound(value=15, inclusive=True)),
        ("2 to 3 million", Bound(value=2_000_000, inclusive=True), Bound(value=3_000_000, inclusive=True)),
    ],
)
def test_a_bounded_quantity_has_bounds_and_no_value(text: str, lower: Bound | None, upper: Bound | None) -> None:
    reading = read(text)
    assert reading is not None
    assert (reading.value, reading.lower, reading.upper) == (None, lower, upper)


def test_about_keeps_the_value() -> None:
    assert value("some 300") == 300


@pytest.mark.parametrize("term", labels("figure", "term"))
def test_every_vague_term_of_the_schema_is_read_as_itself(term: str) -> None:
    reading = read(term.capitalize())
    assert reading is not None
    assert (reading.comparator, reading.term, reading.value) == ("vague", term, None)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("several hundred", "hundreds"),
        ("a few thousand", "thousands"),
        ("many hundred thousand", "hundreds of thousands"),
    ],
)
def test_a_scale_counted_vaguely_is_the_term_of_the_scale(text: str, term: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.term == term


@pytest.mark.parametrize("code", labels("figure", "ucum"))
def test_every_unit_of_the_schema_is_read_in_singular_and_plural(code: str) -> None:
    for word in labels("figure", "ucum")[code]["x-text"]:
        for form in (word, word + "s"):
            reading = read(f"12 {form}")
            assert reading is not None
            assert reading.unit == Unit(text=form, ucum=code)


@pytest.mark.parametrize("text", ["30 tons", "a ton"])
def test_a_ton_is_a_unit_without_code(text: str) -> None:
    reading = read(text)
    assert reading is not None and reading.unit is not None
    assert reading.unit.ucum is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The 12-member panel", ["12"]),
        ("a four week-long siege", ["four week"]),
        ("a 36-hour curfew", ["36-hour"]),
        ("only 12 trucks, a total of 300 bags, an additional 40", ["12", "300", "40"]),
        ("well over 2000 huts", ["over 2000"]),
        ("hundreds of miles away", ["hundreds of miles"]),
        ("scores of children", ["scores"]),
        ("half an hour", ["half an hour"]),
        ("a $2.5 billion fund", ["$2.5 billion"]),
        ("from 5,000 to 10,000 troops", ["5,000", "10,000"]),
        ("five dead in two raids", ["five", "two"]),
        ("stayed for a year, left more than a week ago", ["a year", "more than a week"]),
        ("one day, one million and at least one man", ["one day", "one million", "at least one"]),
        ("killed 15.The rest fled", ["15"]),
        ("10 kg of rice, 5km away", ["10 kg", "5km"]),
        ("\U0001f600 vier \u00e9 7 Zelte", ["7"]),
    ],
)
def test_the_span_is_comparator_numeral_and_unit(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Jan 30 or March 2013 or 30 January, 5 May and 5-7 December",
        "at 10:30, at 5 p.m. and at 1430 GMT",
        "in 1999, between 2003 and 2008, in 2010-2013",
        "the third man, the 21st day, a third soldier, the twenty-first",
        "the K12 road, the X23 rebels, QR1, a C-130",
        "as reported.7Meanwhile the rest",
        "one had left, one of the men, no one, one another",
        "twice a year, a second time, some men, a mother-of-three",
        "resolution 1234, 05/12/2013, 2013-12-05, a 3-1 win",
        "in the second half",
        "the Big Five",
    ],
)
def test_other_uses_of_numerals_are_no_quantities(text: str) -> None:
    assert spans(text) == []


def test_optional_terms_are_found_on_request_only() -> None:
    text = "Many left with a few bags; most came back."
    assert spans(text) == []
    assert spans(text, optional=True) == ["Many", "a few", "most"]


@pytest.mark.parametrize("text", ["", "tents", "15 tents", "10 to 5", " 15", "some"])
def test_what_is_not_one_quantity_reads_as_none(text: str) -> None:
    assert read(text) is None


def test_a_unit_with_an_article_is_one_unit() -> None:
    reading = read("a year")
    assert reading is not None
    assert (reading.comparator, reading.value, reading.unit) == ("exact", 1, Unit(text="year", ucum="a"))


PIECES = [
    "15",
    "2.5",
    ",",
    "-",
    " ",
    " to ",
    "half",
    " a ",
    "million",
    "one",
    "over ",
    "%",
    "\u0663",
    "\0",
    "\U0001f600",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text())
def test_any_text_gives_ordered_spans_that_do_not_overlap(text: str) -> None:
    readings = find(text, optional=True)
    ends = [0, *(reading.end for reading in readings)]
    assert all(before <= reading.start < reading.end for before, reading in zip(ends, readings, strict=False))
