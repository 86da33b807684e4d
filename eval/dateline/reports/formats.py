"""The formats that can be read and written, as `dateline formats` lists them."""

from __future__ import annotations

from dateline.formats import FORMATS, Format
from dateline.reports import markdown, text
from dateline.reports.tables import UNDEFINED, Table

_COLUMNS = ("format", "what it is", "in", "out", "what it cannot carry", "extra")


def table() -> Table:
    """A row for each format; an en dash: no."""
    return Table("", _COLUMNS, tuple(map(_row, FORMATS.values())), words=True)


def listing() -> str:
    """The table for a terminal."""
    return text.page((), [table()])


def section() -> str:
    """The table in Markdown, without a heading."""
    return markdown.page((), [table()]).partition("\n\n")[2]


def _row(form: Format) -> tuple[str, ...]:
    ways = ("yes" if way else UNDEFINED for way in (form.read, form.write))
    return (form.name, form.summary, *ways, form.lost or "nothing", form.extra or UNDEFINED)
