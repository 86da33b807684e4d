"""Answers of a language model: from a folder or lines, each repair told, what cannot be read a failed document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import GOLD, TWO, converted, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.errors import InputError
from dateline.formats.answers import read
from dateline.formats.conversion import convert

ANSWER = '{"entities": [{"text": "Ann", "type": "person"}]}'


def lines(*answers: tuple[str, Any]) -> str:
    return "\n".join(json.dumps({"doc_id": doc_id, "answer": answer}) for doc_id, answer in answers)


def folder(path: Path, **files: bytes) -> Path:
    inside = path / "answers"
    inside.mkdir()
    for name, content in files.items():
        (inside / f"{name}.txt").write_bytes(content)
    return inside


def test_lines_of_answers_become_quotes_with_places(tmp_path: Path) -> None:
    done = converted("llm", lines(("d1", ANSWER)), tmp_path)
    assert (done.anchored, done.problems) == ({("entities", "exact"): 1}, ())


def test_a_folder_has_a_file_for_each_document(tmp_path: Path) -> None:
    answers = folder(tmp_path, d1=ANSWER.encode(), d2=b'{"entities": []}')
    assert [one["doc_id"] for one in read(answers, TWO).documents] == ["d1", "d2"]


def test_each_repair_is_told_with_its_line(tmp_path: Path) -> None:
    done = converted(
        "llm", lines(("d2", ANSWER.replace("Ann", "Ben")), ("d1", f"Sure:\n```json\n{ANSWER}\n```")), tmp_path, TWO
    )
    assert [(one.code, one.line, one.record) for one in done.problems] == [("repaired-answer", 2, "d1")]


def test_an_answer_that_cannot_be_read_stops_the_conversion(tmp_path: Path) -> None:
    assert [(one.code, one.line) for one in refused("llm", lines(("d1", "I cannot.")), tmp_path)] == [
        ("unreadable-answer", 1)
    ]


def test_on_request_its_document_is_a_failed_one(tmp_path: Path) -> None:
    converted("llm", lines(("d1", "I cannot.")), tmp_path, on_error="spurious")
    [line] = [json.loads(one) for one in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert line["error"].startswith("there is no answer in")


BAD: list[tuple[str, str]] = [
    (lines(("d1", ANSWER.replace('"person"', "5"))), "wrong-type"),
    (lines(("d1", ANSWER.replace("}]", ', "start": 0, "end": 999}]'))), "offset-beyond-text"),
    (lines(("d1", ANSWER.replace("}]", ', "start": 4, "end": 7}]'))), "text-mismatch"),
    (lines(("d9", ANSWER)), "unknown-document"),
    (lines(("d1", ANSWER), ("d1", ANSWER)), "duplicate-document"),
    (lines(("d1", 5)), "not-an-answer"),
    (lines(("d1", "")), "unreadable-answer"),
    ("[]", "not-an-answer"),
    ("{", "malformed-json"),
    ("", "empty-file"),
]


@pytest.mark.parametrize(("content", "code"), BAD, ids=[code for _, code in BAD])
def test_what_cannot_be_used_is_named(content: str, code: str, tmp_path: Path) -> None:
    assert code in [problem.code for problem in refused("llm", content, tmp_path)]


def test_a_file_that_is_not_utf8_is_named_and_its_document_failed(tmp_path: Path) -> None:
    found = read(folder(tmp_path, d1=b"\n\xff"), GOLD)
    assert [(one.code, Path(one.file).name, one.line) for one in found.problems] == [("invalid-utf8", "d1.txt", 2)]
    assert found.documents[0]["error"] == "byte 1 is not UTF-8"


def test_a_file_of_no_document_is_named(tmp_path: Path) -> None:
    answers = folder(tmp_path, d1=ANSWER.encode(), d9=ANSWER.encode())
    with pytest.raises(InputError, match=r"d9\.txt: unknown-document"):
        convert(answers, tmp_path / "out.jsonl", "llm", "prediction", GOLD)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty-folder"):
        read(folder(tmp_path), GOLD)


@settings(deadline=None)
@given(raw=st.text(max_size=60))
def test_any_text_is_an_answer_or_a_failed_document(raw: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_text(lines(("d1", raw)))
    [document] = read(path, GOLD).documents
    assert document["doc_id"] == "d1"
