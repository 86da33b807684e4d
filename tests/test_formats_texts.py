from __future__ import annotations

from pathlib import Path

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.errors import InputError
from dateline.formats.texts import Texts, file_name, files_of, write_folder

FILE = Path("x.txt")


def base(names: list[str], text: str | None) -> tuple[str, str]:
    found = Texts(foreign.small()).base(names, text, FILE)
    return found.document.doc_id, found.offsets


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["d1"], TEXT, ("d1", "raw")),
        (["d1"], CLEAN, ("d1", "clean")),
        (["d1"], None, ("d1", "raw")),
        (["other", "d2"], "It rained.", ("d2", "raw")),
        (["other"], TEXT, ("d1", "raw")),
        ([], CLEAN, ("d1", "clean")),
        ([], f"{TEXT}\n", ("d1", "raw")),
    ],
)
def test_a_text_is_known_by_its_name_or_its_wording(names: list[str], text: str | None, expected: object) -> None:
    assert base(names, text) == expected


def test_the_base_has_the_text_of_the_tool() -> None:
    assert Texts(foreign.small()).base([], f"{TEXT}\n", FILE).text == f"{TEXT}\n"


@pytest.mark.parametrize(("names", "text"), [(["d9"], None), ([], "Something else."), (["d9"], "Something else.")])
def test_what_names_no_document_is_refused_with_the_known_ones(names: list[str], text: str | None) -> None:
    with pytest.raises(InputError, match=r"unknown-document error: .* of one of d1, d2"):
        base(names, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT.replace("500", "600"), r"raw text of d1 at character 13 \(line 1 of it\): \"600 troops"),
        (CLEAN.replace("500", "600"), r"clean text of d1 at character 12 \(line 1 of it\): \"600 troops"),
        (TEXT[:9], r"raw text of d1 at character 9 \(line 1 of it\): \"\""),
        ("", r"raw text of d1 at character 0"),
    ],
)
def test_another_text_is_shown_where_it_parts_from_the_nearer_one(text: str, place: str) -> None:
    with pytest.raises(InputError, match=place):
        base(["d1"], text)


@pytest.mark.parametrize("name", ["../d1", "/etc/d1", "a\\b", ".hidden", "..", "", "a\nb", "c:d", "x" * 201])
def test_a_name_that_would_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="unsafe-name"):
        file_name(name, FILE)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_folder(tmp_path / "out", {"a": b"1", "no/such/folder": b"2"})
    assert [*tmp_path.iterdir()] == []


def test_a_new_or_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        write_folder(tmp_path / name, {"a": b"1"})
    assert [(tmp_path / name / "a").read_bytes() for name in ("new", "empty")] == [b"1", b"1"]


def test_the_files_of_a_folder_are_those_with_the_ending(tmp_path: Path) -> None:
    for name in ("b.ann", "a.ann", "a.txt", "c.json"):
        (tmp_path / name).touch()
    (tmp_path / "d.ann").mkdir()
    assert [path.name for path in files_of(tmp_path, ".ann", ".json")] == ["a.ann", "b.ann", "c.json"]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08", b"7z\xbc\xaf"])
def test_an_archive_is_refused(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "x").write_bytes(start + b"rest")
    with pytest.raises(InputError, match=r"archive error: .*unpack it"):
        files_of(tmp_path / "x", ".ann")


def test_an_empty_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty-folder"):
        files_of(tmp_path, ".ann")
    with pytest.raises(InputError, match="missing-file"):
        files_of(tmp_path / "none", ".ann")
