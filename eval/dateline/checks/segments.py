"""Rules for segments, and for the errata inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from dateline.checks.view import Flaw, Place, Rule, View
from dateline.errata import clean
from dateline.errors import DatelineError
from dateline.validation import quote


def segment_overlap(view: View) -> Iterator[Flaw]:
    """Segments never overlap; two may touch."""
    for document in view.documents:
        for before, at in pairwise(document.segments):
            if at.record.start < before.record.end:
                allowed = f"{before.record.id} ends at {before.record.end}"
                yield at.flaw(f"start {at.record.start} is not after the segment before", allowed)


def segment_gap(view: View) -> Iterator[Flaw]:
    """Only white space lies outside segments."""
    for document in view.documents:
        spans = [(at.record.start, at.record.end, at.place) for at in document.segments]
        last = spans[-1][2] if spans else Place(document.file)
        position = 0
        for start, end, place in [*spans, (len(document.text), 0, last)]:
            if left := document.text[position:start].strip():
                yield Flaw(place, f"{quote(left)} is in no segment", "only white space outside segments")
            position = end


def erratum_overlap(view: View) -> Iterator[Flaw]:
    """Errata do not overlap, and no two insert at the same place."""
    for document in view.documents:
        for before, at in pairwise(sorted(document.errata, key=lambda at: (at.record.start, at.record.end))):
            same = (before.record.start, before.record.end) == (at.record.start, at.record.end)
            if same or at.record.start < before.record.end:
                yield at.flaw(f"the edit at {at.record.start} overlaps {before.record.id}", "edits do not overlap")


def erratum_no_change(view: View) -> Iterator[Flaw]:
    """An edit changes something."""
    for _, at in view.errata():
        if at.record.intended == at.record.text:
            yield at.flaw(f"intended is {quote(at.record.intended)}, as the text", "something other than the text")


def erratum_kind(view: View) -> Iterator[Flaw]:
    """The edit is of its kind: see SHAPES."""
    for _, at in view.errata():
        shape, allowed = SHAPES[at.record.kind]
        if not shape(at.record.text, at.record.intended):
            edit = f"{quote(at.record.text)} to {quote(at.record.intended)}"
            yield at.flaw(f"{edit} cannot be {quote(at.record.kind)}", f"{at.record.kind}: {allowed}")


def erratum_evidence(view: View) -> Iterator[Flaw]:
    """A misspelling has a note that names what shows the intended form."""
    for _, at in view.errata():
        if at.record.kind == "misspelling" and at.record.note is None:
            yield at.flaw(f"{quote(at.record.text)} has no note", "a misspelling names its evidence")


def clean_text(view: View) -> Iterator[Flaw]:
    """The clean text can be rendered."""
    for document in view.documents:
        try:
            clean(document.text, [at.record for at in document.segments], [at.record for at in document.errata])
        except DatelineError as error:
            yield Flaw(Place(document.file), f"the clean text cannot be rendered: {error}", "errata inside segments")


def _bare(text: str) -> str:
    return "".join(text.split())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


SHAPES: dict[str, tuple[Callable[[str, str], bool], str]] = {
    "stray_character": (lambda text, intended: text != "" and intended == "", "a deletion"),
    "spacing": (lambda text, intended: _bare(text) == _bare(intended), "only white space changes"),
    "glued": (lambda text, intended: text == "" and intended.isspace(), "an insertion of white space"),
    "punctuation": (lambda text, intended: _letters(text) == _letters(intended), "no letter or digit changes"),
    "missing_word": (lambda text, intended: text == "" and _letters(intended) != "", "an insertion of words"),
    "wrong_word": (lambda text, intended: text != "" and _letters(intended) != "", "one word for another"),
    "misspelling": (lambda text, intended: text != "" and _letters(intended) != "", "one spelling for another"),
}
"""Kind of erratum -> whether the edit of a text to what was intended can be one, and what such an edit is."""

RULES = {
    "segment-overlap": Rule(segment_overlap, "segments"),
    "segment-gap": Rule(segment_gap, "segments"),
    "erratum-overlap": Rule(erratum_overlap, "errata"),
    "erratum-no-change": Rule(erratum_no_change, "errata-intended"),
    "erratum-kind": Rule(erratum_kind, "errata-kind"),
    "erratum-evidence": Rule(erratum_evidence, "errata-kind-misspelling"),
    "clean-text": Rule(clean_text, "errata"),
}
