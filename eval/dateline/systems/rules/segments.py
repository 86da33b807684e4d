"""Segments by rules: lines, a dateline, a photo credit, and sentence ends that are no abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dateline.model import Segment
from dateline.numerals import MONTH
from dateline.systems.rules.lexicon import OTHER_ABBREVIATIONS, SENTENCE_STARTERS, TITLE_ABBREVIATIONS

_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_NAME = r"[A-Z][\w.'\u2019-]*(?: [A-Z][\w.'\u2019-]*)*"
_DATELINE = re.compile(
    rf"(?P<place>{_NAME}(?:, {_NAME})*?)(?P<date>,? (?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?)?"
    r"(?P<agency> ?\([^()]{2,40}\))? ?(?:--?|[\u2013\u2014])(?=\s)"
)
_CREDIT = re.compile(
    r"(?:\b[Pp]hoto(?:graph)? )?\b(?:[Cc]redit|[Pp]hoto(?:graph)?(?: by)?): ?"
    rf"(?:[^\r\n]{{1,60}}(?=[\r\n]|$)|{_NAME}(?: ?/ ?{_NAME})*)"
)
_STOP = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*")
_OPENING = "\"'\u201c\u2018(["
_HEADING_WORDS = 12
_WRAPPED = 60  # a line shorter than this was not wrapped, so it ends what it holds

Offsets = tuple[int, int]


def segment(text: str) -> tuple[Segment, ...]:
    """The segments of a text, without surrounding white space."""
    return tuple(found for block in _blocks(text) for found in _block_segments(text, *block))


def _blocks(text: str) -> Iterator[Offsets]:
    """Paragraphs: lines, joined where a line seems to be wrapped."""
    start = end = -1
    for line in _LINE.finditer(text):
        if start >= 0 and not _continues(text, start, end, line):
            yield start, end
            start = -1
        start, end = (line.start() if start < 0 else start), line.end()
    if start >= 0:
        yield start, end


def _continues(text: str, start: int, end: int, line: re.Match[str]) -> bool:
    last = text[start:end].splitlines()[-1]
    blank = len(re.findall(r"\r\n|\r|\n", text[end : line.start()])) > 1
    return not blank and len(last) >= _WRAPPED and not _STOP.fullmatch(last.rstrip()[-1:])


def _block_segments(text: str, start: int, end: int) -> Iterator[Segment]:
    dateline = _DATELINE.match(text, start, end)
    if dateline and (dateline["date"] or dateline["agency"] or dateline["place"].isupper()):
        yield _segment(text, start, dateline.end(), "dateline")
        start = dateline.end()
    elif _is_heading(text[start:end].strip()):
        yield _segment(text, start, end, "heading")
        return
    while credit := _CREDIT.search(text, start, end):
        before = [*_sentences(text, start, credit.start())]
        yield from (_segment(text, *span, "sentence") for span in before[:-1])
        yield from (_segment(text, *span, "caption") for span in before[-1:])
        yield _segment(text, *credit.span(), "credit")
        start = credit.end()
    yield from (_segment(text, *span, "sentence") for span in _sentences(text, start, end))


def _is_heading(line: str) -> bool:
    """A short line that begins with a capital and holds no full stop, and is no credit."""
    plain = not (_STOP.search(line) or _CREDIT.search(line))
    return plain and line[:1].isupper() and len(line.split()) <= _HEADING_WORDS


def _sentences(text: str, start: int, end: int) -> Iterator[Offsets]:
    for stop in _STOP.finditer(text, start, end):
        if _ends_sentence(text, start, stop, end):
            yield start, stop.end()
            start = stop.end()
    if text[start:end].strip():
        yield start, end


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a new sentence may begin after a stop, also where the space between two sentences is missing."""
    after = text[stop.end() : min(end, stop.end() + 40)]
    if not after[:1].isspace():
        return bool(re.match(r"[A-Z][a-z]", after)) and text[max(start, stop.start() - 2) : stop.start()].islower()
    following = after.lstrip().lstrip(_OPENING)
    begins = following[:1].isupper() or following[:1].isdigit()
    return begins and not (
        stop[0] == "." and _abbreviates(text[max(start, stop.start() - 20) : stop.start()], following)
    )


def _abbreviates(before: str, following: str) -> bool:
    """Whether the full stop after `before` belongs to an abbreviation: a title, an initial, "No. 5", "Jan. 3"."""
    word = re.split(r"[\s(\"'\u201c\u2018]", before)[-1]
    if word in TITLE_ABBREVIATIONS or word in OTHER_ABBREVIATIONS:
        return True
    if re.fullmatch(rf"No|{MONTH}", word):
        return following[0].isdigit()
    first = re.match(r"\w+", following)
    return bool(re.fullmatch(r"(?:[A-Z]\.)*[A-Z]", word)) and not (first and first[0] in SENTENCE_STARTERS)


def _segment(text: str, start: int, end: int, kind: str) -> Segment:
    words = text[start:end].strip()
    first = text.index(words, start)
    return Segment(start=first, end=first + len(words), text=words, kind=kind)
