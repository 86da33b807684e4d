"""The leaderboard on an invented corpus of one document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dateline.corpus import Corpus, GoldDocument
from dateline.errors import UnknownNameError
from dateline.layers import LAYERS
from dateline.leaderboard import Leaderboard, leaderboard, measures
from dateline.model import Document, Figure, Mention, Prediction, Segment
from dateline.reports.leaderboard import FORMS, render
from dateline.systems import SYSTEMS

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


def crash(text: str, doc_id: str) -> Prediction:
    raise ValueError("no luck")


def test_there_is_a_row_for_each_layer_of_each_system(board: Leaderboard) -> None:
    pairs = [(row.layer, row.system) for row in board.rows]
    assert sorted(pairs) == sorted([("segments", "syntok"), *((layer, "rules") for layer in SYSTEMS["rules"].layers)])


def test_a_perfect_segmentation_scores_one_with_its_counts(board: Leaderboard) -> None:
    score = next(row for row in board.rows if row.system == "syntok").scores["segments.boundary.f1"]
    assert (score.value, score.gold, score.predicted) == (1, 2, 2)


def test_the_best_of_a_layer_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = SYSTEMS["syntok"]._replace(predict=lambda text, doc_id: Prediction(doc_id=doc_id, segments=()))
    monkeypatch.setitem(SYSTEMS, "syntok", empty)
    rows = [row for row in leaderboard(["syntok", "rules"], corpus()).rows if row.layer == "segments"]
    assert [row.system for row in rows] == ["rules", "syntok"]


def test_a_system_that_crashes_is_named_and_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SYSTEMS, "pysbd", SYSTEMS["pysbd"]._replace(predict=crash))
    found = leaderboard(["pysbd", "syntok"], corpus())
    assert (found.failed, [row.system for row in found.rows]) == ({"pysbd": "ValueError: no luck"}, ["syntok"])


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
