from __future__ import annotations

from pathlib import Path
from typing import Any

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.errors import InputError
from dateline.formats import FORMATS
from dateline.formats.brat import read, write
from dateline.formats.brat.configuration import annotation_conf, visual_conf
from dateline.model import Mention, Prediction
from dateline.predictions import read as judged
from dateline.vocabulary import labels

BRAT = FORMATS["brat"]


def folder(path: Path, *rows: str, text: str = TEXT, name: str = "d1") -> Path:
    """A folder with one document."""
    (path / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    (path / f"{name}.ann").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="")
    return path


def document(path: Path, *rows: str, text: str = TEXT) -> dict[str, Any]:
    (found,) = read(folder(path, *rows, text=text), foreign.small()).documents
    return found


def codes(path: Path) -> list[tuple[str, str, int]]:
    return foreign.problems(read, path, foreign.small())


def test_offsets_count_code_points(tmp_path: Path) -> None:
    (record,) = document(tmp_path, "T1\tlocation 25 31\tFrance")["entities"]
    assert TEXT[record["start"] : record["end"]] == "France"


def test_attributes_normalisations_relations_and_notes_are_read(tmp_path: Path) -> None:
    found = document(
        tmp_path,
        "T1\tlocation 0 4\tChad",
        "A1\tsubtype T1 country",
        "N1\tReference T1 Wikidata:Q657\tChad",
        "T2\tfigure 13 16\t500",
        "M1\tstatus T2 actual",
        '#1\tAnnotatorNotes T2\t{"value": 500}',
        "R1\tsource Arg1:T2 Arg2:T1",
    )
    (mention,), (figure,) = found["entities"], found["figures"]
    assert (mention["type"], mention["subtype"], mention["wikidata"]) == ("location", "country", "Q657")
    assert (figure["status"], figure["value"], figure["source"]) == ("actual", 500, [{"start": 0, "end": 4}])


def test_a_label_of_another_scheme_passes_through(tmp_path: Path) -> None:
    (record,) = document(tmp_path, "T1\tGPE 0 4\tChad")["entities"]
    assert record["type"] == "GPE"


def test_equivalent_mentions_share_an_entity(tmp_path: Path) -> None:
    rows = ["T1\tlocation 0 4\tChad", "T2\tgroup 17 23\ttroops", "T3\tgroup 0 1\tC"]
    found = document(tmp_path, *rows, "*\tEquiv T1 T2", "R1\tCoreference Arg1:T3 Arg2:T2")
    assert len({record["entity_id"] for record in found["entities"]}) == 1


def test_what_an_annotator_changes_is_not_overruled_by_the_note(tmp_path: Path) -> None:
    said = Prediction(doc_id="d1", entities=(Mention(start=0, end=4, type="location", subtype="country"),))
    write([said], foreign.small(), tmp_path / "out")
    file = tmp_path / "out/d1.ann"
    changed = file.read_text("utf-8").replace("location 0 4\tChad", "group 0 3\tCha").replace("country", "religion")
    file.write_text(changed, "utf-8")
    (record,) = read(tmp_path / "out", foreign.small()).documents[0]["entities"]
    assert (record["type"], record["subtype"], record["end"]) == ("group", "religion", 3)


def test_a_discontinuous_annotation_is_read_as_one_span_and_counted(tmp_path: Path) -> None:
    path = folder(tmp_path, "T1\tgroup 0 4;17 23\tChad troops")
    found = read(path, foreign.small())
    (record,) = found.documents[0]["entities"]
    assert (record["start"], record["end"]) == (0, 23)
    assert [problem.code for problem in found.problems] == ["lost-discontinuity"]


def test_fragments_with_only_white_space_between_them_lose_nothing(tmp_path: Path) -> None:
    found = read(folder(tmp_path, "T1\tgroup 0 4;5 6\tChad \N{GRINNING FACE}"), foreign.small())
    assert (found.documents[0]["entities"][0]["end"], found.problems) == (6, [])


def test_what_no_record_has_a_field_for_is_counted(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        "T1\tlocation 0 4\tChad",
        "T2\tAttack 7 12\tsentt",
        "E1\tAttack:T2 Agent:T1",
        "A1\tNegation T1",
        "N1\tReference T1 GeoNames:1\tChad",
        "R1\tpart_of Arg1:T1 Arg2:T1",
        "#1\tAnnotatorNotes T1\tnot sure about this",
    )
    found = read(path, foreign.small())
    assert len(found.documents[0]["entities"]) == 1
    lost = {"lost-event", "lost-attribute", "lost-normalisation", "lost-relation", "lost-note"}
    assert {problem.code for problem in found.problems} == lost


def test_annotations_of_the_clean_text_count_in_it(tmp_path: Path) -> None:
    place = CLEAN.index("France")
    found = document(tmp_path, f"T1\tlocation {place} {place + 6}\tFrance", text=CLEAN)
    mapped = judged([found], foreign.small()).documents["d1"].entities
    assert found["offsets"] == "clean" and mapped
    assert TEXT[mapped[0].start : mapped[0].end] == "France"


def test_another_text_is_refused_with_the_place_where_it_parts(tmp_path: Path) -> None:
    path = folder(tmp_path, "T1\tlocation 0 4\tChad", text=TEXT.replace("500", "600"))
    with pytest.raises(InputError, match=r"d1\.txt: other-text error: .* at character 13 .*\"600 .*; .*\"500 "):
        read(path, foreign.small())


def test_a_document_is_found_by_its_text_where_its_name_is_another(tmp_path: Path) -> None:
    found = read(folder(tmp_path, "T1\tlocation 0 4\tChad", name="file7"), foreign.small())
    assert [document["doc_id"] for document in found.documents] == ["d1"]


def test_a_single_file_is_read_with_the_text_beside_it(tmp_path: Path) -> None:
    found = read(folder(tmp_path, "T1\tlocation 0 4\tChad") / "d1.ann", foreign.small())
    assert found.places["d1", "entities", 0] == (str(tmp_path / "d1.ann"), 1)


@pytest.mark.parametrize(
    ("row", "code", "record"),
    [
        ("T1\tlocation 0 4\tChat", "text-mismatch", "T1"),
        ("T1\tlocation 0 999\tChad", "bad-offsets", "T1"),
        ("T1\tlocation 4 0\tChad", "bad-offsets", "T1"),
        ("T1\tlocation zero 4\tChad", "malformed-line", ""),
        ("T1 location 0 4 Chad", "malformed-line", ""),
        ("Q1\tlocation 0 4\tChad", "malformed-line", ""),
        ("A1\tlevel", "malformed-line", ""),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path, row: str, code: str, record: str) -> None:
    path = folder(tmp_path, "T9\tgroup 17 23\ttroops", row)
    assert codes(path) == [(code, record, 2)]
    assert len(read(path, foreign.small()).documents[0]["entities"]) == 1


def test_an_identifier_stands_once(tmp_path: Path) -> None:
    assert codes(folder(tmp_path, "T1\tgroup 0 4\tChad", "T1\tgroup 0 4\tChad")) == [("duplicate-id", "T1", 2)]


def test_a_file_without_annotations_is_an_empty_document(tmp_path: Path) -> None:
    assert document(tmp_path) == {"doc_id": "d1"}


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "d1.ann").write_bytes(b"T1\tgroup 0 4\tChad\n\xff\n")
    assert codes(tmp_path) == [("invalid-utf8", "", 2)]


def test_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(InputError, match=r"archive error: .*unpack it"):
        read(tmp_path / "x.zip", foreign.small())


def test_a_note_of_any_depth_is_a_remark_at_most(tmp_path: Path) -> None:
    path = folder(tmp_path, "T1\tgroup 0 4\tChad", f"#1\tAnnotatorNotes T1\t{'[' * 100_000}")
    assert codes(path) == [("lost-note", "", 0)]


def test_a_document_whose_name_would_leave_the_folder_is_not_written(tmp_path: Path) -> None:
    gold = foreign.small()
    first = gold.documents[0]
    hostile = first._replace(document=type(first.document)(**{**_fields(first.document), "doc_id": "../d1"}))
    with pytest.raises(InputError, match="unsafe-name"):
        write([Prediction(doc_id="../d1")], gold._replace(documents=(hostile,)), tmp_path / "out")
    assert [*tmp_path.iterdir()] == []


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_a_folder_with_an_annotators_work_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder-exists"):
        write([], foreign.small(), folder(tmp_path, "T1\tlocation 0 4\tChad"))


def test_a_label_that_brat_cannot_write_is_in_the_note(tmp_path: Path) -> None:
    said = [Prediction(doc_id="d1", entities=(Mention(start=0, end=4, type="geo / political"),))]
    assert foreign.back(BRAT, said, foreign.small(), "out") == foreign.lines(said)


def test_every_label_and_every_line_of_the_annotations_is_configured(tmp_path: Path) -> None:
    write(foreign.gold(), foreign.corpus(), tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*.ann")
    configured = annotation_conf(foreign.corpus())
    rows = [row.split("\t")[1].split(" ") for row in file.read_text("utf-8").splitlines() if row[0] in "TAR"]
    assert {row[0] for row in rows} <= {line.partition("\t")[0] for line in configured.splitlines()}
    assert set(labels("entity", "type")) <= set(configured.splitlines())


def test_every_type_has_a_colour() -> None:
    drawn = visual_conf(foreign.corpus()).partition("[drawing]")[2]
    assert all(f"\n{label}\tbgColor:" in drawn for label in (*labels("entity", "type"), "figure", "stance", "segment"))
