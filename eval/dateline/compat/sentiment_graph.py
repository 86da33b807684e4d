"""Sentiment graphs as the scorer of SemEval-2022 Task 10 (structured sentiment analysis) scores them.

An opinion is a tuple of holder, target and expression, as sets of token positions, with a polarity. No holder, or no
target, is a token of its own, which only another absence shares; an opinion without an expression matches nothing. A
tuple matches if some tuple of the other side has the same polarity and shares a token in each of the three parts. It
then weighs the largest mean, over the three parts, of the part of its own tokens that are shared, among all tuples of
the other side that share a token in each part. Precision is the mean weight of predicted tuples, recall of gold tuples.

- SF1: as said. NSF1: polarity is left out. overlap_unweighted: as SF1, but every match weighs 1.

Known defects, reproduced here and nowhere else in dateline. Nothing is matched one to one: a right tuple may be
repeated without limit, and precision rises each time. Blind tuples (as expression the whole sentence, as holder and
target the whole sentence or nothing, under every polarity) find all gold without reading it: recall is 1. The weight
of a match may come from a tuple of another polarity. 0/0 is 0. Never show SF1 alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec

from dateline.compat import plain
from dateline.errors import InputError, Problem

Offsets = Annotated[str, msgspec.Meta(pattern=r"^\d+:\d+$")]
Part = tuple[tuple[str, ...], tuple[Offsets, ...]]
"""Texts and their character ranges "start:end", half-open."""


class Opinion(
    msgspec.Struct,
    frozen=True,
    rename={"holder": "Source", "target": "Target", "expression": "Polar_expression", "polarity": "Polarity"},
):
    """An opinion under the names of the task; further keys, such as Intensity, are not scored."""

    holder: Part
    target: Part
    expression: Part
    polarity: str | None


class Sentence(msgspec.Struct, frozen=True):
    """A sentence whose tokens are separated by single spaces."""

    sent_id: str
    text: str
    opinions: tuple[Opinion, ...]


class Tuple(NamedTuple):
    """An opinion as sets of token positions: holder, target, expression."""

    parts: tuple[frozenset[int], ...]
    polarity: str | None


Tuples = Mapping[str, Sequence[Tuple]]
"""The tuples of each sentence."""


class Measure(NamedTuple):
    """What is asked of a match, and whether it weighs less than 1 where tokens are wanting."""

    polarity: bool
    weighted: bool


MEASURES = {
    "SF1": Measure(polarity=True, weighted=True),
    "NSF1": Measure(polarity=False, weighted=True),
    "overlap_unweighted": Measure(polarity=True, weighted=False),
}

_ABSENT = frozenset({-1})  # the token of its own that stands for no holder or no target


def score(gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Score sentences {"sent_id", "text", "opinions"} in the task's JSON: {measure: {"P", "R", "F"}}.

    Sentences are paired by sent_id; one that only one side has counts against that side. A token that lies in a range
    only in part belongs to it. Raises InputError for what cannot be read and for a sent_id that a side has twice.
    """
    sides = _tuples(gold, "gold"), _tuples(predicted, "predicted")
    return {name: _numbers(*sides, measure) for name, measure in MEASURES.items()}


def _tuples(sentences: Sequence[Mapping[str, Any]], side: str) -> Tuples:
    """The tuples of one side by sentence."""
    found: dict[str, list[Tuple]] = {}
    for sentence in plain(sentences, tuple[Sentence, ...], side):
        if sentence.sent_id in found:
            raise InputError([Problem("repeated-sentence", "error", side, 0, sentence.sent_id, "sent_id occurs twice")])
        found[sentence.sent_id] = list(_graph(sentence))
    return found


def _graph(sentence: Sentence) -> Iterator[Tuple]:
    tokens = [match.span() for match in re.finditer("[^ ]+", sentence.text)]
    for opinion in sentence.opinions:
        holder, target, expression = (
            _positions(part, tokens) for part in (opinion.holder, opinion.target, opinion.expression)
        )
        yield Tuple((holder or _ABSENT, target or _ABSENT, expression), opinion.polarity)


def _positions(part: Part, tokens: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The positions of the tokens that some range of a part touches."""
    ranges = [tuple(map(int, offsets.split(":"))) for offsets in part[1]]
    return frozenset(
        place
        for place, (first, last) in enumerate(tokens)
        if any(start < last and first < end for start, end in ranges)
    )


def _numbers(gold: Tuples, predicted: Tuples, measure: Measure) -> dict[str, float]:
    precision, recall = _mean_weight(predicted, gold, measure), _mean_weight(gold, predicted, measure)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"P": precision, "R": recall, "F": f1}


def _mean_weight(tuples: Tuples, others: Tuples, measure: Measure) -> float:
    weights = [_weight(one, others.get(name, ()), measure) for name, sentence in tuples.items() for one in sentence]
    return sum(weights) / len(weights) if weights else 0.0


def _weight(one: Tuple, others: Sequence[Tuple], measure: Measure) -> float:
    """What a tuple counts for, given those of the other side in its sentence."""
    near = [other for other in others if all(map(frozenset.__and__, one.parts, other.parts))]
    if not any(other.polarity == one.polarity or not measure.polarity for other in near):
        return 0.0
    return max(_covered(one, other) for other in near) if measure.weighted else 1.0


def _covered(one: Tuple, other: Tuple) -> float:
    """The mean share of the tokens of `one` that `other` has too."""
    shares = [len(mine & theirs) / len(mine) for mine, theirs in zip(one.parts, other.parts, strict=True)]
    return sum(shares) / len(shares)
