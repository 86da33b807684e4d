"""Answers of a language model as it sent them: a folder with a file a document, or lines of doc_id and answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dateline.answers import REPAIRS, AnswerError, as_line, parsed
from dateline.corpus import Corpus
from dateline.errors import InputError
from dateline.files import fail, read_text
from dateline.formats import Imported
from dateline.formats.common import Intake, json_values


class _Answer(NamedTuple):
    doc_id: str
    raw: str
    path: Path
    line: int


def read(path: Path, corpus: Corpus) -> Imported:
    """The answers, each repair named. The name of a file without its last suffix is the doc_id.

    An answer that cannot be used is an error, and its document failed: the system gave nothing. Raises InputError.
    """
    intake = Intake(path)
    for answer in _in_folder(intake) if path.is_dir() else _in_lines(intake):
        _take(answer, intake)
    return intake.done()


def _in_folder(intake: Intake) -> Iterator[_Answer]:
    files = [file for file in sorted(intake.path.iterdir()) if file.is_file() and not file.name.startswith(".")]
    if not files:
        raise fail("empty-folder", intake.path, "no file in this folder", "expected an answer for each document")
    for file in files:
        try:
            yield _Answer(file.stem, read_text(file, "expected an answer"), file, 0)
        except InputError as error:
            intake.take(error.problems)
            intake.add_line({"doc_id": file.stem, "error": error.problems[0].message}, 0, file)


def _in_lines(intake: Intake) -> Iterator[_Answer]:
    for line, value in json_values(intake):
        found = value if isinstance(value, dict) else {}
        doc_id, raw = found.get("doc_id"), found.get("answer")
        if isinstance(doc_id, str) and isinstance(raw, str):
            yield _Answer(doc_id, raw, intake.path, line)
        else:
            intake.refuse("not-an-answer", "no object with a doc_id and an answer", "both are strings", line)


def _take(one: _Answer, intake: Intake) -> None:
    try:
        answer, repairs = parsed(one.raw)
        intake.add_line(as_line(answer, one.doc_id), one.line, one.path)
    except AnswerError as error:
        intake.refuse("unreadable-answer", str(error), "expected one JSON object", one.line, one.doc_id, one.path)
        intake.add_line({"doc_id": one.doc_id, "error": " ".join(str(error).split())}, one.line, one.path)
        return
    for repair in repairs:
        intake.warn("repaired-answer", REPAIRS[repair], "", one.line, one.doc_id, one.path)
