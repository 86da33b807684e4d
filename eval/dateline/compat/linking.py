"""Mentions, types and links with the numbers of neleval 3.1.1.

Known defect, reproduced here: sets are compared, so that a system may repeat a record at no cost, and a span with
several links or types is right with any of them that is in the gold. Which NIL cluster a mention is in is not scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from dateline.compat import plain
from dateline.layers.counts import Counts
from dateline.measures import f1, precision, recall

Numbers = dict[str, float]
"""The `precision`, `recall` and `fscore` of a measure; hits and misses of each side, `ptp`, `fp`, `rtp` and `fn`."""

_NIL = "NIL"  # what the identifier of every entity outside the knowledge base starts with


class Mention(msgspec.Struct, frozen=True):
    """A half-open span with type and identifier; `kb` is None or starts with NIL outside the knowledge base."""

    start: int
    end: int
    type: str | None = None
    kb: str | None = None


class Document(msgspec.Struct, frozen=True):
    """The mentions of both sides."""

    doc_id: str
    gold: tuple[Mention, ...]
    pred: tuple[Mention, ...]


class Item(NamedTuple):
    """What is compared of a mention; `kb` is None for everything outside the knowledge base."""

    doc_id: str
    start: int
    end: int
    type: str | None
    kb: str | None


class Measure(NamedTuple):
    """The fields that must be equal, and whether linked mentions are compared, NIL mentions, or (None) all."""

    fields: tuple[str, ...]
    linked: bool | None = None


_SPAN = ("doc_id", "start", "end")

MEASURES = {
    "strong_mention_match": Measure(_SPAN),
    "strong_typed_mention_match": Measure((*_SPAN, "type")),
    "strong_link_match": Measure((*_SPAN, "kb"), linked=True),
    "strong_typed_link_match": Measure((*_SPAN, "type", "kb"), linked=True),
    "strong_nil_match": Measure(_SPAN, linked=False),
    "strong_all_match": Measure((*_SPAN, "kb")),
    "strong_typed_all_match": Measure((*_SPAN, "type", "kb")),
    "entity_match": Measure(("doc_id", "kb"), linked=True),
}
"""Measure -> what it compares: `entity_match` the entities of each document, the others mentions."""


def score(documents: Sequence[Mapping[str, Any]]) -> dict[str, Numbers]:
    """The numbers of each measure over documents `{"doc_id", "gold": mentions, "pred": mentions}`.

    A mention is `{"start", "end", "type", "kb"}`. What agrees in all fields that a measure compares counts once; 0/0
    is 0. Raises InputError.
    """
    read = plain(documents, tuple[Document, ...], "documents")
    gold = {_item(document.doc_id, mention) for document in read for mention in document.gold}
    found = {_item(document.doc_id, mention) for document in read for mention in document.pred}
    return {name: _numbers(_keys(gold, measure), _keys(found, measure)) for name, measure in MEASURES.items()}


def _item(doc_id: str, mention: Mention) -> Item:
    kb = None if mention.kb is None or mention.kb.startswith(_NIL) else mention.kb
    return Item(doc_id, mention.start, mention.end, mention.type, kb)


def _keys(items: Iterable[Item], measure: Measure) -> set[Any]:
    """What a measure compares of the items that it looks at."""
    key = attrgetter(*measure.fields)
    return {key(item) for item in items if measure.linked in (None, item.kb is not None)}


def _numbers(gold: set[Any], found: set[Any]) -> Numbers:
    hits = len(gold & found)
    counts = Counts(hits, len(gold), hits, len(found))
    quotients = {"precision": precision, "recall": recall, "fscore": f1}
    return {
        **{name: quotient(counts).value or 0.0 for name, quotient in quotients.items()},
        **{"ptp": hits, "fp": len(found) - hits, "rtp": hits, "fn": len(gold) - hits},
    }
