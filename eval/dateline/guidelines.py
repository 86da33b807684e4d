"""What annotations/GUIDELINES.md gives away: the stretches of documents that it quotes as examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dateline.files import read_text

QUOTATION = re.compile(r'\[(\d+), (\d+)\) "')  # the quoted text follows; it may hold quotation marks itself
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_PART = re.compile(r'^<a id="([a-z-]+)"></a>\n## ', re.MULTILINE)
_QUOTED_DOCUMENT = re.compile(r"quoted from the article `([^`]+)`")


class Quotation(NamedTuple):
    """A stretch of a document that an example quotes, and the part of the guidelines that the example stands in."""

    doc_id: str
    part: str
    start: int
    end: int


def quotations(root: Path) -> list[Quotation]:
    """The quotations with offsets in the guidelines of a data root, in their order; parts bear the names of layers.

    Raises InputError where there are no guidelines.
    """
    return list(_quotations(read_text(root / "annotations" / "GUIDELINES.md")))


def _quotations(text: str) -> Iterator[Quotation]:
    document = _QUOTED_DOCUMENT.search(text)
    parts = [*_PART.finditer(text)]
    for found in QUOTATION.finditer(text) if document else ():
        part = [heading[1] for heading in parts if heading.start() < found.start()][-1]
        yield Quotation(document[1] if document else "", part, int(found[1]), int(found[2]))


def anchors(root: Path) -> frozenset[str]:
    """The sections of the guidelines, by anchor. Raises InputError where there are no guidelines."""
    return frozenset(_ANCHOR.findall(read_text(root / "annotations" / "GUIDELINES.md")))
