"""The one family of errors, and the problem that checkers yield and loaders raise."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class DatelineError(Exception):
    """Anything that dateline refuses: the message says what is wrong and what is allowed."""


class UnknownNameError(DatelineError):
    """A name that is in no table; the message lists the known ones."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = list(known)
        near = difflib.get_close_matches(str(name), names, n=3)
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        super().__init__(f"unknown {kind} {name!r}{meant}; known: {', '.join(names) or 'none'}")


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'dateline[{extra}]'"


class MissingExtraError(DatelineError):
    """A system whose optional package is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} is not installed; {install(extra)}")


class Problem(NamedTuple):
    """One finding, with its place. `line` counts from 1; 0 speaks of the file as a whole."""

    code: str
    level: str  # "error" or "warning"
    file: str
    line: int
    record: str
    message: str
    allowed: str = ""
    anchor: str = ""  # section of annotations/GUIDELINES.md, without the "#"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        record = f"{self.record}: " if self.record else ""
        allowed = f"; {self.allowed}" if self.allowed else ""
        link = f" (annotations/GUIDELINES.md#{self.anchor})" if self.anchor else ""
        return f"{place}: {self.code} {self.level}: {record}{self.message}{allowed}{link}"


class InputError(DatelineError):
    """A file that cannot be taken as it is; `problems` holds every finding, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
