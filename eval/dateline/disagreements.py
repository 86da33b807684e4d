"""Where two annotators differ: their records paired, and the fields in which the two of a pair are unlike.

Identifiers are each annotator's own. Entities are the same where most of their mentions are, facts where most of their
figures are; only then are the records that point at them compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus
from dateline.layers.stances import sharing
from dateline.matching import Alignment, Stage, Weights, align, extent, overlapping, same
from dateline.model import Entity, Erratum, Record, Segment, Stance
from dateline.passes import LAYERS, REGISTRY, Pass, in_order
from dateline.references import identity, normalise
from dateline.vocabulary import schema

FACTS = "facts"
"""The name under which the identifiers of facts are paired; a fact is no record of its own."""

FREE = frozenset({"id", "entity_id", "optional_reason", "note", "wikidata", "geonames", "iso3166"})
"""Fields in which annotators may be unlike: names of their own, free wording, and what a later pass sets. The entity of
a mention is compared all the same."""

_POINTERS = frozenset({"entity_id", "part_of", "related", "on_behalf_of", "source", "place", "via", "entities"})
_ORDERED = frozenset({"source", "via"})  # outermost first


class Fact(NamedTuple):
    """A fact as an annotator names it."""

    fact_id: str


class Item(NamedTuple):
    """What two annotators made of one thing: a record of each, or of one alone; `differs` names the unlike fields.

    Of a record that only one has, nothing differs: that it is there is the difference.
    """

    layer: str
    doc_id: str
    first: Any
    second: Any
    differs: tuple[str, ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether there is nothing to decide. How the annotators name a fact decides nothing."""
        return self.layer == FACTS or (self.first is not None and self.second is not None and not self.differs)


class Names(NamedTuple):
    """Which identifiers mean the same: those of the second annotator -> those of the first."""

    entities: Mapping[str, str]
    facts: Mapping[str, str]


def items(first: Pass, second: Pass, corpus: Corpus) -> list[Item]:
    """Everything that either says of the documents and in the layers that both have.

    The registry comes first, then facts, then the layers, each in the order of documents and text.
    """
    shared = [name for name in LAYERS if name in first.layers and name in second.layers]
    doc_ids = [one.doc_id for one in corpus.documents if one.doc_id in first.documents() & second.documents()]
    registry, facts = _registry(first, second, doc_ids), _facts(first, second, doc_ids)
    names = Names(
        _translation(registry, lambda entity: entity.entity_id, second.entities()),
        _translation(facts, lambda fact: fact.fact_id, (fact.fact_id for fact in _all_facts(second, doc_ids))),
    )
    found = [*_items(REGISTRY, "", registry, names)] if REGISTRY in shared else []
    found += _items(FACTS, "", facts, names)
    for layer in shared:
        for doc_id in doc_ids if layer != REGISTRY else ():
            sides = in_order(first.of(layer, doc_id)), in_order(second.of(layer, doc_id))
            stages = _stages(layer, names, corpus.document(doc_id).segments)
            found += sorted(_items(layer, doc_id, align(*sides, *stages), names), key=_place)
    return found


def as_value(layer: str, record: Record) -> dict[str, Any]:
    """A record as gold is written: keys in the order of its schema, without those that the schema does not have."""
    ordered: dict[str, Any] = _ordered(msgspec.to_builtins(record), schema(LAYERS[layer][0]))
    return ordered


def renamed(value: Any, names: Names, key: str = "") -> Any:
    """A JSON value with the entities and facts that it points at named anew; a name without a translation stays."""
    if isinstance(value, dict):
        return {name: renamed(part, names, name) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(part, names, key) for part in value]
    table = names.entities if key in _POINTERS else names.facts if key == "fact_id" else {}
    return table.get(value, value) if isinstance(value, str) else value


def pointers(value: Any, key: str = "") -> Iterator[str]:
    """The entities that a JSON value points at."""
    if isinstance(value, dict):
        yield from (name for inner, part in value.items() for name in pointers(part, inner))
    elif isinstance(value, list | tuple):
        yield from (name for part in value for name in pointers(part, key))
    elif isinstance(value, str) and key in _POINTERS:
        yield value


def _ordered(value: Any, part: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and "properties" in part:
        return {key: _ordered(value[key], inner) for key, inner in part["properties"].items() if key in value}
    if isinstance(value, list | tuple):
        return [_ordered(item, part.get("items", {})) for item in value]
    return value


def _items(layer: str, doc_id: str, found: Alignment[Any, Any], names: Names) -> Iterator[Item]:
    for one, other in found.matched:
        yield Item(layer, doc_id, one, other, () if layer == FACTS else tuple(_differing(layer, one, other, names)))
    yield from (Item(layer, doc_id, one, None) for one in found.free)
    yield from (Item(layer, doc_id, None, other) for other in found.spurious)


def _place(item: Item) -> tuple[int, int, int, str]:
    """The sort key of items of a document: by text order, the longer first."""
    record = item.first or item.second
    return record.start, -record.end, item.first is None, record.id


def _differing(layer: str, one: Record, other: Record, names: Names) -> Iterator[str]:
    left, right = as_value(layer, one), renamed(as_value(layer, other), names)
    free = FREE - {"entity_id"} if layer == "entities" else FREE
    return (key for key in left if key not in free and _comparable(left[key], key) != _comparable(right[key], key))


def _comparable(value: Any, key: str) -> Any:
    """A value with the lists sorted in which order says nothing."""
    if isinstance(value, dict):
        return {name: _comparable(part, name) for name, part in value.items()}
    if isinstance(value, list):
        parts = [_comparable(part, key) for part in value]
        return parts if key in _ORDERED else sorted(parts, key=repr)
    return value


def _registry(first: Pass, second: Pass, doc_ids: Iterable[str]) -> Alignment[Entity, Entity]:
    """Entities paired by the mentions that they share, and those that share none by a name."""
    shared: Counter[tuple[str, str]] = Counter()
    for doc_id in doc_ids:
        mentions = in_order(first.of("entities", doc_id)), in_order(second.of("entities", doc_id))
        shared.update((one.entity_id, other.entity_id) for one, other in align(*mentions, same(extent)).matched)
    sides = first.layers.get(REGISTRY, ()), second.layers.get(REGISTRY, ())
    by_name = same(lambda entity: normalise(entity.name))
    return align(*sides, _counted(shared, lambda entity: entity.entity_id), by_name)


def _facts(first: Pass, second: Pass, doc_ids: Sequence[str]) -> Alignment[Fact, Fact]:
    """Facts paired by the figures that they share."""
    shared: Counter[tuple[str, str]] = Counter()
    for doc_id in doc_ids:
        figures = in_order(first.of("figures", doc_id)), in_order(second.of("figures", doc_id))
        shared.update(
            (one.fact_id, other.fact_id) for one, other in align(*figures, same(extent), overlapping()).matched
        )
    return align(_all_facts(first, doc_ids), _all_facts(second, doc_ids), _counted(shared, lambda fact: fact.fact_id))


def _all_facts(one: Pass, doc_ids: Iterable[str]) -> list[Fact]:
    figures = (figure for doc_id in doc_ids for figure in in_order(one.of("figures", doc_id)))
    return [Fact(name) for name in dict.fromkeys(figure.fact_id for figure in figures) if name]


def _counted(shared: Mapping[tuple[str, str], int], name: Callable[[Any], str]) -> Stage[Any, Any]:
    """The stage of pairs of names that were seen together, as often as the weight says."""

    def stage(gold: Sequence[Any], predicted: Sequence[Any]) -> Weights:
        rows, columns = ({name(item): place for place, item in enumerate(side)} for side in (gold, predicted))
        for (one, other), count in shared.items():
            if one in rows and other in columns:
                yield (rows[one], columns[other]), count

    return stage


def _translation(found: Alignment[Any, Any], name: Callable[[Any], str], known: Iterable[str]) -> Mapping[str, str]:
    """The second's names as the first's; one without a counterpart becomes a name that the first cannot have."""
    alone = {other: f"second: {other}" for other in known}
    return {**alone, **{name(other): name(one) for one, other in found.matched}}


def _stages(layer: str, names: Names, segments: Sequence[Segment]) -> tuple[Stage[Any, Any], ...]:
    """How records of a layer are paired: what is most alike first."""
    if layer == "errata":
        return same(_edit), same(extent), overlapping()
    if layer != "stances":
        return same(extent), overlapping()

    def holder(one: Stance, other: Stance) -> bool:
        return identity(one.holder) == names.entities.get(identity(other.holder))

    def concept(one: Stance, other: Stance) -> bool:
        return one.concept_id == other.concept_id

    def both(one: Stance, other: Stance) -> bool:
        return holder(one, other) and concept(one, other)

    loosely = (sharing(segments, _evidence, accepts) for accepts in (both, holder, concept))
    return same(_evidence, both), *loosely


def _evidence(stance: Stance) -> tuple[str, ...]:
    return stance.segment_ids


def _edit(erratum: Erratum) -> tuple[int, int, str]:
    return erratum.start, erratum.end, erratum.intended
