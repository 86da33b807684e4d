from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.layers.counts import Counts, Row, total
from dateline.measures import Fraction, accuracy, f1, precision, recall

hits = st.integers(0, 50)


@st.composite
def balanced(draw: st.DrawFn) -> Counts:
    right = draw(hits)
    return Counts(right, right + draw(hits), right, right + draw(hits))


def test_precision_and_recall_are_shares_of_their_side() -> None:
    counts = Counts(3, 4, 3, 6)
    assert (precision(counts).value, recall(counts).value) == (0.5, 0.75)


def test_f1_counts_twice_the_hits_over_both_sides() -> None:
    assert f1(Counts(3, 4, 3, 6)) == Fraction(0.6, 6, 10)


@given(balanced())
def test_f1_is_the_harmonic_mean(counts: Counts) -> None:
    p, r = precision(counts).value, recall(counts).value
    if p and r:
        assert f1(counts).value == pytest.approx(2 / (1 / p + 1 / r))
    else:
        assert not f1(counts).value


def test_f1_with_unequal_hits_is_still_the_harmonic_mean() -> None:
    assert f1(Counts(1, 2, 3, 4)).value == pytest.approx(2 * 0.5 * 0.75 / 1.25)


@pytest.mark.parametrize("counts", [Counts(0, 3, 0, 0), Counts(0, 0, 0, 3)])
def test_f1_is_0_where_one_side_is_empty(counts: Counts) -> None:
    assert f1(counts).value == 0


@pytest.mark.parametrize("number", [precision, recall, f1, accuracy])
def test_0_of_0_is_undefined(number: object) -> None:
    assert callable(number)
    assert number(Counts()).value is None


def row(doc: str, segment: str, measure: str, *counts: float) -> Row:
    return Row(doc, segment, "entities", measure, "overall", *counts)


ROWS = [row("d1", "s1", "a", 1, 2, 3, 4), row("d1", "s2", "a", 1, 1, 1, 1), row("d2", "s1", "b", 5, 5, 5, 5)]


def test_rows_are_summed_by_the_fields_asked_for() -> None:
    assert total(ROWS, by=("measure",)) == {("a",): Counts(2, 3, 4, 5), ("b",): Counts(5, 5, 5, 5)}


def test_rows_can_be_summed_over_everything() -> None:
    assert total(ROWS, by=()) == {(): Counts(7, 8, 9, 10)}


@pytest.mark.parametrize("cut", range(4))
def test_sums_over_any_partition_add_up(cut: int) -> None:
    halves = [total(part, by=("layer",)).get(("entities",), Counts()) for part in (ROWS[:cut], ROWS[cut:])]
    assert Counts(*map(sum, zip(*halves, strict=True))) == total(ROWS, by=("layer",))[("entities",)]
