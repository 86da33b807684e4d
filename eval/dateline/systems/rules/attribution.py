"""Who speaks in a sentence, and who may take a side in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dateline.model import Mention, Reference, Segment
from dateline.systems.rules.lexicon import (
    HOLDER_HEADS,
    HOLDER_MODIFIERS,
    INSTITUTION_HEADS,
    PERSON_HEADS,
    PLACE_PREPOSITIONS,
    REPORTING,
)

_ADVERBS = r"(?:has|have|had|is|was|also|again|repeatedly|strongly)"
_APPOSITION = r"(?:\s\([^()]{1,20}\))?(?:,[^,.]{1,60},)?"
_VERB_AFTER = re.compile(rf"{_APPOSITION}(?:\s+{_ADVERBS})*\s+{REPORTING.pattern}", re.IGNORECASE)
_VERB_BEFORE = re.compile(r"\b(?:said|says|told|according to)(?:\s+[\w.-]+){0,3}\s+$", re.IGNORECASE)
_PRONOUN = re.compile(rf"\b(?:he|she)(?:\s+{_ADVERBS})*\s+{REPORTING.pattern}", re.IGNORECASE)
_DETERMINER = r"(?:(?:the|a|an|some|many|most|several|other|their|its|his|her|one|all|both|these|those)\s+)?"
_MODIFIER = rf"(?:(?:(?i:{'|'.join(sorted(HOLDER_MODIFIERS))})|[A-Z][a-z]+(?:ese|ian|an|ish|i)|U\.N\.)[ -])"
_HEADS = "|".join(sorted(HOLDER_HEADS | PERSON_HEADS | INSTITUTION_HEADS, key=len, reverse=True))
_PHRASE = re.compile(
    rf"\b(?i:{_DETERMINER}){_MODIFIER}{{0,3}}(?P<head>(?i:{_HEADS}))\b(?!['\u2019-]|\s(?i:{_HEADS})\b)"
)
_PRONOUNS = {"he": "person", "she": "person", "they": "people", "it": "body"}
_HE = re.compile(rf"\b(?:{'|'.join(_PRONOUNS)})\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    rf"\b(?:{'|'.join(sorted(PLACE_PREPOSITIONS))}|about|against|among|between|by|for|of|on|over|than|to|with|without)"
    r"\s+(?:the\s+|an?\s+)?(?:[\d,]+\s+)?(?-i:[a-z-]*[a-rt-z]\s+)?$",
    re.IGNORECASE,
)
_AUXILIARIES = (
    r"(?:\s+(?:has|have|had|is|are|was|were|be|been|do|does|did|will|would|may|might|could|can|not|also|again|both|all"
    r"|said|believed|reported|thought|known|still|long|ever|never|now|then|soon|twice|often|even"
    r"|only|to|appears?|appeared|seems?|seemed|likely"
    r"|on \w+day"
    r"|\w+ly))*"
)
_ATTRIBUTE = (
    r"(?:\s\([^()]{1,30}\))?(?:,[^,;:]{1,80},|\s+(?:of|in|from|at|on|with|near|for|who|which|that)\b[^,;:]{1,50}?)?"
)
_LINK = re.compile(rf"{_ATTRIBUTE}{_AUXILIARIES}\s+", re.IGNORECASE)
_LINKED = re.compile(rf"{_ATTRIBUTE},?{_AUXILIARIES}\s+(?P<verb>{REPORTING.pattern})", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.!?\"\u201d]\s+|\n\s*)(?P<word>[A-Z]\w+)")
_ACTIVE = re.compile(rf"{_ATTRIBUTE}{_AUXILIARIES}\s+\w+(?:ed|id|old|s)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been)\s+(?:\w+ly\s+)?(?:\w+ed|said|told)$", re.IGNORECASE)
_TAG_BEFORE = re.compile(
    rf"(?:\"{{2}}\s*|,\s+|\b(?=according))(?P<verb>{REPORTING.pattern}|(?:add|ask|recall|repli)ed\b)"
    r"(?:\s+[\w.-]+){0,4}?\s+$",
    re.IGNORECASE,
)


def speaker(text: str, sentence: Segment, mentions: Sequence[Mention]) -> Mention | None:
    """The first name in the sentence that is the subject of a verb of speech or thought; None where there is none.

    "he" and "she" stand for the last person named before the sentence.
    """
    for mention in mentions:
        if sentence.start <= mention.start < sentence.end and _can_speak(mention):
            before = text[max(sentence.start, mention.start - 40) : mention.start]
            if _VERB_AFTER.match(text, mention.end, sentence.end) or _VERB_BEFORE.search(before):
                return mention
    if not _PRONOUN.search(text, sentence.start, sentence.end):
        return None
    return next((m for m in reversed(mentions) if m.type == "person" and m.start < sentence.start), None)


def _can_speak(mention: Mention) -> bool:
    return mention.type != "location" or mention.subtype == "country"


class Holder(NamedTuple):
    """Somebody who may take a side, where the text refers to him.

    `name` is None for a noun phrase, and `sort` is "person", "people" (several) or "body"; a pronoun has the name of
    whom it stands for, and `known` is where that one is referred to.
    """

    start: int
    end: int
    sort: str
    name: str | None = None
    known: tuple[int, int] | None = None

    @property
    def reference(self) -> Reference:
        """How a record points at the holder."""
        start, end = self.known or (self.start, self.end)
        return Reference(entity_id=self.name, start=start, end=end)


def holders(text: str, mentions: Sequence[Mention]) -> tuple[Holder, ...]:
    """All holders of a text, in order: names, noun phrases with a head such as "nurses", and resolved pronouns."""
    phrases = [_phrase(match) for match in _PHRASE.finditer(text) if not _excluded(match, mentions)]
    named = [
        Holder(m.start, m.end, _sort(m), m.entity_id)
        for m in mentions
        if _can_hold(text, m) and not any(phrase.start <= m.start < phrase.end for phrase in phrases)
    ]
    named += [surname for surname in _surnames(text, mentions) if surname.start not in {name.start for name in named}]
    pronouns = [Holder(*match.span(), _PRONOUNS[match[0].lower()], known=(-1, -1)) for match in _HE.finditer(text)]
    found: list[Holder] = []
    for holder in sorted((*phrases, *named, *pronouns), key=lambda holder: holder.start):
        resolved = _resolved(text, holder, found)
        found += [resolved] if resolved else []
    return tuple(found)


def _surnames(text: str, mentions: Sequence[Mention]) -> Iterator[Holder]:
    """The last names of persons who are named in full, at the start of a sentence, where a capital tells nothing."""
    full = {m.entity_id.split()[-1]: m.entity_id for m in mentions if m.type == "person" and m.entity_id}
    for match in _OPENING.finditer(text):
        if match["word"] in full:
            yield Holder(*match.span("word"), "person", full[match["word"]])


def _phrase(match: re.Match[str]) -> Holder:
    head = match["head"].lower()
    sort = "people" if head in HOLDER_HEADS else "person" if head in PERSON_HEADS else "body"
    return Holder(*match.span(), sort)


def _excluded(match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether it is no holder: "their opposition", or a name covers the head, or follows it as that of a person."""
    if match[0].lower() in ("their opposition", "its opposition"):
        return True
    head = match.start("head")
    return any(m.start <= head < m.end or (m.start == match.end() + 1 and m.type == "person") for m in mentions)


def _sort(mention: Mention) -> str:
    return {"person": "person", "group": "people"}.get(mention.type, "body")


def _can_hold(text: str, mention: Mention) -> bool:
    """Whether a name stands for somebody: no town, no adjective, no possessive."""
    adjective = mention.type == "group" and re.match(r" [a-z]{4,}s\b", text[mention.end : mention.end + 20])
    possessive = re.match(r"['\u2019]s?\b", text[mention.end : mention.end + 2])
    return _can_speak(mention) and not adjective and not possessive


def _resolved(text: str, holder: Holder, before: Sequence[Holder]) -> Holder | None:
    """A pronoun with its antecedent: the last of its sort, rather one that seems to be the subject of a verb."""
    if holder.known is None:
        return holder
    same = [known for known in before[-12:] if known.sort == holder.sort]
    free = [known for known in same if not governed(text, known)]
    active = [known for known in free if _ACTIVE.match(text, known.end)]
    last = next(iter((active or free or same)[-1:]), None)
    return holder._replace(name=last.name, known=last.known or (last.start, last.end)) if last else None


def governed(text: str, holder: Holder) -> bool:
    """Whether a preposition stands before the holder, so that it is no subject."""
    return bool(_PREPOSITION.search(text[max(0, holder.start - 30) : holder.start]))


def says(text: str, sentence: Segment, inside: Sequence[Holder]) -> tuple[Holder, int] | None:
    """Who is the subject of the first verb of saying, and where that verb starts.

    `text` is masked, so that tags are found and quoted words are not; `inside` are the holders of the sentence.
    """
    for holder in inside:
        after = text[holder.end : sentence.end]
        match = _LINKED.match(after)
        if match and not governed(text, holder) and not _PASSIVE.search(match[0]):
            return holder, holder.end + match.start("verb")
        before = _TAG_BEFORE.search(text[sentence.start : holder.start])
        if before:
            return holder, sentence.start + before.start("verb")
    return None


def subjects(text: str, start: int, inside: Sequence[Holder]) -> tuple[Holder, ...]:
    """Whose verb starts at `start`: the holder right before it, else the first of the sentence; all, if coordinate."""
    before = [holder for holder in inside if holder.end <= start and not governed(text, holder)]
    close = [holder for holder in before if adjoins(text, holder, start)]
    chosen = next(iter(close[-1:] or before[:1]), None)
    if chosen is None:
        return ()
    partner = [h for h in before if re.fullmatch(r"\s+and\s+(?:\w+\s+)?", text[h.end : chosen.start])]
    return (*partner, chosen)


def adjoins(text: str, holder: Holder, start: int) -> bool:
    """Whether only an apposition, a short attribute, auxiliaries and adverbs stand between a holder and a verb."""
    return holder.end <= start and bool(_LINK.fullmatch(text[holder.end : start]))
