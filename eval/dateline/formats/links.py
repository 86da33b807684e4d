"""Relations of annotation tools: from figures and stances to the mentions that they point at, and coreference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dateline.formats.parts import Part

POINTERS: dict[str, tuple[str, ...]] = {"figures": ("source", "place"), "stances": ("holder", "on_behalf_of", "via")}
"""Layer -> fields that point at entities, which tools show as relations of that name."""

COREFERENCE = "coreference"
"""The name under which tools are offered the relation of mentions of one entity."""

_LISTS = ("source", "place", "via")
_COREFERENCE = ("anaphora", "coref", COREFERENCE)

Relation = tuple[str, str, str]  # name, and the identifiers that the tool gives to the two records
Index = Mapping[tuple[int, int, str | None], int]


def arcs(part: Part, index: Index) -> tuple[Part, list[tuple[str, int]]]:
    """The pointers of a part at mentions, as (field, number of the mention), and the part without these.

    `index` is from `mentions`. A pointer that says more or less than the mention does stays in the rest; so does a
    list with such a pointer.
    """
    found: list[tuple[str, int]] = []
    rest = dict(part.rest)
    for field in POINTERS.get(part.layer, ()):
        targets = [_target(one, index) for one in (rest.get(field) or [] if field in _LISTS else [rest.get(field)])]
        known = [target for target in targets if target is not None]
        if known and len(known) == len(targets):
            found += [(field, target) for target in known]
            del rest[field]
    return part._replace(rest=rest), found


def mentions(found: Iterable[Part]) -> Index:
    """Where the mentions of entities are among some parts: (start, end, entity_id) -> number of the first."""
    index: dict[tuple[int, int, str | None], int] = {}
    for number, part in enumerate(found):
        if part.layer == "entities":
            index.setdefault((part.start, part.end, part.rest.get("entity_id")), number)
    return index


def _target(pointer: Any, index: Index) -> int | None:
    if not isinstance(pointer, dict) or not {"start", "end"} <= {*pointer} <= {"start", "end", "entity_id"}:
        return None
    return index.get((pointer["start"], pointer["end"], pointer.get("entity_id")))


def _with_pointers(part: Part, drawn: Iterable[tuple[str, Part]]) -> Part:
    """The part with pointers at mentions, given as (field, mention), in place of what its rest says of these fields."""
    pointers: dict[str, Any] = {}
    for field, mention in drawn:
        named = mention.rest.get("entity_id")
        pointer = {"start": mention.start, "end": mention.end, **({"entity_id": named} if named else {})}
        pointers[field] = [*pointers.get(field, []), pointer] if field in _LISTS else pointer
    return part._replace(rest={**part.rest, **pointers})


def link(relations: Sequence[Relation], found: dict[str, Part], lost: Counter[str]) -> None:
    """Put what relations say into the records that they join.

    Mentions that corefer are given the entity_id of the first of them that has one, else the first's own identifier. A
    relation with the name of a pointer, from a record that may have it to a mention, sets it. Any other is lost.
    """
    _corefer([(start, end) for name, start, end in relations if name.casefold() in _COREFERENCE], found)
    drawn: dict[str, list[tuple[str, Part]]] = {}
    for field, start, end in (relation for relation in relations if relation[0].casefold() not in _COREFERENCE):
        known = start in found and end in found and field in POINTERS.get(found[start].layer, ())
        if known and found[end].layer == "entities":
            drawn.setdefault(start, []).append((field, found[end]))
        else:
            lost["relation"] += 1
    found |= {name: _with_pointers(found[name], pointers) for name, pointers in drawn.items()}


def _corefer(pairs: Iterable[tuple[str, str]], found: dict[str, Part]) -> None:
    up: dict[str, str] = {}
    for first, other in pairs:
        up[_top(other, up)] = _top(first, up)
    clusters: dict[str, list[str]] = {}
    for name in (name for name, part in found.items() if name in up and part.layer == "entities"):
        clusters.setdefault(_top(name, up), []).append(name)
    for together in clusters.values():
        given = (found[one].rest.get("entity_id") for one in together)
        entity_id = next(filter(None, given), together[0])
        found |= {one: _named(found[one], entity_id) for one in together}


def _top(name: str, up: dict[str, str]) -> str:
    """The representative of a name's cluster; the way to it is shortened."""
    while up.setdefault(name, name) != name:
        up[name] = up[up[name]]
        name = up[name]
    return name


def _named(part: Part, entity_id: str) -> Part:
    return part if part.rest.get("entity_id") else part._replace(rest={**part.rest, "entity_id": entity_id})
