"""Each defect of a reference scorer is told where an input shows it, and only there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from dateline.compat import defects
from dateline.compat import nervaluate as scorer

TAGS = ["LOC", "ORG"]
TEXT = "the council harshly criticised the rebels"

Record = dict[str, Any]


def entity(start: int, end: int, label: str = "LOC") -> Record:
    return {"start": start, "end": end, "label": label}


def sides(gold: Sequence[Any], pred: Sequence[Any]) -> list[Record]:
    return [{"doc_id": "d1", "gold": list(gold), "pred": list(pred)}]


def nervaluate(gold: Sequence[Record], pred: Sequence[Record]) -> list[str]:
    return list(defects.nervaluate([{"gold": list(gold), "pred": list(pred)}], TAGS))


def test_flat_spans_show_no_defect_of_nervaluate() -> None:
    assert nervaluate([entity(0, 3), entity(5, 8)], [entity(0, 3), entity(5, 7)]) == []


def test_an_order_that_decides_is_told_with_the_range_of_f1() -> None:
    gold, pred = [entity(0, 9)], [entity(0, 5), entity(0, 9)]
    in_order, turned = (
        scorer.score([{"gold": gold, "pred": order}], TAGS)["overall"]["strict"]["f1"] for order in (pred, pred[::-1])
    )
    (said,) = nervaluate(gold, pred)
    assert in_order != turned
    assert "the order of records decides" in said and f"strict {in_order:.3f} to {turned:.3f}" in said


def test_a_repetition_that_is_right_again_on_nested_gold_is_told() -> None:
    said = nervaluate([entity(0, 9), entity(2, 5)], [entity(0, 9)] * 2)
    assert any("repeated predictions are right once more, on nested gold: 1 in ent_type" in one for one in said)


def test_a_repetition_on_flat_gold_wins_nothing_and_is_not_told() -> None:
    assert not any("repeated" in one for one in nervaluate([entity(0, 9)], [entity(0, 9)] * 2))


@pytest.mark.parametrize(("gold", "pred", "missing"), [([], [1], "gold"), ([1], [], "predictions")])
def test_0_for_0_over_0_is_told(gold: list[int], pred: list[int], missing: str) -> None:
    said = f"0/0 is 0, as there are no {missing}"
    assert said in nervaluate([entity(0, 3) for _ in gold], [entity(0, 3) for _ in pred])
    clusters = sides([[(0, 3)] for _ in gold], [[(0, 3)] for _ in pred])
    assert said in list(defects.coreference(clusters))


def test_repeated_mentions_of_clusters_are_counted() -> None:
    assert list(defects.coreference(sides([[(0, 3), (5, 8)]], [[(0, 3)], [(5, 8)]]))) == []
    (said,) = defects.coreference(sides([[(0, 3)]], [[(0, 3), (0, 3)], [(5, 8)], [(5, 8)]]))
    assert said.startswith("2 mentions are repeated")


def mention(start: int, kb: str | None) -> Record:
    return {"start": start, "end": start + 4, "type": "LOC", "kb": kb}


def test_links_that_are_set_against_each_other_are_told() -> None:
    assert list(defects.linking(sides([mention(0, "Q1")], [mention(0, "Q1")]))) == []
    (said,) = defects.linking(sides([mention(0, "Q1")], [mention(0, "Q1"), mention(0, "Q2"), mention(9, "Q2")]))
    assert said.startswith("1 mentions have the span of another")


def test_nil_mentions_that_are_right_whatever_they_are_are_told() -> None:
    (said,) = defects.linking(sides([mention(0, None), mention(9, "Q1")], [mention(0, None), mention(9, None)]))
    assert said.startswith("1 mentions without an identifier")


def part(words: str) -> list[list[str]]:
    start = TEXT.index(words)
    return [[words], [f"{start}:{start + len(words)}"]] if words else [[], []]


def opinion(
    expression: str = "criticised", polarity: str = "against", holder: str = "council", target: str = "rebels"
) -> Record:
    parts = {"Source": part(holder), "Target": part(target), "Polar_expression": part(expression)}
    return {**parts, "Polarity": polarity}


def graph(gold: Sequence[Record], predicted: Sequence[Record]) -> list[str]:
    sentences = ({"sent_id": "s1", "text": TEXT, "opinions": list(side)} for side in (gold, predicted))
    return list(defects.sentiment_graph(*([sentence] for sentence in sentences)))


def test_one_to_one_opinions_show_no_defect() -> None:
    other = opinion(expression="harshly", polarity="favor", holder="", target="")
    assert graph([opinion(), other], [other, opinion()]) == []


def test_predictions_beyond_the_first_for_a_gold_opinion_are_counted() -> None:
    (said,) = graph([opinion()], [opinion()] * 3)
    assert "2 more predictions are right for gold that is found already" in said


def test_predictions_that_find_several_gold_opinions_are_counted() -> None:
    gold = [opinion(expression="harshly"), opinion(expression="criticised")]
    (said,) = graph(gold, [opinion(expression="harshly criticised")])
    assert "1 predictions find several gold opinions each" in said


def test_a_whole_sentence_as_expression_is_told() -> None:
    (said,) = graph([opinion()], [opinion(expression=TEXT)])
    assert said.startswith("1 predictions have a whole sentence as expression")


def test_a_prediction_without_expression_is_told() -> None:
    (said,) = graph([opinion()], [opinion(expression="")])
    assert said == "1 predictions have no expression and can match nothing"


def test_a_weight_from_another_polarity_is_told() -> None:
    gold = [opinion(), opinion(expression="harshly criticised", polarity="favor")]
    said = graph(gold, [opinion(expression="harshly criticised")])
    assert said == ["the weight of a match comes from an opinion of another polarity"]


def quantity(text: str, start: int, number: int = 0, unit: str | None = None) -> Record:
    end = start + len(text)
    return {"doc": "d1", "set": number, "start": start, "end": end, "text": text, "unit": unit, "mods": ()}


def test_equal_quantities_show_no_defect() -> None:
    gold = [quantity("2,000 men", 0), quantity("five", 20, 1, "km")]
    assert list(defects.quantities(gold, gold)) == []


def test_a_shorter_quantity_of_whole_tokens_shows_no_defect() -> None:
    assert list(defects.quantities([quantity("up to 2,000 men", 0)], [quantity("2,000", 6)])) == []


@pytest.mark.parametrize(("text", "start"), [("2", 0), ("000", 2), (",", 1)])
def test_a_part_of_a_token_that_counts_as_a_whole_one_is_told(text: str, start: int) -> None:
    (said,) = defects.quantities([quantity("2,000", 0)], [quantity(text, start)])
    assert f'in 1 pairs, as "{text}" against "2,000"' in said


def test_a_prediction_that_cuts_less_than_it_should_is_told_too() -> None:
    (said,) = defects.quantities([quantity("2", 0)], [quantity("2,000", 0)])
    assert 'as "2,000" against "2"' in said


def test_a_prediction_in_several_pairs_is_told() -> None:
    gold = [quantity("two", 0), quantity("three", 8, 1)]
    assert any("1 predictions touch several" in one for one in defects.quantities(gold, [quantity("two or three", 0)]))


def test_a_second_unit_beside_a_right_one_is_told() -> None:
    gold = [quantity("500", 0, unit="km")]
    said = list(defects.quantities(gold, [quantity("500", 0, 0, "km"), quantity("500", 0, 1, "kg")]))
    assert said == ["a second, wrong unit is free beside the right one of 1 gold quantities"]


def test_an_order_of_gold_that_decides_is_told() -> None:
    gold = [quantity("two", 0, 0, "km"), quantity("three", 8, 1, "m")]
    said = list(defects.quantities(gold, [quantity("two or three", 0, 0, "m")]))
    assert "the order of gold decides which gold quantity a unit or modifier belongs to" in said
