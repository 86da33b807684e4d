"""Warnings about what may have been overlooked: names and numbers that stand unannotated; and the guidelines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dateline import numerals
from dateline.checks.anchors import anchors
from dateline.checks.view import DocumentView, Flaw, Place, Rule, View
from dateline.validation import quote


def _stretch(document: DocumentView, start: int, end: int) -> Place:
    """A place in text.txt."""
    segment = document.segment_at(start)
    record = f"{document.doc_id}/{segment.id}" if segment else document.doc_id
    line = document.text.count("\n", 0, start) + 1
    return Place(document.file, line, document.doc_id, record, start, end)


def unannotated_name(view: View) -> Iterator[Flaw]:
    """What is a name in one place is one wherever it stands, unless it is a part of another name of the same entity."""
    for document in view.documents:
        names = [at.record for at in document.entities if at.record.level == "name"]
        for text, entity_id in {(name.text, name.entity_id) for name in names if name.text}:
            for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", document.text):
                start, end = match.span()
                covered = [name for name in names if name.start <= start and end <= name.end]
                if not any((name.start, name.end) == (start, end) or name.entity_id == entity_id for name in covered):
                    place = _stretch(document, start, end)
                    yield Flaw(place, f"{quote(text)} at {start} is no mention, but one elsewhere", "a name mention")


def unannotated_figure(view: View) -> Iterator[Flaw]:
    """What reads as a quantity is a figure."""
    for document in view.documents:
        for reading in numerals.find(document.text):
            start, end = reading.start, reading.end
            if not any(at.record.start < end and start < at.record.end for at in document.figures):
                text = quote(document.text[start:end])
                yield Flaw(_stretch(document, start, end), f"{text} at {start} is in no figure", "a figure")


def missing_section(view: View) -> Iterator[Flaw]:
    """The guidelines explain every annotated field and every label, each under its own anchor."""
    found = set(re.findall(r'<a id="([^"]*)"></a>', view.guidelines or ""))
    for anchor, what in anchors().items():
        if view.guidelines is not None and anchor not in found:
            place = Place("annotations/GUIDELINES.md")
            yield Flaw(place, f"no section explains {what}", f'<a id="{anchor}"></a> at the head of one')


RULES = {
    "unannotated-name": Rule(unannotated_name, "entities-level-name", level="warning", whole=True),
    "unannotated-figure": Rule(unannotated_figure, "figures", level="warning", whole=True),
    "missing-section": Rule(missing_section),
}
