"""What the reader and the writer of brat files share: names, and spans that cross line ends."""

from __future__ import annotations

import re

HEADS = "dateline.json"
"""The file of a folder that says which layers and which system each document has: brat has no place for it."""

WIKIDATA = "Wikidata"
NOTE = "AnnotatorNotes"
LABEL = re.compile(r"[A-Za-z0-9_-]+")
"""What brat takes for the name of a type or the value of an attribute."""

_LINES = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

Span = tuple[int, int]


def fragments(text: str, start: int, end: int) -> list[Span]:
    """A span as brat writes it: cut at line ends, which it cannot hold; the span itself if it has nothing else."""
    return [match.span() for match in _LINES.finditer(text, start, end)] or [(start, end)]


def wording(text: str, spans: list[Span]) -> str:
    """The text that stands in the third column for these fragments."""
    return " ".join(_one_line(text[start:end]) for start, end in spans)


def _one_line(text: str) -> str:
    return " ".join(_LINES.findall(text))
