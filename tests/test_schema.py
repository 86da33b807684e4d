"""The JSON Schemas: valid, closed, and with a description for every field and label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dateline.errors import UnknownNameError
from dateline.validation import problems
from dateline.vocabulary import KINDS, data_root, labels, schema


def parts(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a schema with its place."""
    if isinstance(part, dict):
        yield path, part
        for key, inner in part.items():
            yield from parts(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from parts(inner, f"{path}/{index}")


def test_there_is_one_file_for_each_kind() -> None:
    names = {path.name.removesuffix(".schema.json") for path in (data_root() / "schema").glob("*.json")}
    assert names == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_2020_12_under_its_own_id(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema(kind)["$id"] == f"urn:dateline:schema:{kind}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: str) -> None:
    fields = {
        f"{path}/{name}": field
        for path, part in parts(schema(kind))
        if "additionalProperties" in part
        for name, field in part["properties"].items()
    }
    assert [path for path, field in fields.items() if not field.get("description")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_label_is_described_and_stands_once(kind: str) -> None:
    for name, vocabulary in schema(kind).get("$defs", {}).items():
        if "oneOf" in vocabulary:
            constants = [entry["const"] for entry in vocabulary["oneOf"]]
            assert len(set(constants)) == len(constants), name
            assert all(entry["description"] for entry in vocabulary["oneOf"]), name


@pytest.mark.parametrize("kind", KINDS)
def test_objects_are_closed(kind: str) -> None:
    open_ones = [
        path
        for path, part in parts(schema(kind))
        if "properties" in part and "if" not in path and "then" not in path and "else" not in path
        if part.get("additionalProperties") is not False
    ]
    assert open_ones == []


def test_every_category_says_which_hxl_hashtag_it_has_or_that_it_has_none() -> None:
    hashtags = [entry["x-hxl"] for entry in labels("figure", "category").values()]
    assert all(tag is None or tag.startswith("#") for tag in hashtags)


@pytest.mark.parametrize(
    ("place", "allowed"),
    [
        ({"start": 0, "end": 4}, True),
        ({"text": "Chad"}, True),
        ({"text": "Chad", "prefix": "of ", "suffix": "."}, True),
        ({"start": 0, "end": 4, "text": "Chad"}, True),
        ({}, False),
        ({"start": 0}, False),
        ({"end": 4, "text": "Chad"}, False),
        ({"start": None, "end": None, "text": "Chad"}, False),
        ({"prefix": "of "}, False),
    ],
)
@pytest.mark.parametrize("kind", ["segment", "entity", "figure"])
def test_a_predicted_record_has_both_offsets_or_a_text(kind: str, place: dict[str, Any], allowed: bool) -> None:
    record = {**place, **({"type": "location"} if kind == "entity" else {})}
    assert (not list(problems(f"prediction#/$defs/{kind}", record))) == allowed


def test_unknown_kinds_and_fields_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="unknown record kind 'poem'; known: document"):
        schema("poem")
    with pytest.raises(UnknownNameError, match="unknown vocabulary of segment 'colour'; known: kind"):
        labels("segment", "colour")
