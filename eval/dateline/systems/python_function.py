"""Python functions: `python:<module>:<function>`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from dateline.errors import DatelineError
from dateline.inputs import Task
from dateline.model import Prediction
from dateline.predictions import plain
from dateline.systems.base import Answer, Ask, FailedError, Options


@contextmanager
def open(options: Options) -> Iterator[Ask]:
    """A function that is given a Task and returns a Prediction, or a dictionary shaped as a prediction line.

    Its module is looked for in this folder too, after all installed ones. With several jobs it is called from several
    threads. Whatever it raises fails the one document. Raises DatelineError where it cannot be imported.
    """
    function = _function(options.argument)
    yield lambda task: Answer(_line(_asked(function, task)))


def _asked(function: Callable[[Task], Any], task: Task) -> Any:
    """What the function returns. Raises FailedError for what would otherwise end the run."""
    try:
        return function(task)
    except FailedError:
        raise
    except (DatelineError, SystemExit) as error:
        raise FailedError(f"{type(error).__name__}: {error}") from None


def _line(answer: Any) -> Any:
    return plain(answer) if isinstance(answer, Prediction) else answer


def _function(argument: str) -> Callable[[Task], Any]:
    module, _, name = argument.partition(":")
    if not module or not name:
        raise DatelineError(f"python:{argument} is no module and function; expected python:MODULE:FUNCTION")
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (Exception, SystemExit) as error:  # whatever a module does when it is imported
        raise DatelineError(f"python:{argument} cannot be imported: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise DatelineError(f"python:{argument} is a {type(found).__name__}; expected a function")
    function: Callable[[Task], Any] = found
    return function
