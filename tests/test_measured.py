"""eval/MEASURED.md, and the comparison in the README: every number that can be made again is the one that stands there.

The simulation of "Uncertainty" takes minutes and is not repeated. The largest difference of a scorer is rounding, which
differs from one Python to the next: it need only be as small.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ, pathsep
from pathlib import Path

import attack_table
import faults
import intake_tables
import parity_table
import pytest
from tiny import cases

from dateline.systems import installed

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "eval/MEASURED.md"
MEASURED = PAGE.read_text(encoding="utf-8")
LEADERBOARD = re.findall(r"^## Leaderboard\n(.*?)^## ", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)[
    0
]
COMMANDS = re.findall(r"^```sh\n(.*?)^```", LEADERBOARD, re.M | re.S)[0]
COMPARED = {
    "segments.boundary.f1": ("rules", "syntok", "pysbd", "blingfire", "spacy"),
    "figures.fact.f1": ("rules", "quantulum3", "recognizers"),
}
ROUNDING = 1e-15

Cells = tuple[str, ...]


def rows(text: str, head: str) -> list[Cells]:
    """The cells of the table whose first column has this head, without head and rule."""
    found = re.search(rf"^\| {re.escape(head)} \|.*\n\|.*\n((?:\|.*\n)*)", f"{text}\n", re.M)
    return [tuple(line.strip("| ").split(" | ")) for line in found[1].splitlines()] if found else []


def anchors() -> set[str]:
    """The links that the headings of the page can be reached by."""
    headings = re.findall(r"^#+ (.*)$", MEASURED, re.M)
    return {f"#{heading.lower().replace(' ', '-')}" for heading in headings}


def test_links_lead_to_files_and_headings() -> None:
    links = re.findall(r"\]\(([^):]+)\)", MEASURED)
    assert links
    assert [link for link in links if not (link in anchors() if link[0] == "#" else is_there(link))] == []


def is_there(link: str) -> bool:
    return (PAGE.parent / link.partition("#")[0]).exists()


def test_commands_are_files() -> None:
    scripts = re.findall(r"^python (\S+)$", MEASURED, re.M)
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_parity_is_what_the_script_computes() -> None:
    fresh = list(parity_table.parities())
    assert [row[:-1] for row in rows(MEASURED, "scorer")] == [row[:-1] for row in parity_table.cells(fresh)]
    assert max(row.largest for row in fresh) <= ROUNDING


def test_attacks_are_what_the_script_computes() -> None:
    assert [table for table in attack_table.tables() if table not in MEASURED] == []


def test_the_counts_of_the_one_attack_that_is_worth_something_are_right() -> None:
    spans, names, found = attack_table.of_names()
    assert f"finds {found} of the {names} names" in MEASURED and f"each of its {spans} spans" in MEASURED


@pytest.mark.parametrize("table", [intake_tables.quotes, intake_tables.forms, intake_tables.commands, faults.table])
def test_what_is_taken_in_is_what_the_scripts_compute(table: Callable[[], str]) -> None:
    assert table() in MEASURED


def test_every_quote_of_the_battery_comes_out_as_it_must() -> None:
    assert [row for row in rows(MEASURED, "what must come out") if row[1] != row[2]] == []
    assert f"a battery of {len(cases('quotes'))} hand-made cases" in MEASURED


def test_the_forms_of_one_system_have_the_same_scores_wherever_they_can() -> None:
    lines = rows(MEASURED, "F1 of")
    assert lines and [line for line in lines if line[1] != line[2]] == []
    spans = [line for line in lines if line[0].startswith("`entities.") and "coref" not in line[0]]
    assert spans and [line for line in spans if line[1] != line[3]] == []


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the commands of the README print."""
    missing = [name for names in COMPARED.values() for name in names if not installed(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    path = f"{Path(sys.executable).parent}{pathsep}{environ['PATH']}"
    folder = tmp_path_factory.mktemp("compared")
    command = ["sh", "-ec", COMMANDS]
    done = subprocess.run(
        command, cwd=folder, env={**environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(compared: str, measure: str, systems: Cells) -> Iterator[Cells]:
    """System, value and interval, of the comparison of exactly these systems."""
    for part in re.findall(rf"^## {re.escape(measure)}\n\n(.*?)\n\n", compared, re.M | re.S):
        found = [line.strip("| ").split(" | ") for line in part.splitlines()[2:]]
        if tuple(row[0] for row in found) == systems:
            yield from ((f"`{name}`", value, interval) for name, value, interval, *_ in found)


@pytest.mark.parametrize("measure", COMPARED)
def test_the_comparison_in_the_readme_is_what_its_commands_print(measure: str, compared: str) -> None:
    fresh = list(printed(compared, measure, COMPARED[measure]))
    assert fresh and rows(LEADERBOARD, f"`{measure}`") == fresh


def test_what_the_readme_says_of_differences_is_what_its_commands_print(compared: str) -> None:
    corrected = re.findall(r"^\| (\S+): (\S+) - \S+ \| \S+ \| \S+ \| (\S+) \|$", compared, re.M)
    assert {p for measure, _, p in corrected if measure == "segments.boundary.f1"} == {"1.0000"}
    assert [p for measure, first, p in corrected if (measure, first) == ("figures.fact.f1", "rules")] == ["0.0003"] * 2
    assert "every corrected p is 1.0000" in LEADERBOARD and "each with 0.0003" in LEADERBOARD
