"""The comparison in each group of the fields that systems were scored by. It is exploratory, and says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, product

from dateline import statistics
from dateline.comparison.differences import ALPHA, Pair, corrected, differences, number_of, wins
from dateline.comparison.results import Cell, Difference, Sliced
from dateline.layers.counts import total
from dateline.scoring import Scores
from dateline.statistics import Units

Groups = Mapping[str, Mapping[str, Units]]
"""Group -> system -> the units in which it has gold or predictions there."""

Values = Mapping[tuple[str, str, str], float | None]
"""System, measure and group -> value."""


def fields(named: Mapping[str, Scores]) -> list[str]:
    """The fields that any of the systems was scored by."""
    return list(dict.fromkeys(field for scores in named.values() for field in scores.settings.by))


def slices(
    named: Mapping[str, Scores], measures: Sequence[str], unit: str, resamples: int, seed: int
) -> tuple[Sliced, ...]:
    """The measures in each group of each field, with the p-values of all of them corrected together."""
    if not (chosen := fields(named)):
        return ()
    counted = {system: _counted(scores, unit) for system, scores in named.items()}
    values = {(name, one.measure, one.group): one.value for name, scores in named.items() for one in scores.scores}
    made = [
        sliced
        for measure, field in product(measures, chosen)
        for sliced in _tested(measure, field, _groups(counted, measure, field), values, resamples, seed)
    ]
    found = iter(corrected([one for sliced in made for one in sliced.differences], statistics.benjamini_hochberg))
    return tuple(_marked(sliced, tuple(islice(found, len(sliced.differences)))) for sliced in made)


def cautions(
    named: Mapping[str, Scores], found: Sequence[Sliced], overall: Sequence[Difference], resamples: int
) -> Iterator[str]:
    """What must be read beside slices: what was corrected over how many tests, and what could not be tested."""
    count, others = _tests(chain.from_iterable(sliced.differences for sliced in found)), _tests(overall)
    if found:
        yield (
            f"slices are exploratory: p-values corrected by Benjamini-Hochberg (BH) over their {count} tests together, "
            f"apart from the {others} over everything (Holm)"
        )
    if any(cell.interval is None for sliced in found for cell in sliced.cells):
        yield "a group in fewer than two units has no interval and no test"
    if count >= ALPHA * (resamples + 1):
        yield f"{resamples} resamples are too few to mark one of {count} slices alone; it takes {count / ALPHA:.0f}"
    for field in fields(named):
        if all(sliced.field != field for sliced in found):
            yield f"{field}: no measure has a group with records of two systems"


def _tests(found: Iterable[Difference]) -> int:
    return sum(one.p is not None for one in found)


def _counted(scores: Scores, unit: str) -> dict[tuple[str, str], Units]:
    """Measure and group of a field that was asked for -> the units in which there are gold or predictions."""
    starts = tuple(f"{field}=" for field in scores.settings.by)
    place = ("doc_id",) if unit == statistics.DOCUMENT else ("doc_id", "segment_id")
    found: defaultdict[tuple[str, str], Units] = defaultdict(dict)
    for (measure, group, *key), counts in total(scores.rows, by=("measure", "group", *place)).items():
        if group.startswith(starts):
            found[measure, group][tuple(key)] = counts
    return found


def _groups(counted: Mapping[str, Mapping[tuple[str, str], Units]], measure: str, field: str) -> Groups:
    """The groups of at least two systems, or of the only one."""
    found: defaultdict[str, dict[str, Units]] = defaultdict(dict)
    for system, table in counted.items():
        for (name, group), units in table.items():
            if name == measure.rpartition(".")[0] and group.startswith(f"{field}="):
                found[group][system] = units
    return {group: found[group] for group in sorted(found) if len(found[group]) >= min(2, len(counted))}


def _tested(measure: str, field: str, groups: Groups, values: Values, resamples: int, seed: int) -> Iterator[Sliced]:
    """The slices of a measure by a field, their p-values not yet corrected."""
    pairs = list(_pairs(measure, groups, values))
    found = differences(pairs, resamples, seed)
    for group, systems in groups.items():
        cells = (_cell(measure, group, system, units, values) for system, units in systems.items())
        own = (one for pair, one in zip(pairs, found, strict=True) if pair.group == group)
        yield Sliced(measure, field, group, tuple(cells), tuple(own))


def _pairs(measure: str, groups: Groups, values: Values) -> Iterator[Pair]:
    """All pairs in all groups, over the units of all, so that they are tested together: a unit without counts changes
    nothing. A pair with fewer than two units of its own keeps to these."""
    places = [(group, system) for group, systems in groups.items() for system in systems]
    tables = dict(zip(places, statistics.paired(*(groups[group][system] for group, system in places)), strict=True))
    for group, systems in groups.items():
        for first, second in combinations(systems, 2):
            two = values.get((first, measure, group)), values.get((second, measure, group))
            own = systems[first], systems[second]
            several = len(set().union(*own)) > 1
            units = (tables[group, first], tables[group, second]) if several else statistics.paired(*own)
            yield Pair(measure, group, first, second, two, units)


def _cell(measure: str, group: str, system: str, units: Units, values: Values) -> Cell:
    (counts,) = statistics.paired(units)
    interval = statistics.interval(counts, number_of(measure))
    return Cell(system, measure, values.get((system, measure, group)), interval, None, winner=False)


def _marked(sliced: Sliced, found: tuple[Difference, ...]) -> Sliced:
    cells = tuple(cell._replace(winner=wins(cell.system, found)) for cell in sliced.cells)
    return sliced._replace(cells=cells, differences=found)
