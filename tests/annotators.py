"""Annotation passes for tests: folders that say what the gold says, but for what a test changes in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dateline.corpus import Corpus
from dateline.disagreements import as_value
from dateline.passes import gold_pass

Value = dict[str, Any]


def write_pass(folder: Path, corpus: Corpus, **changes: Callable[[list[Value]], list[Value] | None]) -> Path:
    """A folder with the gold as a pass; a change takes the records of a layer and alters them or returns others."""
    folder.mkdir(parents=True)
    for layer, records in gold_pass(corpus).layers.items():
        values = [as_value(layer, record) for record in records]
        made = changes[layer](values) if layer in changes else None
        lines = (json.dumps(value, ensure_ascii=False) for value in (values if made is None else made))
        (folder / f"{layer}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def altered(name: str, /, **fields: Any) -> Callable[[list[Value]], None]:
    """The change that sets fields of one record."""

    def change(values: list[Value]) -> None:
        next(value for value in values if name in (value.get("id"), value.get("entity_id"))).update(fields)

    return change


def without(name: str) -> Callable[[list[Value]], list[Value]]:
    """The change that leaves one record out."""
    return lambda values: [value for value in values if name not in (value.get("id"), value.get("entity_id"))]
