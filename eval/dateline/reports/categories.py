"""Error categories and confusion matrices as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dateline.categories import Tally
from dateline.layers.base import MISSED, OVERALL, SPURIOUS, UNREADABLE
from dateline.reports.tables import Table

if TYPE_CHECKING:
    import pandas


def tables(tallies: Sequence[Tally]) -> Iterator[Table]:
    """A table of the categories of each layer."""
    overall = [tally for tally in tallies if tally.group == OVERALL]
    for name in dict.fromkeys(tally.layer for tally in overall):
        yield _categories(name, [tally for tally in overall if tally.layer == name])


def matrix(field: str, found: pandas.DataFrame) -> Table:
    """A confusion matrix. Labels are numbered, so that many fit beside each other; what never meets is left blank."""
    plain = [name for name in found.columns if name not in (MISSED, UNREADABLE)]
    number = {name: str(place) for place, name in enumerate(plain, 1)}
    heads = (number.get(name, name) for name in found.columns)
    rows = tuple(
        (f"{number[name]} {name}" if name != SPURIOUS else name, *(str(count) if count else "" for count in counts))
        for name, counts in zip(found.index, found.values.tolist(), strict=True)
    )
    return Table(f"{field}: gold in rows, predicted in columns", ("", *heads), rows)


def _categories(name: str, tallies: Sequence[Tally]) -> Table:
    """The categories that occur, and the totals that they add up to."""
    rows = [(tally.category, tally.gold, tally.predicted) for tally in tallies if tally.gold or tally.predicted]
    total = ("total", sum(tally.gold for tally in tallies), sum(tally.predicted for tally in tallies))
    cells = ((category, str(gold), str(predicted)) for category, gold, predicted in (*rows, total))
    return Table(f"Error categories: {name}", ("", "gold", "predicted"), tuple(cells))
