"""How well two annotators agree beyond what chance would give, by published coefficients.

Of labels: Cohen's kappa and Krippendorff's alpha, beside the raw share. Of boundaries: Fournier's B. Of spans with a
label: Mathet's gamma.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from dateline.errors import MissingExtraError, UnknownNameError
from dateline.layers.counts import Counts
from dateline.statistics import CONFIDENCE, PERCENTILE, Interval

if TYPE_CHECKING:
    from numpy.random import Generator

    from dateline.statistics import Array

NO_PAIRS, ONE_LABEL, ONE_UNIT, NO_VARIATION = "no pairs", "one label", "one unit", "no variation"
NOTES = {
    NO_PAIRS: "no record of one pass matches one of the other",
    ONE_LABEL: "both passes give all records the same label, so that chance alone would agree",
    ONE_UNIT: "no interval, as all stands in one unit",
    NO_VARIATION: "no interval, as all resamples give the same",
}
"""Why there is no value, or no interval."""

_BLOCK = 1000  # resamples that are in memory together
_SAME = 1e-12  # differences below it are rounding


class Labelled(NamedTuple):
    """A matched pair of records by their labels, and the unit that it is drawn with. A label of None is one, too."""

    unit: tuple[str, ...]
    first: str | None
    second: str | None


class Estimate(NamedTuple):
    """A value with its interval; None where undefined, and `note` says why."""

    value: float | None
    interval: Interval | None = None
    note: str = ""


class Codes(NamedTuple):
    """The labels of both annotators as numbers: ranks if `ordinal`, else names."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    ordinal: bool

    @property
    def single(self) -> bool:
        """Whether only one label occurs."""
        return len({*self.first, *self.second}) == 1


class Coefficient(NamedTuple):
    """A number for codes, and the same for many tables of shape (..., codes, codes) at once, NaN where undefined.

    The libraries take one list of labels at a time; a thousand resamples would take them minutes.
    """

    definition: str
    of: Callable[[Codes], float]
    of_tables: Callable[[Array, bool], Array]
    by_rank: bool = False
    by_chance: bool = True


def _agreement(codes: Codes) -> float:
    return sum(one == other for one, other in zip(codes.first, codes.second, strict=True)) / len(codes.first)


def _agreements(tables: Array, ordinal: bool) -> Array:
    found: Array = tables.trace(axis1=-2, axis2=-1) / tables.sum((-2, -1))
    return found


def _kappa(codes: Codes) -> float:
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(codes.first, codes.second))


def _kappas(tables: Array, ordinal: bool) -> Array:
    import numpy

    expected = (tables.sum(-1) * tables.sum(-2)).sum(-1) / tables.sum((-2, -1)) ** 2
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found: Array = (_agreements(tables, ordinal) - expected) / (1 - expected)
    return found


def _alpha(codes: Codes) -> float:
    import krippendorff

    metric: Literal["ordinal", "nominal"] = "ordinal" if codes.ordinal else "nominal"
    return float(krippendorff.alpha([codes.first, codes.second], level_of_measurement=metric))


def _alphas(tables: Array, ordinal: bool) -> Array:
    """The distance of two ranks is the square of the number of labels from one to the other, both counted half."""
    import numpy

    both = tables + tables.swapaxes(-2, -1)
    totals = both.sum(-1)
    place = totals.cumsum(-1) - totals / 2
    apart = (place[..., None] - place[..., None, :]) ** 2 if ordinal else 1 - numpy.eye(tables.shape[-1])
    expected = (totals[..., None] * totals[..., None, :] * apart).sum((-2, -1)) / (totals.sum(-1) - 1)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found: Array = 1 - (both * apart).sum((-2, -1)) / expected
    return found


COEFFICIENTS: dict[str, Coefficient] = {
    "agreement": Coefficient("share of equal labels", _agreement, _agreements, by_chance=False),
    "kappa": Coefficient("Cohen's kappa (1960)", _kappa, _kappas),
    "alpha": Coefficient("Krippendorff's alpha (2004)", _alpha, _alphas, by_rank=True),
}
"""Name -> coefficient of labels. Ranks, where a vocabulary has them, count in alpha alone."""


def estimate(
    name: str, pairs: Sequence[Labelled], ranks: Mapping[str, int] | None = None, resamples: int = 1000, seed: int = 0
) -> Estimate:
    """A coefficient of pairs of labels, by the order of `ranks` if there are any and it takes them into account.

    The interval is of percentiles over units drawn with replacement (Efron 1979); resamples in which the number is
    undefined are left out. Undefined without pairs, and, what corrects for chance, for a single label. Raises
    UnknownNameError.
    """
    if name not in COEFFICIENTS:
        raise UnknownNameError("coefficient", name, COEFFICIENTS)
    if not pairs:
        return Estimate(None, note=NO_PAIRS)
    coefficient = COEFFICIENTS[name]
    codes = _codes(pairs, ranks if coefficient.by_rank else None)
    if coefficient.by_chance and codes.single:
        return Estimate(None, note=ONE_LABEL)
    interval, note = _interval(coefficient, codes, [pair.unit for pair in pairs], resamples, seed)
    return Estimate(coefficient.of(codes), interval, note)


def _codes(pairs: Sequence[Labelled], ranks: Mapping[str, int] | None) -> Codes:
    """None is a label after all others."""
    both = {label for pair in pairs for label in (pair.first, pair.second)}
    names = {label: place for place, label in enumerate(sorted(both, key=lambda label: (label is None, label)))}
    code = {label: ranks[label or ""] for label in both} if ranks else names
    return Codes(tuple(code[pair.first] for pair in pairs), tuple(code[pair.second] for pair in pairs), bool(ranks))


def _interval(
    coefficient: Coefficient, codes: Codes, units: Sequence[tuple[str, ...]], resamples: int, seed: int
) -> tuple[Interval | None, str]:
    """The interval, or why there is none."""
    import numpy

    tables = _tables(codes, units)
    if len(tables) < 2:
        return None, ONE_UNIT
    random = numpy.random.default_rng(seed)
    drawn = numpy.concatenate(
        [coefficient.of_tables(some, codes.ordinal) for some in _draws(tables, resamples, random)]
    )
    known = drawn[~numpy.isnan(drawn)]
    if not known.size or numpy.ptp(known) < _SAME:
        return None, NO_VARIATION
    low, high = numpy.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high), PERCENTILE, len(tables)), ""


def _tables(codes: Codes, units: Sequence[tuple[str, ...]]) -> Array:
    """How often which codes meet, by unit in the order of their names: shape (units, codes, codes)."""
    import numpy

    unit = {name: place for place, name in enumerate(sorted(set(units)))}
    code = {one: place for place, one in enumerate(sorted({*codes.first, *codes.second}))}
    tables = numpy.zeros((len(unit), len(code), len(code)))
    for (name, first, second), count in Counter(zip(units, codes.first, codes.second, strict=True)).items():
        tables[unit[name], code[first], code[second]] = count
    return tables


def _draws(tables: Array, resamples: int, random: Generator) -> Iterator[Array]:
    """Sums of tables drawn with replacement, in blocks."""
    count = len(tables)
    for done in range(0, resamples, _BLOCK):
        weights = random.multinomial(count, [1 / count] * count, min(_BLOCK, resamples - done))
        yield (weights @ tables.reshape(count, -1)).reshape(-1, *tables.shape[1:])


def boundary_similarity(first: Iterable[int], second: Iterable[int]) -> Counts:
    """The sums of boundary similarity B of two segmentations by their ends (Fournier 2013), as counts of an accuracy.

    B = 1 - (additions + transpositions / 2) / (boundaries paired or not): an end that is off by one code point counts
    half. The last end of all, which bounds the whole, is no boundary; without any other the counts are 0.
    """
    one, other = ({0, *ends} for ends in (first, second))
    last = max(one | other)
    if not (one | other) - {0, last}:
        return Counts()
    import segeval

    masses = [[end - start for start, end in pairwise(sorted(ends | {last}))] for ends in (one, other)]
    similar, boundaries, *_ = segeval.boundary_similarity(*masses, return_parts=True)
    return Counts(float(similar), float(boundaries))


Spans = Sequence[tuple[int, int, str]]
"""Start, end and label."""


def gamma(documents: Iterable[tuple[Spans, Spans]], seed: int = 0) -> float | None:
    """The gamma of two annotators' labelled spans (Mathet, Widloecher and Metivier 2015), in which place and label
    weigh the same; the mean over documents, each weighted by its spans.

    A document in which one of them has no span is left out; None where that leaves none. The chance that it corrects
    for is drawn with `seed`. Raises MissingExtraError.
    """
    try:
        import pygamma_agreement  # noqa: F401  # asked for before any work is done
    except ImportError:
        raise MissingExtraError("pygamma-agreement", "gamma") from None
    both = [(first, second) for first, second in documents if first and second]
    weights = [len(first) + len(second) for first, second in both]
    with _quiet():
        found = [_gamma(first, second, seed) for first, second in both]
    return sum(value * weight for value, weight in zip(found, weights, strict=True)) / sum(weights) if found else None


def _gamma(first: Spans, second: Spans, seed: int) -> float:
    import numpy
    from pyannote.core import Segment
    from pygamma_agreement import Continuum

    continuum = Continuum()
    for annotator, spans in (("first", first), ("second", second)):
        for start, end, label in spans:
            continuum.add(annotator, Segment(start, end), label)
    state = numpy.random.get_state()  # the library draws from numpy's global state
    try:
        numpy.random.seed(seed)
        return float(continuum.compute_gamma().gamma)
    finally:
        numpy.random.set_state(state)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the solver of gamma says: to the log of the root, and, from its threads, to standard output."""
    from cvxopt import glpk

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    glpk.options["msg_lev"] = "GLP_MSG_OFF"
    try:
        yield
    finally:
        logging.disable(before)
