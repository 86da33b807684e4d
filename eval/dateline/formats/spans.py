"""Files in which each document is a list of spans, as pipelines return them: whose list is whose.

A file is JSON or JSON Lines. A list belongs to the document that is the key of it, or that stands beside it as
`doc_id`; lists without a name are those of the corpus' documents, in their order, if they are as many. An object with a
`doc_id` and no list is a single span.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dateline.corpus import Corpus
from dateline.formats.common import Intake, json_values
from dateline.formats.flat import of_document


class Spans(NamedTuple):
    """The spans of a document, or some of them; `shared` is what is said of the document as a whole."""

    doc_id: str
    items: list[Any]
    line: int
    shared: dict[str, Any]


def by_document(intake: Intake, corpus: Corpus) -> Iterator[Spans]:
    """All lists of a file that belong to a document; the others are errors of the intake. Raises InputError."""
    unnamed: list[tuple[int, list[Any]]] = []
    for line, value in json_values(intake):
        if isinstance(value, dict):
            yield from _named(value, line, intake)
        elif isinstance(value, list) and value and all(isinstance(item, list) for item in value):
            unnamed += ((line, item) for item in value)
        elif isinstance(value, list):
            unnamed.append((line, value))
        else:
            intake.refuse("wrong-type", "neither a list nor an object", "expected lists of spans", line)
    if unnamed and len(unnamed) != len(corpus.documents):
        message = f"{len(unnamed)} lists without a doc_id, for {len(corpus.documents)} documents of the corpus"
        intake.refuse("unnamed-document", message, 'expected {"doc_id": ..., "spans": [...]}', unnamed[0][0])
        return
    for document, (line, items) in zip(corpus.documents, unnamed, strict=False):
        yield Spans(document.doc_id, items, line, {})


def _named(value: dict[str, Any], line: int, intake: Intake) -> Iterator[Spans]:
    """The lists of an object."""
    lists = {key: content for key, content in value.items() if isinstance(content, list)}
    doc_id = value.get("doc_id")
    if doc_id is None and lists and len(lists) == len(value):
        yield from (Spans(key, items, line, {}) for key, items in lists.items())
    elif isinstance(doc_id, str) and len(lists) <= 1:
        shared = {key: value[key] for key in of_document() if key in value}
        single = [{key: content for key, content in value.items() if key != "doc_id" and key not in shared}]
        yield Spans(doc_id, next(iter(lists.values()), [] if "error" in shared else single), line, shared)
    else:
        allowed = 'expected {"doc_id": ..., "spans": [...]} or {doc_id: [...]}'
        intake.refuse("unnamed-document", "an object that says not whose spans it has", allowed, line)


def take(spans: Spans, intake: Intake) -> None:
    """The document of some spans, with what is said of it as a whole; their scores are lost."""
    intake.layer(spans.doc_id, "entities", spans.line)
    intake.document(spans.doc_id).update(spans.shared)
    intake.lost["score"] += sum("score" in item for item in spans.items if isinstance(item, dict))


def renamed(item: Any, names: Mapping[str, str]) -> Any:
    """The record of a span: what it has of some keys, by their names in records.

    What is no object stays as it is, for `predictions.read` to name.
    """
    if not isinstance(item, dict):
        return item
    return {name: item[key] for key, name in names.items() if item.get(key) is not None}
