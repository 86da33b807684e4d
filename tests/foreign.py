"""What the tests of foreign formats share: predictions to write, and what must come back.

The random documents have characters outside the Basic Multilingual Plane, line ends of both kinds and white space at
the borders of spans, and records of all layers that overlap and nest.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from random_documents import Records, ends, joined, kinds, label, maybe, quantities
from tiny import corpus as small_corpus
from tiny import document, span

from dateline.corpus import Corpus, GoldDocument, load
from dateline.decoding import KINDS
from dateline.errors import InputError
from dateline.formats import Format
from dateline.formats.common import as_dictionary
from dateline.model import Erratum, Prediction
from dateline.predictions import read
from dateline.scoring import gold_predictions

ALPHABET = 'ab. 1\n\r\t\N{GRINNING FACE}\N{LATIN SMALL LETTER E WITH ACUTE}\N{CJK UNIFIED IDEOGRAPH-20000}\u2028<&"]'
NOT_IN_XML = "\x00\v\f\x85\ufeff\u200b"
CONCEPTS = ("one", "two words")
TEXT = "Chad \N{GRINNING FACE} sentt 500 troops. France backs it."
CLEAN = TEXT.replace("sentt", "sent")
NAMES = ("e1", "Ann", "\N{GRINNING FACE} \t|;:")


@cache
def corpus() -> Corpus:
    return load()


def gold() -> list[Prediction]:
    """The gold of the article as a system would say it, optional records and alternatives included."""
    return gold_predictions(corpus())


def small() -> Corpus:
    """A document whose raw text has an erratum after a character outside the Basic Multilingual Plane, and another."""
    first = document(
        TEXT, "d1", segments=[span("Chad \N{GRINNING FACE} sentt 500 troops.", TEXT), span("France backs it.", TEXT)]
    )
    spelling = Erratum(
        id="x001", doc_id="d1", segment_id="s001", start=7, end=12, text="sentt", intended="sent", kind="spelling"
    )
    second = document("It rained.", "d2")
    return small_corpus(first._replace(errata=(spelling,)), second, concepts=CONCEPTS)


def problems(read: Any, path: Path, gold: Corpus) -> list[tuple[str, str, int]]:
    """Code, record and line of all that a reader finds, whether it gives something or nothing."""
    try:
        found = read(path, gold).problems
    except InputError as error:
        found = [*error.problems]
    return [(problem.code, problem.record, problem.line) for problem in found]


def lines(predictions: list[Prediction]) -> list[dict[str, Any]]:
    """What reading must give."""
    return [as_dictionary(prediction) for prediction in predictions]


def back(form: Format, predictions: list[Prediction], gold: Corpus, name: str) -> list[dict[str, Any]]:
    """What reading gives of what was written, which must be without problems."""
    assert form.write and form.read
    with TemporaryDirectory() as folder:
        assert form.write(predictions, gold, Path(folder) / name) == []
        found = form.read(Path(folder) / name, gold)
    assert found.problems == []
    return found.documents


@st.composite
def predictions(draw: st.DrawFn, more: str = NOT_IN_XML) -> tuple[Corpus, list[Prediction]]:
    """A corpus of two random documents, and sound predictions for both; layers are missing, empty or full.

    `more` are characters beside the usual difficult ones.
    """
    texts = [draw(st.text(ALPHABET + more, min_size=1, max_size=40)) for _ in range(2)]
    documents = [document(text, f"d{number}", segments=_lines(text)) for number, text in enumerate(texts, 1)]
    found = small_corpus(*documents, registry={"e1": ["Ann"]}, concepts=CONCEPTS)
    said = [draw(_line(one)) for one in documents]
    return found, [*read(said, found, "spurious").documents.values()]


def _lines(text: str) -> list[dict[str, int]]:
    """Two segments that touch, or one."""
    half = max(len(text) // 2, 1)
    return [{"start": 0, "end": half}, *([{"start": half, "end": len(text)}] if half < len(text) else [])]


@st.composite
def _line(draw: st.DrawFn, on: GoldDocument) -> dict[str, Any]:
    layers = draw(st.sets(st.sampled_from([*KINDS])))
    made = {layer: draw(st.lists(_record(layer, on), max_size=4)) for layer in KINDS if layer in layers}
    named = draw(st.sampled_from([{}, {"system": "rules"}]))
    return {"doc_id": on.doc_id, **made, **named}


def _record(layer: str, on: GoldDocument) -> Records:
    places = st.tuples(st.integers(0, len(on.text)), st.integers(0, len(on.text))).filter(lambda two: two[0] != two[1])
    spans = places.map(lambda two: {"start": min(two), "end": max(two)})
    quoted = spans.map(lambda span: {**span, "text": on.text[span["start"] : span["end"]]})
    named = st.sampled_from([{}, {"id": "x"}, {"doc_id": on.doc_id}, {"segment_id": "s001"}])
    made = {"segments": _segments, "entities": _mentions, "figures": _figures, "stances": _stances}[layer](spans, on)
    common = named if layer != "segments" else named.map(lambda more: {**more} if "segment_id" not in more else {})
    return joined(made, common, spans | quoted) if layer != "stances" else joined(made, common)


def _segments(spans: Records, on: GoldDocument) -> Records:
    return st.fixed_dictionaries({"kind": maybe("segment", "kind")})


def _mentions(spans: Records, on: GoldDocument) -> Records:
    fields = {
        "level": label("mention", "level"),
        "entity_id": st.none() | st.sampled_from(NAMES),
        "head": st.none() | spans,
        "wikidata": st.none() | st.just("Q1065"),
    }
    return joined(kinds.map(lambda kind: {"type": kind[0], "subtype": kind[1]}), st.fixed_dictionaries(fields))


def _pointers(spans: Records) -> st.SearchStrategy[Any]:
    named = st.sampled_from(NAMES)
    return named | spans | named.map(lambda name: {"entity_id": name}) | joined(spans, st.just({"entity_id": "e1"}))


def _figures(spans: Records, on: GoldDocument) -> Records:
    judged = {field: maybe("figure", field) for field in ("category", "status", "measure")}
    pointers = st.lists(_pointers(spans), max_size=2)
    fields = {**judged, "source": pointers, "place": pointers, "fraction_of": st.none() | spans, "upper": ends}
    return joined(quantities, st.fixed_dictionaries(fields))


def _stances(spans: Records, on: GoldDocument) -> Records:
    evidence = st.just({"segment_ids": [segment.id for segment in on.segments]})
    fields: dict[str, st.SearchStrategy[Any]] = {
        "holder": _pointers(spans),
        "via": st.lists(_pointers(spans), max_size=2),
        "concept_id": st.sampled_from(CONCEPTS),
        "polarity": label("stance", "polarity"),
        "act": maybe("stance", "act"),
        "expression": st.lists(spans, max_size=2),
    }
    return joined(st.fixed_dictionaries(fields), evidence | spans | joined(evidence, spans))
