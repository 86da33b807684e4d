from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dateline.formats.utf16 import Utf16

TEXTS = st.text(st.sampled_from("aé😀𠀀\u2028\n") | st.characters(codec="utf-8"), max_size=30)


def width(text: str) -> int:
    """The code units of a text, counted by encoding it."""
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS)
def test_units_are_those_of_the_encoded_text(text: str) -> None:
    assert [Utf16(text).units(at) for at in range(len(text) + 1)] == [width(text[:at]) for at in range(len(text) + 1)]


@given(TEXTS)
def test_every_offset_survives_both_ways(text: str) -> None:
    offsets = Utf16(text)
    assert [offsets.points(offsets.units(at)) for at in range(len(text) + 1)] == [*range(len(text) + 1)]


@given(TEXTS)
def test_an_offset_inside_a_character_is_undefined(text: str) -> None:
    borders = {width(text[:at]) for at in range(len(text) + 1)}
    found = {unit for unit in range(width(text) + 1) if Utf16(text).points(unit) is None}
    assert found == {*range(width(text) + 1)} - borders


def test_an_offset_outside_the_text_is_undefined() -> None:
    offsets = Utf16("a\N{GRINNING FACE}b")
    assert (offsets.points(-1), offsets.points(5)) == (None, None)
