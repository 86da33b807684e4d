"""Rules for mentions, for the registry that they point into, and for everything else that points there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations
from typing import Any

from dateline.checks.view import Flaw, Located, Rule, View, repeated
from dateline.model import Entity, Figure, Mention, Stance
from dateline.validation import quote
from dateline.vocabulary import labels

Ids = Iterable[str | None]

REFERENCES: dict[type, Callable[[Any], dict[str, Ids]]] = {
    Entity: lambda entity: {"part_of": [entity.part_of], "related": [entity.related]},
    Mention: lambda mention: {
        "entity_id": [mention.entity_id],
        "alternatives.entity_id": mention.alternatives.get("entity_id", ()),
    },
    Figure: lambda figure: {
        "source": figure.source,
        "place": figure.place,
        "counted.entities": figure.counted.entities if figure.counted else (),
    },
    Stance: lambda stance: {
        "holder.entity_id": [stance.holder.entity_id],
        "on_behalf_of": [stance.on_behalf_of],
        "via": stance.via,
    },
}
"""Kind of record -> the entities that it names, by field."""


def references(view: View) -> Iterator[tuple[Located[Any], str, str]]:
    """Every place where a record names an entity: the record, the field, the entity_id."""
    for at in chain(view.registry, (at for _, at in view.annotations())):
        for field, ids in REFERENCES[type(at.record)](at.record).items():
            yield from ((at, field, entity_id) for entity_id in ids if entity_id is not None)


def unknown_entity(view: View) -> Iterator[Flaw]:
    """Whatever names an entity names one of the registry."""
    known = view.entities()
    for at, field, entity_id in references(view):
        if entity_id not in known:
            yield at.flaw(f"{field} names {quote(entity_id)}", "an entity_id of annotations/entities.jsonl")


def unused_entity(view: View) -> Iterator[Flaw]:
    """Every entity of the registry is named by a record."""
    used = {entity_id for _, _, entity_id in references(view)}
    for at in view.registry:
        if at.record.entity_id not in used:
            yield at.flaw("nothing refers to this entity", "a mention, or a record that names it")


def mention_type(view: View) -> Iterator[Flaw]:
    """A mention has the type and subtype of its entity."""
    registry = view.entities()
    for _, at in view.mentions():
        entity = registry.get(at.record.entity_id or "")
        if entity and _kind(at.record) != _kind(entity):
            yield at.flaw(f"the mention is a {_kind(at.record)}", f"the registry has {_kind(entity)}")


def _kind(record: Mention | Entity) -> str:
    return f"{record.type}, {record.subtype}" if record.subtype else record.type


def subtype_of_type(view: View) -> Iterator[Flaw]:
    """A subtype belongs to its type, and every type that has subtypes is given one."""
    owner = {label: entry["x-type"] for label, entry in labels("entity", "subtype").items()}
    for at in view.registry:
        allowed = [label for label, kind in owner.items() if kind == at.record.type]
        if at.record.subtype not in allowed and (allowed or at.record.subtype):
            known = ", ".join(allowed) or "null"
            yield at.flaw(f"subtype is {quote(at.record.subtype)}", f"known for {at.record.type}: {known}")


def crossing_mentions(view: View) -> Iterator[Flaw]:
    """Mentions nest or lie apart; they never cross."""
    for document in view.documents:
        for outer, at in combinations(sorted(document.entities, key=_extent), 2):
            if outer.record.start < at.record.start < outer.record.end < at.record.end:
                allowed = f"nested or apart; {outer.record.id} is {quote(outer.record.text)}"
                yield at.flaw(f"{quote(at.record.text)} crosses another mention", allowed)


def _extent(at: Located[Mention]) -> tuple[int, int]:
    return at.record.start, -at.record.end


def duplicate_mention(view: View) -> Iterator[Flaw]:
    """No two mentions have the same span."""
    for document in view.documents:
        for at, first in repeated(document.entities, lambda mention: (mention.start, mention.end)):
            yield at.flaw(f"{quote(at.record.text)} has the span of {first.record.id}", "each span once")


def mention_head(view: View) -> Iterator[Flaw]:
    """A nominal has a head inside its span; a name and a pronoun have none."""
    for _, at in view.mentions():
        mention, head = at.record, at.record.head
        if (head is not None) != (mention.level == "nominal"):
            yield at.flaw(f"a {mention.level} {'without' if head is None else 'with'} head", "a head for nominals only")
        elif head and not mention.start <= head.start < head.end <= mention.end:
            yield at.flaw(f"head {head.start} to {head.end} is outside", f"in {mention.start} to {mention.end}")


def _names(view: View) -> Iterator[Located[Mention]]:
    return (at for _, at in view.mentions() if at.record.level == "name")


def unlisted_name(view: View) -> Iterator[Flaw]:
    """What stands as a name of an entity is its name or one of its aliases; a disputed (optional) name need not be."""
    registry = view.entities()
    for at in _names(view):
        entity = registry.get(at.record.entity_id or "")
        if entity and not at.record.optional and at.record.text not in (entity.name, *entity.aliases):
            known = ", ".join(map(quote, (entity.name, *entity.aliases)))
            yield at.flaw(f"{quote(at.record.text)} is no alias of {entity.entity_id}", f"known: {known}")


def unused_alias(view: View) -> Iterator[Flaw]:
    """Every alias stands as a name of its entity somewhere."""
    used = {(at.record.entity_id, at.record.text) for at in _names(view)}
    for at in view.registry:
        for alias in at.record.aliases:
            if (at.record.entity_id, alias) not in used:
                yield at.flaw(f"no name mention reads {quote(alias)}", "aliases as they stand in the texts")


def entity_cycle(view: View) -> Iterator[Flaw]:
    """Nothing is, over any number of steps, part of or related to itself."""
    above = {at.record.entity_id: {at.record.part_of, at.record.related} - {None} for at in view.registry}
    for at in view.registry:
        reached, ahead = set[str | None](), above[at.record.entity_id]
        while ahead:
            reached |= ahead
            ahead = set[str | None]().union(*(above.get(entity_id or "", set()) for entity_id in ahead)) - reached
        if at.record.entity_id in reached:
            yield at.flaw("this entity is above itself", "part_of and related without a circle")


def relation_type(view: View) -> Iterator[Flaw]:
    """Only organisations and groups are part of something; only a nationality is related to a country."""
    for at in view.registry:
        if at.record.part_of is not None and at.record.type not in ("organisation", "group"):
            yield at.flaw(f"part_of is {quote(at.record.part_of)}", f"null for a {at.record.type}")
        if at.record.related is not None and at.record.subtype != "nationality":
            yield at.flaw(f"related is {quote(at.record.related)}", "null for all but nationalities")


def identifier_type(view: View) -> Iterator[Flaw]:
    """Only places are in GeoNames, only countries in ISO 3166-1, and nationalities have no identifiers."""
    for at in view.registry:
        entity = at.record
        if entity.geonames is not None and entity.type != "location":
            yield at.flaw(f"geonames is {entity.geonames}", f"null for a {entity.type}")
        if entity.iso3166 is not None and entity.subtype != "country":
            yield at.flaw(f"iso3166 is {quote(entity.iso3166)}", "null for all but countries")
        if entity.wikidata is not None and entity.subtype == "nationality":
            yield at.flaw(f"wikidata is {quote(entity.wikidata)}", "null for a nationality: its country has one")


def country_code(view: View) -> Iterator[Flaw]:
    """An ISO 3166-1 code exists."""
    import pycountry

    for at in view.registry:
        code = at.record.iso3166
        if code is not None and pycountry.countries.get(alpha_2=code) is None:
            yield at.flaw(f"iso3166 is {quote(code)}", "an alpha-2 code that ISO 3166-1 has assigned")


def shared_identifier(view: View) -> Iterator[Flaw]:
    """Two entities never share an identifier."""
    keys: dict[str, Callable[[Entity], object]] = {
        "wikidata": lambda entity: entity.wikidata,
        "geonames": lambda entity: entity.geonames,
        "iso3166": lambda entity: entity.iso3166,
    }
    for field, key in keys.items():
        for at, first in repeated(view.registry, key):
            yield at.flaw(f"{field} {quote(key(at.record))} is {first.record.entity_id} too", "one entity each")


RULES = {
    "unknown-entity": Rule(unknown_entity, "entities-entity_id"),
    "unused-entity": Rule(unused_entity, "entities-entity_id", whole=True),
    "mention-type": Rule(mention_type, "entities-type"),
    "subtype-of-type": Rule(subtype_of_type, "entities-subtype"),
    "crossing-mentions": Rule(crossing_mentions, "entities-start"),
    "duplicate-mention": Rule(duplicate_mention, "entities-start"),
    "mention-head": Rule(mention_head, "entities-head"),
    "unlisted-name": Rule(unlisted_name, "entities-aliases"),
    "unused-alias": Rule(unused_alias, "entities-aliases", whole=True),
    "entity-cycle": Rule(entity_cycle, "entities-part_of"),
    "relation-type": Rule(relation_type, "entities-part_of"),
    "identifier-type": Rule(identifier_type, "entities-wikidata"),
    "country-code": Rule(country_code, "entities-iso3166"),
    "shared-identifier": Rule(shared_identifier, "entities-wikidata"),
}
