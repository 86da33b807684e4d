from __future__ import annotations

import json
import random
from typing import Any

import pytest
from tiny import CASES

from dateline.compat.quantities import score
from dateline.errors import InputError

PARITY = json.loads((CASES / "parity/measeval_quantities.json").read_text(encoding="utf-8"))["cases"]
TEXT = "some 2,000 troops and 500 police officers for two million people"

Quantity = dict[str, Any]


def quantity(words: str, number: int = 1, doc: str = "d1", **more: Any) -> Quantity:
    """A quantity of TEXT at the first place of some words; `number` is its annotation set."""
    start = TEXT.index(words)
    return {"doc": doc, "set": number, "start": start, "end": start + len(words), "text": words, **more}


def figures(gold: list[Quantity], predicted: list[Quantity], kind: str = "Quantity") -> tuple[float | None, ...]:
    """Exact match and overlap F1 of one class."""
    found = score(gold, predicted)[kind]
    return found["EM"], found["F1"]


@pytest.mark.parametrize("case", PARITY, ids=lambda case: str(case["seed"]))
def test_the_numbers_are_the_official_scorers(case: dict[str, Any]) -> None:
    found = score(case["gold"], case["pred"])
    assert {name: pytest.approx(numbers, abs=1e-9) for name, numbers in case["expected"].items()} == found


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_predictions_does_not_matter(seed: int) -> None:
    case = PARITY[seed]
    shuffled = random.Random(seed).sample(case["pred"], len(case["pred"]))
    expected = {kind: pytest.approx(numbers, abs=1e-12) for kind, numbers in score(case["gold"], case["pred"]).items()}
    assert expected == score(case["gold"], shuffled)


def test_overlap_is_counted_in_tokens() -> None:
    assert figures([quantity("two million people")], [quantity("million")]) == (0, 2 * 1 / (3 + 1))


def test_quantities_that_only_touch_are_a_pair_without_overlap() -> None:
    gold, predicted = [quantity("some ", 1, mods=["IsCount"])], [quantity("2,000", 2, mods=["IsCount"])]
    assert (figures(gold, predicted), figures(gold, predicted, "modifier")) == ((0, 0), (1, 1))


def test_a_quantity_in_no_pair_is_a_row_on_either_side() -> None:
    right = quantity("500")
    assert figures([right, quantity("two")], [right, quantity("some")]) == (1 / 3, 1 / 3)


def test_every_pair_is_a_row() -> None:
    gold = [quantity("2,000 troops", 1), quantity("troops and", 2)]
    assert figures(gold, [quantity("2,000 troops")]) == (1 / 2, 1)


def test_quantities_of_other_documents_are_no_pair() -> None:
    assert figures([quantity("500")], [quantity("500", doc="d2")]) == (0, 0)


@pytest.mark.parametrize(("gold", "predicted"), [([], [quantity("500")]), ([quantity("500")], [])])
def test_with_one_side_empty_the_score_is_0(gold: list[Quantity], predicted: list[Quantity]) -> None:
    assert figures(gold, predicted) == (0, 0)


@pytest.mark.parametrize("kind", ["Quantity", "Unit", "modifier"])
def test_without_rows_a_score_is_undefined(kind: str) -> None:
    assert figures([], [], kind) == (None, None)


def test_a_unit_is_right_if_it_is_equal_whatever_the_number_of_its_set() -> None:
    assert figures([quantity("500", 1, unit="km")], [quantity("500", 7, unit="km")], "Unit") == (1, 1)


def test_a_wrong_unit_is_two_rows() -> None:
    gold = [quantity("500", 1, unit="km"), quantity("two", 2, unit="m")]
    assert figures(gold, [quantity("500", 1, unit="kg"), quantity("two", 2, unit="m")], "Unit") == (1 / 3, 1 / 3)


def test_a_unit_of_an_unmatched_quantity_is_wrong_even_under_the_number_of_a_gold_set() -> None:
    assert figures([quantity("500", 1, unit="km")], [quantity("two", 1, unit="km")], "Unit") == (0, 0)


def test_quantities_without_units_are_no_rows_of_unit() -> None:
    gold = [quantity("500", 1, unit="km"), quantity("two", 2)]
    assert figures(gold, [quantity("500", 1, unit="km"), quantity("two", 2, unit=None)], "Unit") == (1, 1)


def test_modifiers_are_compared_one_by_one() -> None:
    gold = [quantity("500", mods=["IsRange", "IsApproximate"])]
    assert figures(gold, [quantity("500", mods=["IsApproximate", "IsCount"])], "modifier") == (1 / 3, 1 / 3)


def test_defect_2_against_2000_has_an_overlap_of_1() -> None:
    assert figures([quantity("2,000")], [quantity("2")]) == (0, 1)


def test_defect_a_prediction_has_its_best_overlap_in_every_pair() -> None:
    gold = [quantity("two million", 1), quantity("million people", 2)]
    assert figures(gold, [quantity("two million")]) == (1 / 2, 1)


def test_defect_a_second_wrong_unit_is_free_beside_a_right_one() -> None:
    predicted = [quantity("500", 1, unit="km"), quantity("500", 2, unit="kg")]
    assert figures([quantity("500", unit="km")], predicted, "Unit") == (1, 1)


def test_defect_the_order_of_gold_decides_which_set_a_prediction_belongs_to() -> None:
    gold = [quantity("two million", 1, unit="km"), quantity("million people", 2, unit="m")]
    predicted = [quantity("two million people", unit="m")]
    assert [figures(order, predicted, "Unit")[0] for order in (gold, gold[::-1])] == [1 / 2, 0]


def test_a_record_that_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match=r"predicted: .*Expected `int`, got `str` - at `\$\[0\]\.start`"):
        score([], [{**quantity("500"), "start": "22"}])
