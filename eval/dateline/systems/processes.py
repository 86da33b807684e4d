"""A program that runs beside this one, and takes and gives lines."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, cast

from dateline.files import MAX_LINE

AHEAD = 8
"""Lines that a program may have sent without anybody having taken them; one that sends more is killed."""


class Process:
    """A running program; its standard error is appended to a file. Raises OSError, ValueError where it cannot start.

    It is in a session of its own: Ctrl-C in a terminal does not reach it, and what it starts is killed with it.
    """

    def __init__(self, words: Sequence[str], log: Path) -> None:
        with log.open("ab") as errors:
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},  # what a Python program prints is sent at once
            )
        self._input, self._output = cast("IO[bytes]", self._child.stdin), cast("IO[bytes]", self._child.stdout)
        self._lines: Queue[bytes] = Queue()
        Thread(target=self._read, daemon=True).start()

    def send(self, line: bytes) -> None:
        """Send a line. It is written beside what goes on here: a program that does not read would hold it up."""
        Thread(target=self._write, args=(line,), daemon=True).start()

    def line(self, timeout: float) -> bytes | None:
        """The next line that is not blank; b"" where standard output has ended; None where there is none in time.

        A line of more than MAX_LINE bytes comes in pieces, the first longer than that by one.
        """
        try:
            return self._lines.get(timeout=timeout) if timeout else self._lines.get_nowait()
        except Empty:
            return None

    def exit_code(self, timeout: float) -> int | None:
        """What the program ended with, the negative number of a signal, None if it does not end in time."""
        with suppress(subprocess.TimeoutExpired):
            return self._child.wait(timeout)
        return None

    def end(self, patience: float = 0) -> None:
        """End standard input, and kill the program if it has not ended some seconds later."""
        Thread(target=self._close, daemon=True).start()
        if self.exit_code(patience) is None:
            self._kill()
            self._child.wait()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):  # it has ended meanwhile
            if hasattr(os, "killpg"):
                os.killpg(self._child.pid, signal.SIGKILL)
            else:
                self._child.kill()

    def _read(self) -> None:
        with self._output:
            for line in iter(partial(self._output.readline, MAX_LINE + 1), b""):
                if line.strip():
                    self._lines.put(line)
                if self._lines.qsize() > AHEAD:
                    self._kill()
                    break
        self._lines.put(b"")

    def _write(self, line: bytes) -> None:
        with suppress(OSError, ValueError):  # it has ended, or was ended
            self._input.write(line)
            self._input.flush()

    def _close(self) -> None:
        with suppress(OSError, ValueError):
            self._input.close()
