"""The agreement of annotation passes as text, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dateline.agreement import ALL, UNQUOTED, Agreement, Pair
from dateline.agreement.numbers import NOTES, Number
from dateline.reports import as_json as to_json
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import MARK, UNDEFINED, Table, between, rounded, signed
from dateline.statistics import WILSON

COLUMNS = ("", "value", "95% interval", "n", UNQUOTED, "n")
MEANING = (
    "f1, accuracy: the mean with each pass as the reference, and the interval of the counts of both",
    "n: records of both passes for f1, matched pairs for the others",
    f"{UNQUOTED}: without the records that stand where the guidelines quote an example",
)


def tables(agreement: Agreement) -> Iterator[Table]:
    """For each pair and layer the numbers, then the labels that differ; at last the means over pairs.

    No title holds a name of a pass, which anyone may have chosen.
    """
    for number, pair in enumerate(agreement.pairs, 1):
        title = _numbered(agreement, number)
        for layer in dict.fromkeys(found.layer for found in pair.numbers):
            yield Table(f"{title}{layer}", COLUMNS, _rows(pair.numbers, layer))
            if rows := tuple(_differing(pair, layer)):
                columns = ("", "first pass", "second pass", "pairs")
                yield Table(f"{title}{layer}, labels that differ", columns, rows, words=True)
    for layer in dict.fromkeys(found.layer for found in agreement.mean):
        yield Table(f"Mean over pairs: {layer}", COLUMNS, _rows(agreement.mean, layer))


def notes(agreement: Agreement) -> list[str]:
    """The signature in one line, the digest shortened; who is compared on what; what the columns and marks say."""
    said = {found.note for pair in agreement.pairs for found in pair.numbers}
    intervals = [found.interval for pair in agreement.pairs for found in pair.numbers if found.interval]
    wilson = any(interval.method == WILSON for interval in intervals)
    return [
        signed(agreement.signature),
        *agreement.notes,
        *(
            f"{_numbered(agreement, number)}{line}"
            for number, pair in enumerate(agreement.pairs, 1)
            for line in _introduced(pair)
        ),
        *MEANING,
        *([MARK] if wilson else []),
        *(f"{note}: {meaning}" for note, meaning in NOTES.items() if note in said),
    ]


def as_json(agreement: Agreement) -> str:
    """Everything as one object, with the whole digest, definitions and confusions; what is undefined is null."""
    return to_json.page(agreement)


FORMS: dict[str, Callable[[Agreement], str]] = {**drawn(notes, tables), "json": as_json}
"""Name of a form -> what renders it."""


def render(agreement: Agreement, form: str = "text") -> str:
    """The agreement in a form. Raises UnknownNameError."""
    return rendered("agreement", FORMS, agreement, form)


def _numbered(agreement: Agreement, number: int) -> str:
    """What stands before all that is said of one of several pairs."""
    return f"Pair {number}: " if len(agreement.pairs) > 1 else ""


def _introduced(pair: Pair) -> Iterator[str]:
    count = len(pair.documents)
    yield f"{pair.first} first, {pair.second} second, {count} document{'s' * (count != 1)}"
    yield from pair.notes


def _rows(numbers: Iterable[Number], layer: str) -> tuple[tuple[str, ...], ...]:
    """A row for each number of all records, with the same of the unquoted ones."""
    index = {(found.scope, found.name): found for found in numbers if found.layer == layer}
    return tuple(_cells(found, index.get((UNQUOTED, name))) for (scope, name), found in index.items() if scope == ALL)


def _cells(found: Number, unquoted: Number | None) -> tuple[str, ...]:
    """The note stands where the interval would."""
    interval = between(found.interval) if found.interval else found.note or UNDEFINED
    other = (rounded(unquoted.value), str(unquoted.n)) if unquoted else (UNDEFINED, UNDEFINED)
    return (found.name, rounded(found.value), interval, str(found.n), *other)


def _differing(pair: Pair, layer: str) -> Iterator[tuple[str, ...]]:
    """The cells off the diagonal."""
    for table in pair.confusions:
        if (table.layer, table.scope) == (layer, ALL):
            for row, counts in zip(table.rows, table.counts, strict=True):
                for column, count in zip(table.columns, counts, strict=True):
                    if count and row != column:
                        yield table.field, row or "null", column or "null", str(count)
