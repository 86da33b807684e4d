"""What a run has done so far, on disk: each finished document at once, so that a killed run goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard

import msgspec

from dateline.errors import DatelineError
from dateline.files import NOT_JSON, as_jsonl, fail, read_lines
from dateline.runs.asking import Entry
from dateline.validation import quote


class Journal:
    """The entries of a run, by document; of several for one document the last holds. Without a file, in memory only."""

    def __init__(self, file: BinaryIO | None = None, header: Mapping[str, Any] | None = None) -> None:
        self.entries: dict[str, Entry] = {}
        self.usage: dict[str, float] = {}
        self._file, self._header = file, header

    def add(self, entry: Entry) -> None:
        """Keep an entry; it is on the disk when this returns, the first one with the header. Raises OSError."""
        if self._file:
            self._file.write(as_jsonl([entry] if self._file.tell() else [self._header, entry]))
            self._file.flush()
            os.fsync(self._file.fileno())
        self.note(entry)

    def note(self, entry: Entry) -> None:
        """Count an entry that is on the disk."""
        self.entries[entry.doc_id] = entry
        for name, amount in entry.usage.items():
            self.usage[name] = self.usage.get(name, 0) + amount


def partial(output: Path) -> Path:
    """Where the journal of an output is."""
    return Path(f"{output}.partial")


def is_kept(output: Path | None) -> TypeGuard[Path]:
    """Whether a run to this output has a journal: not to standard output, a pipe or a device."""
    return output is not None and (output.is_file() or not output.exists())


@contextmanager
def opened(output: Path, header: Mapping[str, Any], restart: bool = False) -> Iterator[Journal]:
    """The journal of an output, with what is finished already; nobody else can open it meanwhile.

    Its first line is the header: what the run depends on. A last line without an end was being written when the run was
    killed, and is cut off. Raises DatelineError where another process has it open or where it is of another run,
    InputError where it is damaged. With `restart`, what it holds is thrown away.
    """
    path = partial(output)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(output):
        if restart:
            path.unlink(missing_ok=True)
        _cut(path)
        found = list(_read(path, header))
        with path.open("ab") as file:
            journal = Journal(file, header)
            for entry in found:
                journal.note(entry)
            try:
                yield journal
            finally:
                if not file.tell():
                    path.unlink()


def _cut(path: Path) -> None:
    """Cut a torn last line off a journal."""
    if path.exists():
        content = path.read_bytes()
        if not content.endswith(b"\n"):
            os.truncate(path, content.rfind(b"\n") + 1)


def _read(path: Path, header: Mapping[str, Any]) -> Iterator[Entry]:
    """The entries of a journal after its header."""
    if not path.exists():
        return
    lines = read_lines(path)
    if first := next(lines, None):
        _compare(path, first.content, header)
    for number, content in lines:
        try:
            yield msgspec.json.decode(content, type=Entry)
        except NOT_JSON as error:
            allowed = "expected a finished document; --restart starts anew"
            raise fail("unreadable-record", path, str(error), allowed, number) from None


def _compare(path: Path, content: bytes, header: Mapping[str, Any]) -> None:
    """Raise DatelineError where a journal is of another run."""
    try:
        found = msgspec.json.decode(content, type=dict[str, Any])
    except NOT_JSON:
        raise fail("unreadable-record", path, "no header of a run", "name another output, or --restart", 1) from None
    wanted = msgspec.json.decode(msgspec.json.encode(header))
    differing = [key for key in {**wanted, **found} if found.get(key) != wanted.get(key)]
    if differing:
        said = "; ".join(f"{key} {quote(found.get(key))} there, {quote(wanted.get(key))} here" for key in differing)
        raise DatelineError(f"{path} is of another run ({said}); name another output, or start anew with --restart")


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Keep any other run from this output; the lock goes with the process, however that ends."""
    from filelock import FileLock, Timeout

    path = Path(f"{output}.lock")
    try:
        lock = FileLock(path, timeout=0).acquire()
    except Timeout:
        raise DatelineError(f"another run is writing {output}; wait for it, or name another output") from None
    with lock:
        try:
            yield
        finally:
            with suppress(OSError):  # where an open file cannot be removed, it stays and harms nobody
                path.unlink()
