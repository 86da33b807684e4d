from __future__ import annotations

import json
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.reports import report
from dateline.reports.beside import Beside
from dateline.reports.categories import matrix, tables
from dateline.reports.errors import mistakes
from dateline.reports.text import page
from dateline.scoring import Scores, score
from dateline.vocabulary import labels

CATEGORIES = list(labels("figure", "category"))
WORDS = [f"{number:03}" for number in range(len(CATEGORIES) + 1)]
TEXT = " ".join(WORDS)
FIGURES = [{"at": word, "category": category} for word, category in zip(WORDS, CATEGORIES, strict=False)]
GOLD = corpus(document(TEXT, figures=FIGURES))
TURNED = [{**figure, "category": category} for figure, category in zip(FIGURES, CATEGORIES[::-1], strict=True)]
WRONG = [*TURNED[1:], {"at": WORDS[-1], "category": "other"}]


def scored(predicted: list[dict[str, Any]]) -> Scores:
    return score([{"doc_id": "d1", "figures": placed(predicted, TEXT)}], GOLD)


def rendered(form: str, predicted: list[dict[str, Any]], *fields: str, errors: bool = True) -> str:
    scores = scored(predicted)
    beside = Beside(
        tallies=scores.tallies() if errors else (),
        confusions={field: scores.confusion(field) for field in fields},
        mistakes=mistakes(scores) if errors else (),
    )
    return report(form)(scores, beside)


def test_a_table_of_categories_has_those_that_occur_and_their_totals() -> None:
    (table,) = tables(scored(WRONG).tallies())
    assert (table.title, table.columns) == ("Error categories: figures", ("", "gold", "predicted"))
    assert table.rows == (
        ("correct", "1", "1"),
        ("wrong_category", "11", "11"),
        ("missed", "1", "0"),
        ("spurious", "0", "1"),
        ("total", "13", "13"),
    )


def test_a_matrix_numbers_its_labels_and_leaves_out_what_never_meets() -> None:
    scores = scored([{**FIGURES[1], "category": CATEGORIES[0]}])
    table = matrix("figures.category", scores.confusion("figures.category"))
    assert table.columns[:3] == ("", "1", "2") and table.columns[-1] == "missed"
    assert table.rows[0] == (f"1 {CATEGORIES[0]}", *[""] * len(CATEGORIES), "1")
    assert table.rows[1] == (f"2 {CATEGORIES[1]}", "1", *[""] * len(CATEGORIES))
    assert table.rows[-1][0] == "spurious"


def test_all_of_it_fits_80_columns() -> None:
    scores = scored(WRONG)
    drawn = *tables(scores.tallies()), matrix("figures.category", scores.confusion("figures.category"))
    assert max(map(len, page((), drawn).splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_tables_stand_after_the_scores_and_before_the_mistakes(form: str) -> None:
    said = rendered(form, WRONG, "figures.category").replace("\\", "")
    marks = ("Headline measures", "Error categories: figures", "figures.category: gold in rows", "000 001 002")
    assert [said.count(mark) for mark in marks[:3]] == [1, 1, 1]
    assert sorted(marks, key=said.index) == list(marks)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_what_is_not_asked_for_changes_no_report(form: str) -> None:
    assert rendered(form, WRONG, errors=False) == report(form)(scored(WRONG))


def test_without_mistakes_the_categories_stand_last() -> None:
    assert rendered("text", FIGURES).rstrip().endswith("13         13")


def test_json_holds_the_numbers_under_keys_of_their_own() -> None:
    found = json.loads(rendered("json", WRONG, "figures.status"))
    assert found["categories"][0] == {
        "layer": "figures",
        "category": "correct",
        "group": "overall",
        "gold": 1,
        "predicted": 1,
    }
    assert found["confusion"] == {
        "figures.status": {"gold": ["null", "spurious"], "predicted": ["null", "missed"], "counts": [[12, 1], [1, 0]]}
    }
    assert len(found["mistakes"]) == 13


def test_markdown_tables_have_as_many_cells_in_every_line() -> None:
    said = rendered("markdown", WRONG, "figures.category").split("\n\n")
    for table in (part for part in said if part.startswith("|")):
        assert len({line.replace(r"\|", "").count("|") for line in table.splitlines()}) == 1
