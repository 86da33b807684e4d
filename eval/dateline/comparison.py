"""Several systems side by side: how sure each number is, and which differences are more than chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from dateline import statistics
from dateline.errors import DatelineError, UnknownNameError
from dateline.layers.base import F1, MEAN, Measure
from dateline.measures import KINDS
from dateline.scoring import Scores
from dateline.signature import Signature, documents
from dateline.statistics import Interval, Units

ALPHA = 0.05
_SHARED = ("dateline", "corpus", "digest", "documents", "level", "on_error", "convention", "labels", "labels_digest")


class Cell(NamedTuple):
    """A number of a system; None and without an interval where it is undefined or the layer was not scored.

    `check` is the bootstrap's interval. A winner is better than every other system with a corrected p below 0.05.
    """

    system: str
    measure: str
    value: float | None
    interval: Interval | None
    check: Interval | None
    winner: bool


class Difference(NamedTuple):
    """A number of the first system less that of the second, with its p-value and the corrected one.

    None where a number is undefined or there are fewer than two units.
    """

    measure: str
    first: str
    second: str
    value: float | None
    p: float | None
    corrected: float | None


class Comparison(NamedTuple):
    """Cells by measure and system, differences by measure and pair, and what must be read beside them."""

    signature: Signature
    cells: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    cautions: tuple[str, ...]


def compare(
    named: Mapping[str, Scores], measures: Sequence[str] | None = None, resamples: int = 10_000, seed: int = 0
) -> Comparison:
    """Compare systems, given by name, on numbers such as "entities.strict.f1"; by default F1 of the headline measures.

    Units are documents, or the segments of a single one. P-values are Holm's over all pairs and measures. Raises
    UnknownNameError, also for a mean, which has no counts of its own; DatelineError for scores that cannot be compared.
    """
    signature = _signature(named, resamples, seed)
    chosen = _chosen(named, measures)
    unit = statistics.unit_of(documents(signature))
    counted = {measure: _counted(named, measure, unit) for measure in chosen}
    differences = _corrected(
        [found for measure in chosen for found in _differences(named, measure, counted[measure], resamples, seed)]
    )
    return Comparison(
        signature,
        tuple(_cells(named, counted, differences, seed)),
        tuple(differences),
        tuple(_cautions(counted, documents(signature))),
    )


def _signature(named: Mapping[str, Scores], resamples: int, seed: int) -> Signature:
    for setting, given, least in (("resamples", resamples, 1), ("seed", seed, 0)):
        if given < least:
            raise DatelineError(f"{setting} is {given}; it must be at least {least}")
    if not named:
        raise DatelineError("no scores to compare; at least one system is needed")
    shared = _shared(named)
    return {
        **shared,
        "unit": statistics.unit_of(documents(shared)),
        "interval": f"{statistics.CONFIDENCE:.0%} {statistics.JACKKNIFE}",
        "test": "paired approximate randomisation, Holm",
        "seed": seed,
        "resamples": resamples,
        "bootstrap": statistics.BOOTSTRAP,
    }


def _shared(named: Mapping[str, Scores]) -> Signature:
    """What all signatures must agree in."""
    first, *others = named
    signature = named[first].signature
    for other, key in product(others, _SHARED):
        if (found := named[other].signature.get(key, "")) != (value := signature.get(key, "")):
            raise DatelineError(f"{other} was scored with {key} {found!r}, {first} with {value!r}; must be the same")
    return {key: signature[key] for key in _SHARED if key in signature}


def _scored(scores: Scores) -> dict[str, Measure]:
    """The measures of the layers that were scored, means left out."""
    return {name: measure for name, measure in scores.measures().items() if measure.kind != MEAN}


def _chosen(named: Mapping[str, Scores], measures: Sequence[str] | None) -> list[str]:
    described = {name: measure for scores in named.values() for name, measure in _scored(scores).items()}
    if measures is None:
        return [f"{name}.{F1}" for name, measure in described.items() if measure.headline]
    known = [f"{name}.{number}" for name, measure in described.items() for number in KINDS[measure.kind]]
    for name in measures:
        if name not in known:
            raise UnknownNameError("number", name, known)
    return list(dict.fromkeys(measures))


def _counted(named: Mapping[str, Scores], measure: str, unit: str) -> dict[str, Units]:
    """The units of every system that was scored on the measure."""
    name = measure.rpartition(".")[0]
    return {
        system: statistics.units(scores.rows, name, unit) for system, scores in named.items() if name in _scored(scores)
    }


def _differences(
    named: Mapping[str, Scores], measure: str, counted: Mapping[str, Units], resamples: int, seed: int
) -> Iterator[Difference]:
    """All pairs of scored systems, not yet corrected."""
    number = measure.rpartition(".")[2]
    for first, second in combinations(counted, 2):
        one, other = named[first].value(measure), named[second].value(measure)
        difference = None if one is None or other is None else one - other
        units_a, units_b = statistics.paired(counted[first], counted[second])
        p = statistics.paired_test(units_a, units_b, number, resamples, seed)
        yield Difference(measure, first, second, difference, p, None)


def _corrected(differences: Sequence[Difference]) -> list[Difference]:
    corrected = iter(statistics.holm([found.p for found in differences if found.p is not None]))
    return [found if found.p is None else found._replace(corrected=next(corrected)) for found in differences]


def _cells(
    named: Mapping[str, Scores],
    counted: Mapping[str, Mapping[str, Units]],
    differences: Sequence[Difference],
    seed: int,
) -> Iterator[Cell]:
    """The cells by measure and system; a single article has no bootstrap."""
    places = list(product(counted, named))
    units = [statistics.paired(counted[measure].get(system, {}))[0] for measure, system in places]
    numbers = [(one, measure.rpartition(".")[2]) for one, (measure, _) in zip(units, places, strict=True)]
    several = any(documents(scores.signature) > 1 for scores in named.values())
    checks = statistics.bootstraps(numbers, seed=seed) if several else [None] * len(places)
    for (measure, system), number, check in zip(places, numbers, checks, strict=True):
        own = [found for found in differences if found.measure == measure]
        value = named[system].value(measure) if measure.rpartition(".")[0] in _scored(named[system]) else None
        yield Cell(system, measure, value, statistics.interval(*number), check, _wins(system, own))


def _wins(system: str, differences: Iterable[Difference]) -> bool:
    """Better than every other, each time by more than chance; alone a system wins nothing."""
    own = [found for found in differences if system in (found.first, found.second)]
    return bool(own) and all(_better(found) == system for found in own)


def _better(found: Difference) -> str:
    """The better system of a pair; "" where the difference may be chance or could not be tested."""
    if found.value is None or found.corrected is None or found.corrected >= ALPHA:
        return ""
    return found.first if found.value > 0 else found.second


def _cautions(counted: Mapping[str, Mapping[str, Units]], documents: int) -> Iterator[str]:
    if said := statistics.caution(documents):
        yield said
    for measure, systems in counted.items():
        segments = {segment for found in systems.values() for *_, segment in found}
        if documents == 1 and segments == {""}:
            yield f"{measure} speaks of the whole document: from one article it has no interval and no test"
