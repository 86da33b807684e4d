"""The clean text, and offsets from the raw text into it and back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.corpus import load_document
from dateline.errata import clean
from dateline.errors import DatelineError
from dateline.model import Erratum, Segment
from dateline.vocabulary import data_root

GOLD = load_document(data_root(), "ips-car-2014")

LETTERS = st.sampled_from("abé\u2013\U0001f30d")
WORDS = st.text(LETTERS, min_size=1, max_size=4)
GAPS = st.sampled_from(["", " ", "  ", "\n", "\u00a0 "])
KINDS = st.sampled_from(["dateline", "sentence", "heading", "caption", "credit"])


def segment(number: int, start: int, end: int, kind: str = "sentence") -> Segment:
    return Segment(id=f"s{number:03}", start=start, end=end, kind=kind)


def erratum(start: int, end: int, intended: str, segment_id: str = "s001") -> Erratum:
    values = {"id": "x001", "doc_id": "tale", "text": "", "kind": "spacing"}
    return Erratum(**values, segment_id=segment_id, start=start, end=end, intended=intended)


class Case:
    """A random text with its segments and errata; `places` says for each raw code point what it is part of."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.text, self.segments, self.errata = draw(GAPS), list[Segment](), list[Erratum]()
        for number in range(1, draw(st.integers(1, 4)) + 1):
            start = len(self.text)
            for _ in range(draw(st.integers(1, 4))):
                self.text += draw(WORDS)
                self.edit(draw, f"s{number:03}", start)
            self.segments.append(segment(number, start, len(self.text), draw(KINDS)))
            self.text += draw(GAPS)

    def edit(self, draw: st.DrawFn, segment_id: str, first: int) -> None:
        """Make the end of the text so far an erratum, or not."""
        self.text += draw(st.sampled_from(["", "", " "]))
        width = draw(st.integers(0, 2))
        start = len(self.text) - width
        clear = start > first and not any(known.end >= start for known in self.errata)
        if draw(st.booleans()) and clear:
            intended = draw(st.text(LETTERS, min_size=0 if width else 1, max_size=3)) + draw(st.sampled_from(["", " "]))
            self.errata.append(erratum(start, len(self.text), intended, segment_id))
        self.text += draw(st.sampled_from(["", " x"])) + "y"  # a segment neither begins nor ends with white space

    def untouched(self) -> list[int]:
        """The offsets of the code points that stay as they are."""
        inside = [offset for span in self.segments for offset in range(span.start, span.end)]
        return [offset for offset in inside if not any(edit.start <= offset < edit.end for edit in self.errata)]


CASES = st.composite(Case)()


@given(CASES)
def test_offsets_outside_edits_come_back_from_the_clean_text(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    assert [made.to_raw(made.to_clean(offset)) for offset in case.untouched()] == case.untouched()


@given(CASES)
def test_ends_outside_edits_come_back_from_the_clean_text(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    ends = [offset + 1 for offset in case.untouched()]
    assert [made.to_raw(made.to_clean(end, end=True), end=True) for end in ends] == ends


@given(CASES)
def test_clean_offsets_that_have_a_raw_code_point_come_back(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    images = [made.to_clean(offset) for offset in case.untouched()]
    assert [made.to_clean(made.to_raw(image)) for image in images] == images


@given(CASES)
def test_a_code_point_outside_edits_is_the_same_in_the_clean_text(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    assert all(made.text[made.to_clean(offset)] == case.text[offset] for offset in case.untouched())


@given(CASES)
def test_both_maps_are_monotone(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    halves = [*made.to_clean, *made.to_raw]
    assert [list(half) for half in halves] == [sorted(half) for half in halves]


@given(CASES)
def test_the_maps_cover_every_offset_of_both_texts(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    assert {len(half) for half in made.to_clean} == {len(case.text) + 1}
    assert {len(half) for half in made.to_raw} == {len(made.text) + 1}


@given(CASES, st.data())
def test_a_span_maps_to_a_half_open_span(case: Case, data: st.DataObject) -> None:
    made = clean(case.text, case.segments, case.errata)
    start = data.draw(st.integers(0, len(case.text)))
    first, last = made.to_clean.span(start, data.draw(st.integers(start, len(case.text))))
    assert 0 <= first <= last <= len(made.text)


@given(CASES)
def test_the_span_of_an_edit_maps_to_what_was_intended(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    for edit in case.errata:
        first, last = made.to_clean.span(edit.start, edit.end)
        assert made.text[first:last] == edit.intended


@given(CASES)
def test_what_was_intended_maps_back_to_the_span_of_its_edit(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    for edit in case.errata:
        assert made.to_raw.span(*made.to_clean.span(edit.start, edit.end)) == (edit.start, edit.end)


@given(CASES)
def test_segments_are_apart_by_one_space_or_line_break(case: Case) -> None:
    made = clean(case.text, case.segments, case.errata)
    spans = [made.to_clean.span(span.start, span.end) for span in case.segments]
    gaps = [made.text[end:start] for (_, end), (start, _) in pairwise(spans)]
    assert set(gaps) <= {" ", "\n"}
    assert (spans[0][0], spans[-1][1]) == (0, len(made.text))


@pytest.mark.parametrize(
    ("kinds", "separator"),
    [
        (("sentence", "sentence"), " "),
        (("dateline", "sentence"), " "),
        (("sentence", "heading"), "\n"),
        (("heading", "sentence"), "\n"),
        (("sentence", "caption"), "\n"),
        (("caption", "caption"), " "),
        (("caption", "credit"), " "),
        (("credit", "sentence"), "\n"),
        (("credit", "heading"), "\n"),
    ],
)
def test_kinds_decide_what_separates_two_segments(kinds: tuple[str, str], separator: str) -> None:
    made = clean("a  b", [segment(1, 0, 1, kinds[0]), segment(2, 3, 4, kinds[1])], [])
    assert made.text == f"a{separator}b"


def test_an_inserted_line_break_separates_two_sentences() -> None:
    made = clean("ab", [segment(1, 0, 1), segment(2, 1, 2)], [erratum(1, 1, "\n", "s002")])
    assert made.text == "a\nb"


def test_an_inserted_space_between_two_segments_is_their_separator() -> None:
    made = clean("ab", [segment(1, 0, 1), segment(2, 1, 2)], [erratum(1, 1, " ", "s002")])
    assert made.text == "a b"


def test_a_span_that_ends_at_an_insertion_leaves_it_out() -> None:
    made = clean("north the", [segment(1, 0, 9)], [erratum(6, 6, "of ")])
    assert made.text[slice(*made.to_clean.span(0, 5))] == "north"
    assert made.text[slice(*made.to_clean.span(6, 9))] == "the"


def test_white_space_at_the_end_of_an_edit_is_no_part_of_the_name_before_it() -> None:
    made = clean("U. N.  chief", [segment(1, 0, 12)], [erratum(0, 7, "U.N. ")])
    assert made.text[slice(*made.to_clean.span(0, 5))] == "U.N."


def test_a_span_that_cuts_into_an_edit_maps_to_the_whole_edit() -> None:
    made = clean("in Yakole", [segment(1, 0, 9)], [erratum(3, 9, "Yaloke")])
    assert made.to_clean.span(5, 7) == (3, 9)


def test_overlapping_errata_are_refused() -> None:
    with pytest.raises(DatelineError, match="x001 overlaps"):
        clean("abcd", [segment(1, 0, 4)], [erratum(0, 3, "x"), erratum(2, 4, "y")])


def test_an_erratum_outside_its_segment_is_refused() -> None:
    with pytest.raises(DatelineError, match="leaves its segment s001"):
        clean("ab cd", [segment(1, 0, 2), segment(2, 3, 5)], [erratum(3, 4, "x")])


def test_an_erratum_of_an_unknown_segment_is_refused() -> None:
    with pytest.raises(DatelineError, match="'s009', which does not exist"):
        clean("ab", [segment(1, 0, 2)], [erratum(0, 1, "x", "s009")])


def test_overlapping_segments_are_refused() -> None:
    with pytest.raises(DatelineError, match="s002 begins at 1"):
        clean("abc", [segment(1, 0, 2), segment(2, 1, 3)], [])


def test_a_text_without_errata_and_extra_space_is_its_own_clean_text() -> None:
    text = "One. Two."
    assert clean(text, [segment(1, 0, 4), segment(2, 5, 9)], []).text == text


def test_the_clean_article_has_no_double_space() -> None:
    assert "  " not in clean(GOLD.text, GOLD.segments, GOLD.errata).text


def test_the_clean_article_has_every_intended_text_in_its_place() -> None:
    made = clean(GOLD.text, GOLD.segments, GOLD.errata)
    found = [made.text[slice(*made.to_clean.span(edit.start, edit.end))] for edit in GOLD.errata]
    assert found == [edit.intended for edit in GOLD.errata]


def test_headings_of_the_article_stand_on_lines_of_their_own() -> None:
    lines = clean(GOLD.text, GOLD.segments, GOLD.errata).text.split("\n")
    assert [span.text for span in GOLD.segments if span.kind == "heading" and span.text not in lines] == []
