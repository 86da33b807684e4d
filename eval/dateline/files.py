"""Reading lines that anyone may have written, and writing files that are whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from dateline.errors import InputError, Problem

MAX_LINE = 64 * 1024 * 1024  # bytes; a line is held in memory whole

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, or that nest without end."""


class Line(NamedTuple):
    """A non-blank line of a JSON Lines file; `number` counts from 1."""

    number: int
    content: bytes


def fail(code: str, path: Path, message: str, allowed: str, line: int = 0) -> InputError:
    """An InputError with a single problem."""
    return InputError([Problem(code, "error", str(path), line, "", message, allowed)])


def read_lines(path: Path) -> Iterator[Line]:
    """The non-blank lines of a file, one at a time, whatever bytes they hold; a BOM and CRLF line ends are accepted.

    Raises InputError: missing-file, not-a-file, unreadable-file, long-line (over MAX_LINE bytes).
    """
    try:
        if not path.exists():
            raise fail("missing-file", path, "no such file", "expected a JSON Lines file")
        if path.is_dir():
            raise fail("not-a-file", path, "this is a folder", "expected a JSON Lines file")
        with path.open("rb") as file:
            for number, content in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), 1):
                if len(content) > MAX_LINE:
                    raise fail("long-line", path, f"the line is longer than {MAX_LINE} bytes", "split it", number)
                line = content.removeprefix(b"\xef\xbb\xbf") if number == 1 else content
                if line.strip():
                    yield Line(number, line)
    except OSError as error:
        raise fail("unreadable-file", path, f"cannot be read: {error.strerror}", "expected a readable file") from None


def read_bytes(path: Path, expected: str, most: int = MAX_LINE) -> bytes:
    """A file whole; `expected` is what an error says is allowed.

    Raises InputError: missing-file, not-a-file, unreadable-file, long-file (over `most` bytes).
    """
    if path.is_dir():
        raise fail("not-a-file", path, "this is a folder", expected)
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise fail("missing-file", path, "no such file", expected) from None
    except OSError as error:
        raise fail("unreadable-file", path, f"cannot be read: {error.strerror}", expected) from None
    if len(content) > most:
        raise fail("long-file", path, f"the file is longer than {most} bytes", expected)
    return content


def read_text(path: Path, expected: str = "a file of every corpus", most: int = MAX_LINE) -> str:
    """A UTF-8 file, exactly: no line-end conversion. Raises InputError as `read_bytes`, and invalid-utf8."""
    content = read_bytes(path, expected, most)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise fail("invalid-utf8", path, f"byte {error.start} is not UTF-8", "expected UTF-8", line) from None


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong_byte(content: bytes) -> str:
    """What keeps a line from being UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start} of the line is not UTF-8"
    return "the line is UTF-8"


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole: to a temporary file beside it, then renamed over it. A link is followed.

    What is no regular file, such as a pipe or a device, is written to as it is. Raises OSError.
    """
    if path.exists() and not path.is_file():  # before a link is followed: /dev/stdout may lead to a name of no file
        path.write_bytes(content)
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The permissions that this process takes from new files; there is no way but to set it to read it."""
    current = os.umask(0)
    os.umask(current)
    return current


def as_readable_jsonl(values: Iterable[object]) -> bytes:
    """JSON values as JSON Lines that people edit: blanks after commas and colons, characters as they are."""
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values).encode()


def as_indented_json(value: object) -> bytes:
    """A JSON value for other tools, and for people who look into it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def as_jsonl(records: Iterable[object]) -> bytes:
    """Records as JSON Lines, one a line, keys in the order of the struct or dictionary."""
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)
