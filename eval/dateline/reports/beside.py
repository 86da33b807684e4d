"""What a report of scores can show beside them: error categories, confusion matrices, reference scorers, mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dateline.categories import Tally
from dateline.compatibility import Reference
from dateline.reports import categories, compatibility
from dateline.reports.errors import Mistake
from dateline.reports.tables import Table
from dateline.scoring import Scores

if TYPE_CHECKING:
    import pandas


class Beside(NamedTuple):
    """What was asked for; `confusions` are by their fields."""

    tallies: Sequence[Tally] = ()
    confusions: Mapping[str, pandas.DataFrame] = {}
    references: Sequence[Reference] = ()
    mistakes: Sequence[Mistake] = ()

    def notes(self) -> list[str]:
        """What must be read before the tables."""
        return compatibility.notes(self.references)

    def tables(self, scores: Scores) -> Iterator[Table]:
        """Everything but the mistakes, which each form lists in its own way."""
        yield from categories.tables(self.tallies)
        yield from (categories.matrix(field, found) for field, found in self.confusions.items())
        yield from compatibility.tables(self.references, scores)

    def plain(self) -> dict[str, object]:
        """By key what there is, as plain values or named tuples; rows of the counts of a confusion are gold labels."""
        confusions = {
            field: {"gold": [*found.index], "predicted": [*found.columns], "counts": found.values.tolist()}
            for field, found in self.confusions.items()
        }
        parts = {
            "categories": self.tallies,
            "confusion": confusions,
            "references": self.references,
            "mistakes": self.mistakes,
        }
        return {name: part if isinstance(part, dict) else [*part] for name, part in parts.items() if part}


NOTHING = Beside()
