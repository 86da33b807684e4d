"""Programs of any language: `command:<program and arguments>`, asked over standard input and output.

The program is given a task as one line of JSON, and answers with one line of JSON, shaped as a line of a prediction
file and with the task's `doc_id`; then comes the next task. It ends when its standard input does. Its standard error is
kept in "<output>.stderr", with several jobs in "<output>.1.stderr" and so on. A program that crashes, keeps silent or
answers out of turn is ended, and started again for the next document.
"""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from dateline.errors import DatelineError
from dateline.files import MAX_LINE, NOT_JSON
from dateline.inputs import Task
from dateline.systems.base import Answer, Ask, FailedError, Options, shown
from dateline.systems.processes import Process
from dateline.validation import quote

TIMEOUT = 600.0
"""Seconds that a document may take where none are given, those included in which the program starts."""

GRACE = 5.0
"""Seconds that a program has to end of itself when all is done."""

_SETTLE = 0.002  # seconds after an answer in which another line is still seen as one too many
_TAIL = 4096  # bytes at the end of standard error in which its last line is looked for


@contextmanager
def open(options: Options) -> Iterator[Ask]:
    """As many processes of the program as there are jobs. No shell reads the command; it is split as a shell would.

    Raises DatelineError for a program that cannot be started.
    """
    with TemporaryDirectory() as folder:
        logs = _logs(options.output or Path(folder, "run"), options.jobs)
        programs = [_Program(_words(options.argument), options.timeout or TIMEOUT, log) for log in logs]
        free: Queue[_Program] = Queue()
        for program in programs:
            free.put(program)
        patience = 0.0  # what is broken off is not waited for
        try:
            programs[0].start()
            yield lambda task: _asked(free, task)
            patience = GRACE
        finally:
            for program in programs:
                program.stop(patience)


def _words(argument: str) -> list[str]:
    try:
        return shlex.split(argument)
    except ValueError as error:
        raise DatelineError(f"command:{argument} cannot be split into words: {error}") from None


def _logs(output: Path, jobs: int) -> list[Path]:
    """Where the standard error of each process goes."""
    return [Path(f"{output}.{job}.stderr" if jobs > 1 else f"{output}.stderr") for job in range(1, jobs + 1)]


def _asked(free: Queue[_Program], task: Task) -> Answer:
    """What the next process that is free says."""
    program = free.get()
    try:
        return Answer(program.ask(task))
    finally:
        free.put(program)


class _Program:
    """A program that is started whenever it is needed and does not run."""

    def __init__(self, words: Sequence[str], timeout: float, log: Path) -> None:
        self._words, self._timeout, self._log = words, timeout, log
        self._process: Process | None = None

    def start(self) -> Process:
        """Start the program. Raises DatelineError."""
        try:
            self._process = Process(self._words, self._log)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise DatelineError(f"command {quote(self._words[0])} cannot be started: {why}") from None
        return self._process

    def stop(self, patience: float = 0) -> None:
        """End the program; a file of its standard error that is empty goes too."""
        process, self._process = self._process, None
        if process:
            process.end(patience)
        if not self._said_so_far():
            self._log.unlink(missing_ok=True)

    def ask(self, task: Task) -> dict[str, Any]:
        """What the program says about a document. Raises FailedError, with the last line of its standard error."""
        before = self._said_so_far()
        try:
            process = self._ready()
            process.send(msgspec.json.encode(task) + b"\n")
            return self._answer(process, task)
        except FailedError as error:
            self.stop()
            raise FailedError(f"{error}{self._last_words(before)}") from None

    def _ready(self) -> Process:
        """The running program, started if it does not run. Raises FailedError if it has spoken unasked."""
        waiting = self._process.line(0) if self._process else b""
        if waiting:
            raise FailedError(f"the program sent a line before it was asked: {shown(waiting)}")
        if waiting == b"":  # it does not run, or has ended after its last answer
            self.stop()
        return self._process or self.start()

    def _answer(self, process: Process, task: Task) -> dict[str, Any]:
        line = process.line(self._timeout)
        if line is None:
            raise FailedError(f"no answer within {self._timeout:g} seconds")
        if not line:
            raise FailedError(_ending(process))
        answer = _decoded(line)
        if answer.get("doc_id") != task.doc_id:
            said = f"is for {quote(answer['doc_id'])}" if "doc_id" in answer else "names no doc_id"
            raise FailedError(f"the answer {said}; expected {quote(task.doc_id)}")
        if more := process.line(_SETTLE):
            raise FailedError(f"the program sent more than one line; after the first: {shown(more)}")
        if more == b"":
            self.stop()
        return answer

    def _said_so_far(self) -> int:
        """Bytes of standard error."""
        return self._log.stat().st_size if self._log.exists() else 0

    def _last_words(self, before: int) -> str:
        """The last line on standard error since there were so many bytes of it, as the end of a sentence."""
        if self._said_so_far() <= before:
            return ""
        with self._log.open("rb") as file:
            file.seek(max(before, self._said_so_far() - _TAIL))
            lines = file.read().decode(errors="replace").strip().splitlines()
        return f"; it said: {lines[-1].strip()}" if lines else ""


def _decoded(line: bytes) -> dict[str, Any]:
    """A line as an object. Raises FailedError."""
    if len(line) > MAX_LINE:
        raise FailedError(f"the answer is longer than {MAX_LINE} bytes")
    try:
        answer = msgspec.json.decode(line)
    except NOT_JSON as error:
        raise FailedError(f"the answer is no JSON: {error}: {shown(line)}") from None
    if not isinstance(answer, dict):
        raise FailedError(f"the answer is no object: {shown(line)}")
    return answer


def _ending(process: Process) -> str:
    """How a program ended that has closed its standard output."""
    code = process.exit_code(timeout=1)
    if code is None:
        return "the program closed its standard output"
    if code < 0:
        return f"the program was ended by signal {-code} ({signal.strsignal(-code)})"
    return f"the program ended with exit code {code} and without an answer"
