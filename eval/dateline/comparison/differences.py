"""Which differences between systems are more than chance: paired tests, many at once, and their corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dateline import statistics
from dateline.comparison.results import Difference

if TYPE_CHECKING:
    from dateline.statistics import Array

ALPHA = 0.05

_CELLS = 2**21  # of a matrix of exchanges by units, or by counts: 16 MiB
_SAME = 1e-12  # differences below it are rounding


class Pair(NamedTuple):
    """Two systems on one number, over everything or in a group: their values, and their counts in the same units."""

    measure: str
    group: str
    first: str
    second: str
    values: tuple[float | None, float | None]
    units: tuple[Array, ...]


def number_of(measure: str) -> str:
    """ "f1" for "entities.strict.f1"."""
    return measure.rpartition(".")[2]


def differences(pairs: Sequence[Pair], resamples: int, seed: int) -> list[Difference]:
    """The differences of pairs, not yet corrected; one of fewer than two units is not tested.

    Those of equally many units are tested together, which takes little longer than one and changes none.
    """
    tested: dict[int, float | None] = {}
    for count in {len(pair.units[0]) for pair in pairs} - {0, 1}:
        places = [place for place, pair in enumerate(pairs) if len(pair.units[0]) == count]
        tested |= zip(places, _tests([pairs[place] for place in places], resamples, seed), strict=True)
    return [
        Difference(pair.measure, pair.first, pair.second, _less(*pair.values), tested.get(place), None)
        for place, pair in enumerate(pairs)
    ]


def corrected(found: Sequence[Difference], correction: Callable[[Sequence[float]], list[float]]) -> list[Difference]:
    """The differences with the p-values of all that were tested corrected together."""
    p_values = iter(correction([one.p for one in found if one.p is not None]))
    return [one if one.p is None else one._replace(corrected=next(p_values)) for one in found]


def wins(system: str, found: Iterable[Difference]) -> bool:
    """Better than every other, each time by more than chance; alone a system wins nothing."""
    own = [one for one in found if system in (one.first, one.second)]
    return bool(own) and all(_better(one) == system for one in own)


def _better(found: Difference) -> str:
    """The better system of a pair; "" where the difference may be chance or could not be tested."""
    if found.value is None or found.corrected is None or found.corrected >= ALPHA:
        return ""
    return found.first if found.value > 0 else found.second


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _tests(pairs: Sequence[Pair], resamples: int, seed: int) -> list[float | None]:
    """`statistics.paired_test` of every pair, by the same exchanges of their units."""
    import numpy

    change = numpy.hstack([other - one for one, other in (pair.units for pair in pairs)])
    random, most = numpy.random.default_rng(seed), max(1, _CELLS // max(change.shape))
    seen, large = [_distance(pair, numpy.zeros(4)) for pair in pairs], numpy.zeros(len(pairs))
    for done in range(0, resamples, most):
        exchanged = random.random((min(most, resamples - done), len(change))) < 0.5
        moved = (exchanged @ change).reshape(len(exchanged), -1, 4)
        for place, pair in enumerate(pairs):
            large[place] += (~(_distance(pair, moved[:, place]) < seen[place] - _SAME)).sum()
    p_values = ((large + 1) / (resamples + 1)).tolist()
    return [None if numpy.isnan(distance) else p for distance, p in zip(seen, p_values, strict=True)]


def _distance(pair: Pair, moved: Array) -> Array:
    """How far apart the numbers of a pair are when some counts have moved from the second system to the first."""
    number, (one, other) = number_of(pair.measure), (units.sum(0) for units in pair.units)
    distance: Array = abs(statistics.values(one + moved, number) - statistics.values(other - moved, number))
    return distance
