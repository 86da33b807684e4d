"""Several systems side by side: how sure each number is, and which differences are more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from dateline import statistics
from dateline.comparison.differences import ALPHA as ALPHA
from dateline.comparison.differences import Pair, corrected, differences, number_of, wins
from dateline.comparison.results import COLUMNS as COLUMNS
from dateline.comparison.results import Cell as Cell
from dateline.comparison.results import Comparison as Comparison
from dateline.comparison.results import Difference as Difference
from dateline.comparison.results import Sliced as Sliced
from dateline.comparison.slices import cautions, fields, slices
from dateline.errors import DatelineError, UnknownNameError
from dateline.layers.base import F1, MEAN, OVERALL, Measure
from dateline.measures import KINDS
from dateline.scoring import Scores
from dateline.signature import Signature, documents
from dateline.statistics import Units

_SHARED = (
    *("dateline", "corpus", "digest", "documents", "level"),
    *("on_error", "convention", "fuzzy", "labels", "labels_digest"),
)
_TEST = "paired approximate randomisation"


def compare(
    named: Mapping[str, Scores], measures: Sequence[str] | None = None, resamples: int = 10_000, seed: int = 0
) -> Comparison:
    """Compare systems, given by name, on numbers such as "entities.strict.f1"; by default F1 of the headline measures.

    Units are documents, or the segments of a single one. P-values are Holm's over all pairs and measures. Scores made
    with `by` are compared in each group of its fields, too: these p-values are Benjamini and Hochberg's over all
    measures, groups and pairs. Raises UnknownNameError, also for a mean, which has no counts of its own; DatelineError
    for scores that cannot be compared.
    """
    signature = _signature(named, resamples, seed)
    chosen = _chosen(named, measures)
    unit = statistics.unit_of(documents(signature))
    counted = {measure: _counted(named, measure, unit) for measure in chosen}
    found = corrected(differences(list(_pairs(named, counted)), resamples, seed), statistics.holm)
    sliced = slices(named, chosen, unit, resamples, seed)
    return Comparison(
        signature,
        tuple(_cells(named, counted, found, seed)),
        tuple(found),
        (*_cautions(counted, documents(signature)), *cautions(named, sliced, found, resamples)),
        sliced,
    )


def _signature(named: Mapping[str, Scores], resamples: int, seed: int) -> Signature:
    for setting, given, least in (("resamples", resamples, 1), ("seed", seed, 0)):
        if given < least:
            raise DatelineError(f"{setting} is {given}; it must be at least {least}")
    if not named:
        raise DatelineError("no scores to compare; at least one system is needed")
    shared, by = _shared(named), fields(named)
    return {
        **shared,
        **({"by": by} if by else {}),
        "unit": statistics.unit_of(documents(shared)),
        "interval": f"{statistics.CONFIDENCE:.0%} {statistics.JACKKNIFE}",
        "test": f"{_TEST}, Holm",
        **({"test_by": f"{_TEST}, Benjamini-Hochberg"} if by else {}),
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


def _pairs(named: Mapping[str, Scores], counted: Mapping[str, Mapping[str, Units]]) -> Iterator[Pair]:
    """All pairs of systems that were scored on a measure."""
    for measure, systems in counted.items():
        for first, second in combinations(systems, 2):
            values = named[first].value(measure), named[second].value(measure)
            yield Pair(measure, OVERALL, first, second, values, statistics.paired(systems[first], systems[second]))


def _cells(
    named: Mapping[str, Scores],
    counted: Mapping[str, Mapping[str, Units]],
    found: Sequence[Difference],
    seed: int,
) -> Iterator[Cell]:
    """The cells by measure and system; a single article has no bootstrap."""
    places = list(product(counted, named))
    units = [statistics.paired(counted[measure].get(system, {}))[0] for measure, system in places]
    numbers = [(one, number_of(measure)) for one, (measure, _) in zip(units, places, strict=True)]
    several = any(documents(scores.signature) > 1 for scores in named.values())
    checks = statistics.bootstraps(numbers, seed=seed) if several else [None] * len(places)
    for (measure, system), number, check in zip(places, numbers, checks, strict=True):
        own = [one for one in found if one.measure == measure]
        value = named[system].value(measure) if measure.rpartition(".")[0] in _scored(named[system]) else None
        yield Cell(system, measure, value, statistics.interval(*number), check, wins(system, own))


def _cautions(counted: Mapping[str, Mapping[str, Units]], documents: int) -> Iterator[str]:
    if said := statistics.caution(documents):
        yield said
    for measure, systems in counted.items():
        segments = {segment for found in systems.values() for *_, segment in found}
        if documents == 1 and segments == {""}:
            yield f"{measure} speaks of the whole document: from one article it has no interval and no test"
