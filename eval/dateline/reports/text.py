"""Scores for a terminal, readable at 80 columns. Untrusted text is never read as markup, and shows no control codes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from dateline.intervals import intervals, signature
from dateline.reports.beside import NOTHING, Beside
from dateline.reports.errors import Mistake, visible
from dateline.reports.tables import Table, notes, signed, tables
from dateline.scoring import Scores

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80
_GAP = 2  # characters between columns


def render(scores: Scores, beside: Beside = NOTHING, width: int = WIDTH) -> str:
    """Signature, notes and tables of the scores, then what was asked for beside them."""
    known = intervals(scores)
    lines = signed(signature(scores)), *notes(scores, known), *beside.notes()
    return page(lines, (*tables(scores, known), *beside.tables(scores)), beside.mistakes, width)


def page(lines: Iterable[str], tables: Iterable[Table], mistakes: Iterable[Mistake] = (), width: int = WIDTH) -> str:
    """Lines, then tables, then mistakes; nothing in them is taken for markup."""
    from rich.console import Console

    console = Console(file=io.StringIO(), record=True, width=width, markup=False, highlight=False, emoji=False)
    for line in lines:
        console.print(visible(line))
    for table in tables:
        _draw(console, table)
    for mistake in mistakes:
        _list(console, mistake)
    return console.export_text()


def _draw(console: Console, table: Table) -> None:
    """Print a table after a blank line. Numbers stay whole; words may be wrapped."""
    from rich import box
    from rich.table import Table as Drawn

    drawn = Drawn(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    most = _widths(table, console.width)
    for index, column in enumerate(table.columns):
        number = index > 0 and not table.words
        widest = _widest(table, index) if number else None
        justify: Literal["left", "right"] = "right" if number else "left"
        drawn.add_column(column, justify=justify, min_width=widest, max_width=most[index], overflow="fold")
    for row in table.rows:
        drawn.add_row(*(visible(cell) for cell in row))
    console.print()
    if table.title:
        console.print(visible(table.title), style="bold")
    console.print(drawn)


def _widths(table: Table, width: int) -> list[int | None]:
    """How wide columns may be: in a table of numbers that is too wide, heads are wrapped, and then the first cells."""
    whole = [max(len(column), _widest(table, index)) for index, column in enumerate(table.columns)]
    gaps = _GAP * (len(whole) - 1)
    if table.words or sum(whole) + gaps <= width:
        return [None] * len(whole)
    words = [max(map(len, column.split()), default=0) for column in table.columns]
    others = [max(words[index], _widest(table, index)) for index in range(1, len(words))]
    return [max(width - sum(others) - gaps, 1), *others]


def _widest(table: Table, index: int) -> int:
    return max((len(row[index]) for row in table.rows), default=0)


def _list(console: Console, mistake: Mistake) -> None:
    """A mistake: what it is, then indented the text around it and a line for each wrong field."""
    from rich.padding import Padding

    name = "/".join(part for part in (mistake.doc_id, mistake.record) if part)
    at = f"{name} {mistake.layer} {mistake.start}-{mistake.end}"
    console.print(visible(f"{at} {mistake.kind}: {mistake.described}"))
    context = f"{mistake.before}>>{mistake.span}<<{mistake.after}"
    for line in (context, *map(str, mistake.differences)):
        console.print(Padding(visible(line), (0, 0, 0, 4), expand=False))
