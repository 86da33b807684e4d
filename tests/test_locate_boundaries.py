"""Where a quote may begin and end: numbers of many spellings, against an oracle that knows how the text was made."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.locate import Haystack, Place, Quote, locate

ZEROS = (0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE)  # ASCII, Arabic, Persian, ... to bold mathematical
SCRIPTS = ["".join(chr(zero + digit) for digit in range(10)) for zero in ZEROS]
MARKS = [*".,:/'", "\u2019", "\u02bc", "\u00b7", "\u066b", "\u066c", "\u060c", "\uff0c", "\uff0e", "\u2044", "\u2215"]
MARKS += [",\u200b", ".\u2060", ",\u00ad", "\u00ad", "\u200b"]
BLANKS = ["\u00a0", "\u2007", "\u2009", "\u202f"]  # they part groups of three digits
SIGNS = ["", "", "", "-", "\u2212", "-$", "\u2212€"]
BEFORE = [" ", " of ", "\n", " (", " “", " \u2067", ": "]
AFTER = [" men", "%", ")", ".", ", and", "”", "\u2069", " 人", "-odd men", ""]
WORDS = ["Chad", "مالي", "in", "\u4e2d\u56fd", "COVID-", "twenty"]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number as a reader sees it, all in one script."""
    blank = draw(st.sampled_from(BLANKS))
    groups = [draw(st.text("123456789", min_size=1, max_size=3))]
    for _ in range(draw(st.integers(0, 3))):
        mark = draw(st.sampled_from([*MARKS, blank]))
        size = 3 if mark == blank else draw(st.integers(1, 4))
        groups += [mark, draw(st.text("0123456789", min_size=size, max_size=size))]
    number = "".join(groups).translate(str.maketrans("0123456789", draw(st.sampled_from(SCRIPTS))))
    return draw(st.sampled_from(SIGNS)) + number


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text with the spans of its numbers, known from how it was put together."""
    text, spans = draw(st.sampled_from(WORDS)), []
    for _ in range(draw(st.integers(1, 4))):
        text += draw(st.sampled_from(BEFORE))
        number = draw(numbers())
        spans.append((len(text), len(text) + len(number)))
        text += number + draw(st.sampled_from(AFTER))
    return text, spans


def cuts(number: str) -> set[str]:
    """All that begins and ends with a digit in a number, and the number itself."""
    digits = [at for at, character in enumerate(number) if character.isdecimal()]
    return {number[first : last + 1] for first in digits for last in digits if first <= last} | {number}


def read_alike(one: str, other: str) -> bool:
    """Whether two texts say the same to a reader, by an account of its own."""

    def seen(text: str) -> str:
        whole = unicodedata.normalize("NFKC", text)
        visible = "".join(character for character in whole if unicodedata.category(character) not in ("Cf", "Cc"))
        return re.sub(r"\s+", " ", re.sub("[\u02bc\u2019]", "'", visible)).strip().casefold()

    return seen(one) == seen(other)


@settings(max_examples=300)
@given(sentences(), st.booleans())
def test_no_part_of_a_number_is_found_in_it(sentence: tuple[str, list[tuple[int, int]]], fuzzy: bool) -> None:
    text, spans = sentence
    haystack = Haystack(text)
    for quote in {cut for start, end in spans for cut in cuts(text[start:end])}:
        (place,) = locate([Quote(quote)], haystack, fuzzy=fuzzy)
        assert place.start is None or (place[:2] in spans and read_alike(quote, text[place.start : place.end]))


@settings(max_examples=200)
@given(sentences())
def test_every_number_is_found_whole(sentence: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = sentence
    places = locate([Quote(text[start:end], within=(start, start + 1)) for start, end in spans], Haystack(text))
    assert [place[:2] for place in places] == spans


@settings(max_examples=200)
@given(sentences())
def test_several_numbers_are_found_together_from_first_to_last(sentence: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = sentence
    for (start, _), (_, end) in pairwise(spans):
        (place,) = locate([Quote(text[start:end], within=(start, start + 1))], Haystack(text))
        assert place[:2] == (start, end)


INSIDE = [
    ("3.5 million", "5 million"),
    ("-3.5 degrees", "5"),
    ("-3.5 degrees", "3.5"),
    ("-1,500", "500"),
    ("-$1,500", "$1,500"),
    ("“-5”", "5"),
    ("$-5", "5"),
    ("3·5 deaths", "5"),
    ("1\u20442 of them", "2"),
    ("1:1,000", "1"),
    ("1\u2007500 men", "500"),
    ("1,\u200b500 men", "500"),
    ("1\u200b500 men", "1"),
    ("1e-5", "5"),
    ("1.5E+6", "1.5"),
    (".5", "5"),
    ("10 000 men", "10"),
    ("1 000 000 men", "000"),
    ("10⁶", "10"),
    ("twenty-five men", "five"),
    ("twenty-five-year-old", "five"),
    ("one-third of them", "third"),
    ("two-and-a-half years", "half"),
    ("two-and-a-half years", "two"),
    ("五百万人", "百万"),
    ("5万人", "5"),
]


@pytest.mark.parametrize(("text", "quote"), INSIDE)
def test_a_number_inside_another_is_named_as_such(text: str, quote: str) -> None:
    assert locate([Quote(quote)], Haystack(text)) == [Place(None, None, reason="number_or_boundary")]


APART = [
    ("20-30 men", "30"),
    ("2014-15", "15"),
    ("men--500 of them", "500"),
    ("men \u2013 500", "500"),
    ("troops - 5 of them", "5"),
    ("5%-10%", "10"),
    ("PK-5", "5"),
    ("in 2014 500 men", "500"),
    ("5, 6 or 7", "6"),
    ("in 2014. 500 men", "2014"),
    ("a five-year plan", "five"),
    ("one-off", "one"),
    ("twenty-five-year-old", "twenty-five"),
    ("3: 500 men", "3"),
    ("(5)", "5"),
    ("$5", "5"),
]


@pytest.mark.parametrize(("text", "quote"), APART)
def test_a_number_beside_another_is_found(text: str, quote: str) -> None:
    (place,) = locate([Quote(quote)], Haystack(text))
    assert (text[place.start : place.end], place.tier) == (quote, "exact")
