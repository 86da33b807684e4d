"""Dateline inside inspect_ai: documents are samples, and their scores are counts that add up to our measures.

`dateline.inspection.tasks` is what inspect_ai loads. What is here needs no inspect_ai.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import nan
from typing import Any, NamedTuple

from dateline import statistics
from dateline.corpus import Corpus
from dateline.layers import layer
from dateline.layers.base import OVERALL
from dateline.layers.counts import Counts, total
from dateline.measures import KINDS
from dateline.predictions import Predictions, read
from dateline.scoring import score

MOST_TOLD = 20
"""Problems of a sample that are told in its explanation."""

TALLIES = ("failed", "spurious", "problems")
"""Counts of a sample beside those of its measures: without an answer, bad records, and problems of any kind."""

Units = Mapping[str, Mapping[str, Sequence[float]]]
"""Measure -> segment -> its Counts."""


class Judged(NamedTuple):
    """A document as a sample's score.

    `value` has a key for each count of a headline measure, such as "entities.strict.hits_gold", and for each of
    TALLIES: all of them add up over samples. `units` are the same counts by segment; `told` says what was wrong.
    """

    value: dict[str, float]
    units: Units
    told: str


class Sample(NamedTuple):
    """A sample that was scored, its counts perhaps means over epochs; `units` where there is but one document."""

    doc_id: str
    value: Mapping[str, float]
    units: Units = {}


def headline(layers: Iterable[str]) -> list[str]:
    """The headline measures of some layers. Raises UnknownNameError."""
    return [name for chosen in layers for name, measure in layer(chosen).MEASURES.items() if measure.headline]


def judged(
    lines: Iterable[Mapping[str, Any]], doc_id: str, corpus: Corpus, layers: Sequence[str], level: str = "name"
) -> Judged:
    """What some lines of a prediction file say about a document, scored. Bad records count as spurious.

    A document without a line, or with one that has an `error`, is missed. Raises UnknownNameError.
    """
    alone = corpus._replace(documents=(corpus.document(doc_id),))
    found = read(lines, alone, "spurious")
    rows = score(found, alone, layers, level).rows
    whole, parts = total(rows, by=("measure", "group")), total(rows, by=("measure", "group", "segment_id"))
    names = headline(layers)
    value = {key: count for name in names for key, count in _keyed(name, whole.get((name, OVERALL), Counts()))}
    units = {
        name: {
            segment: counts
            for (measure, group, segment), counts in parts.items()
            if (measure, group) == (name, OVERALL)
        }
        for name in names
    }
    return Judged(value | _tallies(found), units, _told(found))


def numbers(samples: Sequence[Sample]) -> dict[str, float]:
    """The headline numbers of some samples together, each with the bounds `.low` and `.high` of its interval.

    The numbers are those of `dateline score`, from the sums of the counts. Units of the intervals are documents, or
    the segments of a single one, if they add up to its counts: after epochs that differ they do not. What is undefined
    is NaN. The sums of TALLIES stand at the end.
    """
    found: dict[str, float] = {}
    for name in _measures(samples):
        counted: statistics.Units = {(sample.doc_id,): _counts(name, sample.value) for sample in samples}
        whole = Counts(*map(sum, zip(*counted.values(), strict=True)))
        found |= dict(_numbers(name, whole, _segments(name, samples[0], whole) if len(samples) == 1 else counted))
    return found | {name: sum(sample.value[name] for sample in samples) for name in TALLIES}


def _numbers(name: str, whole: Counts, units: statistics.Units) -> Iterator[tuple[str, float]]:
    """The numbers of a measure, each with its bounds."""
    (array,) = statistics.paired(units)
    for number, function in KINDS[layer(name.partition(".")[0]).MEASURES[name].kind].items():
        value, interval = function(whole).value, statistics.interval(array, number)
        yield f"{name}.{number}", nan if value is None else value
        yield f"{name}.{number}.low", interval.low if interval else nan
        yield f"{name}.{number}.high", interval.high if interval else nan


def _measures(samples: Sequence[Sample]) -> list[str]:
    """The measures that samples have counts of."""
    first = Counts._fields[0]
    return [key.removesuffix(f".{first}") for key in (samples[0].value if samples else ()) if key.endswith(f".{first}")]


def _keyed(name: str, counts: Counts) -> Iterator[tuple[str, float]]:
    return ((f"{name}.{field}", count) for field, count in counts._asdict().items())


def _counts(name: str, value: Mapping[str, float]) -> Counts:
    return Counts(*(value[f"{name}.{field}"] for field in Counts._fields))


def _segments(name: str, sample: Sample, whole: Counts) -> statistics.Units:
    """The counts of a single document by segment, if they add up to `whole`."""
    parts = sample.units.get(name, {}).items()
    units: statistics.Units = {(sample.doc_id, segment): Counts(*counts) for segment, counts in parts}
    sums = Counts(*map(sum, zip(*units.values(), strict=True))) if units else Counts()
    return units if sums == whole else {}


def _tallies(found: Predictions) -> dict[str, float]:
    answered = any(prediction.error is None for prediction in found.documents.values())
    return dict(zip(TALLIES, (int(not answered), sum(found.spurious.values()), len(found.problems)), strict=True))


def _told(found: Predictions) -> str:
    """The first problems, a line for each."""
    lines = [str(problem) for problem in found.problems[:MOST_TOLD]]
    more = len(found.problems) - len(lines)
    return "\n".join([*lines, *([f"and {more} more problems"] if more else [])])
