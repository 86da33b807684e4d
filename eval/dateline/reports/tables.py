"""The numbers of a report as plain tables, which each format draws in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dateline import intervals
from dateline.anchoring import OUTCOMES
from dateline.intervals import Intervals
from dateline.labelmaps import is_shipped
from dateline.layers import LAYERS
from dateline.layers.base import ACCURACY, OVERALL
from dateline.predictions import FAILED
from dateline.reports.problems import first
from dateline.scoring import Score, Scores
from dateline.signature import Signature, documents, short
from dateline.statistics import CONFIDENCE, WILSON, Interval, caution

UNDEFINED = "–"  # noqa: RUF001 - the en dash is meant
SHORT = 12  # characters of a digest that people read
NUMBERS = ("precision", "recall", "f1")
MARK = f"W: {WILSON}'s interval, as no unit differs from the whole"

_CONSEQUENCE = {True: "all gold counts as missed", False: "not scored"}


class Table(NamedTuple):
    """A heading, the names of the columns and the cells; all columns but the first are numbers, unless `words`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: bool = False


def tables(scores: Scores, known: Intervals) -> Iterator[Table]:
    """The headline measures of all layers, what became of quotes, the other measures, the accuracies, then the groups.

    Empty tables are left out. Overall numbers have their intervals below them, accuracies beside them.
    """
    chosen = scores.measures()
    spans = {name: measure for name, measure in chosen.items() if measure.kind != ACCURACY}
    headline = [name for name, measure in spans.items() if measure.headline]
    others = [name for name, measure in spans.items() if not (measure.headline or measure.detail)]
    details = [name for name, measure in spans.items() if measure.detail]
    accuracies = [name for name, measure in chosen.items() if measure.kind == ACCURACY]
    index = {(score.measure, score.group): score for score in scores.scores}
    yield from f1_table("Headline measures", ((name, name, OVERALL) for name in headline), index, known)
    yield from _quotes(scores)
    yield from f1_table("Other measures", ((name, name, OVERALL) for name in others), index, known)
    yield from f1_table("Coreference and linking", ((name, name, OVERALL) for name in details), index, known)
    yield from _accuracy_table(accuracies, index, known)
    for name, measure in spans.items():
        for grouping in measure.groupings:
            prefix = f"{grouping}="
            groups = [group for number, group in index if number == f"{name}.f1" and group.startswith(prefix)]
            lines = ((group.removeprefix(prefix), name, group) for group in groups)
            yield from f1_table(f"{name} by {grouping}", lines, index, known)


def notes(scores: Scores, known: Intervals) -> list[str]:
    """What a reader must know beside the numbers.

    Layers without predictions, documents missed, what a label map sets apart, intervals, problems.
    """
    made, all_documents = scores.signature["predicted"], scores.signature["documents"]
    missing = {name: name in scores.layers for name in LAYERS if name not in scores.attempted}
    said = [f"{name} were not predicted: {_CONSEQUENCE[scored]}." for name, scored in missing.items()]
    if made != all_documents:
        said.append(f"{made} of {all_documents} documents were predicted; the gold of the others counts as missed.")
    said += _of_labels(scores)
    said += _of_intervals(known, documents(scores.signature)) if known else ()
    failed = [problem for problem in scores.problems if problem.code == FAILED]
    others = [problem for problem in scores.problems if problem.code != FAILED]
    for found, title in (
        (failed, f"The system failed on {len(failed)} of {all_documents} documents:"),
        (others, f"{len(others)} {'problem' if len(others) == 1 else 'problems'} in the predictions:"),
    ):
        said += [title, *(f"  {line}" for line in first(found))] if found else ()
    return said


def _quotes(scores: Scores) -> Iterator[Table]:
    """How the records of each layer came to their places, or why they have none; only what occurs has a column."""
    found = scores.predictions.outcomes
    columns = [outcome for outcome in OUTCOMES if any(outcome == name for _, name in found)]
    rows = tuple(
        (layer, *(str(found.get((layer, outcome), 0)) for outcome in columns))
        for layer in LAYERS
        if any(layer == name for name, _ in found)
    )
    if rows:
        yield Table("Quotes", ("", *(outcome.replace("_", " ") for outcome in columns)), rows)


def _of_labels(scores: Scores) -> Iterator[str]:
    """Which label map was applied, and which labels it sets apart, with their counts.

    A map of the user's own may call anything the same, which makes any score higher: it is said that it is one.
    """
    if used := scores.predictions.labels:
        yield f"Types of entities are the common labels of {used.name}: {', '.join(used.common)}."
        if not is_shipped(used):
            joined = sum(common is not None for common in used.own.values())
            yield (
                f"This map does not come with dateline: {len(used.common)} in place of {joined} labels of this corpus; "
                "its scores compare with no others."
            )
    unmapped = scores.unmapped()
    for side in dict.fromkeys(one.side for one in unmapped):
        counted = ", ".join(f"{one.label} {one.number}" for one in unmapped if one.side == side)
        yield f"Without a common label, so not scored: {side} {counted}."


def _of_intervals(known: Intervals, documents: int) -> Iterator[str]:
    yield f"{CONFIDENCE:.0%} intervals stand below the numbers, and beside accuracies."
    if said := caution(documents):
        yield f"{said}."
    if documents == 1:
        yield "Measures of whole documents have no interval from one article."
    if any(interval.method == WILSON for interval in known.values()):
        yield f"{MARK}."


def signed(signature: Signature) -> str:
    """A signature in one line, digests shortened."""
    parts = ((key, ",".join(value) if isinstance(value, list) else value) for key, value in signature.items())
    shown = ((key, str(value)[:SHORT] if key.endswith("digest") else value) for key, value in parts)
    return " | ".join(f"{key}:{value}" for key, value in shown if value != "")


def signatures(scores: Scores) -> str:
    """The short signature of every headline measure, a line each."""
    signature = intervals.signature(scores)
    return "\n".join(short(signature, name) for name, measure in scores.measures().items() if measure.headline)


Index = dict[tuple[str, str], Score]


def f1_table(title: str, lines: Iterable[tuple[str, str, str]], index: Index, known: Intervals) -> Iterator[Table]:
    """A table of precision, recall and F1; a line is (first cell, measure, group). A mean has an F1 alone."""
    rows = tuple(row for line in lines for row in _rows(*line, index, known))
    if rows:
        yield Table(title, ("", "P", "R", "F1", "hit/gold/pred"), rows)


def _rows(first: str, name: str, group: str, index: Index, known: Intervals) -> Iterator[tuple[str, ...]]:
    """The numbers of a measure and, if they are overall and have any, the intervals below them."""
    yield (
        first,
        *(shown(index.get((f"{name}.{number}", group))) for number in NUMBERS),
        counted(index[f"{name}.f1", group]),
    )
    bounds = [_ranged(known.get(f"{name}.{number}")) for number in NUMBERS if group == OVERALL]
    if any(bounds):
        yield ("", *bounds, "")


def _accuracy_table(names: Iterable[str], index: Index, known: Intervals) -> Iterator[Table]:
    found = {name: index[f"{name}.accuracy", OVERALL] for name in names}
    rows = tuple(
        (name, shown(score), _ranged(known.get(score.measure)), f"{score.numerator:g}/{score.denominator:g}")
        for name, score in found.items()
    )
    if rows:
        yield Table("Accuracies", ("", "accuracy", f"{CONFIDENCE:.0%} interval", "right/cases"), rows)


def _ranged(interval: Interval | None) -> str:
    """Bounds in as few characters as three numbers in a line leave; "" for none."""
    if interval is None:
        return ""
    return f"{'W' * (interval.method == WILSON)}{interval.low:.3f}-{interval.high:.3f}"


def between(interval: Interval | None) -> str:
    """An interval in words; an en dash for none."""
    if interval is None:
        return UNDEFINED
    return f"{'W ' * (interval.method == WILSON)}{interval.low:.3f} to {interval.high:.3f}"


def rounded(value: float | None, form: str = ".3f") -> str:
    """A value to three places, or in another form; an en dash where it is undefined."""
    return UNDEFINED if value is None else format(value, form)


def shown(score: Score | None) -> str:
    """The value of a score, as `rounded` has it."""
    return rounded(score.value if score else None)


def counted(score: Score) -> str:
    """Hits are the mean of both sides, which differ only where sides are counted apart; a mean has no counts."""
    if not score.gold + score.predicted:
        return "0/0/0" if score.value is None else ""
    return "/".join(f"{count:.12g}" if count.is_integer() else f"{count:.1f}" for count in _sides(score))


def _sides(score: Score) -> tuple[float, ...]:
    return float(score.numerator / 2), float(score.gold), float(score.predicted)
