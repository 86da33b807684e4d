"""From one format to another, by way of predictions that were judged as `dateline score` judges them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus
from dateline.decoding import KINDS, strict
from dateline.errors import DatelineError, InputError, Problem, UnknownNameError
from dateline.formats import FORMATS, Format, Imported, fmt
from dateline.formats.common import as_dictionary, attempted
from dateline.model import Annotation, Prediction
from dateline.predictions import FAILED, POLICIES, Predictions, plain
from dateline.predictions import read as judged

_RECORD = re.compile(r"/(\w+)\[([0-9]+)\]")
_UNDECLARED: dict[str, Any] = {"optional": False, "optional_reason": None, "alternatives": {}}

Options = Mapping[str, object]


class Conversion(NamedTuple):
    """What a conversion did. `read` counts the records that the source has by layer, `used` those that could be used.

    `anchored` is `Predictions.outcomes`: records by layer and by how they came to their place, or why they have none.
    `problems` are all that reader, judge and writer found, each in the foreign file; codes that begin with "lost-" say
    what the target does not have.
    """

    documents: int
    read: Mapping[str, int]
    used: Mapping[str, int]
    anchored: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]


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
    "spurious", what is bad is named and left out. Quotes without a place are named and left out with either; `fuzzy`
    looks them up in the fuzzy way, too. Types of entities may be those of a label map, `labels`: they are written as
    they are. The format "gold" has no source. `options` are those of the formats, such as the `scheme` of conll. Raises
    UnknownNameError, MissingExtraError, InputError, DatelineError.
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
    problems += _written(write, predictions, corpus, Path(target), options or {})
    used = attempted([as_dictionary(prediction) for prediction in predictions])
    return Conversion(len(predictions), attempted(imported.documents), used, found.outcomes, tuple(problems))


def told(conversion: Conversion) -> list[str]:
    """The report of a conversion, but for its problems: what was read, where quotes stand, what is lost."""
    noun = "document" if conversion.documents == 1 else "documents"
    left_out = {layer: number - conversion.used.get(layer, 0) for layer, number in conversion.read.items()}
    lost = [f"{one.code.removeprefix('lost-')}: {one.message}" for one in conversion.problems if is_loss(one)]
    if any(left_out.values()):
        lost.append(f"left out, where `dateline score` counts each as spurious: {_counts(left_out)}")
    return [
        f"{conversion.documents} {noun}: {_counts(conversion.read) or 'no records'}",
        *(f"{layer}: {_counts(outcomes)}" for layer, outcomes in _by_layer(conversion.anchored).items()),
        *([f"lost: {one}" for one in lost] or ["nothing lost"]),
    ]


def is_loss(problem: Problem) -> bool:
    """Whether a problem says what the target does not have."""
    return problem.code.startswith("lost-")


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items() if number)


def _by_layer(anchored: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (layer, outcome), number in anchored.items():
        found.setdefault(layer, {})[outcome] = number
    return found


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
    return write(predictions, corpus, path, **_chosen(form, options))


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
    values = [value for value in document[layer] if isinstance(value, dict)]
    declaring = any(value.get(name) for value in values for name in _UNDECLARED)
    if not declaring or not records or not isinstance(records[0], Annotation):
        return records
    full: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        with suppress(msgspec.ValidationError):
            record: Any = msgspec.convert(value, strict(KINDS[layer]))
            full[_key(msgspec.structs.replace(record, **_UNDECLARED))].append(record)
    return tuple(full[key].pop(0) if full[key] else record for record in records for key in [_key(record)])


def _key(record: object) -> str:
    return json.dumps(record, default=plain, sort_keys=True)
