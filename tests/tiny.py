"""Tiny corpora for tests, made of records in short: a span may be given as `{"at": "its words"}`.

"words#2" is the second occurrence. What a record leaves out has the defaults of model.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.model import Concept, Document, Entity, Figure, Mention, Segment, Stance

KINDS: dict[str, Any] = {"segments": Segment, "entities": Mention, "figures": Figure, "stances": Stance}
CASES = Path(__file__).parent / "cases"


def placed(value: Any, text: str) -> Any:
    """The value with every `{"at": words}` in it turned into offsets."""
    if isinstance(value, list):
        return [placed(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: placed(item, text) for key, item in value.items() if key != "at"}
    return {**span(value["at"], text), **found} if "at" in value else found


def span(words: str, text: str) -> dict[str, int]:
    """The offsets of some words in a text."""
    quote, _, number = words.partition("#")
    match = list(re.finditer(re.escape(quote), text))[int(number or 1) - 1]
    return {"start": match.start(), "end": match.end()}


def document(text: str, doc_id: str = "d1", **layers: Iterable[Mapping[str, Any]]) -> GoldDocument:
    """A document with its gold; one segment for each line of the text unless segments are given."""
    lines = [{"start": match.start(), "end": match.end()} for match in re.finditer(r"[^\n]+", text)]
    given = {"segments": lines, **layers}
    records = {layer: _records(layer, doc_id, text, given.get(layer, ())) for layer in KINDS}
    return GoldDocument(document=_document(doc_id), text=text, errata=(), **records)


def _records(layer: str, doc_id: str, text: str, values: Iterable[Mapping[str, Any]]) -> Any:
    """Records in text order, with identifiers; segments are s001, s002, ..."""
    letter = {"segments": "s", "entities": "m", "figures": "f", "stances": "t"}[layer]
    full = (
        {"id": f"{letter}{index:03}", "doc_id": doc_id, **placed(value, text)} for index, value in enumerate(values, 1)
    )
    return tuple(msgspec.convert(value, KINDS[layer]) for value in full)


def _document(doc_id: str) -> Document:
    words = dict.fromkeys(Document.__struct_fields__, "")
    return Document(**{**words, "doc_id": doc_id, "bytes": 0, "code_points": 0})  # type: ignore[arg-type]  # by name


def corpus(
    *documents: GoldDocument, registry: Mapping[str, Sequence[str]] | None = None, concepts: Iterable[str] = ()
) -> Corpus:
    """A corpus; the registry is entity_id -> its name and aliases."""
    entities = {
        entity_id: Entity(entity_id=entity_id, type="location", name=names[0], aliases=tuple(names[1:]))
        for entity_id, names in (registry or {}).items()
    }
    codebook = {
        concept: Concept(concept_id=concept, kind="proposition", proposition=concept, definition=concept)
        for concept in concepts
    }
    return Corpus(Path(), "0", "digest", documents, entities, codebook)


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of tests/cases/<name>.json."""
    found: list[dict[str, Any]] = msgspec.json.decode((CASES / f"{name}.json").read_bytes())
    return found
