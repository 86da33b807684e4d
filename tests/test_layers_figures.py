from __future__ import annotations

from typing import Any

import pytest
from layer_cases import counts, run
from tiny import cases

from dateline.layers.quantities import bound_kept, same_number
from dateline.model import Bound, Figure


@pytest.mark.parametrize("case", cases("figures"), ids=lambda case: str(case["name"]))
def test_counts_are_those_of_the_case(case: dict[str, Any]) -> None:
    assert counts(run("figures", case), case["expected"]) == case["expected"]


@pytest.mark.parametrize(
    ("predicted", "kept"),
    [
        (Figure(start=0, end=1, comparator="at_most", upper=Bound(value=9000, inclusive=True)), True),
        (Figure(start=0, end=1, comparator="less_than", upper=Bound(value=9000, inclusive=False)), True),
        (Figure(start=0, end=1, comparator="at_most", lower=Bound(value=9000, inclusive=True)), False),
        (Figure(start=0, end=1, comparator="at_most", value=9000), False),
        (Figure(start=0, end=1, upper=Bound(value=9000, inclusive=True)), False),
    ],
)
def test_a_bound_is_kept_where_it_is_stated_on_its_side(predicted: Figure, kept: bool) -> None:
    gold = Figure(start=0, end=1, comparator="at_most", upper=Bound(value=9000, inclusive=True))
    assert bound_kept(gold, predicted) is kept


def test_under_an_accepted_comparator_the_number_stands_on_the_side_that_it_calls_for() -> None:
    gold = Figure(
        start=0,
        end=1,
        comparator="more_than",
        lower=Bound(value=2000, inclusive=False),
        alternatives={"comparator": ("at_least",)},
    )
    right = Figure(start=0, end=1, comparator="at_least", lower=Bound(value=2000, inclusive=True))
    wrong = Figure(start=0, end=1, comparator="at_least", upper=Bound(value=2000, inclusive=False))
    assert (same_number(gold, right), same_number(gold, wrong)) == (True, False)
