"""The form of an answer: the records of the gold as quotes, from schema/, as strict structured output takes them.

What no measure looks at is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dateline.errors import UnknownNameError
from dateline.vocabulary import labels, schema

_RECORDS = {
    "entities": ("mention", ("segment_id", "text", "type", "subtype", "level", "entity_id")),
    "figures": (
        "figure",
        (
            *("segment_id", "text", "comparator", "value", "lower", "upper", "term", "unit", "counted"),
            *("category", "status", "measure", "source", "place", "time"),
        ),
    ),
    "stances": (
        "stance",
        (
            *("segment_ids", "holder", "on_behalf_of", "via", "concept_id", "polarity", "act", "basis"),
            *("quotation", "certainty", "expression"),
        ),
    ),
}
"""Layer -> the kind of its records in schema/, and the fields that are asked for."""

LAYERS = tuple(_RECORDS)
"""The layers that a model can be asked for. Segments are given to it, and it refers to them."""

_NOT_ASKED = frozenset({"start", "end", "entities"})  # in the objects inside a record

_COPIED = "Copied from the segment, character for character."
_WORDING = {
    "text": _COPIED,
    "time.text": _COPIED,
    "expression.text": _COPIED,
    "entity_id": "The entity's fullest name in the report; the same string for all its mentions.",
    "holder": "Who holds the position.",
    "holder.entity_id": "The entity's fullest name in the report.",
    "holder.text": "The words in the evidence that stand for the holder; null where there are none.",
    "concept_id": "A concept of the codebook.",
}
"""Field -> its description for a model, where that of the gold speaks of offsets or of the registry."""

_NULL = {"type": "null"}


class Vocabulary(NamedTuple):
    """A field with a closed list of labels: its description, and where the schemas define the labels."""

    field: str
    description: str
    kind: str
    name: str


def answer_schema(layers: Sequence[str] = LAYERS, concepts: Iterable[str] = ()) -> dict[str, Any]:
    """The JSON Schema of an answer: a prediction line without its doc_id, its records as quotes.

    It keeps to what strict structured output takes everywhere: every object is closed and requires all its properties,
    null says that the text gives nothing, and there are no keywords but type, properties, required,
    additionalProperties, items, enum, anyOf and description. With `concepts`, concept_id is one of them. Raises
    UnknownNameError.
    """
    records = {layer: _record(layer) for layer in known(layers)}
    if "stances" in records and (codebook := list(concepts)):
        records["stances"]["properties"]["concept_id"]["enum"] = codebook
    return _closed({layer: {"type": "array", "items": record} for layer, record in records.items()})


def vocabularies(layer: str) -> Iterator[Vocabulary]:
    """The fields of an answer's records that have labels."""
    kind, fields = _RECORDS[layer]
    for field in fields:
        yield from _vocabularies(schema(kind)["properties"][field], kind, field)


def known(layers: Sequence[str]) -> list[str]:
    """The layers in their own order, each once. Raises UnknownNameError for what is not one of LAYERS."""
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownNameError("layer of a prompt", layer, LAYERS)
    return [layer for layer in LAYERS if layer in layers]


def _record(layer: str) -> dict[str, Any]:
    kind, fields = _RECORDS[layer]
    return _closed({field: _asked(schema(kind)["properties"][field], kind, field) for field in fields})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _asked(part: dict[str, Any], kind: str, path: str) -> dict[str, Any]:
    """A part of a gold record's schema as it is asked of a model."""
    description = _WORDING.get(path, part.get("description"))
    value, nullable = _value(part)
    shape = _shape(value, kind, path)
    told = {"description": description} if description else {}
    return {**told, "anyOf": [shape, _NULL]} if nullable else {**told, **shape}


def _value(part: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """A part without its null, and whether it has one: in the schemas, null is the last of two choices."""
    if "anyOf" in part:
        return part["anyOf"][0], True
    if isinstance(part.get("type"), list):
        return {**part, "type": part["type"][0]}, True
    return part, False


def _shape(part: dict[str, Any], kind: str, path: str) -> dict[str, Any]:
    if "$ref" in part:
        return {"type": "string", "enum": list(labels(*_referred(part, kind)))}
    if part["type"] == "object":
        return _closed({name: _asked(inner, kind, f"{path}.{name}") for name, inner in _inside(part).items()})
    if part["type"] == "array":
        items = {key: value for key, value in part["items"].items() if key != "description"}
        return {"type": "array", "items": _asked(items, kind, path)}
    return {"type": part["type"]}


def _inside(part: dict[str, Any]) -> dict[str, Any]:
    """The properties of an object that are asked for: where it has offsets, the words that stand there."""
    asked = {name: inner for name, inner in part["properties"].items() if name not in _NOT_ASKED}
    quoted = "start" in part["properties"] and "text" not in asked
    return {**asked, "text": {"type": ["string", "null"]}} if quoted else asked


def _referred(part: dict[str, Any], kind: str) -> tuple[str, str]:
    """Record kind and field of "urn:dateline:schema:entity#/$defs/type", or of "#/$defs/status" in a schema."""
    base, _, name = part["$ref"].partition("#/$defs/")
    return base.rpartition(":")[2] or kind, name


def _vocabularies(part: dict[str, Any], kind: str, path: str) -> Iterator[Vocabulary]:
    value, _ = _value(part)
    if "$ref" in value:
        yield Vocabulary(path, part["description"], *_referred(value, kind))
    for name, inner in value.get("properties", {}).items():
        yield from _vocabularies(inner, kind, f"{path}.{name}")
