from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from tiny import CASES

from dateline.compat.sentiment_graph import score
from dateline.errors import InputError

PARITY = json.loads((CASES / "parity/semeval22_sentiment_graph.json").read_text(encoding="utf-8"))["cases"]
TEXT = "the council harshly criticised the rebels"
POLARITIES = ("Positive", "Negative", "Neutral")

Opinion = dict[str, Any]


def part(*words: str) -> list[list[str]]:
    """Stretches of TEXT with their ranges."""
    places = [(word, TEXT.index(word)) for word in words]
    return [list(words), [f"{place}:{place + len(word)}" for word, place in places]]


def opinion(
    holder: Sequence[str] = ("the council",),
    target: Sequence[str] = ("the rebels",),
    expression: Sequence[str] = ("harshly criticised",),
    polarity: str = "Negative",
) -> Opinion:
    parts = {"Source": part(*holder), "Target": part(*target), "Polar_expression": part(*expression)}
    return {**parts, "Polarity": polarity, "Intensity": "Average"}


def sentence(*opinions: Opinion, sent_id: str = "s1") -> dict[str, Any]:
    return {"sent_id": sent_id, "text": TEXT, "opinions": list(opinions)}


def figures(gold: Sequence[Opinion], predicted: Sequence[Opinion], measure: str = "SF1") -> tuple[float, ...]:
    """Precision, recall, F1 of one sentence."""
    found = score([sentence(*gold)], [sentence(*predicted)])[measure]
    return found["P"], found["R"], found["F"]


@pytest.mark.parametrize("case", PARITY, ids=lambda case: str(case["seed"]))
def test_the_numbers_are_the_official_scorers(case: dict[str, Any]) -> None:
    found = score(case["gold"], case["pred"])
    assert {name: pytest.approx(numbers, abs=1e-9) for name, numbers in case["expected"].items()} == found


def test_weights_are_the_shares_of_own_tokens() -> None:
    found = figures([opinion()], [opinion(expression=["criticised"])])
    assert found[:2] == pytest.approx((1, (1 + 1 + 1 / 2) / 3))


def test_a_part_of_several_stretches_has_the_tokens_of_all() -> None:
    found = figures([opinion(target=["the council", "rebels"])], [opinion(target=["rebels"])])
    assert found[:2] == pytest.approx((1, (1 + 1 / 3 + 1) / 3))


def test_stretches_that_overlap_count_their_tokens_once() -> None:
    gold = opinion(expression=["harshly criticised", "criticised"])
    assert figures([gold], [opinion()]) == (1, 1, 1)


@pytest.mark.parametrize("field", ["holder", "target"])
def test_an_absent_part_matches_an_absent_part(field: str) -> None:
    assert figures([opinion(**{field: []})], [opinion(**{field: []})]) == (1, 1, 1)  # type: ignore[arg-type]  # one field


@pytest.mark.parametrize("field", ["holder", "target"])
def test_an_absent_part_matches_no_present_part(field: str) -> None:
    assert figures([opinion()], [opinion(**{field: []})]) == (0, 0, 0)  # type: ignore[arg-type]  # one field


def test_an_opinion_without_expression_matches_nothing() -> None:
    assert figures([opinion(expression=[])], [opinion(expression=[])]) == (0, 0, 0)


def test_polarity_counts_except_for_nsf1() -> None:
    sides = [opinion()], [opinion(polarity="Positive")]
    found = {measure: figures(*sides, measure)[2] for measure in ("SF1", "NSF1", "overlap_unweighted")}
    assert found == {"SF1": 0, "NSF1": 1, "overlap_unweighted": 0}


def test_an_unweighted_match_counts_in_full() -> None:
    assert figures([opinion()], [opinion(expression=["criticised"])], "overlap_unweighted") == (1, 1, 1)


def test_a_weight_is_the_best_of_several_matches() -> None:
    gold = [opinion(expression=["harshly criticised"]), opinion(expression=["criticised"])]
    assert figures(gold, [opinion()])[0] == 1


def test_a_weight_comes_only_from_tuples_that_share_a_token_in_every_part() -> None:
    gold = [opinion(["council"], ["rebels"], ["criticised"]), opinion(expression=["the"])]
    assert figures(gold, [opinion()])[0] == pytest.approx(1 / 2)


@pytest.mark.parametrize(("gold", "predicted"), [([], [opinion()]), ([opinion()], []), ([], [])])
def test_an_empty_side_scores_0(gold: list[Opinion], predicted: list[Opinion]) -> None:
    assert figures(gold, predicted) == (0, 0, 0)


def test_a_sentence_that_is_not_predicted_is_missed() -> None:
    found = score([sentence(opinion()), sentence(opinion(), sent_id="s2")], [sentence(opinion())])
    assert found["SF1"] == pytest.approx({"P": 1, "R": 1 / 2, "F": 2 / 3})


def test_a_sentence_without_gold_counts_against_precision() -> None:
    found = score([sentence(opinion())], [sentence(opinion()), sentence(opinion(), sent_id="s2")])
    assert found["SF1"] == pytest.approx({"P": 1 / 2, "R": 1, "F": 2 / 3})


def test_opinions_match_within_their_sentence_only() -> None:
    found = score([sentence(opinion()), sentence(sent_id="s2")], [sentence(), sentence(opinion(), sent_id="s2")])
    assert found["NSF1"]["F"] == 0


def test_the_order_of_opinions_does_not_matter() -> None:
    gold = [opinion(), opinion(target=["rebels"]), opinion(holder=[], polarity="Neutral")]
    predicted = [opinion(expression=["criticised"]), opinion(holder=["council"])]
    assert figures(gold, predicted) == pytest.approx(figures(gold[::-1], predicted[::-1]))


def test_defect_repeating_a_right_tuple_raises_precision_without_limit() -> None:
    right, wrong = opinion(), opinion(holder=[], target=[])
    assert [figures([right], [wrong] + [right] * n)[0] for n in (1, 9, 99)] == [0.5, 0.9, 0.99]


def test_defect_one_prediction_finds_all_gold_that_it_overlaps() -> None:
    gold = [opinion(expression=["harshly"]), opinion(expression=["criticised"])]
    assert figures(gold, [opinion()])[1] == 1


def test_defect_blind_tuples_have_full_recall() -> None:
    gold = [opinion(), opinion(holder=[], polarity="Positive"), opinion(target=["council", "rebels"])]
    some: list[list[str]] = [[], [TEXT]]
    blind = [opinion(holder, target, [TEXT], polarity) for holder, target, polarity in product(some, some, POLARITIES)]
    assert figures(gold, blind)[1] == 1


def test_defect_a_weight_may_come_from_a_tuple_of_another_polarity() -> None:
    gold = [opinion(expression=["criticised"]), opinion(polarity="Positive")]
    assert figures(gold, [opinion()])[0] == 1


def test_a_range_that_is_no_range_is_refused_with_its_place() -> None:
    broken = {**opinion(), "Target": [["the rebels"], ["31-41"]]}
    with pytest.raises(InputError, match=r"predicted: .*`\$\[0\]\.opinions\[0\]\.Target\[1\]\[0\]`"):
        score([sentence(opinion())], [sentence(broken)])


def test_a_sentence_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="gold: repeated-sentence error: s1: sent_id occurs twice"):
        score([sentence(), sentence()], [sentence()])
