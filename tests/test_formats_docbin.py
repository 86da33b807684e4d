from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.formats.docbin import read, write, write_json
from dateline.predictions import read as judged

spacy = pytest.importorskip("spacy")


def blank(text: str = TEXT) -> Any:
    """The document that a pipeline makes of a text."""
    return spacy.blank("en")(text)


def span(doc: Any, words: str, label: str, **more: str) -> Any:
    start = doc.text.index(words)
    found = doc.char_span(start, start + len(words), label=label, **more)
    assert found is not None
    return found


def binary(path: Path, *docs: Any) -> Path:
    spacy.tokens.DocBin(docs=docs).to_disk(path / "x.spacy")
    return path / "x.spacy"


def as_json(path: Path, *docs: Any) -> Path:
    (path / "x.jsonl").write_text("".join(f"{json.dumps(doc.to_json())}\n" for doc in docs), encoding="utf-8")
    return path / "x.jsonl"


BOTH = pytest.mark.parametrize("save", [binary, as_json], ids=["binary", "json"])


def codes(path: Path) -> list[str]:
    return [code for code, _, _ in foreign.problems(read, path, foreign.small())]


@BOTH
def test_the_entities_of_a_pipeline_are_mentions_in_code_points(tmp_path: Path, save: Any) -> None:
    doc = blank()
    doc.ents = [span(doc, "Chad", "GPE"), span(doc, "France", "GPE")]
    found = read(save(tmp_path, doc), foreign.small()).documents[0]["entities"]
    assert [(TEXT[record["start"] : record["end"]], record["type"]) for record in found] == [
        ("Chad", "GPE"),
        ("France", "GPE"),
    ]


@BOTH
def test_span_groups_are_layers_and_their_labels_a_field(tmp_path: Path, save: Any) -> None:
    doc = blank()
    doc.spans["figures"] = [span(doc, "500", "personnel")]
    doc.spans["entities"] = [span(doc, "Chad", "location", kb_id="Q657")]
    (line,) = read(save(tmp_path, doc), foreign.small()).documents
    assert (line["figures"][0]["category"], line["entities"][0]["wikidata"]) == ("personnel", "Q657")


@BOTH
def test_other_groups_entities_that_the_group_has_not_and_other_identifiers_are_counted(
    tmp_path: Path, save: Any
) -> None:
    doc = blank()
    doc.ents = [span(doc, "France", "GPE")]
    doc.spans["entities"] = [span(doc, "Chad", "GPE", kb_id="chad")]
    doc.spans["sc"] = [span(doc, "Chad", "GPE")]
    assert {*codes(save(tmp_path, doc))} == {"lost-ent", "lost-span-group", "lost-identifier"}


@BOTH
def test_annotations_of_the_clean_text_count_in_it(tmp_path: Path, save: Any) -> None:
    doc = blank(CLEAN)
    doc.ents = [span(doc, "France", "location")]
    found = read(save(tmp_path, doc), foreign.small()).documents
    mapped = judged(found, foreign.small()).documents["d1"].entities
    assert mapped and TEXT[mapped[0].start : mapped[0].end] == "France"


@BOTH
def test_another_text_is_of_no_document(tmp_path: Path, save: Any) -> None:
    assert codes(save(tmp_path, blank("Something else."))) == ["unknown-document"]


def test_spacy_reads_the_json_that_is_written(tmp_path: Path) -> None:
    write_json(foreign.gold(), foreign.corpus(), tmp_path / "x.jsonl")
    (line,) = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    doc = spacy.tokens.Doc(spacy.vocab.Vocab()).from_json(json.loads(line), validate=True)
    (gold,) = foreign.gold()
    assert doc.text == foreign.corpus().documents[0].text
    assert [(one.start_char, one.end_char) for one in doc.spans["figures"]] == [
        (one.start, one.end) for one in gold.figures or ()
    ]


def test_the_outermost_mentions_are_the_entities_of_the_document(tmp_path: Path) -> None:
    write(foreign.gold(), foreign.corpus(), tmp_path / "x.spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.vocab.Vocab())
    mentions = {(one.start_char, one.end_char, one.label_) for one in doc.spans["entities"]}
    chosen = [(one.start_char, one.end_char, one.label_) for one in doc.ents]
    covered = {place for start, end, _ in chosen for place in range(start, end)}
    assert {*chosen} <= mentions
    assert all(start in covered or end - 1 in covered for start, end, _ in mentions)


def test_a_parse_that_points_outside_the_text_does_no_harm(tmp_path: Path) -> None:
    doc = blank()
    doc.ents = [span(doc, "Chad", "GPE")]
    packed = spacy.tokens.DocBin(attrs=["ORTH", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"], docs=[doc])
    packed.tokens = [rows.copy() for rows in packed.tokens]
    packed.tokens[0][:, packed.attrs.index(spacy.attrs.HEAD)] = 2**40
    packed.to_disk(tmp_path / "x.spacy")
    assert len(read(tmp_path / "x.spacy", foreign.small()).documents[0]["entities"]) == 1


def test_a_file_that_is_small_only_while_it_is_packed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dateline.formats.docbin.MAX_LINE", 1000)
    (tmp_path / "x.spacy").write_bytes(zlib.compress(bytes(100_000)))
    assert codes(tmp_path / "x.spacy") == ["long-file"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"no DocBin", "not-docbin"),
        (zlib.compress(b"\x81\xa5attrs\x01"), "not-docbin"),
        (zlib.compress(b"\x91" * 100_000), "not-docbin"),
        (b"{", "malformed-json"),
        (b"[" * 100_000, "malformed-json"),
        (b'{"ents": []}', "no-text"),
        (b'["a"]', "no-text"),
        (b'{"text": "\xff"}', "invalid-utf8"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "x.spacy").write_bytes(content)
    assert codes(tmp_path / "x.spacy") == [code]


@pytest.mark.parametrize(("start", "end"), [(0, 999), (-3, 4), (4, 0)])
def test_offsets_outside_the_text_are_refused_when_they_are_judged(tmp_path: Path, start: int, end: int) -> None:
    value = {"text": TEXT, "ents": [{"start": start, "end": end, "label": "location"}]}
    (tmp_path / "x.json").write_text(json.dumps(value), encoding="utf-8")
    found = read(tmp_path / "x.json", foreign.small())
    assert judged(found.documents, foreign.small(), "spurious").spurious == {("d1", "entities"): 1}
