"""What readers and writers of foreign formats share: gathering records with their places, JSON, and losses by kind."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from dateline.decoding import KINDS
from dateline.errors import InputError, Problem
from dateline.files import NOT_JSON, Line, fail, read_bytes, read_lines, wrong_byte
from dateline.formats import Imported
from dateline.model import Prediction
from dateline.predictions import plain

_LONGEST = 300  # characters of a message of a library


class Intake:
    """What a reader has gathered from a file so far; `done` gives it away."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost: Counter[str] = Counter()
        self._documents: dict[str, dict[str, Any]] = {}
        self._problems: list[Problem] = []
        self._places: dict[tuple[str, str, int], tuple[str, int]] = {}

    def has(self, doc_id: str) -> bool:
        """Whether a document was named."""
        return doc_id in self._documents

    def document(self, doc_id: str, line: int = 0, path: Path | None = None) -> dict[str, Any]:
        """The dictionary of a document, made when it is first named; its place is kept under layer ""."""
        self._places.setdefault((doc_id, "", 0), (str(path or self.path), line))
        return self._documents.setdefault(doc_id, {"doc_id": doc_id})

    def layer(self, doc_id: str, layer: str, line: int = 0, path: Path | None = None) -> list[Any]:
        """The records of a layer so far. A layer that is asked for counts as attempted."""
        records: list[Any] = self.document(doc_id, line, path).setdefault(layer, [])
        return records

    def add(self, doc_id: str, layer: str, record: object, line: int = 0, path: Path | None = None) -> None:
        """One more record, and where it came from."""
        records = self.layer(doc_id, layer, line, path)
        self._places[doc_id, layer, len(records)] = (str(path or self.path), line)
        records.append(record)

    def add_line(self, content: Mapping[str, Any], line: int = 0, path: Path | None = None) -> None:
        """A whole line of a prediction file; its records come from that line. A document twice is an error."""
        doc_id = content["doc_id"]
        if self.has(doc_id):
            self.refuse("duplicate-document", f"{doc_id!r} was given before", "each document once", line, path=path)
            return
        self.document(doc_id, line, path).update(content)

    def refuse(
        self, code: str, message: str, allowed: str, line: int = 0, record: str = "", path: Path | None = None
    ) -> None:
        """An error: something that cannot be read."""
        self._problems.append(Problem(code, "error", str(path or self.path), line, record, message, allowed))

    def warn(
        self, code: str, message: str, allowed: str = "", line: int = 0, record: str = "", path: Path | None = None
    ) -> None:
        """Something that was changed."""
        self._problems.append(Problem(code, "warning", str(path or self.path), line, record, message, allowed))

    def take(self, problems: Iterable[Problem]) -> None:
        """Problems that were found elsewhere."""
        self._problems += problems

    def done(self) -> Imported:
        """All that was gathered. Raises InputError where that is nothing, or nothing but problems."""
        if not self._documents:
            raise InputError(self._problems or fail("empty-file", self.path, "no document", "expected one").problems)
        return Imported([*self._documents.values()], [*self._problems, *losses(self.lost, self.path)], self._places)


def losses(lost: Mapping[str, int], path: Path) -> list[Problem]:
    """A warning for each kind of loss, with the count: `lost-score` for "score"."""
    return [
        Problem(f"lost-{what}", "warning", str(path), 0, "", f"{count} not carried over")
        for what, count in lost.items()
        if count
    ]


def is_loss(problem: Problem) -> bool:
    """Whether a problem says what the target does not have."""
    return problem.code.startswith("lost-")


def as_dictionary(prediction: Prediction) -> dict[str, Any]:
    """A prediction as a line of a prediction file, decoded: plain values, without what was left out."""
    decoded: dict[str, Any] = msgspec.json.decode(json.dumps(prediction, default=plain))
    return decoded


def attempted(documents: list[dict[str, Any]]) -> Counter[str]:
    """The records of each layer that stands in any of the documents; what is no list has none."""
    found = {layer: [document[layer] for document in documents if document.get(layer) is not None] for layer in KINDS}
    return Counter(
        {layer: sum(len(one) for one in given if isinstance(one, list)) for layer, given in found.items() if given}
    )


def content_of(path: Path) -> bytes:
    """A file whole, without a BOM. Raises InputError as `files.read_bytes`, and empty-file."""
    content = read_bytes(path, "expected a file of annotations")
    if not content.strip():
        raise fail("empty-file", path, "the file is empty", "expected annotations")
    return content.removeprefix(b"\xef\xbb\xbf")


def unreadable(code: str, path: Path, error: Exception, allowed: str) -> InputError:
    """The error for a file that a library cannot read, with the beginning of what the library says."""
    return fail(code, path, f"cannot be read: {type(error).__name__}: {error}"[:_LONGEST], allowed)


def json_values(intake: Intake) -> Iterator[tuple[int, Any]]:
    """The values of a JSON or JSON Lines file, each with its line; a file that is one value has line 0.

    JSON Lines are told by the file's name (.jsonl, .ndjson), or by a first line that is JSON with others after it. A
    line that cannot be read is an error of the intake. Raises InputError as `content_of`, and for a file that is
    neither.
    """
    if _has_lines(intake.path):
        yield from ((line.number, value) for line in read_lines(intake.path) for value in _line(intake, line))
        return
    content = content_of(intake.path)
    try:
        yield 0, msgspec.json.decode(content)
    except NOT_JSON as error:
        found = _malformed(intake.path, 0, content, error)
        raise InputError([found._replace(line=_line_of(content, found.message))]) from None


def json_items(intake: Intake) -> Iterator[tuple[int, Any]]:
    """As `json_values`, but of a list the items: for files that are a list, one item, or an item a line."""
    for line, value in json_values(intake):
        yield from ((line, item) for item in (value if isinstance(value, list) else [value]))


def _has_lines(path: Path) -> bool:
    """Whether a file is JSON Lines."""
    if path.suffix in (".jsonl", ".ndjson"):
        return path.is_file() and path.stat().st_size > 0
    first = [*islice(read_lines(path), 2)] if path.is_file() else []
    return len(first) == 2 and _is_json(first[0].content)


def _line_of(content: bytes, message: str) -> int:
    """The line of the byte that a message about the whole content names."""
    position = re.search(r"\bbyte (\d+)", message)
    return content[: int(position[1])].count(b"\n") + 1 if position else 1


def _line(intake: Intake, line: Line) -> Iterator[Any]:
    try:
        yield msgspec.json.decode(line.content)
    except NOT_JSON as error:
        found = _malformed(intake.path, line.number, line.content, error)
        intake.refuse(found.code, found.message, found.allowed, line.number)


def _malformed(path: Path, line: int, content: bytes, error: Exception) -> Problem:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return Problem("invalid-utf8", "error", str(path), line, "", wrong_byte(content), "expected UTF-8")
    allowed = "expected JSON, or JSON Lines"
    return Problem("malformed-json", "error", str(path), line, "", f"not JSON: {error}", allowed)


def _is_json(content: bytes) -> bool:
    try:
        msgspec.json.decode(content)
    except NOT_JSON:
        return False
    return True
