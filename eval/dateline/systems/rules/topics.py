"""What a claim is about: the words that its trigger governs, and the concept that they point to."""

from __future__ import annotations

import re

from dateline.systems.rules.claims import Claim, Report
from dateline.systems.rules.concepts import Codebook, Topic, stems
from dateline.systems.rules.quotations import Offsets

_PRONOUN = re.compile(
    r"\b(?:it|they|them|he|she)\b|\b(?:this|that|so)(?=\s*[,.;\"\u201d]|\s*$|\s+(?:is|was|would)\b)", re.IGNORECASE
)
_CLAUSE = re.compile(r"[;:]|, (?:and|but|while)\b|\bbut\b")
_AGENT = re.compile(r"\s+by\b")
_HOLDING_BACK = ("hesitates", "withholds")
_CONDITIONS = ("unless", "without")
_SPARE = 2  # words of content that a clause with a pronoun may have and still point back
_TAIL = 40  # code points after a verb at most, if what it reports stands before it


def words(report: Report, claim: Claim) -> str:
    """The trigger itself, in lower case."""
    return report.text[slice(*claim.trigger.span)].lower()


def complement(report: Report, claim: Claim) -> str:
    """What the trigger governs: the quotation or clause for a tag; for judging words and passives the whole clause."""
    trigger = claim.trigger
    if claim.tag and claim.quotation is not None:
        return report.text[slice(*report.quoted[claim.quotation])]
    said, comma, _ = report.text[claim.segment.start : trigger.start].rpartition(",")
    if claim.tag and comma and trigger.end_of_clause - trigger.end < _TAIL:
        return said
    after = report.text[trigger.end : trigger.end_of_clause]
    if trigger.spoken and words(report, claim) in _CONDITIONS:
        return after.split(", ")[0]
    bare = claim.quotation is not None and not stems(after)
    whole = trigger.spoken or bare or _AGENT.match(after)
    return f"{_clause_before(report, claim)} {after}" if whole else after


def object_of(report: Report, claim: Claim) -> str:
    """What follows a verb up to a comma; nothing where its agent follows."""
    after = report.text[claim.trigger.end : claim.trigger.end_of_clause]
    return "" if _AGENT.match(after) else after.split(", ")[0]


def _clause_before(report: Report, claim: Claim) -> str:
    """The last clause of what stands between the holder, or the start of the sentence, and the trigger."""
    start = claim.segment.start
    if claim.holder.end < claim.trigger.start:
        start = max(start, claim.holder.end)
    return _CLAUSE.split(report.text[start : claim.trigger.start])[-1]


def topic(report: Report, book: Codebook, claim: Claim, act: str, governed: str) -> Topic | None:
    """The topic of what is governed; of a bare trigger, or one with a pronoun, that of the sentences before."""
    start, end = _stretch(report, claim)
    sentence = report.text[start:end]
    if found := book.best(act, sentence if act == "denies" else governed, sentence):
        return found
    if not _is_bare(act, governed):
        return None
    wider = (book.best(act, f"{governed} {before}", sentence) for before in _before(report, start))
    return book.best(act, sentence, "") or next((found for found in wider if found), None)


def _is_bare(act: str, governed: str) -> bool:
    """Whether a complement says too little by itself: nothing, one word after "wary of", or little but a pronoun."""
    content = len(stems(governed.split(", ")[0]))
    if act != "calls_for" and _PRONOUN.search(governed):
        return content <= _SPARE
    return content <= (act in _HOLDING_BACK)


def _stretch(report: Report, claim: Claim) -> Offsets:
    """The sentence, or the part of it that is quoted with the trigger."""
    start, end = claim.segment.start, claim.segment.end
    if claim.quotation is None:
        return start, end
    quoted = report.quoted[claim.quotation]
    return max(start, quoted[0]), min(end, quoted[1])


def _before(report: Report, start: int) -> tuple[str, ...]:
    """The sentence before an offset, then that with the one before it."""
    previous = [found.text or "" for found in report.segments if found.end <= start][-2:]
    return (previous[-1], " ".join(previous)) if previous else ()
