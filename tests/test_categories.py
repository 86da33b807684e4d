from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from random_documents import submissions
from tiny import corpus, document, placed

from dateline.categories import categories
from dateline.corpus import Corpus
from dateline.errors import UnknownNameError
from dateline.layers import LAYERS
from dateline.layers.base import DUPLICATE, MISSED, OVERALL, SPURIOUS, UNREADABLE
from dateline.layers.counts import total
from dateline.reports.errors import mistakes
from dateline.scoring import Scores, score
from dateline.vocabulary import labels

Records = list[dict[str, Any]]
Sides = dict[str, tuple[int, int]]

TEXT = "In Paris 500 men fled.\nFrance backs the mission.\nChad was against it."
PARIS = {"at": "Paris", "type": "location"}
MEN = {"at": "500", "value": 500, "category": "fled", "status": "actual"}
BACKS = {"segment_ids": ["s002"], "holder": {"entity_id": "france"}, "concept_id": "mission", "polarity": "favor"}
NAMES = {"france": ["France"], "chad": ["Chad"]}
TOTALS = {
    "segments": "segments.exact",
    "entities": "entities.overlap",
    "figures": "figures.overlap",
    "stances": "stances.record",
}
"""Layer -> a measure that counts all of its required gold and all predictions that no optional gold takes."""


def scored(layer: str, gold: Records, predicted: Records, **options: Any) -> Scores:
    layers: dict[str, Any] = {layer: gold}
    made = corpus(document(TEXT, **layers), registry=NAMES, concepts=["mission", "peace"])
    return score([{"doc_id": "d1", layer: placed(predicted, TEXT)}], made, [layer], **options)


def sides(scores: Scores, group: str = OVERALL) -> Sides:
    """Category -> the counts on both sides, of those that occur."""
    return {
        one.category: (one.gold, one.predicted)
        for one in scores.tallies()
        if one.group == group and (one.gold or one.predicted)
    }


def became(layer: str, gold: dict[str, Any], *predicted: dict[str, Any]) -> Sides:
    return sides(scored(layer, [gold], [*predicted]))


@pytest.mark.parametrize(
    ("predicted", "category"),
    [
        (PARIS, "correct"),
        ({**PARIS, "type": "person"}, "wrong_type"),
        ({**PARIS, "at": "In Paris"}, "wrong_boundary"),
        ({"at": "In Paris", "type": "person"}, "wrong_both"),
    ],
)
def test_a_mention_is_right_or_wrong_in_type_boundary_or_both(predicted: dict[str, Any], category: str) -> None:
    assert became("entities", PARIS, predicted) == {category: (1, 1)}


def test_an_accepted_type_is_correct() -> None:
    assert became("entities", {**PARIS, "alternatives": {"type": ["group"]}}, {**PARIS, "type": "group"}) == {
        "correct": (1, 1)
    }


def test_what_meets_nothing_is_missed_or_spurious() -> None:
    assert became("entities", PARIS, {"at": "men", "type": "group"}) == {MISSED: (1, 0), SPURIOUS: (0, 1)}


@pytest.mark.parametrize("other", [PARIS, {**PARIS, "type": "person"}, {**PARIS, "at": "Paris 500"}])
def test_a_second_prediction_of_a_mention_is_a_duplicate(other: dict[str, Any]) -> None:
    assert became("entities", PARIS, PARIS, other) == {"correct": (1, 1), DUPLICATE: (0, 1)}


def test_of_repetitions_of_what_is_not_there_one_is_spurious() -> None:
    men = {"at": "men", "type": "group"}
    assert became("entities", PARIS, men, {**men, "type": "person"}, men) == {
        MISSED: (1, 0),
        SPURIOUS: (0, 1),
        DUPLICATE: (0, 2),
    }


def test_matches_of_optional_gold_are_left_out_and_their_repetitions_are_duplicates() -> None:
    other = {**PARIS, "at": "Paris 500"}
    assert became("entities", {**PARIS, "optional": True}, PARIS, other) == {DUPLICATE: (0, 1)}


def test_optional_gold_is_not_missed() -> None:
    assert became("entities", {**PARIS, "optional": True}) == {}


@pytest.mark.parametrize(
    ("predicted", "category"),
    [
        ({"at": "In Paris 500 men fled.", "kind": "sentence"}, "correct"),
        ({"at": "In Paris 500 men fled.", "kind": "heading"}, "wrong_kind"),
        ({"at": "In Paris 500 men", "kind": "sentence"}, "wrong_boundary"),
        ({"at": "In Paris 500 men"}, "wrong_both"),
    ],
)
def test_a_segment_is_right_or_wrong_in_kind_boundary_or_both(predicted: dict[str, Any], category: str) -> None:
    assert became("segments", {"at": "In Paris 500 men fled.", "kind": "sentence"}, predicted) == {category: (1, 1)}


def test_a_segment_that_is_cut_has_a_wrong_boundary_and_a_duplicate() -> None:
    gold = {"at": "In Paris 500 men fled.", "kind": "sentence"}
    cut = [{**gold, "at": "In Paris 500"}, {**gold, "at": "men fled."}]
    assert became("segments", gold, *cut) == {"wrong_boundary": (1, 1), DUPLICATE: (0, 1)}


@pytest.mark.parametrize(
    ("change", "category"),
    [
        ({}, "correct"),
        ({"at": "500 men"}, "wrong_boundary"),
        ({"at": "500 men", "value": 50}, "wrong_number"),
        ({"value": 50}, "wrong_number"),
        ({"comparator": "about"}, "wrong_comparator"),
        ({"unit": {"text": "km", "ucum": "km"}}, "wrong_unit"),
        ({"category": "killed"}, "wrong_category"),
        ({"status": "planned"}, "wrong_status"),
        ({"status": "planned", "measure": "stock"}, "wrong_status"),
        ({"status": "planned", "value": 50}, "wrong_several"),
        ({"measure": "stock"}, "wrong_measure"),
        ({"counted": {"text": "men"}}, "wrong_counted"),
        ({"source": ["France"]}, "wrong_source"),
        ({"place": ["France"]}, "wrong_place"),
        ({"time": {"edtf": "2014"}}, "wrong_time"),
        ({"place": ["France"], "measure": "stock"}, "wrong_details"),
    ],
)
def test_a_figure_is_wrong_in_a_slot_of_its_fact_then_in_a_detail_then_in_its_boundary(
    change: dict[str, Any], category: str
) -> None:
    assert became("figures", MEN, {**MEN, **change}) == {category: (1, 1)}


def test_a_second_figure_on_a_quantity_is_a_duplicate() -> None:
    assert became("figures", MEN, MEN, {**MEN, "at": "500 men", "value": 1}) == {
        "correct": (1, 1),
        DUPLICATE: (0, 1),
    }


@pytest.mark.parametrize(
    ("change", "category"),
    [
        ({}, "correct"),
        ({"act": "warns"}, "correct"),
        ({"polarity": "against"}, "wrong_polarity"),
        ({"concept_id": "peace"}, "wrong_concept"),
        ({"holder": "Chad"}, "wrong_holder"),
        ({"holder": "Chad", "polarity": "against"}, "wrong_several"),
    ],
)
def test_a_stance_is_wrong_in_holder_concept_polarity_or_several(change: dict[str, Any], category: str) -> None:
    assert became("stances", BACKS, {**BACKS, **change}) == {category: (1, 1)}


def test_a_stance_without_shared_evidence_is_spurious() -> None:
    assert became("stances", BACKS, {**BACKS, "segment_ids": ["s003"]}) == {MISSED: (1, 0), SPURIOUS: (0, 1)}


def test_a_wrong_polarity_goes_before_a_wrong_concept_and_that_before_a_wrong_holder() -> None:
    changes: Records = [{"holder": "Chad"}, {"concept_id": "peace"}, {"polarity": "against"}]
    found = [became("stances", BACKS, *({**BACKS, **change} for change in changes[:most])) for most in (1, 2, 3)]
    assert [next(iter(one)) for one in found] == ["wrong_holder", "wrong_concept", "wrong_polarity"]


def test_a_stance_said_twice_is_a_duplicate_and_another_one_on_the_same_evidence_is_not() -> None:
    other = {**BACKS, "holder": "Chad"}
    assert became("stances", BACKS, BACKS, {**BACKS, "act": "warns"}, other, other) == {
        "correct": (1, 1),
        SPURIOUS: (0, 1),
        DUPLICATE: (0, 2),
    }


def test_a_wrong_stance_said_twice_is_a_duplicate() -> None:
    wrong = {**BACKS, "polarity": "against"}
    assert became("stances", BACKS, wrong, wrong) == {"wrong_polarity": (1, 1), DUPLICATE: (0, 1)}


def test_a_stance_is_not_held_against_optional_gold_of_another_position() -> None:
    assert became("stances", {**BACKS, "optional": True}, {**BACKS, "polarity": "against"}) == {SPURIOUS: (0, 1)}


def test_bad_records_are_spurious_in_the_group_of_what_cannot_be_read() -> None:
    found = scored("entities", [PARIS], [PARIS, {"at": "men"}], on_error="spurious", by=["type"])
    assert sides(found) == {"correct": (1, 1), SPURIOUS: (0, 1)}
    assert sides(found, f"type={UNREADABLE}") == {SPURIOUS: (0, 1)}


def test_a_pair_is_in_the_group_of_its_gold_record_on_both_sides() -> None:
    found = scored("entities", [PARIS], [{**PARIS, "type": "person"}], by=["type"])
    assert sides(found, "type=location") == {"wrong_type": (1, 1)}


@settings(max_examples=50, deadline=None)
@given(submissions())
def test_categories_add_up_to_what_the_scorer_counts(made: tuple[Corpus, list[Any]]) -> None:
    scores = score(made[1], made[0], on_error="spurious")
    sums = total(scores.rows, by=("measure", "group"))
    for layer, measure in TOTALS.items():
        counted = [one for one in scores.tallies() if one.layer == layer]
        counts = sums.get((measure, OVERALL))
        assert sum(one.gold for one in counted) == (counts.gold if counts else 0)
        assert sum(one.predicted for one in counted) == (counts.predicted if counts else 0)


@settings(max_examples=50, deadline=None)
@given(submissions())
def test_categories_that_are_right_are_the_hits_of_the_scorer(made: tuple[Corpus, list[Any]]) -> None:
    scores = score(made[1], made[0], on_error="spurious")
    sums = total(scores.rows, by=("measure", "group"))
    hits = {name: counts.hits_gold for (name, group), counts in sums.items() if group == OVERALL}
    found = {(one.layer, one.category): one.gold for one in scores.tallies()}
    order = categories("figures")
    facts = sum(found["figures", category] for category in order[: order.index("wrong_details") + 1])
    assert facts == hits.get("figures.fact", 0)
    assert found["stances", "correct"] == hits.get("stances.record", 0)
    assert found["segments", "correct"] + found["segments", "wrong_kind"] == hits.get("segments.exact", 0)


@settings(max_examples=30, deadline=None)
@given(submissions())
def test_groups_of_categories_add_up_to_the_overall(made: tuple[Corpus, list[Any]]) -> None:
    tallies = score(made[1], made[0], on_error="spurious", by=["segment.kind"]).tallies()
    assert by_category(tallies, "segment.kind=") == by_category(tallies, OVERALL)


def by_category(tallies: list[Any], prefix: str) -> Counter[tuple[str, str, str]]:
    """The sums of both sides over groups."""
    found: Counter[tuple[str, str, str]] = Counter()
    for one in tallies:
        if one.group.startswith(prefix):
            found[one.layer, one.category, "gold"] += one.gold
            found[one.layer, one.category, "predicted"] += one.predicted
    return +found


@settings(max_examples=30, deadline=None)
@given(submissions())
def test_the_order_of_records_changes_no_category(made: tuple[Corpus, list[Any]]) -> None:
    gold, lines = made
    chance = random.Random(1)
    turned = [{**one, **{layer: chance.sample(one[layer], len(one[layer])) for layer in LAYERS}} for one in lines]
    by = ["segment.kind", "type", "status", "polarity"]
    first, second = (score(given, gold, on_error="spurious", by=by).tallies() for given in (lines, turned))
    assert first == second


def test_which_of_two_repetitions_is_spurious_does_not_depend_on_their_order() -> None:
    men = [{"at": "men", "type": kind, "id": name} for kind, name in (("person", "b"), ("group", "a"))]
    one, other = (scored("entities", [], predicted, by=["type"]).tallies() for predicted in (men, men[::-1]))
    assert one == other


@settings(max_examples=30, deadline=None)
@given(submissions())
def test_the_list_of_mistakes_has_as_many_of_each_category(made: tuple[Corpus, list[Any]]) -> None:
    gold, lines = made
    good = [{**one, **{layer: [record for record in one[layer] if record] for layer in LAYERS}} for one in lines]
    scores = score(good, gold, on_error="spurious")
    listed = Counter((one.layer, one.kind) for one in mistakes(scores))
    bad = Counter({(layer, SPURIOUS): count for (_, layer), count in scores.predictions.spurious.items()})
    counted = Counter({(one.layer, one.category): max(one.gold, one.predicted) for one in scores.tallies()})
    wrong = {key: count for key, count in (counted - bad).items() if key[1] != "correct"}
    assert wrong == {key: count for key, count in listed.items() if key[1] != "wrong"}


def test_the_frame_has_a_row_for_every_category() -> None:
    frame = scored("entities", [PARIS], []).categories()
    assert list(frame.columns) == ["layer", "category", "group", "gold", "predicted"]
    assert list(frame["category"]) == list(categories("entities"))


def test_confusion_counts_gold_labels_by_predicted_ones() -> None:
    gold = [PARIS, {"at": "France", "type": "location"}, {"at": "Chad", "type": "location"}]
    predicted = [PARIS, {"at": "France", "type": "person"}, {"at": "men", "type": "group"}]
    frame = scored("entities", gold, predicted).confusion("entities.type")
    assert frame.to_dict("split") == {
        "index": ["person", "location", "group", SPURIOUS],
        "columns": ["person", "location", "group", MISSED],
        "data": [[0, 0, 0, 0], [1, 1, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0]],
    }


def test_polarities_are_confused_between_records_that_differ_in_nothing_else() -> None:
    frame = scored("stances", [BACKS], [{**BACKS, "polarity": "against"}]).confusion("stances.polarity")
    assert frame.loc["favor", "against"] == frame.to_numpy().sum() == 1


def test_an_accepted_label_is_not_confused() -> None:
    gold = {**MEN, "alternatives": {"status": ["planned"]}}
    frame = scored("figures", [gold], [{**MEN, "status": "planned"}]).confusion("figures.status")
    assert frame.loc["actual", "actual"] == 1


def test_a_label_that_is_not_given_is_null_and_a_bad_record_is_unreadable() -> None:
    predicted: Records = [{"at": "500", "value": 500}, {"value": 3}]
    frame = scored("figures", [MEN], predicted, on_error="spurious").confusion("figures.status")
    assert (frame.loc["actual", "null"], frame.loc[SPURIOUS, UNREADABLE]) == (1, 1)


def test_without_any_record_there_is_nothing_to_confuse() -> None:
    assert scored("figures", [], []).confusion("figures.status").to_numpy().tolist() == [[0]]


@pytest.mark.parametrize("field", [f"{name}.{field}" for name, module in LAYERS.items() for field in module.FIELDS])
@settings(max_examples=8, deadline=None)
@given(made=submissions())
def test_every_record_is_in_one_cell_of_every_matrix(field: str, made: tuple[Corpus, list[Any]]) -> None:
    scores = score(made[1], made[0], on_error="spurious")
    frame, layer = scores.confusion(field), field.partition(".")[0]
    tallies = [one for one in scores.tallies() if one.layer == layer]
    assert frame.drop(index=SPURIOUS).to_numpy().sum() == sum(one.gold for one in tallies)
    assert frame.drop(columns=MISSED).to_numpy().sum() == sum(one.predicted for one in tallies)


@pytest.mark.parametrize("field", ["entities.kind", "type", "figures.status"])
def test_a_field_that_cannot_be_confused_is_refused_with_the_known_ones(field: str) -> None:
    with pytest.raises(UnknownNameError, match=r"known: entities\.type, entities\.subtype, entities\.level$"):
        scored("entities", [], []).confusion(field)


@pytest.mark.parametrize("layer", LAYERS)
def test_label_fields_have_vocabularies_and_are_fields_of_records(layer: str) -> None:
    fields = LAYERS[layer].FIELDS
    assert all(labels(kind, field) for field, kind in fields.items())


def test_categories_of_an_unknown_layer_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="known: segments, entities, figures, stances"):
        categories("words")
