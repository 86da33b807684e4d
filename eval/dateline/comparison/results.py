"""What a comparison of systems says: numbers and differences, over everything and in each group of a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dateline.layers.base import OVERALL
from dateline.signature import Signature
from dateline.statistics import Interval

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    "measure",
    "group",
    "system",
    "against",
    "value",
    "low",
    "high",
    "method",
    "units",
    "p",
    "corrected",
    "winner",
)
"""What `Comparison.records` says of a number or a difference."""


class Cell(NamedTuple):
    """A number of a system; None and without an interval where it is undefined or the layer was not scored.

    `check` is the bootstrap's interval, which slices go without. A winner is better than every other system with a
    corrected p below 0.05.
    """

    system: str
    measure: str
    value: float | None
    interval: Interval | None
    check: Interval | None
    winner: bool

    def record(self) -> dict[str, Any]:
        """The number by the names of COLUMNS: without `against` and p-values, and without bounds if it has none."""
        interval = self.interval._asdict() if self.interval else {}
        return {"measure": self.measure, "system": self.system, "value": self.value, "winner": self.winner, **interval}


class Difference(NamedTuple):
    """A number of the first system less that of the second, with its p-value and the corrected one.

    None where a number is undefined or there are fewer than two units.
    """

    measure: str
    first: str
    second: str
    value: float | None
    p: float | None
    corrected: float | None

    def record(self) -> dict[str, Any]:
        """The difference by the names of COLUMNS: without an interval."""
        names = {"measure": self.measure, "system": self.first, "against": self.second}
        return {**names, "value": self.value, "p": self.p, "corrected": self.corrected}


class Sliced(NamedTuple):
    """A measure in one group of a field, such as "type=person": cells by system, differences by pair.

    It has the systems with gold or predictions in the group. A group with one such system of several is left out.
    """

    measure: str
    field: str
    group: str
    cells: tuple[Cell, ...]
    differences: tuple[Difference, ...]


class Comparison(NamedTuple):
    """Cells by measure and system, differences by measure and pair, and what must be read beside them.

    `slices` are the same in each group of the fields that the systems were scored by.
    """

    signature: Signature
    cells: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    cautions: tuple[str, ...]
    slices: tuple[Sliced, ...] = ()

    def records(self) -> Iterator[dict[str, Any]]:
        """Every number and difference by the names of COLUMNS: the group "overall", then one slice after another."""
        for group, cells, differences in ((OVERALL, self.cells, self.differences), *(one[2:] for one in self.slices)):
            yield from ({"group": group, **cell.record()} for cell in cells)
            yield from ({"group": group, **found.record()} for found in differences)

    def to_frame(self) -> pandas.DataFrame:
        """`records` as a table; a difference is a row with `against`. What is undefined or does not apply is NA."""
        import pandas

        numbers = dict.fromkeys(("value", "low", "high", "p", "corrected"), "float64")
        frame = pandas.DataFrame(self.records(), columns=list(COLUMNS))
        return frame.astype({**numbers, "units": "Int64", "winner": "boolean"})
