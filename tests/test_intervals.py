"""Intervals beside the numbers of one system: the same as in a comparison, and only where there is one."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.comparison import compare
from dateline.corpus import Corpus
from dateline.intervals import intervals, plain, signature
from dateline.layers.base import MEAN
from dateline.scoring import Score, Scores, score
from dateline.signature import documents
from dateline.statistics import JACKKNIFE, WILSON

CITIES = ("Bangui", "Bossangoa", "Bouar", "Bria")
TEXT = "\n".join(f"{city} is calm." for city in CITIES)
GOLD = [{"at": city, "type": "location", "subtype": "city", "entity_id": city} for city in CITIES]


@cache
def gold(count: int) -> Corpus:
    return corpus(*(document(TEXT, f"d{number:03}", entities=GOLD) for number in range(count)))


@cache
def scores(count: int, quality: float = 0.6) -> Scores:
    """Of a system that finds each city by chance."""
    chance = random.Random(count)
    found: list[dict[str, Any]] = [
        {"doc_id": one.doc_id, "entities": [city for city in placed(GOLD, TEXT) if chance.random() < quality]}
        for one in gold(count).documents
    ]
    return score(found, gold(count))


@pytest.mark.parametrize("count", [1, 25])
def test_intervals_are_those_of_a_comparison(count: int) -> None:
    made = scores(count)
    names = [f"{name}.{number}" for name in ("entities.strict", "entities.span") for number in ("f1", "recall")]
    cells = compare({"it": made}, names, resamples=9).cells
    assert [intervals(made)[name] for name in names] == [cell.interval for cell in cells]


def test_a_measure_of_the_whole_document_has_an_interval_from_several_documents_only() -> None:
    assert "entities.coref.b_cubed.f1" not in intervals(scores(1))
    assert "entities.coref.b_cubed.f1" in intervals(scores(25))


def test_means_and_undefined_numbers_have_none() -> None:
    made = scores(25)
    means = {f"{name}.f1" for name, measure in made.measures().items() if measure.kind == MEAN}
    undefined = {found.measure for found in made.scores if found.value is None}
    assert means and undefined
    assert not (means | undefined) & intervals(made).keys()


def test_a_perfect_system_has_wilsons_interval() -> None:
    assert intervals(scores(25, 1.0))["entities.strict.f1"].method == WILSON


@pytest.mark.parametrize(("count", "unit"), [(1, "segment"), (25, "document")])
def test_the_signature_names_unit_confidence_and_method(count: int, unit: str) -> None:
    made = signature(scores(count))
    assert (made["unit"], made["interval"], documents(made)) == (unit, f"95% {JACKKNIFE}", count)
    assert {key: made[key] for key in scores(count).signature} == scores(count).signature


def test_overall_numbers_bear_bounds_and_method_and_others_do_not() -> None:
    made = scores(25)
    rows = plain(made)["scores"]
    strict = next(row for row in rows if (row["measure"], row["group"]) == ("entities.strict.f1", "overall"))
    assert (strict["low"], strict["high"], strict["interval"]) == intervals(made)["entities.strict.f1"][:3]
    assert {"low" in row for row in rows if row["group"] != "overall"} == {False}
    assert {row["low"] for row in rows if row["measure"] == "entities.coref.conll.f1"} == {None}


def test_plain_values_are_those_of_the_scores() -> None:
    made = scores(25)
    found = json.loads(json.dumps(plain(made)))
    assert [{key: row[key] for key in Score._fields} for row in found["scores"]] == [
        one._asdict() for one in made.scores
    ]
    assert (found["problems"], found["signature"]) == ([], signature(made))
