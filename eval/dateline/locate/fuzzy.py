"""Quotes with a slip in them: nearly all words of the quote stand in the text, in order and side by side.

A quote may have one slip in every eight words: a word too many, a word too few, or a word of five letters or more with
one letter wrong after the first. Its first and last word are right, and so is the word after a slip; therefore an
invented sentence is never taken for a true one that it begins like. A quote that holds a number, in digits or words, is
never looked up, and never found where the text has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from dateline import numerals
from dateline.locate.copies import Site
from dateline.locate.forms import Form, shared
from dateline.locate.views import WORD, View

_WORDS_PER_SLIP = 8
_MISSPELT = 5  # shorter words that differ are different words

State = tuple[int, int]
"""How many words of the quote are read, and up to which word the text."""


def near(form: Form, views: Sequence[View]) -> dict[Site, int]:
    """The places that are the quote but for slips -> how many slips; in text order, none overlapping another."""
    words = WORD.findall(form.folded)
    if not words or _has_number(form.normal):
        return {}
    found = sorted(((site, slips) for view in views for site, slips in _in_view(words, view)), key=_order)
    best: list[tuple[Site, int]] = []
    for site, slips in found:
        if not best or best[-1][0].end <= site.start:
            best.append((site, slips))
        elif slips < best[-1][1]:
            best[-1] = site, slips
    return dict(best)


def _order(found: tuple[Site, int]) -> tuple[int, int, int]:
    (start, end, _), slips = found
    return start, slips, end


@lru_cache(4096)
def _is_number(word: str) -> bool:
    """By the grammar of dateline.numerals, alone or after "a" (a dozen, a million, a third); "a year" is none."""
    readings = (numerals.read(word), numerals.read(f"a {word}"))
    return any(reading and not reading.unit for reading in readings)


def _has_number(text: str) -> bool:
    """Whether a text holds a digit or another numeric character, or a number word."""
    return any(map(str.isnumeric, text)) or any(map(_is_number, WORD.findall(text.casefold())))


def _in_view(words: Sequence[str], view: View) -> Iterator[tuple[Site, int]]:
    there = view.words
    texts = [word for word, _, _ in there]
    for first in view.positions.get(words[0], ()):
        aligned = _aligned(words, texts, first)
        if aligned:
            last, slips = aligned
            at, to = there[first][1], there[last - 1][2]
            if view.is_open(at, to) and not _has_number(view.text[at:to]):
                yield Site(*view.span(at, to), ((view, at, to),)), slips


def _aligned(words: Sequence[str], texts: Sequence[str], first: int) -> tuple[int, int] | None:
    """Where the quote ends if it begins at a word of the text, and its fewest slips; None if they are too many."""
    states: set[State] = {(0, first)}
    for slips in range(len(words) // _WORDS_PER_SLIP + 1):
        states = {_run(words, texts, *state) for state in states}
        ends = [j for i, j in states if i == len(words)]
        if ends:
            return min(ends), slips
        states = {after for state in states for after in _slip(words, texts, *state)}
    return None


def _run(words: Sequence[str], texts: Sequence[str], i: int, j: int) -> State:
    while i < len(words) and j < len(texts) and words[i] == texts[j]:
        i, j = i + 1, j + 1
    return i, j


def _slip(words: Sequence[str], texts: Sequence[str], i: int, j: int) -> Iterator[State]:
    """The states after one slip where the next word is right again."""
    steps = [(i + 1, j), (i, j + 1)]
    if i < len(words) and j < len(texts) and _misspelt(words[i], texts[j]):
        steps.append((i + 1, j + 1))
    for state in steps:
        if _run(words, texts, *state) != state:
            yield state


def _misspelt(one: str, other: str) -> bool:
    """Whether two words differ in one letter: another, one more, one less, or two side by side exchanged."""
    if min(len(one), len(other)) < _MISSPELT or one[0] != other[0]:
        return False
    start = shared(one, other)
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a == b[1:] or a[1:] == b or (a[2:] == b[2:] and a[:2] == b[1::-1])
