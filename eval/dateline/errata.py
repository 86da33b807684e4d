"""The clean text of a document: its errata applied, its white space normalised, and offsets mapped both ways.

Segments are separated by one space; by a line break before and after a heading, around a run of captions and credits,
and where an erratum inserts one. A dateline is followed by a space: the report runs on after its dash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dateline.errors import DatelineError
from dateline.model import Erratum, Segment

_PICTURE = ("caption", "credit")


class OffsetMap(NamedTuple):
    """From one text to another, for offsets from 0 to the length of the text. Both halves are monotone.

    `starts[i]` is where the image of character i begins, `ends[i]` where that of character i - 1 ends; they differ only
    at and inside edits.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __call__(self, offset: int, *, end: bool = False) -> int:
        """The image of an offset that opens a span; with `end`, of one that closes a span."""
        return self.ends[offset] if end else self.starts[offset]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The image of a half-open span: all of an edit that it cuts into; for the place of an insertion, its text."""
        first, last = sorted((self.starts[start], self.ends[end]))
        return first, last


class CleanText(NamedTuple):
    """What the source meant to print. `to_clean` and `to_raw` map code points from one text to the other."""

    text: str
    to_clean: OffsetMap
    to_raw: OffsetMap


class _Piece(NamedTuple):
    raw: str
    clean: str
    kept: bool = False  # the same characters on both sides


def clean(text: str, segments: Sequence[Segment], errata: Iterable[Erratum]) -> CleanText:
    """Render the clean text of a raw text. White space that an erratum puts at the end of a segment is its separator.

    Raises DatelineError where segments or errata overlap, or where an erratum is not inside its segment.
    """
    pieces = list(_pieces(text, segments, sorted(errata, key=lambda erratum: (erratum.start, erratum.end))))
    return CleanText(
        "".join(piece.clean for piece in pieces),
        _map((len(piece.raw), len(piece.clean), piece.kept) for piece in pieces),
        _map((len(piece.clean), len(piece.raw), piece.kept) for piece in pieces),
    )


def _map(widths: Iterable[tuple[int, int, bool]]) -> OffsetMap:
    """An offset map from pieces as (width here, width there, kept)."""
    starts: list[int] = []
    ends = [0]
    there = 0
    for width, other, kept in widths:
        starts += range(there, there + width) if kept else [there] * width
        ends += range(there + 1, there + width + 1) if kept else [there + other] * width
        there += other
    return OffsetMap((*starts, there), tuple(ends))


def _pieces(text: str, segments: Sequence[Segment], errata: list[Erratum]) -> Iterator[_Piece]:
    """The raw text from its first to its last character, cut into what is kept and what is changed."""
    breaks = {erratum.start for erratum in errata if "\n" in erratum.intended}
    before = None
    position = 0
    for segment in segments:
        if segment.start < position:
            raise DatelineError(f"segment {segment.id} begins at {segment.start}, inside the one before it")
        gap, separator = text[position : segment.start], _separator(before, segment, breaks)
        yield _Piece(gap, separator, gap == separator)
        yield from _edited(text, segment, [erratum for erratum in errata if erratum.segment_id == segment.id])
        before, position = segment, segment.end
    yield _Piece(text[position:], "")
    known = {segment.id for segment in segments}
    for erratum in errata:
        if erratum.segment_id not in known:
            raise DatelineError(f"erratum {erratum.id} is of segment {erratum.segment_id!r}, which does not exist")


def _separator(before: Segment | None, after: Segment, breaks: set[int]) -> str:
    if before is None:
        return ""
    apart = "heading" in (before.kind, after.kind) or (before.kind in _PICTURE) != (after.kind in _PICTURE)
    return "\n" if apart or {before.end, after.start} & breaks else " "


def _edited(text: str, segment: Segment, errata: list[Erratum]) -> Iterator[_Piece]:
    position = segment.start
    for erratum in errata:
        if not position <= erratum.start <= erratum.end <= segment.end:
            raise DatelineError(f"erratum {erratum.id} overlaps another or leaves its segment {segment.id}")
        yield _kept(text[position : erratum.start])
        yield from _changed(text[erratum.start : erratum.end], _trimmed(erratum, segment))
        position = erratum.end
    yield _kept(text[position : segment.end])


def _kept(text: str) -> _Piece:
    return _Piece(text, text, True)


def _trimmed(erratum: Erratum, segment: Segment) -> str:
    intended = erratum.intended.lstrip() if erratum.start == segment.start else erratum.intended
    return intended.rstrip() if erratum.end == segment.end else intended


def _changed(raw: str, intended: str) -> Iterator[_Piece]:
    """An edit, with the white space at its ends apart where both sides have it: a name may end before it."""
    parts = [_Piece(*sides) for sides in zip(_split(raw), _split(intended), strict=True)]
    if any(bool(part.raw) != bool(part.clean) for part in parts):
        parts = [_Piece(raw, intended)]
    yield from parts


def _split(text: str) -> tuple[str, str, str]:
    """White space, text, white space."""
    core = text.strip()
    start = text.find(core)
    return text[:start], core, text[start + len(core) :]
