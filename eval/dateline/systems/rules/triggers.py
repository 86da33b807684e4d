"""The words of a sentence that take a side, each with what it governs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dateline.systems.rules.lexicon import LACK, LOSS, NEGATION, NOUNS, POSITIONS, SPOKEN, UTTERING

Patterns = Mapping[tuple[str, str], re.Pattern[str]]

_BOUNDARY = re.compile(
    r";|:(?=\s)|\u2014|\s-{1,2}\s|,\s+(?:and|but|while|whereas|although|though|which|who|where|he|she|it|they)\b"
    r"|\s(?:but|while|whereas)\s"
)
_COORDINATED = re.compile(
    r"(?:;|\b(?:and|but|while|or)\b)[\s,]*(?:(?:he|she|they|it|also|has|have|had|then|later|again|\w+ly)\s+)*$"
    r"|,\s+(?:the\s+)?(?-i:(?:[A-Z][\w.]*\s+){1,4})(?:(?:has|have|had|also|\w+ly)\s+)*$",
    re.IGNORECASE,
)
_NO_VERB = re.compile(
    r"(?:\b(?:a|an|the|of|without|its|their|his|her|this|no|any|more|under|for|to)\s+|-)$", re.IGNORECASE
)
_UTTERED = re.compile(rf"{UTTERING.pattern}(?:\s+[\w-]+){{0,4}}?\s+$", re.IGNORECASE)
_AFTER_NOUN = re.compile(r"\s+(?:among|by|from)\b")
_AGENT = re.compile(r"\s+by\b")
_CLAUSE = re.compile(r"[,;:.\"\u201c\u201d]|\band\b|\bbut\b")
_NEAR = 40  # code points before a trigger in which a negation counts


class Trigger(NamedTuple):
    """A word that takes a side; `end_of_clause` is where what it governs ends, `negated` that a "not" precedes it."""

    start: int
    end: int
    act: str
    polarity: str
    spoken: bool
    end_of_clause: int
    negated: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


def triggers(text: str, start: int, end: int, *, spoken: bool) -> list[Trigger]:
    """The triggers of a stretch that no other governs, in order; where it is `spoken`, also judging and asking words.

    A trigger governs what follows up to the next clause or to a trigger that is coordinate with it.
    """
    found = sorted({*_found(text, start, end, spoken=spoken)}, key=lambda trigger: (trigger.start, -trigger.end))
    kept: list[Trigger] = []
    for trigger in found:
        last = kept[-1] if kept else None
        if last and trigger.start < last.end_of_clause:
            if trigger.start < last.end or not _stands_apart(text, last, trigger):
                continue
            kept[-1] = last._replace(end_of_clause=trigger.start)
        kept.append(trigger)
    return kept


def _stands_apart(text: str, last: Trigger, trigger: Trigger) -> bool:
    """Whether a trigger is coordinate with the last one, or a participle with its own agent."""
    return bool(_COORDINATED.search(text[last.end : trigger.start]) or _AGENT.match(text, trigger.end))


def _found(text: str, start: int, end: int, *, spoken: bool) -> Iterator[Trigger]:
    yield from _matches(POSITIONS, text, start, end, spoken=False)
    for noun in _matches(NOUNS, text, start, end, spoken=False):
        if _UTTERED.search(text[start : noun.start]) or _AFTER_NOUN.match(text, noun.end):
            yield noun
    if spoken:
        yield from _matches(SPOKEN, text, start, end, spoken=True)


def _matches(patterns: Patterns, text: str, start: int, end: int, *, spoken: bool) -> Iterator[Trigger]:
    for (act, polarity), pattern in patterns.items():
        for match in pattern.finditer(text, start, end):
            before = text[start : match.start()]
            if patterns is POSITIONS and _NO_VERB.search(before):
                continue
            stop = _BOUNDARY.search(text, match.end(), end)
            negated = bool(NEGATION.search(_CLAUSE.split(before[-_NEAR:])[-1]))
            yield Trigger(*match.span(), act, polarity, spoken, stop.start() if stop else end, negated)


def lacks(words: str) -> bool:
    """Whether a complement speaks of want or loss, or of what is not done."""
    return any(pattern.search(words) for pattern in (LACK, LOSS, NEGATION))
