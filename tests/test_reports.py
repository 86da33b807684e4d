from __future__ import annotations

import json
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.errors import UnknownNameError
from dateline.intervals import intervals, plain
from dateline.predictions import Predictions, read
from dateline.reports import REPORTS, as_json, report, text
from dateline.reports.beside import Beside
from dateline.reports.errors import LONGEST_SPAN, Difference, Mistake, mistakes, visible
from dateline.reports.tables import Table
from dateline.scoring import Scores, score
from dateline.statistics import JACKKNIFE, ONE_ARTICLE, WILSON

TEXT = "In Paris 500 men were sent.\nFrance backs the mission, [bold]it[/bold] said | at length and without any doubt."
ENTITIES = [{"at": "Paris", "type": "location", "subtype": "city"}, {"at": "France", "type": "location"}]
FIGURES = [{"at": "500", "value": 500, "category": "personnel", "status": "planned"}]
STANCES = [{"segment_ids": ["s002"], "holder": {"entity_id": "france"}, "concept_id": "mission", "polarity": "favor"}]
GOLD = corpus(
    document(TEXT, entities=ENTITIES, figures=FIGURES, stances=STANCES),
    registry={"france": ["France"]},
    concepts=["mission"],
)


def predicted(**layers: Any) -> Predictions:
    return read([{"doc_id": "d1", **placed(layers, TEXT)}], GOLD, "spurious")


def found(**layers: Any) -> list[Mistake]:
    return mistakes(score(predicted(**layers), GOLD))


def rendered(name: str, listed: bool = True, **layers: Any) -> str:
    scores = score(predicted(**layers), GOLD)
    return report(name)(scores, Beside(mistakes=mistakes(scores) if listed else ()))


def scores(**layers: Any) -> Scores:
    return score(predicted(**layers), GOLD)


def test_a_missed_record_is_shown_in_its_context() -> None:
    (mistake,) = found(entities=[ENTITIES[1]])
    assert (mistake.kind, mistake.before, mistake.span, mistake.after) == (
        "missed",
        "In ",
        "Paris",
        " 500 men were sent.\nFrance bac",
    )


def test_a_spurious_record_is_listed() -> None:
    (mistake,) = found(entities=[*ENTITIES, {"at": "men", "type": "group"}])
    assert (mistake.kind, mistake.span, mistake.described) == ("spurious", "men", "group, name")


def test_a_wrong_record_is_listed_with_what_is_wrong() -> None:
    (mistake,) = found(figures=[{**FIGURES[0], "value": 50, "status": "actual"}])
    assert [str(difference) for difference in mistake.differences] == [
        "number: gold 500, predicted 50",
        "status: gold planned, predicted actual",
    ]


def test_a_shifted_span_is_a_difference() -> None:
    (mistake,) = found(entities=[{"at": "In Paris", "type": "location", "subtype": "city"}, ENTITIES[1]])
    assert [str(difference) for difference in mistake.differences] == ["span: gold 3-8, predicted 0-8"]


def test_what_is_right_is_not_listed() -> None:
    assert found(entities=ENTITIES, figures=FIGURES) == []


def test_a_stance_is_shown_by_its_evidence_shortened() -> None:
    (mistake,) = found(stances=[])
    assert (mistake.start, mistake.end, mistake.described) == (28, len(TEXT), "france, mission, favor")
    assert len(mistake.span) == LONGEST_SPAN + len(" ... ")


def test_mistakes_are_in_text_order() -> None:
    listed = found(entities=[{"at": "men", "type": "group"}])
    assert [mistake.span for mistake in listed] == ["Paris", "men", "France"]


def test_the_text_report_fits_80_columns() -> None:
    text = rendered(
        "text", entities=[{"at": "men", "type": "organisation", "subtype": "intergovernmental"}], stances=[]
    )
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("width", [60, 70, 80])
def test_numbers_stay_whole_where_a_table_is_too_wide(width: int) -> None:
    cells = ("W0.800-1.000", "W0.800-1.000", "W0.800-1.000", "12345/12345")
    table = Table("", ("", "P", "R", "F1", "hit/gold/pred"), (("entities.coref.nonlinks", *cells),))
    shown = text.page((), [table], width=width)
    assert max(map(len, shown.splitlines())) <= width
    assert all(cell in shown for cell in cells)
    assert "entities.coref.nonlinks" in "".join(line[: width - 57] for line in shown.splitlines()).replace(" ", "")


def test_headline_measures_come_first() -> None:
    lines = rendered("text", entities=ENTITIES, figures=FIGURES).splitlines()
    place = {
        name: next(i for i, line in enumerate(lines) if name in line) for name in ("entities.strict", "figures.fact")
    }
    assert place["entities.strict"] < place["figures.fact"] < next(i for i, line in enumerate(lines) if ".span" in line)


def test_the_text_report_shows_counts_and_a_dash_for_the_undefined() -> None:
    lines = rendered("text", entities=[]).splitlines()
    line = next(line for line in lines if "entities.strict" in line)
    assert line.split() == ["entities.strict", "–", "0.000", "0.000", "0/2/0"]  # noqa: RUF001 - the dash is meant


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_layers_without_predictions_are_named(name: str) -> None:
    said = rendered(name, entities=ENTITIES)
    assert "figures were not predicted" in said and "entities were not predicted" not in said


def test_a_layer_asked_for_but_not_predicted_counts_as_missed() -> None:
    made = score(predicted(entities=ENTITIES), GOLD, ["stances"])
    assert "stances were not predicted: all gold counts as missed" in report("text")(made)


def test_markup_in_the_text_is_shown_as_it_is() -> None:
    assert "[bold]it[/bold]" in rendered("text", entities=[*ENTITIES, {"at": "[bold]it[/bold]", "type": "group"}])


def test_markup_in_the_text_is_escaped_in_markdown() -> None:
    said = rendered("markdown", entities=[*ENTITIES, {"at": "said", "type": "group"}])
    assert r", \[bold\]it\[/bold\] \>\>said\<\< \| at length" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc", "a b  c"),
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("left\u202eright", "left\\u{202e}right"),
        ("line\u2028end", "line\\u{2028}end"),
        ("Séléka 😀", "Séléka 😀"),
    ],
)
def test_control_and_format_characters_are_made_visible(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_no_control_character_reaches_the_page(name: str) -> None:
    made = read([{"doc_id": "d1", "system": "\x1b[2J", "figures": [{"\x1b]0;": "\x07\x9b"}]}], GOLD, "spurious")
    assert not {"\x1b", "\x07", "\x9b"} & set(report(name)(score(made, GOLD)))


def test_problems_are_listed_up_to_a_limit() -> None:
    said = rendered("text", entities=[{}] * 30)
    assert "60 problems" in said and "and 10 more" in said


def test_the_json_report_is_that_of_the_scores() -> None:
    made = scores(entities=ENTITIES)
    assert json.loads(report("json")(made)) == json.loads(json.dumps(plain(made)))


def test_named_tuples_become_plain_values_at_any_depth() -> None:
    found = {"a": (Difference("f", "g", "p"), [Difference("h", "i", "j")]), "b": None}
    assert as_json.plain(found) == {
        "a": [{"field": "f", "gold": "g", "predicted": "p"}, [{"field": "h", "gold": "i", "predicted": "j"}]],
        "b": None,
    }


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_intervals_stand_below_overall_numbers_with_what_one_article_cannot_show(name: str) -> None:
    made = predicted(entities=[ENTITIES[0], {"at": "men", "type": "group"}])
    lines = [line.replace("|", " ").replace("\\", "") for line in report(name)(score(made, GOLD)).splitlines()]
    place = next(index for index, line in enumerate(lines) if "entities.strict " in line)
    interval = intervals(score(made, GOLD))["entities.strict.f1"]
    assert lines[place + 1].split()[-1] == f"{interval.low:.3f}-{interval.high:.3f}"
    assert ONE_ARTICLE in " ".join(" ".join(lines).split())


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_wilsons_interval_is_marked_and_explained(name: str) -> None:
    shown = rendered(name, entities=ENTITIES)
    bound = intervals(scores(entities=ENTITIES))["entities.strict.f1"].low
    assert f"W{bound:.3f}-1.000" in shown and f"W: {WILSON}'s interval" in shown


def test_groups_have_no_intervals() -> None:
    lines = rendered("text", entities=ENTITIES).partition("entities.strict by type")[2].splitlines()
    assert lines and not any("-1.000" in line for line in lines)


def test_accuracies_have_their_interval_beside_them() -> None:
    line = next(line for line in rendered("text", figures=FIGURES).splitlines() if "figures.slot.status" in line)
    assert line.split() == ["figures.slot.status", "1.000", "1/1"]  # from one segment there is none
    twice: list[dict[str, Any]] = [
        {"at": "500", "value": 500},
        {"at": "without", "term": "many", "comparator": "vague"},
    ]
    two = corpus(document(TEXT, figures=twice))
    made = score(read([{"doc_id": "d1", "figures": placed(twice, TEXT)}], two), two)
    line = next(line for line in report("text")(made).splitlines() if "figures.slot.status" in line)
    assert line.split()[1:] == ["1.000", "W0.342-1.000", "2/2"]


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_the_signature_names_method_unit_and_confidence_of_intervals(name: str) -> None:
    shown = " ".join(rendered(name, entities=ENTITIES).replace("\\", "").split())
    assert f"unit:segment | interval:95% {JACKKNIFE}" in shown


def test_the_json_report_lists_mistakes_with_their_differences() -> None:
    (mistake,) = json.loads(rendered("json", figures=[{**FIGURES[0], "value": 50}]))["mistakes"]
    assert mistake["differences"] == [{"field": "number", "gold": "500", "predicted": "50"}]


def test_markdown_tables_have_as_many_cells_in_every_line() -> None:
    tables = rendered("markdown", entities=[], figures=[], stances=[]).split("\n\n")
    for table in (part for part in tables if part.startswith("|")):
        cells = {line.replace(r"\|", "").count("|") for line in table.splitlines()}
        assert len(cells) == 1


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_renders_an_empty_submission(name: str) -> None:
    assert report(name)(score([], GOLD))


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="known: text, markdown, json"):
        report("yaml")
