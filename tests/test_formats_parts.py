from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import foreign
import pytest
from foreign import CLEAN, TEXT
from hypothesis import given

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.formats.common import Intake, as_dictionary
from dateline.formats.links import arcs, link, mentions
from dateline.formats.parts import (
    OTHER,
    Draft,
    Part,
    decoded,
    gather,
    item_address,
    item_of,
    labels,
    layer_of,
    parts,
    record_of,
    vocabulary,
)
from dateline.formats.texts import Base
from dateline.model import Mention, Prediction, Stance

GOLD = foreign.small()
RAW = Base(GOLD.documents[0], "raw", TEXT)
UNPLACED = Stance(segment_ids=("s002",), holder="Chad", concept_id="one", polarity="favor")


def mention(start: int, end: int, **rest: Any) -> Part:
    return Part("entities", start, end, "location", {}, rest)


def part(record: Any, layer: str = "entities") -> Part:
    records: dict[str, Any] = {layer: (record,)}
    (found,) = parts(Prediction(doc_id="d1", **records), GOLD.documents[0], GOLD)
    return found


@given(foreign.predictions())
def test_records_that_are_taken_apart_are_put_together_again(case: tuple[Corpus, list[Prediction]]) -> None:
    gold, said = case
    for prediction in said:
        document = gold.document(prediction.doc_id)
        line = as_dictionary(prediction)
        base = Base(document, "raw", document.text)
        found = [record_of(one, base) for one in parts(prediction, document, gold)]
        assert found == [record for layer in KINDS for record in line.get(layer, ())]


def test_what_follows_from_the_offsets_is_not_in_the_rest() -> None:
    full = Mention(id="m1", doc_id="d1", segment_id="s001", start=0, end=4, text="Chad", type="location")
    assert part(full) == Part("entities", 0, 4, "location", {}, {"id": "m1"})


def test_what_follows_from_the_offsets_follows_a_span_that_is_moved() -> None:
    full = Mention(doc_id="d1", segment_id="s001", start=0, end=4, text="Chad", type="location")
    moved = part(full)._replace(start=25, end=31)
    assert record_of(moved, RAW)["text"] == "France"
    assert record_of(moved, RAW)["segment_id"] == "s002"


def test_in_the_clean_text_nothing_is_derived() -> None:
    found = record_of(mention(0, 4), RAW._replace(offsets="clean", text=CLEAN))
    assert found == {"type": "location", "start": 0, "end": 4}


def test_a_stance_without_offsets_is_shown_on_its_segments_and_has_none_again() -> None:
    shown = part(UNPLACED, "stances")
    assert TEXT[shown.start : shown.end] == "France backs it."
    assert "start" not in record_of(shown, RAW)


def test_a_stance_without_offsets_that_is_moved_has_them() -> None:
    moved = part(UNPLACED, "stances")._replace(start=0, end=4)
    assert (record_of(moved, RAW)["start"], record_of(moved, RAW)["end"]) == (0, 4)


def test_what_a_tool_shows_overrules_the_rest() -> None:
    shown = Part("entities", 0, 4, "group", {"subtype": "religion"}, {"type": "person", "subtype": "x", "start": 9})
    found = record_of(shown, RAW)
    assert (found["type"], found["subtype"], found["start"]) == ("group", "religion", 0)


@pytest.mark.parametrize("name", [*KINDS.values()])
def test_an_entity_with_the_name_of_another_kind_stays_an_entity(name: str) -> None:
    shown = part(Mention(start=0, end=4, type=name))
    assert (shown.label, layer_of(shown.label), record_of(shown, RAW)["type"]) == (OTHER, "entities", name)


def test_every_label_that_is_offered_belongs_to_a_layer() -> None:
    assert {layer_of(label) for label in labels(GOLD)} == {*KINDS}


def test_the_vocabulary_is_that_of_the_schema_and_the_codebook() -> None:
    assert [*vocabulary("stances", GOLD)["concept_id"]] == [*GOLD.concepts]
    assert [*vocabulary("entities", GOLD)] == ["type", "subtype", "level"]


@pytest.mark.parametrize("note", ["", "not sure", "[1]", "3", "{", "[" * 100_000, '"\ud800"'])
def test_a_remark_is_no_rest(note: str) -> None:
    assert decoded(note) is None


@pytest.mark.parametrize(
    "address", ["Q657", item_address("Q657"), "https://www.wikidata.org/wiki/Q657", "http://wikidata.org/entity/Q657"]
)
def test_an_item_is_known_by_its_address(address: str) -> None:
    assert item_of(address) == "Q657"


@pytest.mark.parametrize("address", ["", "Q0", "P31", "http://example.org/entity/Q657", "Q657/../x"])
def test_other_addresses_are_no_items(address: str) -> None:
    assert item_of(address) is None


def test_layers_that_any_document_has_count_as_attempted_in_all() -> None:
    intake, second = Intake(Path("x")), GOLD.documents[1]
    first, other = Draft(RAW, Path("x")), Draft(Base(second, "raw", second.text), Path("x"))
    first.add(mention(0, 4))
    gather([first, other], intake)
    assert intake.done().documents[1] == {"doc_id": "d2", "entities": []}


def test_what_a_document_says_that_it_attempts_counts_for_it_alone() -> None:
    intake = Intake(Path("x"))
    gather([Draft(RAW, Path("x"), {"layers": ["figures", "nonsense"], "system": "rules"})], intake)
    assert intake.done().documents == [{"doc_id": "d1", "figures": [], "system": "rules"}]


def test_a_document_twice_is_an_error() -> None:
    intake = Intake(Path("x"))
    gather([Draft(RAW, Path("x")), Draft(RAW, Path("x"))], intake)
    assert [problem.code for problem in intake.done().problems] == ["duplicate-document"]


def test_a_pointer_at_a_mention_is_an_arc_and_comes_back() -> None:
    shown = Part("stances", 0, 4, "stance", {}, {"holder": {"start": 25, "end": 31, "entity_id": "e1"}})
    target = mention(25, 31, entity_id="e1")
    bare, drawn = arcs(shown, mentions([target]))
    found = {"S": bare, "M": target}
    link([(field, "S", "M") for field, _ in drawn], found, Counter())
    assert (bare.rest, found["S"]) == ({}, shown)


@pytest.mark.parametrize(
    "pointer", ["e1", {"entity_id": "e1"}, {"start": 25, "end": 31, "text": "France"}, {"start": 0, "end": 4}]
)
def test_a_pointer_that_is_not_just_a_mention_stays_in_the_rest(pointer: Any) -> None:
    shown = Part("figures", 0, 4, "figure", {}, {"place": [{"start": 25, "end": 31}, pointer]})
    assert arcs(shown, mentions([mention(25, 31)])) == (shown, [])


def test_a_relation_that_no_record_has_a_field_for_is_lost() -> None:
    found, lost = {"A": mention(0, 4), "B": mention(25, 31)}, Counter[str]()
    link([("holder", "A", "B"), ("near", "A", "B"), ("holder", "A", "nothing")], found, lost)
    assert lost == {"relation": 3}


def test_mentions_that_corefer_have_the_first_entity_id_that_there_is() -> None:
    found = {"A": mention(0, 4), "B": mention(25, 31, entity_id="e7"), "C": mention(5, 6)}
    link([("Coreference", "A", "B"), ("coref", "C", "A")], found, Counter())
    assert {name: one.rest["entity_id"] for name, one in found.items()} == dict.fromkeys("ABC", "e7")
