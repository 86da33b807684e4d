"""The gold on disk: the text as received, records with their types, and a digest of every byte."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from dateline import model
from dateline.corpus import Corpus, GoldDocument, data_files, digest, load
from dateline.errors import InputError, UnknownNameError

ROOT = Path(__file__).resolve().parents[1]
CORPUS = load(ROOT)
ARTICLE = CORPUS.document("ips-car-2014")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the gold to spoil."""
    for folder in ("corpus", "annotations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("document", CORPUS.documents, ids=lambda document: document.doc_id)
def test_the_raw_text_is_its_source_byte_for_byte(document: GoldDocument) -> None:
    text = (ROOT / "corpus" / document.doc_id / "text.txt").read_bytes()
    assert text == (ROOT / document.document.source_file).read_bytes()


@pytest.mark.parametrize("document", CORPUS.documents, ids=lambda document: document.doc_id)
def test_the_raw_text_has_the_checksum_of_its_record(document: GoldDocument) -> None:
    text = (ROOT / "corpus" / document.doc_id / "text.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == document.document.sha256


@pytest.mark.parametrize("document", CORPUS.documents, ids=lambda document: document.doc_id)
def test_the_text_is_read_without_any_conversion(document: GoldDocument) -> None:
    assert document.text.encode() == (ROOT / "corpus" / document.doc_id / "text.txt").read_bytes()


def test_the_article_has_60_segments() -> None:
    assert len(ARTICLE.segments) == 60


@pytest.mark.parametrize("document", CORPUS.documents, ids=lambda document: document.doc_id)
def test_every_code_point_is_in_one_segment_or_white_space(document: GoldDocument) -> None:
    held = [0] * len(document.text)
    for segment in document.segments:
        for offset in range(segment.start, segment.end):
            held[offset] += 1
    assert max(held) == 1
    assert "".join(char for char, times in zip(document.text, held, strict=True) if not times).strip() == ""


def test_an_offset_belongs_to_the_segment_around_it_or_before_it() -> None:
    first, second = ARTICLE.segments[:2]
    between = range(first.end, second.start)
    assert {ARTICLE.segment_id(offset) for offset in range(first.start, first.end)} == {first.id}
    assert [ARTICLE.segment_id(offset) for offset in between] == [first.id] * len(between)
    assert ARTICLE.segment_id(second.start) == second.id


def test_records_are_loaded_with_their_types() -> None:
    layers = {
        model.Segment: ARTICLE.segments,
        model.Erratum: ARTICLE.errata,
        model.Mention: ARTICLE.entities,
        model.Figure: ARTICLE.figures,
        model.Stance: ARTICLE.stances,
        model.Entity: tuple(CORPUS.registry.values()),
        model.Concept: tuple(CORPUS.concepts.values()),
    }
    assert {kind: {type(record) for record in records} for kind, records in layers.items()} == {
        kind: {kind} for kind in layers
    }


def test_the_registry_and_the_codebook_are_found_by_identifier() -> None:
    assert [key for key, entity in CORPUS.registry.items() if key != entity.entity_id] == []
    assert [key for key, concept in CORPUS.concepts.items() if key != concept.concept_id] == []


def test_an_unknown_document_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown document 'nowhere'; known: .*ips-car-2014"):
        CORPUS.document("nowhere")


def test_a_copy_of_the_data_has_the_same_digest(root: Path) -> None:
    assert digest(root) == CORPUS.digest


@pytest.mark.parametrize("file", [path.relative_to(ROOT).as_posix() for path in data_files(ROOT)])
def test_the_digest_changes_with_a_byte_of_any_file(root: Path, file: str) -> None:
    (root / file).write_bytes((root / file).read_bytes() + b" ")
    assert digest(root) != CORPUS.digest


def test_the_digest_changes_when_a_file_is_renamed(root: Path) -> None:
    (root / "corpus/ips-car-2014").rename(root / "corpus/another")
    assert digest(root) != CORPUS.digest


def spoiled(root: Path, file: str, line: int, content: bytes) -> str:
    """The message of loading a copy of which one line was replaced."""
    lines = (root / file).read_bytes().splitlines(keepends=True)
    lines[line - 1] = content + b"\n"
    (root / file).write_bytes(b"".join(lines))
    with pytest.raises(InputError) as caught:
        load(root)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"{", "unreadable-record error: Input data was truncated"),
        (b"[]", "unreadable-record error: Expected `object`, got `array`"),
        (b'{"id": "f007", "colour": "red"}', "unreadable-record error: Object contains unknown field `colour`"),
        (b'{"id": 7}', "unreadable-record error: Expected `str`, got `int` - at `$.id`"),
        (b'{"id": "\xff"}', "invalid-utf8 error: byte 8 of the line is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(root: Path, content: bytes, wrong: str) -> None:
    file = "annotations/ips-car-2014/figures.jsonl"
    assert spoiled(root, file, 7, content).startswith(f"{root / file}:7: {wrong}")


def test_a_missing_file_is_named(root: Path) -> None:
    file = root / "annotations/ips-car-2014/stances.jsonl"
    file.unlink()
    with pytest.raises(InputError, match="missing-file") as caught:
        load(root)
    assert str(caught.value).startswith(str(file))


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing-corpus"):
        load(tmp_path)


def test_without_a_root_the_installed_corpus_is_loaded() -> None:
    assert isinstance(load(), Corpus)
    assert load().digest == CORPUS.digest


def test_the_digest_does_not_see_hidden_files(root: Path) -> None:
    before = digest(root)
    (root / "corpus" / "ips-car-2014" / ".DS_Store").write_bytes(b"x")
    assert digest(root) == before


def test_the_data_statement_names_the_canary_that_every_document_carries() -> None:
    statement = (ROOT / "corpus/README.md").read_text(encoding="utf-8")
    assert [document.doc_id for document in CORPUS.documents if document.document.canary not in statement] == []


def test_the_links_of_the_data_statement_lead_to_files() -> None:
    statement = (ROOT / "corpus/README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)", statement)
    assert links
    assert [link for link in links if not (ROOT / "corpus" / link).exists()] == []
