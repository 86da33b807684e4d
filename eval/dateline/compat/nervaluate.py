"""Entity spans as nervaluate 1.2.1 scores them: schemas strict, exact, partial and ent_type.

For each prediction in list order, the free gold spans of its document that overlap it are looked at: those that are
the same under the schema are candidates, the nearest one (least distance of starts and ends, then list order) is
correct; without a candidate the first one in list order is incorrect, in schema partial a half hit; without any overlap
the prediction is spurious. The gold span is then used up; gold that stays free is missed. Per tag, all is done over
again with the spans of that tag alone, so that tags do not add up to the overall. seqeval 1.2.2 (`mode="strict"`,
IOB2) has the micro F1 of `strict` wherever spans are flat.

Known defects, reproduced here and nowhere else in dateline: the result depends on the order of predictions and of gold;
where gold is nested, a prediction that is repeated counts as correct once more for every gold span that it overlaps; a
span whose label is not among the tags is dropped on both sides without a word; 0/0 is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dateline.compat import plain
from dateline.errors import DatelineError
from dateline.matching import extent
from dateline.model import Span


class Entity(Span, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A labelled span, half-open: nervaluate's own `end` is inclusive, that is one less."""

    label: str

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}; a span is half-open and not empty")


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two sides of one document, in the order in which nervaluate would see them."""

    gold: tuple[Entity, ...]
    pred: tuple[Entity, ...]


class Schema(NamedTuple):
    """When a prediction that overlaps gold is correct, and what it is otherwise."""

    same: Callable[[Entity, Entity], bool]
    otherwise: str


SCHEMAS = {
    "strict": Schema(lambda gold, found: extent(gold) == extent(found) and gold.label == found.label, "incorrect"),
    "exact": Schema(lambda gold, found: extent(gold) == extent(found), "incorrect"),
    "partial": Schema(lambda gold, found: extent(gold) == extent(found), "partial"),
    "ent_type": Schema(lambda gold, found: gold.label == found.label, "incorrect"),
}

Numbers = dict[str, float]


def score(
    documents: Sequence[Mapping[str, Any]], tags: Collection[str], threshold: float = 1.0
) -> dict[str, dict[str, Any]]:
    """Score documents {"gold": [{"start", "end", "label"}, ...], "pred": [...]}; offsets are half-open.

    Gives {"overall": {schema: numbers}, "entities": {tag: {schema: numbers}}}, for the tags that occur; numbers are
    correct, incorrect, partial, missed, spurious, possible, actual, precision, recall, f1. `threshold` is nervaluate's
    `min_overlap_percentage`, from 1 to 100: the least share of a gold span, in percent, that counts as overlap. By
    default, then, one code point of a gold span of more than 100 does not. Raises InputError, DatelineError.
    """
    if not 1 <= threshold <= 100:
        raise DatelineError(f"threshold is {threshold!r}; it must be a percentage from 1 to 100")
    read = [_only(document, tags) for document in plain(documents, tuple[Document, ...], "documents")]
    used = sorted({entity.label for document in read for entity in document.gold + document.pred})
    return {
        "overall": _schemas(read, threshold),
        "entities": {tag: _schemas([_only(document, {tag}) for document in read], threshold) for tag in used},
    }


def _only(document: Document, tags: Collection[str]) -> Document:
    """The document without the spans of other labels."""
    gold, found = (tuple(one for one in side if one.label in tags) for side in (document.gold, document.pred))
    return Document(gold, found)


def _schemas(documents: Sequence[Document], threshold: float) -> dict[str, Numbers]:
    return {
        name: _numbers(sum((_count(document, schema, threshold) for document in documents), Counter()))
        for name, schema in SCHEMAS.items()
    }


def _count(document: Document, schema: Schema, threshold: float) -> Counter[str]:
    """The outcomes of one document, greedily in list order."""
    free, outcomes = list(document.gold), Counter[str]()
    for found in document.pred:
        touched = [index for index, gold in enumerate(free) if _overlap(gold, found) >= threshold]
        same = [index for index in touched if schema.same(free[index], found)]
        outcomes["correct" if same else schema.otherwise if touched else "spurious"] += 1
        if touched:
            del free[min(same, key=lambda index: _distance(free[index], found)) if same else touched[0]]
    outcomes["missed"] = len(free)
    return outcomes


def _overlap(gold: Entity, found: Entity) -> float:
    """The share of the gold span that is found, in percent."""
    shared = max(0, min(gold.end, found.end) - max(gold.start, found.start))
    return shared / (gold.end - gold.start) * 100.0


def _distance(gold: Entity, found: Entity) -> int:
    return abs(gold.start - found.start) + abs(gold.end - found.end)


def _numbers(outcomes: Counter[str]) -> Numbers:
    """The counts and quotients of some outcomes; a partial match is half a hit."""
    counts = {name: outcomes[name] for name in ("correct", "incorrect", "partial", "missed", "spurious")}
    judged = counts["correct"] + counts["incorrect"] + counts["partial"]
    possible, actual = judged + counts["missed"], judged + counts["spurious"]
    hits = counts["correct"] + counts["partial"] / 2
    precision, recall = hits / actual if actual else 0.0, hits / possible if possible else 0.0
    f1 = 2 * (precision * recall) / (precision + recall) if hits else 0.0
    return {**counts, "possible": possible, "actual": actual, "precision": precision, "recall": recall, "f1": f1}
