"""What every number depends on, in one place that goes with the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote

import dateline
from dateline.corpus import Corpus
from dateline.errors import DatelineError
from dateline.predictions import Predictions

Signature = dict[str, str | int | list[str]]


def signature(
    corpus: Corpus,
    predictions: Predictions,
    layers: Iterable[str],
    level: str,
    by: Iterable[str] = (),
    convention: str | None = None,
) -> Signature:
    """Version and data, what was scored, and how.

    `documents` counts the gold's documents, `predicted` those that the predictions speak of; `predictions_digest` is
    "" for what was no file, `convention` where none was asked for. `fuzzy` is there where quotes were looked up in the
    fuzzy way, too, `labels` and `labels_digest` where a label map was applied.
    """
    return {
        "dateline": dateline.__version__,
        "corpus": corpus.version,
        "digest": corpus.digest,
        "documents": len(corpus.documents),
        "predicted": len(predictions.documents),
        "predictions_digest": predictions.digest,
        "systems": sorted({found.system for found in predictions.documents.values() if found.system}),
        "layers": list(layers),
        "level": level,
        "on_error": predictions.on_error,
        "convention": convention or "",
        "by": list(by),
        **({"fuzzy": True} if predictions.fuzzy else {}),
        **({"labels": used.name, "labels_digest": used.digest} if (used := predictions.labels) else {}),
    }


def documents(signed: Signature) -> int:
    """How many documents of the gold the numbers speak of."""
    found = signed["documents"]
    return found if isinstance(found, int) else 0


SHORT = 6  # characters of a digest in a short signature

_FIRST = ("level", "on_error", "ci")  # keys that follow the measure; the others come after them, in their own order
_INTEGER = re.compile("-?[0-9]{1,18}")
_LINE = re.compile(r"dateline:([^|]+)\|corpus:([^|]*)\+([^|+]*)\|([^|:]+)((?:\|[^|:]+:[^|]*)*)")


class Short(NamedTuple):
    """What a short signature says: the parameters, with as much of the digest as it has, and the measure."""

    signature: Signature
    measure: str


def short(signature: Signature, measure: str) -> str:
    """One line that goes with a published number; `parse` reads it.

    `dateline:0.2.0|corpus:0.2.0+ab12cd|entities.strict|level:name|on_error:stop|ci:jackknife-t-logit,95%,segment|...`:
    every parameter that is not empty. Items of a list are divided by commas, a single one ends with a comma; what would
    be misread is percent-encoded. `ci` is method, confidence and unit of the intervals.
    """
    given = {key: _shortened(key, value) for key, value in signature.items() if value not in ("", [], None)}
    words = {key: _encoded(value) for key, value in given.items() if key not in ("dateline", "corpus", "digest")}
    if "interval" in given and "unit" in given:
        confidence, _, method = str(given["interval"]).partition(" ")
        words["ci"] = f"{_quoted(method.replace(', ', '-'))},{confidence},{words.pop('unit')}"
        del words["interval"]
    order = sorted(words, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    version, corpus, digest = (_quoted(str(given.get(key, ""))) for key in ("dateline", "corpus", "digest"))
    head = f"dateline:{version}", f"corpus:{corpus}+{digest}", measure
    return "|".join((*head, *(f"{key}:{words[key]}" for key in order)))


def parse(line: str) -> Short:
    """What a short signature says, so that `short(*parse(line))` is the line again. Raises DatelineError."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise DatelineError(
            f"{line!r} is no short signature; expected dateline:V|corpus:V+digest|measure|key:value|..."
        )
    version, corpus, digest, measure, rest = match.groups()
    found: Signature = {"dateline": unquote(version), "corpus": unquote(corpus), "digest": unquote(digest)}
    for key, _, value in (part.partition(":") for part in rest.split("|")[1:]):
        found |= _interval(value) if key == "ci" else {key: _decoded(value)}
    return Short(found, measure)


def _shortened(key: str, value: str | int | list[str]) -> str | int | list[str]:
    return value[:SHORT] if isinstance(value, str) and key.endswith("digest") else value


def _interval(words: str) -> Signature:
    if words.count(",") != 2:
        raise DatelineError(f"{words!r} is no interval; expected method, confidence and unit")
    method, confidence, unit = words.split(",")
    return {"unit": unquote(unit), "interval": f"{confidence} {unquote(method).replace('-', ', ')}"}


def _encoded(value: str | int | list[str]) -> str:
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(map(_quoted, value)) + "," * (len(value) == 1)
    return f"%{ord(value[0]):02X}{_quoted(value[1:])}" if _INTEGER.fullmatch(value) else _quoted(value)


def _decoded(words: str) -> str | int | list[str]:
    if _INTEGER.fullmatch(words):
        return int(words)
    return [unquote(word) for word in words.removesuffix(",").split(",")] if "," in words else unquote(words)


def _quoted(text: str) -> str:
    """Text without the characters that divide a short signature, and in ASCII."""
    return quote(text, safe=" /()=@<>")
