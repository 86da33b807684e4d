"""Dateline inside inspect_ai: live models by a scripted one, and prediction files in place of models."""

from __future__ import annotations

import json
import math
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import tiny
from children import CITY, TEXT

from dateline import intervals
from dateline.corpus import Corpus, load
from dateline.inspection import TALLIES, Sample, headline, judged, numbers
from dateline.layers import LAYERS
from dateline.predictions import as_lines
from dateline.scoring import Scores, gold_predictions, score

ROOT = Path(__file__).resolve().parents[1]


def towns(documents: int) -> Corpus:
    """Documents d1, d2, ... with two towns each."""
    return tiny.corpus(
        *(
            tiny.document(
                TEXT,
                f"d{number}",
                entities=[{"at": "Bangui", "type": "location"}, {"at": "Bouar", "type": "location"}],
            )
            for number in range(1, documents + 1)
        )
    )


def of_scores(scores: Scores) -> dict[str, float]:
    """The headline numbers of `dateline score`, named as those of inspect_ai."""
    known, found = intervals.intervals(scores), {}
    for name in (
        f"{measure}.{number}" for measure in headline(scores.layers) for number in ("f1", "precision", "recall")
    ):
        value, interval = scores.value(name), known.get(name)
        found[name] = math.nan if value is None else value
        found[f"{name}.low"], found[f"{name}.high"] = interval[:2] if interval else (math.nan, math.nan)
    return found


def of_samples(*samples: Sample) -> dict[str, float]:
    return {name: value for name, value in numbers(samples).items() if name not in TALLIES}


def same(one: dict[str, float], other: dict[str, float]) -> bool:
    return {name: repr(float(value)) for name, value in one.items()} == {
        name: repr(float(value)) for name, value in other.items()
    }


def sample(gold: Corpus, doc_id: str, *lines: dict[str, Any], layers: tuple[str, ...] = ("entities",)) -> Sample:
    found = judged(lines, doc_id, gold, layers)
    return Sample(doc_id, found.value, found.units)


class TestNumbers:
    def test_the_numbers_of_all_documents_are_those_of_the_score(self) -> None:
        gold = towns(4)
        lines = [{"doc_id": f"d{number}", "entities": [CITY] * (number > 1)} for number in range(1, 4)]
        samples = [
            sample(gold, one.doc_id, *(line for line in lines if line["doc_id"] == one.doc_id))
            for one in gold.documents
        ]
        assert same(of_samples(*samples), of_scores(score(lines, gold, ["entities"])))

    def test_a_single_document_has_the_intervals_of_its_segments(self) -> None:
        gold = load(ROOT)
        line = json.loads(as_lines(gold_predictions(gold)))
        line["entities"] = line["entities"][::2]
        found = sample(gold, line["doc_id"], line, layers=tuple(LAYERS))
        assert same(of_samples(found), of_scores(score([line], gold)))

    def test_segments_that_do_not_add_up_give_no_interval(self) -> None:
        found = sample(towns(1), "d1", {"doc_id": "d1", "entities": [CITY]})
        mixed = found._replace(value={name: count / 2 for name, count in found.value.items()})
        assert math.isnan(numbers([mixed])["entities.strict.f1.low"])
        assert not math.isnan(numbers([found])["entities.strict.f1.low"])

    def test_what_is_undefined_is_not_a_number(self) -> None:
        gold = tiny.corpus(tiny.document("Nothing.", "d1"))
        assert math.isnan(numbers([sample(gold, "d1", {"doc_id": "d1", "entities": []})])["entities.strict.f1"])

    def test_no_samples_have_no_numbers(self) -> None:
        assert numbers([]) == dict.fromkeys(TALLIES, 0)

    def test_the_counts_are_of_the_headline_measures_of_the_layers(self) -> None:
        value = judged([], "d1", towns(1), ["entities", "figures"]).value
        counts = ("hits_gold", "gold", "hits_predicted", "predicted")
        assert [*value] == [
            *(f"{name}.{count}" for name in ("entities.strict", "figures.fact") for count in counts),
            *TALLIES,
        ]

    def test_a_document_without_a_line_or_with_an_error_is_missed_and_counted(self) -> None:
        for lines in ([], [{"doc_id": "d1", "error": "no luck"}]):
            value = judged(lines, "d1", towns(1), ["entities"]).value
            assert (value["entities.strict.gold"], value["entities.strict.hits_gold"], value["failed"]) == (2, 0, 1)

    def test_bad_records_are_spurious_and_told(self) -> None:
        found = judged([{"doc_id": "d1", "entities": [CITY, {**CITY, "type": "town"}]}], "d1", towns(1), ["entities"])
        assert (found.value["spurious"], found.value["entities.strict.predicted"]) == (1, 2)
        assert '"town" is not' in found.told

    def test_only_the_first_problems_are_told(self) -> None:
        bad = [{**CITY, "start": -1}] * 30
        found = judged([{"doc_id": "d1", "entities": bad}], "d1", towns(1), ["entities"])
        assert len(found.told.splitlines()) == 21
        assert found.told.endswith(f"and {int(found.value['problems']) - 20} more problems")


def test_the_entry_point_is_the_module_of_the_tasks() -> None:
    (entry,) = entry_points(group="inspect_ai", name="dateline")
    assert entry.value == "dateline.inspection.tasks"
