"""Gold and predictions of this corpus as the reference scorers see them: what is mapped, left out and warned of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.compatibility import SCORERS, Reference, reference_scores
from dateline.corpus import Corpus, load
from dateline.reports import REPORTS, report
from dateline.reports.beside import Beside
from dateline.scoring import gold_predictions, score

TEXT = "Chad sent 2,000 men.\nChad says the UN must act at once."
ENTITIES = [
    {"at": "Chad", "type": "location", "entity_id": "chad"},
    {"at": "Chad#2", "type": "location", "entity_id": "chad"},
    {"at": "UN", "type": "organisation", "entity_id": "un"},
]
FIGURES = [{"at": "2,000", "value": 2000, "comparator": "exact"}]
STANCES = [
    {
        "segment_ids": ["s002"],
        "holder": {"entity_id": "chad", "start": 21, "end": 25},
        "concept_id": "mission",
        "polarity": "favor",
        "target": {"at": "the UN"},
        "expression": [{"at": "must act"}],
    }
]


def gold(**layers: Any) -> Corpus:
    given = {"entities": ENTITIES, "figures": FIGURES, "stances": STANCES, **layers}
    return corpus(document(TEXT, **given), registry={"chad": ["Chad"], "un": ["UN"]}, concepts=["mission"])


def references(made: Corpus | None = None, level: str = "name", **layers: Any) -> dict[str, Reference]:
    prediction = {"doc_id": "d1", **placed(layers, TEXT)}
    scores = score([prediction], made or gold(), level=level, on_error="spurious")
    return {found.scorer.split()[0]: found for found in reference_scores(scores)}


def numbers(found: Reference) -> dict[str, dict[str, float | None]]:
    return {number.measure: number.values for number in found.numbers}


ALIKE = {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_only_the_scorers_of_layers_that_were_predicted_speak() -> None:
    assert set(references(figures=FIGURES)) == {"MeasEval"}
    assert set(references(stances=[], entities=[])) == {"nervaluate", "CoNLL", "neleval", "SF1"}
    assert references() == {}


def test_a_layer_that_was_not_scored_is_left_out() -> None:
    scores = score([{"doc_id": "d1", "entities": [], "figures": []}], gold(), ["figures"])
    assert [found.layer for found in reference_scores(scores)] == ["figures"]


def test_the_real_gold_laid_on_itself_is_right_for_every_scorer() -> None:
    article = load()
    found = reference_scores(score(gold_predictions(article), article))
    values = {one.scorer: {v for number in one.numbers for v in number.values.values()} for one in found}
    assert values == {scorer: {1.0} for scorer in SCORERS}


def test_native_measures_stand_beside_those_of_the_scorers() -> None:
    measures = score([], load()).measures()
    found = references(entities=ENTITIES, figures=FIGURES, stances=STANCES)
    native = {number.native for one in found.values() for number in one.numbers} - {""}
    assert native <= set(measures)
    assert {"entities.strict", "entities.coref.muc", "figures.overlap", "stances.record"} <= native


def test_a_wrong_type_is_wrong_in_strict_and_right_in_exact() -> None:
    found = numbers(references(entities=[{**ENTITIES[0], "type": "group"}, *ENTITIES[1:]])["nervaluate"])
    assert found["strict"]["f1"] == pytest.approx(2 / 3)
    assert found["exact"]["f1"] == 1


def test_optional_gold_and_what_matches_it_is_left_out() -> None:
    made = gold(entities=[*ENTITIES[:2], {**ENTITIES[2], "optional": True}])
    for predicted in (ENTITIES, ENTITIES[:2]):
        assert numbers(references(made, entities=predicted)["nervaluate"])["strict"]["f1"] == 1


def test_mentions_of_other_levels_are_left_out() -> None:
    nominal = {"at": "men", "type": "group", "level": "nominal"}
    made = gold(entities=[*ENTITIES, nominal])
    assert numbers(references(made, entities=ENTITIES)["nervaluate"])["strict"]["f1"] == 1
    assert numbers(references(made, "all", entities=ENTITIES)["nervaluate"])["strict"]["recall"] == 3 / 4


def test_clusters_are_those_of_entity_ids_and_mentions_without_one_are_singletons() -> None:
    assert numbers(references(entities=ENTITIES)["CoNLL"])["muc"] == ALIKE
    apart = [{key: value for key, value in one.items() if key != "entity_id"} for one in ENTITIES]
    assert numbers(references(entities=apart)["CoNLL"])["muc"]["recall"] == 0


def test_a_repeated_mention_is_scored_once_and_warned_of() -> None:
    found = references(entities=[*ENTITIES, {**ENTITIES[2], "entity_id": "chad"}])["CoNLL"]
    assert numbers(found)["muc"] == ALIKE
    assert any("1 mentions are repeated" in warning for warning in found.warnings)


def test_links_are_wikidata_items() -> None:
    article = load()
    (made,) = json.loads(json.dumps([{"doc_id": one.doc_id} for one in article.documents]))
    wrong = [
        {"start": one.start, "end": one.end, "type": one.type, "wikidata": "Q1"}
        for one in article.documents[0].entities
        if one.level == "name"
    ]
    scores = score([{**made, "entities": wrong}], article)
    found = {one.scorer.split()[0]: numbers(one) for one in reference_scores(scores)}["neleval"]
    assert (found["strong_mention_match"]["f1"], found["strong_link_match"]["f1"]) == (1.0, 0.0)


def test_quantities_bring_units_and_comparators() -> None:
    unit = {"unit": {"text": "km", "ucum": "km"}}
    made = gold(figures=[{**FIGURES[0], **unit, "comparator": "at_most"}])
    found = numbers(
        references(made, figures=[{**FIGURES[0], "unit": {"ucum": "m"}, "comparator": "about"}])["MeasEval"]
    )
    assert found == {
        "Quantity": {"exact": 1.0, "f1": 1.0},
        "Unit": {"exact": 0.0, "f1": 0.0},
        "modifier": {"exact": 0.0, "f1": 0.0},
    }


def test_an_exact_figure_has_no_modifier() -> None:
    assert numbers(references(figures=FIGURES)["MeasEval"])["modifier"] == {"exact": None, "f1": None}


def test_a_part_of_a_number_is_warned_of() -> None:
    found = references(figures=[{"at": "2", "value": 2}])["MeasEval"]
    assert numbers(found)["Quantity"] == {"exact": 0.0, "f1": 1.0}
    assert any('as "2" against "2,000"' in warning for warning in found.warnings)


def test_an_opinion_has_the_parts_of_its_stance_in_its_segment() -> None:
    found = references(stances=[{**STANCES[0], "expression": [{"at": "must"}]}])["SF1"]
    assert numbers(found)["SF1"]["precision"] == 1.0
    assert numbers(found)["SF1"]["recall"] == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert found.warnings == ()


def test_a_holder_outside_the_segment_or_by_name_alone_is_absent() -> None:
    outside = {"entity_id": "chad", "start": 0, "end": 4}
    made = gold(stances=[{**STANCES[0], "holder": outside}])
    for holder in ("Chad", outside):
        assert numbers(references(made, stances=[{**STANCES[0], "holder": holder}])["SF1"])["SF1"] == ALIKE


def test_an_opinion_stands_where_its_expression_does() -> None:
    made = gold(stances=[{**STANCES[0], "segment_ids": ["s001", "s002"]}])
    assert numbers(references(made, stances=STANCES)["SF1"])["SF1"] == ALIKE


def test_repeated_opinions_are_warned_of() -> None:
    said = references(stances=[*STANCES, {**STANCES[0], "concept_id": "mission"}])["SF1"].warnings
    assert any("1 more predictions are right" in warning for warning in said)


def test_bad_records_are_not_shown_and_told() -> None:
    found = references(figures=[*FIGURES, {"start": -1}])["MeasEval"]
    assert numbers(found)["Quantity"] == {"exact": 1.0, "f1": 1.0}
    assert found.warnings == ("1 bad records, spurious for dateline, are not shown to it",)


LAYERS = {"entities": [*ENTITIES, ENTITIES[0]], "figures": [{"at": "2", "value": 2}], "stances": STANCES * 2}


def shown(form: str) -> str:
    scores = score([{"doc_id": "d1", **placed(LAYERS, TEXT)}], gold())
    return report(form)(scores, Beside(references=reference_scores(scores)))


@pytest.mark.parametrize("form", REPORTS)
def test_every_report_names_each_scorer_and_its_warnings(form: str) -> None:
    page = " ".join(shown(form).replace("\\", "").split())
    assert all(scorer in page for scorer in SCORERS)
    assert "tokens are counted, not compared" in page and "1 mentions are repeated" in page


def test_the_text_keeps_to_80_columns() -> None:
    assert max(map(len, shown("text").splitlines())) <= 80


def test_the_tables_put_the_native_f1_beside() -> None:
    line = next(line for line in shown("text").splitlines() if line.startswith("strict "))
    assert line.split()[-2:] == ["entities.strict", "0.857"]


def test_json_holds_numbers_and_warnings_by_scorer() -> None:
    found = {one["scorer"]: one for one in json.loads(shown("json"))["references"]}
    quantity = {"measure": "Quantity", "values": {"exact": 0.0, "f1": 1.0}, "native": "figures.overlap"}
    assert quantity in found["MeasEval (SemEval-2021 Task 8)"]["numbers"]
    assert found["CoNLL coreference scorers"]["warnings"]


def test_a_report_without_references_has_no_place_for_them() -> None:
    assert "references" not in json.loads(report("json")(score([], gold())))
