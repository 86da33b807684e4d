"""Claims read against the codebook: the concept, and the labels of the record."""

from __future__ import annotations

import re
from typing import NamedTuple

from dateline.systems.rules.claims import Claim, Report
from dateline.systems.rules.concepts import Codebook, Topic, stems
from dateline.systems.rules.lexicon import CERTAINTIES, ENDING, MENTAL
from dateline.systems.rules.quotations import set_off
from dateline.systems.rules.topics import complement, object_of, topic, words
from dateline.systems.rules.triggers import lacks

_DECISIONS = frozenset({"enacts", "withholds", "leaves_open"})
_SETTLED = _DECISIONS | {"hesitates"}  # what others may blame the one for who decides
_OPPOSITE = {"favor": "against", "against": "favor"}
_CONDITION = re.compile(r"\b(?:unless|without)\b(?P<wanted>[^,;.]+)", re.IGNORECASE)
_NOT_AFTER = re.compile(r"\s+(?:not|never)\b|n['\u2019]t\b")
_WILL = re.compile(r"\b(?:will|would|plans? to|going to)\s+(?:\w+ly\s+)?$")
_NO = re.compile(r"\b(?:no|not|never)\b")
_END_AT_HEAD = re.compile(
    rf"\s*(?:(?:for|on)\s+)?(?:(?!to\b)[\w'-]+\s+){{0,6}}?to\s+(?P<end>{ENDING.pattern})", re.IGNORECASE
)
_END_LATER = re.compile(
    rf"(?:^\W*(?:(?:for|an?|the)\s+){{0,2}}|\b(?:be|been|is|are|stays?|remains?)\s+)(?P<end>{ENDING.pattern})",
    re.IGNORECASE,
)
_END_LAST = re.compile(rf"(?P<end>{ENDING.pattern})\W*$", re.IGNORECASE)
_HEAD = 60  # code points at the head of a complement
_HEDGED = 60  # code points before a trigger in which a word may lower the certainty


class Reading(NamedTuple):
    """A claim with the labels of its record."""

    claim: Claim
    concept_id: str
    polarity: str
    act: str
    basis: str
    quotation: str
    certainty: str


def read(report: Report, book: Codebook, claim: Claim) -> Reading | None:
    """The reading of a claim; None where no concept fits, or where a private person seems to decide."""
    act, governed = _act(report, claim), complement(report, claim)
    condition = _CONDITION.search(governed) if act == "warns" else None
    found = topic(report, book, claim, act, condition["wanted"] if condition else governed)
    if found is None or (act == "enacts" and claim.holder.sort == "person" and claim.holder.name is None):
        return None
    wanted = condition and found.concept.kind == "proposition"
    polarity = "favor" if wanted else _polarity(report, claim, found, governed)
    basis = _basis(report, claim, act)
    quotation = _quotation(report, claim) if basis == "speech" else "none"
    return Reading(claim, found.concept.concept_id, polarity, act, basis, quotation, _certainty(report, claim))


def reported(claim: Claim) -> bool:
    """Whether the holder tells the trigger of somebody else, in a quotation or before a tag."""
    early = claim.says is not None and claim.trigger.start < claim.says and claim.trigger.end < claim.holder.start
    return not claim.via and not claim.tag and (claim.quotation is not None or early)


def _act(report: Report, claim: Claim) -> str:
    """What is done: a decision to come is announced, one that is not taken is withheld, one that others miss blamed."""
    trigger = claim.trigger
    if trigger.act == "enacts" and trigger.negated:
        return "withholds"
    if trigger.act == "enacts" and _WILL.search(report.text[claim.segment.start : trigger.start]):
        return "intends"
    return "criticises" if reported(claim) and trigger.act in _SETTLED else trigger.act


def _polarity(report: Report, claim: Claim, topic: Topic, governed: str) -> str:
    """The side, measured against the proposition as the codebook states it."""
    trigger = claim.trigger
    if trigger.act == "enacts" and stems(words(report, claim)) & topic.all:
        return "favor"  # whoever bans a thing is for the ban of it
    if topic.concept.kind == "conduct":
        return "favor" if trigger.act in ("supports", "denies") else "against"
    if topic.concept.kind == "event":
        return "favor" if trigger.act in ("supports", "wants") and not ENDING.search(governed) else "against"
    turned = _turned(report, claim, topic, governed) != _refused(report, claim, governed)
    return _OPPOSITE.get(trigger.polarity, trigger.polarity) if turned else trigger.polarity


def _turned(report: Report, claim: Claim, topic: Topic, governed: str) -> bool:
    """Whether a want, a loss to come or an omission is blamed, which favours the thing; or its end is asked for."""
    trigger = claim.trigger
    blamed = trigger.act in ("criticises", "warns") and trigger.polarity == "against" and lacks(governed)
    omitted = reported(claim) and trigger.act in ("withholds", "hesitates")
    ended = governed if claim.tag or trigger.spoken else object_of(report, claim)
    return blamed or omitted or _ends(ended, topic)


def _refused(report: Report, claim: Claim, governed: str) -> bool:
    """Whether a negation stands with the trigger, or at the head of what is asked for."""
    trigger = claim.trigger
    no = trigger.polarity == "favor" and not trigger.spoken and _NO.search(governed[:_HEAD])
    return bool(trigger.negated or no or _NOT_AFTER.match(report.text, trigger.end))


def _ends(complement: str, topic: Topic) -> bool:
    """Whether the end of the thing is asked for, at the head of the complement, and the thing itself is no end."""
    found = (_END_AT_HEAD.match(complement), _END_LATER.search(complement[:_HEAD]), _END_LAST.search(complement))
    return any(match is not None and not stems(match["end"]) & topic.all for match in found)


def _basis(report: Report, claim: Claim, act: str) -> str:
    """A decision is conduct, what is said or quoted is speech, and what the author reports of a mind is mental."""
    if act in _DECISIONS:
        return "conduct"
    said = claim.quotation is not None or (claim.says is not None and claim.says < claim.trigger.start)
    return "speech" if said or claim.trigger.spoken or not _of_mind(report, claim) else "mental"


def _of_mind(report: Report, claim: Claim) -> bool:
    return bool(MENTAL.match(report.text, claim.trigger.start))


def _quotation(report: Report, claim: Claim) -> str:
    """Direct in a quotation that is set off, mixed where quoted words run on, indirect where another reports them."""
    trigger = claim.trigger
    if claim.via:
        return "indirect"
    if claim.quotation is not None:
        quoted = report.quoted[claim.quotation]
        return "direct" if set_off(report.text, quoted, claim.segment.start) else "mixed"
    return "mixed" if re.search(r'["\u201c]', report.text[trigger.end : trigger.end_of_clause]) else "indirect"


def _certainty(report: Report, claim: Claim) -> str:
    """Certain, unless the author hedges before the trigger; the holder's own hedges do not count."""
    if claim.quotation is not None or (claim.says is not None and not claim.via):
        return "certain"
    before = report.text[max(claim.segment.start, claim.trigger.start - _HEDGED) : claim.trigger.start]
    return next((label for label, pattern in CERTAINTIES.items() if pattern.search(before)), "certain")
