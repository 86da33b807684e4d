"""The leaderboard as text, Markdown or JSON: a table of each layer, the best system first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from dateline.errors import install
from dateline.layers import LAYERS, layer
from dateline.leaderboard import Leaderboard, Row, measures
from dateline.reports import text
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import SHORT, Table, counted, shown
from dateline.systems import FAMILIES, SYSTEMS, flag, installed, spelt
from dateline.systems.base import System


def tables(board: Leaderboard) -> Iterator[Table]:
    """A table for each layer: the headline measure in full with its counts, then F1 of the other measures."""
    for name in LAYERS:
        if rows := [row for row in board.rows if row.layer == name]:
            headline, *others = measures(name)
            columns = ("", "P", "R", "F1", "hit/gold/pred", *(_short(measure) for measure in others), "s")
            title = f"{name}, by F1 of {headline}: {layer(name).MEASURES[headline].definition}"
            yield Table(title, columns, tuple(_cells(row, headline, others) for row in rows))


def _cells(row: Row, headline: str, others: Sequence[str]) -> tuple[str, ...]:
    first = tuple(shown(row.scores[f"{headline}.{number}"]) for number in ("precision", "recall", "f1"))
    rest = tuple(shown(row.scores[f"{measure}.f1"]) for measure in others)
    return (row.system, *first, counted(row.scores[f"{headline}.f1"]), *rest, f"{row.seconds:.1f}")


def _short(measure: str) -> str:
    """A measure as the head of a narrow column."""
    return measure.rpartition(".")[2].replace("_", " ")


def notes(board: Leaderboard) -> list[str]:
    """Which corpus it is, and which systems did not run."""
    return [
        f"corpus:{board.version} | digest:{board.digest[:SHORT]} | s: seconds to predict, loading included",
        *([f"labels:{board.labels} | types of entities are projected to its common labels"] if board.labels else []),
        *board.missing.values(),
        *(f"{name} failed: {error}" for name, error in board.failed.items()),
    ]


def as_json(board: Leaderboard) -> str:
    """All scores of all systems; an undefined value is null."""
    rows = [
        {**row._asdict(), "scores": {measure: score._asdict() for measure, score in row.scores.items()}}
        for row in board.rows
    ]
    return json.dumps({**board._asdict(), "rows": rows}, ensure_ascii=False, indent=1)


FORMS: dict[str, Callable[[Leaderboard], str]] = {**drawn(notes, tables), "json": as_json}
"""Name of a form -> what renders it."""


def render(board: Leaderboard, form: str = "text") -> str:
    """The leaderboard in a form. Raises UnknownNameError."""
    return rendered("leaderboard", FORMS, board, form)


def listing() -> str:
    """The systems that can be run, what they predict, and what to install where something is missing."""
    rows = tuple(_described(entry) for entry in (*SYSTEMS.values(), *FAMILIES.values()))
    return text.page((), [Table("", ("system", "layers", "what it is"), rows, words=True)])


def _described(entry: System) -> tuple[str, str, str]:
    takes = f"; takes {', '.join(map(flag, entry.takes))}" if entry.takes else ""
    missing = "" if installed(spelt(entry)) else f"; not installed: {install(entry.extra or '')}"
    return spelt(entry), ", ".join(entry.layers), entry.summary + takes + missing
