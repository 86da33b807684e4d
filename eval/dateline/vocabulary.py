"""The labels and their definitions, read from the JSON Schemas, and where the data of an installation lies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from dateline.errors import DatelineError, UnknownNameError

KINDS = (
    "document",
    "segment",
    "erratum",
    "entity",
    "mention",
    "figure",
    "stance",
    "concept",
    "prediction",
    "labelmap",
)


@cache
def data_root() -> Path:
    """The folder that holds corpus/, annotations/ and schema/: inside a wheel, else the checkout.

    Raises DatelineError where neither is found.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "data", package.parents[1]):
        if (root / "schema").is_dir():
            return root
    raise DatelineError(
        f"no data beside {package}; expected a schema/ folder in the package's data/ or in the checkout"
    )


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a record kind. Raises UnknownNameError."""
    if kind not in KINDS:
        raise UnknownNameError("record kind", kind, KINDS)
    content = (data_root() / "schema" / f"{kind}.schema.json").read_bytes()
    decoded: dict[str, Any] = msgspec.json.decode(content)
    return decoded


@cache
def labels(kind: str, field: str) -> dict[str, dict[str, Any]]:
    """Label -> its entry in the schema (`description` and `x-` properties), in the schema's order.

    `labels("figure", "status")`. Raises UnknownNameError for a field without a vocabulary.
    """
    vocabularies = schema(kind).get("$defs", {})
    if field not in vocabularies:
        raise UnknownNameError(f"vocabulary of {kind}", field, vocabularies)
    return {entry["const"]: entry for entry in vocabularies[field]["oneOf"]}
