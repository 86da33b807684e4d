"""Predictions of any origin as records, with everything that is wrong with them.

A line is decoded straight into structs; only one that is refused, or that has quotes or clean offsets, is taken apart,
anchored and explained. The gold is consulted for no more than systems are given: documents, texts with their errata,
segments and concept identifiers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from dateline.anchoring import CODES, OFFSETS, Anchorage, anchored
from dateline.corpus import Corpus
from dateline.decoding import KINDS, decoder, quoting, strict
from dateline.errors import InputError, Problem, UnknownNameError
from dateline.files import NOT_JSON, Line, digest, read_lines
from dateline.labelmaps import LabelMap, explained, familiar, labelmap
from dateline.model import Annotation, Prediction, Record
from dateline.soundness import CLEAN, RAW, WARNINGS, Ground, faults, ground, is_sound, is_whole
from dateline.validation import Finding, dotted, problems, quote

POLICIES = ("stop", "spurious")
"""What to do about bad records: raise, or count each as one spurious prediction of its layer."""

MOST_EXPLAINED = 10_000
"""Problems of a line that are listed; bad records beyond are counted, and the last problem says how many there are."""

FAILED = "system-failed"
"""The code of a document that the system gave nothing for, by its own account; always a warning."""

UNDECLARED: Mapping[str, Any] = {"optional": False, "optional_reason": None, "alternatives": {}}
"""What only gold may declare of a record, with the value that declares nothing."""

_WARNINGS = WARNINGS | {*CODES.values()}

Source = str | PathLike[str] | Iterable[Prediction | Mapping[str, Any]]


class Predictions(NamedTuple):
    """What a system says; documents without a usable line are left out and count as missed.

    `spurious` counts bad records and quotes without a place, by (doc_id, layer); `attempted` names the layers given for
    one document at least, in the order of the schema. `digest` is the SHA-256 of the file, "" where there was none.
    `outcomes` counts, by (layer, outcome), how readable records came to their places, as `anchoring.OUTCOMES` has it;
    empty where no line has quotes or clean offsets. `fuzzy` says whether quotes were looked up in the fuzzy way, too.
    With `labels`, types of entities are those of a label map, as the system gave them: scoring applies the map.
    """

    documents: dict[str, Prediction]
    problems: tuple[Problem, ...]
    spurious: dict[tuple[str, str], int]
    attempted: tuple[str, ...]
    on_error: str = "stop"
    digest: str = ""
    outcomes: dict[tuple[str, str], int] = {}
    fuzzy: bool = False
    labels: LabelMap | None = None


class _Reading(NamedTuple):
    """What lines are read with."""

    file: str
    grounds: Mapping[str, Ground]
    fuzzy: bool
    labels: LabelMap | None


class _Layer(NamedTuple):
    """What became of the records of a layer in a line: `bad` ones and quotes without a place are `spurious`."""

    records: tuple[Record, ...]
    findings: list[Finding]
    bad: int
    spurious: int
    outcomes: Counter[str]


class _Entry(NamedTuple):
    """What became of a line; `doc_id` is "" where it names no document of the corpus."""

    number: int
    doc_id: str
    prediction: Prediction | None
    problems: tuple[Problem, ...] = ()
    spurious: tuple[str, ...] = ()  # the layer of each bad record and of each quote without a place
    outcomes: Mapping[tuple[str, str], int] = {}  # of a line with quotes or clean offsets


def read(
    source: Source,
    corpus: Corpus,
    on_error: str = "stop",
    fuzzy: bool = False,
    labels: str | PathLike[str] | None = None,
) -> Predictions:
    """Read a file (JSON Lines, by path) or any iterable of dictionaries or Prediction structs.

    With "stop", any error raises InputError with all problems of all lines. With "spurious", each bad record is dropped
    and counted, and a key that is unknown is left out; a line that cannot be read, that names no document, or whose
    document another line names too is dropped whole. With either, a quote that has no place counts as one spurious
    prediction, and a document with `error` and no records as missed: both are named as warnings. `fuzzy` looks quotes
    up in the fuzzy way, too, as `locate` says. `labels` is the name or file of a label map: types of entities are then
    its foreign labels, or this corpus's own. Raises InputError for a file that cannot be opened, UnknownNameError for
    another policy, and what `labelmap` raises.
    """
    if on_error not in POLICIES:
        raise UnknownNameError("on_error", on_error, POLICIES)
    file = str(source) if isinstance(source, str | PathLike) else "<input>"
    grounds = {document.doc_id: ground(document, corpus) for document in corpus.documents}
    reading = _Reading(file, grounds, fuzzy, None if labels is None else labelmap(labels))
    entries = list(_entries(source, reading))
    found = [problem for entry in entries for problem in entry.problems]
    found += [*_repeated(entries, file), *_failed(entries, file)]
    if on_error == "stop" and any(problem.level == "error" for problem in found):
        raise InputError(sorted(found, key=lambda problem: problem.line))
    collected = _collect(entries, found, on_error)._replace(fuzzy=fuzzy, labels=reading.labels)
    if isinstance(source, str | PathLike) and Path(source).is_file():  # a pipe can be read but once
        return collected._replace(digest=digest(Path(source)))
    return collected


def _entries(source: Source, reading: _Reading) -> Iterator[_Entry]:
    if not isinstance(source, str | PathLike):
        for number, item in enumerate(source, 1):
            yield _from_python(item, number, reading)
        return
    empty = True
    for line in read_lines(Path(source)):
        empty = False
        yield _from_line(line, reading)
    if empty:
        yield _refused(
            reading.file, 0, "empty-file", "the file holds no predictions", "expected a line for each document"
        )


def _from_python(item: object, number: int, reading: _Reading) -> _Entry:
    """A dictionary or struct goes the way of a line: written as JSON, then read."""
    try:
        content = json.dumps(item, default=plain, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        allowed = "expected dictionaries of plain values"
        return _refused(reading.file, number, "malformed-json", f"not JSON: {error}", allowed)
    return _from_line(Line(number, content), reading)


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


def _from_line(line: Line, reading: _Reading) -> _Entry:
    try:
        prediction = decoder(_types(reading.labels)).decode(line.content)
    except NOT_JSON:
        return _examine(line, reading)
    on = reading.grounds.get(prediction.doc_id)
    if on is None or prediction.offsets != RAW:
        return _examine(line, reading)
    if not all(is_sound(record, on) for layer in KINDS for record in getattr(prediction, layer) or ()):
        return _examine(line, reading)
    return _Entry(line.number, on.doc_id, _undeclared(prediction))


def _undeclared(prediction: Prediction) -> Prediction:
    """The prediction without what only gold may declare: a system cannot call its own records optional."""
    layers = {layer: getattr(prediction, layer) for layer in KINDS if getattr(prediction, layer)}
    if not any(_declares(record) for records in layers.values() for record in records):
        return prediction
    return msgspec.structs.replace(
        prediction, **{layer: tuple(_stripped(record) for record in records) for layer, records in layers.items()}
    )


def _declares(record: Record) -> bool:
    return isinstance(record, Annotation) and bool(record.optional or record.alternatives or record.optional_reason)


def _stripped(record: Record) -> Record:
    if not _declares(record):
        return record
    return msgspec.structs.replace(record, **UNDECLARED)


def _examine(line: Line, reading: _Reading) -> _Entry:
    """Everything wrong with a line that was not taken as it is, and what of it can be used."""
    file, grounds = reading.file, reading.grounds
    try:
        content = msgspec.json.decode(line.content.decode())
    except UnicodeDecodeError as error:
        return _refused(file, line.number, "invalid-utf8", f"not UTF-8: {error.reason}", "expected UTF-8")
    except (msgspec.DecodeError, RecursionError) as error:
        return _refused(file, line.number, "malformed-json", f"not JSON: {error}", "expected one document a line")
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
    side = CLEAN if content.get("offsets") == CLEAN else RAW
    return _salvage(content, line.number, reading, findings, Anchorage(grounds[doc_id], side, reading.fuzzy))


def _salvage(content: dict[str, Any], number: int, reading: _Reading, findings: list[Finding], at: Anchorage) -> _Entry:
    """What can be used of a line that names its document, and the problems of the rest."""
    layers: dict[str, _Layer] = {}
    for layer in KINDS:
        values = content.get(layer)
        told, listed = len(findings), values if isinstance(values, list) else []
        layers[layer] = _layer(layer, listed, at, told, reading.labels)
        findings += layers[layer].findings
    bad = sum(found.bad for found in layers.values())
    if bad and len(findings) >= MOST_EXPLAINED:
        message = f"the line has {bad} bad records, of which only the first are explained"
        findings.append(Finding((), "more-problems", message, f"{MOST_EXPLAINED} problems a line are listed"))
    records: dict[str, Any] = {layer: found.records for layer, found in layers.items() if layer in content}
    words = {key: content[key] for key in ("system", "error") if isinstance(content.get(key), str)}
    return _Entry(
        number,
        at.on.doc_id,
        _undeclared(decoder(_types(reading.labels)).type(doc_id=at.on.doc_id, **words, **records)),
        _located(findings, reading.file, number, at.on.doc_id),
        tuple(layer for layer, found in layers.items() for _ in range(found.spurious)),
        _outcomes(layers, at),
    )


def _layer(layer: str, values: list[Any], at: Anchorage, told: int, used: LabelMap | None) -> _Layer:
    """What can be used of a layer; `told` problems of its line are explained already."""
    findings: list[Finding] = []
    sound: dict[int, dict[str, Any]] = {}
    for index, value in enumerate(values):
        good, found = _judge(KINDS[layer], value, at.ground, told + len(findings) < MOST_EXPLAINED, used)
        findings += (finding._replace(path=(layer, index, *finding.path)) for finding in found)
        if good:
            sound[index] = value
    kept = dict(zip(sound, anchored(layer, [*sound.values()], at), strict=True))
    for index, one in kept.items():
        findings += (finding._replace(path=(layer, index, *finding.path)) for finding in one.findings)
    placed = [one.record for one in kept.values() if one.outcome not in CODES]
    records = tuple(msgspec.convert(record, strict(KINDS[layer], _types(used))) for record in placed)
    outcomes = Counter(one.outcome for one in kept.values())
    return _Layer(records, findings, len(values) - len(sound), len(values) - len(placed), outcomes)


def _outcomes(layers: Mapping[str, _Layer], at: Anchorage) -> dict[tuple[str, str], int]:
    """How the records of a line came to their places; nothing where all gave raw offsets."""
    found = {(layer, name): count for layer, one in layers.items() for name, count in one.outcomes.items()}
    return found if at.side == CLEAN or any(name != OFFSETS for _, name in found) else {}


def _types(used: LabelMap | None) -> tuple[str, ...]:
    """What the type of an entity may be where a map says that; else the schema does."""
    return used.types if used else ()


def _judge(kind: str, value: Any, on: Ground, explain: bool, used: LabelMap | None) -> tuple[bool, list[Finding]]:
    """Whether a record can be used, with its warnings or all that is wrong, unless that need not be explained."""
    try:
        record: Record | None = msgspec.convert(value, quoting(kind, _types(used)))
    except (msgspec.ValidationError, RecursionError):
        record = None
    if record is None and not explain:
        return False, []
    found = list(_misfits(kind, value, used)) if record is None or not is_whole(record) else []
    found += faults(record, on) if record else _faults_beside(kind, value, on)
    return record is not None and all(finding.code in _WARNINGS for finding in found), found


def _misfits(kind: str, value: Any, used: LabelMap | None) -> Iterator[Finding]:
    """What keeps a record from fitting its schema, or the label map."""
    part = f"prediction#/$defs/{kind}"
    if kind != KINDS["entities"]:
        yield from problems(part, value)
        return
    yield from (explained(finding, value, used) for finding in problems(part, familiar(value, used)))


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
    level = "warning" if code in _WARNINGS else "error"
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


def _failed(entries: Iterable[_Entry], file: str) -> Iterator[Problem]:
    """The documents of which the system says itself that it failed."""
    for entry in entries:
        if entry.prediction and entry.prediction.error:
            message = f"the system failed: {quote(entry.prediction.error)}"
            yield Problem(
                FAILED, "warning", file, entry.number, entry.doc_id, message, "what it did not give is missed"
            )


def _collect(entries: Iterable[_Entry], found: Iterable[Problem], on_error: str) -> Predictions:
    """The documents that stand in one line only: of two, nothing says which is meant."""
    lines = Counter(entry.doc_id for entry in entries)
    used = [entry for entry in entries if entry.prediction and lines[entry.doc_id] == 1]
    documents = {entry.doc_id: entry.prediction for entry in used if entry.prediction and not _gave_nothing(entry)}
    spurious = Counter((entry.doc_id, layer) for entry in used for layer in entry.spurious)
    given = {layer for entry in entries if entry.prediction for layer in KINDS if _has(entry.prediction, layer)}
    attempted = tuple(layer for layer in KINDS if layer in given)
    problems = tuple(sorted(found, key=lambda problem: problem.line))
    return Predictions(documents, problems, dict(spurious), attempted, on_error, outcomes=_summed(used))


def _gave_nothing(entry: _Entry) -> bool:
    """Whether a system failed, by its own account, and left no records either."""
    failed = entry.prediction is not None and bool(entry.prediction.error)
    return failed and not entry.spurious and not any(getattr(entry.prediction, layer) for layer in KINDS)


def _summed(entries: Sequence[_Entry]) -> dict[tuple[str, str], int]:
    """How all records came to their places, if any line has quotes or clean offsets."""
    if not any(entry.outcomes for entry in entries):
        return {}
    total: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        given = {(layer, OFFSETS): len(getattr(entry.prediction, layer) or ()) for layer in KINDS}
        total.update(entry.outcomes or given)
    return {key: count for key, count in total.items() if count}


def _has(prediction: Prediction, layer: str) -> bool:
    return getattr(prediction, layer) is not None
