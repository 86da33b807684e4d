"""A score that somebody reports, made again from the predictions and compared number by number."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from dateline import intervals
from dateline.corpus import Corpus
from dateline.errors import UnknownNameError
from dateline.files import NOT_JSON, fail
from dateline.predictions import Source
from dateline.scoring import score
from dateline.validation import quote

PREDICTIONS = "predictions_digest"
"""The key of a signature for the SHA-256 of the predictions, where the scores hold one."""

_OWN = ("predictions", "gold")  # parameters of `score` that no file decides
_EXPECTED = "expected what `dateline score --format json` writes"

Value = str | int | float | bool | list[str] | None


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A score as JSON has it."""

    layer: str
    measure: str
    group: str
    value: int | float | None
    numerator: int | float
    denominator: int | float
    gold: int | float
    predicted: int | float
    low: int | float | None = None
    high: int | float | None = None
    interval: str | None = None


class Stored(msgspec.Struct, frozen=True):
    """The parts of a file of scores that can be made again; others, such as problems and mistakes, are not read."""

    signature: dict[str, Value]
    scores: tuple[Number, ...]


class _Needed(msgspec.Struct, frozen=True):
    """What every signature has."""

    dateline: str
    corpus: str
    digest: str
    layers: list[str]
    level: str
    on_error: str


class Setting(NamedTuple):
    """A part of the signature that differs; None where a side has none."""

    key: str
    was: Value
    now: Value


class Change(NamedTuple):
    """A number that differs, by what differs in it: field -> value. Empty on a side that has no such number."""

    measure: str
    group: str
    was: dict[str, Any]
    now: dict[str, Any]


class Verification(NamedTuple):
    """The signature that was stored, what differs in it now, and which of the `compared` numbers differ."""

    signature: dict[str, Value]
    settings: tuple[Setting, ...]
    changes: tuple[Change, ...]
    compared: int

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.settings or self.changes)


def verify(scores: Path | str, predictions: Source, gold: Corpus | Path | str | None = None) -> Verification:
    """Score the predictions as the signature in a file of scores says, and compare every number exactly.

    What the signature says under the name of a parameter of `dateline.score` is its argument. Raises InputError for a
    file that is not what `dateline score --format json` writes, and for predictions that cannot be scored so.
    """
    path = Path(scores)
    stored = _read(path)
    try:
        fresh = score(predictions, gold, **_arguments(stored.signature, path))
    except UnknownNameError as error:
        raise fail("unknown-name", path, f"the signature says: {error}", _EXPECTED) from None
    made = intervals.plain(fresh)
    return Verification(
        stored.signature,
        tuple(_settings(stored.signature, made["signature"])),
        tuple(_changes(_indexed(stored.scores), _indexed(msgspec.convert(made["scores"], tuple[Number, ...])))),
        len(made["scores"]),
    )


def _read(path: Path) -> Stored:
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=Stored)
        msgspec.convert(stored.signature, _Needed)
    except OSError as error:
        raise fail("unreadable-file", path, f"cannot be read: {error.strerror}", _EXPECTED) from None
    except msgspec.ValidationError as error:
        raise fail("unreadable-scores", path, str(error), _EXPECTED) from None
    except NOT_JSON as error:
        raise fail("malformed-json", path, f"not JSON: {error}", _EXPECTED) from None
    if len(_indexed(stored.scores)) < len(stored.scores):
        raise fail("repeated-number", path, "a measure stands there twice for the same group", "each once")
    return stored


def _arguments(signature: dict[str, Value], path: Path) -> dict[str, Any]:
    """What the signature says about the parameters of `score`, each of the type that it must have."""
    types = get_type_hints(score)
    said = {name: value for name, value in signature.items() if value not in ("", None) and name not in _OWN}
    names = [name for name in inspect.signature(score).parameters if name in said]
    for name in names:
        kinds = get_args(types[name]) if get_origin(types[name]) in (Union, UnionType) else (types[name],)
        if not isinstance(said[name], tuple(get_origin(kind) or kind for kind in kinds)):
            raise fail("unreadable-scores", path, f"signature.{name} is {quote(said[name])}", _EXPECTED)
    return {name: said[name] for name in names}


def _indexed(numbers: Iterable[Number]) -> dict[tuple[str, str], Number]:
    return {(number.measure, number.group): number for number in numbers}


def _settings(was: dict[str, Value], now: dict[str, Value]) -> Iterator[Setting]:
    for key in dict.fromkeys((*now, *was)):
        if was.get(key) != now.get(key):
            yield Setting(key, was.get(key), now.get(key))


def _changes(was: dict[tuple[str, str], Number], now: dict[tuple[str, str], Number]) -> Iterator[Change]:
    for name in dict.fromkeys((*now, *was)):
        sides = [msgspec.structs.asdict(found[name]) if name in found else {} for found in (was, now)]
        if sides[0] != sides[1]:
            yield Change(*name, *(dict(_differing(side, other)) for side, other in (sides, reversed(sides))))


def _differing(side: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a side that the other lacks or has otherwise."""
    return ((field, value) for field, value in side.items() if field not in other or other[field] != value)
