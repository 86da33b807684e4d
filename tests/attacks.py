"""Attacks on the scorer: extra records that are cheap to make and should win nothing.

An attack sees what a system is given, and the honest submission that it is added to; never gold. A new attack is one
function in the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from random import Random
from typing import Any, NamedTuple

import msgspec

from dateline.conventions import CONVENTIONS
from dateline.decoding import KINDS
from dateline.numerals import find
from dateline.vocabulary import labels

Record = dict[str, Any]
Layers = dict[str, list[Record]]

TYPES = list(labels("entity", "type"))
CATEGORIES = list(labels("figure", "category"))
STATUSES = list(labels("figure", "status"))
POLARITIES = list(labels("stance", "polarity"))
COMPARATORS = list(labels("figure", "comparator"))


class Given(NamedTuple):
    """What an attack may use. `honest` is empty where the attack stands alone."""

    text: str
    segments: list[Record]
    concepts: list[str]
    honest: Layers

    def spans(self, pattern: str) -> list[Record]:
        """The matches of a pattern in the text."""
        return [{"start": found.start(), "end": found.end()} for found in re.finditer(pattern, self.text)]

    @property
    def tokens(self) -> list[Record]:
        return self.spans(r"\w+|[^\w\s]")

    @property
    def names(self) -> list[Record]:
        """Runs of capitalised words, hyphens and abbreviations included."""
        return self.spans(r"[A-Z][\w.-]*(?: +(?:of +|for +)?[A-Z][\w-]*)*")

    @property
    def wordings(self) -> list[str]:
        """The different names of the text."""
        return sorted({self.words(span) for span in self.names})

    @property
    def evidence(self) -> list[str]:
        return [segment["id"] for segment in self.segments]

    @property
    def whole(self) -> Record:
        return {"start": 0, "end": len(self.text)}

    def words(self, span: Record) -> str:
        return self.text[span["start"] : span["end"]]

    def moved(self, record: Record, left: int, right: int) -> Record:
        """A record with its start and its end moved, within the text."""
        start = min(max(record["start"] + left, 0), len(self.text) - 1)
        end = min(max(record["end"] + right, start + 1), len(self.text))
        return {**_bare(record), "start": start, "end": end}

    def quoted(self, record: Record, **hints: str) -> Record:
        """A record as a quote: its words in place of its offsets."""
        return {**_placeless(_bare(record), "segment_ids"), "text": self.words(record), **hints}

    def hint(self, layer: str, record: Record) -> Record:
        """The segment of a record; segments have none."""
        return {} if layer == "segments" else {"segment_id": _segment_of(self, record)["id"]}


Attack = Callable[[Given, Random], Layers]


def _bare(record: Record) -> Record:
    """A record without what must agree with its offsets."""
    return {key: value for key, value in record.items() if key not in ("text", "segment_id")}


def _typed(spans: Iterable[Record], types: Iterable[str] = TYPES, **more: Any) -> list[Record]:
    """Mentions: each span with each type."""
    return [{"start": span["start"], "end": span["end"], "type": kind, **more} for span, kind in product(spans, types)]


def _positions(
    given: Given, holders: Iterable[Any], concepts: Iterable[str], polarities: Iterable[str] = POLARITIES
) -> list[Record]:
    """Stances: each holder toward each concept with each polarity, on the first segment."""
    keys = product(holders, concepts, polarities)
    return [{"segment_ids": given.evidence[:1], "holder": h, "concept_id": c, "polarity": p} for h, c, p in keys]


def _numbers(given: Given) -> Iterator[Record]:
    """Every number of the text, read by the grammar."""
    for reading in find(given.text, optional=True):
        found = msgspec.to_builtins(reading._asdict())
        yield {key: value for key, value in found.items() if value is not None}


def _judged(figures: Iterable[Record], categories: Iterable[str], statuses: Iterable[str]) -> list[Record]:
    """Figures: each with each category and each status."""
    return [{**figure, "category": c, "status": s} for figure, c, s in product(figures, categories, statuses)]


def repeated(given: Given, rng: Random) -> Layers:
    """Every honest record twice more."""
    return {layer: records * 2 for layer, records in given.honest.items()}


def shifted(given: Given, rng: Random) -> Layers:
    """Every honest record again, a character off on either side or both."""
    moves = [(left, right) for left, right in product((-1, 0, 1), repeat=2) if left or right]
    return {
        layer: [given.moved(record, *rng.choice(moves)) for record in records for _ in range(2)]
        for layer, records in given.honest.items()
    }


def giant(given: Given, rng: Random) -> Layers:
    """The whole text as one record of each layer, with each label."""
    return {
        "segments": [given.moved(given.whole, 0, -1)],  # where the text ends, a segment does end
        "entities": _typed([given.whole]),
        "figures": _judged([given.whole], CATEGORIES, STATUSES),
        "stances": [{**one, **given.whole} for one in _positions(given, [given.whole], given.concepts)],
    }


def a_span_a_token(given: Given, rng: Random) -> Layers:
    """Every token as a record, with any label."""
    figures = [{**token, "category": rng.choice(CATEGORIES), "status": "actual"} for token in given.tokens]
    mentions = [{**token, "type": rng.choice(TYPES)} for token in given.tokens]
    return {"segments": given.tokens, "entities": mentions, "figures": figures}


def every_type_on_names(given: Given, rng: Random) -> Layers:
    """Whatever is capitalised, with every type."""
    return {"entities": _typed(given.names)}


def any_type_on_names(given: Given, rng: Random) -> Layers:
    """Whatever is capitalised, with some type."""
    return {"entities": [{**name, "type": rng.choice(TYPES)} for name in given.names]}


def every_type_on_honest_spans(given: Given, rng: Random) -> Layers:
    """Every honest mention with every type."""
    return {"entities": _typed(given.honest.get("entities", []))}


def every_phrase(given: Given, rng: Random) -> Layers:
    """All runs of up to four tokens, with any type."""
    tokens = given.tokens
    pairs = ((first, last) for i, first in enumerate(tokens) for last in tokens[i : i + 4])
    return {"entities": [{"start": a["start"], "end": b["end"], "type": rng.choice(TYPES)} for a, b in pairs]}


def nested_copies(given: Given, rng: Random) -> Layers:
    """Every honest record with five copies that grow around it."""
    return {
        layer: [given.moved(record, -size, size) for record in records for size in range(1, 6)]
        for layer, records in given.honest.items()
    }


def mentions_that_do_not_count(given: Given, rng: Random) -> Layers:
    """Every token with every type, at the levels that the headline leaves out."""
    return {"entities": [one for level in ("nominal", "pronoun") for one in _typed(given.tokens, level=level)]}


def every_position(given: Given, rng: Random) -> Layers:
    """Every name of the text toward every concept with every polarity."""
    return {"stances": _positions(given, given.wordings, given.concepts)}


def all_in_favour(given: Given, rng: Random) -> Layers:
    """Every name of the text in favour of every concept."""
    return {"stances": _positions(given, given.wordings, given.concepts, ["favor"])}


def every_place_as_holder(given: Given, rng: Random) -> Layers:
    """Every pronoun and every name, by its offsets, toward every concept."""
    places = [*given.names, *given.spans(r"\b(?:[Ss]?[Hh]e|[Ww]e|[Tt]hey|I|who|it|groups|observers)\b")]
    return {"stances": _positions(given, places, given.concepts, [rng.choice(POLARITIES)])}


def every_polarity_of_honest_positions(given: Given, rng: Random) -> Layers:
    """Every honest stance with every polarity."""
    stances = given.honest.get("stances", [])
    return {"stances": [{**one, "polarity": polarity} for one, polarity in product(stances, POLARITIES)]}


def honest_holders_and_concepts_crossed(given: Given, rng: Random) -> Layers:
    """Every honest holder toward every honest concept, with every honest polarity of it."""
    stances = given.honest.get("stances", [])
    toward = sorted({(one["concept_id"], one["polarity"]) for one in stances})
    return {"stances": [{**one, "concept_id": c, "polarity": p} for one, (c, p) in product(stances, toward)]}


def stances_with_all_evidence(given: Given, rng: Random) -> Layers:
    """Every honest stance once on all segments, and once on each of some."""
    stances = [_placeless(one) for one in given.honest.get("stances", [])]
    everywhere = [{**one, "segment_ids": given.evidence} for one in stances]
    return {"stances": everywhere + [{**one, "segment_ids": [rng.choice(given.evidence)]} for one in stances * 5]}


def _placeless(record: Record, *more: str) -> Record:
    return {key: value for key, value in _bare(record).items() if key not in ("start", "end", *more)}


def holders_said_otherwise(given: Given, rng: Random) -> Layers:
    """Every honest stance with its holder in other words: spaced, dotted, with an article, as a place only."""
    stances = given.honest.get("stances", [])
    forms = [{**one, "holder": holder} for one in stances for holder in _reworded(one["holder"])]
    return {"stances": forms}


def _reworded(holder: Any) -> list[Any]:
    if isinstance(holder, str):
        return [f"the {holder}", holder.upper(), f" {holder}. ", {"entity_id": holder}]
    return [{key: holder[key] for key in ("start", "end") if key in holder}] if "start" in holder else []


def holders_that_name_several(given: Given, rng: Random) -> Layers:
    """Names in one string, stretches over several names, and names that contradict their place."""
    names = given.names
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(60)]
    strings = [f"{given.words(one)} and {given.words(other)}" for one, other in pairs]
    stretches = [{"start": a["start"], "end": b["end"]} for a, b in zip(names, names[2:], strict=False)]
    torn = [{**one, "entity_id": given.words(other)} for one, other in pairs]
    return {"stances": _positions(given, [*strings, *stretches, *torn], given.concepts, [rng.choice(POLARITIES)])}


def identifiers_for_everything(given: Given, rng: Random) -> Layers:
    """Each honest holder's own identifier claimed by every name of the text, in mentions that do not count."""
    return {"entities": _claims(sorted(_own_names(given)), given.names)}


def identifiers_for_one_name(given: Given, rng: Random) -> Layers:
    """All honest holders' identifiers claimed by one name, many times, so that spurious positions might merge."""
    return {"entities": _claims(sorted(_own_names(given)), [rng.choice(given.names)] * 30)}


def identifiers_that_are_swapped(given: Given, rng: Random) -> Layers:
    """Each honest holder's identifier claimed by some name of the text, so that wrong holders might turn right."""
    swapped = ((own, [rng.choice(given.names)] * 9) for own in sorted(_own_names(given)))
    return {"entities": [one for own, places in swapped for one in _claims([own], places)]}


def _claims(identifiers: Iterable[str], places: list[Record]) -> list[Record]:
    """Mentions on all places for each identifier, of a level that the headline leaves out."""
    return [one for own in identifiers for one in _typed(places, ["group"], entity_id=own, level="pronoun")]


def _own_names(given: Given) -> set[str]:
    holders = (one["holder"] for one in given.honest.get("stances", []))
    return {name for one in holders if (name := one if isinstance(one, str) else one.get("entity_id"))}


def every_number_in_every_way(given: Given, rng: Random) -> Layers:
    """Every number of the text with every category and status."""
    return {"figures": _judged(_numbers(given), CATEGORIES, STATUSES)}


def numbers_on_the_whole_text(given: Given, rng: Random) -> Layers:
    """Some numbers of the text with every category and status, each claimed of the whole text."""
    numbers = rng.sample(list(_numbers(given)), 9)
    return {"figures": _judged(({**figure, **given.whole} for figure in numbers), CATEGORIES, STATUSES)}


def honest_figures_in_every_way(given: Given, rng: Random) -> Layers:
    """Every honest figure with every category and status."""
    return {"figures": _judged(given.honest.get("figures", []), CATEGORIES, STATUSES)}


def honest_figures_with_every_comparator(given: Given, rng: Random) -> Layers:
    """Every honest figure with every comparator, all fields of its number set."""
    figures = product(given.honest.get("figures", []), COMPARATORS)
    return {"figures": [_stuffed(figure, comparator) for figure, comparator in figures]}


def _stuffed(figure: Record, comparator: str) -> Record:
    bounds = [bound for bound in (figure.get("lower"), figure.get("upper")) if bound]
    value = figure.get("value") or next((bound["value"] for bound in bounds), None)
    bound = {"value": value or 0, "inclusive": True}
    return {**figure, "comparator": comparator, "value": value, "lower": bound, "upper": bound, "term": "hundreds"}


_LOW, _HIGH = ({"value": value, "inclusive": True} for value in (1, 10**12))
_WIDE: list[Record] = [
    {"comparator": "between", "lower": _LOW, "upper": _HIGH},
    {"comparator": "at_least", "lower": _LOW},
    {"comparator": "at_most", "upper": _HIGH},
]
"""Ranges that hold whatever a vague term may be read as."""


def vague_terms_as_wide_ranges(given: Given, rng: Random) -> Layers:
    """Every vague term as wide ranges."""
    return {"figures": _judged(_read_as(given, _WIDE), CATEGORIES, ["actual"])}


def vague_terms_as_every_number(given: Given, rng: Random) -> Layers:
    """Every vague term as each number that any convention reads any term as."""
    tables = (readings for table in CONVENTIONS.values() for readings in table.values())
    ends = sorted({end for readings in tables for interval in readings for end in interval})
    return {"figures": _judged(_read_as(given, [{"value": end} for end in ends]), CATEGORIES, ["actual"])}


def _read_as(given: Given, quantities: Iterable[Record]) -> Iterator[Record]:
    vague = [found for found in _numbers(given) if "term" in found]
    yield from (
        {"start": place["start"], "end": place["end"], **quantity} for place, quantity in product(vague, quantities)
    )


def decoys(given: Given, rng: Random) -> Layers:
    """Empty figures on every number, to push honest figures to another alignment."""
    return {"figures": [{"start": one["start"], "end": one["end"]} for one in _numbers(given)]}


def wide_figures(given: Given, rng: Random) -> Layers:
    """Every honest figure again on its whole segment, and on the whole text."""
    figures = given.honest.get("figures", [])
    wider = [[_segment_of(given, figure), given.whole] for figure in figures]
    return {
        "figures": [
            {**_bare(one), **_bounds(place)} for one, places in zip(figures, wider, strict=True) for place in places
        ]
    }


def _segment_of(given: Given, record: Record) -> Record:
    return max((one for one in given.segments if one["start"] <= record["start"]), key=lambda one: one["start"])


def segments_as_everything(given: Given, rng: Random) -> Layers:
    """Every segment as a mention of any type and as a figure of any kind."""
    return {
        "entities": [{**one, "type": rng.choice(TYPES)} for one in map(_bounds, given.segments)],
        "figures": _judged(map(_bounds, given.segments), [rng.choice(CATEGORIES)], STATUSES),
    }


def _bounds(span: Record) -> Record:
    return {"start": span["start"], "end": span["end"]}


def every_code_point_an_end(given: Given, rng: Random) -> Layers:
    """Segments that end wherever they can."""
    return {"segments": [{"start": max(end - 40, 0), "end": end} for end in range(1, len(given.text) + 1)]}


def every_stop_an_end_many_times(given: Given, rng: Random) -> Layers:
    """Segments that end at any full stop or space, from several starts."""
    ends = given.spans(r"[.\"] *|\s")
    return {
        "segments": [{"start": max(end["end"] - size, 0), "end": end["end"]} for end in ends for size in (1, 9, 99)]
    }


def outside_the_text(given: Given, rng: Random) -> Layers:
    """Records beyond the text, reversed or empty."""
    size = len(given.text)
    places = [{"start": size, "end": size + 9}, {"start": 9, "end": 9}, {"start": 9, "end": 2}, {"start": -1, "end": 4}]
    return _everywhere(given, places * 3)


def _everywhere(given: Given, places: list[Record], **more: Any) -> Layers:
    """A record of each layer on each place."""
    stances = _positions(given, given.wordings[:1], given.concepts[:1], ["favor"])
    return {
        "segments": [{**place} for place in places],
        "entities": [{**one, **more} for one in _typed(places, ["person"])],
        "figures": [{**place, **more} for place in places],
        "stances": [{**stance, **place, **more} for stance, place in product(stances, places)],
    }


def declared_optional(given: Given, rng: Random) -> Layers:
    """Sprayed records that call themselves optional and accept every label."""
    accepted = {
        "type": TYPES,
        "category": CATEGORIES,
        "status": STATUSES,
        "polarity": POLARITIES,
        "concept_id": given.concepts,
        "level": ["name", "nominal", "pronoun"],
    }
    sprayed = {
        "entities": _typed(given.names, ["person"]),
        "figures": _judged(_numbers(given), ["other"], ["possible"]),
        "stances": _positions(given, given.wordings, given.concepts[:3], ["mixed"]),
    }
    declared = {"optional": True, "optional_reason": "", "alternatives": accepted}
    return {layer: [{**one, **declared} for one in records] for layer, records in sprayed.items()}


def empty_strings(given: Given, rng: Random) -> Layers:
    """Records with empty identifiers, texts and references."""
    places = [{"start": index, "end": index + 3} for index in range(0, 60, 6)]
    stances = [
        {**one, "holder": holder} for one in _positions(given, [""], given.concepts) for holder in ("", " ", ".")
    ]
    return {**_everywhere(given, places, id="", doc_id=""), "stances": stances} | {
        "entities": _typed(places, entity_id="", text="") + _typed(places, entity_id="")
    }


def unreadable(given: Given, rng: Random) -> Layers:
    """Records that are no records."""
    bad: list[Any] = [
        {},
        None,
        7,
        "x",
        [],
        {"start": None, "end": None},
        {"start": "0", "end": "5"},
        {"start": 0, "end": 5, "x": 1},
    ]
    return {layer: [*bad, *bad] for layer in KINDS}


def unknown_labels(given: Given, rng: Random) -> Layers:
    """Some honest records with a label that no vocabulary holds."""
    fields = {"segments": "kind", "entities": "type", "figures": "status", "stances": "polarity"}
    return {layer: [{**one, fields[layer]: "any"} for one in records[::4]] for layer, records in given.honest.items()}


def odd_numbers(given: Given, rng: Random) -> Layers:
    """Numbers of the text with huge, tiny and empty values."""
    values = [10**18, -1, 0, -0.0, 1e308, 5e-324, None]
    return {"figures": [{**one, "value": value, "unit": {}} for one in _numbers(given) for value in values]}


def quoted_again(given: Given, rng: Random) -> Layers:
    """Every honest record again, as a quote with its segment and as one without."""
    return _of_each(given, lambda layer, one: [given.quoted(one, **given.hint(layer, one)), given.quoted(one)])


def _of_each(given: Given, made: Callable[[str, Record], list[Record]]) -> Layers:
    """What is made of each honest record."""
    return {layer: [new for one in records for new in made(layer, one)] for layer, records in given.honest.items()}


def a_quote_hundreds_of_times(given: Given, rng: Random) -> Layers:
    """A few honest records a hundred times each, as quotes."""
    few = {layer: rng.sample(records, min(len(records), 5)) for layer, records in given.honest.items()}
    return {layer: [given.quoted(one) for one in records] * 100 for layer, records in few.items()}


def every_word_quoted(given: Given, rng: Random) -> Layers:
    """Every different word as a quote, with any label."""
    quotes = [{"text": word} for word in sorted({given.words(token) for token in given.tokens})]
    mentions = [{**one, "type": rng.choice(TYPES)} for one in quotes]
    return {"segments": quotes, "entities": mentions, "figures": _judged(quotes, CATEGORIES[:1], ["actual"])}


def every_name_quoted(given: Given, rng: Random) -> Layers:
    """Every different name as a quote, twice as often as it stands in the text, with some type."""
    names = [words for words in given.wordings for _ in range(2 * given.text.count(words))]
    return {"entities": [{"text": words, "type": rng.choice(TYPES)} for words in names]}


def quotes_with_hints_that_point_elsewhere(given: Given, rng: Random) -> Layers:
    """Every honest record as a quote that has the surroundings, or the segment, of another."""
    return _of_each(given, lambda layer, one: _misled(given, layer, one, rng))


def _misled(given: Given, layer: str, record: Record, rng: Random) -> list[Record]:
    other = rng.choice(given.honest[layer])
    start, end = other["start"], other["end"]
    around = {"prefix": given.text[max(start - 20, 0) : start], "suffix": given.text[end : end + 20]}
    return [given.quoted(record, **around), given.quoted(record, **given.hint(layer, other))]


def quotes_inside_records(given: Given, rng: Random) -> Layers:
    """Every honest record with quotes of any words as its head, holder, expressions, target, source and place."""
    words = [{"text": given.words(one)} for one in rng.sample(given.tokens, 20)]
    names = [{"text": name} for name in rng.sample(given.wordings, 20)]
    stuffed: Layers = {
        "entities": [{"head": one} for one in words[:2]],
        "figures": [{"source": names, "place": names, "fraction_of": words[0]}],
        "stances": [{"holder": name, "via": names, "expression": words, "target": words[0]} for name in names[:3]],
    }
    return _of_each(given, lambda layer, one: [{**given.quoted(one), **inner} for inner in stuffed.get(layer, [])])


def evidence_beside_quotes(given: Given, rng: Random) -> Layers:
    """Every honest stance with the words of some segment, and other segments as its evidence."""
    segments = [given.words(one) for one in given.segments]
    stances = [_placeless(one) for one in given.honest.get("stances", []) for _ in range(4)]
    return {
        "stances": [
            {**one, "segment_ids": [rng.choice(given.evidence)], "text": rng.choice(segments)} for one in stances
        ]
    }


def records_by_offsets_and_quote(given: Given, rng: Random) -> Layers:
    """Every honest record again by its offsets, and as a quote with its segment."""
    return _of_each(given, lambda layer, one: [_bare(one), given.quoted(one, **given.hint(layer, one))])


def variants_of_quotes(given: Given, rng: Random) -> Layers:
    """Every honest record as quotes in capitals, in small letters, with white space around, and with other dashes."""
    return _of_each(
        given, lambda layer, one: [{**given.quoted(one), "text": text} for text in _variants(given.words(one))]
    )


def _variants(words: str) -> list[str]:
    return [words.upper(), words.lower(), f" {words}\n", words.replace("-", "\u2013").replace("'", "\u2019")]


def quotes_that_stand_nowhere(given: Given, rng: Random) -> Layers:
    """Quotes of nothing, of half a word, and of words that the text does not have, all with what is right elsewhere."""
    texts = ["", " ", "\u200b", given.wordings[0][:-1], "Atlantis"]
    return _of_each(given, lambda layer, one: [{**given.quoted(one), "text": rng.choice(texts)}])


ATTACKS: dict[str, Attack] = {
    "repeated": repeated,
    "shifted": shifted,
    "giant": giant,
    "a span a token": a_span_a_token,
    "every type on names": every_type_on_names,
    "any type on names": any_type_on_names,
    "every type on honest spans": every_type_on_honest_spans,
    "every phrase": every_phrase,
    "nested copies": nested_copies,
    "mentions that do not count": mentions_that_do_not_count,
    "every position": every_position,
    "all in favour": all_in_favour,
    "every place as holder": every_place_as_holder,
    "every polarity of honest positions": every_polarity_of_honest_positions,
    "honest holders and concepts crossed": honest_holders_and_concepts_crossed,
    "stances with all evidence": stances_with_all_evidence,
    "holders said otherwise": holders_said_otherwise,
    "holders that name several": holders_that_name_several,
    "identifiers for everything": identifiers_for_everything,
    "identifiers for one name": identifiers_for_one_name,
    "identifiers that are swapped": identifiers_that_are_swapped,
    "every number in every way": every_number_in_every_way,
    "numbers on the whole text": numbers_on_the_whole_text,
    "honest figures in every way": honest_figures_in_every_way,
    "honest figures with every comparator": honest_figures_with_every_comparator,
    "vague terms as wide ranges": vague_terms_as_wide_ranges,
    "vague terms as every number": vague_terms_as_every_number,
    "decoys": decoys,
    "wide figures": wide_figures,
    "segments as everything": segments_as_everything,
    "every code point an end": every_code_point_an_end,
    "every stop an end, many times": every_stop_an_end_many_times,
    "outside the text": outside_the_text,
    "declared optional": declared_optional,
    "empty strings": empty_strings,
    "unreadable": unreadable,
    "unknown labels": unknown_labels,
    "odd numbers": odd_numbers,
    "quoted again": quoted_again,
    "a quote hundreds of times": a_quote_hundreds_of_times,
    "every word quoted": every_word_quoted,
    "every name quoted": every_name_quoted,
    "quotes with hints that point elsewhere": quotes_with_hints_that_point_elsewhere,
    "quotes inside records": quotes_inside_records,
    "evidence beside quotes": evidence_beside_quotes,
    "records by offsets and quote": records_by_offsets_and_quote,
    "variants of quotes": variants_of_quotes,
    "quotes that stand nowhere": quotes_that_stand_nowhere,
}


Rewriting = Callable[[Given], Layers]


def vague_figures_as_wide_ranges(given: Given) -> Layers:
    """Every honest vague figure as a wide range, the others as they are."""
    return {"figures": [{**one, **_WIDE[0]} if "term" in one else one for one in given.honest["figures"]]}


def figures_on_their_segments(given: Given) -> Layers:
    """Every honest figure on its whole segment."""
    return {"figures": [{**_bare(one), **_bounds(_segment_of(given, one))} for one in given.honest["figures"]]}


def figures_on_the_whole_text(given: Given) -> Layers:
    """Every honest figure on the whole text."""
    return {"figures": [{**_bare(one), **given.whole} for one in given.honest["figures"]]}


def mentions_on_longer_spans(given: Given) -> Layers:
    """Every honest mention with a character more."""
    return {"entities": [given.moved(one, 0, 1) for one in given.honest["entities"]]}


def holders_on_the_whole_text(given: Given) -> Layers:
    """Every honest stance with the whole text as the place of its holder."""
    return {"stances": [{**one, "holder": given.whole} for one in given.honest["stances"]]}


def stances_on_the_whole_text(given: Given) -> Layers:
    """Every honest stance with all segments as its evidence."""
    return {"stances": [{**_placeless(one), "segment_ids": given.evidence} for one in given.honest["stances"]]}


def records_as_quotes(given: Given) -> Layers:
    """Every honest record as a quote."""
    return _of_each(given, lambda layer, one: [given.quoted(one)])


def records_as_quotes_with_segments(given: Given) -> Layers:
    """Every honest record as a quote with its segment."""
    return _of_each(given, lambda layer, one: [given.quoted(one, **given.hint(layer, one))])


REWRITINGS: dict[str, Rewriting] = {
    "vague terms as wide ranges": vague_figures_as_wide_ranges,
    "figures on their segments": figures_on_their_segments,
    "figures on the whole text": figures_on_the_whole_text,
    "mentions on longer spans": mentions_on_longer_spans,
    "holders on the whole text": holders_on_the_whole_text,
    "stances on the whole text": stances_on_the_whole_text,
    "records as quotes": records_as_quotes,
    "records as quotes with segments": records_as_quotes_with_segments,
}
"""What replaces honest records instead of adding to them."""
