"""Random gold with random predictions, for properties that must hold for all of them.

Two documents of a few words; spans overlap, repeat and nest; labels are missing, optional records and alternatives
occur, and some predicted records are bad.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st
from tiny import corpus, document

from dateline.corpus import Corpus, GoldDocument
from dateline.vocabulary import labels

TEXT = "Two of four men.\nHere and there.\nSome came, hundreds left.\nNo."
LINES = [(0, 16), (17, 32), (33, 58), (59, 62)]
SEGMENTS = [f"s{number:03}" for number in range(1, 5)]
NAMES, CONCEPTS = ("Ann", "Ben"), ("one", "two")

Record = dict[str, Any]
Records = st.SearchStrategy[Record]

places = st.builds(
    lambda start, length: {"start": start, "end": min(start + length, len(TEXT))},
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 9),
)


def label(kind: str, field: str, most: int = 3) -> st.SearchStrategy[str]:
    return st.sampled_from(list(labels(kind, field))[:most])


def maybe(kind: str, field: str) -> st.SearchStrategy[str | None]:
    return st.none() | label(kind, field)


def joined(*parts: st.SearchStrategy[Record]) -> Records:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


kinds = st.sampled_from([("person", None), ("location", "city"), ("location", "country"), ("location", None)])
mentions = joined(
    places,
    kinds.map(lambda kind: {"type": kind[0], "subtype": kind[1]}),
    st.fixed_dictionaries({"level": label("mention", "level"), "entity_id": st.none() | st.sampled_from(NAMES)}),
)
values = st.sampled_from([1, 3, 150, 200, 10**6])
ends = values.map(lambda value: {"value": value, "inclusive": True})
quantities: Records = st.one_of(
    st.just({"comparator": "vague", "term": "hundreds"}),
    values.map(lambda value: {"value": value}),
    ends.map(lambda end: {"comparator": "at_least", "lower": end}),
    st.tuples(ends, ends).map(lambda both: {"comparator": "between", "lower": both[0], "upper": both[1]}),
)
judgements = {field: maybe("figure", field) for field in ("category", "status", "measure")}
figures = joined(places, quantities, st.fixed_dictionaries(judgements))
manners = {field: maybe("stance", field) for field in ("act", "basis", "quotation", "certainty")}
stances = st.fixed_dictionaries(
    {
        "segment_ids": st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=2, unique=True).map(sorted),
        "holder": st.sampled_from(NAMES).map(lambda name: {"entity_id": name}),
        "concept_id": st.sampled_from(CONCEPTS),
        "polarity": label("stance", "polarity"),
        "expression": st.lists(places, max_size=2),
        **manners,
    }
)
segments = joined(
    st.sampled_from(LINES).map(lambda line: {"start": line[0], "end": line[1]}) | places,
    st.fixed_dictionaries({"kind": maybe("segment", "kind")}),
)
LAYERS = {"segments": segments, "entities": mentions, "figures": figures, "stances": stances}
ALTERNATIVES = {
    "entities": ("type", label("entity", "type")),
    "figures": ("status", label("figure", "status")),
    "stances": ("polarity", label("stance", "polarity")),
}


@st.composite
def golds(draw: st.DrawFn, doc_id: str) -> GoldDocument:
    kinds = [draw(label("segment", "kind")) for _ in LINES]
    lines = [{"start": start, "end": end, "kind": kind} for (start, end), kind in zip(LINES, kinds, strict=True)]
    made = {layer: draw(st.lists(_loose(layer), max_size=5)) for layer in ALTERNATIVES}
    found = document(TEXT, doc_id, segments=lines, **made)
    publisher = draw(st.sampled_from(["A", "B", ""]))
    return found._replace(document=msgspec.structs.replace(found.document, publisher=publisher))


def _loose(layer: str) -> Records:
    """A gold record, which may be optional and may accept a second label."""
    field, other = ALTERNATIVES[layer]
    nothing: Record = {}
    accepted = st.just(nothing) | other.map(lambda label: {"alternatives": {field: [label]}})
    optional = st.sampled_from([False, False, True]).map(lambda value: {"optional": value})
    return joined(LAYERS[layer], optional, accepted)


@st.composite
def submissions(draw: st.DrawFn) -> tuple[Corpus, list[Record]]:
    """A corpus of two documents and a line for each; a bad record has no offsets."""
    gold = corpus(draw(golds("d1")), draw(golds("d2")), registry={name: [name] for name in NAMES}, concepts=CONCEPTS)
    lines = [
        {"doc_id": doc_id, **{layer: draw(st.lists(made | st.just({}), max_size=6)) for layer, made in LAYERS.items()}}
        for doc_id in ("d1", "d2")
    ]
    return gold, lines


@st.composite
def quoted_submissions(draw: st.DrawFn) -> tuple[Corpus, list[Record]]:
    """A submission with quotes in the place of some offsets: padded, in capitals, cut anywhere, or of other words."""
    gold, lines = draw(submissions())
    for record in (one for line in lines for layer in ("segments", "entities", "figures") for one in line[layer]):
        if record and draw(st.booleans()):
            words = TEXT[record.pop("start") : record.pop("end")]
            record["text"] = draw(st.sampled_from([words, words, f" {words}\n", words.upper(), "four", "came ", "Ann"]))
    return gold, lines
