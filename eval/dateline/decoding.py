"""Decoders built from schema/prediction.schema.json: structs that take what the schema takes, checked while decoding.

Each is a subclass of the struct in model.py with the schema's types in place of the plain ones: an unknown label, a
null where none is allowed or a negative offset is refused by msgspec itself. The few rules of the schema that a struct
cannot say are `dateline.soundness.is_whole`. There are two of each: a strict one takes what has its offsets, which most
lines have throughout; a quoting one also takes quotes, with what goes with them. With a label map, `types` are what
the type of an entity may be in place of the schema's, and its subtype is any word.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, cast

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


_FOREIGN = {"urn:dateline:schema:entity#/$defs/type", "urn:dateline:schema:entity#/$defs/subtype"}


class _Form(NamedTuple):
    """What structs are made for: with quotes or without, and the types of entities where those are not the schema's."""

    quotes: bool
    types: tuple[str, ...] = ()


@cache
def decoder(types: tuple[str, ...] = ()) -> msgspec.json.Decoder[Prediction]:
    """The decoder of a line in which every span has its offsets, references, words counted and times apart.

    Raises msgspec.ValidationError for other lines and where the schema refuses, `soundness.is_whole` apart.
    """
    return msgspec.json.Decoder(
        cast("type[Prediction]", _struct(Prediction, schema("prediction"), _Form(False, types)))
    )


def strict(kind: str, types: tuple[str, ...] = ()) -> type[Record]:
    """The struct of one record kind ("entity") that has its offsets, as the decoder makes it; for msgspec.convert."""
    return cast("type[Record]", _referred(f"#/$defs/{kind}", _Form(False, types)))


def quoting(kind: str, types: tuple[str, ...] = ()) -> type[Record]:
    """The struct of one record kind that may be a quote: what has no offsets is None, `dateline.anchoring` finds it."""
    return cast("type[Record]", _referred(f"#/$defs/{kind}", _Form(True, types)))


def _struct(base: type[Record], part: dict[str, Any], form: _Form) -> type[Record]:
    """A subclass of `base` whose fields are of the types that an object of the schema has.

    Without quotes, what model.py requires is required, and keys that only go with a quote are unknown.
    """
    known = {field.name: field for field in msgspec.structs.fields(base)}
    fields = []
    for name, content in part["properties"].items():
        if name in known or form.quotes:
            default = _default(known.get(name), name in part.get("required", ()), form.quotes)
            fields.append((name, _type(name, content, form), default))
    return cast("type[Record]", msgspec.defstruct(base.__name__, fields, bases=(base,), kw_only=True, frozen=True))


def _default(field: Any, required: bool, quotes: bool) -> Any:
    """The default of a field of model.py; "" for a key that is accepted and belongs to no field."""
    if required:
        return msgspec.NODEFAULT
    if field is None:
        return ""
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory)
    return None if quotes and field.default is msgspec.NODEFAULT else field.default


def _type(name: str, part: dict[str, Any], form: _Form) -> Any:
    """The type of a value, from its part of the schema."""
    if "$ref" in part:
        return _referred(part["$ref"], form)
    if "oneOf" in part:
        return Literal[tuple(entry["const"] for entry in part["oneOf"])]
    if "anyOf" in part and "type" not in part:
        return _union(_type(name, branch, form) for branch in part["anyOf"])
    types = [part["type"]] if isinstance(part["type"], str) else part["type"]
    return _union(_plain(name, kind, part, form) for kind in types)


@cache
def _referred(target: str, form: _Form) -> Any:
    source, _, name = target.partition("#/$defs/")
    if form.types and target in _FOREIGN:
        return Literal[form.types] if name == "type" else str
    return _type(name, schema(source.rpartition(":")[2] or "prediction")["$defs"][name], form)


def _union(types: Iterable[Any]) -> Any:
    first, *others = types
    for other in others:
        first = first | other
    return first


def _plain(name: str, kind: str, part: dict[str, Any], form: _Form) -> Any:
    """The type of a value of one JSON type, with its limits."""
    if kind == "null":
        return None
    limits = {_LIMITS[key]: value for key, value in part.items() if key in _LIMITS}
    annotated, row = cast("Any", Annotated), cast("Any", tuple)  # of types that are only known at run time
    if kind == "array":
        found = row[_type(name, part["items"], form), ...]
    elif kind == "object":
        found = _struct(_STRUCTS[name], part, form) if "properties" in part else dict[str, Any]
    else:
        found = _PLAIN[kind]
    return annotated[found, msgspec.Meta(**limits)] if limits else found
