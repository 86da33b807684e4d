"""Scores as Markdown tables. Untrusted text is escaped, so that it cannot close a cell or open a tag."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dateline.intervals import intervals, signature
from dateline.reports.beside import NOTHING, Beside
from dateline.reports.errors import Mistake, visible
from dateline.reports.tables import Table, notes, signed, tables
from dateline.scoring import Scores


def render(scores: Scores, beside: Beside = NOTHING) -> str:
    """Signature, notes and tables of the scores, then what was asked for beside them, the mistakes as a table."""
    known = intervals(scores)
    columns = ("document", "record", "layer", "span", "mistake", "labels", "text")
    rows = tuple(_row(mistake) for mistake in beside.mistakes)
    listed = [Table("Mistakes", columns, rows, words=True)] if rows else []
    lines = signed(signature(scores)), *notes(scores, known), *beside.notes()
    return page(lines, (*tables(scores, known), *beside.tables(scores), *listed))


def page(lines: Iterable[str], tables: Iterable[Table]) -> str:
    """Lines, then tables, each a paragraph of its own."""
    return "\n\n".join((*(_escaped(line.strip()) for line in lines), *map(_drawn, tables))) + "\n"


def _drawn(table: Table) -> str:
    """A table, with its title as a heading."""
    rule = [":--", *(":--" if table.words else "--:" for _ in table.columns[1:])]
    lines = (_line(table.columns), _line(rule), *(_line(map(_escaped, row)) for row in table.rows))
    return "\n".join((f"## {table.title}", "", *lines))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(mistake: Mistake) -> tuple[str, ...]:
    span = f"{mistake.start}-{mistake.end}"
    text = f"{mistake.before}>>{mistake.span}<<{mistake.after}"
    return (
        mistake.doc_id,
        mistake.record,
        mistake.layer,
        span,
        mistake.kind,
        "; ".join([mistake.described, *map(str, mistake.differences)]),
        text,
    )


def _escaped(text: str) -> str:
    """Text that says nothing to a Markdown reader but itself."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", visible(text))
