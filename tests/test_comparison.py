"""Systems side by side on invented corpora of one, of few and of many documents."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import corpus, document, placed

import dateline
from dateline.comparison import COLUMNS, Cell, Comparison, compare
from dateline.corpus import Corpus
from dateline.errors import DatelineError, UnknownNameError
from dateline.reports import latex
from dateline.reports.comparison import FORMS, render
from dateline.scoring import Scores, score
from dateline.statistics import FEW_DOCUMENTS, JACKKNIFE, ONE_ARTICLE, WILSON

CITIES = ("Bangui", "Bossangoa", "Bouar", "Bria")
TEXT = "\n".join(f"{city} is calm." for city in CITIES)
GOLD = [{"at": city, "type": "location", "subtype": "city", "entity_id": city.lower()} for city in CITIES]
STRICT = "entities.strict.f1"
UNSLICED = """\
| corpus:0 | digest:digest | documents:1 | level:name |
on_error:stop | unit:segment | interval:95% jackknife, t, logit | test:paired
approximate randomisation, Holm | seed:0 | resamples:999 | bootstrap:2000
one article: the interval speaks of this article only and understates what
another article would show
winner: better than every other system, corrected p < 0.05
W: Wilson's interval, as no unit differs from the whole

entities.strict.f1
      value      95% interval  bootstrap  segments  winner
──────────────────────────────────────────────────────────
s0.3  0.000  W 0.000 to 0.490          –         4
s0.9  0.667    0.032 to 0.992          –         4

Differences
                                 difference       p    Holm
───────────────────────────────────────────────────────────
entities.strict.f1: s0.3 - s0.9      -0.667  0.4990  0.4990"""  # noqa: RUF001 - the en dash is meant


@cache
def gold(count: int) -> Corpus:
    return corpus(*(document(TEXT, f"d{number:03}", entities=GOLD) for number in range(count)))


@cache
def system(count: int, quality: float, seed: int = 0, layer: str = "entities") -> Scores:
    """A system that finds each record by chance, and knows no stances."""
    chance = random.Random(f"{seed} {quality}")
    records = {"entities": placed(GOLD, TEXT), "stances": []}[layer]
    made: list[dict[str, Any]] = [
        {"doc_id": one.doc_id, layer: [record for record in records if chance.random() < quality]}
        for one in gold(count).documents
    ]
    return score(made, gold(count))


def compared(count: int, *qualities: float, seed: int = 0, measures: Sequence[str] | None = None) -> Comparison:
    named = {f"s{quality}": system(count, quality) for quality in qualities}
    return compare(named, measures, resamples=999, seed=seed)


def cell(comparison: Comparison, name: str, measure: str = STRICT) -> Cell:
    return next(found for found in comparison.cells if (found.system, found.measure) == (name, measure))


def test_values_are_those_of_the_scores() -> None:
    assert cell(compared(25, 0.5, 0.9), "s0.5").value == system(25, 0.5).value(STRICT)


def test_the_interval_holds_the_value() -> None:
    found = cell(compared(25, 0.5, 0.9), "s0.5")
    assert found.interval is not None
    assert found.value is not None
    assert found.interval.low < found.value < found.interval.high
    assert found.interval[2:] == (JACKKNIFE, 25)


def test_a_clearly_better_system_wins() -> None:
    assert [found.winner for found in compared(25, 0.3, 0.6, 0.95).cells] == [False, False, True]


def test_nobody_wins_when_the_best_two_are_alike() -> None:
    named = {"a": system(25, 0.3), "b": system(25, 0.95), "c": system(25, 0.95, seed=1)}
    assert not any(found.winner for found in compare(named, resamples=999).cells)


def test_a_system_alone_wins_nothing() -> None:
    found = compared(25, 0.9)
    assert (found.cells[0].winner, found.differences) == (False, ())


def test_differences_are_of_all_pairs_the_first_less_the_second() -> None:
    found = compared(25, 0.3, 0.6, 0.95).differences
    assert [(one.first, one.second) for one in found] == [("s0.3", "s0.6"), ("s0.3", "s0.95"), ("s0.6", "s0.95")]
    assert all(one.value is not None and one.value < 0 for one in found)


def test_holms_correction_is_over_all_pairs_and_measures() -> None:
    found = compared(25, 0.3, 0.95, measures=[STRICT, "entities.span.f1", "entities.overlap.recall"]).differences
    assert [one.p for one in found] == pytest.approx([0.001] * 3)
    assert [one.corrected for one in found] == pytest.approx([0.003] * 3)


def test_with_one_document_the_units_are_its_segments() -> None:
    found = compared(1, 0.3, 0.9)
    assert (found.signature["unit"], found.cautions) == ("segment", (ONE_ARTICLE,))
    assert [one.interval.units for one in found.cells if one.interval] == [4, 4]


def test_a_measure_of_the_whole_document_has_no_interval_and_no_test_from_one_article() -> None:
    found = compared(1, 0.3, 1.0, measures=["entities.coref.b_cubed.f1"])
    assert [one.interval for one in found.cells] == [None, None]
    assert (found.differences[0].p, found.differences[0].corrected) == (None, None)
    assert any("entities.coref.b_cubed.f1 speaks of the whole document" in said for said in found.cautions)


def test_nobody_wins_what_cannot_be_tested() -> None:
    assert not any(one.winner for one in compared(1, 0.3, 1.0, measures=["entities.coref.b_cubed.f1"]).cells)


def test_a_measure_of_whole_documents_has_intervals_from_several() -> None:
    assert all(one.interval for one in compared(5, 0.3, 0.9, measures=["entities.coref.b_cubed.f1"]).cells)


@pytest.mark.parametrize(("count", "cautions"), [(2, (FEW_DOCUMENTS,)), (19, (FEW_DOCUMENTS,)), (20, ())])
def test_few_documents_come_with_a_caution(count: int, cautions: tuple[str, ...]) -> None:
    assert compared(count, 0.5, 0.9).cautions == cautions


@pytest.mark.parametrize(("count", "checked"), [(1, False), (19, False), (20, True)])
def test_the_bootstrap_checks_from_20_documents(count: int, checked: bool) -> None:
    assert (cell(compared(count, 0.5), "s0.5").check is not None) == checked


def test_a_layer_that_a_system_was_not_scored_on_is_undefined_and_not_compared() -> None:
    named = {"a": system(5, 0.9), "b": system(5, 0.9, layer="stances")}
    found = compare(named, [STRICT], resamples=99)
    assert cell(found, "b")[2:] == (None, None, None, False)
    assert found.differences == ()


def test_the_order_of_rows_changes_nothing() -> None:
    scores = system(25, 0.5)
    shuffled = scores._replace(rows=tuple(random.Random(1).sample(scores.rows, len(scores.rows))))
    other = system(25, 0.6)
    assert compare({"a": scores, "b": other}) == compare({"a": shuffled, "b": other})


def test_a_seed_gives_the_same_comparison_and_another_seed_another() -> None:
    named = {"a": system(25, 0.5), "b": system(25, 0.7)}
    one, same, other = (compare(named, resamples=999, seed=seed) for seed in (3, 3, 4))
    assert one == same
    assert one.differences != other.differences


def test_scores_of_different_data_are_refused() -> None:
    with pytest.raises(DatelineError, match="b was scored with documents 6, a with 5; must be the same"):
        compare({"a": system(5, 0.5), "b": system(6, 0.5)})


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(DatelineError, match="no scores to compare"):
        compare({})


@pytest.mark.parametrize(
    ("resamples", "seed", "said"),
    [(0, 0, "resamples is 0; it must be at least 1"), (9, -1, "seed is -1; it must be at least 0")],
)
def test_settings_that_are_too_small_are_refused(resamples: int, seed: int, said: str) -> None:
    with pytest.raises(DatelineError, match=said):
        compare({"a": system(5, 0.5)}, resamples=resamples, seed=seed)


@pytest.mark.parametrize("name", ["entities.strict", "figures.fact.f1", "entities.coref.conll.f1"])
def test_a_number_that_is_unknown_or_not_scored_or_a_mean_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown number '{name}'; .*known: entities.strict.f1"):
        compared(5, 0.5, measures=[name])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_caution(form: str) -> None:
    assert ONE_ARTICLE in " ".join(render(compared(1, 0.3, 0.9), form).split())


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_signature_names_what_the_numbers_depend_on(form: str) -> None:
    shown = " ".join(render(compared(25, 0.3, seed=7), form).replace("\\", "").split())
    for part in ("digest:digest", "unit:document", f"interval:95% {JACKKNIFE}", "seed:7", "resamples:999"):
        assert part in shown


def test_the_text_keeps_to_80_columns() -> None:
    assert max(map(len, render(compared(25, 0.3, 0.9, 1.0)).splitlines())) <= 80


def test_the_text_without_slices_is_as_it_always_was() -> None:
    lines = (line.rstrip() for line in render(compared(1, 0.3, 0.9)).splitlines())
    assert "\n".join(lines) == f"dateline:{dateline.__version__} {UNSLICED}"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_wilsons_interval_is_marked_and_explained(form: str) -> None:
    shown = render(compared(25, 1.0), form)
    assert "W 0.867 to 1.000" in shown
    assert f"W: {WILSON}'s interval" in shown


def test_json_holds_everything() -> None:
    found = compared(25, 0.3, 0.95)
    read = json.loads(render(found, "json"))
    assert [one["interval"]["low"] for one in read["cells"]] == [
        one.interval.low for one in found.cells if one.interval
    ]
    assert read["differences"] == [one._asdict() for one in found.differences]
    assert read["signature"] == found.signature


def test_csv_has_a_row_for_each_number_and_each_difference() -> None:
    found = compared(25, 0.3, 0.6, 0.95)
    lines = [line for line in render(found, "csv").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == tuple(column for column in COLUMNS if column != "group")
    assert [(row["system"], row["against"]) for row in rows] == [
        *((one.system, "") for one in found.cells),
        *((one.first, one.second) for one in found.differences),
    ]


def test_csv_starts_with_the_signature() -> None:
    found = compared(25, 0.3)
    assert json.loads(render(found, "csv").splitlines()[0].removeprefix("# ")) == found.signature


def test_a_name_that_looks_like_markup_is_only_text() -> None:
    named = {"<b>|[red]x": system(5, 0.5)}
    assert "[red]x" in render(compare(named))
    assert "\\<b\\>\\|\\[red\\]x" in render(compare(named), "markdown")


def test_latex_has_a_booktabs_table_for_each_measure_and_one_of_the_differences() -> None:
    shown = render(compared(25, 0.3, 0.95, measures=[STRICT, "entities.typed_overlap.recall"]), "latex")
    captions = re.findall(r"\\caption\{(.*)\}", shown)
    assert captions == [r"entities.strict.f1", r"entities.typed\_overlap.recall", "Differences"]
    assert {shown.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\end{tabular}")} == {3}


def test_latex_rows_have_as_many_cells_as_columns() -> None:
    shown = render(compared(25, 0.3, 0.95), "latex")
    for columns, body in re.findall(r"\\begin\{tabular\}\{(\w+)\}(.*?)\\end\{tabular\}", shown, re.DOTALL):
        rows = re.findall(r"^(.*) \\\\$", body, re.MULTILINE)
        assert len(rows) == 3 if len(columns) == 6 else 2
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(columns)}


def test_latex_escapes_whatever_a_name_holds() -> None:
    name = "\\input{x}_%&#$^~<>|[*]--\x1b"
    shown = render(compare({name: system(5, 0.5)}), "latex")
    assert (
        r"\textbackslash{}input\{x\}\_\%\&\#\$\textasciicircum{}\textasciitilde{}\textless{}\textgreater{}"
        r"\textbar{}{[}{*}{]}{-}-\textbackslash{}u\{1b\} & " in shown
    )


@pytest.mark.parametrize("character", latex.ESCAPES)
def test_no_special_character_of_latex_is_left_alone(character: str) -> None:
    assert latex.escaped(f"a{character}b") == f"a{latex.ESCAPES[character]}b"


@given(st.text())
def test_escaped_latex_has_balanced_braces_and_known_commands_only(text: str) -> None:
    shown = latex.escaped(text)
    commands = re.findall(r"\\(?:[a-z]+\{\}|.)", shown)
    assert set(commands) <= {escape for escape in latex.ESCAPES.values() if escape.startswith("\\")}
    bare = re.sub(r"\\(?:[a-z]+\{\}|.)", "", shown)
    assert bare.count("{") == bare.count("}")
    assert not set("%&#$^~_") & set(bare)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(FORMS)}"):
        render(compared(5, 0.5), "pdf")
