"""Who takes a side with which word: triggers joined with their holders, in narrative and in quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from dateline.model import Mention, Segment
from dateline.systems.rules.attribution import Holder, adjoins, governed, holders, says, subjects
from dateline.systems.rules.lexicon import SAYING
from dateline.systems.rules.quotations import masked, quotations, set_off, within
from dateline.systems.rules.triggers import Trigger, triggers

_READ = ("sentence", "caption")
_AGENT = re.compile(r"\s+(?:among|by|from)\s+")
_AND = re.compile(r"(?:,|,?\s+and)\s+(?:(?:by|among|from)\s+)?(?:\w+\s+)?")
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:tell|tells|told|say|says|said)\s+(?:to\s+)?(?:me|us)\b", re.IGNORECASE)
_STATES = frozenset({"wants", "warns", "hesitates"})  # what a speaker may report of others
_FAR = 1000  # code points back to which a quotation without a tag may look for its speaker


class Claim(NamedTuple):
    """A trigger with who takes the side, those between him and the author, and the passage it stands in.

    `quotation` is the index of the quotation that holds the trigger, or that the trigger introduces as its tag.
    """

    trigger: Trigger
    segment: Segment
    holder: Holder
    via: tuple[Holder, ...] = ()
    quotation: int | None = None
    tag: bool = False
    says: int | None = None


class Report:
    """A text with its quotations and holders, read once."""

    def __init__(self, text: str, segments: Sequence[Segment], mentions: Sequence[Mention]) -> None:
        self.text = text
        self.segments = [segment for segment in segments if segment.kind in _READ]
        self.quoted = quotations(text)
        self.narrative = masked(text, self.quoted)
        self.holders = holders(text, mentions)

    def inside(self, start: int, end: int, *, quoted: bool = False) -> list[Holder]:
        """The holders in a stretch, outside quotations or in them."""
        near = (holder for holder in self.holders if start <= holder.start < end)
        return [holder for holder in near if (within(self.quoted, holder.start) is not None) == quoted]

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds an offset."""
        return next((segment for segment in self.segments if segment.start <= offset < segment.end), None)

    @cached_property
    def speakers(self) -> list[Holder | None]:
        """Who speaks in each quotation: as its tag says, else who is the subject before it, else who spoke last."""
        found: list[Holder | None] = []
        for index, (start, end) in enumerate(self.quoted):
            since = max(self.quoted[index - 1][1] if index else 0, start - _FAR)
            found.append(self._tagged(start, end) or self._named(since, start) or next(iter(found[-1:]), None))
        return found

    @cached_property
    def passages(self) -> list[int]:
        """The passage of each quotation: those that a tag interrupts within a sentence are one."""
        numbers: list[int] = []
        for index, (start, _) in enumerate(self.quoted):
            segment = self.segment_at(start)
            goes_on = index > 0 and segment is not None and self.quoted[index - 1][1] > segment.start
            numbers.append(numbers[-1] if goes_on else index)
        return numbers

    def _tagged(self, start: int, end: int) -> Holder | None:
        for offset in (end - 1, start):
            segment = self.segment_at(offset)
            if segment is None:
                continue
            inside = self.inside(segment.start, segment.end)
            said = says(self.narrative, segment, inside)
            free = [holder for holder in inside if not governed(self.text, holder)]
            if said or free:
                return said[0] if said else free[0]
        return None

    def _named(self, since: int, start: int) -> Holder | None:
        """The first person in the last sentence of the narrative before a quotation."""
        segment = next((s for s in reversed(self.segments) if since <= s.start and s.end <= start), None)
        inside = self.inside(segment.start, segment.end) if segment else []
        return next((holder for holder in inside if holder.sort == "person" and not governed(self.text, holder)), None)


def claims(report: Report) -> Iterator[Claim]:
    """All claims of a report, sentence by sentence."""
    for segment in report.segments:
        yield from _narrated(report, segment)
        for index, (start, end) in enumerate(report.quoted):
            if start < segment.end and segment.start < end:
                yield from _quoted(report, segment, index)


def _narrated(report: Report, segment: Segment) -> Iterator[Claim]:
    said = says(report.narrative, segment, report.inside(segment.start, segment.end))
    introduced = _introduced(report, segment)
    for trigger in triggers(report.narrative, segment.start, segment.end, spoken=said is not None):
        verb = said[1] if said else None
        tag = trigger.start == verb
        for holder, via in _with_speakers(report, segment, trigger, said):
            yield Claim(trigger, segment, holder, via, introduced if tag else None, tag, verb)


def _with_speakers(
    report: Report, segment: Segment, trigger: Trigger, said: tuple[Holder, int] | None
) -> Iterator[tuple[Holder, tuple[Holder, ...]]]:
    """The holders of a trigger in narrative, each with who reports him; what stands before a tag is the speaker's."""
    inside = report.inside(segment.start, segment.end)
    speaker, verb = said or (None, 0)
    if speaker and _is_speakers(trigger, speaker, verb):
        yield speaker, ()
        return
    reports = speaker and SAYING.match(report.text, verb)
    for holder in _holders(report, segment, trigger, inside):
        nested = reports and verb < holder.start and speaker and not _same(speaker, holder)
        yield holder, (speaker,) if speaker and nested else ()


def _is_speakers(trigger: Trigger, speaker: Holder, verb: int) -> bool:
    reported = trigger.start < verb and trigger.end < speaker.start and trigger.act not in _STATES
    inverted = trigger.start == verb and trigger.start < speaker.start
    return trigger.spoken or reported or inverted


def _holders(report: Report, segment: Segment, trigger: Trigger, inside: Sequence[Holder]) -> tuple[Holder, ...]:
    """The agent of a passive or of a noun, else the subject; none for a passive without agent."""
    if _AGENT.match(report.text, trigger.end):
        return tuple(_coordinate(report.text, [holder for holder in inside if holder.start > trigger.end]))
    before = report.text[segment.start : trigger.start]
    if report.text[: trigger.end].endswith("ed") and _PASSIVE.search(before) and trigger.act not in _STATES:
        return ()
    return subjects(report.narrative, trigger.start, inside)


def _coordinate(text: str, after: Sequence[Holder]) -> Iterator[Holder]:
    """The agents after a trigger: the first and those that are coordinate with it."""
    end = None
    for holder in after:
        if end is not None and not _AND.fullmatch(text[end : holder.start]):
            return
        yield holder
        end = holder.end


def _introduced(report: Report, segment: Segment) -> int | None:
    """The first quotation of a sentence, if it is set off from the words that introduce it."""
    inside = (i for i, (start, end) in enumerate(report.quoted) if start < segment.end and segment.start < end)
    first = next(inside, None)
    apart = first is not None and set_off(report.text, report.quoted[first], segment.start)
    return first if apart else None


def _quoted(report: Report, segment: Segment, index: int) -> Iterator[Claim]:
    """The claims of a quotation within one sentence: the speaker's, or those of others whom he quotes."""
    start, end = max(report.quoted[index][0], segment.start), min(report.quoted[index][1], segment.end)
    speaker = report.speakers[index]
    if speaker is None:
        return
    others = report.inside(start, end, quoted=True)
    told = _TOLD.search(report.text, start, end)
    for trigger in triggers(report.text, start, end, spoken=True):
        before = [holder for holder in others if holder.end <= trigger.start]
        close = [holder for holder in before if adjoins(report.text, holder, trigger.start)]
        if told and before and told.end() <= trigger.start:
            yield Claim(trigger, segment, before[0], (speaker,), index)
        elif close and trigger.act in _STATES and not trigger.spoken:
            yield Claim(trigger, segment, close[-1], (speaker,), index)
        elif trigger.act != "enacts":
            yield Claim(trigger, segment, speaker, (), index)


def _same(one: Holder, other: Holder) -> bool:
    named = one.name is not None and one.name == other.name
    return named or (one.reference.start, one.reference.end) == (other.reference.start, other.reference.end)
