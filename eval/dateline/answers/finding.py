"""The JSON values in a text that is not all JSON, strictly read, each once and in linear time.

The search goes on behind what cannot be read, never inside it: a part of a broken answer is no answer.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, NamedTuple

from dateline.errors import DatelineError
from dateline.validation import quote

MOST_FAULTS = 1000
"""Places that open no readable JSON, at most: finding the line of each costs the length of the text."""

_LONGEST_INTEGER = 4000  # digits; Python reads no more than 4,300
_OPENING = re.compile(r'\{(?=\s*+(?:["}]|\Z))|\[(?=\s*+(?:[\[{"\]]|\Z))')
_KEY = re.compile(r'[{\[\s]++"(?:[^"\\]|\\.)*+"\s*+:')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|,(?=\s*+[}\]])|[{}\[\]]', re.DOTALL)


class AnswerError(DatelineError):
    """An answer of which nothing is taken; the message says why."""


class Value(NamedTuple):
    """A JSON value, and what it holds that strict JSON does not allow."""

    content: Any
    faults: tuple[str, ...]


class Found(NamedTuple):
    """The values of a text in their order, the repairs that this took, and why one of them could not be read."""

    values: list[Value]
    repairs: list[str]
    broken: str


class _Attempt(NamedTuple):
    """What begins at a place: a value, or why there is none; and where the search goes on."""

    value: Value | None
    end: int
    reason: str = ""
    repairs: tuple[str, ...] = ()


def find(text: str) -> Found:
    """The objects and lists in a text. Of those that cannot be read only the first is mended, if it can be.

    A JSON string that is the whole text is read as the text. Raises AnswerError for JSON that is cut off or nested too
    deeply, and for more than MOST_FAULTS places that look like JSON and are not.
    """
    if (inner := _whole_string(text)) is not None:
        found = _found(inner)
        return found._replace(repairs=["in-string", *found.repairs])
    return _found(text)


def _whole_string(text: str) -> str | None:
    """The string that the text is, written as JSON."""
    if not text.lstrip().startswith('"'):
        return None
    try:
        inner = json.loads(text)
    except ValueError:
        return None
    return inner if isinstance(inner, str) else None


def _found(text: str) -> Found:
    values: list[Value] = []
    repairs: list[str] = []
    broken, position, faults, last = "", 0, 0, len(text.rstrip("` \t\r\n"))
    while opening := _OPENING.search(text, position):
        attempt = _attempt(text, opening.start(), last, mend=not broken, first=not values)
        if text[position : opening.start()].strip():
            repairs.append("surroundings")
        if attempt.value:
            values.append(attempt.value)
        broken = broken or attempt.reason
        faults += attempt.value is None or bool(attempt.repairs)
        if faults > MOST_FAULTS:
            raise AnswerError(f"more than {MOST_FAULTS} places in the answer look like JSON and are not")
        repairs += attempt.repairs
        position = attempt.end
    if text[position:].strip():
        repairs.append("surroundings")
    return Found(values, repairs, broken)


def _attempt(text: str, start: int, last: int, *, mend: bool, first: bool) -> _Attempt:
    """The value that begins here. A reason is given only where there was a key: prose has brackets, too."""
    attempt = _decoded(text, start)
    if attempt.value:
        return attempt
    like_json = _KEY.match(text, start, attempt.end) is not None
    if mend and like_json:
        attempt = _mended(text, start)
    if not attempt.value and attempt.end >= last and (like_json or first):
        raise AnswerError(f"the answer is cut off after {len(text.rstrip()):,} characters")
    return attempt if like_json else _Attempt(None, attempt.end, "", ("surroundings",))


def _decoded(text: str, start: int, *, strict: bool = True) -> _Attempt:
    """The value that begins here, as it is. Raises AnswerError for one that is nested too deeply."""
    faults: list[str] = []
    try:
        content, end = _decoder(faults, strict).raw_decode(text, start)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        # the string that does not end was read to the end of the text
        end = len(text) if error.msg.startswith("Unterminated string") else max(error.pos, start + 1)
        return _Attempt(None, end, f"the answer is not JSON: {error.msg} ({place})")
    except RecursionError:
        raise AnswerError("the answer is nested too deeply to be read") from None
    return _Attempt(Value(content, tuple(dict.fromkeys(faults))), end)


def _mended(text: str, start: int) -> _Attempt:
    """The value that begins here, without commas before closing brackets and with control characters in strings."""
    region = _without_commas(text, start)
    attempt = _decoded(region, 0, strict=False)
    if not attempt.value:
        return attempt._replace(end=start + attempt.end)
    repairs = ["trailing-comma"] if not text.startswith(region, start) else []
    repairs += [] if _decoded(region, 0).value else ["control-character"]
    return attempt._replace(end=start + attempt.end, repairs=tuple(repairs))


def _without_commas(text: str, start: int) -> str:
    """The text from the bracket that opens here to the one that closes it, trailing commas as blanks."""
    parts, position, depth = [], start, 0
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign == ",":
            parts += [text[position : token.start()], " "]
            position = token.end()
        depth += (sign in ("{", "[")) - (sign in ("}", "]"))
        if depth == 0:
            return "".join([*parts, text[position : token.end()]])
    return "".join([*parts, text[position:]])


def _decoder(faults: list[str], strict: bool) -> json.JSONDecoder:
    """A decoder that notes what Python takes and JSON does not allow, or does not settle."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            twice = next(key for key, number in Counter(key for key, _ in items).items() if number > 1)
            faults.append(f"the key {quote(twice)} stands twice in one object")
        return found

    def constant(name: str) -> None:
        faults.append(f"{name} is no JSON number")

    def decimal(digits: str) -> float:
        if math.isinf(value := float(digits)):
            faults.append("a number is too large to be read")
        return value

    def integer(digits: str) -> int:
        if len(digits) <= _LONGEST_INTEGER:
            return int(digits)
        faults.append(f"a number has more than {_LONGEST_INTEGER} digits")
        return 0

    return json.JSONDecoder(
        object_pairs_hook=pairs, parse_constant=constant, parse_float=decimal, parse_int=integer, strict=strict
    )
