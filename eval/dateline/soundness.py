"""What is wrong with a predicted record that is of the right types: offsets, quoted text, names that must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from dateline.corpus import Corpus, GoldDocument
from dateline.model import Counted, EntityRef, Erratum, Figure, Mention, Record, Reference, Segment, Span, Stance, Time
from dateline.times import readings
from dateline.validation import Finding, quote
from dateline.vocabulary import labels

WARNINGS = frozenset({"bad-edtf"})
"""Codes of findings that leave a record as it is; every other code makes it a bad one."""

Path = tuple[str | int, ...]
Stretch = Span | Reference | Counted | Time
Pointer = tuple[Path, EntityRef]


RAW, CLEAN = "raw", "clean"
"""The texts that offsets may count in."""


class Ground(NamedTuple):
    """All that predictions are held against: a document as systems are given it. No gold beyond that.

    `text` is what offsets count in, and `side` says which text that is, RAW or CLEAN. Segments are by identifier.
    """

    doc_id: str
    text: str
    segments: Mapping[str, Segment]
    errata: tuple[Erratum, ...]
    concepts: frozenset[str]
    side: str = RAW


def ground(document: GoldDocument, corpus: Corpus) -> Ground:
    """What a prediction for this document may point at."""
    segments = {segment.id: segment for segment in document.segments}
    return Ground(document.doc_id, document.text, segments, document.errata, frozenset(corpus.concepts))


def is_whole(record: Record) -> bool:
    """Whether a decoded record keeps the schema's rules about several keys, which no struct can say.

    Each span has both offsets or none, and offsets or a text; an identifier does for a reference, and for a stance
    segments, of which none is named twice.
    """
    return all(_has_place(stretch) for _, stretch in stretches(record))


def _has_place(stretch: Stretch) -> bool:
    if isinstance(stretch, Counted | Time):  # wordings need no place
        return True
    if isinstance(stretch, Stance):
        evidence = stretch.segment_ids or None not in (stretch.start, stretch.end) or stretch.text is not None
        return bool(evidence) and len(set(stretch.segment_ids)) == len(stretch.segment_ids)
    if stretch.start is None or stretch.end is None:
        named = isinstance(stretch, Reference) and stretch.entity_id is not None
        return stretch.start is stretch.end and (named or _text(stretch) is not None)
    return True


def is_placed(record: Record) -> bool:
    """Whether a record that was strictly decoded is whole and holds no quote: no reference with a text and no offsets.

    What `is_whole` says for all records in one way, said in a short one for those whose spans are known to be placed.
    """
    if isinstance(record, Stance):
        evidence = record.segment_ids or None not in (record.start, record.end)
        if not evidence or len(set(record.segment_ids)) < len(record.segment_ids):
            return False
    return all(
        (ref.start is None) == (ref.end is None)
        and (ref.start is not None or (ref.entity_id is not None and ref.text is None))
        for _, ref in mentioned(record)
    )


def is_sound(record: Record, on: Ground) -> bool:
    """Whether a record that was strictly decoded can be taken as it is: it has no fault, and its place throughout.

    The first clause says for what most records are, without a head and in no need of a generator, what the second says
    for all.
    """
    if (isinstance(record, Mention) and not record.head) or isinstance(record, Segment):
        in_text = record.start < record.end <= len(on.text) and record.doc_id in ("", on.doc_id)
        quoted = record.text is None or record.text == on.text[record.start : record.end]
        return in_text and quoted and not (isinstance(record, Mention) and record.subtype and any(_subtype(record)))
    return is_placed(record) and next(faults(record, on), None) is None


def faults(record: Record, on: Ground) -> Iterator[Finding]:
    """What is wrong, in a record of any layer. Codes: other-document, offset-incomplete, offset-reversed,
    offset-beyond-text, text-mismatch, subtype-of-other-type, unknown-concept, unknown-segment, bad-edtf (a warning)."""
    if (said := getattr(record, "doc_id", "")) not in ("", on.doc_id):
        yield Finding(("doc_id",), "other-document", f"the record is of {quote(said)}", f"the line is of {on.doc_id}")
    for path, stretch in stretches(record):
        yield from _misplaced(path, stretch, on)
    if isinstance(record, Mention):
        yield from _subtype(record)
    if isinstance(record, Figure) and record.time and readings(record.time.edtf) is None:
        yield Finding(("time", "edtf"), "bad-edtf", f"{quote(record.time.edtf)} is not EDTF", "it equals no gold time")
    if isinstance(record, Stance):
        yield from _unknown(record, on)


def _misplaced(path: Path, stretch: Stretch, on: Ground) -> Iterator[Finding]:
    """What is wrong with the offsets, else with the text that is quoted for them. No offsets are right."""
    start, end, text = stretch.start, stretch.end, on.text
    if start is None or end is None:
        if start is not end and isinstance(stretch, Stance | Counted | Time):  # of all others, the schema says it
            yield Finding(path, "offset-incomplete", "only one of start and end is given", "give both or neither")
    elif end <= start:
        yield Finding((*path, "end"), "offset-reversed", f"end {end} is not after start {start}", "spans are half-open")
    elif end > len(text):
        message = f"end {end} is beyond the text"
        yield Finding((*path, "end"), "offset-beyond-text", message, f"the {on.side} text has {len(text)} code points")
    elif start >= 0 and _claimed(stretch) not in (None, text[start:end]):
        allowed = f"the {on.side} text from {start} to {end} is {quote(text[start:end])}"
        yield Finding((*path, "text"), "text-mismatch", f"the text is given as {quote(_claimed(stretch))}", allowed)


def _claimed(stretch: Stretch) -> str | None:
    """The text that a record claims to stand at its offsets; words counted and times are free wordings."""
    return None if isinstance(stretch, Counted | Time) else _text(stretch)


def _text(stretch: Stretch) -> str | None:
    return cast("str | None", getattr(stretch, "text", None))


def _subtype(mention: Mention) -> Iterator[Finding]:
    subtypes = labels("entity", "subtype")
    if mention.subtype not in subtypes or subtypes[mention.subtype]["x-type"] == mention.type:
        return
    if mention.type not in labels("entity", "type"):  # a label of a label map, which has no subtypes here
        return
    known = [label for label, entry in subtypes.items() if entry["x-type"] == mention.type]
    message = f"{quote(mention.subtype)} is a subtype of {subtypes[mention.subtype]['x-type']}, not of {mention.type}"
    allowed = f"subtypes of {mention.type}: {', '.join(known)}" if known else f"{mention.type} has no subtypes"
    yield Finding(("subtype",), "subtype-of-other-type", message, allowed)


def _unknown(stance: Stance, on: Ground) -> Iterator[Finding]:
    if stance.concept_id not in on.concepts:
        message, known = f"{quote(stance.concept_id)} is not in the codebook", ", ".join(sorted(on.concepts))
        yield Finding(("concept_id",), "unknown-concept", message, f"known: {known}")
    for index, segment_id in enumerate(stance.segment_ids):
        if segment_id not in on.segments:
            allowed = f"{on.doc_id} has the segments {min(on.segments, default='')} to {max(on.segments, default='')}"
            message = f"{quote(segment_id)} is not a segment"
            yield Finding(("segment_ids", index), "unknown-segment", message, allowed)


def references(record: Record) -> Iterator[Pointer]:
    """The entities that a figure or a stance points at, each with its path in the record."""
    if isinstance(record, Stance):
        single = {"holder": record.holder, "on_behalf_of": record.on_behalf_of}
        yield from (((name,), ref) for name, ref in single.items() if ref is not None)
        yield from _listed(record.via, "via")
    elif isinstance(record, Figure):
        yield from _listed(record.source, "source")
        yield from _listed(record.place, "place")
        if record.counted:
            yield from _listed(record.counted.entities, "counted", "entities")


def _listed(refs: tuple[EntityRef, ...], *path: str) -> Iterator[Pointer]:
    return (((*path, index), ref) for index, ref in enumerate(refs))


def mentioned(record: Record) -> Iterator[tuple[Path, Reference]]:
    """Those of `references` that are objects and may have offsets."""
    return ((path, ref) for path, ref in references(record) if isinstance(ref, Reference))


def stretches(record: Record) -> Iterator[tuple[Path, Stretch]]:
    """Everything in a record that may have offsets, with its path: the record itself first."""
    yield (), cast("Span", record)
    for name in ("head", "counted", "time", "fraction_of", "target"):
        if (part := getattr(record, name, None)) is not None:
            yield (name,), part
    yield from ((("expression", index), part) for index, part in enumerate(getattr(record, "expression", ())))
    yield from mentioned(record)
