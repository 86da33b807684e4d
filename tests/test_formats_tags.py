"""Tags: schemes recognised, chunks read as conlleval reads them, broken sequences counted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import UnknownNameError
from dateline.formats.tags import (
    NOTHING,
    SCHEMES,
    Chunk,
    Tag,
    TagError,
    broken,
    chunks,
    parse,
    recognised,
    scheme,
    written,
)


def tags(line: str) -> list[Tag]:
    return [parse(tag) for tag in line.split()]


def spans(line: str) -> list[tuple[int, int, str]]:
    return [(chunk.start, chunk.end, chunk.label) for chunk in chunks(tags(line))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("O O", []),
        ("B-A I-A O", [(0, 2, "A")]),
        ("B-A B-A", [(0, 1, "A"), (1, 2, "A")]),
        ("B-A I-B", [(0, 1, "A"), (1, 2, "B")]),
        ("O I-A I-A", [(1, 3, "A")]),
        ("I-A B-A I-A", [(0, 1, "A"), (1, 3, "A")]),
        ("S-A B-A I-A E-A", [(0, 1, "A"), (1, 4, "A")]),
        ("U-A B-A L-A", [(0, 1, "A"), (1, 3, "A")]),
        ("E-A E-A", [(0, 1, "A"), (1, 2, "A")]),
        ("S-A I-A", [(0, 1, "A"), (1, 2, "A")]),
        ("B-A O E-A", [(0, 1, "A"), (2, 3, "A")]),
        ("B-A-B I-A-B", [(0, 2, "A-B")]),
    ],
)
def test_chunks_are_those_of_conlleval(line: str, expected: list[tuple[int, int, str]]) -> None:
    assert spans(line) == expected


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("BIO", "B-A I-A O B-B", []),
        ("BIO", "O I-A", [1]),
        ("BIO", "B-A I-B", [1]),
        ("BIO", "B-A E-A", [1]),
        ("IOB1", "I-A I-A B-A O I-B", []),
        ("IOB1", "O B-A", [1]),
        ("BIOES", "S-A B-A I-A E-A O", []),
        ("BIOES", "B-A O", [1]),
        ("BIOES", "O B-A I-A", [2]),
        ("BIOES", "B-A S-A", [1]),
        ("BILOU", "U-A B-A L-A", []),
        ("BILOU", "L-A", [0]),
    ],
)
def test_what_a_scheme_does_not_allow_is_counted(name: str, line: str, expected: list[int]) -> None:
    assert broken(tags(line), name) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("O B-A I-A", "BIO"),
        ("O O", "BIO"),
        ("O I-A B-A", "IOB1"),
        ("I-A O", "IOB1"),
        ("O I-A O B-A", "BIO"),
        ("B-A E-A", "BIOES"),
        ("S-A", "BIOES"),
        ("U-A", "BILOU"),
        ("B-A L-A", "BILOU"),
    ],
)
def test_the_scheme_is_recognised(line: str, expected: str) -> None:
    assert recognised([tags(line)]) == expected


@pytest.mark.parametrize("tag", ["", "PER", "B", "B-", "-PER", "X-PER", "BI-PER", "o", "EB-A"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(TagError, match="is no tag; expected O"):
        parse(tag)


@pytest.mark.parametrize(
    ("name", "expected"), [("bio", "BIO"), ("IOB2", "BIO"), ("iobes", "BIOES"), ("BILUO", "BILOU")]
)
def test_schemes_have_other_names(name: str, expected: str) -> None:
    assert scheme(name) == expected


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="BIOES"):
        scheme("BIOS")


@st.composite
def sentences(draw: st.DrawFn) -> tuple[list[Chunk], int]:
    length = draw(st.integers(0, 12))
    edges = sorted(draw(st.sets(st.integers(0, length))))
    labels = st.sampled_from(["", "A", "B"])
    found = [Chunk(start, end, draw(labels)) for start, end in pairwise(edges)]
    return [chunk for chunk in found if chunk.label], length


@pytest.mark.parametrize("name", SCHEMES)
@given(sentences())
def test_what_is_written_is_read_again(name: str, sentence: tuple[list[Chunk], int]) -> None:
    found, length = sentence
    made = [parse(tag) for tag in written(found, length, name)]
    assert (chunks(made), broken(made, name)) == (found, [])


@given(st.lists(st.builds(Tag, st.sampled_from("BIESLU"), st.sampled_from("AB")) | st.just(NOTHING)))
def test_every_token_with_a_tag_is_in_one_chunk(sequence: list[Tag]) -> None:
    covered = [index for chunk in chunks(sequence) for index in range(chunk.start, chunk.end)]
    assert covered == [index for index, tag in enumerate(sequence) if tag != NOTHING]
