"""Rules for stances: who holds them, where the evidence is, and fields that hang together; and for the codebook."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.checks.text import parts
from dateline.checks.view import DocumentView, Flaw, Located, Rule, View, grouped, repeated
from dateline.model import Reference, Segment, Stance
from dateline.validation import quote

QUOTED = ("direct", "mixed")
MARKS = frozenset('"“”„«»')


def _concepts(at: Located[Stance]) -> tuple[str, ...]:
    return at.record.concept_id, *at.record.alternatives.get("concept_id", ())


def unknown_concept(view: View) -> Iterator[Flaw]:
    """Whatever names a concept names one of the codebook."""
    known = {at.record.concept_id for at in view.concepts}
    for _, at in view.stances():
        for concept_id in _concepts(at):
            if concept_id not in known:
                yield at.flaw(f"concept_id {quote(concept_id)} is unknown", "an entry of annotations/concepts.jsonl")


def unused_concept(view: View) -> Iterator[Flaw]:
    """Every concept of the codebook is used."""
    used = {concept_id for _, at in view.stances() for concept_id in _concepts(at)}
    for at in view.concepts:
        if at.record.concept_id not in used:
            yield at.flaw("no stance is toward this concept", "a codebook without dead entries")


def _holders(view: View) -> Iterator[tuple[DocumentView, Located[Stance], Reference]]:
    for document, at in view.stances():
        if isinstance(at.record.holder, Reference):
            yield document, at, at.record.holder


def holder_mention(view: View) -> Iterator[Flaw]:
    """The holder's span is a mention of the holder."""
    for document, at, holder in _holders(view):
        spans = {(mention.record.start, mention.record.end, mention.record.entity_id) for mention in document.entities}
        if (holder.start, holder.end, holder.entity_id) not in spans:
            there = document.text[holder.start : holder.end]
            yield at.flaw(f"holder {quote(there)} is no mention of {quote(holder.entity_id)}", "the span of a mention")


def holder_after_evidence(view: View) -> Iterator[Flaw]:
    """The holder is mentioned in or before the evidence."""
    for _, at, holder in _holders(view):
        _, end = _extent(at.record)
        if holder.start is not None and holder.start >= end:
            yield at.flaw(f"holder begins at {holder.start}", f"before {end}, the end of the evidence")


def _extent(stance: Stance) -> tuple[int, int]:
    """Start and end, which the schema requires of gold."""
    return stance.start or 0, stance.end or 0


def _evidence(document: DocumentView, stance: Stance) -> list[Segment]:
    segments = {at.record.id: at.record for at in document.segments}
    return [segments[segment_id] for segment_id in stance.segment_ids if segment_id in segments]


def unknown_segment(view: View) -> Iterator[Flaw]:
    """Evidence is segments of the document."""
    for document, at in view.stances():
        for segment_id in set(at.record.segment_ids) - {segment.id for segment in _evidence(document, at.record)}:
            yield at.flaw(f"segment_ids names {quote(segment_id)}", "segments of the document")


def evidence_run(view: View) -> Iterator[Flaw]:
    """Evidence is a run of neighbouring segments, in text order."""
    for document, at in view.stances():
        order = [segment.record.id for segment in document.segments]
        evidence = [segment.id for segment in _evidence(document, at.record)]
        if evidence and evidence != order[order.index(evidence[0]) :][: len(evidence)]:
            yield at.flaw(f"segment_ids is {quote(evidence)}", "neighbouring segments in text order")


def evidence_span(view: View) -> Iterator[Flaw]:
    """A stance spans its evidence: from the start of the first segment to the end of the last."""
    for document, at in view.stances():
        evidence = _evidence(document, at.record)
        span = (at.record.start, at.record.end)
        if evidence and span != (evidence[0].start, evidence[-1].end):
            yield at.flaw(f"start and end are {quote(span)}", f"{evidence[0].start} and {evidence[-1].end}")


def outside_evidence(view: View) -> Iterator[Flaw]:
    """Target and expression stand in the evidence."""
    for _, at in view.stances():
        start, end = _extent(at.record)
        for part in parts(at.record):
            inside = start <= part.start and part.end <= end
            if part.field.startswith(("target", "expression")) and not inside:
                allowed = f"in the evidence, {start} to {end}"
                yield at.flaw(f"{part.field}{part.start} to {part.end} is outside", allowed)


def via_holder(view: View) -> Iterator[Flaw]:
    """Nobody speaks for, or through, themselves."""
    for _, at, holder in _holders(view):
        if holder.entity_id in (*at.record.via, at.record.on_behalf_of):
            yield at.flaw(f"{quote(holder.entity_id)} is the holder too", "others in via and on_behalf_of")


def quotation_basis(view: View) -> Iterator[Flaw]:
    """What is said has words, direct, indirect or mixed; conduct and states of mind have none."""
    for _, at in view.stances():
        if (at.record.basis == "speech") == (at.record.quotation == "none"):
            message = f"basis {quote(at.record.basis)} with quotation {quote(at.record.quotation)}"
            yield at.flaw(message, "none for conduct and mental, another for speech")


def quotation_mark(view: View) -> Iterator[Flaw]:
    """Where words are quoted, there are quotation marks."""
    for document, at in view.stances():
        evidence = document.text[at.record.start : at.record.end]
        if at.record.quotation in QUOTED and not MARKS & set(evidence):
            yield at.flaw(f"quotation {quote(at.record.quotation)} without a quotation mark", "quoted words")


def repeated_stance(view: View) -> Iterator[Flaw]:
    """A position is recorded once for each passage."""
    for document in view.documents:
        for at, first in repeated(document.stances, lambda stance: (_question(stance), stance.polarity)):
            yield at.flaw(f"{first.record.id} says the same", "one record with all its expressions")


def favor_and_against(view: View) -> Iterator[Flaw]:
    """Nobody is for and against the same in one passage: that is mixed."""
    for document in view.documents:
        for group in grouped(document.stances, _question):
            if {"favor", "against"} <= {at.record.polarity for at in group}:
                yield group[-1].flaw(f"favor and against {quote(group[0].record.concept_id)}", "mixed, or one of both")


def _question(stance: Stance) -> tuple[str, ...]:
    """Who is asked about what, and where."""
    holder = stance.holder.entity_id if isinstance(stance.holder, Reference) else stance.holder
    return str(holder), stance.concept_id, *stance.segment_ids


RULES = {
    "unknown-concept": Rule(unknown_concept, "stances-concept_id"),
    "unused-concept": Rule(unused_concept, "concepts", level="warning", whole=True),
    "holder-mention": Rule(holder_mention, "stances-holder"),
    "holder-after-evidence": Rule(holder_after_evidence, "stances-holder"),
    "unknown-segment": Rule(unknown_segment, "stances-segment_ids"),
    "evidence-run": Rule(evidence_run, "stances-segment_ids"),
    "evidence-span": Rule(evidence_span, "stances-segment_ids"),
    "outside-evidence": Rule(outside_evidence, "stances-expression"),
    "via-holder": Rule(via_holder, "stances-via"),
    "quotation-basis": Rule(quotation_basis, "stances-quotation"),
    "quotation-mark": Rule(quotation_mark, "stances-quotation", level="warning"),
    "repeated-stance": Rule(repeated_stance, "stances", level="warning"),
    "favor-and-against": Rule(favor_and_against, "stances-polarity", level="warning"),
}
