from __future__ import annotations

import pickle

import pytest

from dateline.layers.counts import Row, joined, tabled, total

ROWS = [
    Row("d2", "", "entities", "entities.strict", "overall", 1, 2, 1, 4),
    Row("d1", "s1", "figures", "figures.value", "overall", 1, 2, 0, 0),
    Row("d2", "s1", "entities", "entities.strict", "type=person", 0, 1.5, 0, 2),
]


def test_columns_hold_the_rows_in_their_order() -> None:
    assert list(tabled(ROWS)) == ROWS


def test_no_rows_are_a_table_too() -> None:
    assert (len(tabled([])), total([])) == (0, {})


@pytest.mark.parametrize("index", [0, 2, -1])
def test_a_row_is_found_by_its_index(index: int) -> None:
    assert tabled(ROWS)[index] == ROWS[index]


def test_an_index_beyond_the_rows_is_refused() -> None:
    with pytest.raises(IndexError):
        tabled(ROWS)[3]


@pytest.mark.parametrize("part", [slice(1, None), slice(None, None, 2), slice(None, None, -1)])
def test_a_slice_is_a_table_of_those_rows(part: slice) -> None:
    assert tabled(ROWS)[part] == ROWS[part]


def test_whole_counts_are_whole_numbers() -> None:
    assert [type(row.gold) for row in tabled(ROWS)] == [int, int, float]


def test_where_takes_the_rows_with_all_values() -> None:
    assert tabled(ROWS).where(doc_id="d2", group="overall") == ROWS[:1]


def test_where_finds_nothing_for_a_value_that_no_row_has() -> None:
    assert tabled(ROWS).where(measure="entities.span") == []


def test_parts_are_joined_in_the_order_of_documents_and_then_of_parts() -> None:
    found = joined([tabled(ROWS[:2]), tabled(ROWS[2:])], ["d1", "d2", "d3"])
    assert found == [ROWS[1], ROWS[0], ROWS[2]]


def test_a_table_goes_to_another_process_and_back() -> None:
    assert pickle.loads(pickle.dumps(tabled(ROWS))) == ROWS
