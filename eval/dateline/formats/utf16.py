"""Offsets of tools that count UTF-16 code units (JavaScript, Java), as code points and back."""

from __future__ import annotations

from bisect import bisect_left

_LAST_OF_BMP = 0xFFFF


class Utf16:
    """The offsets of one text both ways. A character outside the Basic Multilingual Plane is two code units."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [] if text.isascii() else [at for at, letter in enumerate(text) if ord(letter) > _LAST_OF_BMP]
        self._wide_units = [at + before for before, at in enumerate(self._wide)]

    def units(self, point: int) -> int:
        """The code units before a code point offset."""
        return point + bisect_left(self._wide, point)

    def points(self, unit: int) -> int | None:
        """The code points before a code unit offset; None for one inside a character or outside the text."""
        before = bisect_left(self._wide_units, unit)
        if before and self._wide_units[before - 1] == unit - 1:
            return None
        point = unit - before
        return point if 0 <= point <= self._length else None
