"""The gold as a language model would answer: quotes in place of offsets, and no field but those it is asked for."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from dateline.corpus import Corpus
from dateline.prompts import LAYERS, answer_schema
from dateline.scoring import gold_predictions


def gold_answer(corpus: Corpus, doc_id: str) -> str:
    """The answer about a document, as JSON."""
    (gold,) = [prediction for prediction in gold_predictions(corpus) if prediction.doc_id == doc_id]
    return json.dumps(asked({layer: msgspec.to_builtins(getattr(gold, layer)) for layer in LAYERS}, answer_schema()))


def asked(value: Any, schema: dict[str, Any]) -> Any:
    """What a part of the answer's schema asks for of a value; a mention where it asks for a name is that name."""
    kinds = {kind: part for part in schema.get("anyOf", [schema]) for kind in [part["type"]] if isinstance(kind, str)}
    if isinstance(value, list | tuple):
        return [asked(item, kinds["array"]["items"]) for item in value]
    if isinstance(value, dict) and "object" in kinds:
        return {name: asked(value.get(name), part) for name, part in kinds["object"]["properties"].items()}
    return value["entity_id"] if isinstance(value, dict) else value
