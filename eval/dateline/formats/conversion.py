"""From one format to another, by way of predictions that were judged as `dateline score` judges them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.anchoring import CODES
from dateline.corpus import Corpus
from dateline.decoding import KINDS, strict
from dateline.errors import DatelineError, InputError, Problem, UnknownNameError
from dateline.formats import FORMATS, Format, Imported, fmt
from dateline.formats.common import as_dictionary, attempted
from dateline.model import Annotation, Prediction
from dateline.predictions import FAILED, POLICIES, UNDECLARED, Predictions, plain
from dateline.predictions import read as judged
from dateline.soundness import CLEAN

_RECORD = re.compile(r"/(\w+)\[([0-9]+)\]")
_WHOLE_RECORD = re.compile(f"{_RECORD.pattern}$")  # the record itself, nothing in it

Options = Mapping[str, object]


class Conversion(NamedTuple):
    """What a conversion did. `read` counts the records that the source has by layer, `used` those that could be used.

    `anchored` is `Predictions.outcomes`: records by layer and by how they came to their place, or why they have none.
    `problems` are all that reader, judge and writer found, each in the foreign file; codes that begin with "lost-" say
    what the target does not have. `kept` counts the records that cannot be used and that the target holds all the same.
    """

    documents: int
    read: Mapping[str, int]
    used: Mapping[str, int]
    anchored: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]
    kept: Mapping[str, int] = {}


def convert(
    source: Path | str | None,
    target: Path | str,
    come_from: str,
    to: str,
    corpus: Corpus,
    on_error: str = "stop",
    fuzzy: bool = False,
    options: Options | None = None,
    labels: str | None = None,
) -> Conversion:
    """Read `source` as one format of the table and write it as another, whole or not at all.

    `on_error` is as `predictions.read` says: with "stop", any error raises InputError with all that was found; with
    "spurious", bad records are only named. Quotes without a place are named with either. Prediction files keep both, so
    that scoring still counts them; other targets have no place for them. `fuzzy` looks quotes up in the
    fuzzy way, too. Types of entities may be those of a label map, `labels`: they are written as they are. The format
    "gold" has no source. `options` are those of the formats, such as the `scheme` of conll. Raises UnknownNameError,
    MissingExtraError, InputError, DatelineError.
    """
    read, write = _format(come_from, "read"), _format(to, "write")
    if on_error not in POLICIES:
        raise UnknownNameError("on_error", on_error, POLICIES)
    _check(options or {}, (read, write))
    imported = _imported(read, source, corpus, options or {})
    found = judged(imported.documents, corpus, "spurious", fuzzy, labels)
    problems = [*imported.problems, *(_placed(one, imported, str(source or corpus.root)) for one in found.problems)]
    if on_error == "stop" and any(problem.level == "error" for problem in problems):
        raise InputError(problems)
    predictions = [*_declared(imported.documents, found)]
    unusable = _unusable(imported.documents, found.problems) if write.keeps else {}
    more = {"unusable": unusable} if unusable else {}
    problems += _written(write, predictions, corpus, Path(target), {**_chosen(write, options or {}), **more})
    used = attempted([as_dictionary(prediction) for prediction in predictions])
    counts = attempted(imported.documents), used, found.outcomes
    return Conversion(len(predictions), *counts, tuple(problems), attempted([*unusable.values()]))


def _format(name: str, way: str) -> Format:
    """A format that can be read, or written. Raises UnknownNameError, MissingExtraError."""
    if name in FORMATS and getattr(FORMATS[name], way) is None:
        ways = "written, not read" if way == "read" else "read, not written"
        able = ", ".join(known for known, form in FORMATS.items() if getattr(form, way))
        raise DatelineError(f"format {name!r} can be {ways}; known: {able}")
    return fmt(name)


def _check(options: Options, forms: Iterable[Format]) -> None:
    known = {name for form in forms for name in form.options}
    for name in options:
        if name not in known:
            raise UnknownNameError(f"option of {' and '.join(form.name for form in forms)}", name, known)


def _chosen(form: Format, options: Options) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in form.options}


def _imported(form: Format, source: Path | str | None, corpus: Corpus, options: Options) -> Imported:
    if (source is None) != (form.name == "gold"):
        raise DatelineError("the gold is read from the corpus; leave IN out" if source else "IN is missing")
    read: Any = form.read
    imported: Imported = read(Path(source or corpus.root), corpus, **_chosen(form, options))
    return imported


def _written(form: Format, predictions: list[Prediction], corpus: Corpus, path: Path, options: Options) -> Any:
    write: Any = form.write
    return write(predictions, corpus, path, **options)


def _unusable(documents: Sequence[Mapping[str, Any]], problems: Iterable[Problem]) -> dict[str, dict[str, list[Any]]]:
    """The records that count as spurious, by document and layer, in a form in which they do so again."""
    bad: dict[tuple[int, str, int], bool] = {}
    for problem in problems:
        error = problem.level == "error"
        pattern = _RECORD if error else _WHOLE_RECORD if problem.code in CODES.values() else None
        if pattern and (record := pattern.search(problem.record)):
            place = problem.line - 1, record[1], int(record[2])
            bad[place] = bad.get(place, False) or error
    found: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)
    for (number, layer, index), error in sorted(bad.items()):
        document = documents[number]
        value = _kept(document[layer][index], document.get("offsets") == CLEAN, error)
        found[document["doc_id"]].setdefault(layer, []).append(value)
    return found


def _kept(record: Any, clean: bool, error: bool) -> Any:
    """A record as it was; of a line with clean offsets, its words or none: they would be other places in the raw text.

    One that is bad there loses its words, too: without what was bad in it they might be found.
    """
    if not clean or not isinstance(record, dict):
        return record
    kept = {key: value for key, value in record.items() if isinstance(value, str)}
    empty = {"text": ""} if error or "start" in record else {}
    return ({"holder": "nobody"} if "holder" in record else {}) | kept | empty


def _placed(problem: Problem, imported: Imported, file: str) -> Problem:
    """A problem of a dictionary as one of the foreign file and line that its record came from."""
    document = imported.documents[problem.line - 1] if problem.line else {}
    doc_id, record = document.get("doc_id", ""), _RECORD.search(problem.record)
    place = (doc_id, record[1], int(record[2])) if record else (doc_id, "", 0)
    where = imported.places.get(place) or imported.places.get((doc_id, "", 0)) or (file, 0)
    return problem._replace(file=where[0], line=where[1])


def _declared(documents: Iterable[Mapping[str, Any]], found: Predictions) -> Iterator[Prediction]:
    """The predictions, failed ones included, with what only gold may declare given back to records that came with it.

    Reading takes it away, since no system may call its own records optional; a format has to carry it all the same.
    """
    failed = {problem.record for problem in found.problems if problem.code == FAILED}
    for document in documents:
        prediction = found.documents.get(str(document.get("doc_id")))
        if prediction is None and document.get("doc_id") in failed:
            yield Prediction(doc_id=document["doc_id"], system=document.get("system"), error=document["error"])
        elif prediction is not None:
            layers = {layer: _redeclared(layer, document, prediction) for layer in KINDS if document.get(layer)}
            yield msgspec.structs.replace(prediction, **layers)


def _redeclared(layer: str, document: Mapping[str, Any], prediction: Prediction) -> tuple[Any, ...] | None:
    """The records of a layer; of several that differ in their declarations alone, the order decides."""
    records: tuple[Any, ...] | None = getattr(prediction, layer)
    listed = document[layer]
    values = [value for value in listed if isinstance(value, dict)] if isinstance(listed, list) else []
    declaring = any(value.get(name) for value in values for name in UNDECLARED)
    if not declaring or not records or not isinstance(records[0], Annotation):
        return records
    full: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        with suppress(msgspec.ValidationError):
            record: Any = msgspec.convert(value, strict(KINDS[layer]))
            full[_key(msgspec.structs.replace(record, **UNDECLARED))].append(record)
    return tuple(full[key].pop(0) if full[key] else record for record in records for key in [_key(record)])


def _key(record: object) -> str:
    return json.dumps(record, default=plain, sort_keys=True)
