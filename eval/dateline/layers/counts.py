"""The flat table of additive counts that every number is a sum of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple


class Row(NamedTuple):
    """Counts of one measure in one segment; rows may be summed over any partition.

    `segment_id` is "" where a measure speaks of the whole document. `group` is "overall" or a label such as
    "type=person". Measures of kind "accuracy" use the gold side only. The two hits differ where what is right in the
    gold and what is right in the prediction lie in different segments.
    """

    doc_id: str
    segment_id: str
    layer: str
    measure: str
    group: str
    hits_gold: float
    gold: float
    hits_predicted: float
    predicted: float


class Counts(NamedTuple):
    """A sum of rows."""

    hits_gold: float = 0
    gold: float = 0
    hits_predicted: float = 0
    predicted: float = 0


def total(rows: Iterable[Row], by: Sequence[str] = ("layer", "measure", "group")) -> dict[tuple[str, ...], Counts]:
    """Sum the rows that agree in the fields `by`; a key is the tuple of their values."""
    places = [Row._fields.index(field) for field in by]
    key = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    sums: defaultdict[Any, list[float]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        counts = sums[key(row)]
        counts[0] += row[5]
        counts[1] += row[6]
        counts[2] += row[7]
        counts[3] += row[8]
    return {found: Counts(*counts) for found, counts in sums.items()}
