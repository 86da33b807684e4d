from __future__ import annotations

from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.model import EntityRef, Mention, Reference
from dateline.references import Resolver, Unresolved, normalise, registry_names

TEXT = "The Security Council of the U. N.  met. The Council, in the U. S.  Security Council hall, heard France."
REGISTRY = {
    "security-council": ["United Nations Security Council", "Security Council"],
    "united-nations": ["United Nations", "U. N."],
    "united-states": ["United States", "U. S."],
    "france": ["France"],
    "congo-1": ["Republic of the Congo", "Congo"],
    "congo-2": ["Democratic Republic of the Congo", "Congo"],
}
GOLD: list[dict[str, Any]] = [
    {"at": "Security Council", "text": "Security Council", "type": "organisation", "entity_id": "security-council"},
    {"at": "U. N.", "text": "U. N.", "type": "organisation", "entity_id": "united-nations"},
    {"at": "The Council", "type": "organisation", "level": "nominal", "entity_id": "security-council"},
    {"at": "U. S.", "text": "U. S.", "type": "organisation", "entity_id": "united-nations", "optional": True},
    {"at": "U. S.  Security Council", "type": "organisation", "entity_id": "security-council"},
    {"at": "France", "text": "Gallia", "type": "location", "entity_id": "france"},
]


def resolver(*mentions: dict[str, Any]) -> Resolver:
    gold = document(TEXT, entities=GOLD)
    registry = corpus(gold, registry=REGISTRY).registry
    own = [Mention(**{"type": "location", **placed(mention, TEXT)}) for mention in mentions]
    return Resolver(gold, registry, registry_names(registry), own)


def ref(words: str, entity_id: str | None = None) -> Reference:
    return Reference(**placed({"at": words}, TEXT), entity_id=entity_id)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The  Security-Council", "security council"),
        ("U. N.", "un"),
        ("U.N.", "un"),
        ("UN", "un"),
        ("U. S.  Army Africa", "us army africa"),
        ("Ban Ki-moon", "ban ki moon"),
        ("Ｕ．Ｎ．", "un"),  # noqa: RUF001 - full-width letters are what is tested
        ("Theatre", "theatre"),
        ("...", ""),
    ],
)
def test_names_are_compared_in_a_normal_form(name: str, expected: str) -> None:
    assert normalise(name) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (ref("Security Council"), "security-council"),
        (ref("The Council"), "security-council"),
        (ref("U. S."), "united-nations"),
        (ref("the U. N."), "united-nations"),
        (ref("Council of the U. N."), "security-council"),
        ("the security council", "security-council"),
        ("United Nations", "united-nations"),
        ("gallia", "france"),
        ("U.S.", "united-states"),
        ("france", "france"),
        (Reference(entity_id="France"), "france"),
    ],
)
def test_a_reference_finds_its_entity(reference: EntityRef, expected: str) -> None:
    assert resolver().entity(reference) == expected


def test_a_name_of_two_entities_refers_to_none() -> None:
    assert resolver().entity("Congo") == Unresolved("congo")


def test_unknown_names_are_equal_by_their_normal_form_only() -> None:
    found = resolver()
    assert found.entity("the rebels") == found.entity("Rebels") != found.entity("others")


def test_no_unknown_name_is_an_entity_even_if_worded_like_an_identifier() -> None:
    assert resolver().entity("Congo-1") != "congo-1"


def test_an_identifier_of_the_registry_is_accepted() -> None:
    assert resolver().entity("congo-1") == "congo-1"


def test_offsets_without_a_gold_mention_fall_back_on_the_identifier() -> None:
    assert resolver().entity(ref("heard", "France")) == "france"


def test_offsets_without_a_gold_mention_or_identifier_are_read_as_a_name() -> None:
    assert resolver().entity(ref("hall")) == Unresolved("hall")


def test_offsets_go_before_the_identifier() -> None:
    assert resolver().entity(ref("France", "security-council")) == "france"


def test_an_own_identifier_stands_for_its_mentions() -> None:
    assert resolver({"at": "France", "entity_id": "e1"}).entity("e1") == "france"


def test_most_exact_mentions_decide_for_an_own_identifier() -> None:
    own = [{"at": words, "entity_id": "e1"} for words in ("Security Council", "The Council", "France")]
    assert resolver(*own).entity("e1") == "security-council"


def test_one_exact_mention_counts_more_than_many_that_overlap() -> None:
    own = [{"at": words, "entity_id": "e1"} for words in ("the U. N.", "U. N.  met", "France")]
    assert resolver(*own).entity("e1") == "france"


def test_an_own_identifier_goes_before_a_name() -> None:
    assert resolver({"at": "U. N.", "entity_id": "France"}).entity("France") == "united-nations"


def test_an_own_identifier_without_a_gold_mention_is_read_as_a_name() -> None:
    assert resolver({"at": "hall", "entity_id": "France"}).entity("France") == "france"


def test_a_tie_is_broken_by_content_not_by_order() -> None:
    own = [{"at": words, "entity_id": "e1"} for words in ("France", "U. N.")]
    assert resolver(*own).entity("e1") == resolver(*reversed(own)).entity("e1") == "france"


def test_an_entity_that_the_mention_accepts_may_be_named() -> None:
    gold = document(
        "It met.", entities=[{"at": "It", "type": "group", "entity_id": "a", "alternatives": {"entity_id": ["b"]}}]
    )
    registry = corpus(gold, registry={"a": ["A1"], "b": ["B1"], "c": ["C1"]}).registry
    found = Resolver(gold, registry, registry_names(registry))
    named = [found.entity(Reference(start=0, end=2, entity_id=name)) for name in ("B1", "C1")]
    assert named == ["b", "a"]
