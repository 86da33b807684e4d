"""Stances by rules: claims of holders, read against the concept of the codebook that they are most likely about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dateline.model import Concept, Mention, Segment, Stance, TextSpan
from dateline.systems.rules.claims import Report, claims
from dateline.systems.rules.concepts import Codebook
from dateline.systems.rules.readings import Reading, read


def stances(
    text: str, segments: Iterable[Segment], mentions: Sequence[Mention], concepts: Sequence[Concept]
) -> Iterator[Stance]:
    """One stance for each holder, concept and polarity of a passage; none without a codebook."""
    if not concepts:
        return
    report, book = Report(text, tuple(segments), mentions), Codebook(concepts)
    groups: defaultdict[tuple[object, ...], list[Reading]] = defaultdict(list)
    for claim in claims(report):
        if reading := read(report, book, claim):
            groups[_group(report, reading)].append(reading)
    yield from (_stance(text, readings) for readings in groups.values())


def _group(report: Report, reading: Reading) -> tuple[object, ...]:
    """What the readings of one record share; a quotation is a passage, and so is the narrative of a sentence."""
    claim = reading.claim
    passage = -claim.segment.start - 1 if claim.quotation is None else report.passages[claim.quotation]
    holder = claim.holder.name or claim.holder.reference.start
    return passage, holder, reading.concept_id, reading.polarity


def _stance(text: str, readings: Sequence[Reading]) -> Stance:
    """The record of a passage: the labels of the first word, with all words as expressions."""
    first = readings[0]
    start = min(reading.claim.segment.start for reading in readings)
    end = max(reading.claim.segment.end for reading in readings)
    spans = sorted({reading.claim.trigger.span for reading in readings})
    return Stance(
        start=start,
        end=end,
        text=text[start:end],
        holder=first.claim.holder.reference,
        concept_id=first.concept_id,
        polarity=first.polarity,
        act=first.act,
        basis=first.basis,
        quotation=first.quotation,
        certainty=first.certainty,
        via=tuple(holder.reference for holder in first.claim.via),
        expression=tuple(TextSpan(start=a, end=b, text=text[a:b]) for a, b in spans),
    )
