"""Coreference and linking in the layer of entities, on an invented text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.layers import LAYERS
from dateline.leaderboard import measures
from dateline.model import Entity
from dateline.scoring import Scores, gold_predictions, score

TEXT = "Mirova and Tamsin met Arlen. Mirova saw Tamsin. Kesh left."
PREFIX = "entities.coref."

Record = dict[str, Any]


def mention(words: str, entity: str | None = None, **more: Any) -> Record:
    return {"at": words, "type": "location", "entity_id": entity, **more}


GOLD = [
    mention("Mirova", "mirova"),
    mention("Tamsin", "tamsin"),
    mention("Arlen", "arlen"),
    mention("Mirova#2", "mirova"),
    mention("Tamsin#2", "tamsin"),
]
RIGHT = [mention(one["at"], {"mirova": "e1", "tamsin": "e2", "arlen": "e3"}[one["entity_id"]]) for one in GOLD]
ITEMS = {"mirova": "Q1", "tamsin": "Q2", "arlen": None, "kesh": "Q4"}


def scored(predicted: list[Any], gold: list[Record] = GOLD, **options: Any) -> Scores:
    """The scores of predictions; bad records count as spurious."""
    made = corpus(document(TEXT, entities=gold))
    registry = {key: Entity(entity_id=key, type="location", name=key, wikidata=ITEMS[key]) for key in ITEMS}
    prediction = {"doc_id": "d1", "entities": placed(predicted, TEXT)}
    return score([prediction], made._replace(registry=registry), ["entities"], on_error="spurious", **options)


def counts(scores: Scores, measure: str) -> tuple[float, ...]:
    """What was summed of a measure over the document: numerator and denominator of recall, then of precision."""
    found = [row[5:] for row in scores.rows if row.measure == measure]
    return tuple(map(sum, zip(*found, strict=True))) if found else (0, 0, 0, 0)


def coref(scores: Scores, metric: str) -> tuple[float, ...]:
    return counts(scores, f"{PREFIX}{metric}")


def f1(scores: Scores) -> Mapping[str, float | None]:
    return {
        one.measure[len(PREFIX) : -len(".f1")]: one.value
        for one in scores.scores
        if one.measure.startswith(PREFIX) and one.measure.endswith(".f1")
    }


def test_own_identifiers_that_group_as_the_gold_does_are_right() -> None:
    assert set(f1(scored(RIGHT)).values()) == {1}


def test_no_predictions_are_0_in_all_metrics() -> None:
    assert set(f1(scored([])).values()) == {0}


def test_neither_gold_nor_predictions_are_undefined() -> None:
    assert set(f1(scored([], [])).values()) == {None}


def test_sums_are_those_of_the_metrics() -> None:
    joined = [mention("Mirova", "x"), mention("Tamsin", "x"), mention("Mirova#2", "x"), mention("Kesh", "y")]
    found = scored(joined)
    assert coref(found, "muc") == (1, 2, 1, 2)
    assert coref(found, "b_cubed") == pytest.approx((4 / 2 + 1 / 2, 5, 4 / 3 + 1 / 3, 4))
    assert coref(found, "ceaf_e") == pytest.approx((4 / 5, 3, 4 / 5, 2))
    assert coref(found, "links") == (1, 2, 1, 3)


def test_a_mention_without_entity_id_is_a_singleton() -> None:
    alone = scored([mention(one["at"]) for one in GOLD])
    assert (coref(alone, "muc"), coref(alone, "ceaf_m")) == ((0, 2, 0, 0), (3, 5, 3, 5))


def test_a_span_that_is_not_exact_is_another_mention() -> None:
    found = scored([mention("Mirova and", "x"), mention("Mirova#2", "x")])
    assert (coref(found, "muc"), coref(found, "ceaf_m")) == ((0, 2, 0, 1), (1, 5, 1, 2))


def test_a_wrong_type_does_not_matter() -> None:
    wrong = [{**one, "type": "person"} for one in RIGHT]
    assert set(f1(scored(wrong)).values()) == {1}


def test_a_repeated_prediction_costs_precision_and_gains_no_recall() -> None:
    once, twice = scored(RIGHT), scored([*RIGHT, RIGHT[0]])
    for metric in ("muc", "b_cubed", "ceaf_m", "lea", "links"):
        assert coref(twice, metric)[:2] == coref(once, metric)[:2]
        assert coref(twice, metric)[3] > coref(once, metric)[3]


def test_a_span_put_in_two_clusters_is_in_one_of_them_whatever_the_order() -> None:
    both = [*RIGHT, mention("Arlen", "e1")]
    assert f1(scored(both)) == f1(scored(both[::-1]))


def test_optional_gold_and_its_predictions_are_left_out() -> None:
    optional = [*GOLD, mention("Kesh", "mirova", optional=True)]
    found = [scored([*RIGHT, *more], optional) for more in ([], [mention("Kesh", "e2")])]
    assert [set(f1(scores).values()) for scores in found] == [{1}, {1}]


def test_mentions_of_other_levels_are_left_out_by_default() -> None:
    nominal = mention("Kesh", "mirova", level="nominal")
    with_nominal = scored([*RIGHT, {**nominal, "entity_id": "e2"}], [*GOLD, nominal])
    assert set(f1(with_nominal).values()) == {1}
    all_levels = scored([*RIGHT, {**nominal, "entity_id": "e2"}], [*GOLD, nominal], level="all")
    assert coref(all_levels, "muc") == (2, 3, 2, 3)


def test_an_alternative_entity_is_right_too() -> None:
    gold = [*GOLD, mention("Kesh", "arlen", alternatives={"entity_id": ["mirova"]})]
    found = [f1(scored([*RIGHT, mention("Kesh", own)], gold))["muc"] for own in ("e3", "e1", "e2")]
    assert found[:2] == [1, 1] and (found[2] or 0) < 1


def test_a_bad_record_is_a_spurious_singleton() -> None:
    found = scored([*RIGHT, {"start": 0}])
    assert coref(found, "ceaf_m") == (5, 5, 5, 6)
    assert coref(found, "muc") == (2, 2, 2, 2)


def test_rows_speak_of_the_whole_document() -> None:
    assert {row.segment_id for row in scored(RIGHT).rows if row.measure.startswith(PREFIX)} == {""}


def test_counts_are_rounded_so_that_they_sum_to_the_same_digits_in_any_order() -> None:
    joined = scored([mention("Mirova", "x"), mention("Tamsin", "x"), mention("Mirova#2", "x")])
    third = coref(joined, "b_cubed")[2]
    assert third == pytest.approx(5 / 3, abs=1e-9)
    assert (third * 2**32).is_integer() and not (5 / 3 * 2**32).is_integer()


def test_conll_is_the_mean_of_three() -> None:
    found = f1(scored([mention("Mirova", "x"), mention("Tamsin", "x"), mention("Mirova#2", "x")]))
    mean = sum(found[name] or 0 for name in ("muc", "b_cubed", "ceaf_e")) / 3
    assert found["conll"] == pytest.approx(mean)


def test_blanc_is_the_mean_of_both_kinds_of_links() -> None:
    found = f1(scored([mention("Mirova", "x"), mention("Tamsin", "x"), mention("Mirova#2", "x")]))
    assert found["blanc"] == pytest.approx(((found["links"] or 0) + (found["nonlinks"] or 0)) / 2)


def test_a_mean_leaves_out_what_is_undefined() -> None:
    single = [mention("Arlen", "arlen")]
    found = f1(scored(single, single))
    assert (found["muc"], found["conll"]) == (None, 1)


def linking(predicted: list[Any], gold: list[Record] = GOLD) -> tuple[float, ...]:
    return counts(scored(predicted, gold), "entities.linking")


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        ([mention("Mirova", wikidata="Q1"), mention("Tamsin", wikidata="Q2")], (2, 4, 2, 2)),
        ([mention("Mirova", wikidata="Q2")], (0, 4, 0, 1)),
        ([mention("Mirova"), mention("Arlen")], (0, 4, 0, 0)),
        ([mention("Arlen", wikidata="Q1")], (0, 4, 0, 1)),
        ([mention("Mirova and", wikidata="Q1")], (0, 4, 0, 1)),
        ([mention("Mirova", wikidata="Q1")] * 2, (1, 4, 1, 2)),
        ([mention("Mirova"), mention("Mirova", wikidata="Q1")], (1, 4, 1, 1)),
        ([mention("Mirova", wikidata="Q1", type="person")], (1, 4, 1, 1)),
        ([{"start": 0}], (0, 4, 0, 1)),
    ],
    ids=[
        "right",
        "wrong",
        "none given",
        "none in the gold",
        "other span",
        "repeated",
        "given once of two",
        "wrong type",
        "bad record",
    ],
)
def test_linking_counts_mentions_that_have_an_identifier(predicted: list[Any], expected: tuple[float, ...]) -> None:
    assert linking(predicted) == expected


def test_linking_accepts_the_identifier_of_an_alternative_entity() -> None:
    gold = [mention("Kesh", "arlen", alternatives={"entity_id": ["kesh"]})]
    assert linking([mention("Kesh", wikidata="Q4")], gold) == (1, 1, 1, 1)
    assert linking([mention("Kesh")], gold) == (0, 0, 0, 0)


def test_linking_leaves_optional_gold_out() -> None:
    gold = [mention("Kesh", "kesh", optional=True)]
    assert linking([mention("Kesh", wikidata="Q1")], gold) == (0, 0, 0, 0)


def test_the_gold_as_a_submission_bears_the_identifiers_of_the_registry() -> None:
    made = corpus(document(TEXT, entities=[*GOLD, mention("Kesh", "unknown")]))
    registry = {"mirova": Entity(entity_id="mirova", type="location", name="Mirova", wikidata="Q1")}
    (prediction,) = gold_predictions(made._replace(registry=registry))
    assert [one.wikidata for one in prediction.entities or ()] == ["Q1", None, None, "Q1", None, None]


def test_neither_coreference_nor_linking_has_a_column_in_the_leaderboard() -> None:
    shown = set(measures("entities"))
    assert shown < set(LAYERS["entities"].MEASURES)
    assert not any(name.startswith(PREFIX) or name == "entities.linking" for name in shown)


def test_coreference_does_not_depend_on_what_clusters_are_called() -> None:
    both = [*RIGHT, mention("Arlen", "e1")]
    swapped = {"e1": "z", "e2": "a"}
    renamed = [{**found, "entity_id": swapped.get(found["entity_id"], found["entity_id"])} for found in both]
    assert f1(scored(renamed)) == f1(scored(both))
