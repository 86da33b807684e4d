from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from annotators import altered, without, write_pass

from dateline.corpus import Corpus, load
from dateline.disagreements import FACTS, Item, as_value, items
from dateline.passes import LAYERS, gold_pass, read_pass


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


def differing(tmp_path: Path, corpus: Corpus, **changes: Any) -> list[Item]:
    """What a changed gold and the gold differ in."""
    other = read_pass(write_pass(tmp_path / "other", corpus, **changes), corpus)
    return [item for item in items(gold_pass(corpus), other, corpus) if not item.agreed]


def test_the_gold_agrees_with_itself_in_every_record(corpus: Corpus) -> None:
    gold = gold_pass(corpus)
    found = [item for item in items(gold, gold, corpus) if item.layer != FACTS]
    assert len(found) == sum(map(len, gold.layers.values()))
    assert all(item.agreed and item.first == item.second for item in found)


def test_identifiers_and_free_wording_are_no_difference(tmp_path: Path, corpus: Corpus) -> None:
    reason = altered("f024", id="f999", optional_reason="Said otherwise.")
    assert differing(tmp_path, corpus, figures=reason, errata=altered("x020", note="Another note.")) == []


def test_the_order_of_places_is_no_difference_but_that_of_sources_is(tmp_path: Path, corpus: Corpus) -> None:
    places = altered("f021", place=["pk12", "pk5", "bangui"])
    assert differing(tmp_path, corpus, figures=places) == []
    sources = altered("f021", source=["ban-ki-moon", "joanne-mariner"])
    (item,) = differing(tmp_path / "more", corpus, figures=sources)
    assert item.differs == ("source",)


def test_a_record_that_one_alone_has_is_an_item_without_the_other(tmp_path: Path, corpus: Corpus) -> None:
    (item,) = differing(tmp_path, corpus, entities=without("m063"))
    assert (item.layer, item.first.id, item.second, item.differs) == ("entities", "m063", None, ())


def test_spans_that_overlap_are_one_item(tmp_path: Path, corpus: Corpus) -> None:
    (item,) = differing(tmp_path, corpus, figures=altered("f016", start=2762, text="9,000"))
    assert (item.first.id, item.second.id, item.differs) == ("f016", "f016", ("start", "text"))


def test_stances_of_one_passage_are_paired_by_holder_then_by_concept(tmp_path: Path, corpus: Corpus) -> None:
    (item,) = differing(tmp_path, corpus, stances=altered("t002", concept_id="genocide"))
    assert (item.first.id, item.second.id, item.differs) == ("t002", "t002", ("concept_id",))


def test_a_fact_split_in_two_is_a_difference_of_the_figures(tmp_path: Path, corpus: Corpus) -> None:
    (item,) = differing(tmp_path, corpus, figures=altered("f004", fact_id="a-quarter-alone"))
    assert (item.first.id, item.differs) == ("f004", ("fact_id",))


def test_a_mention_of_another_entity_is_a_difference_though_its_name_is_free(tmp_path: Path, corpus: Corpus) -> None:
    (item,) = differing(tmp_path, corpus, entities=altered("m063", entity_id="navi-pillay"))
    assert (item.first.id, item.differs) == ("m063", ("entity_id",))


def test_an_erratum_of_no_width_is_found(tmp_path: Path, corpus: Corpus) -> None:
    insertion = next(one for one in corpus.documents[0].errata if one.start == one.end)
    (item,) = differing(tmp_path, corpus, errata=altered(insertion.id, intended="~"))
    assert item.differs == ("intended",)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_record_is_written_with_the_keys_of_its_file_in_their_order(layer: str, corpus: Corpus) -> None:
    folder = {"segments": "corpus/ips-car-2014", "errata": "corpus/ips-car-2014", "registry": "annotations"}
    name = "entities" if layer == "registry" else layer
    path = corpus.root / folder.get(layer, "annotations/ips-car-2014") / f"{name}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    written = [json.dumps(as_value(layer, record), ensure_ascii=False) for record in gold_pass(corpus).layers[layer]]
    assert written == lines
