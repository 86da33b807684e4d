"""Reading lines that anyone may have written, and writing files that are whole or not there."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from dateline import files
from dateline.errors import InputError
from dateline.files import Line, as_jsonl, read_bytes, read_lines, read_text, write_bytes


def test_lines_are_numbered_as_in_an_editor_and_blank_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbfone\r\n\n \t\ntwo")
    assert list(read_lines(tmp_path / "f")) == [Line(1, b"one\r\n"), Line(4, b"two")]


def test_lines_are_read_from_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"one\ntwo\n",))
    writer.start()
    assert [line.number for line in read_lines(tmp_path / "pipe")] == [1, 2]
    writer.join()


def test_a_line_at_the_limit_is_read_and_a_longer_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 5)
    (tmp_path / "f").write_bytes(b"1234\n123456\n")
    lines = read_lines(tmp_path / "f")
    assert next(lines) == Line(1, b"1234\n")
    with pytest.raises(InputError, match=r"f:2: long-line error: the line is longer than 5 bytes"):
        next(lines)


@pytest.mark.parametrize(("name", "code"), [("none", "missing-file"), (".", "not-a-file")])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InputError, match=code):
        list(read_lines(tmp_path / name))


@pytest.mark.parametrize(("name", "code"), [("none", "missing-file"), (".", "not-a-file"), ("f", "long-file")])
def test_what_cannot_be_read_whole_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "f").write_bytes(b"1234")
    with pytest.raises(InputError, match=rf"{code} error: .*; expected three bytes"):
        read_bytes(tmp_path / name, "expected three bytes", 3)


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"123")
    assert read_bytes(tmp_path / "f", "expected three bytes", 3) == b"123"


def test_a_text_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("a\r\nb\u00a0c\n".encode())
    assert read_text(tmp_path / "f") == "a\r\nb\u00a0c\n"


def test_a_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"fine\nbad \xff\n")
    with pytest.raises(InputError, match=r"f:2: invalid-utf8 error: byte 9 is not UTF-8"):
        read_text(tmp_path / "f")


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_bytes(tmp_path / "new" / "f", b"one")
    write_bytes(tmp_path / "new" / "f", b"two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {"f": b"two"}


def test_what_was_written_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes(tmp_path / "f", b"one")

    def fail(source: Path, target: Path) -> None:
        raise OSError("no luck")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no luck"):
        write_bytes(tmp_path / "f", b"two")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"f": b"one"}


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"one")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_bytes(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"two"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=write_bytes, args=(tmp_path / "pipe", b"one"))
    writer.start()
    assert (tmp_path / "pipe").read_bytes() == b"one"
    writer.join()
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_to_a_pipe_without_a_name_is_written_to() -> None:
    reading, writing = os.pipe()  # such as /dev/stdout where something reads it
    write_bytes(Path(f"/dev/fd/{writing}"), b"one")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"one"


def test_records_are_written_one_a_line() -> None:
    assert as_jsonl([{"b": 1, "a": "é"}, {}]) == '{"b":1,"a":"é"}\n{}\n'.encode()
