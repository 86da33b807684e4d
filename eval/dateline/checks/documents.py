"""Rules for document.json, the raw text and the folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from dateline.checks.view import DocumentView, Flaw, Located, Place, Rule, View
from dateline.model import Document
from dateline.validation import quote
from dateline.vocabulary import schema


def _readable(view: View) -> Iterator[tuple[DocumentView, Located[Document]]]:
    return ((document, document.document) for document in view.documents if document.document)


def sha256(view: View) -> Iterator[Flaw]:
    """sha256 is the SHA-256 of text.txt."""
    for document, at in _readable(view):
        actual = hashlib.sha256(document.text.encode()).hexdigest()
        if at.record.sha256 != actual:
            yield at.flaw(f"sha256 is {quote(at.record.sha256)}", f"text.txt has {actual}")


def size_in_bytes(view: View) -> Iterator[Flaw]:
    """`bytes` is the size of text.txt."""
    for document, at in _readable(view):
        if at.record.bytes != len(document.text.encode()):
            yield at.flaw(f"bytes is {at.record.bytes}", f"text.txt has {len(document.text.encode())}")


def size_in_code_points(view: View) -> Iterator[Flaw]:
    """`code_points` is the length of text.txt."""
    for document, at in _readable(view):
        if at.record.code_points != len(document.text):
            yield at.flaw(f"code_points is {at.record.code_points}", f"text.txt has {len(document.text)}")


def source_differs(view: View) -> Iterator[Flaw]:
    """text.txt is its source byte for byte. A wheel carries no seeds/, and nothing is compared then."""
    for document, at in _readable(view):
        source = view.root / at.record.source_file
        if not (view.root / "seeds").is_dir():
            continue
        if not source.is_file():
            yield at.flaw(f"source_file {quote(at.record.source_file)} does not exist", "a file in seeds/")
        elif source.read_bytes() != document.text.encode():
            yield at.flaw(f"text.txt differs from {quote(at.record.source_file)}", "byte for byte the same")


def weekday(view: View) -> Iterator[Flaw]:
    """The day of the week is that of the date."""
    days = schema("document")["properties"]["weekday"]["enum"]  # from Monday on; strftime would follow the locale
    for _, at in _readable(view):
        try:
            actual = days[date.fromisoformat(at.record.date).weekday()]
        except ValueError:
            actual = "no day of the calendar"
        if at.record.weekday != actual:
            yield at.flaw(f"weekday is {quote(at.record.weekday)}", f"{at.record.date} is {actual}")


def dateline_text(view: View) -> Iterator[Flaw]:
    """The dateline is quoted from the raw text."""
    for document, at in _readable(view):
        if at.record.dateline not in document.text:
            yield at.flaw(f"dateline {quote(at.record.dateline)} is not in text.txt", "as it stands in the raw text")


def canary(view: View) -> Iterator[Flaw]:
    """All documents carry the canary of the data statement, corpus/README.md; without one, that of the first."""
    statement = view.root / "corpus" / "README.md"
    carried = [at.record.canary.encode() for _, at in _readable(view)]
    known = statement.read_bytes() if statement.is_file() else b"".join(carried[:1])
    for _, at in _readable(view):
        if at.record.canary.encode() not in known:
            guid = at.record.canary.rpartition(" ")[2]
            yield at.flaw(f"canary has the GUID {quote(guid)}", "all documents carry that of corpus/README.md")


def stray_folder(view: View) -> Iterator[Flaw]:
    """Every folder in corpus/ and annotations/ is that of a document."""
    for folder in (*view.root.glob("corpus/*/"), *view.root.glob("annotations/*/")):
        if not (view.root / "corpus" / folder.name / "document.json").exists():
            place = Place(folder.relative_to(view.root).as_posix())
            yield Flaw(place, f"folder {quote(folder.name)} is of no document", "corpus/<doc>/document.json beside it")


RULES = {
    "sha256": Rule(sha256),
    "bytes": Rule(size_in_bytes),
    "code-points": Rule(size_in_code_points),
    "source-differs": Rule(source_differs),
    "weekday": Rule(weekday),
    "dateline-text": Rule(dateline_text),
    "canary": Rule(canary),
    "stray-folder": Rule(stray_folder),
}
