"""Values against the JSON Schemas, with findings that a reader can act on.

Types are strict: `true` is no integer and neither is `12.0`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from dateline.vocabulary import KINDS, schema

LONGEST_QUOTE = 80  # characters of a value that a message repeats


class Finding(NamedTuple):
    """One thing wrong with a value: where in it (keys and indexes), a stable code, what is wrong, what is allowed."""

    path: tuple[str | int, ...]
    code: str
    message: str
    allowed: str


def problems(kind: str, value: object) -> Iterator[Finding]:
    """What keeps a decoded JSON value from being a record of this kind; nothing if it is one.

    `kind` is a record kind ("figure") or a part of one ("prediction#/$defs/figure"). Codes: unknown-key, missing-key,
    wrong-type, unknown-label, out-of-range, pattern, empty, duplicate-item, optional-reason. Raises UnknownNameError.
    """
    found = (finding for error in _validator(kind).iter_errors(value) for finding in _findings(error))
    yield from sorted(dict.fromkeys(found), key=_in_order)


def _in_order(finding: Finding) -> list[tuple[bool, str | int]]:
    """The sort key of findings: by place, indexes as numbers."""
    return [(isinstance(step, str), step) for step in finding.path]


def dotted(path: tuple[str | int, ...]) -> str:
    """A path as it is written in messages: `lower.value`, `expression[0].text`; empty for the value itself."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def quote(value: object) -> str:
    """A value as JSON, shortened to LONGEST_QUOTE characters: how messages repeat what was found.

    Python values that JSON has not are shown as Python does.
    """
    written = json.dumps(value, ensure_ascii=False, default=repr)
    return written if len(written) <= LONGEST_QUOTE else f"{written[:LONGEST_QUOTE]}..."


@cache
def _validator(kind: str) -> Any:  # typed Any, as the library's own types leave every value open
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    schema(kind.partition("#")[0])
    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    extend: Any = validators.extend
    # without "$schema", which would make jsonschema leave the strict validator for its own at the first reference
    contents = ((name, {key: part for key, part in schema(name).items() if key != "$schema"}) for name in KINDS)
    registry: Registry[Any] = Registry().with_resources(
        (f"urn:dateline:schema:{name}", DRAFT202012.create_resource(content)) for name, content in contents
    )
    strict = extend(Draft202012Validator, type_checker=checker)
    return strict({"$ref": f"urn:dateline:schema:{kind}"}, registry=registry)


class _Told(NamedTuple):
    code: str
    message: str
    allowed: str


def _findings(error: Any) -> Iterator[Finding]:
    """The findings of one jsonschema.ValidationError."""
    if error.validator == "anyOf":
        yield from _any_of(error)
        return
    conditional = {"then", "else"} & set(error.absolute_schema_path)
    explain = _optional_reason if conditional else _EXPLAIN[error.validator]
    for told in explain(error.instance, error.schema):
        yield Finding(tuple(error.absolute_path), *told)


def _any_of(error: Any) -> Iterator[Finding]:
    """The findings of the first alternative that takes a value of this type; else what types there are."""
    branches = [list(errors) for _, errors in groupby(error.context, key=lambda inner: inner.relative_schema_path[0])]
    fitting = [branch for branch in branches if not any(map(_is_type_error, branch))]
    place = tuple(error.absolute_path)
    if not fitting:
        expected = " or ".join(branch["type"] for branch in error.validator_value)
        yield Finding(place, "wrong-type", f"{quote(error.instance)} is of the wrong type", f"expected {expected}")
    elif all("required" in branch for branch in error.validator_value):
        wanted = ", or ".join(" and ".join(branch["required"]) for branch in error.validator_value)
        yield Finding(place, "missing-key", "a key is missing", f"required: {wanted}")
    else:
        null = ", or null" if {"type": "null"} in error.validator_value else ""
        for finding in (finding for inner in fitting[0] for finding in _findings(inner)):
            yield finding._replace(allowed=finding.allowed + null)


def _is_type_error(error: Any) -> bool:
    return error.validator == "type" and not error.relative_path


def _unknown_keys(value: Any, schema: Any) -> Iterator[_Told]:
    for key in value:
        if key not in schema["properties"]:
            yield _Told("unknown-key", f"unknown key {quote(key)}", f"known: {', '.join(schema['properties'])}")


def _missing_keys(value: Any, schema: Any) -> Iterator[_Told]:
    for key in schema["required"]:
        if key not in value:
            meaning = schema["properties"][key].get("description", "")
            yield _Told("missing-key", f"missing key {quote(key)}", f"required: {meaning}".strip())


def _missing_partners(value: Any, schema: Any) -> Iterator[_Told]:
    for key, partners in schema["dependentRequired"].items():
        for partner in partners:
            if key in value and partner not in value:
                yield _Told("missing-key", f"missing key {quote(partner)}", f"required beside {quote(key)}")


def _wrong_type(value: Any, schema: Any) -> Iterator[_Told]:
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    yield _Told("wrong-type", f"{quote(value)} is of the wrong type", f"expected {' or '.join(types)}")


def _unknown_label(value: Any, schema: Any) -> Iterator[_Told]:
    known = schema.get("enum") or [entry["const"] for entry in schema["oneOf"]]
    code = "unknown-label" if isinstance(value, str) else "wrong-type"
    yield _Told(code, f"{quote(value)} is not a label of this field", f"known: {', '.join(known)}")


def _out_of_range(value: Any, schema: Any) -> Iterator[_Told]:
    yield _Told("out-of-range", f"{quote(value)} is too small", f"at least {schema['minimum']}")


def _pattern(value: Any, schema: Any) -> Iterator[_Told]:
    yield _Told("pattern", f"{quote(value)} is not of the right form", f"expected {schema['pattern']}")


def _empty(value: Any, schema: Any) -> Iterator[_Told]:
    yield _Told("empty", f"{quote(value)} is empty", "something is expected here")


def _duplicate_item(value: Any, schema: Any) -> Iterator[_Told]:
    yield _Told("duplicate-item", f"{quote(value)} names something twice", "each at most once")


def _optional_reason(value: Any, schema: Any) -> Iterator[_Told]:
    allowed = "a reason where optional is true, null where it is false"
    yield _Told("optional-reason", f"{quote(value)} does not go with optional", allowed)


_EXPLAIN: dict[str, Callable[[Any, Any], Iterator[_Told]]] = {  # (value, schema) for every keyword that schema/ uses
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "dependentRequired": _missing_partners,
    "type": _wrong_type,
    "oneOf": _unknown_label,
    "enum": _unknown_label,
    "minimum": _out_of_range,
    "pattern": _pattern,
    "minLength": _empty,
    "minItems": _empty,
    "uniqueItems": _duplicate_item,
}
