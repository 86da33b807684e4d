"""What a system got wrong, record by record, with the text around it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from dateline.categories import Judged, judged
from dateline.layers import layer
from dateline.layers.base import CORRECT, Case
from dateline.layers.stances import evidence_of
from dateline.model import Record, Reference, Stance
from dateline.scoring import Scores

CONTEXT = 30  # code points shown on either side
LONGEST_SPAN = 80  # code points of a span that are shown

SHOWN = {
    "segments": ("kind",),
    "entities": ("type", "subtype", "level"),
    "figures": ("comparator", "category", "status"),
    "stances": ("holder", "concept_id", "polarity"),
}
"""Layer -> the fields by which a listed record is described."""


class Difference(NamedTuple):
    """A field of an aligned pair that is wrong."""

    field: str
    gold: str
    predicted: str

    def __str__(self) -> str:
        return f"{self.field}: gold {self.gold or 'none'}, predicted {self.predicted or 'none'}"


WRONG = "wrong"
"""The kind of a mistake whose category is "correct": a field is wrong that no category speaks of."""


class Mistake(NamedTuple):
    """A gold record that is missed, a predicted one that is spurious or a duplicate, or a pair that is wrong somewhere.

    `kind` is an error category of the layer, or "wrong". `before`, `span` and `after` are raw text, shortened;
    `differences` are those of a pair.
    """

    doc_id: str
    record: str  # the gold record's id, or that of a spurious one if its system gave one
    layer: str
    kind: str
    start: int
    end: int
    before: str
    span: str
    after: str
    described: str
    differences: tuple[Difference, ...] = ()


def mistakes(scores: Scores) -> list[Mistake]:
    """All mistakes, in the order of documents, layers and text."""
    return [
        found
        for case in scores.cases()
        for name in scores.layers
        for found in sorted(_mistakes(case, name), key=lambda mistake: mistake[4:])
    ]


def visible(text: str) -> str:
    """Untrusted text for a terminal or a page: white space as blanks, control and format characters as escapes."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\n\r":
        return " "
    hidden = unicodedata.category(character)[0] == "C" or unicodedata.category(character) in ("Zl", "Zp")
    return f"\\u{{{ord(character):x}}}" if hidden else character


def _mistakes(case: Case, name: str) -> Iterator[Mistake]:
    for found in judged(case, name):
        differences = tuple(_differences(case, name, found))
        if found.category != CORRECT or differences:
            kind = WRONG if found.category == CORRECT else found.category
            record = found.predicted if found.gold is None else found.gold
            yield _mistake(case, name, kind, record)._replace(differences=differences)


def _differences(case: Case, name: str, found: Judged) -> Iterator[Difference]:
    """What is wrong with a pair."""
    if found.gold is None or found.predicted is None:
        return
    for field, (one, other) in layer(name).differences(case, found.gold, found.predicted).items():
        yield Difference(field, _said(case, one), _said(case, other))


def _mistake(case: Case, name: str, kind: str, record: Any) -> Mistake:
    start, end = _extent(case, record)
    text = case.gold.text
    span = text[start:end]
    if len(span) > LONGEST_SPAN:
        span = f"{span[: LONGEST_SPAN // 2]} ... {span[-LONGEST_SPAN // 2 :]}"
    described = ", ".join(said for field in SHOWN[name] if (said := _said(case, getattr(record, field))))
    before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
    return Mistake(case.gold.doc_id, record.id, name, kind, start, end, before, span, after, described)


def _extent(case: Case, record: Any) -> tuple[int, int]:
    """The offsets of a record; of a stance, those of its evidence."""
    if not isinstance(record, Stance):
        return record.start, record.end
    held = set(evidence_of(case)(record))
    spans = [(segment.start, segment.end) for segment in case.gold.segments if segment.id in held]
    return (spans[0][0], spans[-1][1]) if spans else (record.start or 0, record.end or 0)


def _said(case: Case, value: Any) -> str:
    """A value in words; "" for none."""
    if isinstance(value, Reference):
        return value.entity_id or case.gold.text[value.start : value.end]
    if isinstance(value, Record):
        return getattr(value, "text", None) or msgspec.json.encode(value).decode()
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(_said(case, item) for item in value)
    return "" if value is None else str(value)
