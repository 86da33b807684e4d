"""Flat records as CSV, TSV, JSON Lines and Parquet: one row a record, as dateline.formats.flat lays it out.

Text stays text: "0500", "NA" and "null" are what they are. CSV and TSV are read and written as RFC 4180 says, by the
csv module of Python: pandas cannot tell in which line a row begins once a cell holds a line break, and fills short rows
in silence. What a spreadsheet would take for a formula is written as it is, since a changed cell would be another text;
it is counted in a warning.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.corpus import Corpus
from dateline.errors import Problem
from dateline.files import MAX_LINE, as_jsonl, fail, write_bytes, wrong_byte
from dateline.formats import Imported
from dateline.formats.common import Intake, content_of, json_items, losses
from dateline.formats.flat import NUMBER, Row, Table, as_text, columns, gather, rows
from dateline.model import Prediction
from dateline.validation import quote

if TYPE_CHECKING:
    import pandas

MAX_CELLS = 50_000_000
"""Cells of a Parquet file: a small file may stand for very many."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_csv(path: Path, corpus: Corpus, delimiter: str = ",") -> Imported:
    """Raises InputError for a file without a header, or whose quotes do not close."""
    intake = Intake(path)
    found = _separated(intake, delimiter)
    _, header = next(found, (0, []))
    if not header:
        raise fail("empty-file", path, "the file is empty", "expected a header and a row for each record")
    if len(set(header)) < len(header):
        raise fail("duplicate-column", path, f"the header is {quote(header)}", "each column once", 1)
    gather(Table(tuple(header), _named(header, found, intake)), corpus, intake)
    return intake.done()


def _separated(intake: Intake, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line that it begins in. Raises InputError."""
    with _wide_cells(), _lines(intake.path) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        before = 0
        try:
            for row in reader:
                if row:
                    yield before + 1, row
                before = reader.line_num
        except csv.Error as error:
            raise fail("malformed-row", intake.path, str(error), "expected RFC 4180", before + 1) from None


@contextmanager
def _wide_cells() -> Iterator[None]:
    """Cells may be as long as lines; the csv module has one limit for all."""
    usual = csv.field_size_limit(MAX_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    if not path.is_file():
        content_of(path)  # says what is wrong
    with path.open("rb") as file:
        yield (
            _decoded(path, number, line) for number, line in enumerate(iter(partial(file.readline, MAX_LINE), b""), 1)
        )


def _decoded(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise fail("invalid-utf8", path, wrong_byte(line), "expected UTF-8", number) from None


def _named(header: Sequence[str], found: Iterator[tuple[int, list[str]]], intake: Intake) -> Iterator[tuple[int, Row]]:
    """The cells with something in them, by column."""
    for line, cells in found:
        if len(cells) == len(header):
            yield line, {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        else:
            message = f"the row has {len(cells)} cells"
            intake.refuse("ragged-row", message, f"the header has {len(header)}", line)


def write_csv(predictions: Sequence[Prediction], corpus: Corpus, path: Path, delimiter: str = ",") -> list[Problem]:
    """An empty string cannot be told from no value: it is counted as lost."""
    found = [*rows(predictions)]
    header = columns(found)
    cells = [[as_text(row[name]) if name in row else "" for name in header] for row in found]
    content = io.StringIO(newline="")
    csv.writer(content, delimiter=delimiter).writerows([header, *cells])
    write_bytes(path, content.getvalue().encode())
    empty = sum(cell == "" for row in found for cell in row.values())
    return [*losses({"empty-text": empty}, path), *_formulas(cells, path)]


def _formulas(cells: list[list[str]], path: Path) -> list[Problem]:
    """Text that begins as formulas do; numbers are none."""
    found = sum(cell.startswith(_FORMULA) and not NUMBER.fullmatch(cell) for row in cells for cell in row)
    message = f"{found} cells begin as formulas do ({' '.join(_FORMULA[:4])}) and are written as they are"
    allowed = "import the columns as text where the source is not trusted"
    return [Problem("spreadsheet-formula", "warning", str(path), 0, "", message, allowed)] if found else []


def read_tsv(path: Path, corpus: Corpus) -> Imported:
    """As `read_csv`, with tabs."""
    return read_csv(path, corpus, "\t")


def write_tsv(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """As `write_csv`, with tabs."""
    return write_csv(predictions, corpus, path, "\t")


def read_jsonl(path: Path, corpus: Corpus) -> Imported:
    """Rows as JSON objects; a list may be a list or JSON text, null is an empty cell."""
    intake = Intake(path)
    found: list[tuple[int, Row]] = []
    for line, record in json_items(intake):
        if isinstance(record, dict):
            found.append((line, _filled(record)))
        else:
            intake.refuse("wrong-type", f"{quote(record)} is no row", "expected an object a line", line)
    if found:
        names = dict.fromkeys(name for _, row in found for name in row)
        gather(Table(tuple(names), found), corpus, intake)
    return intake.done()


def write_jsonl(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Lists are lists."""
    write_bytes(path, as_jsonl(rows(predictions)))
    return []


def read_parquet(path: Path, corpus: Corpus) -> Imported:
    """The line of a row is its number, from 1. Raises InputError for more than MAX_CELLS cells."""
    from pyarrow import ArrowException, parquet

    intake = Intake(path)
    try:
        with parquet.ParquetFile(io.BytesIO(content_of(path))) as file:
            if file.metadata.num_rows * file.metadata.num_columns > MAX_CELLS:
                raise fail("long-file", path, f"more than {MAX_CELLS} cells", "split it")
            found: list[Row] = file.read().to_pylist()
            names = tuple(file.schema_arrow.names)
    except (ArrowException, OSError, ValueError) as error:
        raise fail("not-parquet", path, f"cannot be read: {error}", "expected a Parquet file") from None
    gather(
        Table(names, ((number, _of_json(row, number, intake)) for number, row in enumerate(found, 1))), corpus, intake
    )
    return intake.done()


def _of_json(row: Row, number: int, intake: Intake) -> Row:
    """The cells with something in them, as far as JSON has their types."""
    cells = _filled(row)
    for name, cell in cells.items():
        if not isinstance(cell, str | int | float | list | dict):
            intake.refuse("wrong-type", f"{name} is a {type(cell).__name__}", "text, number or boolean", number)
    return {name: cell for name, cell in cells.items() if isinstance(cell, str | int | float | list | dict)}


def _filled(row: Row) -> Row:
    """The cells with something in them; NaN is nothing."""
    return {name: cell for name, cell in row.items() if cell is not None and cell == cell}


def write_parquet(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """By pandas. Lists are JSON text; so are numbers of a column that has some too long for its type."""
    import pandas

    found = [*rows(predictions)]
    frame = pandas.DataFrame({name: _column([row.get(name) for row in found]) for name in columns(found)})
    content = io.BytesIO()
    frame.to_parquet(content, index=False)
    write_bytes(path, content.getvalue())
    return []


def _column(cells: list[Any]) -> pandas.Series[Any]:
    """A column of one type; None where a cell is empty."""
    import pandas

    given = [cell for cell in cells if cell is not None]
    kinds = {*map(type, given)}
    if kinds == {bool}:
        return pandas.Series(cells, dtype="boolean")
    if kinds == {int} and all(-(2**63) <= number < 2**63 for number in given):
        return pandas.Series(cells, dtype="Int64")
    if kinds <= {int, float} and all(abs(number) <= 2**53 for number in given if isinstance(number, int)):
        return pandas.Series(cells, dtype="Float64")
    return pandas.Series([None if cell is None else as_text(cell) for cell in cells], dtype="string")
