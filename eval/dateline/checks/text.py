"""Rules that every record of a layer obeys: its name, its place in the text, and what it repeats of the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from dateline.checks.view import DocumentView, Flaw, Located, Rule, View, repeated
from dateline.model import Erratum, Record
from dateline.validation import quote


class Part(NamedTuple):
    """A span inside a record; `text` is None where the record does not repeat it."""

    field: str  # as it is written before a message
    start: int
    end: int
    text: str | None


def parts(record: Record) -> Iterator[Part]:
    """The record's own span and all spans in its fields that have offsets."""
    values: list[tuple[str, object]] = [("", record)]
    for name in record.__struct_fields__:
        value = getattr(record, name)
        many = isinstance(value, tuple)
        values += ((f"{name}[{index}]: ", item) for index, item in enumerate(value)) if many else [(f"{name}: ", value)]
    for field, value in values:
        start, end = getattr(value, "start", None), getattr(value, "end", None)
        if isinstance(value, Record) and start is not None and end is not None:
            yield Part(field, start, end, getattr(value, "text", None))


def foreign_doc_id(view: View) -> Iterator[Flaw]:
    """The doc_id of a record is the name of its folder."""
    own = ((document, document.document) for document in view.documents if document.document)
    for document, at in chain(own, view.records()):
        if at.record.doc_id != document.doc_id:
            yield at.flaw(f"doc_id is {quote(at.record.doc_id)}", f"the folder is {quote(document.doc_id)}")


def duplicate_id(view: View) -> Iterator[Flaw]:
    """No two records of a file have the same identifier."""
    files: list[Any] = [(layer, "id") for document in view.documents for layer in document.layers()]
    for file, key in [*files, (view.registry, "entity_id"), (view.concepts, "concept_id")]:
        for at, first in repeated(file, attrgetter(key)):
            yield at.flaw(f"{key} {quote(getattr(at.record, key))} stands in line {first.place.line} too", "each once")


def unordered(view: View) -> Iterator[Flaw]:
    """Records stand in text order: by start, and of two with the same start the longer first."""
    for layer in chain.from_iterable(document.layers() for document in view.documents):
        for before, at in pairwise(layer):
            if (at.record.start, -at.record.end) < (before.record.start, -before.record.end):
                yield at.flaw(f"{at.record.id} belongs before {before.record.id}", "records in text order")


def outside_text(view: View) -> Iterator[Flaw]:
    """Every span lies in the text and is not empty; only an erratum may be, to insert."""
    for document, at in view.records():
        shortest, size = 0 if isinstance(at.record, Erratum) else 1, len(document.text)
        for part in parts(at.record):
            if not (0 <= part.start <= part.end - shortest and part.end <= size):
                message = f"{part.field}start {part.start} and end {part.end} are no span of the text"
                yield at.flaw(message, f"0 <= start < end <= {size}")


def text_mismatch(view: View) -> Iterator[Flaw]:
    """Wherever a record repeats the text, it does so character for character."""
    for document, at in view.records():
        for part in parts(at.record):
            there = document.text[part.start : part.end]
            if part.text is not None and part.text != there:
                yield at.flaw(f"{part.field}text is {quote(part.text)}", f"the raw text there is {quote(there)}")


def white_space_at_end(view: View) -> Iterator[Flaw]:
    """No span but that of an erratum begins or ends with white space."""
    for document, at in view.records():
        for part in parts(at.record):
            there = document.text[part.start : part.end]
            if there != there.strip() and not isinstance(at.record, Erratum):
                yield at.flaw(f"{part.field}{quote(there)} has white space at an end", "spans without it")


def segment_id(view: View) -> Iterator[Flaw]:
    """A record names the segment that its start lies in."""
    for document in view.documents:
        for at in (*document.errata, *document.annotations()):
            segment = document.segment_at(at.record.start)
            if segment and at.record.segment_id != segment.id:
                yield at.flaw(f"segment_id is {quote(at.record.segment_id)}", f"its start is in {quote(segment.id)}")


def crosses_segment(view: View) -> Iterator[Flaw]:
    """Errata, mentions and figures end in the segment in which they start."""
    located: Iterator[tuple[DocumentView, Located[Any]]] = chain(view.errata(), view.mentions(), view.figures())
    for document, at in located:
        segment = document.segment_at(at.record.start)
        if segment and at.record.end > segment.end:
            yield at.flaw(f"{quote(at.record.text)} leaves its segment", f"{segment.id} ends at {segment.end}")


def repeated_alternative(view: View) -> Iterator[Flaw]:
    """Alternatives are other labels than the record's own."""
    for _, at in view.annotations():
        for field, labels in at.record.alternatives.items():
            own = getattr(at.record, field)
            if own in labels:
                yield at.flaw(f"alternatives.{field} repeats {quote(own)}", "labels other than the record's own")


RULES = {
    "foreign-doc-id": Rule(foreign_doc_id, "offsets"),
    "duplicate-id": Rule(duplicate_id, "offsets"),
    "unordered": Rule(unordered, "offsets", level="warning"),
    "outside-text": Rule(outside_text, "offsets"),
    "text-mismatch": Rule(text_mismatch, "offsets"),
    "white-space-at-end": Rule(white_space_at_end, "offsets"),
    "segment-id": Rule(segment_id, "offsets"),
    "crosses-segment": Rule(crosses_segment, "offsets"),
    "repeated-alternative": Rule(repeated_alternative, "optional"),
}
