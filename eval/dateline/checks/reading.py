"""From files to a view: what is not UTF-8, not JSON or not its schema becomes a problem and is left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dateline.checks.anchors import LAYERS, anchors
from dateline.checks.view import Accepted, DocumentView, Located, Place, View
from dateline.corpus import document_folders
from dateline.errors import InputError, Problem
from dateline.files import Line, read_lines, read_text
from dateline.model import Concept, Document, Entity, Erratum, Figure, Mention, Record, Segment, Stance
from dateline.validation import dotted, problems
from dateline.vocabulary import KINDS

R = TypeVar("R", bound=Record)


class Reader:
    """Reads a data root; `problems` fills on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def view(self) -> View:
        """All that can be read. Raises InputError (missing-corpus)."""
        gold = self.root / "annotations"
        documents = [self.document(folder) for folder in document_folders(self.root)]
        registry = self.records(gold / "entities.jsonl", Entity)
        concepts = self.records(gold / "concepts.jsonl", Concept)
        accepted = self.records(gold / "accepted.jsonl", Accepted) if (gold / "accepted.jsonl").exists() else ()
        guidelines = self.text(gold / "GUIDELINES.md")
        self.text(self.root / "corpus" / "VERSION")
        found = tuple(document for document in documents if document)
        return View(self.root, found, registry, concepts, accepted, guidelines, whole=not self.problems)

    def document(self, folder: Path) -> DocumentView | None:
        """A document; None where it has no text that offsets could count in."""
        doc_id, gold = folder.name, self.root / "annotations" / folder.name
        text = self.text(folder / "text.txt")
        if text is None:
            return None
        return DocumentView(
            doc_id=doc_id,
            file=self.place(folder / "text.txt").file,
            text=text,
            document=self.document_record(folder / "document.json", doc_id),
            segments=self.records(folder / "segments.jsonl", Segment, doc_id),
            errata=self.records(folder / "errata.jsonl", Erratum, doc_id),
            entities=self.records(gold / "entities.jsonl", Mention, doc_id),
            figures=self.records(gold / "figures.jsonl", Figure, doc_id),
            stances=self.records(gold / "stances.jsonl", Stance, doc_id),
        )

    def text(self, path: Path) -> str | None:
        """A UTF-8 file as it is."""
        try:
            return read_text(path)
        except InputError as error:
            self.note(error, path)
            return None

    def document_record(self, path: Path, doc_id: str) -> Located[Document] | None:
        """The one record of document.json; its problems have no line."""
        text = self.text(path)
        return None if text is None else self.record(Line(0, text.encode()), self.place(path, 0, doc_id), Document)

    def records(self, path: Path, struct: type[R], doc_id: str = "") -> tuple[Located[R], ...]:
        """The records of a JSON Lines file."""
        found = (self.record(line, self.place(path, line.number, doc_id), struct) for line in self.lines(path))
        return tuple(at for at in found if at)

    def lines(self, path: Path) -> Iterator[Line]:
        """The lines that can be read."""
        try:
            yield from read_lines(path)
        except InputError as error:
            self.note(error, path)

    def record(self, line: Line, place: Place, struct: type[R]) -> Located[R] | None:
        """The record on a line, or None with the problems noted. What passes here, `dateline.corpus.load` reads."""
        try:
            value = json.loads(line.content, object_pairs_hook=_unique)
        except UnicodeDecodeError as error:
            self.add("invalid-utf8", place, f"byte {error.start} of the line is not UTF-8", "expected UTF-8")
            return None
        except (ValueError, RecursionError) as error:
            place = place._replace(line=place.line or getattr(error, "lineno", 0))
            self.add("malformed-json", place, f"not JSON: {error}", "expected one JSON object without repeated keys")
            return None
        place = place._replace(record=_name(value, place.doc_id))
        if not self.fits(struct.__name__.lower(), value, place):
            return None
        try:
            record = msgspec.json.decode(line.content, type=struct)
        except msgspec.DecodeError as error:
            self.add("unreadable-record", place, str(error), f"expected the keys {', '.join(struct.__struct_fields__)}")
            return None
        return Located(record, place._replace(start=getattr(record, "start", None), end=getattr(record, "end", None)))

    def fits(self, kind: str, value: object, place: Place) -> bool:
        """Whether a value is as its schema says; a record of annotations/accepted.jsonl has none."""
        found = list(problems(kind, value)) if kind in KINDS else []
        for finding in found:
            path = dotted(finding.path)
            anchor = f"{LAYERS.get(kind)}-{finding.path[0]}" if path else ""
            message = f"{path}: {finding.message}" if path else finding.message
            self.add(finding.code, place, message, finding.allowed, anchor if anchor in anchors() else "")
        return not found

    def note(self, error: InputError, path: Path) -> None:
        """Note what keeps a file from being read."""
        self.problems += (problem._replace(file=self.place(path).file) for problem in error.problems)

    def add(self, code: str, place: Place, message: str, allowed: str, anchor: str = "") -> None:
        """Note an error."""
        self.problems.append(Problem(code, "error", place.file, place.line, place.record, message, allowed, anchor))

    def place(self, path: Path, line: int = 0, doc_id: str = "") -> Place:
        """A place with the file as problems name it."""
        return Place(path.relative_to(self.root).as_posix(), line, doc_id)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError for a key that stands twice: JSON readers differ in which one they take."""
    made = dict(pairs)
    if len(made) < len(pairs):
        repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        raise ValueError(f"a key stands twice: {', '.join(repeated)}")
    return made


def _name(value: object, doc_id: str) -> str:
    """How problems name a record: document and identifier, as far as it has them."""
    keys = value if isinstance(value, dict) else {}
    names = (doc_id, *(keys.get(key) for key in ("id", "entity_id", "concept_id")))
    return "/".join([name for name in names if isinstance(name, str) and name][:2])
