"""The flat table of additive counts that every number is a sum of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, count
from typing import TYPE_CHECKING, NamedTuple, TypeVar, overload

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Numbers = NDArray[numpy.int64]
    Array = NDArray[numpy.float64]

H = TypeVar("H", bound=Hashable)


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


FIELDS = tuple(field for field in Row._fields if field not in Counts._fields)
"""The fields of a row that say what its counts are of."""


class Rows(Sequence[Row]):
    """The flat table as columns: a Row is made when one is asked for.

    `names` are the different values of each of FIELDS, `places`, of shape (n, 5), says which of them a row has, and
    `counts` is of shape (n, 4). It equals every sequence of the same rows.
    """

    def __init__(self, names: Sequence[Sequence[str]], places: Numbers, counts: Array) -> None:
        self.names, self.places, self.counts = names, places, counts

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return self.at(index)
        place = range(len(self))[index]
        return next(iter(self.at(slice(place, place + 1))))

    def __iter__(self) -> Iterator[Row]:
        fields = zip(self.names, self.places.T.tolist(), strict=True)
        return map(Row, *(map(names.__getitem__, found) for names, found in fields), *map(_plain, self.counts.T))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # what is equal to a list cannot have a hash

    def at(self, which: slice | Numbers) -> Rows:
        """Some of the rows, by their indexes."""
        return Rows(self.names, self.places[which], self.counts[which])

    def where(self, **wanted: str) -> Rows:
        """The rows that have these values in these of FIELDS."""
        import numpy

        found = numpy.ones(len(self), dtype=bool)
        for field, value in wanted.items():
            names = list(self.names[FIELDS.index(field)])
            found &= self.places[:, FIELDS.index(field)] == (names.index(value) if value in names else -1)
        return self.at(numpy.flatnonzero(found))


def tabled(rows: Iterable[Row]) -> Rows:
    """Rows one by one as columns."""
    import numpy

    if isinstance(rows, Rows):
        return rows
    columns = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    names, places = zip(*map(numbered, columns[: len(FIELDS)]), strict=True)
    return Rows(names, numpy.stack(places, axis=1), numpy.array(columns[len(FIELDS) :], dtype=float).T)


def joined(parts: Iterable[Rows], doc_ids: Sequence[str]) -> Rows:
    """The rows of all parts in the order of the documents; those of a document in the order of the parts."""
    import numpy

    none = tabled(())
    each = [Rows((doc_ids, *none.names[1:]), none.places, none.counts), *parts]
    names, places = [], []
    for field in range(len(FIELDS)):
        known, number = numbered(chain.from_iterable(part.names[field] for part in each))
        starts = accumulate((len(part.names[field]) for part in each), initial=0)
        names.append(known)
        moved = (number[start + part.places[:, field]] for start, part in zip(starts, each, strict=False))
        places.append(numpy.concatenate([*moved]))
    found = Rows(names, numpy.stack(places, axis=1), numpy.concatenate([part.counts for part in each]))
    return found.at(numpy.argsort(places[0], kind="stable"))


def total(rows: Iterable[Row], by: Sequence[str] = ("layer", "measure", "group")) -> dict[tuple[str, ...], Counts]:
    """Sum the rows that agree in the fields `by`; a key is the tuple of their values."""
    import numpy

    table, columns = tabled(rows), [FIELDS.index(field) for field in by]
    key = numpy.zeros(len(table), dtype=int)
    for column in columns:
        key = key * len(table.names[column]) + table.places[:, column]
    _, first, place = numpy.unique(key, return_index=True, return_inverse=True)
    sums = (numpy.bincount(place, column, minlength=len(first)) for column in table.counts.T)
    found = [map(table.names[column].__getitem__, table.places[first, column].tolist()) for column in columns]
    keys = list(zip(*found, strict=True)) or [()] * len(first)
    return dict(zip(keys, map(Counts, *(_plain(column) for column in sums)), strict=True))


def numbered(values: Iterable[H]) -> tuple[list[H], Numbers]:
    """The different values in the order of first places, and for each value its number among them."""
    import numpy

    number: defaultdict[H, int] = defaultdict(count().__next__)
    places = numpy.fromiter(map(number.__getitem__, values), dtype=int)
    return list(number), places


def _plain(counts: Array | Numbers) -> list[float]:
    """Counts as Python's numbers, whole ones as whole numbers."""
    import numpy

    whole = counts.astype(int)
    found: list[float] = numpy.where(whole == counts, whole.astype(object), counts).tolist()
    return found
