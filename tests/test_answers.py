"""Answers as models send them: what is found, what is repaired and told, and what is refused."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import cases

from dateline.answers import MAX_ANSWER, MAX_DEPTH, REPAIRS, AnswerError, as_line, parsed
from dateline.answers.finding import MOST_FAULTS
from dateline.errors import DatelineError
from dateline.validation import problems

CASES = cases("answers")
steady = settings(deadline=None)  # a machine may be busy

READ = [case for case in CASES if "answer" in case]
REFUSED = [case for case in CASES if "error" in case]

ANSWER: dict[str, Any] = {"entities": [{"text": "Kesh", "type": "location"}]}
RECORD = json.dumps(ANSWER["entities"][0])

texts = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
records = st.lists(st.dictionaries(texts, values, max_size=4), max_size=3)
answers = st.dictionaries(st.sampled_from(["entities", "figures", "stances"]), records, min_size=1)
words = st.text(st.sampled_from("ab [](){}.,:'`\n1"), max_size=20)
written = st.sampled_from([None, 1])


def refusal(raw: str) -> str:
    with pytest.raises(AnswerError) as caught:
        parsed(raw)
    return str(caught.value)


@pytest.mark.parametrize("case", READ, ids=lambda case: case["name"])
def test_what_can_be_read_is_read(case: dict[str, Any]) -> None:
    assert parsed(case["raw"]).answer == case["answer"]


@pytest.mark.parametrize("case", READ, ids=lambda case: case["name"])
def test_every_repair_is_told(case: dict[str, Any]) -> None:
    assert sorted(parsed(case["raw"]).repairs) == sorted(case["repairs"])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_what_is_refused_is_told_why(case: dict[str, Any]) -> None:
    assert case["error"] in refusal(case["raw"])


def test_every_repair_has_a_case() -> None:
    assert {repair for case in READ for repair in case["repairs"]} == set(REPAIRS)


def test_no_two_cases_are_the_same() -> None:
    assert len({case["raw"] for case in CASES}) == len({case["name"] for case in CASES}) == len(CASES)


def test_an_answer_error_is_an_error_of_dateline() -> None:
    assert issubclass(AnswerError, DatelineError)


def test_an_answer_that_is_too_long_is_refused() -> None:
    assert f"at most {MAX_ANSWER:,} are read" in refusal(" " * (MAX_ANSWER + 1))


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"entities": [[', '[{"a":'])
def test_an_answer_that_is_nested_too_deeply_is_refused(opening: str) -> None:
    assert "nested too deeply" in refusal(opening * 100_000)


def test_an_answer_as_deep_as_may_be_is_read() -> None:
    inside = MAX_DEPTH - 2
    assert parsed(f'{{"entities": [{"[" * inside}{"]" * inside}]}}').answer
    assert "nested too deeply" in refusal(f'{{"entities": [{"[" * (inside + 1)}{"]" * (inside + 1)}]}}')


def test_deep_answers_that_are_equal_are_refused_too() -> None:
    assert "nested too deeply" in refusal(f'{{"entities": [{"[" * 900}{"]" * 900}]}}' * 2)


def test_a_number_of_too_many_digits_is_refused() -> None:
    assert "a number has more than 4000 digits" in refusal(f'{{"entities": [{"1" * 5000}]}}')


@steady
@given(answer=answers, before=words, after=words, indent=written, escaped=st.booleans())
def test_an_answer_in_a_fence_is_found_whatever_stands_around_it(
    answer: dict[str, Any], before: str, after: str, indent: int | None, escaped: bool
) -> None:
    fenced = f"{before}\n```json\n{json.dumps(answer, indent=indent, ensure_ascii=escaped)}\n```\n{after}"
    assert parsed(fenced).answer == answer


@steady
@given(answer=answers, indent=written, escaped=st.booleans())
def test_an_answer_alone_needs_no_repair(answer: dict[str, Any], indent: int | None, escaped: bool) -> None:
    assert parsed(json.dumps(answer, indent=indent, ensure_ascii=escaped)) == (answer, ())


@steady
@given(answer=answers, cut=st.integers(1))
def test_no_part_of_an_answer_is_taken_for_the_whole(answer: dict[str, Any], cut: int) -> None:
    whole = json.dumps(answer)
    assert refusal(whole[: -(cut % (len(whole) - 1) + 1)])


@steady
@given(raw=st.text(st.sampled_from('{}[]",:\\ntesri0-.eN<>/`\n '), max_size=60) | st.text(max_size=60))
def test_nothing_but_an_answer_error_is_raised(raw: str) -> None:
    try:
        assert parsed(raw).answer
    except AnswerError as error:
        assert str(error)


@steady
@given(answer=answers, place=st.integers(0), wrong=st.sampled_from('{}[]",:x\\\n0'))
def test_one_wrong_character_raises_nothing_but_an_answer_error(answer: dict[str, Any], place: int, wrong: str) -> None:
    whole = json.dumps(answer)
    at = place % len(whole)
    try:
        parsed(whole[:at] + wrong + whole[at + 1 :])
    except AnswerError as error:
        assert str(error)


HARD = {
    "brackets in prose": "[x",
    "strings in lists": '["',
    "escaped quotation marks": '["\\"',
    "lists in lists": "[0,",
    "keys without values": '{"a" ',
    "commas to be mended": '{"a":1,}',
    "commas to be mended, quotation marks between": '{"a":1,} " ',
    "commas": "\n,",
    "backslashes": '\\"',
    "ends of thinking": "\n</think>",
    "answers": json.dumps(ANSWER),
    "records": f"{RECORD}\n",
}


@pytest.mark.parametrize("piece", HARD.values(), ids=HARD)
def test_the_cost_is_linear(piece: str) -> None:
    short, long = (_seconds(piece * (size // len(piece))) for size in (50_000, 400_000))
    assert long < 8 * 4 * max(short, 0.01)


def _seconds(raw: str) -> float:
    """Processor time, the best of three."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        with suppress(AnswerError):
            parsed(raw)
        taken.append(time.process_time() - start)
    return min(taken)


def test_a_text_full_of_broken_json_is_refused() -> None:
    assert f"more than {MOST_FAULTS} places" in refusal('{"a" ' * (MOST_FAULTS + 1) + json.dumps(ANSWER))


def test_an_answer_with_its_document_is_a_prediction_line() -> None:
    assert as_line(ANSWER, "d1") == {"doc_id": "d1", **ANSWER}


def test_an_answer_for_another_document_is_refused() -> None:
    with pytest.raises(AnswerError, match='the answer is for document "d2", not for "d1"'):
        as_line({"doc_id": "d2", **ANSWER}, "d1")


def test_a_layer_that_is_null_is_left_out_of_the_line() -> None:
    assert as_line({**ANSWER, "figures": None}, "d1") == {"doc_id": "d1", **ANSWER}


def test_nulls_inside_the_fields_of_a_record_are_left_out_of_the_line() -> None:
    stance = {"on_behalf_of": None, "holder": {"entity_id": "Sera Quint", "text": None}}
    line = as_line({"stances": [stance]}, "d1")
    assert line["stances"] == [{"on_behalf_of": None, "holder": {"entity_id": "Sera Quint"}}]


def test_what_a_line_may_not_hold_stays_in_it_and_is_named_when_it_is_read() -> None:
    line = as_line({"entities": [{**ANSWER["entities"][0], "confidence": 0.9}, "Kesh"], "note": None}, "d1")
    assert {(finding.code, finding.path) for finding in problems("prediction", line)} == {
        ("wrong-type", ("entities", 1)),
        ("unknown-key", ("entities", 0)),
        ("unknown-key", ()),
    }
