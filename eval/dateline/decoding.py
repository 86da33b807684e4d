"""Decoders built from schema/prediction.schema.json: structs that take what the schema takes, checked while decoding.

Each is a subclass of the struct in model.py with the schema's types in place of the plain ones: an unknown label, a
null where none is allowed or a negative offset is refused by msgspec itself. The few rules of the schema that a struct
cannot say are `dateline.soundness.is_whole`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, cast

import msgspec

from dateline.model import (
    Bound,
    Counted,
    Figure,
    Mention,
    Prediction,
    Record,
    Reference,
    Segment,
    Stance,
    TextSpan,
    Time,
    Unit,
)
from dateline.vocabulary import schema

KINDS: dict[str, str] = {"segments": "segment", "entities": "entity", "figures": "figure", "stances": "stance"}
"""Layer of a prediction -> the kind of its records, under $defs in the prediction schema."""

_STRUCTS: dict[str, type[Record]] = {
    "segment": Segment,
    "entity": Mention,
    "figure": Figure,
    "stance": Stance,
    "reference": Reference,
    "head": TextSpan,
    "lower": Bound,
    "upper": Bound,
    "unit": Unit,
    "counted": Counted,
    "time": Time,
    "fraction_of": TextSpan,
    "target": TextSpan,
    "expression": TextSpan,
}
"""Name in the prediction schema -> the struct that holds it."""

_LIMITS = {"minimum": "ge", "minLength": "min_length", "minItems": "min_length", "pattern": "pattern"}
_PLAIN: dict[str, Any] = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": None}


@cache
def decoder() -> msgspec.json.Decoder[Prediction]:
    """The decoder of a line. Raises msgspec.ValidationError where the schema refuses, `soundness.is_whole` apart."""
    return msgspec.json.Decoder(cast("type[Prediction]", _struct(Prediction, schema("prediction"))))


@cache
def strict(kind: str) -> type[Record]:
    """The struct of one record kind ("entity"), for msgspec.convert."""
    return _struct(_STRUCTS[kind], schema("prediction")["$defs"][kind])


def _struct(base: type[Record], part: dict[str, Any]) -> type[Record]:
    """A subclass of `base` whose fields are of the types that an object of the schema has."""
    known = {field.name: field for field in msgspec.structs.fields(base)}
    fields = []
    for name, content in part["properties"].items():
        fields.append((name, _type(name, content), _default(known.get(name), name in part.get("required", ()))))
    return cast("type[Record]", msgspec.defstruct(base.__name__, fields, bases=(base,), kw_only=True, frozen=True))


def _default(field: Any, required: bool) -> Any:
    """The default of a field of model.py; "" for a key that is accepted and belongs to no field."""
    if required:
        return msgspec.NODEFAULT
    if field is None:
        return ""
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory)
    return field.default


def _type(name: str, part: dict[str, Any]) -> Any:
    """The type of a value, from its part of the schema."""
    if "$ref" in part:
        return _referred(part["$ref"])
    if "oneOf" in part:
        return Literal[tuple(entry["const"] for entry in part["oneOf"])]
    if "anyOf" in part and "type" not in part:
        return _union(_type(name, branch) for branch in part["anyOf"])
    types = [part["type"]] if isinstance(part["type"], str) else part["type"]
    return _union(_plain(name, kind, part) for kind in types)


@cache
def _referred(target: str) -> Any:
    source, _, name = target.partition("#/$defs/")
    return _type(name, schema(source.rpartition(":")[2] or "prediction")["$defs"][name])


def _union(types: Iterable[Any]) -> Any:
    first, *others = types
    for other in others:
        first = first | other
    return first


def _plain(name: str, kind: str, part: dict[str, Any]) -> Any:
    """The type of a value of one JSON type, with its limits."""
    if kind == "null":
        return None
    limits = {_LIMITS[key]: value for key, value in part.items() if key in _LIMITS}
    annotated, row = cast("Any", Annotated), cast("Any", tuple)  # of types that are only known at run time
    if kind == "array":
        found = row[_type(name, part["items"]), ...]
    elif kind == "object":
        found = _struct(_STRUCTS[name], part) if "properties" in part else dict[str, Any]
    else:
        found = _PLAIN[kind]
    return annotated[found, msgspec.Meta(**limits)] if limits else found
