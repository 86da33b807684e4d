"""Tokens: found in the text in their order whatever the tokeniser's spelling, and never by leaving text out."""

from __future__ import annotations

import pytest
from format_cases import texts
from hypothesis import given
from hypothesis import strategies as st

from dateline.formats.tokens import align, tokens, uncovered


def words(found: list[tuple[int, int]], text: str) -> list[str]:
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("Ann met\n Ben.", "Ann met Ben .", ["Ann", "met", "Ben", "."]),
        ("(in Ulm)", "-LRB- in Ulm -RRB-", ["(", "in", "Ulm", ")"]),
        ('"No", he said', "`` No '' , he said", ['"', "No", '"', ",", "he", "said"]),
        ("\u201cNo\u201d", "`` No ''", ["\u201c", "No", "\u201d"]),
        ("\u201cNo\u201d", '" No "', ["\u201c", "No", "\u201d"]),
        ("it\u2019s", "it 's", ["it"]),
        ("1/2 * 3", "1\\/2 \\* 3", ["1/2", "*", "3"]),
        ("so \u2014 no", "so -- no", ["so", "\u2014", "no"]),
        ("so\u2026", "so ...", ["so", "\u2026"]),
        ("A\u00a0B", "A B", ["A", "B"]),
        ("A\u200b B", "A B", ["A", "B"]),
        ("\U0001d518\U0001f600", "\U0001d518 \U0001f600", ["\U0001d518", "\U0001f600"]),
        ("Ann met Ben", "Ann Ben", ["Ann"]),
        ("Ann", "Ann Ben", ["Ann"]),
        ("-LRB-", "-LRB-", ["-LRB-"]),
    ],
)
def test_tokens_stand_in_their_order(text: str, given: str, expected: list[str]) -> None:
    assert words(align(given.split(" "), text).spans, text) == expected


def test_an_empty_token_stands_nowhere() -> None:
    assert align([""], "Ann").spans == []


def test_white_space_behind_the_last_token_is_nothing() -> None:
    assert (uncovered("Ann \n", 3), uncovered("Ann B", 3)) == (False, True)


@given(texts, st.sets(st.integers(0, 40)))
def test_own_tokens_cover_all_but_white_space_and_end_at_boundaries(text: str, boundaries: set[int]) -> None:
    found = tokens(text, boundaries)
    inside = {place for start, end in found for place in range(start + 1, end)}
    assert "".join(words(found, text)) == "".join(text.split())
    assert not inside & boundaries


@given(texts, st.sets(st.integers(0, 40)))
def test_own_tokens_are_found_where_they_were(text: str, boundaries: set[int]) -> None:
    found = tokens(text, boundaries)
    assert align(words(found, text), text).spans == found
