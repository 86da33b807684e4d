"""What NER pipelines return: whose list is whose, tokens put together, and outputs for another text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import GOLD, TEXT, TWO, converted, refused
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import corpus, document, span

from dateline.errors import InputError
from dateline.formats.gliner import read as read_gliner
from dateline.formats.huggingface import read as read_huggingface

ANN = {**span("Ann", TEXT), "text": "Ann", "label": "person", "score": 0.9}
BEN = {**span("Ben", TEXT), "text": "Ben", "label": "person", "score": 0.8}
GROUP = {**span("Ann", TEXT), "word": "ann", "entity_group": "person", "score": 0.9}
HERE = {**span("Ben", "Ben is here."), "text": "Ben", "label": "person", "score": 0.8}

SHAPES: list[tuple[Any, list[str]]] = [
    ({"d1": [ANN], "d2": [HERE]}, ["d1", "d2"]),
    ([[ANN], [HERE]], ["d1", "d2"]),
    ({"doc_id": "d2", "spans": [HERE]}, ["d2"]),
    ({"doc_id": "d2", "system": "x", "entities": [HERE]}, ["d2"]),
    ({"doc_id": "d2", **HERE}, ["d2"]),
]


@pytest.mark.parametrize(("content", "documents"), SHAPES, ids=["keys", "lists", "doc_id", "system", "single"])
def test_a_list_belongs_to_the_document_that_is_named_beside_it(
    content: Any, documents: list[str], tmp_path: Path
) -> None:
    done = converted("gliner", json.dumps(content), tmp_path, TWO)
    assert done.used["entities"] == len(documents)
    assert [json.loads(line)["doc_id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == documents


def test_lines_of_one_list_each_are_the_documents_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{json.dumps([ANN])}\n{json.dumps([HERE])}\n")
    assert [one["doc_id"] for one in read_gliner(tmp_path / "a.jsonl", TWO).documents] == ["d1", "d2"]


def test_lines_that_name_one_document_are_put_together(tmp_path: Path) -> None:
    lines = [{"doc_id": "d1", "spans": [ANN]}, {"doc_id": "d1", "spans": [BEN]}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = read_gliner(tmp_path / "a.jsonl", TWO)
    assert len(found.documents[0]["entities"]) == 2
    assert found.places["d1", "entities", 1][1] == 2


def test_the_list_of_a_single_document_needs_no_name(tmp_path: Path) -> None:
    assert converted("gliner", json.dumps([ANN, BEN]), tmp_path).used == {"entities": 2}


def test_an_empty_list_is_an_attempt(tmp_path: Path) -> None:
    assert converted("gliner", "[]", tmp_path).used == {"entities": 0}


def test_scores_are_counted_as_lost(tmp_path: Path) -> None:
    assert [one.message for one in converted("gliner", json.dumps([ANN, BEN]), tmp_path).problems] == [
        "2 not carried over"
    ]


def test_a_span_without_offsets_is_a_quote(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"text": "Ann", "label": "person"}]))
    assert read_gliner(tmp_path / "a.json", GOLD).documents[0]["entities"] == [{"text": "Ann", "type": "person"}]


def test_foreign_labels_pass_the_reader_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{**ANN, "label": "GPE"}]))
    assert read_gliner(tmp_path / "a.json", GOLD).documents[0]["entities"][0]["type"] == "GPE"


BAD: list[tuple[str, bytes, str]] = [
    ("gliner", json.dumps([{**ANN, "text": "Ben"}]).encode(), "text-mismatch"),
    ("gliner", json.dumps([{**ANN, "end": 999}]).encode(), "offset-beyond-text"),
    ("gliner", json.dumps([{**ANN, "start": "0"}]).encode(), "wrong-type"),
    ("gliner", json.dumps([{**ANN, "label": 5}]).encode(), "wrong-type"),
    ("gliner", json.dumps([ANN, 5]).encode(), "wrong-type"),
    ("gliner", json.dumps([{"score": 1}]).encode(), "missing-key"),
    ("gliner", b"5", "wrong-type"),
    ("gliner", b"", "empty-file"),
    ("gliner", b'[{"label": "\xff"}]', "invalid-utf8"),
    ("gliner", b"[{]", "malformed-json"),
    ("gliner", b"[" * 5000, "malformed-json"),
    ("gliner", json.dumps({"d9": [ANN]}).encode(), "unknown-document"),
    ("gliner", json.dumps([[ANN], [BEN]]).encode(), "unnamed-document"),
    ("gliner", json.dumps({"doc_id": 5, "spans": [ANN]}).encode(), "unnamed-document"),
    ("gliner", json.dumps({"doc_id": "d1", "spans": [ANN], "more": []}).encode(), "unnamed-document"),
    ("hf-tokens", json.dumps([{**GROUP, "word": "Ben"}]).encode(), "text-mismatch"),
    ("hf-tokens", json.dumps([{**GROUP, "end": 999}]).encode(), "offset-beyond-text"),
    ("hf-tokens", json.dumps([{**GROUP, "start": 0.5}]).encode(), "wrong-type"),
    ("hf-tokens", json.dumps([{**GROUP, "entity_group": None}]).encode(), "missing-key"),
    ("hf-tokens", json.dumps([[GROUP, "x"]]).encode(), "wrong-type"),
    ("hf-tokens", b"", "empty-file"),
    ("hf-tokens", b"\xff\xfe", "invalid-utf8"),
]


@pytest.mark.parametrize(("name", "content", "code"), BAD, ids=[f"{name}-{code}" for name, _, code in BAD])
def test_what_cannot_be_used_is_named(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    assert code in [problem.code for problem in refused(name, content, tmp_path)]


def test_a_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"doc_id": "d1", "spans": [ANN]}) + "\n\n{]\n")
    found = read_gliner(tmp_path / "a.jsonl", GOLD).problems
    assert [(one.code, one.line) for one in found if one.level == "error"] == [("malformed-json", 3)]


def test_the_line_of_broken_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.json:3: malformed-json"):
        (tmp_path / "a.json").write_text('[\n{"start": 0},\n{"start": }\n]')
        read_gliner(tmp_path / "a.json", GOLD)


BERT = "Hugging Face is in \U0001d518lm City, said O'Neil."
BERT_GOLD = corpus(document(BERT, "d1"))


def token(word: str, tag: str, index: int | None = None, **more: Any) -> dict[str, Any]:
    place = span(word.removeprefix("##"), BERT)
    return {"entity": tag, "word": word, "index": index, "score": 0.9, **place, **more}


def entities(tmp_path: Path, items: list[Any]) -> list[tuple[Any, Any]]:
    (tmp_path / "a.json").write_text(json.dumps(items))
    found = read_huggingface(tmp_path / "a.json", BERT_GOLD).documents[0]["entities"]
    return [(BERT[one["start"] : one["end"]], one["type"]) for one in found]


MERGES: list[tuple[list[dict[str, Any]], list[tuple[str, str]]]] = [
    ([token("Hugging", "B-ORG", 1), token("Face", "I-ORG", 2)], [("Hugging Face", "ORG")]),
    ([token("Hugging", "I-ORG", 1), token("Face", "I-ORG", 2)], [("Hugging Face", "ORG")]),
    ([token("Hugging", "B-ORG", 1), token("Face", "B-ORG", 2)], [("Hugging", "ORG"), ("Face", "ORG")]),
    ([token("Hugging", "B-ORG", 1), token("Face", "I-LOC", 2)], [("Hugging", "ORG"), ("Face", "LOC")]),
    ([token("Hugging", "ORG", 1), token("Face", "ORG", 2)], [("Hugging Face", "ORG")]),
    ([token("Hugging", "B-ORG", 1), token("City", "I-ORG", 7)], [("Hugging", "ORG"), ("City", "ORG")]),
    ([token("Hugging", "B-ORG"), token("Face", "I-ORG")], [("Hugging Face", "ORG")]),
    ([token("Hugging", "B-ORG"), token("City", "I-ORG")], [("Hugging", "ORG"), ("City", "ORG")]),
    ([token("Hug", "B-ORG", 1), token("##ging", "B-ORG", 2), token("Face", "I-ORG", 3)], [("Hugging Face", "ORG")]),
    ([token("Hug", "B-ORG", 1), token("##ging", "I-LOC", 2), token("Face", "I-ORG", 3)], [("Hugging Face", "ORG")]),
    ([token("\U0001d518lm", "B-LOC", 1), token("City", "I-LOC", 2)], [("\U0001d518lm City", "LOC")]),
]


@pytest.mark.parametrize(("items", "expected"), MERGES, ids=range(len(MERGES)))
def test_tokens_are_put_together(items: list[Any], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert entities(tmp_path, items) == expected


@pytest.mark.parametrize(
    "word", ["hugging face", "HUGGING  FACE", "hugging [UNK]", "Hugging Fac\u00e9", "##Hugging Face"]
)
def test_the_tokenizer_s_spelling_is_no_other_text(word: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{**span("Hugging Face", BERT), "word": word, "entity_group": "ORG"}]))
    assert "text" not in read_huggingface(tmp_path / "a.json", BERT_GOLD).documents[0]["entities"][0]


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        (["Hug", "##ging", "Face"], "Hugging Face"),
        (["\u2581Hug", "ging", "\u2581Face"], "Hugging Face"),
        (["Hugging"], "Hugging"),
    ],
)
def test_tokens_without_offsets_are_a_quote(words: list[str], quote: str, tmp_path: Path) -> None:
    items = [
        {"entity": "B-ORG" if not number else "I-ORG", "word": word, "index": number, "start": None, "end": None}
        for number, word in enumerate(words)
    ]
    (tmp_path / "a.json").write_text(json.dumps(items))
    assert read_huggingface(tmp_path / "a.json", BERT_GOLD).documents[0]["entities"] == [{"text": quote, "type": "ORG"}]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["d1", "doc_id", "start", "end", "word", "text", "label", "entity", "entity_group", "index"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", ["gliner", "hf-tokens"])
@settings(deadline=None)
@given(value=VALUES)
def test_any_json_is_read_or_refused(name: str, value: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        converted(name, json.dumps(value), folder)
    except InputError as error:
        assert error.problems  # either outcome is right; nothing else may be raised
