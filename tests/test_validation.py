"""Values against the schemas: what is wrong, where, and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dateline.errors import UnknownNameError
from dateline.validation import LONGEST_QUOTE, Finding, dotted, problems, quote
from dateline.vocabulary import KINDS, labels, schema

SEGMENT = {"id": "s001", "doc_id": "tale", "kind": "sentence", "start": 0, "end": 3, "text": "Rain"}
BOUND = {"value": 5, "inclusive": True}
FIGURE = {"start": 0, "end": 3}
STANCE = {"holder": "Davit Kolm", "concept_id": "ban", "polarity": "favor", "segment_ids": ["s001"]}


def found(kind: str, value: object) -> list[tuple[str, str]]:
    """The place and the code of each finding."""
    return [(dotted(finding.path), finding.code) for finding in problems(kind, value)]


def only(kind: str, value: object) -> Finding:
    [finding] = problems(kind, value)
    return finding


@pytest.mark.parametrize(
    ("kind", "value", "findings"),
    [
        ("segment", SEGMENT, []),
        ("segment", [], [("", "wrong-type")]),
        ("segment", SEGMENT | {"colour": 1, "size": 2}, [("", "unknown-key"), ("", "unknown-key")]),
        ("segment", {key: SEGMENT[key] for key in SEGMENT if key != "kind"}, [("", "missing-key")]),
        ("segment", SEGMENT | {"start": True}, [("start", "wrong-type")]),
        ("segment", SEGMENT | {"start": 1.0}, [("start", "wrong-type")]),
        ("segment", SEGMENT | {"start": -1, "end": "3"}, [("end", "wrong-type"), ("start", "out-of-range")]),
        ("segment", SEGMENT | {"kind": "poem"}, [("kind", "unknown-label")]),
        ("segment", SEGMENT | {"kind": 7}, [("kind", "wrong-type")]),
        ("segment", SEGMENT | {"id": "1"}, [("id", "pattern")]),
        ("prediction#/$defs/figure", FIGURE, []),
        ("prediction#/$defs/figure", FIGURE | {"term": "heaps"}, [("term", "unknown-label")]),
        ("prediction#/$defs/figure", FIGURE | {"lower": {"value": 5}}, [("lower", "missing-key")]),
        ("prediction#/$defs/figure", FIGURE | {"lower": BOUND | {"value": "5"}}, [("lower.value", "wrong-type")]),
        ("prediction#/$defs/figure", FIGURE | {"source": [7]}, [("source[0]", "wrong-type")]),
        ("prediction#/$defs/figure", FIGURE | {"source": [{}]}, [("source[0]", "missing-key")]),
        ("prediction#/$defs/figure", FIGURE | {"source": [{"start": 1}]}, [("source[0]", "missing-key")]),
        ("prediction#/$defs/stance", STANCE, []),
        ("prediction#/$defs/stance", STANCE | {"segment_ids": []}, [("segment_ids", "empty")]),
        ("prediction#/$defs/stance", STANCE | {"segment_ids": ["s001", "s001"]}, [("segment_ids", "duplicate-item")]),
        ("prediction#/$defs/stance", STANCE | {"holder": ""}, [("holder", "empty")]),
        ("prediction", {"doc_id": "tale", "figures": [FIGURE, {}]}, [("figures[1]", "missing-key")]),
        ("prediction", {"doc_id": "tale", "figures": [FIGURE | {"status": 1}]}, [("figures[0].status", "wrong-type")]),
    ],
)
def test_findings_have_a_place_and_a_code(kind: str, value: object, findings: list[tuple[str, str]]) -> None:
    assert found(kind, value) == findings


def test_an_unknown_label_is_quoted_and_the_known_ones_are_listed() -> None:
    finding = only("segment", SEGMENT | {"kind": "poem"})
    assert finding.message == '"poem" is not a label of this field'
    assert finding.allowed == f"known: {', '.join(labels('segment', 'kind'))}"


def test_null_is_listed_where_it_is_allowed() -> None:
    assert only("prediction#/$defs/figure", FIGURE | {"status": "sure"}).allowed.endswith(", possible, or null")


def test_an_unknown_key_is_quoted_and_the_known_ones_are_listed() -> None:
    finding = only("segment", SEGMENT | {"colour": "red"})
    assert (finding.message, finding.allowed) == ('unknown key "colour"', f"known: {', '.join(SEGMENT)}")


def test_a_missing_key_is_named_with_its_meaning() -> None:
    finding = only("segment", {key: SEGMENT[key] for key in SEGMENT if key != "kind"})
    assert (finding.message, finding.allowed) == ('missing key "kind"', "required: What the segment is.")


def test_a_wrong_type_is_told_with_the_right_ones() -> None:
    finding = only("prediction#/$defs/figure", FIGURE | {"value": "many"})
    assert (finding.message, finding.allowed) == ('"many" is of the wrong type', "expected number or null")


def test_evidence_may_be_given_in_three_ways() -> None:
    without = {key: STANCE[key] for key in STANCE if key != "segment_ids"}
    assert only("prediction#/$defs/stance", without).allowed == "required: segment_ids, or start and end, or text"


@pytest.mark.parametrize(("optional", "reason"), [(True, None), (False, "none needed")])
def test_a_reason_goes_with_optional_and_with_nothing_else(optional: bool, reason: str | None) -> None:
    findings = list(problems("figure", FIGURE | {"optional": optional, "optional_reason": reason}))
    assert [(finding.path, finding.code) for finding in findings if finding.code != "missing-key"] == [
        (("optional_reason",), "optional-reason")
    ]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown record kind 'poem'"):
        list(problems("poem", {}))


def test_long_values_are_shortened() -> None:
    assert quote("x" * 1000) == '"' + "x" * (LONGEST_QUOTE - 1) + "..."


def test_values_are_quoted_as_json() -> None:
    assert quote({"é": [None, True]}) == '{"é": [null, true]}'


def keywords(part: Any) -> set[str]:
    """The keywords of a schema that can fail, wherever they stand."""
    if isinstance(part, list):
        return set[str]().union(*map(keywords, part))
    if not isinstance(part, dict):
        return set()
    named = {"properties", "$defs"}
    parts = {key: value for key, value in part.items() if key != "dependentRequired"}
    inner = [keywords(list(value.values()) if key in named else value) for key, value in parts.items()]
    return (set(part) - named).union(*inner)


def test_every_keyword_of_the_schemas_can_be_explained() -> None:
    from dateline.validation import _EXPLAIN

    silent = {"$schema", "$id", "$ref", "title", "description", "items", "const", "if", "then", "else", "anyOf"}
    used = set[str]().union(*(keywords(schema(kind)) for kind in KINDS))
    assert {key for key in used if not key.startswith("x-")} - silent == set(_EXPLAIN)


def test_every_record_of_the_gold_is_its_schema() -> None:
    root = Path(__file__).resolve().parents[1]
    kinds = {
        "segments": "segment",
        "errata": "erratum",
        "entities": "mention",
        "figures": "figure",
        "stances": "stance",
    }
    files = [*root.glob("corpus/*/*.jsonl"), *root.glob("annotations/*/*.jsonl")]
    lines = [
        (kinds[file.stem], line)
        for file in files
        if file.stem in kinds
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert [line for kind, line in lines if found(kind, json.loads(line))] == []
