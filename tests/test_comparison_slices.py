"""Systems side by side in the groups of a field: what is found there, what is not, and what is said beside it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control
from tiny import corpus, document, placed

from dateline import cli
from dateline.comparison import COLUMNS, Comparison, Sliced, compare
from dateline.comparison.differences import Pair, differences
from dateline.corpus import Corpus
from dateline.layers.base import OVERALL
from dateline.layers.counts import Row, total
from dateline.measures import f1
from dateline.reports.comparison import FORMS, render
from dateline.scoring import Score, Scores, score
from dateline.statistics import benjamini_hochberg, paired_test

STRICT = "entities.strict.f1"
TYPES = {"Ali": "person", "Bangui": "location", "Caritas": "organisation", "Dekoa": "location"}
TEXT = "\n".join(f"{name} is calm." for name in TYPES)
GOLD = [{"at": name, "type": kind} for name, kind in TYPES.items()]

Chance = Callable[[dict[str, Any]], float]
"""Gold record -> how likely it is found."""


@cache
def gold(count: int) -> Corpus:
    return corpus(*(document(TEXT, f"d{number:03}", entities=GOLD) for number in range(count)))


def system(count: int, found: Chance, seed: int = 0, by: Any = ("type",)) -> Scores:
    chance = random.Random(seed)
    records = placed(GOLD, TEXT)
    made: list[dict[str, Any]] = [
        {"doc_id": one.doc_id, "entities": [record for record in records if chance.random() < found(record)]}
        for one in gold(count).documents
    ]
    return score(made, gold(count), by=by)


def weak_in(kind: str, otherwise: float = 0.7) -> Chance:
    return lambda record: 0.1 if record["type"] == kind else otherwise


def alike(record: dict[str, Any]) -> float:
    return 0.7


@cache
def planted(count: int = 40) -> Comparison:
    """Two systems that are alike but for people."""
    return compare({"a": system(count, alike), "b": system(count, weak_in("person"), 1)}, [STRICT], resamples=999)


def marked(comparison: Comparison) -> set[tuple[str, str]]:
    return {(one.group, cell.system) for one in comparison.slices for cell in one.cells if cell.winner}


def of(comparison: Comparison, group: str) -> Sliced:
    return next(found for found in comparison.slices if found.group == group)


def drawn(chances: Mapping[str, float], chance: random.Random, count: int = 20) -> Scores:
    """A system with four records in each group of each document, found by the chances of the groups."""
    rows = []
    for number in range(count):
        for group, quality in chances.items():
            hits = sum(chance.random() < quality for _ in range(4))
            for name in (f"x={group}", OVERALL):
                rows.append(Row(f"d{number:03}", "", "entities", "entities.strict", name, hits, 4, hits, 4))
    sums = total(rows, by=("group",)).items()
    scores = (Score("entities", STRICT, group, *f1(counts), counts.gold, counts.predicted) for (group,), counts in sums)
    return system(1, alike, by={"x": str})._replace(rows=tuple(rows), scores=tuple(scores))


def simulated(times: int, better: Mapping[str, float]) -> Iterator[set[str]]:
    """The groups that are marked when two systems differ in some of 12 groups only."""
    chance = random.Random(7)
    chances = {f"g{number:02}": 0.6 for number in range(12)}
    for _ in range(times):
        named = {"a": drawn({**chances, **better}, chance), "b": drawn(chances, chance)}
        yield {group.removeprefix("x=") for group, _ in marked(compare(named, [STRICT], resamples=999))}


def test_a_planted_difference_in_one_slice_is_found_and_no_other_is() -> None:
    assert marked(planted()) == {("type=person", "a")}


def test_the_values_of_slices_are_those_of_the_scores() -> None:
    cells = {one.group: one.cells[0].value for one in planted().slices}
    known = system(40, alike)
    assert cells == {group: known.value(STRICT, group) for group in cells}
    assert list(cells) == ["type=location", "type=organisation", "type=person"]


def test_the_difference_in_a_slice_is_the_first_less_the_second() -> None:
    found = of(planted(), "type=person")
    one, other = (cell.value for cell in found.cells)
    assert one is not None and other is not None
    assert [(pair.first, pair.second, pair.value) for pair in found.differences] == [("a", "b", one - other)]


def test_the_interval_in_a_slice_holds_its_value() -> None:
    for cell in of(planted(), "type=person").cells:
        assert cell.interval and cell.value is not None
        assert cell.interval.low < cell.value < cell.interval.high


def test_without_any_difference_something_is_marked_in_about_a_twentieth_of_comparisons() -> None:
    found = [bool(groups) for groups in simulated(40, {})]
    assert 0 < sum(found) <= 5


def test_beside_real_differences_about_a_twentieth_of_what_is_marked_is_false() -> None:
    real = {f"g{number:02}": 0.9 for number in range(4)}
    found = list(simulated(25, real))
    rates = [len(groups - {*real}) / max(1, len(groups)) for groups in found]
    assert 0 < sum(rates) / len(rates) <= 0.05
    assert sum(len(groups & {*real}) for groups in found) > 0.9 * len(found) * len(real)


def test_benjamini_hochbergs_correction_by_hand() -> None:
    given = [0.01, 0.5, 0.03, 0.04]  # ranks 1, 4, 2, 3 of 4
    by_hand = [0.04, 0.5, 0.16 / 3, 0.16 / 3]  # 0.03 * 4 / 2 is more than what the next rank has: 0.04 * 4 / 3
    assert benjamini_hochberg(given) == pytest.approx(by_hand)
    assert false_discovery_control(given) == pytest.approx(by_hand)


def test_slices_of_all_measures_fields_and_pairs_are_corrected_together() -> None:
    named = {
        name: system(30, weak_in(kind), seed, by=("type", "segment.kind", "level"))
        for seed, (name, kind) in enumerate({"a": "none", "b": "person", "c": "location"}.items())
    }
    slices = compare(named, [STRICT, "entities.overlap.recall"], resamples=999).slices
    found = [(one.p, one.corrected) for sliced in slices for one in sliced.differences]
    assert len({(sliced.measure, sliced.field) for sliced in slices}) == 6
    p_values, corrected = zip(*found, strict=True)
    assert corrected == pytest.approx(false_discovery_control(p_values))


def test_slices_leave_the_numbers_and_corrections_over_everything_alone() -> None:
    plain = {"a": system(40, alike, by=()), "b": system(40, weak_in("person"), 1, by=())}
    without = compare(plain, [STRICT], resamples=999)
    assert (planted().cells, planted().differences) == (without.cells, without.differences)
    assert without.slices == ()


def test_tests_that_share_their_draws_are_those_of_each_pair_alone() -> None:
    chance = np.random.default_rng(5)
    units = [chance.integers(0, 4, (count, 4)).astype(float) / 3 for count in (3, 30, 30, 30, 30, 3)]
    two = ((units[1], units[2]), (units[2], units[3]), (units[0], units[5]), (units[3], units[4]))
    measures = ("m.f1", "m.precision", "m.recall", "m.f1")
    pairs = [Pair(measure, "", "a", "b", (0.0, 0.0), both) for measure, both in zip(measures, two, strict=True)]
    pairs *= 150  # so that not all exchanges are made at once
    alone = [
        paired_test(one, other, measure.removeprefix("m."), 2000, 3)
        for measure, (one, other) in zip(measures, two, strict=True)
    ]
    assert [one.p for one in differences(pairs, 2000, 3)] == alone * 150


def test_a_test_in_a_slice_is_that_of_its_own_units() -> None:
    named = {"a": system(40, alike), "b": system(40, weak_in("person"), 1)}
    alone = {
        name: scores._replace(rows=tuple(row for row in scores.rows if row.group in ("type=person", OVERALL)))
        for name, scores in named.items()
    }
    found = compare(alone, [STRICT], resamples=999)
    assert of(found, "type=person").differences[0].p == of(planted(), "type=person").differences[0].p


def test_the_order_of_systems_changes_no_p_value() -> None:
    named = {"b": system(40, weak_in("person"), 1), "a": system(40, alike)}
    found = compare(named, [STRICT], resamples=999)
    one, other = (
        sorted(pair.p or 0 for part in each.slices for pair in part.differences) for each in (planted(), found)
    )
    assert one == other


def test_with_one_document_slices_are_tested_by_segment() -> None:
    found = compare({"a": system(1, lambda record: 1.0), "b": system(1, lambda record: 0.0)}, [STRICT], resamples=99)
    assert [cell.interval.units for cell in of(found, "type=location").cells if cell.interval] == [2, 2]
    assert of(found, "type=location").differences[0].p is not None


def test_a_group_in_a_single_unit_has_values_and_neither_interval_nor_test() -> None:
    found = compare({"a": system(1, lambda record: 1.0), "b": system(1, lambda record: 0.0)}, [STRICT], resamples=99)
    cells, (pair,) = of(found, "type=person")[3:]
    assert [(cell.value, cell.interval, cell.winner) for cell in cells] == [(1.0, None, False), (0.0, None, False)]
    assert (pair.value, pair.p, pair.corrected) == (1.0, None, None)
    assert any(said == "a group in fewer than two units has no interval and no test" for said in found.cautions)


def test_what_cannot_be_tested_is_not_counted_among_the_tests() -> None:
    found = compare({"a": system(1, lambda record: 1.0), "b": system(1, lambda record: 0.0)}, [STRICT], resamples=99)
    assert any("over their 1 tests together, apart from the 1 " in said for said in found.cautions)


def test_a_group_that_one_of_two_systems_is_in_is_left_out() -> None:
    made = [{"doc_id": "d000", "entities": placed([{"at": "calm", "type": "operation"}], TEXT)}]
    odd = score(made, gold(1), by=["type"])
    assert [one.group for one in compare({"odd": odd}, [STRICT]).slices if one.group == "type=operation"] == [
        "type=operation"
    ]
    both = compare({"odd": odd, "a": system(1, alike)}, [STRICT], resamples=9)
    assert {one.group for one in both.slices} == {"type=location", "type=organisation", "type=person"}


def test_of_three_systems_those_in_a_group_are_compared_there() -> None:
    made = [{"doc_id": "d000", "entities": placed([{"at": "calm", "type": "operation"}], TEXT)}]
    odd = score(made, gold(1), by=["type"])
    found = of(compare({"one": odd, "a": system(1, alike), "two": odd}, [STRICT], resamples=9), "type=operation")
    assert [cell.system for cell in found.cells] == ["one", "two"]
    assert [(pair.first, pair.second) for pair in found.differences] == [("one", "two")]


def test_a_system_that_was_not_scored_by_a_field_is_in_none_of_its_groups() -> None:
    named = {"a": system(2, alike), "b": system(2, alike, 1), "c": system(2, alike, 2, by=["level"])}
    found = compare(named, [STRICT], resamples=9)
    assert {cell.system for one in found.slices for cell in one.cells} == {"a", "b"}
    assert "level: no measure has a group with records of two systems" in found.cautions


def test_a_system_alone_has_slices_and_wins_none() -> None:
    found = compare({"a": system(5, alike)}, [STRICT])
    assert [one.differences for one in found.slices] == [(), (), ()]
    assert marked(found) == set()


def test_a_field_of_ones_own_is_compared_by() -> None:
    named = {name: system(5, alike, seed, by={"first": start}) for seed, name in enumerate("ab")}
    assert {one.group for one in compare(named, [STRICT], resamples=9).slices} == {"first=True", "first=False"}


def start(record: Any) -> bool:
    return bool(record.start == 0)


def test_too_few_resamples_for_so_many_tests_are_told() -> None:
    named = {"a": system(5, alike), "b": system(5, alike, 1)}
    said = "59 resamples are too few to mark one of 3 slices alone; it takes 60"
    assert said in compare(named, [STRICT], resamples=59).cautions
    assert not any("too few" in one for one in compare(named, [STRICT], resamples=60).cautions)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_that_slices_are_exploratory_and_how_they_were_corrected(form: str) -> None:
    shown = " ".join(render(planted(), form).split()).replace("\\", "")
    assert "slices are exploratory: p-values corrected by Benjamini-Hochberg (BH) over their 3 tests together" in shown


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_signature_names_the_fields_and_the_correction(form: str) -> None:
    shown = " ".join(render(planted(), form).split()).replace("\\", "").replace("test_by", "test by")
    assert "by:type | " in shown and "test by:paired approximate randomisation, Benjamini-Hochberg" in shown


def test_the_signature_without_slices_names_no_field() -> None:
    assert not {"by", "test_by"} & {*compare({"a": system(2, alike, by=())}).signature}


def test_the_text_of_slices_keeps_to_80_columns() -> None:
    made = {
        f"a system with a long name {seed}": system(20, alike, seed, by=["type", "document.doc_id"]) for seed in (0, 1)
    }
    shown = render(compare(made, resamples=9))
    assert max(map(len, shown.splitlines())) <= 80


def test_text_has_a_table_of_groups_and_one_of_differences_for_each_measure_and_field() -> None:
    shown = render(planted()).split(f"{STRICT} by type\n")[1]
    heads, rows = re.search(r"^ +(value .*)$", shown, re.M), re.findall(r"^(\w+: \w+(?: - \w+)?) ", shown, re.M)
    assert heads and heads[1].split() == ["value", "95%", "interval", "documents", "winner"]
    kinds = ("location", "organisation", "person")
    assert rows == [*(f"{kind}: {name}" for kind in kinds for name in "ab"), *(f"{kind}: a - b" for kind in kinds)]
    assert re.search(r"^person: a .* \*$", shown, re.M) and not re.search(r"^person: b .*\*", shown, re.M)


def test_wilsons_interval_in_a_slice_is_explained() -> None:
    perfect_in_one = system(25, lambda record: 1.0 if record["type"] == "person" else 0.5)
    shown = render(compare({"a": perfect_in_one}, [STRICT]))
    assert "W 0." in shown.split("by type")[1] and "W 0." not in shown.split("by type")[0]
    assert "W: Wilson's interval" in shown


def test_latex_has_tables_of_the_slices() -> None:
    captions = re.findall(r"\\caption\{(.*)\}", render(planted(), "latex"))
    assert captions == [STRICT, "Differences", f"{STRICT} by type", f"{STRICT} by type: differences"]


def test_json_has_the_slices() -> None:
    read = json.loads(render(planted(), "json"))["slices"]
    assert [(one["measure"], one["field"], one["group"]) for one in read] == [one[:3] for one in planted().slices]
    assert [one["differences"] for one in read] == [
        [pair._asdict() for pair in one.differences] for one in planted().slices
    ]


def test_csv_has_a_row_for_each_number_and_difference_of_a_slice_with_its_group() -> None:
    lines = [line for line in render(planted(), "csv").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == COLUMNS
    kinds = ("overall", "type=location", "type=organisation", "type=person")
    assert [(row["group"], row["system"], row["against"]) for row in rows] == [
        (kind, *pair) for kind in kinds for pair in (("a", ""), ("b", ""), ("a", "b"))
    ]


def test_the_frame_has_a_row_for_each_number_and_each_difference() -> None:
    frame = planted().to_frame()
    assert tuple(frame.columns) == COLUMNS
    own = frame.query("group == 'type=person'")
    assert own["system"].tolist() == ["a", "b", "a"] and own["against"].dropna().tolist() == ["b"]
    cells, (pair,) = of(planted(), "type=person")[3:]
    assert own["value"].tolist() == [*(cell.value for cell in cells), pair.value]
    assert own["corrected"].dropna().tolist() == [pair.corrected]
    assert own["low"].dropna().tolist() == [cell.interval.low for cell in cells if cell.interval]
    assert own["winner"].dropna().tolist() == [True, False]


def test_the_frame_has_the_types_of_its_columns_even_where_nothing_is_defined() -> None:
    frame = compare({"a": score([], gold(1))}, ["figures.fact.f1"]).to_frame()
    assert frame[["value", "low", "p"]].dtypes.astype(str).tolist() == ["float64"] * 3
    assert frame[["units", "winner"]].dtypes.astype(str).tolist() == ["Int64", "boolean"]


def command(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return cli.run(words, out, err), out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Predictions of every layer, and of figures alone."""
    folder: Path = tmp_path_factory.mktemp("by")
    found = [str(folder / f"{name}.jsonl") for name in ("rules", "figures")]
    assert command("run", "rules", "-o", found[0])[0] == 0
    lines = [json.loads(line) for line in Path(found[0]).read_text(encoding="utf-8").splitlines()]
    part = ({"doc_id": line["doc_id"], "figures": line["figures"][::2]} for line in lines)
    Path(found[1]).write_text("".join(f"{json.dumps(line)}\n" for line in part), encoding="utf-8")
    return found


def test_the_command_compares_by_fields(files: list[str]) -> None:
    words = ("--by", "status", "--by", "segment.kind", "--resamples", "99", "--format", "json")
    code, out, _ = command("compare", *files, *words)
    read = json.loads(out)
    assert code == 0 and read["signature"]["by"] == ["status", "segment.kind"]
    assert {(one["measure"], one["field"]) for one in read["slices"]} == {
        ("figures.fact.f1", "status"),
        ("figures.fact.f1", "segment.kind"),
    }


def test_the_command_takes_a_field_that_only_some_systems_have(files: list[str]) -> None:
    code, out, _ = command("compare", *files, "--by", "polarity", "--resamples", "99")
    assert code == 0 and "polarity: no measure has a group with records of two systems" in " ".join(out.split())


def test_the_command_refuses_a_field_that_no_system_has(files: list[str]) -> None:
    code, out, err = command("compare", files[1], "--by", "polarity")
    assert (code, out) == (2, "") and "unknown field 'polarity'" in err and "known: comparator, category" in err


def test_the_command_without_fields_prints_what_it_prints_with_them_less_the_slices(files: list[str]) -> None:
    plain = json.loads(command("compare", *files, "--resamples", "99", "--format", "json")[1])
    sliced = json.loads(command("compare", *files, "--resamples", "99", "--format", "json", "--by", "status")[1])
    assert [*plain] == ["signature", "cells", "differences", "cautions"]
    assert (plain["cells"], plain["differences"]) == (sliced["cells"], sliced["differences"])
