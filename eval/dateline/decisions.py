"""The decision file of an adjudication: a line for everything that either of two annotators said.

What both said alike is decided ("agreed") when the line is written. The rest waits for a decision, with both readings,
the text around them and the section of the guidelines that they turn on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus
from dateline.disagreements import FACTS, Item, as_value, items
from dateline.errors import InputError, Problem
from dateline.files import as_readable_jsonl, read_lines
from dateline.model import Record
from dateline.passes import LAYERS, REGISTRY, Pass, gold_pass, name_of

AGREED, A, B, BOTH, NEITHER, EDITED = "agreed", "A", "B", "both", "neither", "edited"
DECISIONS = (AGREED, A, B, BOTH, NEITHER, EDITED)

_LETTERS = {"segments": "s", "errata": "x", "entities": "m", "figures": "f", "stances": "t"}
_PART_OF_REGISTRY = "entities"  # of the guidelines

Key = tuple[str, str, str | None, str | None]
"""Layer, document ("" for the registry and for facts), and the identifiers in the two passes."""


class Decision(Record, frozen=True, kw_only=True):
    """A line of the decision file: what is to be decided, and once it is, how and why.

    `a` and `b` are the identifiers in the two passes; both are None for a record that neither has. `ids` are the
    gold's, one for each record that the decision makes. `reason` and `anchor`, a section of the guidelines, are
    required of every decision but "agreed"; `record` is the whole record of an "edited" one, with the gold's names.
    """

    layer: str
    doc_id: str
    a: str | None
    b: str | None
    decision: str | None
    ids: tuple[str, ...]
    reason: str | None = None
    anchor: str | None = None
    record: dict[str, Any] | None = None
    differs: tuple[str, ...] = ()
    reading_a: dict[str, Any] | None = None
    reading_b: dict[str, Any] | None = None
    context: str | None = None

    @property
    def key(self) -> Key:
        """What the decision is about."""
        return self.layer, self.doc_id, self.a, self.b


class Located(NamedTuple):
    """A decision and the line of the file that it stands in."""

    line: int
    decision: Decision


def draft(first: Pass, second: Pass, corpus: Corpus) -> list[Decision]:
    """A line for everything that either annotator said.

    What the gold already has keeps its identifier; the rest is numbered on from there, in the order of the text.
    """
    return lines(items(first, second, corpus), first, second, corpus)


def lines(found: Iterable[Item], first: Pass, second: Pass, corpus: Corpus) -> list[Decision]:
    """A line for each of these items."""
    number = _Numbers(first, second, corpus)
    return [_line(item, number(item), corpus) for item in found]


def undecided(first: Pass, second: Pass, corpus: Corpus) -> list[Decision]:
    """The lines of `draft` that wait for a decision: the disagreements."""
    return [line for line in draft(first, second, corpus) if line.decision is None]


def as_jsonl(decisions: Iterable[Decision]) -> bytes:
    """The decision file: JSON Lines; an open decision is null."""
    return as_readable_jsonl(map(_written, decisions))


def read_decisions(path: Path) -> list[Located]:
    """The lines of a decision file. Raises InputError with every line that is none."""
    found: list[Problem] = []
    located = []
    for line in read_lines(path):
        try:
            located.append(Located(line.number, msgspec.json.decode(line.content, type=Decision)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            allowed = "a line as `dateline adjudicate` writes it"
            found.append(Problem("unreadable-decision", "error", str(path), line.number, "", str(error), allowed))
    if found:
        raise InputError(found)
    return located


def key_of(item: Item) -> Key:
    """The key of the decision about an item."""
    a, b = (None if side is None else name_of(side) for side in (item.first, item.second))
    return item.layer, item.doc_id, a, b


def readings(item: Item) -> Iterator[dict[str, Any] | None]:
    """What the two annotators say, as JSON objects: the fields in which they differ, or the record of one alone."""
    for side in (item.first, item.second):
        value = None if side is None or item.layer == FACTS else as_value(item.layer, side)
        yield {key: value[key] for key in item.differs or value} if value and not item.agreed else None


def _line(item: Item, name: str, corpus: Corpus) -> Decision:
    layer, doc_id, a, b = key_of(item)
    if item.agreed:
        return Decision(layer=layer, doc_id=doc_id, a=a, b=b, decision=AGREED, ids=(name,))
    part = _PART_OF_REGISTRY if layer == REGISTRY else layer
    reading_a, reading_b = readings(item)
    return Decision(
        layer=layer,
        doc_id=doc_id,
        a=a,
        b=b,
        decision=None,
        ids=(name,),
        anchor="-".join((part, *item.differs[:1])),
        differs=item.differs,
        reading_a=reading_a,
        reading_b=reading_b,
        context=_context(item, corpus),
    )


def _context(item: Item, corpus: Corpus) -> str | None:
    """The segments that the readings touch, with the stretch in question between >> and <<."""
    if item.layer == REGISTRY:
        return None
    document = corpus.document(item.doc_id)
    sides = [side for side in (item.first, item.second) if side is not None]
    start, end = min(side.start for side in sides), max(side.end for side in sides)
    touched = [one for one in document.segments if one.start < max(end, start + 1) and start < one.end]
    low, high = min([start, *(one.start for one in touched)]), max([end, *(one.end for one in touched)])
    return f"{document.text[low:start]}>>{document.text[start:end]}<<{document.text[end:high]}"


def _written(decision: Decision) -> dict[str, Any]:
    """A decision without the fields that say nothing; the decision itself stays, open or not."""
    fields = ((field, getattr(decision, field.name)) for field in msgspec.structs.fields(decision))
    return {field.name: value for field, value in fields if field.required or value != field.default}


class _Numbers:
    """Names an item as the gold does, and what the gold does not have by the next free number."""

    def __init__(self, first: Pass, second: Pass, corpus: Corpus) -> None:
        gold = gold_pass(corpus)
        self.known = [dict(_paired(one, gold, corpus)) for one in (first, second)]
        self.used: dict[str, set[str]] = {
            layer: {name_of(record) for record in gold.layers[layer]} for layer in LAYERS if layer in gold.layers
        }
        self.given: set[tuple[str, str]] = set()

    def __call__(self, item: Item) -> str:
        for side, known in zip((item.first, item.second), self.known, strict=True):
            name = None if side is None else known.get((item.layer, item.doc_id, name_of(side)))
            if name and (item.layer, name) not in self.given:
                self.given.add((item.layer, name))
                return name
        return self._next(item)

    def _next(self, item: Item) -> str:
        """The annotator's own name for an entity or a fact, the next number for a record of the text."""
        if item.layer not in _LETTERS:
            return name_of(item.first or item.second)
        used, letter = self.used[item.layer], _LETTERS[item.layer]
        last = max((int(name[1:]) for name in used if name[1:].isdigit()), default=0)
        used.add(f"{letter}{last + 1:03}")
        return f"{letter}{last + 1:03}"


def _paired(one: Pass, gold: Pass, corpus: Corpus) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Layer, document and identifier in a pass -> the identifier that the gold has for the same thing."""
    for item in items(one, gold, corpus):
        if item.first is not None and item.second is not None:
            yield (item.layer, item.doc_id, name_of(item.first)), name_of(item.second)
