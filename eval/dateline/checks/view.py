"""What rules look at: all records that fit their schema, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from dateline.model import Concept, Document, Entity, Erratum, Figure, Mention, Record, Segment, Stance

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)


class Place(NamedTuple):
    """Where a flaw is: file (relative to the data root) and line, and the stretch of the document if there is one."""

    file: str
    line: int = 0
    doc_id: str = ""
    record: str = ""
    start: int | None = None
    end: int | None = None


class Flaw(NamedTuple):
    """What a rule finds; its code, level and anchor are the rule's."""

    place: Place
    message: str
    allowed: str


class Located(NamedTuple, Generic[R_co]):
    """A record and where it stands."""

    record: R_co
    place: Place

    def flaw(self, message: str, allowed: str) -> Flaw:
        """A flaw of this record."""
        return Flaw(self.place, message, allowed)


class DocumentView(NamedTuple):
    """One document; `document` is None where document.json could not be read."""

    doc_id: str
    file: str  # text.txt, relative to the data root
    text: str
    document: Located[Document] | None
    segments: tuple[Located[Segment], ...]
    errata: tuple[Located[Erratum], ...]
    entities: tuple[Located[Mention], ...]
    figures: tuple[Located[Figure], ...]
    stances: tuple[Located[Stance], ...]

    def annotations(self) -> tuple[Located[Any], ...]:
        """The records of the three annotated layers."""
        return (*self.entities, *self.figures, *self.stances)

    def records(self) -> Iterator[Located[Any]]:
        """The records of all layers."""
        return chain.from_iterable(self.layers())

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds a code point; between two, the one before it; None before the first."""
        before = [at.record for at in self.segments if at.record.start <= offset]
        return max(before, key=lambda segment: segment.start, default=None)

    def layers(self) -> tuple[tuple[Located[Any], ...], ...]:
        """The five layers, segments first."""
        return self.segments, self.errata, self.entities, self.figures, self.stances


class Accepted(Record, frozen=True, kw_only=True):
    """A line of annotations/accepted.jsonl: a warning that was looked at and stays, and why."""

    code: str
    doc_id: str
    start: int
    end: int
    text: str
    reason: str


class View(NamedTuple):
    """A data root; `whole` unless something in it could not be read. `guidelines` is None where there are none."""

    root: Path
    documents: tuple[DocumentView, ...]
    registry: tuple[Located[Entity], ...]
    concepts: tuple[Located[Concept], ...]
    accepted: tuple[Located[Accepted], ...]
    guidelines: str | None
    whole: bool

    def entities(self) -> dict[str, Entity]:
        """The registry by identifier."""
        return {at.record.entity_id: at.record for at in self.registry}

    def records(self) -> Iterator[tuple[DocumentView, Located[Any]]]:
        """Every record of every layer with its document."""
        return ((document, at) for document in self.documents for at in document.records())

    def annotations(self) -> Iterator[tuple[DocumentView, Located[Any]]]:
        """Every mention, figure and stance with its document."""
        return ((document, at) for document in self.documents for at in document.annotations())

    def errata(self) -> Iterator[tuple[DocumentView, Located[Erratum]]]:
        """Every erratum with its document."""
        return ((document, at) for document in self.documents for at in document.errata)

    def mentions(self) -> Iterator[tuple[DocumentView, Located[Mention]]]:
        """Every mention with its document."""
        return ((document, at) for document in self.documents for at in document.entities)

    def figures(self) -> Iterator[tuple[DocumentView, Located[Figure]]]:
        """Every figure with its document."""
        return ((document, at) for document in self.documents for at in document.figures)

    def stances(self) -> Iterator[tuple[DocumentView, Located[Stance]]]:
        """Every stance with its document."""
        return ((document, at) for document in self.documents for at in document.stances)


class Rule(NamedTuple):
    """A function that yields flaws, the section of the guidelines that it enforces, and how grave a flaw is.

    With `whole`, it concludes from absence and is left out where part of the data could not be read.
    """

    find: Callable[[View], Iterator[Flaw]]
    anchor: str = ""
    level: str = "error"
    whole: bool = False


def repeated(items: Iterable[Located[R]], key: Callable[[R], Any]) -> Iterator[tuple[Located[R], Located[R]]]:
    """Every item whose key stood before, with the first that has it; a key of None is not one."""
    first: dict[Any, Located[R]] = {}
    for at in items:
        value = key(at.record)
        if value is not None and first.setdefault(value, at) is not at:
            yield at, first[value]


def grouped(items: Iterable[Located[R]], key: Callable[[R], Any]) -> Iterator[list[Located[R]]]:
    """The items that share a key."""
    ordered = sorted(items, key=lambda at: key(at.record))
    return (list(group) for _, group in groupby(ordered, key=lambda at: key(at.record)))
