"""Intervals, tests and corrections against scipy, hand-made numbers and their own invariances."""

from __future__ import annotations

import random
from math import inf, isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit, logit

from dateline import statistics
from dateline.errors import UnknownNameError
from dateline.layers.base import ACCURACY, F1
from dateline.layers.counts import Counts, Row
from dateline.measures import KINDS
from dateline.statistics import (
    PERCENTILE,
    WILSON,
    benjamini_hochberg,
    bootstrap,
    bootstraps,
    caution,
    holm,
    interval,
    paired,
    paired_test,
    unit_of,
    units,
    values,
)

Array = NDArray[np.float64]

NUMBERS = {number: function for kind in (F1, ACCURACY) for number, function in KINDS[kind].items()}
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def system(seed: int, count: int = 30, quality: float = 0.7) -> Array:
    """Units with the same gold for every seed."""
    gold = np.random.default_rng(99).integers(1, 15, count)
    chance = np.random.default_rng(seed)
    hits = chance.binomial(gold, quality)
    return np.stack([hits, gold, hits, hits + chance.integers(0, 4, count)], axis=1).astype(float)


def ratio(counts: Array, axis: int = 0) -> Any:
    """F1 of summed units for scipy, which moves the axis of units."""
    sums = counts.sum(axis=axis)
    return 2 * sums[0] / (sums[1] + sums[3])


def row(doc_id: str, segment_id: str, *counts: float, measure: str = "m", group: str = "overall") -> Row:
    return Row(doc_id, segment_id, "layer", measure, group, *counts)


ROWS = [
    row("d1", "s1", 1, 2, 1, 1),
    row("d1", "s2", 1, 1, 1, 3),
    row("d2", "s1", 0, 2, 0, 0),
    row("d2", "s1", 5, 5, 5, 5, measure="other"),
    row("d2", "s1", 5, 5, 5, 5, group="type=person"),
]


def test_units_are_sums_by_document_of_one_measure_over_everything() -> None:
    assert units(ROWS, "m") == {("d1",): Counts(2, 3, 2, 4), ("d2",): Counts(0, 2, 0, 0)}


def test_units_by_segment_keep_the_segments_of_a_document_apart() -> None:
    assert list(units(ROWS, "m", "segment")) == [("d1", "s1"), ("d1", "s2"), ("d2", "s1")]


def test_a_unit_that_only_one_system_has_counts_as_nothing_for_the_other() -> None:
    one, other = paired({("d1",): Counts(1, 1, 1, 1)}, {("d2",): Counts(0, 0, 0, 2)})
    assert (one.tolist(), other.tolist()) == ([[1, 1, 1, 1], [0, 0, 0, 0]], [[0, 0, 0, 0], [0, 0, 0, 2]])


@pytest.mark.parametrize("number", NUMBERS)
@given(st.tuples(*[st.integers(0, 9)] * 4))
def test_values_are_those_of_measures(number: str, drawn: tuple[int, int, int, int]) -> None:
    counts = Counts(min(drawn[:2]), max(drawn[:2]), min(drawn[2:]), max(drawn[2:]))
    expected, found = NUMBERS[number](counts).value, float(values(np.array(counts, dtype=float), number))
    assert isnan(found) if expected is None else found == pytest.approx(expected)


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown number 'f2'; known: f1, precision, recall, accuracy"):
        interval(system(1), "f2")


def test_with_units_of_equal_size_it_is_the_t_interval_of_a_mean_on_the_logit_scale() -> None:
    hits = np.array([3, 5, 8, 6, 9, 4.0])
    counts = np.stack([hits, np.full(6, 10), hits, np.full(6, 10)], axis=1)
    mean, error = hits.mean() / 10, stats.sem(hits / 10)
    # leaving a unit out moves a mean by its residual / (n - 1): the jackknife then is the usual standard error
    half = stats.t(5).ppf(0.975) * error / (mean * (1 - mean))
    found = interval(counts)
    assert found is not None
    assert found[:2] == pytest.approx((expit(logit(mean) - half), expit(logit(mean) + half)))


def test_the_deviation_is_the_delta_methods_with_residuals_over_one_minus_their_share() -> None:
    counts = system(1)
    right, size = counts[:, 0] + counts[:, 2], counts[:, 1] + counts[:, 3]
    value, share = right.sum() / size.sum(), size / size.sum()
    residual = (right - value * size) / size.sum() / (1 - share)
    half = stats.t(1 / (share**2).sum() - 1).ppf(0.975) * np.sqrt((residual**2).sum() * 29 / 30) / (value * (1 - value))
    found = interval(counts)
    assert found is not None
    assert found[:2] == pytest.approx((expit(logit(value) - half), expit(logit(value) + half)))


@pytest.mark.parametrize("number", NUMBERS)
def test_the_interval_holds_the_value(number: str) -> None:
    counts = system(1)
    found = interval(counts, number)
    assert found is not None
    assert 0 < found.low < float(values(counts.sum(0), number)) < found.high < 1


def test_with_unequal_hits_the_interval_is_around_the_harmonic_mean() -> None:
    counts = system(1)
    counts[:, 2] = np.minimum(counts[:, 2], 2)
    found = interval(counts)
    assert found is not None
    middle = float(expit((logit(found.low) + logit(found.high)) / 2))
    assert middle == pytest.approx(NUMBERS["f1"](Counts(*counts.sum(0))).value)


@pytest.mark.parametrize("right", [0, 10])
def test_at_the_ends_it_is_wilsons_for_as_many_trials_as_units_of_equal_size(right: int) -> None:
    counts = np.array([[right, 10, right, 10.0]] * 8)
    expected = stats.binomtest(8 * right // 10, 8).proportion_ci(method="wilson")
    found = interval(counts)
    assert found is not None
    assert found[:2] == pytest.approx((expected.low, expected.high))
    assert found[2:] == (WILSON, 8)


def test_units_that_are_all_alike_do_not_make_an_interval_without_width() -> None:
    expected = stats.binomtest(4, 8).proportion_ci(method="wilson")
    found = interval(np.array([[5, 10, 5, 10.0]] * 8))
    assert found is not None
    assert found[:2] == pytest.approx((expected.low, expected.high))


def test_one_long_unit_among_short_ones_is_hardly_more_than_one() -> None:
    equal, long = (np.array([[size, size, size, size]] * 1 + [[5, 5, 5, 5]] * 9, dtype=float) for size in (5, 500))
    few, many = interval(long), interval(equal)
    assert few is not None
    assert many is not None
    assert few.low < 0.3 < many.low


def test_units_without_counts_change_nothing() -> None:
    assert interval(np.vstack([system(1), np.zeros((5, 4))])) == interval(system(1))


@pytest.mark.parametrize("counts", [np.zeros((3, 4)), np.zeros((0, 4)), system(1, 1)], ids=["0/0", "none", "one unit"])
def test_what_is_undefined_or_a_single_unit_has_no_interval(counts: Array) -> None:
    assert interval(counts) is None


def test_a_precision_without_predictions_has_no_interval() -> None:
    assert interval(np.array([[0, 3, 0, 0], [0, 2, 0, 0.0]]), "precision") is None


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_partition_of_rows_changes_anything(seed: int) -> None:
    rows = [row(f"d{unit}", "", *counts) for unit, counts in enumerate(system(1).tolist())]
    parts = [row(one.doc_id, "", *(count / 2 for count in one[5:])) for one in rows for _ in range(2)]
    random.Random(seed).shuffle(parts)
    (whole,), (split,) = paired(units(rows, "m")), paired(units(parts, "m"))
    assert (interval(split), bootstrap(split)) == (interval(whole), bootstrap(whole))


def test_the_bootstrap_agrees_with_scipys() -> None:
    counts = system(1)
    expected = stats.bootstrap(
        (np.arange(30),),
        lambda drawn: ratio(counts[drawn]),
        vectorized=False,
        method="percentile",
        n_resamples=5000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    found = bootstrap(counts, resamples=5000)
    assert found is not None
    assert found[:2] == pytest.approx((expected.low, expected.high), abs=0.005)


def test_the_bootstrap_agrees_with_the_interval_it_checks() -> None:
    one, other = interval(system(1, 200)), bootstrap(system(1, 200))
    assert one is not None
    assert other is not None
    assert one[:2] == pytest.approx(other[:2], abs=0.01)
    assert other[2:] == (PERCENTILE, 200)


def test_the_bootstrap_does_not_depend_on_the_order_of_units() -> None:
    assert bootstrap(system(1)[::-1]) == bootstrap(system(1))


def test_a_seed_gives_the_same_bootstrap_and_another_seed_another() -> None:
    assert bootstrap(system(1), seed=3) == bootstrap(system(1), seed=3) != bootstrap(system(1), seed=4)


@pytest.mark.parametrize(("count", "given"), [(19, False), (20, True)])
def test_there_is_a_bootstrap_from_20_units(count: int, given: bool) -> None:
    assert (bootstrap(system(1, count)) is not None) == given


def test_several_numbers_drawn_together_have_the_bootstraps_that_each_has_alone() -> None:
    drawn = [system(seed, count) for seed, count in ((1, 30), (2, 30), (3, 25), (4, 5))]
    numbers = [(units, number) for units in drawn for number in (F1, "recall")]
    assert bootstraps(numbers, seed=2) == [bootstrap(units, number, seed=2) for units, number in numbers]


def test_resampling_in_pieces_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bootstrap(system(1)), paired_test(system(1), system(2))
    monkeypatch.setattr(statistics, "_CELLS", 1000)
    assert (bootstrap(system(1)), paired_test(system(1), system(2))) == whole


@pytest.mark.parametrize("quality", [0.6, 0.8, 0.95])
def test_the_paired_test_agrees_with_the_exact_permutation_test(quality: float) -> None:
    one, other = system(1, 8, 0.6), system(2, 8, quality)
    exact = stats.permutation_test(
        (np.arange(8), np.arange(8, 16)),
        lambda first, second: ratio(np.vstack([one, other])[first]) - ratio(np.vstack([one, other])[second]),
        permutation_type="samples",
        vectorized=False,
        n_resamples=inf,
    ).pvalue
    assert paired_test(one, other, resamples=50_000) == pytest.approx(exact, abs=0.01)


def test_a_system_does_not_differ_from_itself() -> None:
    assert paired_test(system(1), system(1)) == 1


def test_the_p_value_is_never_nought() -> None:
    assert paired_test(system(1, quality=0), system(1, quality=1), resamples=99) == 0.01


def test_the_paired_test_is_the_same_both_ways_round() -> None:
    assert paired_test(system(1), system(2)) == paired_test(system(2), system(1))


def test_a_seed_gives_the_same_p_value_and_another_seed_another() -> None:
    one, same, other = (paired_test(system(1), system(2), seed=seed) for seed in (3, 3, 4))
    assert one == same != other


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_units_cannot_be_tested(count: int) -> None:
    assert paired_test(system(1, count), system(2, count)) is None


def test_an_undefined_number_cannot_be_tested() -> None:
    assert paired_test(system(1, 4), np.zeros((4, 4)), "precision") is None


def test_holm_by_hand() -> None:
    # times 4, 3, 2, 1 by rank: .04, .06, .06, .02 and then never less than the one before
    assert holm([0.01, 0.02, 0.03, 0.02]) == pytest.approx([0.04, 0.06, 0.06, 0.06])


def test_holm_stays_at_most_one() -> None:
    assert holm([0.9, 0.6]) == [1, 1]


@given(P_VALUES)
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(list(stats.false_discovery_control(p_values)))


@given(P_VALUES)
def test_holm_is_at_least_benjamini_hochberg_and_at_most_bonferroni(p_values: list[float]) -> None:
    for low, middle, p in zip(benjamini_hochberg(p_values), holm(p_values), p_values, strict=True):
        assert low - 1e-12 <= middle <= min(1, len(p_values) * p) + 1e-12


def test_corrections_of_nothing_are_nothing() -> None:
    assert (holm([]), benjamini_hochberg([])) == ([], [])


@pytest.mark.parametrize(
    ("documents", "unit", "said"), [(1, "segment", "one article"), (2, "document", "fewer"), (19, "document", "fewer")]
)
def test_few_documents_come_with_a_caution(documents: int, unit: str, said: str) -> None:
    assert unit_of(documents) == unit
    assert caution(documents).startswith(said)


def test_twenty_documents_need_no_caution() -> None:
    assert (unit_of(20), caution(20)) == ("document", "")
