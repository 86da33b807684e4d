"""Records as rows of a table: a column for every field of schema/prediction.schema.json, nested ones with dots.

A list, and an object without fixed fields, is JSON text in its cell. An empty cell is a field that was left out. A row
with no more than doc_id and layer says that the layer was attempted and has no records there; one with no
more than doc_id, that the document has no layer at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.errors import InputError
from dateline.files import NOT_JSON, fail
from dateline.formats.common import Intake, as_dictionary
from dateline.model import Prediction
from dateline.validation import quote
from dateline.vocabulary import schema

Types = frozenset[str]
Row = dict[str, Any]

_LEADING = ("doc_id", "layer", "start", "end", "text", "type")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
"""A number as JSON writes it."""

_BOOLEANS = {"true": True, "false": False}


class Table(NamedTuple):
    """The columns, and the rows with the line that each begins in; a cell that is empty is not in its row."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[int, Row]]


@cache
def fields(layer: str) -> dict[str, Types]:
    """The columns of a layer in the order of the schema, with the JSON types of their values."""
    return dict(_fields(schema("prediction")["$defs"][KINDS[layer]]))


def _fields(part: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Types]]:
    for name, inner in _properties(part).items():
        yield f"{prefix}{name}", _types(inner)
        yield from _fields(inner, f"{prefix}{name}.")


def _branches(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alternatives of a part of the schema, its own definitions looked up."""
    if str(part.get("$ref", "")).startswith("#/$defs/"):
        return _branches(schema("prediction")["$defs"][part["$ref"].removeprefix("#/$defs/")])
    if "type" not in part and "anyOf" in part:
        return [branch for inner in part["anyOf"] for branch in _branches(inner)]
    return [part]


def _properties(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inner for branch in _branches(part) for name, inner in branch.get("properties", {}).items()}


def _types(part: Mapping[str, Any]) -> Types:
    """What a value may be; a vocabulary is of strings."""
    named = (branch.get("type", "string") for branch in _branches(part))
    return frozenset(name for types in named for name in ([types] if isinstance(types, str) else types))


@cache
def of_document() -> dict[str, Types]:
    """The columns that every row of a document repeats, such as the name of the system."""
    known = {name: _types(part) for name, part in schema("prediction")["properties"].items()}
    return {name: types for name, types in known.items() if name != "doc_id" and name not in KINDS}


def rows(predictions: Sequence[Prediction]) -> Iterator[Row]:
    """The rows of predictions, in their order; cells hold plain values, lists included."""
    for prediction in predictions:
        content = as_dictionary(prediction)
        shared = {name: content[name] for name in ("doc_id", *of_document()) if name in content}
        layers = [layer for layer in KINDS if layer in content]
        for layer in layers:
            for record in content[layer] or [{}]:
                yield {**shared, "layer": layer, **_flattened(record, layer)}
        if not layers:
            yield shared


def columns(found: Iterable[Row]) -> list[str]:
    """The columns that any of the rows has, in a fixed order."""
    used = {name for row in found for name in row}
    order = dict.fromkeys([*_LEADING, *of_document(), *(name for layer in KINDS for name in fields(layer))])
    return [name for name in order if name in used]


def _flattened(value: Mapping[str, Any], layer: str, prefix: str = "") -> Row:
    """The cells of a record; an object without content stands in a cell of its own."""
    found: Row = {}
    for name, content in value.items():
        path = f"{prefix}{name}"
        if isinstance(content, dict) and any(f"{path}.{key}" in fields(layer) for key in content):
            found |= _flattened(content, layer, f"{path}.")
        elif content is not None:
            found[path] = content
    return found


def gather(table: Table, corpus: Corpus, intake: Intake) -> None:
    """The records of a table. Raises InputError for columns that say neither document nor layer."""
    unsaid = {"layer": _only_layer(table, intake)} if "layer" not in table.columns else {}
    if "doc_id" not in table.columns:
        unsaid["doc_id"] = _only_document(table, corpus, intake)
    unknown = [name for name in table.columns if not _is_known(name)]
    if unknown:
        intake.warn("lost-columns", f"not carried over: {', '.join(map(quote, unknown))}", "no layer has such a field")
    for line, row in table.rows:
        known = {name: cell for name, cell in row.items() if _is_known(name)}
        _gather_row({**unsaid, **known}, line, intake)


def _is_known(column: str) -> bool:
    return column in ("doc_id", "layer", *of_document()) or any(column in fields(layer) for layer in KINDS)


def _only_document(table: Table, corpus: Corpus, intake: Intake) -> str:
    if len(corpus.documents) != 1:
        raise _no_column(table, intake, "doc_id", f"the corpus has {len(corpus.documents)} documents")
    return corpus.documents[0].doc_id


def _only_layer(table: Table, intake: Intake) -> str:
    """The layer that alone has all the fields of a table; "" where a table has none."""
    given = {name for name in table.columns if _is_known(name)} - {"doc_id", *of_document()}
    fitting = [layer for layer in KINDS if given <= fields(layer).keys()]
    if given and len(fitting) != 1:
        raise _no_column(table, intake, "layer", f"the fields are those of {' and '.join(fitting) or 'no one layer'}")
    return fitting[0] if given else ""


def _no_column(table: Table, intake: Intake, name: str, why: str) -> InputError:
    shown = ", ".join(map(quote, table.columns))
    return fail("missing-column", intake.path, f"there is no column {quote(name)}; found: {shown}", why, 1)


def _gather_row(row: Row, line: int, intake: Intake) -> None:
    doc_id, layer = row.pop("doc_id", ""), row.pop("layer", "")
    if not isinstance(doc_id, str) or not doc_id:
        intake.refuse("missing-key", "the row names no document", "expected a doc_id", line)
        return
    if layer not in (*KINDS, ""):
        intake.refuse("unknown-layer", f"{quote(layer)} is no layer", f"known: {', '.join(KINDS)}", line, doc_id)
        return
    shared = {name: _parsed(row.pop(name), types) for name, types in of_document().items() if name in row}
    _share(doc_id, shared, line, intake)
    if layer and row:
        intake.add(doc_id, layer, _nested(row, layer, line, intake), line)
    elif layer:
        intake.layer(doc_id, layer, line)
    elif row:
        intake.refuse("unknown-layer", "the row names no layer", f"known: {', '.join(KINDS)}", line, doc_id)


def _share(doc_id: str, shared: Row, line: int, intake: Intake) -> None:
    """What a row says of its document as a whole, which no other row may contradict."""
    document = intake.document(doc_id, line)
    for name, value in shared.items():
        if document.setdefault(name, value) != value:
            message = f"{name} is {quote(value)} here and {quote(document[name])} before"
            intake.refuse("two-values", message, "the same in every row of a document", line, doc_id)


def _nested(row: Row, layer: str, line: int, intake: Intake) -> Row:
    """The record of a row."""
    record: Row = {}
    for path, cell in row.items():
        *parents, name = path.split(".")
        inside: Any = record
        for parent in parents:
            inside = inside.setdefault(parent, {}) if isinstance(inside, dict) else None
        if not isinstance(inside, dict) or name in inside:
            intake.refuse("two-values", f"{quote(path)} and a column above it both have a value", "one of them", line)
        else:
            inside[name] = _parsed(cell, fields(layer).get(path, frozenset({"string"})))
    return record


def _parsed(cell: object, types: Types) -> object:
    """The value that a cell stands for; where it is not of the field's types, the cell as it is."""
    if isinstance(cell, float) and {"integer", "number"} & types and cell.is_integer():
        return int(cell)  # tables keep integers as floats where some of a column are, or are missing
    if not isinstance(cell, str) or "string" in types:
        return cell
    if {"integer", "number"} & types and NUMBER.fullmatch(cell):
        value = _decoded(cell)
        return value if isinstance(value, str) else _parsed(value, types)
    if "boolean" in types:
        return _BOOLEANS.get(cell.lower(), cell)
    return _decoded(cell) if {"array", "object"} & types else cell


def _decoded(cell: str) -> object:
    try:
        return msgspec.json.decode(cell)
    except NOT_JSON:
        return cell


def as_text(cell: object) -> str:
    """A cell as text: strings as they are, all else as JSON."""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
