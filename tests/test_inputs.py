"""What a system gets, and that it gives away no gold."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from test_errata import CASES, Case

from dateline.cli import run
from dateline.corpus import load
from dateline.errata import CleanText, OffsetMap, clean
from dateline.inputs import Clean, Run, Task, clean_of, task_of, tasks
from dateline.vocabulary import labels, schema

CORPUS = load()
GOLD = CORPUS.documents[0]
TASK = task_of(GOLD, CORPUS)


def output(*argv: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert run(argv, out, err) == 0, err.getvalue()
    return out.getvalue()


def rendered(case: Case) -> CleanText:
    return clean(case.text, case.segments, case.errata)


def same(runs: tuple[Run, ...], images: OffsetMap) -> bool:
    """Whether the documented rule, applied to runs without any help of the package, gives these images."""
    for offset, (start, end) in enumerate(zip(images.starts, images.ends, strict=True)):
        begin, _, first, last = [run for run in runs if run[0] <= offset][-1]
        if min(first + offset - begin, last) != start:
            return False
        _, close, first, last = next(run for run in runs if run[1] >= offset)
        if max(last - (close - offset), first) != end:
            return False
    return True


def strings(value: Any) -> Iterator[str]:
    """All keys and texts in a JSON value."""
    if isinstance(value, str):
        yield value
    for part in value if isinstance(value, list) else ():
        yield from strings(part)
    for key, part in value.items() if isinstance(value, dict) else ():
        yield key
        yield from strings(part)


def test_there_is_a_task_for_each_document() -> None:
    assert [task.doc_id for task in tasks(CORPUS)] == [document.doc_id for document in CORPUS.documents]


def test_a_task_holds_what_a_system_is_given_and_nothing_else() -> None:
    assert Task.__struct_fields__ == ("doc_id", "date", "text", "clean", "segments", "concepts", "labels")
    assert (TASK.text, TASK.segments, TASK.concepts) == (GOLD.text, GOLD.segments, tuple(CORPUS.concepts.values()))


def test_a_task_is_the_same_without_the_gold() -> None:
    bare = GOLD._replace(entities=(), figures=(), stances=())
    assert task_of(bare, CORPUS._replace(documents=(bare,), registry={})) == TASK


def test_no_identifier_of_the_gold_is_given_away() -> None:
    records = (*GOLD.entities, *GOLD.figures, *GOLD.stances)
    facts = {figure.fact_id for figure in GOLD.figures}
    gold = {record.id for record in records} | set(CORPUS.registry) | facts | {erratum.id for erratum in GOLD.errata}
    assert gold and not gold & set(strings(msgspec.to_builtins(TASK)))


def test_labels_are_those_of_the_schemas_with_their_definitions() -> None:
    for kind, field in [("entity", "subtype"), ("mention", "level"), ("figure", "ucum"), ("stance", "act")]:
        expected = {
            label: {key: value for key, value in entry.items() if key != "const"}
            for label, entry in labels(kind, field).items()
        }
        assert TASK.labels[kind][field] == expected


def test_every_vocabulary_that_a_prediction_refers_to_is_given() -> None:
    used = {text for text in strings(schema("prediction")) if text.startswith("urn:dateline:schema:") and "#" in text}
    named = [text.removeprefix("urn:dateline:schema:").split("#/$defs/") for text in used]
    assert named and all(TASK.labels[kind][field] for kind, field in named)


def test_every_label_has_a_definition() -> None:
    entries = [entry for fields in TASK.labels.values() for known in fields.values() for entry in known.values()]
    assert entries and all(entry["description"] for entry in entries)


def test_clean_offsets_of_the_gold_are_mapped_as_its_errata_say() -> None:
    images = clean(GOLD.text, GOLD.segments, GOLD.errata).to_raw
    offsets = range(len(TASK.clean.text) + 1)
    assert tuple(TASK.clean.raw(offset) for offset in offsets) == images.starts
    assert tuple(TASK.clean.raw(offset, end=True) for offset in offsets) == images.ends


@settings(deadline=None)
@given(CASES)
def test_the_runs_alone_map_every_clean_offset_to_raw(case: Case) -> None:
    made = rendered(case)
    assert same(clean_of(made).map, made.to_raw)


@settings(deadline=None)
@given(CASES)
def test_the_runs_with_their_columns_exchanged_map_every_raw_offset_to_clean(case: Case) -> None:
    made = rendered(case)
    assert same(tuple((first, last, begin, close) for begin, close, first, last in clean_of(made).map), made.to_clean)


@settings(deadline=None)
@given(CASES)
def test_a_run_is_as_long_in_both_texts(case: Case) -> None:
    assert all(close - begin == last - first for begin, close, first, last in clean_of(rendered(case)).map)


@settings(deadline=None)
@given(CASES)
def test_what_no_erratum_touches_is_in_a_run(case: Case) -> None:
    runs = clean_of(rendered(case)).map
    assert all(any(first <= offset < last for _, _, first, last in runs) for offset in case.untouched())


@settings(deadline=None)
@given(CASES)
def test_runs_are_in_order_and_never_touch_in_both_texts(case: Case) -> None:
    runs = clean_of(rendered(case)).map
    assert all(a[1] <= b[0] and a[3] <= b[2] and (a[1], a[3]) != (b[0], b[2]) for a, b in pairwise(runs))


def test_a_text_without_errata_is_one_run() -> None:
    assert clean_of(clean("", (), ())) == Clean(text="", map=((0, 0, 0, 0),))


def test_the_command_writes_a_line_for_each_document() -> None:
    lines = output("inputs").splitlines()
    assert [msgspec.json.decode(line, type=Task) for line in lines] == list(tasks(CORPUS))


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    assert output("inputs", "-o", str(tmp_path / "tasks.jsonl")) == ""
    assert (tmp_path / "tasks.jsonl").read_text(encoding="utf-8") == output("inputs")


@pytest.mark.parametrize("key", ["id", "kind", "start", "end", "text"])
def test_a_segment_in_the_file_says_what_it_is(key: str) -> None:
    segments = json.loads(output("inputs").splitlines()[0])["segments"]
    assert all(segment[key] is not None for segment in segments)
