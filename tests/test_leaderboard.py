"""The leaderboard on an invented corpus of one document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from children import CITY, on, program, small
from children import TEXT as TWO
from tiny import corpus as tiny_corpus
from tiny import document

from dateline.corpus import Corpus, GoldDocument
from dateline.errors import UnknownNameError
from dateline.inputs import Task
from dateline.layers import LAYERS
from dateline.leaderboard import Leaderboard, leaderboard, measures
from dateline.model import Document, Figure, Mention, Segment
from dateline.reports.leaderboard import FORMS, render
from dateline.systems import SYSTEMS
from dateline.systems.base import Answer, Ask, Open, Options

TEXT = "Over 40 men fled Mirova. Nobody stayed."
SEGMENTS = (
    Segment(id="s001", doc_id="d", start=0, end=24, text=TEXT[:24], kind="sentence"),
    Segment(id="s002", doc_id="d", start=25, end=39, text=TEXT[25:], kind="sentence"),
)
MENTION = Mention(
    id="m001", doc_id="d", segment_id="s001", start=17, end=23, text="Mirova", type="location", subtype="city"
)
FIGURE = Figure(id="f001", doc_id="d", segment_id="s001", start=0, end=7, text="Over 40", fact_id="men-fled")


def corpus() -> Corpus:
    document = Document(
        doc_id="d", title=None, publisher="XYZ", dateline="", place="", date="2020-01-01", weekday="Wednesday",
        date_note="", language="en", genre="news", source_file="", sha256="", bytes=39, code_points=39, rights_text="",
        rights_annotations="", rights_code="", canary="",
    )  # fmt: skip
    gold = GoldDocument(document, TEXT, SEGMENTS, (), (MENTION,), (FIGURE,), ())
    return Corpus(Path("nowhere"), "1.0", "abc", (gold,), {}, {})


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    return leaderboard(["syntok", "rules"], corpus())


def answering(line: Mapping[str, Any] | Exception) -> Open:
    """A system that says the same about every document, or always fails."""

    @contextmanager
    def opened(options: Options) -> Iterator[Ask]:
        def ask(task: Task) -> Answer:
            if isinstance(line, Exception):
                raise line
            return Answer(line)

        yield ask

    return opened


def replace(monkeypatch: pytest.MonkeyPatch, name: str, line: Mapping[str, Any] | Exception) -> None:
    monkeypatch.setitem(SYSTEMS, name, SYSTEMS[name]._replace(open=answering(line)))


def test_there_is_a_row_for_each_layer_of_each_system(board: Leaderboard) -> None:
    pairs = [(row.layer, row.system) for row in board.rows]
    assert sorted(pairs) == sorted([("segments", "syntok"), *((layer, "rules") for layer in SYSTEMS["rules"].layers)])


def test_a_perfect_segmentation_scores_one_with_its_counts(board: Leaderboard) -> None:
    score = next(row for row in board.rows if row.system == "syntok").scores["segments.boundary.f1"]
    assert (score.value, score.gold, score.predicted) == (1, 2, 2)


def test_the_best_of_a_layer_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "syntok", {"segments": []})
    rows = [row for row in leaderboard(["syntok", "rules"], corpus()).rows if row.layer == "segments"]
    assert [row.system for row in rows] == ["rules", "syntok"]


def test_a_system_that_crashes_is_named_and_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "pysbd", ValueError("no luck"))
    found = leaderboard(["pysbd", "syntok"], corpus())
    assert [row.system for row in found.rows] == ["syntok"]
    assert found.failed == {"pysbd": "1 of 1 documents, which count as missed; d: ValueError: no luck"}


def test_a_document_that_a_system_fails_on_counts_as_missed(tmp_path: Path) -> None:
    name = program(tmp_path, on("d2", "sys.exit(3)"))
    found = leaderboard([name], tiny_corpus(*(document(TWO, f"d{number}", entities=[CITY]) for number in (1, 2))))
    score = next(row for row in found.rows if row.layer == "entities").scores["entities.strict.f1"]
    assert (score.gold, score.predicted) == (2, 1)
    assert found.failed[name].startswith("1 of 2 documents, which count as missed; d2: the program ended with")


def test_a_family_is_scored_on_the_layers_that_it_gives(tmp_path: Path) -> None:
    name = program(tmp_path)
    assert [(row.system, row.layer) for row in leaderboard([name], small(1)).rows] == [(name, "entities")]


def test_predictions_that_cannot_be_scored_are_named_by_their_first_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "syntok", {"segments": [{"start": 0, "end": 999}, {"start": 5}]})
    reason = leaderboard(["syntok"], corpus()).failed["syntok"]
    assert reason.startswith("<input>:1: ")
    assert reason.endswith(" more)")


def test_a_system_that_is_not_installed_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SYSTEMS, "spacy", SYSTEMS["spacy"]._replace(package="no_such_package"))
    found = leaderboard(["spacy"], corpus())
    assert found.missing == {"spacy": "spacy is not installed; pip install 'dateline[spacy]'"}
    assert found.rows == ()


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown system 'nope'"):
        leaderboard(["nope"], corpus())


@pytest.mark.parametrize("layer", LAYERS)
def test_the_headline_measure_comes_first(layer: str) -> None:
    assert LAYERS[layer].MEASURES[measures(layer)[0]].headline


def test_the_text_keeps_to_80_columns(board: Leaderboard) -> None:
    assert max(map(len, render(board).splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_score_and_counts_stand_side_by_side(board: Leaderboard, form: str) -> None:
    line = next(line for line in render(board, form).splitlines() if "syntok" in line)
    assert line.replace("|", " ").split()[1:6] == ["1.000", "1.000", "1.000", "2/2/2", "1.000"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_systems_that_did_not_run_are_listed(form: str) -> None:
    found = Leaderboard("1.0", "abc", (), {"a": "a is not installed"}, {"b": "ValueError: no luck"})
    shown = render(found, form)
    assert "a is not installed" in shown
    assert "b failed: ValueError: no luck" in shown


def test_json_holds_every_score(board: Leaderboard) -> None:
    rows = json.loads(render(board, "json"))["rows"]
    assert [set(row["scores"]) for row in rows] == [set(row.scores) for row in board.rows]


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(FORMS)}"):
        render(Leaderboard("1.0", "abc", (), {}, {}), "pdf")
