"""Which text a foreign tool annotated, raw or clean; and folders with a file for each document."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dateline.corpus import Corpus, GoldDocument
from dateline.errata import clean
from dateline.errors import InputError
from dateline.files import fail
from dateline.locate.forms import shared
from dateline.soundness import CLEAN, RAW
from dateline.validation import quote

_SHOWN = 30  # characters of each text that a message shows where two texts part
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")  # zip, gzip, 7z
_FILE_NAME = re.compile(r"(?!\.)[^\x00-\x1f/\\:]{1,200}")


class Base(NamedTuple):
    """The text that a tool annotated. `offsets` is RAW or CLEAN: which text of the document it is."""

    document: GoldDocument
    offsets: str
    text: str


class Texts:
    """The texts of a corpus, to be told which of them a tool annotated."""

    def __init__(self, corpus: Corpus) -> None:
        self._named = {document.doc_id: document for document in corpus.documents}
        self._known: dict[str, Base] = {}

    def base(self, names: Iterable[str], text: str | None, path: Path, line: int = 0) -> Base:
        """The document that is named, or else the one whose raw or clean text this is; with None, its raw text.

        White space at the end of the texts may differ: no offset depends on it. Raises InputError: unknown-document,
        other-text (with the place where the texts part).
        """
        asked = [*names]
        named = next((self._named[name] for name in asked if name in self._named), None)
        if named and text is not None:
            return _fitting(named, text, path, line)
        if named:
            return Base(named, RAW, named.text)
        if text is not None and (found := self._of(text)):
            return found._replace(text=text)
        message = f"{', '.join(map(quote, asked)) or 'nothing'} names no document, and the text is of none"
        allowed = f"a doc_id, or the raw or clean text, of one of {', '.join(self._named)}"
        raise fail("unknown-document", path, message, allowed, line)

    def _of(self, text: str) -> Base | None:
        """The document with this text; of two, the first."""
        if not self._known:
            for base in (base for document in self._named.values() for base in bases(document)):
                self._known.setdefault(base.text.rstrip(), base)
        return self._known.get(text.rstrip())


def _fitting(document: GoldDocument, text: str, path: Path, line: int) -> Base:
    for base in bases(document):
        if base.text.rstrip() == text.rstrip():
            return base._replace(text=text)
    raise _parted(text, bases(document), path, line)


def bases(document: GoldDocument) -> Iterator[Base]:
    """The raw and the clean text of a document, the clean one made only when it is asked for."""
    yield Base(document, RAW, document.text)
    yield Base(document, CLEAN, clean(document.text, document.segments, document.errata).text)


def _parted(text: str, candidates: Iterable[Base], path: Path, line: int) -> InputError:
    """The error for a text that is not quite the document's: where it parts from the nearer of the two."""
    place, near = max(((shared(base.text, text), base) for base in candidates), key=lambda one: one[0])
    here, there = (quote(side[place : place + _SHOWN]) for side in (text, near.text))
    row = text.count("\n", 0, place) + 1
    message = f"the text parts from the {near.offsets} text of {near.document.doc_id} at character {place}"
    return fail(
        "other-text", path, f"{message} (line {row} of it): {here}", f"the {near.offsets} text has {there}", line
    )


def file_name(doc_id: str, path: Path) -> str:
    """A document's identifier as the name of a file in a folder. Raises InputError for one that would leave it."""
    if not _FILE_NAME.fullmatch(doc_id):
        allowed = "at most 200 characters, no slash, backslash, colon or control character, no dot in front"
        raise fail("unsafe-name", path, f"{quote(doc_id)} cannot be the name of a file", allowed)
    return doc_id


def files_of(path: Path, *endings: str) -> list[Path]:
    """The file, or those of a folder with one of these endings, by name; folders inside it are not entered.

    Raises InputError: missing-file, empty-folder, archive.
    """
    if not path.is_dir():
        _refuse_archive(path)
        return [path]
    found = sorted(inner for inner in path.iterdir() if inner.suffix in endings and inner.is_file())
    if not found:
        raise fail("empty-folder", path, "the folder has no annotations", f"expected files *{', *'.join(endings)}")
    return found


def _refuse_archive(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise fail("missing-file", path, f"cannot be read: {error.strerror}", "expected a file or a folder") from None
    if start.startswith(_ARCHIVES):
        raise fail("archive", path, "this is an archive", "unpack it and name a file in it, or the folder")


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder, whole or not at all.

    Raises InputError where there is one that is not empty, which may be an annotator's work; OSError.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise fail("folder-exists", path, "there is something here already", "name a new or an empty folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        for name, content in files.items():
            (made / name).write_bytes(content)
        made.chmod(0o755)
        made.replace(path)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
