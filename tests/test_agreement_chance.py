"""Coefficients by hand, against the libraries called directly, and where they are undefined."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType, SimpleNamespace
from typing import Any

import krippendorff
import numpy
import pytest
import segeval
from sklearn.metrics import cohen_kappa_score

from dateline.agreement.chance import (
    COEFFICIENTS,
    NO_PAIRS,
    NO_VARIATION,
    ONE_LABEL,
    ONE_UNIT,
    Labelled,
    boundary_similarity,
    estimate,
    gamma,
)
from dateline.errors import MissingExtraError, UnknownNameError
from dateline.layers.counts import Counts

RANKS = {"possible": 0, "probable": 1, "certain": 2}
SEEDS = range(20)


def labelled(*pairs: tuple[str | None, str | None]) -> list[Labelled]:
    """Pairs of labels, each a unit of its own."""
    return [Labelled((f"u{place:03}",), *pair) for place, pair in enumerate(pairs)]


def drawn(seed: int, count: int = 30) -> list[Labelled]:
    """Pairs that agree in most cases, in five units."""
    chance = random.Random(seed)

    def pair() -> tuple[str, str]:
        one = chance.choice([*RANKS])
        return one, one if chance.random() < 0.7 else chance.choice([*RANKS])

    return [Labelled((str(chance.randrange(5)),), *pair()) for _ in range(count)]


def sides(pairs: Sequence[Labelled]) -> tuple[list[int], list[int]]:
    """The labels of both as ranks."""
    return [RANKS[str(pair.first)] for pair in pairs], [RANKS[str(pair.second)] for pair in pairs]


def test_kappa_is_what_is_left_of_agreement_after_chance() -> None:
    pairs = labelled(*[("yes", "yes")] * 20, *[("yes", "no")] * 5, *[("no", "yes")] * 10, *[("no", "no")] * 15)
    assert estimate("agreement", pairs).value == pytest.approx(0.7)
    assert estimate("kappa", pairs).value == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_alpha_is_one_less_the_quotient_of_disagreements() -> None:
    pairs = labelled(("a", "a"), ("a", "a"), ("b", "b"), ("a", "b"))
    observed, expected = 2 / 8, 2 * 5 * 3 / (8 * 7)
    assert estimate("alpha", pairs).value == pytest.approx(1 - observed / expected)


def test_alpha_by_rank_counts_how_far_labels_are_apart() -> None:
    pairs = labelled(("possible", "possible"), ("certain", "certain"), ("possible", "probable"))
    observed = 2 * 2.0**2 / 6
    expected = 2 * (3 * 1 * 2.0**2 + 1 * 2 * 1.5**2 + 3 * 2 * 3.5**2) / (6 * 5)
    assert estimate("alpha", pairs, RANKS).value == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    assert estimate("kappa", drawn(seed)).value == pytest.approx(cohen_kappa_score(*sides(drawn(seed))))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ranked", [False, True], ids=["nominal", "ordinal"])
def test_alpha_is_that_of_krippendorff(seed: int, ranked: bool) -> None:
    expected = krippendorff.alpha([*sides(drawn(seed))], level_of_measurement="ordinal" if ranked else "nominal")
    assert estimate("alpha", drawn(seed), RANKS if ranked else None).value == pytest.approx(expected)


@pytest.mark.parametrize("name", COEFFICIENTS)
@pytest.mark.parametrize("ranked", [False, True], ids=["nominal", "ordinal"])
def test_the_interval_is_of_the_same_number_over_units_drawn_again(name: str, ranked: bool) -> None:
    pairs, ranks = drawn(1), RANKS if ranked else None
    units = sorted({pair.unit for pair in pairs})
    weights = numpy.random.default_rng(7).multinomial(len(units), [1 / len(units)] * len(units), 40).tolist()
    again = []
    for times in ({unit: row[place] for place, unit in enumerate(units)} for row in weights):
        value = estimate(name, [pair for pair in pairs for _ in range(times[pair.unit])], ranks, resamples=1).value
        again += [] if value is None else [value]
    found = estimate(name, pairs, ranks, resamples=40, seed=7).interval
    assert found is not None
    assert found[:2] == pytest.approx(numpy.quantile(again, [0.025, 0.975]))
    assert found.units == 5


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_seed_gives_the_same_interval_and_another_seed_another(name: str) -> None:
    one, same, other = (estimate(name, drawn(2), resamples=200, seed=seed).interval for seed in (3, 3, 4))
    assert one == same
    assert one != other


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_the_order_of_pairs_changes_nothing(name: str) -> None:
    pairs = drawn(4)
    assert estimate(name, pairs, RANKS) == estimate(name, pairs[::-1], RANKS)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_exchanging_the_annotators_changes_nothing(name: str) -> None:
    exchanged = [pair._replace(first=pair.second, second=pair.first) for pair in drawn(5)]
    one, other = estimate(name, drawn(5), RANKS), estimate(name, exchanged, RANKS)
    assert one.value == pytest.approx(other.value)
    assert one.interval is not None and other.interval is not None
    assert one.interval[:2] == pytest.approx(other.interval[:2])


@pytest.mark.parametrize("name", ["kappa", "alpha"])
@pytest.mark.parametrize("ranks", [None, RANKS], ids=["nominal", "ordinal"])
def test_a_single_label_leaves_nothing_to_correct_for_chance(
    name: str, ranks: dict[str, int] | None, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert estimate(name, labelled(*[("certain", "certain")] * 3), ranks) == (None, None, ONE_LABEL)
    assert capfd.readouterr() == ("", "")


def test_labels_of_one_rank_are_a_single_label_by_rank() -> None:
    pairs = labelled(("mixed", "neutral"), ("neutral", "neutral"))
    assert estimate("alpha", pairs, {"mixed": 2, "neutral": 2}).note == ONE_LABEL


def test_the_raw_share_of_a_single_label_is_known() -> None:
    assert estimate("agreement", labelled(*[("a", "a")] * 3)) == (1.0, None, NO_VARIATION)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_no_pairs_are_undefined(name: str) -> None:
    assert estimate(name, []) == (None, None, NO_PAIRS)


def test_pairs_of_a_single_unit_have_no_interval() -> None:
    pairs = [Labelled(("d1",), "a", "a"), Labelled(("d1",), "b", "b")]
    assert estimate("kappa", pairs) == (1.0, None, ONE_UNIT)


def test_resamples_without_a_value_are_left_out() -> None:
    pairs = labelled(("a", "a"), ("b", "b"), ("a", "b"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate("kappa", pairs, resamples=500).interval
    assert found is not None
    assert (found.low, found.high) == (0, 1)


def test_null_is_a_label_of_its_own() -> None:
    pairs = labelled((None, None), ("flow", None), ("flow", "flow"), ("stock", "stock"))
    words = labelled(("zero", "zero"), ("flow", "zero"), ("flow", "flow"), ("stock", "stock"))
    assert estimate("kappa", pairs).value == estimate("kappa", words).value == pytest.approx(7 / 11)


def test_an_unknown_coefficient_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown coefficient 'pi'; known: agreement, kappa, alpha"):
        estimate("pi", labelled(("a", "a")))


def test_an_end_that_is_off_by_one_counts_half() -> None:
    assert boundary_similarity([5, 10, 20], [5, 11, 20]) == Counts(1.5, 2)


def test_an_end_that_only_one_has_counts_nothing() -> None:
    assert boundary_similarity([5, 10, 20], [5, 20]) == Counts(1, 2)


@pytest.mark.parametrize("ends", [[], [20]])
def test_without_ends_inside_there_is_no_boundary(ends: list[int]) -> None:
    assert boundary_similarity(ends, [20]) == Counts(0, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_boundary_similarity_is_that_of_segeval(seed: int) -> None:
    chance = random.Random(seed)
    one, other = (sorted({*chance.sample(range(1, 60), 12), 60}) for _ in range(2))
    masses = [[end - start for start, end in pairwise([0, *ends])] for ends in (one, other)]
    similar, boundaries, *_ = boundary_similarity(one, other)
    assert similar / boundaries == pytest.approx(float(segeval.boundary_similarity(*masses)))


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A stand-in for the libraries of gamma, which take half a minute: its gamma is the number of spans over ten."""
    made: list[Any] = []

    class Continuum:
        def __init__(self) -> None:
            self.spans: list[tuple[str, tuple[int, int], str]] = []
            made.append(self)

        def add(self, annotator: str, place: tuple[int, int], label: str) -> None:
            self.spans.append((annotator, place, label))

        def compute_gamma(self) -> SimpleNamespace:
            self.drawn = numpy.random.random()
            return SimpleNamespace(gamma=len(self.spans) / 10)

    segment = SimpleNamespace(Segment=lambda start, end: (start, end))
    stand_ins: dict[str, object] = {
        "pygamma_agreement": SimpleNamespace(Continuum=Continuum),
        "pyannote": ModuleType("pyannote"),
        "pyannote.core": segment,
        "cvxopt": SimpleNamespace(glpk=SimpleNamespace(options={})),
    }
    for name, module in stand_ins.items():
        monkeypatch.setitem(sys.modules, name, module)
    return made


def test_gamma_is_the_mean_over_documents_by_their_spans(library: list[Any]) -> None:
    one = ([(0, 5, "person")], [(0, 5, "person")])
    other = ([(0, 5, "person"), (7, 9, "group")], [(0, 5, "person"), (7, 9, "group")])
    assert gamma([one, other]) == pytest.approx((2 * 0.2 + 4 * 0.4) / 6)
    assert library[0].spans == [("first", (0, 5), "person"), ("second", (0, 5), "person")]


def test_gamma_leaves_out_documents_in_which_one_has_no_span(library: list[Any]) -> None:
    spans = [(0, 5, "person")]
    assert gamma([(spans, []), (spans, spans)]) == pytest.approx(0.2)
    assert gamma([(spans, [])]) is None


def test_gamma_draws_with_the_seed_and_leaves_numpy_as_it_was(library: list[Any]) -> None:
    spans = [(0, 5, "person")]
    numpy.random.seed(5)
    expected = numpy.random.random()
    numpy.random.seed(5)
    for seed in (1, 1, 2):
        gamma([(spans, spans)], seed)
    assert library[0].drawn == library[1].drawn != library[2].drawn
    assert numpy.random.random() == expected


def test_gamma_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)  # so that its import fails
    with pytest.raises(MissingExtraError, match=r"pygamma-agreement is not installed; pip install 'dateline\[gamma\]'"):
        gamma([])
