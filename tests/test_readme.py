"""README.md does what it says: every command and example in it is run, every record in it is real."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dateline import cli
from dateline.corpus import load
from dateline.leaderboard import leaderboard
from dateline.predictions import read
from dateline.reports.leaderboard import render
from dateline.scoring import score

ROOT = Path(__file__).parents[1]
HEADLINES = ("segments.boundary", "entities.strict", "figures.fact", "stances.position")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/dateline leaderboard",
    'python3 -m venv .venv && .venv/bin/pip install ".[test]" && .venv/bin/pytest',
)
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the parts that commands read and write."""
    root = tmp_path_factory.mktemp("copy") / "dateline"
    for folder in ("corpus", "annotations", "schema", "seeds", ".github"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "README.md", root)
    return root


@pytest.mark.parametrize("command", COMMANDS)
def test_the_two_commands_stand_there_as_one_line_each(command: str) -> None:
    assert README.splitlines().count(command) == 1


def test_every_other_command_runs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    lines = [line for block in blocks("bash") for line in block.splitlines() if line.startswith("dateline ")]
    assert len(lines) >= 6
    for line in lines:
        out, err = io.StringIO(), io.StringIO()
        assert (cli.run(shlex.split(line)[1:], out, err), err.getvalue()) == (0, ""), line


def run_example(code: str, checkout: Path, tmp_path: Path) -> str:
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_every_python_example_runs_and_prints_what_its_comments_say(
    number: int, checkout: Path, tmp_path: Path
) -> None:
    if not (checkout / "rules.jsonl").exists():
        assert cli.run(["run", "rules", "-o", str(checkout / "rules.jsonl")], io.StringIO(), sys.stderr) == 0
    code = blocks("python")[number]
    shown = run_example(code, checkout, tmp_path)
    assert shown
    assert all(said in shown for said in re.findall(r"print\(.*\)  # (.*)$", code, re.MULTILINE))


def test_the_records_are_the_golds_and_the_prediction_is_a_valid_one() -> None:
    gold = {
        json.dumps(json.loads(line))
        for path in (*ROOT.glob("corpus/*/segments.jsonl"), *ROOT.glob("annotations/*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    examples = [json.loads(block) for block in blocks("json")]
    predictions = [example for example in examples if "id" not in example]
    assert len(predictions) == 1 and read(predictions, load()).problems == ()
    found = score(predictions, load())
    assert {found.value(f"{name}.precision") for name in HEADLINES} == {1.0}
    assert [example for example in examples if "id" in example and json.dumps(example) not in gold] == []


def scores(table: str, system: str) -> list[list[str]]:
    """The cells of a system's lines, without the seconds in the last."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith(f"| {system} |")]
    return [row[:-1] for row in rows]


def test_the_leaderboard_is_what_the_command_prints_for_our_own_baseline() -> None:
    fresh = scores(render(leaderboard(["rules"]), "markdown"), "rules")
    assert len(fresh) == 4
    assert scores(README, "rules") == fresh


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links and all((ROOT / link).exists() for link in links)
