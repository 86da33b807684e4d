"""Records as frozen structs. All spans are half-open and count Unicode code points of the raw text.

One struct serves gold and predictions, so that one code compares both: every field that a system may leave out has a
default. What gold must carry beyond that is said by the JSON Schemas and proved by `dateline check`. Labels are plain
strings; the schemas hold the vocabulary.
"""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Base of all records: frozen, and an unknown key is an error. The garbage collector leaves them alone, for they
    hold no cycles."""


class Span(Record, frozen=True, kw_only=True):
    """A stretch of the raw text."""

    start: int
    end: int


class TextSpan(Span, frozen=True, kw_only=True):
    """A span with the text that it covers."""

    text: str | None = None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span of a text without the white space at its ends; of nothing else, the empty span at its start."""
    words = text[start:end]
    core = words.strip()
    first = start + words.find(core)
    return first, first + len(core)


class Reference(Record, frozen=True, kw_only=True):
    """An entity as a record points at it: by identifier or name (`entity_id`), by a mention (`start`, `end`), or both.

    In gold, `entity_id` is an entry of annotations/entities.jsonl; in a prediction it is the system's own or a name.
    """

    entity_id: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


EntityRef = str | Reference


class Bound(Record, frozen=True, kw_only=True):
    """One end of a range; `inclusive` where the bound itself is allowed."""

    value: int | float
    inclusive: bool


class Unit(Record, frozen=True, kw_only=True):
    """A measuring unit: as in the text, and as UCUM code."""

    text: str | None = None
    ucum: str | None = None


class Counted(Record, frozen=True, kw_only=True):
    """What a figure counts; offsets are None where the head noun is understood."""

    text: str
    start: int | None = None
    end: int | None = None
    entities: tuple[EntityRef, ...] = ()


class Time(Record, frozen=True, kw_only=True):
    """A time expression with its EDTF reading."""

    edtf: str
    text: str | None = None
    start: int | None = None
    end: int | None = None


class Document(Record, frozen=True, kw_only=True):
    """document.json: where a text comes from and what may be done with it."""

    doc_id: str
    title: str | None
    publisher: str
    dateline: str
    place: str
    date: str
    weekday: str
    date_note: str
    language: str
    genre: str
    source_file: str
    sha256: str
    bytes: int
    code_points: int
    rights_text: str
    rights_annotations: str
    rights_code: str
    canary: str


class Segment(Span, frozen=True, kw_only=True):
    """A sentence, heading, dateline, caption or credit."""

    id: str = ""
    doc_id: str = ""
    text: str | None = None
    kind: str | None = None


class Erratum(Span, frozen=True, kw_only=True):
    """A defect of the source: replacing raw[start:end] by `intended` mends it."""

    id: str
    doc_id: str
    segment_id: str
    text: str
    intended: str
    kind: str
    note: str | None = None


class Annotation(Span, frozen=True, kw_only=True):
    """What the records of the three annotated layers have in common."""

    id: str = ""
    doc_id: str = ""
    segment_id: str = ""
    text: str | None = None
    optional: bool = False
    optional_reason: str | None = None
    alternatives: dict[str, tuple[str, ...]] = {}

    def accepts(self, field: str, label: object) -> bool:
        """Whether `label` is right for `field`: the record's own label or a listed alternative."""
        return label == getattr(self, field) or label in self.alternatives.get(field, ())


class Mention(Annotation, frozen=True, kw_only=True):
    """A place in the text where an entity is referred to."""

    type: str
    subtype: str | None = None
    level: str = "name"
    entity_id: str | None = None
    head: TextSpan | None = None
    wikidata: str | None = None  # predictions only: gold keeps identifiers in the registry


class Figure(Annotation, frozen=True, kw_only=True):
    """A quantity in digits or words."""

    comparator: str = "exact"
    value: int | float | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    term: str | None = None
    unit: Unit | None = None
    counted: Counted | None = None
    category: str | None = None
    status: str | None = None
    measure: str | None = None
    source: tuple[EntityRef, ...] = ()
    place: tuple[EntityRef, ...] = ()
    time: Time | None = None
    fact_id: str | None = None
    fraction_of: TextSpan | None = None


class Stance(Annotation, frozen=True, kw_only=True):
    """A passage in which a holder takes a position toward a concept.

    A prediction may name its evidence by `segment_ids` alone; its start and end are then None.
    """

    start: int | None = None  # type: ignore[assignment]  # a prediction may give segment_ids instead
    end: int | None = None  # type: ignore[assignment]
    holder: EntityRef
    concept_id: str
    polarity: str
    segment_ids: tuple[str, ...] = ()
    on_behalf_of: EntityRef | None = None
    via: tuple[EntityRef, ...] = ()
    target: TextSpan | None = None
    act: str | None = None
    basis: str | None = None
    quotation: str | None = None
    certainty: str | None = None
    expression: tuple[TextSpan, ...] = ()


class Entity(Record, frozen=True, kw_only=True):
    """A record of the registry annotations/entities.jsonl."""

    entity_id: str
    type: str
    name: str
    subtype: str | None = None
    aliases: tuple[str, ...] = ()
    part_of: str | None = None
    related: str | None = None
    wikidata: str | None = None
    geonames: int | None = None
    iso3166: str | None = None


class Concept(Record, frozen=True, kw_only=True):
    """An entry of the codebook annotations/concepts.jsonl."""

    concept_id: str
    kind: str
    proposition: str
    definition: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


class Prediction(Record, frozen=True, kw_only=True):
    """What a system says about one document; a layer that is None was not attempted.

    `offsets` names the text into which offsets count: what was read always counts in the raw one. `error` is why the
    system gave nothing.
    """

    doc_id: str
    system: str | None = None
    offsets: str = "raw"
    error: str | None = None
    segments: tuple[Segment, ...] | None = None
    entities: tuple[Mention, ...] | None = None
    figures: tuple[Figure, ...] | None = None
    stances: tuple[Stance, ...] | None = None
