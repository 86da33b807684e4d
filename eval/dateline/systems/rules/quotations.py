"""Where a text quotes: quotation marks in pairs over the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Offsets = tuple[int, int]

_MARK = re.compile(r'(?P<fresh>(?:\A|\n)\s*)?(?P<mark>["\u201c\u201d])|(?P<blank>\n[ \t\r]*\n\s*(?!["\u201c\s]))')
_SET_OFF = re.compile(r"(?:^|[,:.!?\u201d\"\n\u2014-])\s*$")
_MASK = '"'


def quotations(text: str) -> tuple[Offsets, ...]:
    """The quotations of a text, marks included, half-open; a single quoted word is a way of talking and is none.

    Straight marks alternate. A mark that repeats the opening at the start of a paragraph is not counted, and a new
    paragraph without a mark closes what was left open.
    """
    return tuple(span for span in _pairs(text) if len(text[slice(*span)].split()) > 1)


def _pairs(text: str) -> Iterator[Offsets]:
    opened: int | None = None
    for match in _MARK.finditer(text):
        mark, place = match["mark"], match.start("mark")
        if opened is None:
            opened = place if mark and mark != "\u201d" else None
        elif not mark:
            yield opened, match.start()
            opened = None
        elif mark != "\u201c" and (match["fresh"] is None or mark == "\u201d"):
            yield opened, place + 1
            opened = None


def masked(text: str, quoted: Sequence[Offsets]) -> str:
    """The text of the same length with quotation marks in the place of everything quoted."""
    for start, end in quoted:
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def within(quoted: Sequence[Offsets], offset: int) -> int | None:
    """The index of the quotation that holds an offset."""
    return next((index for index, (start, end) in enumerate(quoted) if start <= offset < end), None)


def set_off(text: str, quotation: Offsets, sentence: int) -> bool:
    """Whether a quotation stands apart from the author's clause; `sentence` is where its sentence starts."""
    start = quotation[0]
    return start <= sentence or bool(_SET_OFF.search(text[sentence:start]))
