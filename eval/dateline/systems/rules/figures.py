"""Figures by rules: the grammar of quantities, and what the words around a quantity say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dateline.model import Counted, Figure, Mention, Segment, Time
from dateline.numerals import MONTH, Reading, find
from dateline.systems.rules.attribution import speaker
from dateline.systems.rules.lexicon import (
    CATEGORIES,
    FLOWS,
    FUNCTION_WORDS,
    HARMS,
    INCREMENT,
    PLACE_PREPOSITIONS,
    STATUSES,
)
from dateline.vocabulary import labels

_WITHOUT_MEASURE = ("duration", "distance", "mass", "population_share")
_REACH = 60  # code points on either side within which a verb says what became of the people counted
_DETERMINERS = "of|the|more|other|additional|extra|these|those|his|her|its|their"
_PLURAL = r"(?:[\w'\u2019-]*[^\W\d_s]s|people|men|women|children|police|personnel|staff|troops)\b"
_NOUN = re.compile(rf"(?:\s+(?:{_DETERMINERS})\b)*[\s-]+(?P<noun>(?:[^\W\d_][\w-]*\s+){{0,3}}?{_PLURAL}|(?<=-)[a-z]+)")
_TIME = re.compile(rf"(?:(?P<day>\b\d{{1,2}})\s+)?(?P<month>{MONTH})(?:\s+(?P<date>\d{{1,2}}),)?\s+(?P<year>\d{{4}})\b")
_PLACE_BEFORE = re.compile(rf"\b(?:{'|'.join(PLACE_PREPOSITIONS)})\s+$", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def figures(text: str, segments: Sequence[Segment], mentions: Sequence[Mention]) -> Iterator[Figure]:
    """The quantities of the running text, the headings and captions."""
    readings = find(text)
    for segment in segments:
        if segment.kind not in ("dateline", "credit"):
            inside = (reading for reading in readings if segment.start <= reading.start < segment.end)
            yield from (_figure(text, reading, segment, mentions) for reading in inside)


def _figure(text: str, reading: Reading, sentence: Segment, mentions: Sequence[Mention]) -> Figure:
    counted = _counted(text, reading, sentence, mentions)
    category = _category(text, reading, sentence, counted)
    source = speaker(text, sentence, mentions)
    return Figure(
        text=text[reading.start : reading.end],
        **reading._asdict(),
        counted=counted,
        category=category,
        status=_status(text, reading, sentence),
        measure=_measure(text, reading, category),
        source=(source.entity_id,) if source and source.entity_id else (),
        place=_places(text, reading, sentence, mentions),
        time=_time(text, sentence),
    )


def _counted(text: str, reading: Reading, sentence: Segment, mentions: Sequence[Mention]) -> Counted | None:
    """The words up to the first plural noun after the quantity, if no function word comes between."""
    match = _NOUN.match(text, reading.end, sentence.end)
    if _dimension(reading) or not match or FUNCTION_WORDS & set(match["noun"].lower().split()):
        return None
    start, end = match.span("noun")
    inside = (mention.entity_id for mention in mentions if start <= mention.start and mention.end <= end)
    return Counted(text=match["noun"], start=start, end=end, entities=tuple(name for name in inside if name))


def _dimension(reading: Reading) -> str | None:
    """The category that a unit or a fraction has by itself; the unit without a code is the ton."""
    if reading.unit and reading.unit.ucum:
        share = "population_share" if reading.unit.ucum == "%" else "other"
        return labels("figure", "ucum")[reading.unit.ucum]["x-category"] or share
    if reading.unit:
        return "mass" if (reading.unit.text or "").isalpha() else "other"
    return "population_share" if isinstance(reading.value, float) and reading.value < 1 else None


def _category(text: str, reading: Reading, sentence: Segment, counted: Counted | None) -> str:
    """By the dimension, else by the nearest word of harm in the sentence, else by the noun."""
    if dimension := _dimension(reading):
        return dimension
    first, last = max(sentence.start, reading.start - _REACH), min(sentence.end, reading.end + _REACH)
    harms = (
        (max(match.start() - reading.end, reading.start - match.end()), category)
        for category in HARMS
        for match in CATEGORIES[category].finditer(text, first, last)
    )
    if nearest := min(harms, default=None):
        return nearest[1]
    noun = counted.text if counted else ""
    return next((category for category, pattern in CATEGORIES.items() if pattern.search(noun)), "other")


def _status(text: str, reading: Reading, sentence: Segment) -> str:
    """By the last governing verb before the quantity in its sentence."""
    verbs = (
        (match.start(), status)
        for status, pattern in STATUSES.items()
        for match in pattern.finditer(text, sentence.start, reading.start)
    )
    return max(verbs, default=(0, "actual"))[1]


def _measure(text: str, reading: Reading, category: str) -> str | None:
    if category in _WITHOUT_MEASURE:
        return None
    around = text[max(0, reading.start - 15) : reading.start], text[reading.end : reading.end + 15]
    if any(INCREMENT.search(side) for side in around):
        return "increment"
    return "flow" if category in FLOWS else "stock"


def _places(text: str, reading: Reading, sentence: Segment, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The location nearest to the quantity in its sentence that a preposition of place stands before."""
    near = (
        (abs(mention.start - reading.start), mention.entity_id)
        for mention in mentions
        if mention.type == "location" and mention.entity_id and sentence.start <= mention.start < sentence.end
        if _PLACE_BEFORE.search(text, sentence.start, mention.start)
    )
    return tuple(name for _, name in sorted(near)[:1])


def _time(text: str, sentence: Segment) -> Time | None:
    """The first month or day with its year in the sentence."""
    match = _TIME.search(text, sentence.start, sentence.end)
    if not match:
        return None
    day = match["day"] or match["date"]
    month = f"{match['year']}-{_MONTHS.index(match['month'][:3]) + 1:02}"
    return Time(edtf=f"{month}-{int(day):02}" if day else month, text=match[0], start=match.start(), end=match.end())
