"""The guards: where in a text a match may begin or end. They look at the text itself, never at a normal form of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dateline import numerals
from dateline.locate.forms import JOINED, kinds

_JOINED_KINDS = (JOINED, "[lLdD](?:[mvzi]*[lLdD])+", "[nNdD](?:[mvzi]*[nNdD])+", "[dD](?:[mvzib]*[dD])+")
_WHOLE = tuple(map(re.compile, _JOINED_KINDS))
"""Over kinds: a character, a word (soft hyphens and the like do not part it; UAX #29, WB4), a number like 5\u4e07,
digits that nothing visible parts."""

_MARK = r"[.,:/^'`\u00b4\u00b7\u02bc\u060c\u066b\u066c\u2019\u2044\u2215\u2236\uff0c\uff0e\uff0f\uff1a]"
_BREAK = r"[\u00ad\u200b\u2060\ufeff]*"  # where a line may break, or may not
_BLANK = r"[\u00a0\u2006-\u2009\u202f]"
_CURRENCY = r"[$\u00a2-\u00a5\u20a0-\u20cf]?"
_SPELLINGS = (
    rf"(?<!\d)\d++(?:{_MARK}{_BREAK}\d++|{_BLANK}\d{{3}}(?!\d)| 000(?!\d))+",
    rf"(?<![\w.)\]%\u2010-\u2015-])[-\u2212\uff0d]{_CURRENCY}\d",
    r"\d[eE][-+\u2212]\d",
    r"(?<![\w.])\.\d",
)
_NUMBER = tuple(map(re.compile, _SPELLINGS))
"""A number of several groups, a sign before a number or its currency, an exponent, a point before a fraction."""

_HYPHENED = re.compile(r"(?<![^\W\d_])[^\W\d_]++(?=((?:[-\u2010\u2011][^\W\d_]++){1,4}))")
_HYPHEN = re.compile("[-\u2010\u2011]")


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
    for pattern in _NUMBER:
        yield from (match.span() for match in pattern.finditer(text))
    for match in _HYPHENED.finditer(text):
        start, end = match.start(), match.end(1)
        stops = [*(hyphen.start() for hyphen in _HYPHEN.finditer(text, match.end() + 1, end)), end]
        yield from ((start, stop) for stop in stops if _is_numeral(_HYPHEN.sub("-", text[start:stop])))


@lru_cache(4096)
def _is_numeral(hyphened: str) -> bool:
    """By the grammar of dateline.numerals; "one-third" is one third."""
    readings = map(numerals.read, (hyphened, hyphened.replace("-", " ")))
    return any(reading is not None and reading.unit is None for reading in readings)
