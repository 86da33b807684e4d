"""Predictions of any origin as records, with everything that is wrong with them.

A line is decoded straight into structs; only one that is refused is taken apart and explained. The gold is consulted
for no more than systems are given: documents, texts, segment and concept identifiers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from dateline.corpus import Corpus
from dateline.decoding import KINDS, decoder, strict
from dateline.errors import InputError, Problem, UnknownNameError
from dateline.files import Line, digest, read_lines
from dateline.model import Annotation, Prediction, Record
from dateline.soundness import WARNINGS, Ground, faults, ground, is_sound, is_whole
from dateline.validation import Finding, dotted, problems, quote

POLICIES = ("stop", "spurious")
"""What to do about bad records: raise, or count each as one spurious prediction of its layer."""

MOST_EXPLAINED = 10_000
"""Problems of a line that are listed; bad records beyond are counted, and the last problem says how many there are."""

Source = str | PathLike[str] | Iterable[Prediction | Mapping[str, Any]]


class Predictions(NamedTuple):
    """What a system says; documents without a usable line are left out and count as missed.

    `spurious` counts bad records by (doc_id, layer); `attempted` names the layers given for at least one document, in
    the order of the schema. `digest` is the SHA-256 of the file, "" where there was none.
    """

    documents: dict[str, Prediction]
    problems: tuple[Problem, ...]
    spurious: dict[tuple[str, str], int]
    attempted: tuple[str, ...]
    on_error: str = "stop"
    digest: str = ""


class _Entry(NamedTuple):
    """What became of a line; `doc_id` is "" where it names no document of the corpus."""

    number: int
    doc_id: str
    prediction: Prediction | None
    problems: tuple[Problem, ...] = ()
    spurious: tuple[str, ...] = ()  # the layer of each bad record


def read(source: Source, corpus: Corpus, on_error: str = "stop") -> Predictions:
    """Read a file (JSON Lines, by path) or any iterable of dictionaries or Prediction structs.

    With "stop", any error raises InputError with all problems of all lines. With "spurious", each bad record is dropped
    and counted, and a key that is unknown is left out; a line that cannot be read, that names no document, or whose
    document another line names too is dropped whole. Raises InputError for a file that cannot be opened,
    UnknownNameError for another policy.
    """
    if on_error not in POLICIES:
        raise UnknownNameError("on_error", on_error, POLICIES)
    file = str(source) if isinstance(source, str | PathLike) else "<input>"
    grounds = {document.doc_id: ground(document, corpus) for document in corpus.documents}
    entries = list(_entries(source, file, grounds))
    found = [problem for entry in entries for problem in entry.problems] + _repeated(entries, file)
    if on_error == "stop" and any(problem.level == "error" for problem in found):
        raise InputError(sorted(found, key=lambda problem: problem.line))
    collected = _collect(entries, found, on_error)
    if isinstance(source, str | PathLike) and Path(source).is_file():  # a pipe can be read but once
        return collected._replace(digest=digest(Path(source)))
    return collected


def _entries(source: Source, file: str, grounds: Mapping[str, Ground]) -> Iterator[_Entry]:
    if not isinstance(source, str | PathLike):
        for number, item in enumerate(source, 1):
            yield _from_python(item, number, file, grounds)
        return
    empty = True
    for line in read_lines(Path(source)):
        empty = False
        yield _from_line(line, file, grounds)
    if empty:
        yield _refused(file, 0, "empty-file", "the file holds no predictions", "expected a line for each document")


def _from_python(item: object, number: int, file: str, grounds: Mapping[str, Ground]) -> _Entry:
    """A dictionary or struct goes the way of a line: written as JSON, then read."""
    try:
        content = json.dumps(item, default=plain, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        return _refused(file, number, "malformed-json", f"not JSON: {error}", "expected dictionaries of plain values")
    return _from_line(Line(number, content), file, grounds)


def as_lines(predictions: Iterable[Prediction]) -> str:
    """Predictions as JSON Lines, as schema/prediction.schema.json says, in ASCII; a layer not tried is left out."""
    return "".join(f"{json.dumps(prediction, default=plain)}\n" for prediction in predictions)


def plain(value: object) -> dict[str, Any]:
    """A struct as a dictionary without the fields that were left out. Raises TypeError for anything else."""
    if not isinstance(value, Record):
        raise TypeError(f"{type(value).__name__} is no JSON value")
    fields = ((name, default, getattr(value, name)) for name, default in _defaults(type(value)))
    return {name: content for name, default, content in fields if content != default and content != {}}


@cache
def _defaults(kind: type[Record]) -> list[tuple[str, Any]]:
    """The fields of a struct with their defaults: looking them up takes longer than all the rest."""
    return [(field.name, field.default) for field in msgspec.structs.fields(kind)]


def _from_line(line: Line, file: str, grounds: Mapping[str, Ground]) -> _Entry:
    try:
        prediction = decoder().decode(line.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _examine(line, file, grounds)
    on = grounds.get(prediction.doc_id)
    if on is None or not all(is_sound(record, on) for layer in KINDS for record in getattr(prediction, layer) or ()):
        return _examine(line, file, grounds)
    return _Entry(line.number, on.doc_id, _undeclared(prediction))


def _undeclared(prediction: Prediction) -> Prediction:
    """The prediction without what only gold may declare: a system cannot call its own records optional."""
    layers = {layer: getattr(prediction, layer) for layer in KINDS if getattr(prediction, layer)}
    return msgspec.structs.replace(
        prediction, **{layer: tuple(_stripped(record) for record in records) for layer, records in layers.items()}
    )


def _stripped(record: Record) -> Record:
    if not isinstance(record, Annotation) or not (record.optional or record.alternatives or record.optional_reason):
        return record
    return msgspec.structs.replace(record, optional=False, optional_reason=None, alternatives={})


def _examine(line: Line, file: str, grounds: Mapping[str, Ground]) -> _Entry:
    """Everything wrong with a line that was refused, and what of it can be used."""
    try:
        content = msgspec.json.decode(line.content)
    except UnicodeDecodeError as error:
        return _refused(file, line.number, "invalid-utf8", f"not UTF-8: {error.reason}", "expected UTF-8")
    except (msgspec.DecodeError, RecursionError) as error:
        return _refused(
            file,
            line.number,
            "malformed-json",
            f"not JSON: {error}",
            "expected one document a line",
        )
    shell = content
    if isinstance(content, dict):
        shell = {key: [] if key in KINDS and isinstance(value, list) else value for key, value in content.items()}
    findings = list(problems("prediction", shell))
    doc_id = content.get("doc_id") if isinstance(content, dict) else None
    if not isinstance(doc_id, str) or doc_id not in grounds:
        if isinstance(doc_id, str):
            message = f"{quote(doc_id)} is not a document of the corpus"
            findings.append(Finding(("doc_id",), "unknown-document", message, f"known: {', '.join(grounds)}"))
        return _Entry(line.number, "", None, _located(findings, file, line.number, ""))
    return _salvage(content, line.number, file, grounds[doc_id], findings)


def _salvage(content: dict[str, Any], number: int, file: str, on: Ground, findings: list[Finding]) -> _Entry:
    """What can be used of a line that names its document, and the problems of the rest."""
    layers: dict[str, Any] = {}
    spurious = []
    for layer, kind in KINDS.items():
        records = content.get(layer, ()) if isinstance(content.get(layer, ()), list) else ()
        kept = []
        for index, value in enumerate(records):
            record, found = _judge(kind, value, on, explain=len(findings) < MOST_EXPLAINED)
            findings += (finding._replace(path=(layer, index, *finding.path)) for finding in found)
            kept += [record] if record else []
            spurious += [] if record else [layer]
        layers[layer] = tuple(kept) if layer in content else None
    if len(findings) >= MOST_EXPLAINED:
        message = f"the line has {len(spurious)} bad records, of which only the first are explained"
        findings.append(Finding((), "more-problems", message, f"{MOST_EXPLAINED} problems a line are listed"))
    system = content.get("system") if isinstance(content.get("system"), str) else None
    prediction = _undeclared(Prediction(doc_id=on.doc_id, system=system, **layers))
    return _Entry(number, on.doc_id, prediction, _located(findings, file, number, on.doc_id), tuple(spurious))


def _judge(kind: str, value: Any, on: Ground, explain: bool) -> tuple[Record | None, list[Finding]]:
    """A record with its warnings, or None with all that is wrong, unless that need not be explained any more."""
    try:
        record: Record | None = msgspec.convert(value, strict(kind))
    except (msgspec.ValidationError, RecursionError):
        record = None
    if record is None and not explain:
        return None, []
    found = list(problems(f"prediction#/$defs/{kind}", value)) if record is None or not is_whole(record) else []
    found += faults(record, on) if record else _faults_beside(kind, value, on)
    return (record if all(finding.code in WARNINGS for finding in found) else None), found


def _faults_beside(kind: str, value: Any, on: Ground) -> Iterator[Finding]:
    """What else is wrong with a record that does not fit its schema, where at least the types of its values fit."""
    if not isinstance(value, dict):
        return
    base = cast("type[Record]", strict(kind).__base__)
    known = {key: content for key, content in value.items() if key in base.__struct_fields__}
    try:
        yield from faults(msgspec.convert(known, base), on)
    except msgspec.ValidationError:
        return


def _located(findings: Iterable[Finding], file: str, number: int, doc_id: str) -> tuple[Problem, ...]:
    return tuple(_problem(finding, file, number, doc_id) for finding in findings)


def _problem(finding: Finding, file: str, number: int, doc_id: str) -> Problem:
    code = "offset-negative" if finding.code == "out-of-range" else finding.code  # the only numbers with a minimum
    level = "warning" if code in WARNINGS else "error"
    place = "/".join(part for part in (doc_id, dotted(finding.path)) if part)
    return Problem(code, level, file, number, place, finding.message, finding.allowed)


def _refused(file: str, number: int, code: str, message: str, allowed: str) -> _Entry:
    """The entry of a line of which nothing can be used."""
    return _Entry(number, "", None, (Problem(code, "error", file, number, "", message, allowed),))


def _repeated(entries: Iterable[_Entry], file: str) -> list[Problem]:
    first: dict[str, int] = {}
    return [
        Problem(
            "duplicate-document",
            "error",
            file,
            entry.number,
            entry.doc_id,
            f"{quote(entry.doc_id)} stands in line {first[entry.doc_id]} too",
            "each document at most once",
        )
        for entry in entries
        if entry.doc_id and first.setdefault(entry.doc_id, entry.number) != entry.number
    ]


def _collect(entries: Iterable[_Entry], found: Iterable[Problem], on_error: str) -> Predictions:
    """The documents that stand in one line only: of two, nothing says which is meant."""
    lines = Counter(entry.doc_id for entry in entries)
    used = [entry for entry in entries if entry.prediction and lines[entry.doc_id] == 1]
    documents = {entry.doc_id: entry.prediction for entry in used if entry.prediction}
    spurious = Counter((entry.doc_id, layer) for entry in used for layer in entry.spurious)
    given = {layer for entry in entries if entry.prediction for layer in KINDS if _has(entry.prediction, layer)}
    attempted = tuple(layer for layer in KINDS if layer in given)
    problems = tuple(sorted(found, key=lambda problem: problem.line))
    return Predictions(documents, problems, dict(spurious), attempted, on_error)


def _has(prediction: Prediction, layer: str) -> bool:
    return getattr(prediction, layer) is not None
