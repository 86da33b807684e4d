"""How far a number can be trusted: intervals, paired tests, corrections for many tests.

Everything is a function of counts summed by unit, of shape (n, 4) in the order of Counts: documents, which are drawn
independently of each other, or the segments of a single one. The order of units changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from dateline.errors import UnknownNameError
from dateline.layers.base import OVERALL
from dateline.layers.counts import Counts, Row, tabled, total

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64]

CONFIDENCE = 0.95
BOOTSTRAP = 2000  # resamples
FEW = 20  # documents: with fewer there is a caution, and no bootstrap
DOCUMENT, SEGMENT = "document", "segment"
ONE_ARTICLE = "one article: the interval speaks of this article only and understates what another article would show"
FEW_DOCUMENTS = f"fewer than {FEW} documents: read with caution"

JACKKNIFE = "jackknife, t, logit"
WILSON = "Wilson"
PERCENTILE = "bootstrap, percentile"

_SAME = 1e-12  # differences below it are rounding
_CELLS = 2**21  # of a matrix of resamples by units: 16 MiB
_GOLD, _PREDICTED = (0, 1), (2, 3)  # columns: hits, and what they are a share of
_SIDES = {"f1": (_GOLD, _PREDICTED), "precision": (_PREDICTED,), "recall": (_GOLD,), "accuracy": (_GOLD,)}

Units = dict[tuple[str, ...], Counts]


class Interval(NamedTuple):
    """Bounds of 95% confidence, how they were found and from how many units."""

    low: float
    high: float
    method: str
    units: int


def caution(documents: int) -> str:
    """What must stand beside intervals from so few documents; "" from 20."""
    if documents == 1:
        return ONE_ARTICLE
    return FEW_DOCUMENTS if documents < FEW else ""


def unit_of(documents: int) -> str:
    """Documents are the units; where there is but one, its segments are."""
    return SEGMENT if documents == 1 else DOCUMENT


def units(rows: Iterable[Row], measure: str, unit: str = DOCUMENT) -> Units:
    """Counts of a measure by document, or by segment; a measure of whole documents has a single segment, ""."""
    chosen = tabled(rows).where(measure=measure, group=OVERALL)
    return total(chosen, by=("doc_id",) if unit == DOCUMENT else ("doc_id", "segment_id"))


def paired(*counted: Units) -> tuple[Array, ...]:
    """An array for each system, all over the same units in the same order.

    Every system is scored on every document, so that a unit without rows counts as nothing, not as absent.
    """
    import numpy

    keys, nothing = sorted(set().union(*counted)), Counts()
    values = (chain.from_iterable(one.get(key, nothing) for key in keys) for one in counted)
    return tuple(numpy.fromiter(found, dtype=float).reshape(-1, 4) for found in values)


def values(sums: Array, number: str) -> Array:
    """The number for sums of counts of shape (..., 4), as `measures` has it: the harmonic mean of its sides' shares.

    NaN where undefined. Raises UnknownNameError.
    """
    import numpy

    hits, sizes = (sums[..., columns] for columns in _columns(number))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        mean = hits.shape[-1] / (sizes / hits).sum(-1)
    found = numpy.where(hits.min(-1) > 0, mean, 0.0)
    return numpy.where(sizes.sum(-1) > 0, found, numpy.nan)


def interval(units: Array, number: str = "f1") -> Interval | None:
    """The interval of a number of the summed units; None where it is undefined and for fewer than two units.

    The jackknife variance of the number (Efron and Stein 1981), with Student's t on the logit scale. For a ratio of
    sums it is the delta method's with every residual divided by 1 - its unit's share of the counts: without that a long
    unit, which draws the ratio to itself, hides its own error. Degrees of freedom are the effective number of units
    less one, at least one: few long units among short ones tell little.

    Where no unit differs from the whole, always so at 0 and at 1, it is Wilson's interval (1927) for as many trials as
    there are effective units, not records: without variation nothing shows that the records of a unit are independent.
    The effective number is (sum of sizes)^2 / (sum of squared sizes) (Kish 1965).
    """
    import numpy

    counted = _counted(units, number)
    if len(counted) < 2:
        return None
    whole = counted.sum(0)
    value, without = float(values(whole, number)), values(whole - counted, number)
    deviation = float(numpy.sqrt(((without - value) ** 2).sum() * (1 - 1 / len(counted))))
    if deviation > _SAME and 0 < value < 1:
        return Interval(*_logit(value, deviation, _effective(counted, number) - 1), JACKKNIFE, len(counted))
    return Interval(*_wilson(value, _effective(counted, number)), WILSON, len(counted))


def bootstrap(units: Array, number: str = "f1", resamples: int = BOOTSTRAP, seed: int = 0) -> Interval | None:
    """A check on `interval`: percentiles of the number over units drawn with replacement (Efron 1979).

    Undefined resamples are left out. None for fewer than 20 units.
    """
    (found,) = bootstraps([(units, number)], resamples, seed)
    return found


def bootstraps(
    numbers: Iterable[tuple[Array, str]], resamples: int = BOOTSTRAP, seed: int = 0
) -> list[Interval | None]:
    """`bootstrap` of several numbers, each with its units. Those of equally many units are drawn together, which takes
    little longer than one and changes none."""
    counted = [(_counted(units, number), number) for units, number in numbers]
    found: list[Interval | None] = [None] * len(counted)
    for count in {len(units) for units, _ in counted if len(units) >= FEW}:
        places = [place for place, (units, _) in enumerate(counted) if len(units) == count]
        drawn = _resampled([counted[place][0] for place in places], resamples, seed)
        for place, sums in zip(places, drawn, strict=True):
            found[place] = _percentiles(values(sums, counted[place][1]), count)
    return found


def _percentiles(drawn: Array, count: int) -> Interval:
    import numpy

    low, high = numpy.nanquantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high), PERCENTILE, count)


def _resampled(units: Sequence[Array], resamples: int, seed: int) -> Array:
    """Sums over as many units as there are, drawn with replacement; of shape (arrays of units, resamples, 4)."""
    import numpy

    table = numpy.hstack([one[numpy.lexsort(one.T)] for one in units])
    random = numpy.random.default_rng(seed)
    sums = numpy.concatenate([_drawn(len(table), random, size) @ table for size in _chunks(resamples, len(table))])
    apart: Array = sums.reshape(resamples, len(units), -1).swapaxes(0, 1)
    return apart


def _drawn(count: int, random: numpy.random.Generator, size: int) -> Array:
    """How often each of some units is among as many as there are, drawn with replacement, `size` times."""
    import numpy

    drawn = random.integers(count, size=(size, count), dtype=numpy.int32)
    drawn += numpy.arange(size, dtype=numpy.int32)[:, None] * count
    times: Array = numpy.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(float)
    return times


def paired_test(
    units_a: Array, units_b: Array, number: str = "f1", resamples: int = 10_000, seed: int = 0
) -> float | None:
    """The two-sided p-value of a difference between two systems by approximate randomisation (Noreen 1989).

    Under the null hypothesis the systems may be exchanged in every unit: p = (c + 1) / (resamples + 1), where c counts
    the random exchanges with a difference at least as large as the one seen; an undefined one counts as large. Both
    arrays have the same units in the same order, as from `paired`. None where either number is undefined and for fewer
    than two units.
    """
    (found,) = paired_tests([(units_a, units_b, number)], resamples, seed)
    return found


def paired_tests(
    pairs: Iterable[tuple[Array, Array, str]], resamples: int = 10_000, seed: int = 0
) -> list[float | None]:
    """`paired_test` of several pairs of systems, each on a number. Those of equally many units are exchanged together,
    which takes little longer than one and changes none."""
    listed = list(pairs)
    found: list[float | None] = [None] * len(listed)
    for count in {len(one) for one, _, _ in listed} - {0, 1}:
        places = [place for place, (one, _, _) in enumerate(listed) if len(one) == count]
        tested = _exchanged([listed[place] for place in places], resamples, seed)
        for place, p_value in zip(places, tested, strict=True):
            found[place] = p_value
    return found


def _exchanged(pairs: Sequence[tuple[Array, Array, str]], resamples: int, seed: int) -> Iterator[float | None]:
    """The p-values of pairs that have equally many units, by the same exchanges of them."""
    import numpy

    change = numpy.hstack([other - one for one, other, _ in pairs])
    seen = [_distance(pair, numpy.zeros(4)) for pair in pairs]
    random, large = numpy.random.default_rng(seed), [0] * len(pairs)
    for size in _chunks(resamples, max(change.shape)):
        moved = ((random.random((size, len(change))) < 0.5) @ change).reshape(size, -1, 4)
        for place, pair in enumerate(pairs):
            large[place] += int((~(_distance(pair, moved[:, place]) < seen[place] - _SAME)).sum())
    for distance, larger in zip(seen, large, strict=True):
        yield None if numpy.isnan(distance) else (larger + 1) / (resamples + 1)


def _distance(pair: tuple[Array, Array, str], moved: Array) -> Array:
    """How far apart the numbers of a pair are when some counts have moved from the second system to the first."""
    one, other, number = pair
    distance: Array = abs(values(one.sum(0) + moved, number) - values(other.sum(0) - moved, number))
    return distance


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected so that the chance of any false rejection is bounded (Holm 1979)."""
    count = len(p_values)
    return _corrected(p_values, lambda rank: count - rank, max, reverse=False)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """P-values corrected so that the expected share of false rejections is bounded (Benjamini and Hochberg 1995)."""
    count = len(p_values)
    return _corrected(p_values, lambda rank: count / (count - rank), min, reverse=True)


def _corrected(
    p_values: Sequence[float],
    factor: Callable[[int], float],
    extreme: Callable[[float, float], float],
    reverse: bool,
) -> list[float]:
    """Each p-value times the factor of its rank, at most 1, and then made monotone in the order of ranks."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=reverse)
    scaled = (min(1.0, factor(rank) * p_values[place]) for rank, place in enumerate(order))
    found = dict(zip(order, accumulate(scaled, extreme), strict=True))
    return [found[place] for place in range(len(p_values))]


def _columns(number: str) -> tuple[list[int], list[int]]:
    """The columns of hits and of what they are a share of."""
    if number not in _SIDES:
        raise UnknownNameError("number", number, _SIDES)
    hits, sizes = zip(*_SIDES[number], strict=True)
    return list(hits), list(sizes)


def _sizes(units: Array, number: str) -> Array:
    sizes: Array = units[:, _columns(number)[1]].sum(1)
    return sizes


def _counted(units: Array, number: str) -> Array:
    """The units in which the number counts anything; others carry no information about it."""
    return units[_sizes(units, number) > 0]


def _effective(units: Array, number: str) -> float:
    sizes = _sizes(units, number)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def _logit(value: float, deviation: float, freedom: float) -> tuple[float, float]:
    from scipy.special import expit, logit, stdtrit

    half = stdtrit(max(freedom, 1), (1 + CONFIDENCE) / 2) * deviation / (value * (1 - value))
    return float(expit(logit(value) - half)), float(expit(logit(value) + half))


def _wilson(value: float, trials: float) -> tuple[float, float]:
    from scipy.special import ndtri

    square = float(ndtri((1 + CONFIDENCE) / 2)) ** 2 / trials
    half = (square * value * (1 - value) + square**2 / 4) ** 0.5
    low, high = (round((value + square / 2 + side * half) / (1 + square), 12) for side in (-1, 1))
    return low, high


def _chunks(resamples: int, units: int) -> Iterator[int]:
    """Numbers of resamples that fit into memory together and sum to all of them."""
    most = max(1, _CELLS // units)
    yield from (min(most, resamples - done) for done in range(0, resamples, most))
