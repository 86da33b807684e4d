"""From two passes and the decisions about them to the gold: nothing undecided passes, and nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, load, read_records
from dateline.decisions import (
    AGREED,
    BOTH,
    DECISIONS,
    EDITED,
    NEITHER,
    A,
    B,
    Decision,
    Key,
    Located,
    as_jsonl,
    key_of,
    lines,
    read_decisions,
    readings,
)
from dateline.disagreements import FACTS, Item, Names, as_value, items, pointers, renamed
from dateline.errors import DatelineError, InputError, Problem
from dateline.files import as_readable_jsonl, write_bytes
from dateline.guidelines import anchors
from dateline.model import Record
from dateline.passes import LAYERS, REGISTRY, Pass, read_pass
from dateline.validation import dotted, problems, quote
from dateline.vocabulary import schema

DECISION_FILE = "adjudication.jsonl"

Value = dict[str, Any]
"""A record as a JSON object."""


class Outcome(NamedTuple):
    """What became of an adjudication: the decision file, how many decisions are open, and the files of the gold."""

    decisions: Path
    open: int
    written: tuple[Path, ...]


class Identifiers(Record, frozen=True, kw_only=True):
    """A line of the file of verified identifiers, which are set in a pass of their own.

    `name` replaces the registry's; `sources` says for each field where it was read.
    """

    entity_id: str
    name: str
    wikidata: str | None = None
    geonames: int | None = None
    iso3166: str | None = None
    sources: dict[str, str] = {}


def adjudicate(
    first: Path | str,
    second: Path | str,
    folder: Path | str,
    decisions: Path | str | None = None,
    identifiers: Path | str | None = None,
    corpus: Corpus | None = None,
) -> Outcome:
    """Write the gold of two passes into a folder, laid out as a checkout, once everything is decided.

    While there is no decision file (by default adjudication.jsonl in the folder) it is written; one that lacks lines
    gets them, and none of its lines is changed. `identifiers` is a file of Identifiers for the registry. Raises
    InputError with every decision that is not one, and for passes that are not of the same documents and layers.
    """
    base = corpus or load()
    sides = read_pass(first, base), read_pass(second, base)
    _comparable(*sides)
    path = Path(decisions) if decisions is not None else Path(folder) / DECISION_FILE
    located = read_decisions(path) if path.exists() else []
    known, found = {one.decision.key for one in located}, items(*sides, base)
    if any(key_of(item) not in known for item in found):
        fresh = (line for line in lines(found, *sides, base) if line.key not in known)
        write_bytes(path, as_jsonl([*(one.decision for one in located), *fresh]))
        located = read_decisions(path)
    if unsettled := sum(one.decision.decision is None for one in located):
        return Outcome(path, unsettled, ())
    linked = read_records(Path(identifiers), Identifiers) if identifiers is not None else ()
    files = build(located, found, sides[0], base, linked, str(path))
    for name, content in files.items():
        write_bytes(Path(folder) / name, content)
    return Outcome(path, 0, tuple(Path(folder) / name for name in files))


def build(
    located: Sequence[Located],
    found: Iterable[Item],
    one: Pass,
    corpus: Corpus,
    identifiers: Iterable[Identifiers] = (),
    file: str = "<decisions>",
) -> dict[str, bytes]:
    """The files of the gold, by their path in a checkout, from the items of two passes and the decisions about them.

    `one` is either pass: both are of the same documents and layers. Raises InputError with everything that is wrong.
    """
    by_key = {key_of(item): item for item in found}
    _raise(_faults(located, by_key, anchors(corpus.root)), file)
    names = _names(located, A), _names(located, B)
    made = [(at, value) for at in located for value in _records(at.decision, by_key.get(at.decision.key), names)]
    registry = {value["entity_id"]: value for at, value in made if at.decision.layer == REGISTRY}
    registry |= {name: value for name, value in _elsewhere(one, corpus).items() if name not in registry}
    _raise(_unfounded(made, registry), file)
    layers: defaultdict[tuple[str, str], list[Value]] = defaultdict(list)
    for at, value in made:
        layers[at.decision.layer, at.decision.doc_id].append(value)
    return dict(_files(layers, _linked(registry, identifiers), one, corpus))


def _comparable(first: Pass, second: Pass) -> None:
    """Raises DatelineError for passes that are not of the same documents and layers."""
    for what, one, other in (
        ("layers", {*first.layers}, {*second.layers}),
        ("documents", {*first.documents()}, {*second.documents()}),
    ):
        if alone := one ^ other:
            raise DatelineError(
                f"only one of {first.name} and {second.name} has the {what} {', '.join(sorted(alone))}; both must have "
                "the same to be adjudicated"
            )


Fault = tuple[str, str, str]
"""Code, what is wrong, what is allowed."""


def _faults(
    located: Iterable[Located], by_key: Mapping[Key, Item], sections: frozenset[str]
) -> Iterator[tuple[Located, Fault]]:
    """Everything that is wrong with the decisions, each for itself."""
    seen: set[Key] = set()
    for one in located:
        decision, item = one.decision, by_key.get(one.decision.key)
        alone = decision.a is None and decision.b is None
        if item is None and not alone:
            yield one, ("stale-decision", "neither pass has this", "remove the line, or mend its a and b")
        elif decision.key in seen and not alone:
            yield one, ("duplicate-decision", "it stands before, too", "one line for each thing")
        else:
            yield from ((one, fault) for judge in _JUDGES for fault in judge(decision, item, sections))
        seen.add(decision.key)


def _kind_of_decision(decision: Decision, item: Item | None, sections: frozenset[str]) -> Iterator[Fault]:
    """It is one of the decisions, and one that its readings allow."""
    allowed = [name for name in DECISIONS if _possible(name, item)]
    if decision.decision not in allowed:
        said = f"{quote(decision.decision)} is no decision about this"
        yield "unknown-decision", said, f"allowed: {', '.join(allowed)}"


def _possible(name: str, item: Item | None) -> bool:
    if item is None:
        return name == EDITED
    if item.layer == FACTS:
        return name == AGREED
    present = {A: item.first is not None, B: item.second is not None}
    return {AGREED: item.agreed, **present, BOTH: all(present.values())}.get(name, True)


def _grounds(decision: Decision, item: Item | None, sections: frozenset[str]) -> Iterator[Fault]:
    """A reason and a section of the guidelines, unless the annotators agreed."""
    if decision.decision == AGREED:
        return
    if not (decision.reason or "").strip():
        yield "missing-reason", "the decision gives no reason", "say in `reason` why"
    if decision.anchor not in sections:
        said = f"{quote(decision.anchor)} is no section of the guidelines"
        yield "unknown-anchor", said, "an anchor of annotations/GUIDELINES.md"


def _reading(decision: Decision, item: Item | None, sections: frozenset[str]) -> Iterator[Fault]:
    """The readings that were decided about are those of the passes."""
    now = tuple(readings(item)) if item else (None, None)
    then = decision.reading_a, decision.reading_b
    for name, old, new in zip("ab", then, now, strict=True):
        if old is not None and new is not None and old != new:
            yield "changed-reading", f"reading_{name} is not what the pass says", "decide anew what has changed"


def _record(decision: Decision, item: Item | None, sections: frozenset[str]) -> Iterator[Fault]:
    """An edited record, and no other, is given whole, and is as its schema says."""
    if (decision.decision == EDITED) != (decision.record is not None):
        yield "misplaced-record", "a record goes with the decision edited, and with no other", "give both or neither"
        return
    for finding in problems(LAYERS[decision.layer][0], decision.record) if decision.record is not None else ():
        yield finding.code, f"record {dotted(finding.path)}: {finding.message}", finding.allowed


def _enough_ids(decision: Decision, item: Item | None, sections: frozenset[str]) -> Iterator[Fault]:
    """There is an identifier for each record that is made."""
    needed = 0 if decision.decision == NEITHER else 2 if item and _splits(decision, item) else 1
    if len(decision.ids) < needed:
        yield "missing-id", f"ids has {len(decision.ids)} identifiers", f"{needed} records are made, each has one"


_JUDGES: tuple[Callable[[Decision, Item | None, frozenset[str]], Iterator[Fault]], ...] = (
    _kind_of_decision,
    _grounds,
    _reading,
    _record,
    _enough_ids,
)


def _splits(decision: Decision, item: Item) -> bool:
    """Whether "both" means two records: one with the other's labels as alternatives will do where only these differ."""
    if decision.decision != BOTH:
        return False
    kept = schema(LAYERS[item.layer][0])["properties"].get("alternatives", {}).get("properties", {})
    return not {*item.differs} <= kept.keys()


def _names(located: Iterable[Located], side: str) -> Names:
    """The gold's identifiers for those of one annotator."""
    entities: dict[str, str] = {}
    facts: dict[str, str] = {}
    for one in located:
        decision = one.decision
        own, table = (decision.a if side == A else decision.b), entities if decision.layer == REGISTRY else facts
        if decision.layer in (REGISTRY, FACTS) and own is not None and decision.decision != NEITHER:
            table[own] = decision.ids[-1 if side == B and decision.decision == BOTH else 0]
    return Names(entities, facts)


def _records(decision: Decision, item: Item | None, names: tuple[Names, Names]) -> Iterator[Value]:
    """The records that a decision makes, with the gold's identifiers."""
    if decision.layer == FACTS or decision.decision == NEITHER:
        return
    if decision.decision == EDITED:
        edited = msgspec.convert(decision.record, LAYERS[decision.layer][1])
        yield _named(decision.layer, as_value(decision.layer, edited), decision.ids[0])
        return
    sides = (item.first, item.second) if item else (None, None)
    first, second = (
        {} if side is None else renamed(as_value(decision.layer, side), known)
        for side, known in zip(sides, names, strict=True)
    )
    if decision.decision != BOTH:
        yield _named(decision.layer, second if decision.decision == B else first, decision.ids[0])
    elif item and _splits(decision, item):
        yield from (
            _named(decision.layer, value, name) for value, name in zip((first, second), decision.ids, strict=False)
        )
    elif item:
        yield _named(decision.layer, _with_alternatives(first, second, item.differs), decision.ids[0])


def _with_alternatives(first: Value, second: Value, fields: Iterable[str]) -> Value:
    """The first record, with the second's labels as other right ones."""
    added = {field: [*first["alternatives"].get(field, ()), second[field]] for field in fields}
    return {**first, "alternatives": {**first["alternatives"], **added}}


def _named(layer: str, value: Value, name: str) -> Value:
    return {**value, _name_key(layer): name}


def _name_key(layer: str) -> str:
    """The field that names a record of the gold."""
    return "entity_id" if layer == REGISTRY else "id"


def _unfounded(made: Iterable[tuple[Located, Value]], registry: Mapping[str, Value]) -> Iterator[tuple[Located, Fault]]:
    """Identifiers that stand twice, and references to entities that the gold does not have."""
    seen: set[tuple[str, str]] = set()
    for one, value in made:
        layer = one.decision.layer
        name = value[_name_key(layer)]
        if (layer, name) in seen:
            yield one, ("duplicate-id", f"{quote(name)} is the identifier of another record, too", "each once")
        seen.add((layer, name))
        for entity_id in dict.fromkeys(pointers(value)):
            if entity_id not in registry:
                said = f"{quote(entity_id)} is no entity of the gold"
                yield one, ("unknown-entity", said, "decide about the registry so that it is kept, or edit the record")


def _elsewhere(one: Pass, corpus: Corpus) -> dict[str, Value]:
    """The entities that documents outside the passes mention, with all that they are part of or related to."""
    others = [document for document in corpus.documents if document.doc_id not in one.documents()]
    waiting = [mention.entity_id for document in others for mention in document.entities]
    found: dict[str, Value] = {}
    while waiting:
        entity = corpus.registry.get(waiting.pop() or "")
        if entity is not None and entity.entity_id not in found:
            found[entity.entity_id] = as_value(REGISTRY, entity)
            waiting += [entity.part_of, entity.related]
    return found


def _linked(registry: Mapping[str, Value], identifiers: Iterable[Identifiers]) -> dict[str, Value]:
    """The registry with the identifiers of outer knowledge bases. Raises DatelineError for an entity that it lacks."""
    linked = {one.entity_id: one for one in identifiers}
    if unknown := linked.keys() - registry.keys():
        raise DatelineError(f"identifiers of {', '.join(sorted(unknown))}; the gold has no such entities")

    def with_identifiers(value: Value) -> Value:
        found = linked.get(value["entity_id"])
        return value if found is None else {key: getattr(found, key, value[key]) for key in value}

    return {name: with_identifiers(value) for name, value in registry.items()}


def _files(
    layers: Mapping[tuple[str, str], Sequence[Value]], registry: Mapping[str, Value], one: Pass, corpus: Corpus
) -> Iterator[tuple[str, bytes]]:
    """The files by path: a layer's for each document, and the registry in the order of first mentions."""
    mentioned: list[str] = []
    for document in corpus.documents:
        doc_id = document.doc_id
        if doc_id not in one.documents():
            mentioned += (mention.entity_id or "" for mention in document.entities)
            continue
        for layer in (name for name in LAYERS if name in one.layers and name != REGISTRY):
            values = sorted(layers.get((layer, doc_id), ()), key=_order)
            mentioned += (value["entity_id"] for value in values if layer == "entities")
            folder = "corpus" if layer in ("segments", "errata") else "annotations"
            yield f"{folder}/{doc_id}/{layer}.jsonl", as_readable_jsonl(values)
    if REGISTRY in one.layers:
        order = {name: place for place, name in enumerate(dict.fromkeys(mentioned))}
        known = sorted(registry, key=lambda name: (order.get(name, len(order)), name))
        yield "annotations/entities.jsonl", as_readable_jsonl(registry[name] for name in known)


def _order(value: Value) -> tuple[int, int, int, str, str]:
    """The sort key of the records of a document, as the guidelines have it."""
    holder = value.get("holder") or {}
    return value["start"], -value["end"], holder.get("start") or 0, value.get("concept_id", ""), value["id"]


def _raise(found: Iterable[tuple[Located, Fault]], file: str) -> None:
    """Raises InputError if anything was found."""
    listed = [
        Problem(code, "error", file, one.line, _about(one.decision), message, allowed)
        for one, (code, message, allowed) in found
    ]
    if listed:
        raise InputError(listed)


def _about(decision: Decision) -> str:
    names = "/".join(name or "-" for name in (decision.a, decision.b))
    return "/".join(part for part in (decision.doc_id, decision.layer, names) if part)
