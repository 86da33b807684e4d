"""The gold on disk as typed records. Reading is strict about shape; `dateline check` proves the rest."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from dateline.errors import UnknownNameError
from dateline.files import fail, read_lines, read_text, wrong_byte
from dateline.model import Concept, Document, Entity, Erratum, Figure, Mention, Record, Segment, Stance
from dateline.vocabulary import data_root

R = TypeVar("R", bound=Record)


class GoldDocument(NamedTuple):
    """A document with its gold. The layers bear the names that predictions use; all are in text order."""

    document: Document
    text: str
    segments: tuple[Segment, ...]
    errata: tuple[Erratum, ...]
    entities: tuple[Mention, ...]
    figures: tuple[Figure, ...]
    stances: tuple[Stance, ...]

    @property
    def doc_id(self) -> str:
        """The document's identifier."""
        return self.document.doc_id

    def segment_id(self, offset: int) -> str:
        """The segment that holds a code point; between two, the one before it; "" in a document without segments."""
        index = bisect_right(self.segments, offset, key=lambda segment: segment.start) - 1
        return self.segments[max(index, 0)].id if self.segments else ""


class Corpus(NamedTuple):
    """All documents, the entity registry and the concept codebook; `digest` is the SHA-256 of all data files."""

    root: Path
    version: str
    digest: str
    documents: tuple[GoldDocument, ...]
    registry: dict[str, Entity]
    concepts: dict[str, Concept]

    def document(self, doc_id: str) -> GoldDocument:
        """One document. Raises UnknownNameError."""
        for document in self.documents:
            if document.doc_id == doc_id:
                return document
        raise UnknownNameError("document", doc_id, [document.doc_id for document in self.documents])


def load(root: Path | str | None = None) -> Corpus:
    """The corpus of a checkout, or of the installed package where no root is given.

    Raises InputError naming file and line for what cannot be read.
    """
    base = Path(root) if root is not None else data_root()
    folders = document_folders(base)
    return Corpus(
        root=base,
        version=read_text(base / "corpus" / "VERSION").strip(),
        digest=digest(base),
        documents=tuple(load_document(base, folder.name) for folder in folders),
        registry={entity.entity_id: entity for entity in read_records(base / "annotations/entities.jsonl", Entity)},
        concepts={
            concept.concept_id: concept for concept in read_records(base / "annotations/concepts.jsonl", Concept)
        },
    )


def document_folders(root: Path) -> list[Path]:
    """The folders in corpus/ that hold a document, by name. Raises InputError where there is no corpus/ folder."""
    if not (root / "corpus").is_dir():
        raise fail("missing-corpus", root, "there is no corpus/ folder here", "expected corpus/, annotations/, schema/")
    return sorted(path.parent for path in (root / "corpus").glob("*/document.json"))


def load_document(root: Path, doc_id: str) -> GoldDocument:
    """One document with its gold. Raises InputError."""
    source, gold = root / "corpus" / doc_id, root / "annotations" / doc_id
    return GoldDocument(
        document=_decode(source / "document.json", 0, read_text(source / "document.json").encode(), Document),
        text=read_text(source / "text.txt"),
        segments=read_records(source / "segments.jsonl", Segment),
        errata=read_records(source / "errata.jsonl", Erratum),
        entities=read_records(gold / "entities.jsonl", Mention),
        figures=read_records(gold / "figures.jsonl", Figure),
        stances=read_records(gold / "stances.jsonl", Stance),
    )


def read_records(path: Path, kind: type[R]) -> tuple[R, ...]:
    """The records of a JSON Lines file. Raises InputError for the first line that is not one."""
    return tuple(_decode(path, line.number, line.content, kind) for line in read_lines(path))


def _decode(path: Path, line: int, content: bytes, kind: type[R]) -> R:
    try:
        return msgspec.json.decode(content, type=kind)
    except UnicodeDecodeError:  # msgspec counts within a string: decoding again finds the byte of the line
        raise fail("invalid-utf8", path, wrong_byte(content), "expected UTF-8", line) from None
    except msgspec.DecodeError as error:
        allowed = f"expected a {kind.__name__.lower()} record as its schema says"
        raise fail("unreadable-record", path, str(error), allowed, line) from None


def data_files(root: Path) -> Iterator[Path]:
    """The files that make up the gold, accepted warnings included, in a stable order: what the digest covers."""
    for pattern in ("corpus/*/*", "annotations/*.jsonl", "annotations/*/*.jsonl"):
        yield from sorted(path for path in root.glob(pattern) if path.is_file() and not path.name.startswith("."))


def digest(root: Path) -> str:
    """SHA-256 over name and content of every data file, as hexadecimal."""
    total = hashlib.sha256()
    for path in data_files(root):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
