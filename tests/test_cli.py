"""The command line on the real article: what it prints, writes, refuses, and its exit codes."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import dateline
from dateline import cli, files
from dateline.corpus import load
from dateline.errors import UnknownNameError
from dateline.predictions import as_lines
from dateline.scoring import gold_predictions, score
from dateline.signature import parse
from dateline.vocabulary import data_root

DOC = "ips-car-2014"
MINE = "# Mine\n<!-- stats -->\n<!-- /stats -->\n"


class Outcome(NamedTuple):
    """What a command line did."""

    code: int
    out: str
    err: str


def run(*argv: object) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    return Outcome(cli.run([str(word) for word in argv], out, err), out.getvalue(), err.getvalue())


def written(path: Path, content: object) -> Path:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    assert run("gold", "-o", path) == (0, "", "")
    return path


def test_the_gold_laid_on_itself_is_right_in_everything(gold: Path) -> None:
    scores = json.loads(run("score", gold, "--format", "json").out)
    values = {score["value"] for score in scores["scores"]}
    assert values <= {1.0, None}
    assert scores["problems"] == []
    assert {score["layer"] for score in scores["scores"]} == {"segments", "entities", "figures", "stances"}


@pytest.mark.parametrize("level", ["name", "nominal", "pronoun", "all"])
def test_the_gold_is_right_at_every_level_of_mentions(gold: Path, level: str) -> None:
    found = json.loads(run("score", gold, "--layer", "entities", "--level", level, "--format", "json").out)["scores"]
    assert {score["value"] for score in found if score["measure"].endswith(".f1")} == {1.0}


def test_the_gold_has_no_errors_to_list(gold: Path) -> None:
    assert "mistakes" not in json.loads(run("score", gold, "--errors", "--format", "json").out)


def test_an_empty_prediction_is_zero_or_undefined_in_all_layers(tmp_path: Path) -> None:
    found = json.loads(run("score", written(tmp_path / "p", {"doc_id": DOC}), "--format", "json").out)["scores"]
    assert {score["value"] for score in found} == {0.0, None}
    values = {score["measure"]: score["value"] for score in found if score["group"] == "overall"}
    assert (values["figures.fact.f1"], values["figures.fact.precision"]) == (0, None)


def test_the_readme_commands_print_tables_with_counts(gold: Path) -> None:
    shown = run("score", gold).out
    assert "entities.strict" in shown and "117/117/117" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_errors_are_shown_in_their_context(tmp_path: Path) -> None:
    figure = {
        "start": 2756,
        "end": 2767,
        "comparator": "exact",
        "value": 9000,
        "category": "personnel",
        "status": "actual",
    }
    path = written(tmp_path / "p", {"doc_id": DOC, "figures": [figure]})
    shown = run("score", path, "--errors").out
    assert "a peacekeeping mission with >>up to 9,000<< soldiers." in shown
    assert "status: gold requested, predicted actual" in shown
    assert "comparator: gold at_most, predicted exact" in shown


def test_errors_are_counted_before_they_are_listed_and_labels_confused(gold: Path) -> None:
    shown = run("score", gold, "--layer", "figures", "--errors", "--confusion", "figures.status").out
    assert "\nError categories: figures\n" in shown and "\nfigures.status: gold in rows" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_numbers_are_given_apart_by_any_field_as_often_as_asked(gold: Path) -> None:
    found = run("score", gold, "--by", "segment.kind", "--by", "status", "--format", "json")
    groups = {score["group"] for score in json.loads(found.out)["scores"] if score["measure"] == "figures.fact.f1"}
    assert {"segment.kind=caption", "status=requested"} <= groups


def test_a_number_stands_for_a_vague_term_under_a_convention_only(tmp_path: Path) -> None:
    hundreds = {"start": 888, "end": 896, "value": 200, "category": "killed", "status": "actual"}
    path = written(tmp_path / "p", {"doc_id": DOC, "figures": [hundreds]})
    plain, read = (run("score", path, *more).out for more in ((), ("--convention", "emdat")))
    assert "0/33/1" in plain and "convention" not in plain
    assert "1/33/1" in read and "convention:emdat" in read.replace("\n", "")


def test_output_goes_to_a_file_whole(tmp_path: Path, gold: Path) -> None:
    assert run("score", gold, "--format", "markdown", "-o", tmp_path / "s.md").out == ""
    assert (tmp_path / "s.md").read_text(encoding="utf-8").count("| entities.strict |") == 1


def broken(key: str, value: Any) -> Callable[[], dict[str, Any]]:
    """The gold's first figure with one value changed."""

    def make() -> dict[str, Any]:
        line = json.loads(as_lines(gold_predictions(load())))
        return {"doc_id": DOC, "figures": [line["figures"][0] | {key: value}]}

    return make


BAD: dict[str, tuple[object, str]] = {
    "empty file": (b"", "empty-file"),
    "invalid UTF-8": (b'{"doc_id": "\xff"}', "invalid-utf8"),
    "truncated JSON": (b'{"doc_id": "ips-car', "malformed-json"),
    "NaN": (b'{"doc_id": "ips-car-2014", "figures": [{"start": 0, "end": 5, "value": NaN}]}', "malformed-json"),
    "unknown document": ({"doc_id": "nowhere"}, "unknown-document"),
    "document twice": (b'{"doc_id": "ips-car-2014"}\n{"doc_id": "ips-car-2014"}', "duplicate-document"),
    "negative offset": (broken("start", -1), "offset-negative"),
    "reversed offsets": (broken("end", 3), "offset-reversed"),
    "offset beyond the text": (broken("end", 9_000_000), "offset-beyond-text"),
    "offset as float": (broken("start", 1.0), "wrong-type"),
    "offset as boolean": (broken("start", True), "wrong-type"),
    "text that is not there": (broken("text", "a hundred"), "text-mismatch"),
    "unknown label": (broken("category", "slain"), "unknown-label"),
    "unknown key": (broken("deaths", 3), "unknown-key"),
    "number as string": (broken("value", "2000"), "wrong-type"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_its_code_and_place(tmp_path: Path, case: str) -> None:
    content, code = BAD[case]
    path = written(tmp_path / "p.jsonl", content() if callable(content) else content)
    found = run("score", path)
    assert (found.code, found.out) == (2, "")
    assert f"{path}" in found.err and f" {code} error: " in found.err and "; " in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(("make", "code"), [(None, "missing-file"), ("folder", "not-a-file")])
def test_what_is_no_file_is_refused(tmp_path: Path, make: str | None, code: str) -> None:
    path = tmp_path / (make or "nothing.jsonl")
    if make:
        path.mkdir()
    found = run("score", path)
    assert found.code == 2 and code in found.err


def test_a_line_that_is_too_long_is_refused_without_being_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 1000)
    found = run("score", written(tmp_path / "p.jsonl", b'{"doc_id": "' + b"x" * 5000 + b'"}'))
    assert found.code == 2 and "long-line" in found.err


def test_a_byte_order_mark_and_crlf_are_accepted(tmp_path: Path, gold: Path) -> None:
    changed = b"\xef\xbb\xbf" + gold.read_bytes().replace(b"\n", b"\r\n")
    found, plain = (
        json.loads(run("score", path, "--format", "json").out)
        for path in (written(tmp_path / "p.jsonl", changed), gold)
    )
    assert found["scores"] == plain["scores"]


def test_all_problems_are_listed_and_a_flag_counts_them_instead(tmp_path: Path) -> None:
    bad = [{"start": -1, "end": 5, "type": "place"}, {"start": 0, "end": 14, "type": "organisation"}, {"start": "0"}]
    path = written(tmp_path / "p.jsonl", {"doc_id": DOC, "entities": bad})
    refused = run("score", path)
    assert refused.err.count(" error: ") >= 4
    assert "entities[0]" in refused.err and "entities[2]" in refused.err
    counted = json.loads(run("score", path, "--on-error", "spurious", "--format", "json").out)
    precision = next(score for score in counted["scores"] if score["measure"] == "entities.strict.precision")
    assert (precision["numerator"], precision["denominator"]) == (1, 3)
    assert len(counted["problems"]) == refused.err.count(" error: ")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["run", "magic"], "unknown system 'magic'; known: rules"),
        (["score", "{gold}", "--layer", "words"], "unknown layer 'words'; known: segments"),
        (["score", "{gold}", "--level", "deep"], "unknown level 'deep'; known: name"),
        (["score", "{gold}", "--by", "mood"], "unknown field 'mood'; known: kind, segment.kind, type"),
        (["score", "{gold}", "--confusion", "type"], "known: segments.kind, entities.type"),
        (["score", "{gold}", "--convention", "mine"], "unknown convention 'mine'; known: acled, emdat, range"),
        (["score", "{gold}", "--on-error", "hide"], "unknown on_error 'hide'; known: stop, spurious"),
        (["networks", "--kind", "friends"], "unknown kind of network 'friends'; known: matrix"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(gold: Path, argv: list[str], message: str) -> None:
    found = run(*(word.format(gold=gold) for word in argv))
    assert found.code == 2 and message in found.err


def test_a_prediction_that_a_system_wrote_can_be_scored(tmp_path: Path) -> None:
    assert run("run", "syntok", "-o", tmp_path / "p.jsonl").code == 0
    found = run("score", tmp_path / "p.jsonl")
    assert found.code == 0
    assert "entities were not predicted" in found.out


def test_a_bad_record_keeps_nobody_from_being_compared_if_it_is_counted_as_spurious(tmp_path: Path, gold: Path) -> None:
    bad = written(tmp_path / "bad.jsonl", {"doc_id": DOC, "entities": [{"start": 0, "end": 6, "type": "ship"}]})
    assert run("compare", gold, bad).code == 2
    found = run("compare", gold, bad, "--on-error", "spurious", "--format", "json")
    assert found.code == 0
    assert json.loads(found.out)["signature"]["on_error"] == "spurious"


@pytest.mark.parametrize("form", ["text", "markdown", "json", "csv", "latex"])
def test_systems_are_compared_with_the_caution_that_there_is_one_article(tmp_path: Path, gold: Path, form: str) -> None:
    run("run", "syntok", "-o", tmp_path / "syntok.jsonl")
    found = run("compare", gold, tmp_path / "syntok.jsonl", "--resamples", 200, "--format", form)
    assert found.code == 0
    assert "speaks of this article only" in " ".join(found.out.split())
    assert "syntok" in found.out and "segments.boundary.f1" in found.out.replace("\\", "")


def test_scores_that_can_be_made_again_are_verified(tmp_path: Path, gold: Path) -> None:
    scores = tmp_path / "scores.json"
    run("score", gold, "--level", "all", "--compat", "--format", "json", "-o", scores)
    found = run("verify", scores, gold)
    assert (found.code, found.err) == (0, "")
    assert "version: the same" in found.out and "\n0 of " in found.out
    assert run("verify", scores, gold, "--gold", data_root()) == found


def test_scores_that_cannot_be_made_again_are_told_with_exit_code_1(tmp_path: Path, gold: Path) -> None:
    scores = tmp_path / "scores.json"
    run("score", gold, "--layer", "segments", "--format", "json", "-o", scores)
    run("run", "syntok", "-o", tmp_path / "p.jsonl")
    found = run("verify", scores, tmp_path / "p.jsonl")
    assert found.code == 1
    assert "segments.boundary.f1 (overall): was value 1.0, " in found.out


def test_scores_that_are_none_are_refused(tmp_path: Path, gold: Path) -> None:
    found = run("verify", written(tmp_path / "s.json", {"scores": []}), gold)
    assert (found.code, found.out) == (2, "") and "unreadable-scores error" in found.err


def test_short_signatures_are_printed_alone(gold: Path) -> None:
    lines = run("score", gold, "--signature").out.splitlines()
    assert [parse(line).measure for line in lines] == [
        "segments.boundary",
        "entities.strict",
        "figures.fact",
        "stances.position",
    ]
    assert all(line.startswith(f"dateline:{dateline.__version__}|corpus:{load().version}+") for line in lines)


def test_reference_scorers_speak_on_request(gold: Path) -> None:
    shown = run("score", gold, "--layer", "entities", "--compat").out
    assert "nervaluate 1.2.1" in shown and "entities.coref.muc 1.000" in shown and "MeasEval" not in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("kind", ["matrix", "congruence", "conflict"])
def test_networks_are_of_the_gold_or_of_predictions(gold: Path, kind: str) -> None:
    of_gold = run("networks", "--kind", kind, "--optional", "--format", "csv")
    of_predictions = run("networks", gold, "--kind", kind, "--format", "csv")
    assert of_gold.code == of_predictions.code == 0
    assert of_gold.out.splitlines()[1:] == of_predictions.out.splitlines()[1:]
    assert "un-security-council" in of_gold.out


def test_systems_and_measures_are_listed() -> None:
    assert all(name in run("systems").out for name in ("rules", "quantulum3", "pysbd", "spacy"))
    assert "figures.fact *" in run("measures").out


def test_check_is_content_with_the_gold_and_says_so() -> None:
    assert run("check") == (0, "0 errors, 0 warnings\n", "")


def test_check_exits_with_1_and_names_the_place(tmp_path: Path) -> None:
    for folder in ("corpus", "annotations", "schema"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    path = tmp_path / "annotations" / DOC / "figures.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"more_than"', '"at_least"', 1), encoding="utf-8")
    found = run("check", tmp_path)
    assert found.code == 1
    assert f"annotations/{DOC}/figures.jsonl:2: " in found.out
    assert "(annotations/GUIDELINES.md#figures-comparator" in found.out
    problems = json.loads(run("check", tmp_path, "--format", "json").out)
    assert problems["errors"] == len(problems["problems"]) > 0


def test_build_check_tells_what_is_out_of_date(tmp_path: Path) -> None:
    for folder in ("corpus", "annotations", "schema"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    (tmp_path / "README.md").write_text(MINE, encoding="utf-8")
    assert run("build", "--check", tmp_path).code == 1
    assert run("build", tmp_path).code == 0
    assert run("build", "--check", tmp_path) == (0, "all up to date\n", "")
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("---\npretty_name: ")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data as the current folder, with one figure changed so that its span contradicts it."""
    for folder in ("corpus", "annotations", "schema"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    path = tmp_path / "annotations" / DOC / "figures.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"value": 9000', '"value": 8000'), encoding="utf-8")
    (tmp_path / "README.md").write_text(MINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_in_a_checkout_commands_speak_of_its_gold(checkout: Path, gold: Path) -> None:
    assert json.loads(run("score", gold, "--format", "json").out)["signature"]["digest"] == load(checkout).digest
    assert run("check").code == 1
    assert run("gold").out == as_lines(gold_predictions(load(checkout)))


def test_build_refuses_gold_that_check_rejects(checkout: Path) -> None:
    found = run("build")
    assert (found.code, found.out) == (2, "")
    assert "value-not-in-span error" in found.err
    assert (checkout / "README.md").read_text(encoding="utf-8") == MINE


@pytest.mark.parametrize("target", [".", "/proc/nowhere/file"])
def test_what_cannot_be_written_is_one_line_on_the_error_stream(gold: Path, target: str) -> None:
    found = run("score", gold, "-o", target)
    assert found.code == 2 and found.err.startswith("dateline: ") and found.err.count("\n") == 1


def test_any_command_can_be_broken_off_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(root: Path | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dateline.inventory.stats", interrupt)
    assert run("stats") == (130, "", "dateline: broken off\n")


def test_control_characters_of_untrusted_input_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in run("score", "a\x1b[2Jb").err


def test_a_measure_that_is_nearly_right_is_met_with_the_right_one(gold: Path) -> None:
    scores = score(gold)
    with pytest.raises(UnknownNameError, match=r"did you mean 'figures.fact.f1'"):
        scores.value("figures.fact")
    assert repr(scores) == (
        "Scores(segments.boundary.f1=1.0, entities.strict.f1=1.0, figures.fact.f1=1.0, stances.position.f1=1.0)"
    )


@pytest.mark.parametrize("argv", [["--help"], ["score", "--help"], ["--version"]])
def test_help_exits_with_0(argv: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", "from dateline.cli import main; main()", *argv], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
