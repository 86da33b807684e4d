"""Quotes and clean-text offsets as raw offsets: a record of a line is given its place, or the reason why it has none.

Layers are resolved apart. In segments, entities and figures each copy of a quote gets an occurrence of its own, and the
places of records with offsets are taken; which copy gets which depends on what the records say, never on their order.
Stances may share their evidence, so that each is looked up alone; one with segment_ids has its place already.

A quote inside a record is looked up in the segments that the record touches, or in a stance's segment_ids. Of several
occurrences the nearest to the record counts (any that overlap it first), of these the best tier, then the first; two
expressions of a stance never get the same. Words counted and times are looked up in figures that are quotes: one with
offsets that has none for them says that there are none. Of what is not found,

- head, target, fraction_of and expression count as not given;
- a reference keeps its entity_id, or else its text becomes a name;
- words counted and times keep their wording, which is right without a place.

Figures and what they hold are never looked up in the fuzzy way. Nothing of the gold is seen.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from dateline.errata import CleanText, clean
from dateline.errors import DatelineError
from dateline.locate import REASONS, TIERS, Haystack, Place, Quote, locate
from dateline.soundness import CLEAN, RAW, Ground, Path
from dateline.validation import Finding, quote

OFFSETS = "offsets"
"""The outcome of a record that gave its offsets, or segment_ids."""

OUTCOMES = (OFFSETS, *TIERS, *REASONS)
"""How a record came to its place, or why it has none."""

CODES = {reason: f"quote-{reason.replace('_', '-')}" for reason in REASONS}
"""Reason -> the code of its problem, always a warning."""

COPIES = 16  # occurrences in a segment among which the nearest is sought

_REFERENCES = ("holder", "on_behalf_of", "via", "source", "place", "entities")
_WORDINGS = ("counted", "time")
_PARTS = frozenset((*_REFERENCES, *_WORDINGS, "head", "target", "fraction_of", "expression"))
_HINTS = ("prefix", "suffix")
_UNSAID = frozenset(("text", "segment_id", "id", "doc_id", *_HINTS))  # of a quote, what does not tell copies apart
_NOWHERE = (0, 0)
_WRONG = {
    "not_found": ("{} does not stand in {}", "a quote is copied from the text"),
    "duplicate": ("every occurrence of {} in {} is taken", "one for each occurrence"),
    "number_or_boundary": ("{} stands in {} as part of a longer number or word only", "a quote is of whole words"),
    "empty": ("{} quotes nothing of {}", "a quote is copied from the text"),
}

Value = dict[str, Any]
Span = tuple[int, int]


class Anchored(NamedTuple):
    """A record with raw offsets and its outcome, one of OUTCOMES; with a reason, it has no place and is as it was.

    The findings, all warnings, name what has no place: the record itself, or quotes inside it.
    """

    record: Value
    outcome: str
    findings: tuple[Finding, ...] = ()


class Anchorage:
    """What the places of a line are looked up in; it holds no state but tables that are made once.

    `side` is the text in which the line counts its offsets, RAW or CLEAN.
    """

    def __init__(self, on: Ground, side: str = RAW, fuzzy: bool = False) -> None:
        self.on, self.side, self.fuzzy = on, side, fuzzy
        self._known: dict[tuple[str, Span, bool], list[Place]] = {}

    @cached_property
    def ground(self) -> Ground:
        """What the line's own offsets must be right in."""
        return self.on if self.side == RAW else self.on._replace(text=self.clean.text, side=CLEAN)

    @cached_property
    def clean(self) -> CleanText:
        """The clean text. Raises DatelineError where errata do not fit their segments."""
        return clean(self.on.text, tuple(self.on.segments.values()), self.on.errata)

    @cached_property
    def haystack(self) -> Haystack:
        """The text in which quotes are looked up; without its clean side where errata and segments do not fit."""
        try:
            return Haystack(self.on.text, self.clean)
        except DatelineError:
            return Haystack(self.on.text)

    def occurrences(self, text: str, within: Span, fuzzy: bool) -> list[Place]:
        """The occurrences of a quote in a segment, COPIES at most, then the reason why there are no more."""
        known = self._known.setdefault((text, within, fuzzy), [])
        taken: set[Span] = set()
        while not known or (len(known) < COPIES and not known[-1].reason):
            known += locate([Quote(text, within)], self.haystack, fuzzy=fuzzy, taken=taken)
            if span := _span(known[-1]):
                taken.add(span)
        return known

    @cached_property
    def _segments(self) -> list[Span]:
        return sorted((segment.start, segment.end) for segment in self.on.segments.values())

    def given(self, part: Value) -> Place:
        """The raw place of what has offsets, or needs none. Of clean offsets, what the raw text lacks has no place."""
        start, end = part.get("start"), part.get("end")
        if start is None or end is None or self.side == RAW:
            return Place(start, end, OFFSETS)
        first, last = self.clean.to_raw.span(start, end)
        return Place(first, last, OFFSETS) if first < last else Place(None, None, reason="not_found")

    def worded(self, part: Value) -> Value:
        """A part with the text that it speaks of, whether it quotes that or gives offsets."""
        return part if "text" in part else {**part, "text": self.ground.text[part["start"] : part["end"]]}

    def area(self, record: Value, place: Place) -> list[Span]:
        """The segments that a record speaks of; its own span where it touches none."""
        if named := record.get("segment_ids"):
            known = (self.on.segments[name] for name in named if name in self.on.segments)
            return sorted((segment.start, segment.end) for segment in known)
        start, end = place.start or 0, place.end or 0
        first = bisect_right(self._segments, start, key=lambda span: span[0]) - 1
        last = bisect_left(self._segments, end, key=lambda span: span[0])
        touched = [span for span in self._segments[max(first, 0) : last] if span[1] > start]
        return touched or [(start, end)]


def anchored(layer: str, records: Sequence[Value], at: Anchorage) -> list[Anchored]:
    """The records of one layer with raw offsets, in their order. They must be sound on `at.ground`."""
    quotes = {index: record for index, record in enumerate(records) if _is_quote(record)}
    places = {index: at.given(record) for index, record in enumerate(records) if index not in quotes}
    taken = {span for place in places.values() if (span := _span(place))}
    places |= zip(quotes, _located(layer, quotes.values(), taken, at), strict=True)
    fuzzy = _fuzzy(layer, at)
    return [_anchored(record, places[index], at, fuzzy) for index, record in enumerate(records)]


def _is_quote(part: Value | str) -> bool:
    """An offset that is null says that there is none: it is not looked up."""
    return (
        isinstance(part, dict) and "text" in part and not ("start" in part or "end" in part or part.get("segment_ids"))
    )


def _span(place: Place) -> Span | None:
    return None if place.start is None or place.end is None else (place.start, place.end)


def _fuzzy(layer: str, at: Anchorage) -> bool:
    return at.fuzzy and layer != "figures"


def _located(layer: str, records: Iterable[Value], taken: Collection[Span], at: Anchorage) -> list[Place]:
    fuzzy, shared = _fuzzy(layer, at), layer == "stances"
    quotes = [_quote(record, at, "" if shared else _key(record)) for record in records]
    if not quotes:
        return []
    if not shared:
        return locate(quotes, at.haystack, fuzzy=fuzzy, taken=taken)
    found = {one: locate([one], at.haystack, fuzzy=fuzzy)[0] for one in dict.fromkeys(quotes)}
    return [found[one] for one in quotes]


def _quote(record: Value, at: Anchorage, key: str) -> Quote:
    """What a record quotes; a segment that does not exist holds nothing."""
    named = record.get("segment_id")
    segment = at.on.segments.get(named or "")
    within = (segment.start, segment.end) if segment else _NOWHERE if named else None
    return Quote(record["text"], within, record.get("prefix", ""), record.get("suffix", ""), key)


def _key(record: Value) -> str:
    """What a record says beside its place, as canonical JSON."""
    return _canonical({name: value for name, value in record.items() if name not in _UNSAID and value is not None})


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _anchored(record: Value, place: Place, at: Anchorage, fuzzy: bool) -> Anchored:
    if not place.reason:
        return _Inside(record, place, at, fuzzy).anchored()
    where = f"segment {quote(record['segment_id'])}" if record.get("segment_id") else "the text"
    finding = _finding((), at.worded(record), place.reason, where, "it counts as spurious")
    return Anchored(record, place.reason, (finding,))


class _Inside:
    """A record at its place while the spans and references in it are given theirs."""

    def __init__(self, record: Value, place: Place, at: Anchorage, fuzzy: bool) -> None:
        self.record, self.place, self.at, self.fuzzy = record, place, at, fuzzy
        self.findings: list[Finding] = []
        self.expressions: set[Span] = set()

    def anchored(self) -> Anchored:
        made = self._parts(self.record, ())
        return Anchored(_placed(made, "", self.place, self.at.on.text), self.place.tier, tuple(self.findings))

    def _parts(self, value: Value, path: Path) -> Value:
        """A part with all that is in it settled; what is left out, or null, is not there."""
        made = {key: self._settled(inner, (*path, key)) if key in _PARTS else inner for key, inner in value.items()}
        return {key: inner for key, inner in made.items() if inner is not None or key not in _PARTS}

    def _settled(self, value: Any, path: Path) -> Any:
        """Items of a list are settled by what they say, those with offsets first: their order decides nothing."""
        if isinstance(value, dict):
            return self._part(self._parts(value, path), path)
        if not isinstance(value, list):
            return value
        order = sorted(range(len(value)), key=lambda index: (_is_quote(value[index]), _canonical(value[index])))
        made = {index: self._settled(value[index], (*path, index)) for index in order}
        return [made[index] for index in range(len(value)) if made[index] is not None]

    def _part(self, part: Value, path: Path) -> Value | str | None:
        """A span or reference at its place, or what remains of it without one."""
        name = str(next(step for step in reversed(path) if isinstance(step, str)))
        used = self.expressions if name == "expression" else set()
        if _is_quote(part) and (name not in _WORDINGS or _is_quote(self.record)):
            found = self._nearest(part["text"], used)
        else:
            found = self.at.given(part)
        if span := _span(found):
            used.add(span)
        if not found.reason:
            return _placed(part, name, found, self.at.on.text)
        part = self.at.worded(part)
        if name not in _WORDINGS:
            consequence = "it counts as a name" if name in _REFERENCES else "it counts as not given"
            self.findings.append(_finding(path, part, found.reason, "the evidence of the record", consequence))
        return _without_place(part, name)

    def _nearest(self, text: str, used: Collection[Span]) -> Place:
        """The occurrence of a quote that is nearest to the record, or why there is none."""
        area = self.at.area(self.record, self.place) or [_NOWHERE]
        first, last = _span(self.place) or area[0]

        def order(found: Place) -> tuple[int, int, int]:
            start, end = found.start or 0, found.end or 0
            return max(start - last, first - end, 0), TIERS.index(found.tier), start

        found = [each for within in area for each in self.at.occurrences(text, within, self.fuzzy)]
        if free := [each for each in found if not each.reason and _span(each) not in used]:
            return min(free, key=order)
        reasons = {each.reason or "duplicate" for each in found}
        return Place(None, None, reason=next(reason for reason in reversed(REASONS) if reason in reasons))


def _placed(part: Value, name: str, place: Place, text: str) -> Value:
    """A part at its place, with the raw text there; the words of what is counted and of times stay as they are."""
    made = {key: value for key, value in part.items() if key not in _HINTS}
    if place.start is None:
        return made
    if "text" in part and name not in _WORDINGS:
        made["text"] = text[place.start : place.end]
    return {**made, "start": place.start, "end": place.end}


def _without_place(part: Value, name: str) -> Value | str | None:
    """What remains of a part that has no place."""
    kept = {key: value for key, value in part.items() if key not in ("start", "end")}
    if name in _WORDINGS:
        return kept
    if name in _REFERENCES:
        return {"entity_id": part["entity_id"]} if "entity_id" in part else str(part["text"])
    return None


def _finding(path: Path, part: Value, reason: str, where: str, consequence: str) -> Finding:
    message, allowed = _WRONG[reason]
    return Finding(path, CODES[reason], message.format(quote(part["text"]), where), f"{allowed}; {consequence}")
