"""Names of countries from ISO 3166, and the nationality words that English makes from them."""

from __future__ import annotations

import re
from functools import cache

from dateline.systems.rules.lexicon import COUNTRIES, NATIONALITIES

_SUFFIXES = ("n", "an", "ian", "vian", "en", "ese", "i", "ish")
_STATE = re.compile(r"(.+) (?:Republic|Federation|Kingdom)")


@cache
def _listed() -> frozenset[str]:
    """Short, common and official names as ISO 3166 lists them; "X, Republic of" is turned to "Republic of X" too."""
    from pycountry import countries

    fields = ("name", "common_name", "official_name")
    names = {name for country in countries for field in fields if (name := getattr(country, field, None))}
    return frozenset(_without_article(form) for name in names for form in (name, " ".join(name.split(", ")[::-1])))


@cache
def _countries() -> frozenset[str]:
    """The listed names, and those names in everyday use that ISO does not list."""
    return _listed() | COUNTRIES | {re.split(r", | \(", name)[0] for name in _listed()}


@cache
def _nationalities() -> frozenset[str]:
    """Country name, whole or without its last vowel, and a suffix; and what stands before Republic ("Slovak")."""
    names = {name for name in _countries() if len(name.split()) <= 2}
    bases = names | {name[:-1] for name in names if name[-1] in "aeoy"}
    made = {base + suffix for base in bases for suffix in _SUFFIXES}
    shorter = {name[:-1] for name in names if name.endswith("ia")}
    states = {match[1] for name in _listed() if (match := _STATE.fullmatch(name))}
    return frozenset((made | shorter | states | NATIONALITIES) - _countries())


def _without_article(name: str) -> str:
    return name.removeprefix("the ").removeprefix("The ")


def is_country(name: str) -> bool:
    """Whether it is a name of a country; a leading "the" does not matter."""
    return _without_article(name) in _countries()


def is_nationality(name: str) -> bool:
    """Whether it is a nationality or continent word, in the singular or plural."""
    return name in _nationalities() or name.removesuffix("s") in _nationalities()
