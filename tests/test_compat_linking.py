"""Linking against the numbers of neleval, and its rules one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tiny import CASES

from dateline.compat import linking
from dateline.errors import InputError

PARITY = json.loads((CASES / "parity/linking.json").read_text(encoding="utf-8"))["cases"]

Mention = dict[str, Any]


def mention(start: int, kb: str | None, kind: str | None = "PER") -> Mention:
    return {"start": start, "end": start + 5, "type": kind, "kb": kb}


def document(gold: list[Mention], pred: list[Mention], doc_id: str = "d1") -> dict[str, Any]:
    return {"doc_id": doc_id, "gold": gold, "pred": pred}


def counts(*documents: dict[str, Any]) -> dict[str, tuple[float, float, float]]:
    """Measure -> hits, spurious and missed."""
    return {name: (found["ptp"], found["fp"], found["fn"]) for name, found in linking.score(documents).items()}


@pytest.mark.parametrize("case", PARITY, ids=lambda case: str(case["seed"]))
def test_numbers_are_those_of_neleval(case: dict[str, Any]) -> None:
    found = linking.score(case["documents"])
    for measure, numbers in case["expected"].items():
        assert found[measure] == pytest.approx(numbers, rel=0, abs=1e-9), measure


def test_a_wrong_type_matters_to_typed_measures_only() -> None:
    found = counts(document([mention(0, "Q1")], [mention(0, "Q1", "ORG")]))
    wrong = {name for name, numbers in found.items() if numbers == (0, 1, 1)}
    assert wrong == {"strong_typed_mention_match", "strong_typed_link_match", "strong_typed_all_match"}


def test_a_wrong_link_is_spurious_and_missed() -> None:
    found = counts(document([mention(0, "Q1")], [mention(0, "Q2")]))
    assert found["strong_mention_match"] == (1, 0, 0)
    assert found["strong_link_match"] == found["strong_all_match"] == found["entity_match"] == (0, 1, 1)


@pytest.mark.parametrize("kb", ["NIL7", "NIL", None])
def test_all_nil_clusters_are_alike_and_no_links(kb: str | None) -> None:
    found = counts(document([mention(0, "NIL1")], [mention(0, kb)]))
    assert found["strong_nil_match"] == found["strong_all_match"] == (1, 0, 0)
    assert found["strong_link_match"] == found["entity_match"] == (0, 0, 0)


def test_a_link_to_what_is_nil_is_spurious_as_a_link_and_missed_as_nil() -> None:
    found = counts(document([mention(0, "NIL1")], [mention(0, "Q1")]))
    assert (found["strong_link_match"], found["strong_nil_match"]) == ((0, 1, 0), (0, 0, 1))
    assert found["strong_all_match"] == (0, 1, 1)


def test_an_entity_counts_once_in_a_document_wherever_it_is_mentioned() -> None:
    found = counts(document([mention(0, "Q1"), mention(10, "Q1")], [mention(90, "Q1")]))
    assert found["entity_match"] == (1, 0, 0)


def test_an_entity_of_another_document_does_not_count() -> None:
    found = counts(document([mention(0, "Q1")], []), document([], [mention(0, "Q1")], "d2"))
    assert found["entity_match"] == found["strong_mention_match"] == (0, 1, 1)


def test_a_repeated_record_counts_once() -> None:
    found = counts(document([mention(0, "Q1")], [mention(0, "Q1")] * 3))
    assert set(found.values()) == {(1, 0, 0), (0, 0, 0)}


def test_two_links_of_one_span_are_one_mention_and_two_links() -> None:
    found = counts(document([mention(0, "Q1")], [mention(0, "Q1"), mention(0, "Q2")]))
    assert (found["strong_mention_match"], found["strong_link_match"]) == ((1, 0, 0), (1, 1, 0))


@pytest.mark.parametrize("documents", [[], [document([], [])]])
def test_nothing_at_all_is_0(documents: list[dict[str, Any]]) -> None:
    assert {value for found in linking.score(documents).values() for value in found.values()} == {0}


@pytest.mark.parametrize("bad", [{"doc_id": "d1", "gold": []}, document([{"start": 0}], []), {"gold": [], "pred": []}])
def test_what_is_not_a_document_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="documents"):
        linking.score([bad])
