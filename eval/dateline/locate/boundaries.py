"""The guards: where in a text a match may begin or end. They look at the text itself, never at a normal form of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dateline import numerals
from dateline.locate.forms import JOINED, kinds

_WHOLE = tuple(map(re.compile, (JOINED, "[lLdD](?:[mvzi]*[lLdD])+", "[nNdD](?:[mvzi]*[nNdD])+")))
"""Over kinds: a character, a word (soft hyphens and the like do not part it; UAX #29, WB4), a number like 5\u4e07."""

_NUMBER = re.compile(
    r"(?<!\d)\d++(?:[.,:/^'\u2019\u066b\u066c\uff0c\uff0e\uff0f\uff1a]\d++|[\u00a0\u2009\u202f]\d{3}(?!\d)| 000(?!\d))+"
    r"|(?<![^\s(\[])[-\u2212\uff0d]\d|(?<![\w.])\.\d"
)
"""A number of several groups, a sign before a number, a point before a fraction."""

_HYPHENED = re.compile(r"(?<![^\W\d_])([^\W\d_]++)[-\u2010\u2011](?=([^\W\d_]++))")


def open_offsets(text: str) -> bytearray:
    """For offsets from 0 to the length of the text: 1 where a match may begin or end, else 0.

    Closed is what lies inside a character (base and marks, emoji sequence, flag), a word of letters, marks and digits,
    or a number (3.5, 9,000, 2/3, 10:30, -5, twenty-five; groups parted by a no-break or thin blank; a blank before
    000). A hyphen, an apostrophe and an underscore end a word; so does any letter of a script written without blanks.
    """
    found = bytearray(b"\1") * (len(text) + 1)
    for start, end in _wholes(text):
        found[start + 1 : end] = bytes(end - start - 1)
    return found


def _wholes(text: str) -> Iterator[tuple[int, int]]:
    """What has no boundary inside."""
    spelt = kinds(text)
    for pattern in _WHOLE:
        yield from (match.span() for match in pattern.finditer(spelt))
    yield from (match.span() for match in _NUMBER.finditer(text))
    for match in _HYPHENED.finditer(text):
        if _is_numeral(match[1], match[2]):
            yield match.start(1), match.end(2)


@lru_cache(4096)
def _is_numeral(first: str, second: str) -> bool:
    reading = numerals.read(f"{first}-{second}")
    return reading is not None and reading.unit is None
