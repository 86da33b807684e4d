"""What a language model sent, as an answer: strict JSON, found among whatever surrounds it, and a few named repairs.

Every repair is told. What could be read in two ways is refused, and so is what is broken or cut off: no part of an
answer is saved from the rest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from dateline.answers.finding import AnswerError, Found, find
from dateline.decoding import KINDS
from dateline.validation import quote
from dateline.vocabulary import schema

__all__ = ["MAX_ANSWER", "MAX_DEPTH", "REPAIRS", "AnswerError", "Parsed", "as_line", "parsed"]

MAX_ANSWER = 8 * 1024 * 1024
"""Characters of an answer that are read at most."""

MAX_DEPTH = 50
"""Objects and lists inside each other, at most."""

REPAIRS = {
    "thinking": "a block of thinking before the answer was left out",
    "in-string": "the JSON was written inside a JSON string",
    "surroundings": "text or code fences around the JSON were left out",
    "broken-json": "JSON that cannot be read was left out",
    "other-json": "JSON that has not the shape of an answer was left out",
    "trailing-comma": "a comma before a closing bracket was left out",
    "control-character": "a line break or tab inside a string was taken as it is",
    "wrapper": "the answer was inside another object or list, of which nothing else was taken",
    "single-record": "a record stood where a list of records belongs",
    "bare-list": "records without a layer were given the one that has their fields",
    "several-values": "several JSON values that say nothing twice were put together",
    "repeated": "the same answer was given more than once",
}
"""Name of a repair -> what was done."""

_EVIDENCE = frozenset({"text", "start", "segment_id", "segment_ids"})
_DEEPEST = 3  # wrappers inside each other
_THINKING = re.compile(r"\s*+<(think|thinking|thought|reasoning)>")
_THOUGHT = re.compile(r"^[ \t]*+</(?:think|thinking|thought|reasoning)>[ \t]*+$", re.MULTILINE)
_PAGE = re.compile(r"\s*+<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)


class Parsed(NamedTuple):
    """An answer: records by layer, as in a prediction line but for its doc_id; and what was repaired, by name."""

    answer: dict[str, Any]
    repairs: tuple[str, ...]


class _Shaped(NamedTuple):
    """Records by layer, and how they came to be that; `loose` if they stood there without a layer."""

    answer: dict[str, Any]
    repairs: tuple[str, ...] = ()
    loose: bool = False


def parsed(raw: str) -> Parsed:
    """The one answer in what a model sent.

    An answer is an object with a list of records for at least one layer; what is no part of the schema stays in it. In
    its place may stand a record, a list of records, several of these in a row, objects of different layers in a row, or
    an object that holds the answer. Time is linear in the length. Raises AnswerError, and nothing else: for an answer
    that is empty, longer than MAX_ANSWER, deeper than MAX_DEPTH, a page of HTML, cut off or not JSON; for none, and for
    several that differ; for NaN, infinity, a lone surrogate, and a key that stands twice in an object.
    """
    if len(raw) > MAX_ANSWER:
        raise AnswerError(f"the answer has {len(raw):,} characters; at most {MAX_ANSWER:,} are read")
    text, thinking = _without_thinking(raw.removeprefix("\ufeff"))
    if not text.strip():
        raise AnswerError("the answer is empty")
    if _PAGE.match(text):
        raise AnswerError(f"the answer is a page of HTML or XML: {_beginning(text)}")
    found = find(text)
    if any(_is_deeper(value.content, MAX_DEPTH) for value in found.values):
        raise AnswerError(f"the answer is nested too deeply; at most {MAX_DEPTH} levels are read")
    shaped = _chosen(found)
    if shaped is None:
        reason = found.broken or f"there is no answer in {_beginning(text)}"
        raise AnswerError(f"{reason}; expected an object with a list for each of {', '.join(_layers())} that was asked")
    answer, mended = _listed(shaped.answer)
    _prove(answer)
    return Parsed(answer, tuple(dict.fromkeys((*thinking, *found.repairs, *shaped.repairs, *mended))))


def as_line(answer: Mapping[str, Any], doc_id: str) -> dict[str, Any]:
    """An answer as a line of a prediction file. A null in place of a layer or inside a field's object is left out.

    Raises AnswerError for an answer that names another document.
    """
    if (said := answer.get("doc_id", doc_id)) != doc_id:
        raise AnswerError(f"the answer is for document {quote(said)}, not for {quote(doc_id)}")
    layers = _layers()
    said_layers = {
        key: [_said(record) for record in value] if key in layers and isinstance(value, list) else value
        for key, value in answer.items()
        if value is not None or key not in layers
    }
    return {"doc_id": doc_id, **said_layers}


def _said(record: Any) -> Any:
    """A record without the nulls inside the objects of its fields; a field that is null says so."""
    if not isinstance(record, dict):
        return record
    return {key: _without_nulls(value) for key, value in record.items()}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(inner, levels - 1) for inner in inside)


def _beginning(text: str) -> str:
    return quote(text.strip()[:200])


def _without_thinking(text: str) -> tuple[str, tuple[str, ...]]:
    """The text after a block of thinking that opens it, or whose end stands alone on a line: no string holds that."""
    if opening := _THINKING.match(text):
        _, closing, rest = text[opening.end() :].partition(f"</{opening[1]}>")
        if not closing:
            raise AnswerError("the answer is cut off: its thinking does not end")
        return rest, ("thinking",)
    ends = [match.end() for match in _THOUGHT.finditer(text)]
    return (text[ends[-1] :], ("thinking",)) if ends else (text, ())


@cache
def _layers() -> dict[str, frozenset[str]]:
    """Layer of a prediction -> the fields that only its records have."""
    records = schema("prediction")["$defs"]
    fields = {layer: records[kind]["properties"].keys() for layer, kind in KINDS.items()}
    number = Counter(field for names in fields.values() for field in names)
    return {layer: frozenset(field for field in names if number[field] == 1) for layer, names in fields.items()}


def _layer(value: Any) -> str:
    """The layer of a record that stands alone: the one whose fields it has; "" for what is no record of one layer."""
    if not isinstance(value, dict) or not _EVIDENCE & value.keys():
        return ""
    layers = [layer for layer, fields in _layers().items() if fields & value.keys()]
    return layers[0] if len(layers) == 1 else ""


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and any(
        isinstance(value.get(layer), list) or _layer(value.get(layer)) for layer in _layers()
    )


def _chosen(found: Found) -> _Shaped | None:
    """What the values of a text say together. Beside one that is broken, only whole answers count: others may be parts
    of it. Raises AnswerError where they are not JSON, or say something twice."""
    values = [value for value in found.values if not found.broken or _is_whole(value.content)]
    shaped = [(value, part) for value in values if (part := _shaped(value.content))]
    if faults := [fault for value, _ in shaped for fault in value.faults]:
        raise AnswerError(f"the answer is not JSON: {faults[0]}")
    if not shaped:
        return None
    left_out = {"broken-json": found.broken, "other-json": len(shaped) < len(found.values)}
    together = _together([part for _, part in shaped])
    return together._replace(repairs=(*(name for name, was in left_out.items() if was), *together.repairs))


def _is_whole(value: Any) -> bool:
    return _is_answer(value) and not _EVIDENCE & value.keys()


def _shaped(value: Any, depth: int = 0) -> _Shaped | None:
    """A JSON value as an answer; None for one that is none."""
    if _is_answer(value):
        return _Shaped(value)
    if layer := _layer(value):
        return _Shaped({layer: [value]}, ("single-record",), loose=True)
    if depth == _DEEPEST or not isinstance(value, list | dict):
        return None
    return _from_list(value, depth) if isinstance(value, list) else _from_wrapper(value, depth)


def _from_list(values: Sequence[Any], depth: int) -> _Shaped | None:
    """A list of records, or of answers; of nothing else beside them."""
    parts = [_shaped(value, depth + 1) for value in values]
    shaped = [part for part in parts if part]
    if not shaped or len(shaped) < len(parts):
        return None
    together = _together(shaped)
    return together._replace(repairs=("bare-list",) if together.loose else ("wrapper", *together.repairs))


def _from_wrapper(value: Mapping[str, Any], depth: int) -> _Shaped | None:
    """The one answer that stands under a key of an object."""
    parts = [part for inner in value.values() if (part := _shaped(inner, depth + 1))]
    return parts[0]._replace(repairs=("wrapper", *parts[0].repairs)) if len(parts) == 1 else None


def _together(parts: Sequence[_Shaped]) -> _Shaped:
    """Several answers as one. Records that stand alone are left out beside whole answers. Raises AnswerError."""
    whole = [part for part in parts if not part.loose]
    if not whole:
        told = [repair for part in parts for repair in part.repairs]
        return _Shaped(_collected(parts), (*told, *["several-values"][: len(parts) - 1]), loose=True)
    left_out = ("other-json",) if len(whole) < len(parts) else ()
    repairs = (*left_out, *(repair for part in whole for repair in part.repairs))
    answers = [part.answer for part in whole]
    if len(answers) == 1:
        return _Shaped(answers[0], repairs)
    if all(answer == answers[0] for answer in answers):
        return _Shaped(answers[0], (*repairs, "repeated"))
    keys = Counter(key for answer in answers for key in answer)
    if twice := [key for key, number in keys.items() if number > 1]:
        raise AnswerError(f"there are {len(answers)} answers that differ, with {', '.join(twice)} in more than one")
    return _Shaped({key: value for answer in answers for key, value in answer.items()}, (*repairs, "several-values"))


def _collected(parts: Iterable[_Shaped]) -> dict[str, Any]:
    records: dict[str, Any] = {}
    for part in parts:
        for layer, found in part.answer.items():
            records.setdefault(layer, []).extend(found)
    return records


def _listed(answer: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answer with a list for each layer that is a single record, and the repairs."""
    single = [layer for layer in _layers() if _layer(answer.get(layer))]
    return {**answer, **{layer: [answer[layer]] for layer in single}}, ["single-record"] if single else []


def _prove(answer: Mapping[str, Any]) -> None:
    """Raises AnswerError for an answer that no file can hold."""
    try:
        json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise AnswerError("the answer has half a surrogate pair in a string; it stands for no character") from None
