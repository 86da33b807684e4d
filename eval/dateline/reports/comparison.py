"""A comparison of systems as text, Markdown, JSON, CSV or LaTeX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

from dateline.comparison import ALPHA, Cell, Comparison, Difference
from dateline.reports import as_json as to_json
from dateline.reports import latex
from dateline.reports.errors import visible
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import MARK, UNDEFINED, Table, between, rounded, signed
from dateline.statistics import WILSON

COLUMNS = ("measure", "system", "against", "value", "low", "high", "method", "units", "p", "corrected", "winner")
"""The columns of the CSV: a row of a system has no `against`, a row of a difference has no interval."""


def tables(comparison: Comparison) -> Iterator[Table]:
    """A table for each measure, and one of all differences where there is more than one system."""
    for measure in dict.fromkeys(cell.measure for cell in comparison.cells):
        rows = tuple(_cells(cell) for cell in comparison.cells if cell.measure == measure)
        unit = f"{comparison.signature['unit']}s"
        yield Table(measure, ("", "value", "95% interval", "bootstrap", unit, "winner"), rows)
    if comparison.differences:
        rows = tuple(_compared(found) for found in comparison.differences)
        yield Table("Differences", ("", "difference", "p", "Holm"), rows)


def notes(comparison: Comparison) -> list[str]:
    """The signature in one line, the digest shortened; the cautions; what the marks say."""
    marks = [f"winner: better than every other system, corrected p < {ALPHA}"]
    if any(cell.interval and cell.interval.method == WILSON for cell in comparison.cells):
        marks.append(MARK)
    return [signed(comparison.signature), *comparison.cautions, *marks]


def as_json(comparison: Comparison) -> str:
    """Everything as one object, with the whole digest; what is undefined is null."""
    return to_json.page(comparison)


def as_latex(comparison: Comparison) -> str:
    """For a paper."""
    return latex.page(notes(comparison), tables(comparison))


def as_csv(comparison: Comparison) -> str:
    """A row for each number and each difference, after signature and cautions as lines that start with "#"."""
    out = io.StringIO()
    for line in (json.dumps(comparison.signature, ensure_ascii=False), *comparison.cautions):
        out.write(f"# {visible(line)}\n")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_number, comparison.cells))
    writer.writerows(map(_pair, comparison.differences))
    return out.getvalue()


FORMS: dict[str, Callable[[Comparison], str]] = {
    **drawn(notes, tables),
    "json": as_json,
    "csv": as_csv,
    "latex": as_latex,
}
"""Name of a form -> what renders it."""


def render(comparison: Comparison, form: str = "text") -> str:
    """The comparison in a form. Raises UnknownNameError."""
    return rendered("comparison", FORMS, comparison, form)


def _cells(cell: Cell) -> tuple[str, ...]:
    units = str(cell.interval.units) if cell.interval else UNDEFINED
    return (cell.system, rounded(cell.value), between(cell.interval), between(cell.check), units, "*" * cell.winner)


def _compared(found: Difference) -> tuple[str, ...]:
    name = f"{found.measure}: {found.first} - {found.second}"
    return (name, rounded(found.value, "+.3f"), rounded(found.p, ".4f"), rounded(found.corrected, ".4f"))


def _number(cell: Cell) -> dict[str, object]:
    interval = cell.interval._asdict() if cell.interval else {}
    return {"measure": cell.measure, "system": cell.system, "value": cell.value, "winner": cell.winner, **interval}


def _pair(found: Difference) -> dict[str, object]:
    names = {"measure": found.measure, "system": found.first, "against": found.second}
    return {**names, "value": found.value, "p": found.p, "corrected": found.corrected}
