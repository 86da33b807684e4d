"""The table of formats, conversions by way of it, and the command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import GOLD, TEXT, TWO, converted, refused
from tiny import span

from dateline.cli import run
from dateline.corpus import load
from dateline.errors import DatelineError, MissingExtraError, UnknownNameError
from dateline.formats import FORMATS, fmt
from dateline.formats.conversion import convert
from dateline.reports.conversion import notes
from dateline.scoring import gold_predictions, score

ANN = {**span("Ann", TEXT), "type": "person"}


def line(**content: Any) -> str:
    return json.dumps({"doc_id": "d1", **content})


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in (folder / "out.jsonl").read_text().splitlines()]


def test_every_format_goes_some_way_and_says_what_it_is() -> None:
    assert [name for name, form in FORMATS.items() if not (form.read or form.write) or not form.summary] == []


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="known: gold, prediction"):
        fmt("docx")


def test_a_format_whose_package_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "other", FORMATS["csv"]._replace(name="other", extra="cas", package="no_such_package"))
    with pytest.raises(MissingExtraError, match=r"dateline\[cas\]"):
        fmt("other")


@pytest.mark.parametrize(("come_from", "to"), [("csv", "gliner"), ("csv", "gold")])
def test_a_format_that_cannot_be_written_is_refused(come_from: str, to: str, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"can be read, not written; known: .*prediction"):
        convert(tmp_path / "a", tmp_path / "b", come_from, to, GOLD)


def test_the_gold_has_no_source(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="leave IN out"):
        convert(tmp_path / "a", tmp_path / "b", "gold", "csv", GOLD)


def test_all_others_have_one(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="IN is missing"):
        convert(None, tmp_path / "b", "csv", "prediction", GOLD)


def test_an_option_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="option of gold and csv 'scheme'"):
        convert(None, tmp_path / "b", "gold", "csv", GOLD, options={"scheme": "BIO"})


def test_an_unknown_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="known: stop, spurious"):
        convert(None, tmp_path / "b", "gold", "csv", GOLD, on_error="skip")


def test_the_gold_as_prediction_file_scores_as_the_gold(tmp_path: Path) -> None:
    gold = load()
    convert(None, tmp_path / "gold.jsonl", "gold", "prediction", gold)
    assert score(tmp_path / "gold.jsonl", gold).scores == score(gold_predictions(gold), gold).scores


def test_prediction_files_come_back_as_they_were(tmp_path: Path) -> None:
    convert(None, tmp_path / "a.jsonl", "gold", "prediction", load())
    convert(tmp_path / "a.jsonl", tmp_path / "b.jsonl", "prediction", "prediction", load())
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_what_only_gold_may_declare_is_carried(tmp_path: Path) -> None:
    declared = {**ANN, "optional": True, "optional_reason": "unsure", "alternatives": {"type": ["location"]}}
    converted("prediction", line(entities=[ANN, declared]), tmp_path)
    assert written(tmp_path)[0]["entities"] == [ANN, declared]


def test_segments_cannot_declare_anything(tmp_path: Path) -> None:
    declared = [{"start": 0, "end": 3, "optional": True}, {"start": 4, "end": 7}]
    converted("prediction", line(segments=declared), tmp_path, on_error="spurious")
    assert written(tmp_path)[0]["segments"] == [{"start": 4, "end": 7}, declared[0]]


def test_quotes_are_given_their_places(tmp_path: Path) -> None:
    done = converted("prediction", line(entities=[{"text": "Ann", "type": "person"}]), tmp_path)
    assert written(tmp_path)[0]["entities"] == [{**ANN, "text": "Ann"}]
    assert done.anchored == {("entities", "exact"): 1}


def test_a_failed_document_stays_failed(tmp_path: Path) -> None:
    content = line(system="x", error="no answer")
    converted("prediction", content, tmp_path)
    assert written(tmp_path) == [json.loads(content)]


def test_a_failed_document_goes_through_a_table(tmp_path: Path) -> None:
    content = line(system="x", error="no answer")
    (tmp_path / "a.jsonl").write_text(content)
    convert(tmp_path / "a.jsonl", tmp_path / "a.csv", "prediction", "csv", GOLD)
    convert(tmp_path / "a.csv", tmp_path / "out.jsonl", "csv", "prediction", GOLD)
    assert written(tmp_path) == [json.loads(content)]


BAD = {"start": 0, "end": 999, "type": "person"}


def test_bad_records_are_kept_only_on_request(tmp_path: Path) -> None:
    content = line(entities=[ANN, BAD])
    assert [one.code for one in refused("prediction", content, tmp_path)] == ["offset-beyond-text"]
    done = converted("prediction", content, tmp_path, on_error="spurious")
    assert written(tmp_path)[0]["entities"] == [ANN, BAD]
    assert notes(done)[1:] == [
        "kept as they are, so that `dateline score` counts each as spurious: 1 entities",
        "nothing lost",
    ]


@pytest.mark.parametrize("value", [5, True, "x", {"text": "x"}])
def test_a_layer_that_is_no_list_has_no_records(value: object, tmp_path: Path) -> None:
    done = converted("prediction", line(entities=[ANN], figures=value), tmp_path, on_error="spurious")
    assert [one.code for one in done.problems] == ["wrong-type"]
    assert written(tmp_path)[0]["entities"] == [ANN]
    assert notes(done)[-1] == "nothing lost"


def test_all_errors_of_reader_and_judge_are_named_at_once(tmp_path: Path) -> None:
    found = refused("prediction", f"{line(entities=[BAD])}\n{{\n{line(entities=[])}\n", tmp_path)
    assert [(one.code, one.line) for one in found] == [
        ("malformed-json", 2),
        ("duplicate-document", 3),
        ("offset-beyond-text", 1),
    ]


@pytest.mark.parametrize(
    ("content", "code", "number"),
    [
        (b"", "empty-file", 0),
        (b"5\n", "not-a-prediction", 1),
        (b'{"doc_id": 5}\n', "not-a-prediction", 1),
        (b'{"doc_id": "d9"}\n', "unknown-document", 1),
        (b'{"doc_id": "\xff"}\n', "invalid-utf8", 1),
        (b'{"doc_id": "d1", "entities": 5}\n', "wrong-type", 1),
        (b'{"doc_id": "d1", "entities": [{"start": 0, "end": 3, "type": 5}]}\n', "wrong-type", 1),
        (
            b'{"doc_id": "d1", "entities": [{"start": 0, "end": 3, "text": "B", "type": "person"}]}\n',
            "text-mismatch",
            1,
        ),
    ],
)
def test_a_prediction_file_that_is_not_right_is_refused(content: bytes, code: str, number: int, tmp_path: Path) -> None:
    assert (code, number) in [(one.code, one.line) for one in refused("prediction", content, tmp_path)]


def test_what_cannot_be_written_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line(figures=[]))
    (tmp_path / "a.conll").write_text("mine")
    with pytest.raises(DatelineError):
        convert(tmp_path / "a.jsonl", tmp_path / "a.conll", "prediction", "conll", GOLD)
    assert (tmp_path / "a.conll").read_text() == "mine"


def test_a_conversion_without_loss_says_so(tmp_path: Path) -> None:
    assert notes(converted("prediction", line(entities=[ANN]), tmp_path)) == ["1 document: 1 entities", "nothing lost"]


def test_documents_without_predictions_are_not_invented(tmp_path: Path) -> None:
    assert converted("prediction", line(entities=[]), tmp_path, TWO).documents == 1


def test_the_command_reports_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = io.StringIO(), io.StringIO()
    code = run(["convert", "--from", "gold", "--to", "conll", str(tmp_path / "a.conll")], out, err)
    assert (code, out.getvalue()) == (0, "")
    assert "lost: figures: 38 not carried over" in capsys.readouterr().err


def test_the_command_refuses_an_option_that_neither_format_takes(tmp_path: Path) -> None:
    err = io.StringIO()
    argv = ["convert", "--from", "gold", "--to", "csv", "--annotator", "me", str(tmp_path / "a.csv")]
    assert run(argv, io.StringIO(), err) == 2
    assert err.getvalue() == "dateline: unknown option of gold and csv 'annotator'; known: none\n"


def test_the_command_names_errors_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("doc_id,start,end,type\nips-car-2014,0,99999,person\n")
    out, err = io.StringIO(), io.StringIO()
    argv = ["convert", "--from", "csv", "--to", "prediction", str(tmp_path / "a.csv"), str(tmp_path / "b.jsonl")]
    assert run(argv, out, err) == 2
    assert "a.csv:2: offset-beyond-text error: ips-car-2014/entities[0].end" in err.getvalue()
    assert not (tmp_path / "b.jsonl").exists()


def test_the_command_formats_lists_them_all() -> None:
    out = io.StringIO()
    assert run(["formats"], out, io.StringIO()) == 0
    assert [name for name in FORMATS if f"\n{name} " not in out.getvalue()] == []
