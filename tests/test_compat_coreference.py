"""Coreference against the numbers of the reference scorers, and what they leave to chance."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tiny import CASES

from dateline.compat import coreference
from dateline.errors import InputError

PARITY = json.loads((CASES / "parity/coreference.json").read_text(encoding="utf-8"))["cases"]
METRICS = ("muc", "b_cubed", "ceaf_e", "ceaf_m", "lea")
NUMBERS = ("recall", "precision", "f1")


def document(gold: list[str], pred: list[str]) -> dict[str, Any]:
    """Clusters of letters, each a mention of one code point."""
    sides = {"gold": gold, "pred": pred}
    return {side: [[[ord(one), ord(one) + 1] for one in cluster] for cluster in sides[side]] for side in sides}


EXAMPLE = document(["abc", "defg"], ["ab", "cd", "fghi"])  # that of Pradhan et al. 2014


def f1(*documents: dict[str, Any]) -> dict[str, float]:
    return {name: numbers["f1"] for name, numbers in coreference.score(documents).items()}


@pytest.mark.parametrize("case", PARITY, ids=lambda case: str(case["seed"]))
def test_numbers_are_those_of_the_reference_scorers(case: dict[str, Any]) -> None:
    found = coreference.score(case["documents"])
    for metric, numbers in case["expected"].items():
        assert found[metric] == pytest.approx(numbers, rel=0, abs=1e-9), metric


def test_the_example_of_the_papers_has_their_scores() -> None:
    found = {name: round(value, 2) for name, value in f1(EXAMPLE).items() if name != "blanc"}
    assert found == {
        "muc": 0.4, "b_cubed": 0.45, "ceaf_e": 0.52, "ceaf_m": 0.53, "lea": 0.28, "conll": 0.46,
    }  # fmt: skip


def test_numerators_and_denominators_are_summed_over_documents() -> None:
    other = document(["ab"], ["ab"])
    assert coreference.score([EXAMPLE, other])["muc"] == pytest.approx(dict.fromkeys(NUMBERS, 3 / 6))


@pytest.mark.parametrize("documents", [[], [document([], [])], [document([""], [])]])
def test_nothing_at_all_is_0(documents: list[dict[str, Any]]) -> None:
    assert set(f1(*documents).values()) == {0}


@pytest.mark.parametrize("pair", [(["ab", "c"], []), ([], ["ab", "c"]), (["ab", "c"], ["xy", "z"])])
def test_nothing_in_common_is_0(pair: tuple[list[str], list[str]]) -> None:
    assert set(f1(document(*pair)).values()) == {0}


def test_an_empty_document_changes_nothing() -> None:
    assert coreference.score([EXAMPLE, document([], [])]) == coreference.score([EXAMPLE])


def test_the_gold_against_itself_is_1() -> None:
    assert set(f1(document(["abc", "de", "f"], ["abc", "de", "f"])).values()) == {1}


def test_singletons_found_are_0_in_muc_and_1_in_the_metrics_that_look_at_mentions() -> None:
    found = f1(document(["a", "b"], ["a", "b"]))
    assert {name: found[name] for name in METRICS} == {"muc": 0, "b_cubed": 1, "ceaf_e": 1, "ceaf_m": 1, "lea": 1}


def test_a_twinless_mention_costs_its_side_only() -> None:
    found = coreference.score([document(["ab", "c"], ["abx", "c", "y"])])
    assert {name: found[name]["recall"] for name in ("muc", "b_cubed", "ceaf_m", "lea")} == {
        "muc": 1, "b_cubed": 1, "ceaf_m": 1, "lea": 1,
    }  # fmt: skip
    assert all(found[name]["precision"] < 1 for name in METRICS)


def test_blanc_is_the_mean_over_both_kinds_of_links() -> None:
    expected = {"recall": (2 / 9 + 8 / 12) / 2, "precision": (2 / 8 + 8 / 20) / 2, "f1": (4 / 17 + 16 / 32) / 2}
    assert coreference.score([EXAMPLE])["blanc"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "response", "expected"),
    [
        (["abc"], ["abd"], 1 / 3),  # one cluster on both sides: coreference links alone
        (["a", "b", "c"], ["a", "b", "d"], 1 / 3),  # singletons on both sides: non-coreference links alone
        (["abc"], ["a", "b", "c"], 0.0),  # links of one kind on each side: both count, and none is found
        (["a"], ["a"], 1.0),  # no links: the same mentions
        (["a"], ["b"], 0.0),  # no links: other mentions
    ],
)
def test_blanc_has_the_special_cases_of_luo_et_al(key: list[str], response: list[str], expected: float) -> None:
    assert f1(document(key, response))["blanc"] == pytest.approx(expected)


@pytest.mark.parametrize("side", ["gold", "pred"])
@pytest.mark.parametrize("clusters", [["ab", "bc"], ["abb"]])
def test_a_repeated_mention_is_refused_with_its_document_and_place(side: str, clusters: list[str]) -> None:
    bad = {**EXAMPLE, side: document(clusters, [])["gold"]}
    with pytest.raises(InputError, match=rf"document 2: the mention \(98, 99\) stands .* of {side}"):
        coreference.score([EXAMPLE, bad])


def test_a_document_is_named_by_its_identifier_where_it_has_one() -> None:
    with pytest.raises(InputError, match="d7: the mention"):
        coreference.score([{**document(["aa"], []), "doc_id": "d7"}])


def test_every_repeated_mention_is_reported() -> None:
    with pytest.raises(InputError) as refused:
        coreference.score([document(["ab", "ab"], ["cc"]), document([], ["dd"])])
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize("bad", [{"gold": []}, {"gold": [[[0]]], "pred": []}, {"gold": [[0, 1]], "pred": []}])
def test_what_is_not_a_document_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="documents"):
        coreference.score([bad])
