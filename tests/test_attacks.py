"""Cheap tricks win nothing on the headline measures, alone or added to an honest submission.

A rise is what F1 owes to a record that is right: 2TP/(gold + predicted) rises where more than F1/2 of what is added
is right. No attack here reaches that share.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import msgspec
import pytest
from attacks import ATTACKS, CATEGORIES, POLARITIES, REWRITINGS, STATUSES, TYPES, Given, Layers, Record

from dateline.conventions import CONVENTIONS
from dateline.corpus import Corpus, load
from dateline.decoding import KINDS
from dateline.model import Annotation
from dateline.predictions import as_lines
from dateline.scoring import gold_predictions, score
from dateline.vocabulary import labels

LAYERS = tuple(KINDS)
HEADLINES = {
    "segments": "segments.boundary.f1",
    "entities": "entities.strict.f1",
    "figures": "figures.fact.f1",
    "stances": "stances.position.f1",
}
SHARES = (0.1, 0.2, 0.35)  # left out, spoilt and made up each
SEEDS = (1, 2)
MOST = 500  # records that an attack adds to a layer: what is drawn has the same share of right ones
TOLERANCE = 1e-12

ALONE = 0.15
FINDERS = {"every type on names": 0.16}
"""Attacks that find names, as systems do: of k types on a right span one is right, which gives F1 up to 2/(k + 1)."""


@cache
def article() -> Corpus:
    return load()


@cache
def lenient() -> Corpus:
    """The article with alternatives and optional records all over its gold."""
    rng, found = Random(5), article().documents[0]
    concepts, entities = sorted(article().concepts), sorted(article().registry)
    accepted: dict[str, dict[str, list[str]]] = {
        "entities": {"type": TYPES, "level": list(labels("mention", "level")), "entity_id": entities},
        "figures": {"category": CATEGORIES, "status": STATUSES},
        "stances": {"polarity": POLARITIES, "concept_id": concepts},
    }
    layers: dict[str, Any] = {
        layer: tuple(_loosened(record, fields, rng) for record in getattr(found, layer))
        for layer, fields in accepted.items()
    }
    return article()._replace(documents=(found._replace(**layers),))


def _loosened(record: Annotation, fields: dict[str, list[str]], rng: Random) -> Annotation:
    more = {field: (rng.choice(known),) for field, known in fields.items() if rng.random() < 0.2}
    return msgspec.structs.replace(record, alternatives=more, optional=rng.random() < 0.2)


Lines = list[dict[str, Any]]

ON_FIGURES = (
    "repeated",
    "giant",
    "a span a token",
    "every number in every way",
    "numbers on the whole text",
    "honest figures in every way",
    "honest figures with every comparator",
    "vague terms as wide ranges",
    "vague terms as every number",
    "wide figures",
    "odd numbers",
)
"""Attacks that say something of numbers."""

FILES: dict[str, Callable[[dict[str, Any]], Lines]] = {
    "the line twice": lambda line: [line, line],
    "the line and an empty one": lambda line: [line, {"doc_id": line["doc_id"]}],
    "a layer a line": lambda line: [{"doc_id": line["doc_id"], layer: line[layer]} for layer in LAYERS],
    "another document": lambda line: [line, {**line, "doc_id": "another"}],
    "no document": lambda line: [line, {key: line[key] for key in LAYERS}],
    "layers that are no lists": lambda line: [{**line, **{layer: {"0": line[layer]} for layer in LAYERS}}],
    "more keys": lambda line: [{**line, "gold": line["entities"], "optional": True}],
    "raw offsets said to be clean": lambda line: [{**line, "offsets": "clean"}],
    "a raw and a clean copy": lambda line: [line, {**line, "offsets": "clean"}],
    "a copy in quotes": lambda line: [line, in_quotes(line)],
    "a failure beside the records": lambda line: [{**line, "error": "no answer"}],
    "a failure and the line": lambda line: [{"doc_id": line["doc_id"], "error": "no answer"}, line],
}
"""What is done with the lines of a file."""

CORPORA: dict[str, Callable[[], Corpus]] = {"article": article, "lenient": lenient}


def given(honest: Layers | None = None) -> Given:
    document = article().documents[0]
    segments = [{"id": one.id, "start": one.start, "end": one.end} for one in document.segments]
    return Given(document.text, segments, sorted(article().concepts), honest or {})


def in_quotes(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, **REWRITINGS["records as quotes"](given({layer: line[layer] for layer in LAYERS}))}


@cache
def honest(share: float, seed: int) -> Layers:
    """The gold with a share of each layer left out, a share spoilt, and a share made up."""
    rng = Random(seed)
    gold = json.loads(as_lines(gold_predictions(article())).splitlines()[0])
    return {layer: _degraded(layer, gold[layer], share, rng) for layer in SPOIL}


def _degraded(layer: str, gold: list[Record], share: float, rng: Random) -> list[Record]:
    kept = [record for record in gold if rng.random() > share]
    spoilt = [SPOIL[layer](record, rng) if rng.random() < share else record for record in kept]
    made = [SPOIL[layer](rng.choice(gold), rng) for _ in gold if rng.random() < share]
    return [_referring(record, rng) for record in spoilt + made]


def _referring(record: Record, rng: Random) -> Record:
    """A stance with its holder by identifier, by place, or by both."""
    if "holder" not in record:
        return record
    holder = record["holder"]
    place = {key: holder[key] for key in ("start", "end") if key in holder}
    return {**record, "holder": rng.choice([holder, holder["entity_id"], place or holder])}


def _segment(record: Record, rng: Random) -> Record:
    return given().moved(record, 0, -rng.randint(1, 20))


def _mention(record: Record, rng: Random) -> Record:
    retyped = {**record, "type": rng.choice(TYPES), "subtype": None}
    return rng.choice([retyped, given().moved(record, rng.randint(-9, 9), rng.randint(1, 9))])


def _figure(record: Record, rng: Random) -> Record:
    far = rng.randint(-60, 60)
    return rng.choice(
        [
            {**record, "category": rng.choice(CATEGORIES)},
            {**record, "status": rng.choice(STATUSES)},
            {**record, "comparator": "exact", "value": rng.randint(1, 3000)},
            given().moved(record, far, far),
            given().moved(record, -rng.randint(0, 60), rng.randint(0, 60)),
        ]
    )


def _stance(record: Record, rng: Random) -> Record:
    place = rng.choice(given().names)
    return rng.choice(
        [
            {**record, "polarity": rng.choice(POLARITIES)},
            {**record, "concept_id": rng.choice(given().concepts)},
            {**record, "holder": {**place, "entity_id": given().words(place)}},
        ]
    )


SPOIL: dict[str, Callable[[Record, Random], Record]] = {
    "segments": _segment,
    "entities": _mention,
    "figures": _figure,
    "stances": _stance,
}
"""Layer -> how a record of it goes wrong."""


def line(*parts: Layers) -> dict[str, Any]:
    """The line of a file that holds the records of all parts."""
    layers = {layer: [record for part in parts for record in part.get(layer, [])] for layer in LAYERS}
    return {"doc_id": article().documents[0].doc_id, **layers}


def headlines(
    lines: list[dict[str, Any]], gold: Corpus, layers: list[str] | None = None, convention: str | None = None
) -> dict[str, float]:
    """The headline number of each layer."""
    wanted = layers or list(LAYERS)
    scores = score(lines, gold, wanted, on_error="spurious", convention=convention)
    return {layer: scores.value(HEADLINES[layer]) or 0.0 for layer in wanted}


@cache
def unattacked(corpus: str, share: float, seed: int) -> dict[str, float]:
    return headlines([line(honest(share, seed))], CORPORA[corpus]())


def touched(extra: Layers) -> list[str]:
    """The layers whose numbers an attack may change: mentions carry the identifiers that stances point at."""
    return [layer for layer in LAYERS if layer in extra or (layer == "stances" and "entities" in extra)]


def drawn(attack: str, share: float, seed: int) -> Layers:
    """What an attack adds to an honest submission."""
    rng = Random(seed)
    extra = ATTACKS[attack](given(honest(share, seed)), rng)
    return {layer: rng.sample(records, min(len(records), MOST)) for layer, records in extra.items()}


def risen(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The layers whose number is higher after than before."""
    return {layer: (before[layer], new) for layer, new in after.items() if new > before[layer] + TOLERANCE}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("seed", SEEDS)
def test_honest_submissions_are_neither_perfect_nor_worthless(share: float, seed: int) -> None:
    assert all(0.3 <= value <= 0.9 for value in unattacked("article", share, seed).values())


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("share", SHARES)
def test_an_attack_raises_no_honest_submission(attack: str, share: float) -> None:
    for seed in SEEDS:
        extra = drawn(attack, share, seed)
        attacked = headlines([line(honest(share, seed), extra)], article(), touched(extra))
        assert risen(unattacked("article", share, seed), attacked) == {}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_raises_nothing_where_gold_has_many_alternatives(attack: str) -> None:
    extra = drawn(attack, 0.2, 1)
    attacked = headlines([line(honest(0.2, 1), extra)], lenient(), touched(extra))
    assert risen(unattacked("lenient", 0.2, 1), attacked) == {}


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("attack", ON_FIGURES)
def test_an_attack_on_figures_raises_nothing_under_a_convention(attack: str, convention: str) -> None:
    extra = {"figures": drawn(attack, 0.2, 1)["figures"]}
    before, after = (
        headlines([line(*parts)], article(), ["figures"], convention)
        for parts in ([honest(0.2, 1)], [honest(0.2, 1), extra])
    )
    assert risen(before, after) == {}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_figures_with_wide_ranges_for_vague_terms_lose_under_a_convention(convention: str) -> None:
    changed = REWRITINGS["vague terms as wide ranges"](given(honest(0.2, 1)))
    before, after = (
        headlines([line(figures)], article(), ["figures"], convention) for figures in (honest(0.2, 1), changed)
    )
    assert after["figures"] < before["figures"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_alone_is_worth_little(attack: str) -> None:
    extra = ATTACKS[attack](given(), Random(0))
    alone = headlines([line(extra)], article(), touched(extra))
    assert max(alone.values()) <= FINDERS.get(attack, ALONE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_order_of_attacked_records_changes_nothing(attack: str) -> None:
    extra = drawn(attack, 0.2, 2)
    whole, rng = line(honest(0.2, 2), extra), Random(3)
    turned = {**whole, **{layer: rng.sample(whole[layer], len(whole[layer])) for layer in LAYERS}}
    before, after = (score([one], article(), touched(extra), on_error="spurious").rows for one in (whole, turned))
    assert before == after


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_rewriting_all_honest_records_wins_nothing(rewriting: str) -> None:
    for share in SHARES:
        for seed in SEEDS:
            changed = REWRITINGS[rewriting](given(honest(share, seed)))
            after = headlines([line({**honest(share, seed), **changed})], article(), list(changed))
            assert risen(unattacked("article", share, seed), after) == {}


@pytest.mark.parametrize("attack", FILES)
def test_nothing_done_with_lines_wins_anything(attack: str) -> None:
    after = headlines(FILES[attack](line(honest(0.2, 1))), article())
    assert risen(unattacked("article", 0.2, 1), after) == {}


def test_an_empty_figure_does_not_move_another_to_where_it_is_right() -> None:
    quarter = json.loads(as_lines(gold_predictions(article())).splitlines()[0])["figures"][3]
    honest_figure = {**given().moved(quarter, -14, 0), "value": 0.25}  # "one million - a quarter", said to be 1/4
    empty = {"start": honest_figure["start"], "end": quarter["start"] - 3}  # "one million", with nothing said
    before, after = (
        headlines([line({"figures": made})], article()) for made in ([honest_figure], [honest_figure, empty])
    )
    assert risen(before, after) == {}


@pytest.mark.parametrize("attack", ["outside the text", "unreadable", "unknown labels", "quotes that stand nowhere"])
def test_bad_records_lower_every_headline(attack: str) -> None:
    before = unattacked("article", 0.2, 1)
    after = headlines([line(honest(0.2, 1), drawn(attack, 0.2, 1))], article())
    assert all(after[layer] < before[layer] for layer in LAYERS)
