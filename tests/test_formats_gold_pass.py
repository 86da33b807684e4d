"""Gold-shaped records: complete, derived where gold derives, refused where an annotation is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import GOLD, TEXT, predictions
from tiny import span

from dateline.corpus import load
from dateline.errors import InputError
from dateline.formats.conversion import convert
from dateline.formats.gold_pass import LETTERS, read, write
from dateline.model import Prediction
from dateline.passes import GOLD as GOLD_NAME
from dateline.passes import read_pass
from dateline.vocabulary import schema

MENTION = {**span("Ann", TEXT), "type": "person", "entity_id": "ann"}
FIGURE = {**span("2,000", TEXT), "value": 2000, "category": "displaced", "status": "actual", "fact_id": "left"}
STANCE = {
    "holder": {"entity_id": "ann", **span("Ann", TEXT)},
    "concept_id": "peace",
    "polarity": "favor",
    "act": "calls_for",
    "basis": "speech",
    "quotation": "none",
    "certainty": "certain",
    "expression": [span("left", TEXT)],
}


def passed(folder: Path, **layers: list[dict[str, Any]]) -> dict[str, Any]:
    """The pass that predictions of one document become, read as passes are."""
    write(predictions([{"doc_id": "d1", **layers}], GOLD), GOLD, folder / "pass")
    return read_pass(folder / "pass", GOLD).layers


def refused(folder: Path, **layers: list[dict[str, Any]]) -> InputError:
    with pytest.raises(InputError) as caught:
        passed(folder, **layers)
    assert not (folder / "pass").exists()
    return caught.value


def test_the_gold_comes_back_as_it_was(tmp_path: Path) -> None:
    gold = load()
    convert(None, tmp_path / "pass", "gold", "gold-pass", gold)
    found, expected = read_pass(tmp_path / "pass", gold), read_pass(GOLD_NAME, gold)
    assert found.layers == {layer: expected.layers[layer] for layer in LETTERS}


@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_a_pass_goes_through_prediction_files_unchanged(name: str, tmp_path: Path) -> None:
    gold = load()
    folder = gold.root / "annotations/ips-car-2014/passes" / name
    convert(folder, tmp_path / "a.jsonl", "gold-pass", "prediction", gold)
    convert(tmp_path / "a.jsonl", tmp_path / "pass", "prediction", "gold-pass", gold)
    before, after = read_pass(folder, gold).layers, read_pass(tmp_path / "pass", gold).layers
    assert {layer: by_id(records) for layer, records in after.items()} == {
        layer: by_id(before[layer]) for layer in LETTERS
    }


def by_id(records: tuple[Any, ...]) -> dict[str, Any]:
    return {record.id: record for record in records}


def test_errata_and_registry_of_a_pass_are_counted_as_lost() -> None:
    gold = load()
    found = read(gold.root / "annotations/ips-car-2014/passes/A", gold)
    assert [problem.code for problem in found.problems] == ["lost-errata", "lost-registry"]


def test_identifiers_text_and_segment_are_derived(tmp_path: Path) -> None:
    second = {**span("Ben", TEXT), "type": "person", "entity_id": "ben"}
    [ann, ben] = passed(tmp_path, entities=[second, MENTION])["entities"]
    assert [(one.id, one.text, one.segment_id) for one in (ann, ben)] == [
        ("m001", "Ann", "s001"),
        ("m002", "Ben", "s001"),
    ]


def test_identifiers_that_gold_may_have_are_kept(tmp_path: Path) -> None:
    assert [one.id for one in passed(tmp_path, entities=[{**MENTION, "id": "m007"}])["entities"]] == ["m007"]


def test_only_the_layers_given_are_written(tmp_path: Path) -> None:
    assert list(passed(tmp_path, figures=[FIGURE])) == ["figures"]


def test_a_layer_without_records_is_written_empty(tmp_path: Path) -> None:
    assert passed(tmp_path, entities=[]) == {"entities": ()}


def test_a_stance_gets_the_span_of_its_segments(tmp_path: Path) -> None:
    [stance] = passed(tmp_path, stances=[{**STANCE, "segment_ids": ["s001", "s002"]}])["stances"]
    assert (stance.start, stance.end) == (0, len(TEXT) - 1)


def test_a_stance_gets_the_segments_of_its_span(tmp_path: Path) -> None:
    [stance] = passed(tmp_path, stances=[{**STANCE, **span("2,000 men", TEXT)}])["stances"]
    assert stance.segment_ids == ("s002",)


@pytest.mark.parametrize(
    ("layer", "record", "fields"),
    [
        ("entities", {key: value for key, value in MENTION.items() if key != "entity_id"}, ["entity_id"]),
        ("entities", {**MENTION, "entity_id": "Ann Lee"}, ["entity_id"]),
        ("figures", span("2,000", TEXT), ["category", "fact_id", "status"]),
        ("figures", {**FIGURE, "source": ["Ann Lee"]}, ["source[0]"]),
        ("segments", span("Ann met", TEXT), ["kind"]),
        (
            "stances",
            {"holder": "ann", "concept_id": "peace", "polarity": "favor", "segment_ids": ["s001"]},
            ["act", "basis", "certainty", "expression", "holder", "quotation"],
        ),
    ],
)
def test_what_gold_requires_and_a_record_lacks_is_named(
    layer: str, record: dict[str, Any], fields: list[str], tmp_path: Path
) -> None:
    found = refused(tmp_path, **{layer: [record]}).problems
    assert [problem.record.rpartition("/")[2] for problem in found] == fields
    assert {problem.record.partition(" ")[0] for problem in found} == {f"d1/{layer}"}


def test_what_gold_has_no_place_for_is_counted_as_lost(tmp_path: Path) -> None:
    record = {**MENTION, "wikidata": "Q1", "id": "x", "head": span("Ann", TEXT) | {"text": "Ann"}}
    figure = {**FIGURE, "source": [{"entity_id": "ann", "start": 0, "end": 3}]}
    submitted = {"doc_id": "d1", "system": "s", "entities": [record]}
    problems = write(predictions([submitted], GOLD), GOLD, tmp_path / "pass")
    assert {problem.code for problem in problems} == {
        "lost-system",
        "lost-identifiers",
        "lost-entities.wikidata",
        "lost-entities.head.text",
    }
    assert "source" in str(refused(tmp_path / "other", figures=[figure]))


def test_the_items_of_the_registry_are_lost_too(tmp_path: Path) -> None:
    done = convert(None, tmp_path / "pass", "gold", "gold-pass", load())
    assert "lost-entities.wikidata" in {problem.code for problem in done.problems}


def test_every_key_of_the_schema_is_written(tmp_path: Path) -> None:
    write(predictions([{"doc_id": "d1", "figures": [FIGURE]}], GOLD), GOLD, tmp_path / "pass")
    content = (tmp_path / "pass/figures.jsonl").read_text()
    assert [key for key in schema("figure")["required"] if f'"{key}": ' not in content] == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pass").mkdir()
    (tmp_path / "pass/notes.txt").write_text("mine")
    with pytest.raises(InputError, match="something here"):
        passed(tmp_path, entities=[MENTION])
    assert [file.name for file in (tmp_path / "pass").iterdir()] == ["notes.txt"]


def test_nothing_to_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no layer to write"):
        write([Prediction(doc_id="d1")], GOLD, tmp_path / "pass")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"id": "m001"}', "missing-key"),
        ("{", "malformed-json"),
        ("[]", "wrong-type"),
        ('{"id": 5}', "wrong-type"),
    ],
)
def test_a_pass_that_is_not_right_is_refused_with_its_line(content: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "entities.jsonl").write_text(f"\n{content}\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path, GOLD)
    assert (code, 2) in [(problem.code, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "Ben"}, "text-mismatch"),
        ({"end": 999}, "offset-beyond-text"),
        ({"doc_id": "d9"}, "unknown-document"),
    ],
)
def test_a_record_of_another_text_is_refused(change: dict[str, Any], code: str, tmp_path: Path) -> None:
    write(predictions([{"doc_id": "d1", "entities": [MENTION]}], GOLD), GOLD, tmp_path / "pass")
    file = tmp_path / "pass/entities.jsonl"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(InputError, match=code):
        read(tmp_path / "pass", GOLD)


def test_a_pass_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "entities.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(InputError, match=r"entities\.jsonl:1: invalid-utf8"):
        read(tmp_path, GOLD)


def test_a_folder_without_layers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not-a-pass"):
        read(tmp_path, GOLD)
