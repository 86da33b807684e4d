"""Tokens of a foreign tool in the text of a document, and the tokens of our own.

A token stands where it begins with no more than white space and invisible characters between it and the one before. It
may be written as the Penn Treebank writes it: -LRB- for "(", double grave accents for an opening quotation mark.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

ESCAPES: dict[str, tuple[str, ...]] = {
    "-LRB-": ("(",),
    "-RRB-": (")",),
    "-LSB-": ("[",),
    "-RSB-": ("]",),
    "-LCB-": ("{",),
    "-RCB-": ("}",),
    "``": ('"', "\u201c", "\u00ab", "''"),
    "''": ('"', "\u201d", "\u00bb", "``"),
    '"': ("\u201c", "\u201d", "``", "''"),
    "`": ("\u2018", "'"),
    "'": ("\u2019", "\u2018", "`"),
    "--": ("\u2014", "\u2013", "-"),
    "...": ("\u2026", ". . ."),
}
"""What a token may stand for, besides itself."""

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ESCAPED = re.compile(r"\\([/*])")

Span = tuple[int, int]


class Extent(Protocol):
    """Anything that stands from one offset to another."""

    @property
    def start(self) -> int:
        """The first code point."""

    @property
    def end(self) -> int:
        """The code point after the last."""


E = TypeVar("E", bound=Extent)


class Aligned(NamedTuple):
    """The spans of tokens, in their order; fewer than tokens where the first of the others is not found.

    `reached` is the offset behind the last one.
    """

    spans: list[Span]
    reached: int


def align(tokens: Sequence[str], text: str) -> Aligned:
    """Each token in its place, from the start of the text on. Time is linear in the text and the tokens."""
    spans: list[Span] = []
    position = 0
    for token in tokens:
        found = _next(token, text, position)
        if found is None:
            break
        spans.append(found)
        position = found[1]
    return Aligned(spans, position)


def _next(token: str, text: str, position: int) -> Span | None:
    """The token at the first place from `position` on where it stands."""
    written = dict.fromkeys((token, *ESCAPES.get(token, ()), _ESCAPED.sub(r"\1", token)))
    while True:
        for form in written:
            if form and text.startswith(form, position):
                return position, position + len(form)
        if position >= len(text) or not _is_blank(text[position]):
            return None
        position += 1


def _is_blank(character: str) -> bool:
    return character.isspace() or character in _INVISIBLE


def uncovered(text: str, position: int) -> bool:
    """Whether more than blanks stand from an offset on."""
    return not all(map(_is_blank, text[position:]))


def outermost(found: Iterable[E]) -> list[E]:
    """What can stand side by side, in text order: of those that overlap the longest, of these the first."""
    kept: list[E] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        place = bisect_left(kept, one.end, key=lambda other: other.start)
        if place == 0 or kept[place - 1].end <= one.start:
            kept.insert(place, one)
    return kept


def tokens(text: str, boundaries: Iterable[int]) -> list[Span]:
    """Runs of letters and digits, every other character on its own; cut at boundaries, too. White space is in none."""
    cuts = sorted({*boundaries})
    return [piece for match in _TOKEN.finditer(text) for piece in _cut(match.start(), match.end(), cuts)]


def _cut(start: int, end: int, cuts: Sequence[int]) -> list[Span]:
    inside = cuts[bisect_right(cuts, start) : bisect_right(cuts, end - 1)]
    edges = [start, *inside, end]
    return [*pairwise(edges)]
