"""The numbers of a report as plain tables, which each format draws in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dateline.layers import LAYERS
from dateline.layers.base import ACCURACY, OVERALL
from dateline.reports.problems import first
from dateline.scoring import Score, Scores
from dateline.signature import Signature

UNDEFINED = "–"  # noqa: RUF001 - the en dash is meant
SHORT = 12  # characters of a digest that people read

_CONSEQUENCE = {True: "all gold counts as missed", False: "not scored"}


class Table(NamedTuple):
    """A heading, the names of the columns and the cells; all columns but the first are numbers, unless `words`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: bool = False


def tables(scores: Scores) -> Iterator[Table]:
    """The headline measures of all layers, the others, the accuracies, then the groups; empty tables are left out."""
    chosen = scores.measures()
    spans = {name: measure for name, measure in chosen.items() if measure.kind != ACCURACY}
    headline = [name for name, measure in spans.items() if measure.headline]
    others = [name for name, measure in spans.items() if not (measure.headline or measure.detail)]
    details = [name for name, measure in spans.items() if measure.detail]
    accuracies = [name for name, measure in chosen.items() if measure.kind == ACCURACY]
    index = {(score.measure, score.group): score for score in scores.scores}
    yield from f1_table("Headline measures", ((name, name, OVERALL) for name in headline), index)
    yield from f1_table("Other measures", ((name, name, OVERALL) for name in others), index)
    yield from f1_table("Coreference and linking", ((name, name, OVERALL) for name in details), index)
    yield from _accuracy_table(accuracies, index)
    for name, measure in spans.items():
        for grouping in measure.groupings:
            prefix = f"{grouping}="
            groups = [group for number, group in index if number == f"{name}.f1" and group.startswith(prefix)]
            lines = ((group.removeprefix(prefix), name, group) for group in groups)
            yield from f1_table(f"{name} by {grouping}", lines, index)


def notes(scores: Scores) -> list[str]:
    """What a reader must know beside the numbers: layers without predictions, documents missed, problems."""
    made, known = scores.signature["predicted"], scores.signature["documents"]
    missing = {name: name in scores.layers for name in LAYERS if name not in scores.attempted}
    said = [f"{name} were not predicted: {_CONSEQUENCE[scored]}." for name, scored in missing.items()]
    if made != known:
        said.append(f"{made} of {known} documents were predicted; the gold of the others counts as missed.")
    if scores.problems:
        said.append(f"{len(scores.problems)} problems in the predictions:")
        said += [f"  {line}" for line in first(scores.problems)]
    return said


def signed(signature: Signature) -> str:
    """A signature in one line, the digest shortened."""
    short = {**signature, "digest": str(signature["digest"])[:SHORT]}
    parts = ((key, ",".join(value) if isinstance(value, list) else value) for key, value in short.items())
    return " | ".join(f"{key}:{value}" for key, value in parts if value != "")


Index = dict[tuple[str, str], Score]


def f1_table(title: str, lines: Iterable[tuple[str, str, str]], index: Index) -> Iterator[Table]:
    """A table of precision, recall and F1; a line is (first cell, measure, group). A mean has an F1 alone."""
    rows = tuple(
        (
            first,
            *(shown(index.get((f"{name}.{number}", group))) for number in ("precision", "recall", "f1")),
            counted(index[f"{name}.f1", group]),
        )
        for first, name, group in lines
    )
    if rows:
        yield Table(title, ("", "P", "R", "F1", "hit/gold/pred"), rows)


def _accuracy_table(names: Iterable[str], index: Index) -> Iterator[Table]:
    found = ((name, index[f"{name}.accuracy", OVERALL]) for name in names)
    rows = tuple((name, shown(score), f"{score.numerator:g}/{score.denominator:g}") for name, score in found)
    if rows:
        yield Table("Accuracies", ("", "accuracy", "right/cases"), rows)


def shown(score: Score | None) -> str:
    """A value to three places; an en dash where it is undefined."""
    return UNDEFINED if score is None or score.value is None else f"{score.value:.3f}"


def counted(score: Score) -> str:
    """Hits are the mean of both sides, which differ only where sides are counted apart; a mean has no counts."""
    if not score.gold + score.predicted:
        return "0/0/0" if score.value is None else ""
    return "/".join(f"{count:.12g}" if count.is_integer() else f"{count:.1f}" for count in _sides(score))


def _sides(score: Score) -> tuple[float, ...]:
    return float(score.numerator / 2), float(score.gold), float(score.predicted)
