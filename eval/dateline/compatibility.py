"""What the reference scorers would say of a gold and of predictions, and which of their defects show in that.

Records become the plain data of `dateline.compat`. Mentions of the level asked for are labelled spans, in clusters by
entity_id (one without is a singleton) and with the Wikidata item that they are linked to. A stance is an opinion in the
segment of its first expression, else of its first evidence, with what of its holder, target and expressions lies there.
A figure is a quantity with the words, else the code, of its unit and, unless it is exact, its comparator as modifier.

Labels are the gold's own, without alternatives. Optional gold, and what dateline matches with it, is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from dateline.compat import coreference, defects, linking, nervaluate, quantities, sentiment_graph
from dateline.layers import layer
from dateline.layers.base import Case
from dateline.layers.entities import at_level
from dateline.layers.stances import evidence_of
from dateline.model import Figure, Mention, Segment, Stance
from dateline.scoring import Scores
from dateline.vocabulary import labels

NATIVE = {
    "strict": "entities.strict",
    "exact": "entities.span",
    "ent_type": "entities.typed_overlap",
    "strong_mention_match": "entities.span",
    "strong_typed_mention_match": "entities.strict",
    "strong_link_match": "entities.linking",
    "SF1": "stances.record",
    "Quantity": "figures.overlap",
}
"""Measure of a reference scorer -> dateline's own measure of much the same; for coreference the names are the same."""

Plain = dict[str, Any]
"""A record or document as `dateline.compat` takes it."""


class Number(NamedTuple):
    """What a scorer says under one name: "precision", "recall", "f1" or "exact" -> its value.

    `native` is dateline's own measure of much the same, "" where there is none.
    """

    measure: str
    values: dict[str, float | None]
    native: str


class Reference(NamedTuple):
    """What a reference scorer says of a layer, and which of its defects show in that, a line each."""

    scorer: str
    layer: str
    numbers: tuple[Number, ...]
    warnings: tuple[str, ...]


class Sides(NamedTuple):
    """The records of one layer of a document that count, each side in its own order."""

    case: Case
    gold: list[Any]
    predicted: list[Any]


class Said(NamedTuple):
    """The numbers of a scorer and the warnings about them."""

    numbers: Iterable[Number]
    warnings: Iterable[str]


class Scorer(NamedTuple):
    """A reference scorer: its layer, and what it says of all documents."""

    layer: str
    run: Callable[[Sequence[Sides]], Said]


def reference_scores(scores: Scores) -> tuple[Reference, ...]:
    """The numbers of each reference scorer for what was scored, where its layer was scored and predicted."""
    used = {name: one for name, one in SCORERS.items() if one.layer in scores.layers and one.layer in scores.attempted}
    made = list(scores.cases())
    sides = {name: [_sides(case, name) for case in made] for name in {scorer.layer for scorer in used.values()}}
    return tuple(_reference(name, scorer, sides[scorer.layer]) for name, scorer in used.items())


def _sides(case: Case, name: str) -> Sides:
    records = getattr(case.gold, name), getattr(case.prediction, name) or ()
    gold, predicted = at_level(case) if name == "entities" else records
    excused = {id(found) for one, found in layer(name).aligned(case).matched if one.optional}
    kept = [one for one in gold if not one.optional]
    return Sides(case, kept, [one for one in predicted if id(one) not in excused])


def _reference(name: str, scorer: Scorer, sides: Sequence[Sides]) -> Reference:
    numbers, warnings = scorer.run(sides)
    bad = sum(side.case.spurious.get(scorer.layer, 0) for side in sides)
    unseen = [f"{bad} bad records, spurious for dateline, are not shown to it"] if bad else []
    return Reference(name, scorer.layer, tuple(numbers), (*warnings, *unseen))


def _numbers(found: dict[str, dict[str, float]], *keys: str) -> list[Number]:
    """The numbers that a scorer gives by name of a measure; `keys` are its own names for precision, recall and F1."""
    names = dict(zip(keys, ("precision", "recall", "f1"), strict=True))
    return [
        Number(measure, {name: one[key] for key, name in names.items() if key in one}, NATIVE.get(measure, ""))
        for measure, one in found.items()
    ]


def _nervaluate(sides: Sequence[Sides]) -> Said:
    tags = list(labels("entity", "type"))
    documents = [{"gold": [*map(_tagged, one.gold)], "pred": [*map(_tagged, one.predicted)]} for one in sides]
    overall = nervaluate.score(documents, tags)["overall"]
    return Said(_numbers(overall, "precision", "recall", "f1"), defects.nervaluate(documents, tags))


def _tagged(mention: Mention) -> Plain:
    return {"start": mention.start, "end": mention.end, "label": mention.type}


def _coreference(sides: Sequence[Sides]) -> Said:
    """Of several mentions of one span, the first: the scorers would take one of them, without a word."""
    documents = [_clustered(one, one.gold, one.predicted) for one in sides]
    single = [_clustered(one, _first(one.gold), _first(one.predicted)) for one in sides]
    found = _numbers(coreference.score(single), "precision", "recall", "f1")
    numbers = [one._replace(native=f"entities.coref.{one.measure}") for one in found]
    return Said(numbers, defects.coreference(documents))


def _clustered(side: Sides, gold: Iterable[Mention], predicted: Iterable[Mention]) -> Plain:
    return {"doc_id": side.case.gold.doc_id, "gold": _clusters(gold), "pred": _clusters(predicted)}


def _first(mentions: Sequence[Mention]) -> Iterable[Mention]:
    """The first mention of each span."""
    return {(one.start, one.end): one for one in reversed(mentions)}.values()


def _clusters(mentions: Iterable[Mention]) -> list[list[tuple[int, int]]]:
    clusters: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        clusters[mention.entity_id or number].append((mention.start, mention.end))
    return list(clusters.values())


def _linking(sides: Sequence[Sides]) -> Said:
    documents = [_linked(*one) for one in sides]
    return Said(_numbers(linking.score(documents), "precision", "recall", "fscore"), defects.linking(documents))


def _linked(case: Case, gold: Iterable[Mention], predicted: Iterable[Mention]) -> Plain:
    def record(mention: Mention, item: str | None) -> Plain:
        return {"start": mention.start, "end": mention.end, "type": mention.type, "kb": item}

    registered = ((one, case.resolver.registry.get(one.entity_id or "")) for one in gold)
    return {
        "doc_id": case.gold.doc_id,
        "gold": [record(one, entity.wikidata if entity else None) for one, entity in registered],
        "pred": [record(one, one.wikidata) for one in predicted],
    }


def _quantities(sides: Sequence[Sides]) -> Said:
    gold = [found for one in sides for found in _measured(one.case, one.gold)]
    predicted = [found for one in sides for found in _measured(one.case, one.predicted)]
    found = quantities.score(gold, predicted)
    numbers = [Number(name, {"exact": one["EM"], "f1": one["F1"]}, NATIVE.get(name, "")) for name, one in found.items()]
    return Said(numbers, defects.quantities(gold, predicted))


def _measured(case: Case, figures: Iterable[Figure]) -> Iterator[Plain]:
    for number, figure in enumerate(figures):
        yield {
            "doc": case.gold.doc_id,
            "set": number,
            "start": figure.start,
            "end": figure.end,
            "text": case.gold.text[figure.start : figure.end],
            "unit": figure.unit and (figure.unit.text or figure.unit.ucum),
            "mods": () if figure.comparator == "exact" else (figure.comparator,),
        }


def _sentiment_graph(sides: Sequence[Sides]) -> Said:
    gold = [sentence for one in sides for sentence in _sentences(one.case, one.gold)]
    predicted = [sentence for one in sides for sentence in _sentences(one.case, one.predicted)]
    numbers = _numbers(sentiment_graph.score(gold, predicted), "P", "R", "F")
    return Said(numbers, defects.sentiment_graph(gold, predicted))


def _sentences(case: Case, stances: Iterable[Stance]) -> Iterator[Plain]:
    """All segments in the task's JSON, each with its opinions; white space of any kind divides tokens."""
    evidence = evidence_of(case)
    homes: defaultdict[str, list[Stance]] = defaultdict(list)
    for stance in stances:
        expressed = (case.gold.segment_id(one.start) for one in stance.expression)
        homes[next(chain(expressed, evidence(stance)), "")].append(stance)
    for segment in case.gold.segments:
        yield {
            "sent_id": f"{case.gold.doc_id}/{segment.id}",
            "text": re.sub(r"\s", " ", case.gold.text[segment.start : segment.end]),
            "opinions": [_opinion(case.gold.text, segment, stance) for stance in homes[segment.id]],
        }


def _opinion(text: str, segment: Segment, stance: Stance) -> Plain:
    return {
        "Source": _part(text, segment, stance.holder),
        "Target": _part(text, segment, stance.target),
        "Polar_expression": _part(text, segment, *stance.expression),
        "Polarity": stance.polarity,
    }


def _part(text: str, segment: Segment, *spans: Any) -> tuple[list[str], list[str]]:
    """Texts and ranges of what lies in the segment. A holder who is only named, or no target, has no place there."""
    given = [(one.start, one.end) for one in spans if getattr(one, "start", None) is not None]
    shared = [(max(start, segment.start), min(end, segment.end)) for start, end in given]
    inside = [(start, end) for start, end in shared if start < end]
    ranges = [f"{start - segment.start}:{end - segment.start}" for start, end in inside]
    return [text[start:end] for start, end in inside], ranges


SCORERS: dict[str, Scorer] = {
    "nervaluate 1.2.1": Scorer("entities", _nervaluate),
    "CoNLL coreference scorers": Scorer("entities", _coreference),
    "neleval 3.1.1": Scorer("entities", _linking),
    "MeasEval (SemEval-2021 Task 8)": Scorer("figures", _quantities),
    "SF1 (SemEval-2022 Task 10)": Scorer("stances", _sentiment_graph),
}
"""Name of a reference scorer -> what runs it."""
