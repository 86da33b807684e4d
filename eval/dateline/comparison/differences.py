"""Which differences between systems are more than chance: paired tests, many at once, and their corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dateline import statistics
from dateline.comparison.results import Difference

if TYPE_CHECKING:
    from dateline.statistics import Array

ALPHA = 0.05


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
    """The differences of pairs, not yet corrected; one of fewer than two units is not tested."""
    numbers = ((pair.units[0], pair.units[1], number_of(pair.measure)) for pair in pairs)
    tested = statistics.paired_tests(numbers, resamples, seed)
    return [
        Difference(pair.measure, pair.first, pair.second, _less(*pair.values), p_value, None)
        for pair, p_value in zip(pairs, tested, strict=True)
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
