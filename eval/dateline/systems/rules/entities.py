"""Mentions of entities by name, by rules: capital letters, head words, titles, countries and what stands around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dateline.model import Mention, Segment
from dateline.systems.rules.countries import is_country, is_nationality
from dateline.systems.rules.lexicon import (
    OPERATION_HEADS,
    ORGANISATION_HEADS,
    PLACE_HEADS,
    PLACE_PREPOSITIONS,
    RELIGIONS,
    REPORTING,
    SETTING_NOUNS,
    TITLES,
)
from dateline.systems.rules.names import LINKS, Name, names

_HEADS = {head: subtype for subtype, heads in ORGANISATION_HEADS.items() for head in heads}
_PLACES = {head: subtype for subtype, heads in PLACE_HEADS.items() for head in heads}
_TITLE_BEFORE = re.compile(rf"\b(?:{'|'.join(TITLES)})\.?,? $")
_SETTINGS = {sub: re.compile(rf"\b(?:{'|'.join(nouns)})(?: of|,)? $") for sub, nouns in SETTING_NOUNS.items()}
_PLACE_BEFORE = re.compile(rf"\b(?:{'|'.join(PLACE_PREPOSITIONS)}) $", re.IGNORECASE)
_SAID_AFTER = re.compile(rf",? (?:has |have |had )?{REPORTING.pattern}", re.IGNORECASE)
_SAID_BEFORE = re.compile(rf"{REPORTING.pattern} $", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})(?:[A-Z][A-Za-z]?\.?){2,7}\d*|[A-Z]+\d+")
_CONTEXT = 40  # code points on either side that a rule looks at


class Kind(NamedTuple):
    """Type and subtype of a name; the one of lowest rank among a name's mentions holds for all of them."""

    rank: int
    type: str
    subtype: str | None = None


def mentions(text: str, segments: Iterable[Segment]) -> tuple[Mention, ...]:
    """The names of a text, each with the entity that it is taken to name: the fullest form of the name."""
    found = [name for segment in segments for name in names(text, segment)]
    inside = {name.text for name in found if not name.opens}
    kept = [name for name in found if name.text in inside or _is_certain(text, name)]
    full, kinds = _full_names(text, kept), _kinds(text, kept)
    return tuple(_mention(name, full.get(name.text, name.text), kinds) for name in kept)


def _mention(name: Name, entity: str, kinds: dict[str, Kind]) -> Mention:
    kind = kinds[entity]
    return Mention(
        start=name.start, end=name.end, text=name.text, type=kind.type, subtype=kind.subtype, entity_id=entity
    )


def _is_certain(text: str, name: Name) -> bool:
    """Whether a capital at the start of a sentence is one of a name: a second word, a list, or a verb of speech."""
    listed = is_country(name.text) or is_nationality(name.text) or RELIGIONS.fullmatch(name.text)
    shaped = " " in name.text or name.titled or _ABBREVIATION.fullmatch(name.text) or name.text.isupper()
    return bool(listed or shaped or _SAID_AFTER.match(text, name.end))


def _full_names(text: str, found: Sequence[Name]) -> dict[str, str]:
    """Short form -> full form: "Full Name (FN)" gives an abbreviation, a person's last word the surname."""
    full: dict[str, str] = {}
    texts = {name.text for name in found}
    for name in found:
        bracket = re.match(r" \(([^()\s]+)\)", text[name.end : name.end + _CONTEXT])
        if bracket and _ABBREVIATION.fullmatch(bracket[1]) and bracket[1] in texts:
            full[bracket[1]] = name.text
        elif " " in name.text and name.text.split()[-1] in texts and not _by_words(name.text):
            full.setdefault(name.text.split()[-1], name.text)
    return full


def _kinds(text: str, found: Sequence[Name]) -> dict[str, Kind]:
    best: dict[str, Kind] = {}
    for name in found:
        kind = _by_words(name.text) or _by_context(text, name)
        best[name.text] = min(best.get(name.text, kind), kind, key=lambda kind: kind.rank)
    return best


def _by_words(name: str) -> Kind | None:
    """What the words of a name say by themselves."""
    if is_country(name):
        return Kind(0, "location", "country")
    if is_nationality(name):
        return Kind(0, "group", "nationality")
    if RELIGIONS.fullmatch(name):
        return Kind(0, "group", "religion")
    if " " in name and OPERATION_HEADS & {name.split()[0], name.split()[-1]}:
        return Kind(0, "operation")
    head = re.split(rf" (?:{'|'.join(LINKS)}) ", name)[0].split()[-1]
    if head in _HEADS:
        return Kind(0, "organisation", _HEADS[head])
    last = name.split()[-1]
    return Kind(0, "location", _PLACES[last]) if last in _PLACES and " " in name else None


def _by_context(text: str, name: Name) -> Kind:
    """What stands around a name says; the later rules are guesses."""
    before = text[max(0, name.start - _CONTEXT) : name.start]
    if name.in_dateline:
        return Kind(1, "organisation", "media") if before.endswith("(") else Kind(1, "location", "city")
    if name.titled or _TITLE_BEFORE.search(before):
        return Kind(1, "person")
    for subtype, pattern in _SETTINGS.items():
        if pattern.search(before):
            return Kind(1, "location", subtype)
    if _ABBREVIATION.fullmatch(name.text):
        return Kind(2, "organisation")
    return _by_guess(name, before, said=bool(_SAID_AFTER.match(text, name.end) or _SAID_BEFORE.search(before)))


def _by_guess(name: Name, before: str, *, said: bool) -> Kind:
    several = " " in name.text
    if several and said:
        return Kind(2, "person")
    if _PLACE_BEFORE.search(before):
        return Kind(3, "location", "region" if several else "city")
    return Kind(4, "person") if several or said else Kind(5, "organisation")
