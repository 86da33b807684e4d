from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from nervaluate import Evaluator
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from dateline import compat
from dateline.compat.nervaluate import SCHEMAS, score
from dateline.errors import DatelineError, InputError

TAGS = ["LOC", "ORG", "PER"]
FIELDS = ["correct", "incorrect", "partial", "missed", "spurious", "possible", "actual", "precision", "recall", "f1"]

Entity = dict[str, Any]
Document = dict[str, list[Entity]]


def entity(start: int, end: int, label: str = "LOC") -> Entity:
    return {"start": start, "end": end, "label": label}


def document(gold: Sequence[Entity], pred: Sequence[Entity]) -> Document:
    return {"gold": list(gold), "pred": list(pred)}


def nested(rng: random.Random, labels: Sequence[str] = TAGS) -> list[Entity]:
    starts = [rng.randrange(12) for _ in range(rng.randrange(6))]
    return [entity(start, start + rng.randint(1, 8), rng.choice(labels)) for start in starts]


def flat(rng: random.Random) -> list[Entity]:
    """Spans that do not overlap, in the order of the text."""
    cuts = sorted(rng.sample(range(16), 2 * rng.randrange(6)))
    return [entity(*cut, rng.choice(TAGS)) for cut in zip(cuts[::2], cuts[1::2], strict=True)]


def repeated(rng: random.Random) -> list[Entity]:
    return [one for one in nested(rng) for _ in range(rng.randint(1, 3))]


def long(rng: random.Random) -> list[Entity]:
    """Spans so long that one code point of them is less than one percent."""
    starts = [rng.randrange(400) for _ in range(4)]
    return [entity(start, start + rng.randint(80, 160), rng.choice(TAGS)) for start in starts]


def beyond_the_tags(rng: random.Random) -> list[Entity]:
    return nested(rng, [*TAGS, "MISC"])


def copied(rng: random.Random, gold: Sequence[Entity], pred: Sequence[Entity]) -> list[Entity]:
    """Predictions, with some of the gold among them, in any order."""
    mixed = [*pred, *(dict(one) for one in gold if rng.random() < 0.5)]
    rng.shuffle(mixed)
    return mixed


def documents(rng: random.Random, make: Callable[[random.Random], list[Entity]]) -> list[Document]:
    sides = [(make(rng), make(rng)) for _ in range(rng.randint(1, 4))]
    return [document(gold, copied(rng, gold, pred)) for gold, pred in sides]


def numbers(results: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {name: {field: getattr(result, field) for field in FIELDS} for name, result in results.items()}


def nervaluate(texts: Sequence[Document], tags: Sequence[str] = TAGS, threshold: float = 1.0) -> dict[str, Any]:
    """What nervaluate says, whose ends are inclusive."""
    sides = [[[{**one, "end": one["end"] - 1} for one in text[side]] for text in texts] for side in ("gold", "pred")]
    found = Evaluator(*sides, tags=tags, loader="dict", min_overlap_percentage=threshold).evaluate()
    entities = {tag: numbers(results) for tag, results in found["entities"].items()}
    return {"overall": numbers(found["overall"]), "entities": entities}


def strict(*texts: Document) -> dict[str, float]:
    found: dict[str, float] = score(texts, TAGS)["overall"]["strict"]
    return found


@pytest.mark.parametrize("make", [flat, nested, repeated, long, beyond_the_tags])
def test_every_number_is_nervaluates(make: Callable[[random.Random], list[Entity]]) -> None:
    rng = random.Random(make.__name__)
    drawn = [documents(rng, make) for _ in range(400)]
    assert [texts for texts in drawn if score(texts, TAGS) != nervaluate(texts)] == []


@pytest.mark.parametrize("threshold", [1.5, 29, 50, 100])
def test_every_number_is_nervaluates_under_another_threshold(threshold: float) -> None:
    rng = random.Random(threshold)
    drawn = [documents(rng, rng.choice([nested, long])) for _ in range(200)]
    assert [t for t in drawn if score(t, TAGS, threshold) != nervaluate(t, TAGS, threshold)] == []


@pytest.mark.parametrize(
    "text",
    [document([], []), document([entity(0, 3)], []), document([], [entity(0, 3)])],
    ids=["both", "predictions", "gold"],
)
def test_an_empty_side_counts_as_in_nervaluate(text: Document) -> None:
    assert score([text], TAGS) == nervaluate([text])


def iob2(entities: Sequence[Entity]) -> list[str]:
    tags = ["O"] * 16
    for one in entities:
        tags[one["start"] : one["end"]] = [f"I-{one['label']}"] * (one["end"] - one["start"])
        tags[one["start"]] = f"B-{one['label']}"
    return tags


def test_strict_f1_of_flat_spans_is_seqevals() -> None:
    rng = random.Random(1)
    texts = [document(flat(rng) or [entity(0, 3)], flat(rng) or [entity(0, 3)]) for _ in range(400)]
    sides = [[[iob2(text[side])] for text in texts] for side in ("gold", "pred")]
    reference = [f1_score(*pair, mode="strict", scheme=IOB2, zero_division=0) for pair in zip(*sides, strict=True)]
    assert [strict(text)["f1"] for text in texts] == pytest.approx(reference, abs=1e-12)


def test_seqeval_and_strict_agree_on_a_whole_corpus() -> None:
    rng = random.Random(2)
    texts = [document(gold, copied(rng, gold, [])) for gold in (flat(rng) for _ in range(300))]
    gold, pred = ([iob2(text[side]) for text in texts] for side in ("gold", "pred"))
    reference = f1_score(gold, pred, mode="strict", scheme=IOB2)
    assert strict(*texts)["f1"] == pytest.approx(reference, abs=1e-12)


def test_half_open_spans_that_only_touch_do_not_overlap() -> None:
    assert strict(document([entity(0, 3)], [entity(3, 5)]))["spurious"] == 1


def test_a_partial_match_is_half_a_hit() -> None:
    found = score([document([entity(0, 6)], [entity(2, 6)])], TAGS)["overall"]["partial"]
    assert (found["partial"], found["precision"]) == (1, 0.5)


def test_without_documents_all_counts_are_0() -> None:
    found = score([], TAGS)
    assert (list(found["overall"]), found["overall"]["strict"]["possible"], found["entities"]) == (list(SCHEMAS), 0, {})


def test_defect_the_order_of_predictions_changes_the_score() -> None:
    gold, short, whole = [entity(0, 10)], entity(0, 4), entity(0, 10)
    assert [strict(document(gold, pred))["f1"] for pred in ([whole, short], [short, whole])] == [2 / 3, 0]


def test_defect_the_order_of_gold_changes_the_score() -> None:
    outer, inner, between, later = entity(0, 10), entity(2, 6), entity(2, 7), entity(0, 10)
    orders = ([outer, inner], [inner, outer])
    assert [strict(document(gold, [between, later]))["correct"] for gold in orders] == [0, 1]


def test_defect_repeating_a_prediction_finds_the_nested_gold_too() -> None:
    outer, inner = entity(0, 10), entity(2, 6)
    found = [score([document([outer, inner], [outer] * n)], TAGS)["overall"]["ent_type"]["f1"] for n in (1, 2)]
    assert found == [2 / 3, 1]


def test_defect_labels_outside_the_tags_are_dropped_on_both_sides() -> None:
    text = document([entity(0, 3), entity(5, 8, "MISC")], [entity(0, 3), entity(9, 12, "location")])
    assert strict(text)["f1"] == 1


def test_an_empty_span_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"documents: .*start 3 is not before end 3.*`\$\[0\]\.pred\[0\]`"):
        score([document([], [entity(3, 3)])], TAGS)


def test_a_document_without_predictions_must_say_so() -> None:
    with pytest.raises(InputError, match="missing required field `pred`"):
        score([{"gold": []}], TAGS)


@pytest.mark.parametrize("threshold", [0.5, 101])
def test_a_threshold_beyond_percentages_is_refused(threshold: float) -> None:
    with pytest.raises(DatelineError, match=r"it must be a percentage from 1 to 100"):
        score([], TAGS, threshold)


def test_modules_are_imported_on_first_use() -> None:
    assert compat.nervaluate.score is score


def test_an_unknown_module_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'dateline\.compat' has no attribute 'nothing'"):
        compat.nothing  # noqa: B018  # the access itself is what is tested
