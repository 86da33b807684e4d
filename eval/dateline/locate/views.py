"""A text indexed for search: its folded form, the way back to offsets, and where a match may begin and end."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from dateline.errata import OffsetMap
from dateline.locate.boundaries import open_offsets
from dateline.locate.forms import Form, normal, pieces

LEVELS = ("exact", "clean", "normalised", "normalised", "folded", "folded")
"""Tier of each level of likeness, the best first: of two levels of a tier the first is of the raw text."""

WORD = re.compile(r"[^\W_]+")
EVERYWHERE = (0, 2**62)
Extent = tuple[int, int]


class View:
    """A source text (the raw text, or with `to_raw` the clean text) and its folded form, in which quotes are searched.

    The view offset i stands for the code points starts[i] to ends[i] of the source.
    """

    def __init__(self, source: str, to_raw: OffsetMap | None = None) -> None:
        self.source = source
        self.to_raw = to_raw
        self.text, self._starts, self._ends = _folded(source)
        self._open = open_offsets(source)
        starts = self._starts
        firsts = (at for at, start in enumerate(starts) if self._open[start] and (at == 0 or starts[at - 1] != start))
        self._firsts = array("l", firsts)  # where a match may begin, as view offsets

    def occurrences(self, folded: str, within: Extent = EVERYWHERE) -> Iterator[Extent]:
        """The matches that keep the guards and start within a raw span, as view offsets, in order; they may overlap."""
        at = self._from(within[0])
        while (at := self.text.find(folded, at)) >= 0 and self._raw_start(at) < within[1]:
            following = bisect_left(self._firsts, at)
            if following < len(self._firsts) and self._firsts[following] == at:
                if self._may_end(at + len(folded)) and self._has_place(at, at + len(folded)):
                    yield at, at + len(folded)
                following += 1
            if following == len(self._firsts):
                return
            at = self._firsts[following]

    def has(self, folded: str, within: Extent = EVERYWHERE) -> bool:
        """Whether a raw span holds the start of any match, be it in breach of the guards."""
        at = self.text.find(folded, self._from(within[0]))
        while at >= 0 and not self._has_place(at, at + len(folded)):
            at = self.text.find(folded, at + 1)
        return at >= 0 and self._raw_start(at) < within[1]

    def span(self, at: int, to: int) -> Extent:
        """View offsets as a raw span."""
        return self._raw(self._starts[at], self._ends[to - 1])

    def likeness(self, form: Form, at: int, to: int) -> tuple[int, int, int]:
        """How like the quote a match is, as an index of LEVELS, and its raw span.

        Where the source has the quote verbatim, this includes the white space that the quote has around it.
        """
        clean = self.to_raw is not None
        start, end = self._starts[at], self._ends[to - 1]
        first, last = start - form.lead, end + form.trail
        if first >= 0 and self.source[first:last] == form.text:
            return clean, *self._raw(first, last)
        same = normal(self.source[start:end]) == form.normal
        return (2 if same else 4) + clean, *self._raw(start, end)

    def is_open(self, at: int, to: int) -> bool:
        """Whether a match from one view offset to another keeps the guards."""
        place = bisect_left(self._firsts, at)
        return place < len(self._firsts) and self._firsts[place] == at and self._may_end(to)

    @cached_property
    def words(self) -> list[tuple[str, int, int]]:
        """The words of the folded form, with their view offsets."""
        return [(match[0], *match.span()) for match in WORD.finditer(self.text)]

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Word -> which words of the folded form it is."""
        found: dict[str, list[int]] = {}
        for number, (word, _, _) in enumerate(self.words):
            found.setdefault(word, []).append(number)
        return found

    def _from(self, raw: int) -> int:
        return bisect_left(range(len(self.text)), raw, key=self._raw_start) if raw else 0

    def _raw_start(self, at: int) -> int:
        start: int = self._starts[at]
        return self.to_raw.starts[start] if self.to_raw else start

    def _raw(self, start: int, end: int) -> Extent:
        return self.to_raw.span(start, end) if self.to_raw else (start, end)

    def _may_end(self, to: int) -> bool:
        whole = to == len(self.text) or self._starts[to] != self._starts[to - 1]
        return whole and bool(self._open[self._ends[to - 1]])

    def _has_place(self, at: int, to: int) -> bool:
        """What only an erratum supplies stands nowhere in the raw text."""
        if self.to_raw is None:
            return True
        start, end = self.span(at, to)
        return start < end


def _folded(source: str) -> tuple[str, array[int], array[int]]:
    """The folded form, and for each code point of it the start and the end of the piece of the source it is from."""
    forms, starts, ends = [], array("l"), array("l")
    for start, end, plain in pieces(source):
        form = plain.casefold()
        single = len(form) == end - start
        forms.append(form)
        starts.extend(range(start, end) if single else [start] * len(form))
        ends.extend(range(start + 1, end + 1) if single else [end] * len(form))
    return "".join(forms), starts, ends
