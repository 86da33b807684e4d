from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.matching import Alignment, align, assign, extent, overlapping, same
from dateline.model import Mention

TYPES = ["person", "location"]
unhurried = settings(deadline=None)  # the first example imports scipy


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    start, length = draw(st.integers(0, 12)), draw(st.integers(1, 6))
    kind, optional = draw(st.sampled_from(TYPES)), draw(st.booleans())
    return Mention(start=start, end=start + length, type=kind, optional=optional)


predicted_mentions = mentions().map(lambda mention: Mention(start=mention.start, end=mention.end, type=mention.type))
several = st.lists(mentions(), max_size=4)
several_predicted = st.lists(predicted_mentions, max_size=4)


def same_type(gold: Mention, predicted: Mention) -> bool:
    return gold.type == predicted.type


def shared(gold: Mention, predicted: Mention) -> int:
    return max(0, min(gold.end, predicted.end) - max(gold.start, predicted.start))


def best_total(gold: list[Mention], predicted: list[Mention]) -> int:
    """The largest total overlap of any one-to-one assignment, by trying all."""
    padded = [*predicted, *([None] * len(gold))]
    return max(
        sum(shared(one, other) for one, other in zip(gold, order, strict=False) if other)
        for order in permutations(padded, len(gold))
    )


def mention(start: int, end: int, **more: Any) -> Mention:
    return Mention(start=start, end=end, **{"type": "location", **more})


def described(found: Alignment[Mention, Mention]) -> tuple[Sequence[object], ...]:
    return (
        sorted((extent(gold), gold.type, extent(other), other.type) for gold, other in found.pairs),
        sorted((extent(gold), gold.type) for gold in found.missed),
        sorted((extent(other), other.type) for other in found.spurious),
    )


@unhurried
@given(several, several_predicted, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    gold: list[Mention], predicted: list[Mention], shuffler: random.Random
) -> None:
    stages = same(extent, same_type), overlapping(same_type)
    before = described(align(gold, predicted, *stages))
    shuffler.shuffle(gold)
    shuffler.shuffle(predicted)
    assert described(align(gold, predicted, *stages)) == before


@unhurried
@given(several, several_predicted)
def test_identifiers_change_nothing(gold: list[Mention], predicted: list[Mention]) -> None:
    named = [
        Mention(start=one.start, end=one.end, type=one.type, id=f"x{99 - index}") for index, one in enumerate(predicted)
    ]
    assert described(align(gold, named, overlapping())) == described(align(gold, predicted, overlapping()))


@unhurried
@given(several, several_predicted)
def test_the_total_overlap_is_the_largest_possible(gold: list[Mention], predicted: list[Mention]) -> None:
    found = align(gold, predicted, overlapping())
    assert sum(shared(one, other) for one, other in found.matched) == best_total(gold, predicted)


@unhurried
@given(several, several_predicted)
def test_every_record_is_matched_once_or_free(gold: list[Mention], predicted: list[Mention]) -> None:
    found = align(gold, predicted, same(extent), overlapping())
    assert sorted(id(one) for one in [*(one for one, _ in found.matched), *found.free]) == sorted(map(id, gold))
    others = [*(other for _, other in found.matched), *found.spurious]
    assert sorted(map(id, others)) == sorted(map(id, predicted))


@unhurried
@given(several, several_predicted)
def test_the_sweep_finds_every_pair_that_overlaps(gold: list[Mention], predicted: list[Mention]) -> None:
    every = {
        ((i, j), shared(one, other))
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if shared(one, other)
    }
    found = list(overlapping()(gold, predicted))
    assert (set(found), len(found)) == (every, len(every))


def test_a_repeated_prediction_is_one_hit() -> None:
    found = align([mention(0, 4)], [mention(0, 4)] * 3, same(extent), overlapping())
    assert (len(found.pairs), len(found.missed), len(found.spurious)) == (1, 0, 2)


def test_an_exact_pair_goes_before_a_larger_total() -> None:
    inner, outer = mention(4, 6), mention(0, 10)
    found = align([inner, outer], [mention(4, 6)], same(extent), overlapping())
    assert found.pairs == [(inner, mention(4, 6))]


def test_greedy_matching_would_lose_a_pair() -> None:
    gold, predicted = [mention(0, 6), mention(6, 9)], [mention(0, 4), mention(2, 9)]
    assert len(align(gold, predicted, overlapping()).pairs) == 2


def test_required_gold_goes_before_optional_gold() -> None:
    gold = [mention(0, 4, optional=True), mention(0, 4)]
    found = align(gold, [mention(0, 4)], same(extent))
    assert (len(found.pairs), found.missed, found.spurious) == (1, [], [])


def test_a_match_with_optional_gold_is_neither_a_pair_nor_spurious() -> None:
    found = align([mention(0, 4, optional=True)], [mention(0, 4)], same(extent))
    assert (found.pairs, found.missed, found.spurious) == ([], [], [])


def test_among_equal_overlaps_the_record_of_more_equal_fields_is_matched() -> None:
    alike, other = mention(0, 4, subtype="city"), mention(0, 4, subtype="country")
    found = align([other, alike], [mention(0, 4, subtype="city")], same(extent))
    assert found.missed == [other]


def test_a_pair_that_is_not_right_becomes_missed_and_spurious() -> None:
    gold, predicted = mention(0, 4), mention(0, 4, type="person")
    found = align([gold], [predicted], same(extent)).keep(same_type)
    assert (found.pairs, found.missed, found.spurious) == ([], [gold], [predicted])


def test_a_wrong_prediction_of_optional_gold_stays_forgiven() -> None:
    found = align([mention(0, 4, optional=True)], [mention(0, 4, type="person")], same(extent)).keep(same_type)
    assert (found.pairs, found.missed, found.spurious) == ([], [], [])


@pytest.mark.parametrize("count", [2000])
def test_many_spans_in_one_document_are_not_compared_with_all(count: int) -> None:
    calls = 0

    def counted(gold: Mention, predicted: Mention) -> bool:
        nonlocal calls
        calls += 1
        return True

    gold = [mention(10 * index, 10 * index + 6) for index in range(count)]
    predicted = [mention(10 * index + 3, 10 * index + 8) for index in range(count)]
    found = align(gold, predicted, same(extent), overlapping(counted))
    assert (len(found.pairs), calls) == (count, count)


def test_a_chain_of_overlaps_is_solved_as_one_component() -> None:
    gold = [mention(4 * index, 4 * index + 4) for index in range(50)]
    predicted = [mention(4 * index + 1, 4 * index + 5) for index in range(50)]
    assert len(assign(gold, predicted, overlapping()(gold, predicted))) == 50
