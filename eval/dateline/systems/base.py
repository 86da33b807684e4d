"""What every system is: something that is given a task and gives an answer, one document at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from dateline.errors import DatelineError
from dateline.inputs import Task
from dateline.validation import quote

MAX_REASON = 500
"""Characters of a reason that are kept: a system may send anything."""

NOTHING: Mapping[str, float] = {}

_SHOWN = 1000  # bytes that are decoded for a message, which shows fewer characters


class Answer(NamedTuple):
    """What a system says about a document.

    `line` is shaped as a line of a prediction file and may hold structs of dateline.model; what it lacks of `doc_id`
    and `system` the run adds. `raw` is what the system sent, word for word, where that is something else. `usage` is
    what the answer took (tokens, requests, cost); a run adds it up by name.
    """

    line: Mapping[str, Any]
    raw: str | None = None
    usage: Mapping[str, float] = NOTHING


class FailedError(DatelineError):
    """A system gave nothing for a document; the message is the reason, in one line of printable characters.

    `raw` and `usage` are kept as those of an answer: what cannot be used was paid for all the same. Any other
    DatelineError that a system raises ends the run, as the next documents would fare no better.
    """

    def __init__(self, reason: str, raw: str | None = None, usage: Mapping[str, float] = NOTHING) -> None:
        start = reason[:MAX_REASON]
        super().__init__(" ".join("".join(char if char.isprintable() else " " for char in start).split()))
        self.raw = raw
        self.usage = usage


def shown(content: bytes) -> str:
    """The beginning of what a system sent, for a message."""
    return quote(content[:_SHOWN].decode(errors="replace").strip())


def unloadable(system: str, error: Exception) -> DatelineError:
    """The error of a model that its library cannot load, with the first line of what the library says."""
    first = str(error).partition("\n")[0]
    return DatelineError(f"{system} cannot be loaded: {first}")


Ask = Callable[[Task], Answer]
"""Asks a system about one document. Raises FailedError; whatever else a library raises fails the document too."""


class Options(NamedTuple):
    """How a system is run. A system is only given those other than their defaults that it takes.

    `argument` is what stands after the colon of "spacy:en_core_web_sm", "" for a system without one. `layers` are those
    asked for, in the order of the schema; never empty when a system is opened. `jobs` is how many documents may be
    asked about at the same time, by as many threads. `timeout` is in seconds for a document, None for the system's own
    default. Prices are for a million tokens. `output` is the prediction file, None for standard output: what else a
    system writes stands beside it.
    """

    argument: str = ""
    layers: tuple[str, ...] = ()
    jobs: int = 1
    timeout: float | None = None
    base_url: str | None = None
    max_tokens: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    cache: Path | None = None
    output: Path | None = None


DECIDING = ("layers", "base_url", "max_tokens")
"""The options on which answers depend: a run that was broken off can only be taken up with the same ones."""


Open = Callable[[Options], AbstractContextManager[Ask]]


class System(NamedTuple):
    """An entry of the table: a system by its name, or a family of systems by what stands before the colon.

    `layers` are those that it may fill. `open` makes it ready and gives the function that asks it; it imports its
    library when it is called, and raises DatelineError where it cannot be made ready. `package` is the import name that
    shows whether `extra` is installed; both are None where nothing is needed beyond dateline's own dependencies.
    `takes` names the options that it takes beside `layers`. `argument` says what a family is told after the colon, ""
    for a single system.
    """

    name: str
    summary: str
    layers: tuple[str, ...]
    open: Open
    extra: str | None = None
    package: str | None = None
    takes: tuple[str, ...] = ()
    argument: str = ""
