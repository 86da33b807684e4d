"""A comparison of systems as text, Markdown, JSON, CSV or LaTeX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from dateline.comparison import ALPHA, COLUMNS, Cell, Comparison, Difference, Sliced
from dateline.reports import as_json as to_json
from dateline.reports import latex
from dateline.reports.errors import visible
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import MARK, UNDEFINED, Table, between, rounded, signed
from dateline.statistics import WILSON


def tables(comparison: Comparison) -> Iterator[Table]:
    """A table for each measure, and one of all differences where there is more than one system.

    For each measure and field there is then a table of its groups, and one of the differences in them.
    """
    units = f"{comparison.signature['unit']}s"
    for measure, cells in groupby(comparison.cells, lambda cell: cell.measure):
        rows = tuple(_numbers(cell.system, cell, between(cell.check)) for cell in cells)
        yield Table(measure, ("", "value", "95% interval", "bootstrap", units, "winner"), rows)
    if comparison.differences:
        rows = tuple(_compared(found, found.measure) for found in comparison.differences)
        yield Table("Differences", ("", "difference", "p", "Holm"), rows)
    for (measure, field), slices in groupby(comparison.slices, lambda sliced: (sliced.measure, sliced.field)):
        yield from _sliced(f"{measure} by {field}", list(slices), units)


def notes(comparison: Comparison) -> list[str]:
    """The signature in one line, the digest shortened; the cautions; what the marks say."""
    marks = [f"winner: better than every other system, corrected p < {ALPHA}"]
    cells = (*comparison.cells, *(cell for sliced in comparison.slices for cell in sliced.cells))
    if any(cell.interval and cell.interval.method == WILSON for cell in cells):
        marks.append(MARK)
    return [signed(comparison.signature), *comparison.cautions, *marks]


def as_json(comparison: Comparison) -> str:
    """Everything as one object, with the whole digest; what is undefined is null. Slices are there if asked for."""
    told = comparison._asdict()
    return to_json.page(told if _by(comparison) else {key: told[key] for key in told if key != "slices"})


def as_latex(comparison: Comparison) -> str:
    """For a paper."""
    return latex.page(notes(comparison), tables(comparison))


def as_csv(comparison: Comparison) -> str:
    """The records of the comparison as rows, after signature and cautions as lines that start with "#".

    Its columns are COLUMNS, without `group` where no slices were asked for.
    """
    out = io.StringIO()
    for line in (json.dumps(comparison.signature, ensure_ascii=False), *comparison.cautions):
        out.write(f"# {visible(line)}\n")
    columns = [column for column in COLUMNS if column != "group" or _by(comparison)]
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(comparison.records())
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


def _by(comparison: Comparison) -> bool:
    """Whether slices were asked for; there may be none."""
    return "by" in comparison.signature


def _sliced(title: str, slices: Sequence[Sliced], units: str) -> Iterator[Table]:
    """The systems in each group, which have no bootstrap, and their differences."""
    named = [(sliced, sliced.group.removeprefix(f"{sliced.field}=")) for sliced in slices]
    rows = tuple(_numbers(f"{label}: {cell.system}", cell) for sliced, label in named for cell in sliced.cells)
    yield Table(title, ("", "value", "95% interval", units, "winner"), rows)
    found = tuple(_compared(one, label) for sliced, label in named for one in sliced.differences)
    if found:
        yield Table(f"{title}: differences", ("", "difference", "p", "BH"), found)


def _numbers(name: str, cell: Cell, *checks: str) -> tuple[str, ...]:
    units = str(cell.interval.units) if cell.interval else UNDEFINED
    return (name, rounded(cell.value), between(cell.interval), *checks, units, "*" * cell.winner)


def _compared(found: Difference, of: str) -> tuple[str, ...]:
    name = f"{of}: {found.first} - {found.second}"
    return (name, rounded(found.value, "+.3f"), rounded(found.p, ".4f"), rounded(found.corrected, ".4f"))
