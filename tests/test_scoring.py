from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.corpus import Corpus, load
from dateline.errors import InputError, UnknownNameError
from dateline.layers import LAYERS
from dateline.layers.counts import total
from dateline.predictions import as_lines, read
from dateline.reports import as_json
from dateline.scoring import Scores, gold_predictions, score

Prediction = dict[str, Any]

FRANCE = {"at": "France", "type": "location", "subtype": "country"}
CHAD = {"at": "Chad", "type": "location", "subtype": "country"}
FIRST, SECOND = "France left.\nChad stayed.", "Chad left."
TINY = corpus(document(FIRST, "d1", entities=[FRANCE, CHAD]), document(SECOND, "d2", entities=[CHAD]))
RIGHT: list[Prediction] = [
    {"doc_id": "d1", "entities": placed([FRANCE, CHAD], FIRST)},
    {"doc_id": "d2", "entities": placed([CHAD], SECOND)},
]


@cache
def article() -> Corpus:
    return load()


def submission(gold: Corpus) -> list[Prediction]:
    """The gold as plain dictionaries, as a system would write them."""
    return [json.loads(line) for line in as_lines(gold_predictions(gold)).splitlines()]


def worsened(gold: Corpus, seed: int) -> list[Prediction]:
    """The gold with records dropped, repeated, shifted and relabelled."""
    chance = random.Random(seed)
    made = submission(gold)
    for prediction in made:
        for layer in LAYERS:
            records = [record for record in prediction[layer] if chance.random() > 0.2]
            records += chance.choices(records, k=5)
            prediction[layer] = [_changed(layer, dict(record), chance) for record in records]
    return made


def _changed(layer: str, record: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    if layer != "stances" and chance.random() < 0.3:
        record.pop("text", None)
        record["end"] = record["start"] + chance.randint(1, 30)
    if layer == "entities" and chance.random() < 0.3:
        record |= {"type": chance.choice(["person", "location"]), "subtype": None}
    if layer == "figures" and chance.random() < 0.3:
        record |= {"comparator": "exact", "value": chance.randint(1, 3000), "status": "actual"}
    if layer == "stances" and chance.random() < 0.3:
        record |= {"polarity": chance.choice(["favor", "against"]), "act": "warns"}
    return record


def numbers(scores: Scores) -> list[tuple[Any, ...]]:
    return [tuple(found) for found in scores.scores]


def imperfect(scores: Scores) -> list[tuple[Any, ...]]:
    return [tuple(found) for found in scores.scores if found.value not in (None, 1)]


@pytest.mark.parametrize("level", ["name", "nominal", "pronoun", "all"])
def test_the_gold_laid_on_itself_scores_1_in_everything(level: str) -> None:
    scores = score(gold_predictions(article()), article(), level=level)
    assert imperfect(scores) == []
    assert scores.value("stances.position.f1") == scores.value("figures.fact.f1") == 1


@pytest.mark.parametrize("layer", LAYERS)
def test_the_gold_of_one_layer_alone_scores_1(layer: str) -> None:
    alone = [{"doc_id": made["doc_id"], layer: made[layer]} for made in submission(article())]
    scores = score(alone, article())
    assert (scores.attempted, imperfect(scores)) == ((layer,), [])


@pytest.mark.parametrize("layer", LAYERS)
def test_an_empty_submission_finds_nothing(layer: str) -> None:
    measure = next(name for name, found in LAYERS[layer].MEASURES.items() if found.headline)
    empty = score([{"doc_id": made["doc_id"], layer: []} for made in submission(article())], article())
    assert [empty.value(f"{measure}.{number}") for number in ("f1", "recall", "precision")] == [0, 0, None]


def shuffled_records(made: list[Prediction], chance: random.Random) -> list[Prediction]:
    return [{**one, **{layer: chance.sample(one[layer], len(one[layer])) for layer in LAYERS}} for one in made]


def shuffled_keys(made: Any, chance: random.Random) -> Any:
    if isinstance(made, list):
        return [shuffled_keys(item, chance) for item in made]
    if not isinstance(made, dict):
        return made
    return {key: shuffled_keys(made[key], chance) for key in chance.sample(list(made), len(made))}


def renamed_identifiers(made: list[Prediction], chance: random.Random) -> list[Prediction]:
    """Own entity_ids replaced throughout by random numbers, and so are the identifiers of records."""
    known = sorted({mention["entity_id"] for one in made for mention in one["entities"] if mention["entity_id"]})
    names = {name: f"own-{chance.random()}" for name in known}

    def rename(value: Any, key: str = "") -> Any:
        if isinstance(value, list):
            return [rename(item, key) for item in value]
        if isinstance(value, dict):
            return {inner: rename(item, inner) for inner, item in value.items()}
        refers = key in ("entity_id", "entities", "source", "place", "via", "on_behalf_of")
        return f"{chance.random()}" if key == "id" else names.get(value, value) if refers else value

    renamed: list[Prediction] = rename(made)
    return renamed


@pytest.mark.parametrize("change", [shuffled_records, shuffled_keys])
@pytest.mark.parametrize("seed", range(3))
def test_order_changes_no_number(change: Callable[..., Any], seed: int) -> None:
    made = worsened(article(), seed)
    before, after = score(made, article()), score(change(made, random.Random(seed)), article())
    assert (numbers(before), before.rows) == (numbers(after), after.rows)


def test_names_of_own_identifiers_change_no_number() -> None:
    made = submission(article())
    assert numbers(score(renamed_identifiers(made, random.Random(7)), article())) == numbers(score(made, article()))


def test_the_order_of_documents_changes_no_number() -> None:
    made = [RIGHT[0], {"doc_id": "d2", "entities": placed([{**CHAD, "type": "group", "subtype": None}], SECOND)}]
    turned = TINY._replace(documents=TINY.documents[::-1])
    assert numbers(score(made, TINY)) == numbers(score(made[::-1], TINY)) == numbers(score(made, turned))


@pytest.mark.parametrize("layer", LAYERS)
def test_groups_add_up_to_the_overall(layer: str) -> None:
    rows = score(worsened(article(), 1), article(), layers=[layer]).rows
    sums = total(rows, by=("measure", "group"))
    for measure, described in LAYERS[layer].MEASURES.items():
        for grouping in described.groupings:
            parts = [
                counts for (name, group), counts in sums.items() if name == measure and group.startswith(f"{grouping}=")
            ]
            assert tuple(map(sum, zip(*parts, strict=True))) == sums[measure, "overall"]


def test_rows_of_segments_add_up_to_the_document() -> None:
    rows = score(worsened(article(), 2), article()).rows
    halves = [total(part) for part in (rows[::2], rows[1::2])]
    whole = total(rows)
    assert all(
        tuple(map(sum, zip(*(half[key] for half in halves if key in half), strict=True))) == counts
        for key, counts in whole.items()
    )


def test_a_document_without_a_prediction_counts_as_missed() -> None:
    assert score(RIGHT[:1], TINY).value("entities.strict.recall") == pytest.approx(2 / 3)


def test_a_document_without_the_layer_counts_as_missed() -> None:
    scores = score([RIGHT[0], {"doc_id": "d2", "segments": []}], TINY, ["entities"])
    assert scores.value("entities.strict.recall") == pytest.approx(2 / 3)


def test_a_bad_record_counts_as_spurious_and_in_a_group_of_its_own() -> None:
    made = [{**RIGHT[0], "entities": [*RIGHT[0]["entities"], {"start": 0}]}, RIGHT[1]]
    scores = score(made, TINY, on_error="spurious")
    assert scores.value("entities.strict.precision") == 0.75
    assert scores.value("entities.strict.precision", "type=unreadable") == 0


def test_bad_records_do_not_touch_what_speaks_of_matched_records_only() -> None:
    made = [{**RIGHT[0], "entities": [*RIGHT[0]["entities"], {"start": 0}]}, RIGHT[1]]
    assert score(made, TINY, on_error="spurious").value("entities.subtype.accuracy") == 1


def test_bad_records_stop_by_default() -> None:
    with pytest.raises(InputError):
        score([{"doc_id": "d1", "entities": [{}]}], TINY)


def test_layers_are_those_that_the_predictions_attempt() -> None:
    assert score(RIGHT, TINY).signature["layers"] == ["entities"]


def test_without_any_layer_all_are_scored() -> None:
    assert score([{"doc_id": "d1"}], TINY).signature["layers"] == list(LAYERS)


def test_the_order_of_layers_asked_for_does_not_matter() -> None:
    asked = [score(RIGHT, TINY, layers=layers) for layers in (["figures", "entities"], ["entities", "figures"])]
    assert asked[0] == asked[1]


def test_predictions_may_be_read_before() -> None:
    assert score(read(RIGHT, TINY), TINY) == score(RIGHT, TINY)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: score(RIGHT, TINY, layers=["mentions"]),
        lambda: score(RIGHT, TINY, level="proper"),
        lambda: score(RIGHT, TINY).value("entities.strict"),
        lambda: score(RIGHT, TINY).value("entities.strict.f1", "type=place"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(ask: Callable[[], object]) -> None:
    with pytest.raises(UnknownNameError, match="known: "):
        ask()


def test_values_are_found_by_measure_and_group() -> None:
    assert score(RIGHT[1:], TINY).value("entities.strict.recall", "subtype=location/country") == pytest.approx(1 / 3)


def test_every_measure_of_a_layer_has_its_numbers() -> None:
    scores = score([{"doc_id": "d1"}], TINY)
    found = {one.measure.rpartition(".")[0] for one in scores.scores}
    assert found == {measure for module in LAYERS.values() for measure in module.MEASURES}


def test_the_table_has_a_row_for_every_score_and_nan_where_undefined() -> None:
    scores = score(RIGHT[1:], TINY, layers=["figures"])
    frame = scores.to_frame()
    assert (len(frame), list(frame.columns[:4])) == (len(scores.scores), ["layer", "measure", "group", "value"])
    assert frame["value"].isna().all()


def test_json_holds_signature_scores_and_problems() -> None:
    scores = score([{"doc_id": "d1", "figures": [{"start": 0}]}], TINY, on_error="spurious")
    found = json.loads(as_json.render(scores))
    assert list(found) == ["signature", "scores", "problems"]
    assert found["signature"].items() >= scores.signature.items()
    assert len(found["problems"]) == len(scores.problems)
    assert found["scores"][0]["measure"] == "figures.fact.f1"


def test_the_signature_says_what_was_scored_and_how() -> None:
    made = [{**prediction, "system": "test"} for prediction in RIGHT]
    signed = score(made, TINY, level="all", on_error="spurious").signature
    assert {key: signed[key] for key in ("corpus", "digest", "documents", "systems", "level", "on_error")} == {
        "corpus": "0",
        "digest": "digest",
        "documents": 2,
        "systems": ["test"],
        "level": "all",
        "on_error": "spurious",
    }
