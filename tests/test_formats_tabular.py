"""Flat records: exact round trips for all layers, text that stays text, and rows that are refused by their line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas
import pytest
from format_cases import GOLD, TEXT, TWO, converted, lines, predictions, refused, texts, there_and_back
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_documents import submissions
from tiny import corpus, document, span

from dateline.corpus import Corpus, load
from dateline.formats.conversion import convert
from dateline.formats.flat import fields
from dateline.formats.tabular import read_csv, read_jsonl, read_parquet, write_csv, write_parquet
from dateline.model import Prediction

FLAT = ("csv", "tsv", "jsonl", "parquet")
GOLD_FILES = ("segments", "entities", "figures", "stances")

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


@pytest.mark.parametrize("name", FLAT)
def test_the_gold_comes_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    gold = load()
    convert(None, tmp_path / "table", "gold", name, gold)
    convert(tmp_path / "table", tmp_path / "pass", name, "gold-pass", gold)
    for layer in GOLD_FILES:
        folder = "corpus" if layer == "segments" else "annotations"
        expected = (gold.root / folder / "ips-car-2014" / f"{layer}.jsonl").read_bytes()
        assert (tmp_path / "pass" / f"{layer}.jsonl").read_bytes() == expected


@pytest.mark.parametrize("name", FLAT)
@quick
@given(found=submissions())
def test_predictions_of_all_layers_come_back(
    name: str, found: tuple[Corpus, list[dict[str, Any]]], tmp_path: Path
) -> None:
    gold, submitted = found
    predicted = predictions(submitted, gold)
    assert there_and_back(predicted, gold, name, tmp_path / "table.jsonl") == lines(predicted)


FREE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@pytest.mark.parametrize("name", FLAT)
@quick
@given(text=texts, identifier=FREE | st.sampled_from(["0500", "NA", "null", "true", "1e5", "[]", "{}", " x ", '""']))
def test_text_stays_text(name: str, text: str, identifier: str, tmp_path: Path) -> None:
    gold = corpus(document(text, "d1"))
    record = {"id": identifier, "start": 0, "end": len(text), "text": text, "type": "person", "entity_id": identifier}
    predicted = predictions([{"doc_id": "d1", "system": identifier, "entities": [record]}], gold)
    assert there_and_back(predicted, gold, name, tmp_path / "table.jsonl") == lines(predicted)


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("name", FLAT)
@quick
@given(values=st.lists(NUMBERS, min_size=1, max_size=4))
def test_numbers_keep_their_value(name: str, values: list[float], tmp_path: Path) -> None:
    records = [{**span("2,000", TEXT), "value": value} for value in values]
    predicted = predictions([{"doc_id": "d1", "figures": records}], GOLD)
    assert there_and_back(predicted, GOLD, name, tmp_path / "table.jsonl") == lines(predicted)


EMPTY = [
    [{"doc_id": "d1"}],
    [{"doc_id": "d1", "entities": []}],
    [{"doc_id": "d1", "segments": [], "figures": []}, {"doc_id": "d2"}],
    [{"doc_id": "d1", "entities": [], "figures": [span("2,000", TEXT)]}],
    [{"doc_id": "d1", "figures": [{**span("2,000", TEXT), "unit": {}}]}],
]


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("given_lines", EMPTY, ids=str)
def test_layers_without_records_come_back(name: str, given_lines: list[dict[str, Any]], tmp_path: Path) -> None:
    predicted = predictions(given_lines, TWO)
    assert there_and_back(predicted, TWO, name, tmp_path / "table.jsonl") == lines(predicted)


def test_an_empty_string_in_csv_is_counted_as_lost(tmp_path: Path) -> None:
    predicted = predictions([{"doc_id": "d1", "system": "", "entities": []}], GOLD)
    assert [one.code for one in write_csv(predicted, GOLD, tmp_path / "a.csv")] == ["lost-empty-text"]


def test_what_looks_like_a_formula_is_kept_and_told(tmp_path: Path) -> None:
    record = {**span("Ann", TEXT), "type": "person", "entity_id": '=HYPERLINK("x")'}
    predicted = predictions(
        [{"doc_id": "d1", "entities": [record], "figures": [{**span("2,000", TEXT), "value": -1.5}]}], GOLD
    )
    [problem] = write_csv(predicted, GOLD, tmp_path / "a.csv")
    assert (problem.code, problem.level) == ("spreadsheet-formula", "warning")
    assert problem.message.startswith("1 cells begin as formulas do")
    assert '=HYPERLINK(""x"")' in (tmp_path / "a.csv").read_text()


def test_pandas_reads_the_csv_that_is_written(tmp_path: Path) -> None:
    convert(None, tmp_path / "gold.csv", "gold", "csv", load())
    frame = pandas.read_csv(tmp_path / "gold.csv", dtype=str, keep_default_na=False)
    with (tmp_path / "gold.csv").open(newline="", encoding="utf-8") as file:
        assert frame.to_dict("records") == list(csv.DictReader(file))


def test_pandas_reads_the_parquet_that_is_written_with_types(tmp_path: Path) -> None:
    convert(None, tmp_path / "gold.parquet", "gold", "parquet", load())
    frame = pandas.read_parquet(tmp_path / "gold.parquet")
    assert (str(frame["start"].dtype), str(frame["lower.value"].dtype)) == ("Int64", "Int64")


def test_a_table_that_pandas_wrote_is_read(tmp_path: Path) -> None:
    rows = [{"doc_id": "d1", "layer": "entities", "start": 0, "end": 3, "type": "person"}, {"doc_id": "d1"}]
    frame = pandas.DataFrame([*rows, {"doc_id": "d1", "layer": "figures", "start": 30, "end": 35, "value": 2000.0}])
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet", index=False)
    expected = [{"doc_id": "d1", "entities": [{"start": 0, "end": 3, "type": "person"}]}]
    expected[0]["figures"] = [{"start": 30, "end": 35, "value": 2000}]
    assert read_csv(tmp_path / "a.csv", GOLD).documents == expected
    assert read_parquet(tmp_path / "a.parquet", GOLD).documents == expected


def table(*rows: str) -> str:
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("header", "row", "layer"),
    [
        ("start,end,type", "0,3,person", "entities"),
        ("start,end,kind", "0,3,sentence", "segments"),
        ("start,end,value", "0,3,5", "figures"),
        ("holder,concept_id,polarity,segment_ids", 'Ann,peace,favor,"[""s001""]"', "stances"),
    ],
)
def test_without_a_column_for_it_the_layer_is_told_by_the_fields(
    header: str, row: str, layer: str, tmp_path: Path
) -> None:
    assert converted("csv", table(header, row), tmp_path).used == {layer: 1}


def test_a_row_without_offsets_is_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("text,type", "Ann,person"))
    assert read_csv(path, GOLD).documents == [{"doc_id": "d1", "entities": [{"text": "Ann", "type": "person"}]}]


def test_a_column_that_no_layer_knows_is_told(tmp_path: Path) -> None:
    done = converted("csv", table("start,end,type,score", "0,3,person,0.9"), tmp_path)
    assert [(one.code, one.message) for one in done.problems] == [("lost-columns", 'not carried over: "score"')]


REFUSED = [
    ("start,end\n0,3", "missing-column", 1),
    ("layer,start,end\n,0,3", "unknown-layer", 2),
    ("layer,start,end\nnames,0,3", "unknown-layer", 2),
    ("doc_id,start,end,type\nd1,0,3,person\n,0,3,person", "missing-key", 3),
    ("doc_id,start,end,type\nd9,0,3,person", "unknown-document", 2),
    ("start,end,type\n0,3", "ragged-row", 2),
    ("start,end,type\n0,3,person,x", "ragged-row", 2),
    ('start,end,type\n0,3,"person', "malformed-row", 2),
    ('start,end,type,text\n0,3,person,"Ann"x', "malformed-row", 2),
    ("start,start,type\n0,3,person", "duplicate-column", 1),
    ("start,end,type\n0,3,PER", "unknown-label", 2),
    ("start,end,type\n0,x,person", "wrong-type", 2),
    ("start,end,type\n0,3.5,person", "wrong-type", 2),
    ("start,end,value\n0,3,1e999", "wrong-type", 2),
    ("start,end,type\n0,999,person", "offset-beyond-text", 2),
    ("start,end,type\n3,0,person", "offset-reversed", 2),
    ("start,end,type,text\n0,3,person,Ben", "text-mismatch", 2),
    ("start,end,type,level\n0,3,person,\n\n4,7,person,names", "unknown-label", 4),
    ('start,end,type,text\n0,3,person,"A\nn"\n0,3,PER,', "text-mismatch", 2),
    ("system,start,end,type\nx,0,3,person\ny,0,3,person", "two-values", 3),
    (
        'holder,holder.entity_id,concept_id,polarity,segment_ids\nAnn,ann,peace,favor,"[""s001""]"',
        "two-values",
        2,
    ),
    ('layer,start,end,expression\nfigures,0,3,"[]"', "unknown-key", 2),
    ("", "empty-file", 0),
    ("\n\n", "empty-file", 0),
    ("start,end,type\n", "empty-file", 0),
    (b"start,end,type\n0,3,\xff", "invalid-utf8", 2),
]


@pytest.mark.parametrize(("content", "code", "line"), REFUSED, ids=[code for _, code, _ in REFUSED])
def test_a_bad_row_is_named_with_its_line(content: str | bytes, code: str, line: int, tmp_path: Path) -> None:
    assert (code, line) in [(one.code, one.line) for one in refused("csv", content, tmp_path)]


def test_the_line_of_a_row_counts_line_breaks_in_cells(tmp_path: Path) -> None:
    content = 'start,end,type,entity_id\n0,3,person,"a\n\nb"\n0,3,PER,x'
    assert [one.line for one in refused("csv", content, tmp_path)] == [5]


def test_a_cell_may_be_as_long_as_a_line(tmp_path: Path) -> None:
    gold = corpus(document("a" * 200_000, "d1"))
    record = {"start": 0, "end": 200_000, "text": "a" * 200_000, "type": "person"}
    predicted = predictions([{"doc_id": "d1", "entities": [record]}], gold)
    limit = csv.field_size_limit()
    assert there_and_back(predicted, gold, "csv", tmp_path / "a.csv") == lines(predicted)
    assert csv.field_size_limit() == limit


BAD_LINES = [
    ('{"start": 0, "end": 3, "type": "PER"}', "unknown-label"),
    ('{"start": "x", "end": 3, "type": "person"}', "wrong-type"),
    ('{"start": 0, "end": 999, "type": "person"}', "offset-beyond-text"),
    ('{"start": 0, "end": 3, "type": "person", "text": "Ben"}', "text-mismatch"),
    ("[1]", "wrong-type"),
    ("{", "malformed-json"),
    ("[" * 2000, "malformed-json"),
    ('{"doc_id": 5, "type": "person"}', "missing-key"),
    ('{"layer": ["entities"], "type": "person"}', "unknown-layer"),
]


@pytest.mark.parametrize(("line", "code"), BAD_LINES, ids=[code for _, code in BAD_LINES])
def test_a_bad_line_of_jsonl_is_named(line: str, code: str, tmp_path: Path) -> None:
    good = '{"start": 4, "end": 7, "type": "person"}'
    assert (code, 2) in [(one.code, one.line) for one in refused("jsonl", f"{good}\n{line}\n", tmp_path)]


@pytest.mark.parametrize(("content", "code"), [(b"", "empty-file"), (b'{"type": "\xff"}\n', "invalid-utf8")])
def test_jsonl_that_cannot_be_read_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    assert [one.code for one in refused("jsonl", content, tmp_path)] == [code]


def test_lists_in_jsonl_may_be_lists_or_json_text(tmp_path: Path) -> None:
    stance = {"holder.entity_id": "ann", "concept_id": "peace", "polarity": "favor"}
    rows = [{**stance, "segment_ids": ["s001"]}, {**stance, "segment_ids": '["s001"]'}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = read_jsonl(tmp_path / "a.jsonl", GOLD).documents[0]["stances"]
    assert (
        first
        == second
        == {
            **{"holder": {"entity_id": "ann"}},
            **{k: stance[k] for k in ("concept_id", "polarity")},
            "segment_ids": ["s001"],
        }
    )


def parquet(rows: list[dict[str, Any]]) -> bytes:
    content = io.BytesIO()
    pandas.DataFrame(rows).to_parquet(content, index=False)
    return content.getvalue()


BAD_PARQUET = [
    (parquet([{"start": 0, "end": 3, "type": "PER"}]), "unknown-label", 1),
    (parquet([{"start": 0, "end": 999, "type": "person"}]), "offset-beyond-text", 1),
    (parquet([{"start": "x", "end": 3, "type": "person"}]), "wrong-type", 1),
    (parquet([{"start": 0, "end": 3, "type": "person", "text": "Ben"}]), "text-mismatch", 1),
    (parquet([{"start": 0, "end": 3, "type": pandas.Timestamp("2014-01-30")}]), "wrong-type", 1),
    (parquet([{"start": 0, "end": 3, "type": b"person"}]), "wrong-type", 1),
    (b"", "empty-file", 0),
    (b"PAR1 and no more", "not-parquet", 0),
    (parquet([{"type": "person"}])[:-30] + b"PAR1", "not-parquet", 0),
    (b"\xff\xfe", "not-parquet", 0),
]


@pytest.mark.parametrize(
    ("content", "code", "line"), BAD_PARQUET, ids=[f"{c}-{n}" for n, (_, c, _) in enumerate(BAD_PARQUET)]
)
def test_bad_parquet_is_named(content: bytes, code: str, line: int, tmp_path: Path) -> None:
    assert (code, line) in [(one.code, one.line) for one in refused("parquet", content, tmp_path)]


def test_a_parquet_file_of_very_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.formats.tabular.MAX_CELLS", 5)
    content = parquet([{"start": 0, "end": 3, "type": "person"}] * 2)
    assert [one.code for one in refused("parquet", content, tmp_path)] == ["long-file"]


@quick
@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes, tmp_path: Path) -> None:
    for name in FLAT:
        refused(name, b"\xff" + content, tmp_path)


def test_every_field_of_a_prediction_has_a_column() -> None:
    missing = {layer: [*Prediction.__struct_fields__] for layer in GOLD_FILES if "start" not in fields(layer)}
    assert missing == {}


def test_parquet_numbers_too_long_for_its_types_are_text(tmp_path: Path) -> None:
    records = [{**span("2,000", TEXT), "value": value} for value in (2**60 + 1, 0.5)]
    write_parquet(predictions([{"doc_id": "d1", "figures": records}], GOLD), GOLD, tmp_path / "a.parquet")
    assert pandas.read_parquet(tmp_path / "a.parquet")["value"].tolist() == ["1152921504606846977", "0.5"]
