from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import pytest
from tiny import corpus, document

from dateline.categories import judged, tallies
from dateline.corpus import Corpus
from dateline.layers import entities
from dateline.layers.base import Case
from dateline.layers.counts import Counts, Row, total
from dateline.layers.islands import decided, rows_of
from dateline.predictions import read
from dateline.scoring import cases, score
from dateline.vocabulary import labels

DOCUMENTS = 40
TYPES = ("person", "location", "group")
SUBTYPES = {"location": (None, "city", "country")}
LEVELS = ("name", "name", "nominal", "pronoun")
NAMES = ("Ann", "Ben")
LENGTH = 200

Record = dict[str, Any]


def mentions(draw: random.Random, most: int) -> list[Record]:
    return [mention(draw) for _ in range(draw.randint(0, most))]


def mention(draw: random.Random) -> Record:
    start, kind = draw.randrange(LENGTH - 20), draw.choice(TYPES)
    return {
        "start": start,
        "end": start + draw.randint(1, draw.choice([3, 20])),
        "type": kind,
        "subtype": draw.choice(SUBTYPES.get(kind, (None,))),
        "level": draw.choice(LEVELS),
    }


def loosened(draw: random.Random, made: Record) -> Record:
    """The mention as gold that may be optional or accept another label."""
    said = draw.random()
    if said < 0.1:
        return {**made, "optional": True}
    field, known = draw.choice([("type", TYPES), ("level", LEVELS), ("subtype", tuple(labels("entity", "subtype")))])
    return {**made, "alternatives": {field: [draw.choice(known)]}} if said < 0.2 else made


def repeated(draw: random.Random, made: list[Record]) -> list[Record]:
    """Some of the mentions, as another type or at another level."""
    changes: tuple[Record, ...] = (
        {},
        {"level": "name"},
        {"type": "location", "subtype": draw.choice(SUBTYPES["location"])},
    )
    return [{**draw.choice(made), **draw.choice(changes)} for _ in range(draw.choice([0, 0, 2])) if made]


def predicted(draw: random.Random, gold: Iterable[Record]) -> list[Record]:
    """The gold dropped, moved, relabelled and repeated, and some made up; in some documents there is little of that."""
    errors = draw.choice([0.03, 0.1, 0.3])
    kept = [dict(made) for made in gold if draw.random() > errors]
    for made in kept:
        made["end"] += draw.random() < errors
        made["type"], made["subtype"] = ("person", None) if draw.random() < errors else (made["type"], made["subtype"])
    return [*kept, *repeated(draw, kept), *mentions(draw, draw.choice([0, 1, 3]))]


def named(draw: random.Random, made: Record, field: str) -> Record:
    return {**made, field: draw.choice(NAMES)} if draw.random() < 0.5 else made


def submission(seed: int) -> tuple[Corpus, list[Record]]:
    """Documents of which some are crowded, some name entities and some have bad records, with a line for each."""
    draw = random.Random(seed)
    documents, lines = [], []
    for number in range(DOCUMENTS):
        gold = mentions(draw, draw.choice([0, 4, 12, 30]))
        gold += repeated(draw, gold)
        found = predicted(draw, gold)
        if identified := draw.random() < 0.3:
            gold = [named(draw, made, "entity_id") for made in gold]
            found = [named(draw, named(draw, made, "wikidata"), "entity_id") for made in found]
        bad: list[Record] = [{}] * draw.choice([0, 0, 0, 2])
        loose = [loosened(draw, made) for made in gold] if draw.random() < 0.5 or identified else gold
        documents.append(document("x" * (LENGTH + 20), f"d{number:02}", entities=loose))
        lines.append({"doc_id": f"d{number:02}", "entities": found + bad})
    return corpus(*documents, registry={name: [name] for name in NAMES}), lines


def scored_cases(seed: int, level: str) -> list[Case]:
    gold, lines = submission(seed)
    return list(cases(read(lines, gold, "spurious"), gold, level))


def summed(rows: Iterable[Row]) -> dict[tuple[str, ...], Counts]:
    return total(rows, by=Row._fields[:5])


def together(documents: Sequence[Case]) -> Iterator[Row]:
    return chain.from_iterable(rows_of("entities", documents))


def alone(documents: Iterable[Case]) -> Iterator[Row]:
    return chain.from_iterable(map(entities.rows, documents))


def counted(documents: Iterable[Case]) -> Counter[tuple[str, str]]:
    """Records by error category and side, one document at a time; bad ones are spurious."""
    found: Counter[tuple[str, str]] = Counter()
    for case in documents:
        for category, gold, other in judged(case, "entities"):
            found.update(side for side, one in (((category, "gold"), gold), ((category, "predicted"), other)) if one)
        found["spurious", "predicted"] += case.spurious["entities"]
    return found


@pytest.mark.parametrize("level", ["name", "nominal", "pronoun", "all"])
@pytest.mark.parametrize("seed", range(20))
def test_documents_together_have_the_rows_that_each_has_alone(seed: int, level: str) -> None:
    documents = scored_cases(seed, level)
    assert summed(together(documents)) == summed(alone(documents))


@pytest.mark.parametrize("level", ["name", "all"])
@pytest.mark.parametrize("seed", range(20))
def test_documents_together_have_the_error_categories_that_each_has_alone(seed: int, level: str) -> None:
    documents = scored_cases(seed, level)
    found: Counter[tuple[str, str]] = Counter()
    for tally in tallies(documents, ["entities"]):
        found.update({(tally.category, "gold"): tally.gold, (tally.category, "predicted"): tally.predicted})
    assert +found == +counted(documents)


def test_flat_mentions_without_optional_gold_need_no_matching() -> None:
    draw = random.Random(1)
    places = [(start, start + draw.randint(2, 8)) for start in range(0, LENGTH, 10)]
    true = [{"start": start, "end": end, "type": "person"} for start, end in places]
    made = [{"start": start, "end": end + draw.randint(0, 1), "type": draw.choice(TYPES)} for start, end in places]
    gold = corpus(*(document("x" * LENGTH, name, entities=true) for name in ("d1", "d2")))
    found = read([{"doc_id": name, "entities": made} for name in ("d1", "d2")], gold)
    _, rest = decided("entities", list(cases(found, gold)))
    assert rest == []


def test_slices_and_single_documents_are_counted_one_by_one() -> None:
    gold, lines = submission(1)
    sliced = list(score(lines, gold, on_error="spurious", by=["nested"]).cases())
    assert decided("entities", sliced) == ([], sliced)
    alone = list(score(lines[:1], gold._replace(documents=gold.documents[:1]), on_error="spurious").cases())
    assert decided("entities", alone) == ([], alone)


@pytest.mark.parametrize("mirrored", [False, True])
def test_what_is_left_of_an_island_may_lie_apart(mirrored: bool) -> None:
    places = [(0, 5), (4, 10), (9, 14)]
    first, pair, last = ({"start": start, "end": end, "type": "person"} for start, end in places)
    one, other = (last, first) if mirrored else (first, last)
    gold = corpus(*(document("x" * LENGTH, name, entities=[one, pair]) for name in ("d1", "d2")))
    found = read([{"doc_id": name, "entities": [pair, other]} for name in ("d1", "d2")], gold)
    documents = list(cases(found, gold))
    assert summed(together(documents)) == summed(alone(documents))
