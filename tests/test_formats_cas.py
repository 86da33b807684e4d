from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.errors import InputError
from dateline.formats import FORMATS
from dateline.formats.cas import read, write, write_json
from dateline.formats.cas.types import ENTITY, SENTENCE, TOKEN
from dateline.model import Mention, Prediction
from dateline.predictions import read as judged

pytest.importorskip("cassis")

XMI, JSON = FORMATS["cas"], FORMATS["cas-json"]
NAMESPACES = (
    'xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore" '
    'xmlns:ner="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" '
    'xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0"'
)


def exported(path: Path, *annotations: str, text: str = TEXT, name: str = "d1", start: str = "") -> Path:
    """An XMI file as INCEpTION exports it, without its type system."""
    numbered = [row.replace("/>", f' xmi:id="{number}" sofa="1"/>') for number, row in enumerate(annotations, 10)]
    members = " ".join(str(number) for number, _ in enumerate(annotations, 10))
    sofa = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{text}"/>'
    view = f'<cas:View sofa="1" members="{members}"/>'
    content = f"{start}<xmi:XMI {NAMESPACES}>{sofa}{''.join(numbered)}{view}</xmi:XMI>"
    (path / f"{name}.xmi").write_text(content, encoding="utf-8")
    return path / f"{name}.xmi"


def entity(begin: int, end: int, **features: str) -> str:
    """A named entity, in UTF-16 code units."""
    said = "".join(f' {name}="{value}"' for name, value in features.items())
    return f'<ner:NamedEntity begin="{begin}" end="{end}"{said}/>'


def json_cas(**features: object) -> dict[str, Any]:
    """A JSON CAS of one named entity whose type has these features."""
    types = {ENTITY: {"%NAME": ENTITY, "%SUPER_TYPE": "uima.tcas.Annotation", **features}}
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT}
    annotation = {"%ID": 2, "%TYPE": ENTITY, "@sofa": 1, "begin": 0, "end": 4, "value": "GPE"}
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}}
    return {"%TYPES": types, "%FEATURE_STRUCTURES": [sofa, annotation], "%VIEWS": views}


def records(path: Path) -> Any:
    return read(path, foreign.small()).documents[0]["entities"]


def codes(path: Path) -> list[str]:
    return [code for code, _, _ in foreign.problems(read, path, foreign.small())]


@pytest.mark.parametrize(("form", "name"), [(XMI, "d1.xmi"), (JSON, "d1.json")], ids=["xmi", "json"])
def test_one_document_can_be_one_file(form: Any, name: str) -> None:
    said = [Prediction(doc_id="d1", entities=(Mention(start=25, end=31, type="location"),))]
    assert foreign.back(form, said, foreign.small(), name) == foreign.lines(said)


def test_several_documents_are_no_single_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one-document"):
        write([Prediction(doc_id="d1"), Prediction(doc_id="d2")], foreign.small(), tmp_path / "x.xmi")


def test_offsets_are_utf16_code_units(tmp_path: Path) -> None:
    (record,) = records(exported(tmp_path, entity(26, 32, value="location")))
    assert TEXT[record["start"] : record["end"]] == "France"


def test_offsets_are_written_as_utf16_code_units(tmp_path: Path) -> None:
    write([Prediction(doc_id="d1", entities=(Mention(start=25, end=31, type="location"),))], foreign.small(), tmp_path)
    (found,) = re.findall(r"<\w+:NamedEntity [^>]*>", (tmp_path / "d1.xmi").read_text("utf-8"))
    assert 'begin="26"' in found and 'end="32"' in found


@pytest.mark.parametrize("end", [6, 99])
def test_an_offset_inside_a_character_or_outside_the_text_is_an_error(tmp_path: Path, end: int) -> None:
    assert codes(exported(tmp_path, entity(0, end, value="location"))) == ["bad-offsets"]


def test_a_label_of_another_scheme_passes_through(tmp_path: Path) -> None:
    assert records(exported(tmp_path, entity(0, 4, value="GPE")))[0]["type"] == "GPE"


def test_a_type_system_beside_the_file_is_used(tmp_path: Path) -> None:
    write([Prediction(doc_id="d1", entities=(Mention(start=0, end=4, type="location"),))], foreign.small(), tmp_path)
    types = tmp_path / "TypeSystem.xml"
    types.write_text(types.read_text("utf-8").replace("webanno.custom.Figure", "webanno.custom.Other"), "utf-8")
    path = exported(tmp_path, entity(0, 4, value="GPE"), '<custom:Figure begin="14" end="17"/>')
    found = read(path, foreign.small())
    assert (list(found.documents[0]), [problem.code for problem in found.problems]) == (
        ["doc_id", "entities"],
        ["lost-annotation"],
    )


def test_an_identifier_is_a_wikidata_item(tmp_path: Path) -> None:
    path = exported(tmp_path, entity(0, 4, value="GPE", identifier="http://www.wikidata.org/entity/Q657"))
    assert records(path)[0]["wikidata"] == "Q657"


def test_another_identifier_a_remark_and_another_layer_are_counted(tmp_path: Path) -> None:
    note = entity(0, 4, value="GPE", identifier="http://example.org/chad", dateline="not sure")
    path = exported(tmp_path, note, '<custom:Sentiment begin="0" end="4"/>')
    assert {*codes(path)} == {"lost-identifier", "lost-note", "lost-annotation"}


def test_a_file_named_after_its_annotator_is_known_by_the_document_in_it(tmp_path: Path) -> None:
    write([Prediction(doc_id="d1", entities=())], foreign.small(), tmp_path / "out")
    (tmp_path / "out/d1.xmi").rename(tmp_path / "out/admin.xmi")
    assert read(tmp_path / "out", foreign.small()).documents == [{"doc_id": "d1", "entities": []}]


def test_annotations_of_the_clean_text_count_in_it(tmp_path: Path) -> None:
    place = CLEAN.index("France") + 1
    found = read(exported(tmp_path, entity(place, place + 6, value="location"), text=CLEAN), foreign.small())
    mapped = judged(found.documents, foreign.small()).documents["d1"].entities
    assert mapped and TEXT[mapped[0].start : mapped[0].end] == "France"


def test_another_text_is_refused(tmp_path: Path) -> None:
    assert codes(exported(tmp_path, text=TEXT.replace("500", "600"))) == ["other-text"]


def test_an_export_is_to_be_unpacked_first(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(InputError, match=r"archive error: .*unpack it"):
        read(tmp_path / "export.zip", foreign.small())


def test_nested_entities_are_not_expanded(tmp_path: Path) -> None:
    names = "abcdefghi"
    nested = "".join(f'<!ENTITY {one} "{f"&{inner};" * 10}">' for inner, one in pairwise(names))
    start = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{nested}]>'
    assert codes(exported(tmp_path, entity(0, 4, value="&i;"), start=start)) == ["document-type"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_external_entity_is_not_fetched(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    start = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    path = exported(tmp_path, entity(0, 4, value="x"), start=start)
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert codes(path) == ["document-type"]


def test_a_type_system_with_entities_is_refused(tmp_path: Path) -> None:
    (tmp_path / "TypeSystem.xml").write_text('<!DOCTYPE x [<!ENTITY a "b">]><typeSystemDescription/>', "utf-8")
    assert codes(exported(tmp_path, entity(0, 4, value="GPE"))) == ["document-type"]


HOSTILE = ["x=print('run')", "x):\n print('run')\n#", "a b", "__class__", "", "\N{GRINNING FACE}"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_feature_whose_name_is_code_is_refused_in_json(tmp_path: Path, name: str) -> None:
    cas = json_cas(**{name: {"%NAME": name, "%RANGE": "uima.cas.String"}})
    (tmp_path / "d1.json").write_text(json.dumps(cas), encoding="utf-8")
    assert codes(tmp_path / "d1.json") == ["unsafe-name"]


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_a_feature_whose_name_is_code_is_refused_in_a_type_system(tmp_path: Path, name: str) -> None:
    write([], foreign.small(), tmp_path / "out")
    content = (tmp_path / "out/TypeSystem.xml").read_text("utf-8").replace(">subtype<", f">{name}<")
    (tmp_path / "TypeSystem.xml").write_text(content, "utf-8")
    assert codes(exported(tmp_path, entity(0, 4, value="GPE"))) == ["unsafe-name"]


def test_a_json_cas_without_hostile_names_is_read(tmp_path: Path) -> None:
    cas = json_cas(value={"%NAME": "value", "%RANGE": "uima.cas.String"})
    (tmp_path / "d1.json").write_text(json.dumps(cas), encoding="utf-8")
    assert records(tmp_path / "d1.json")[0]["type"] == "GPE"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<xmi:XMI", "malformed-xml"),
        ("<a/>", "no-text"),
        ("plain text", "malformed-xml"),
        ("", "empty-file"),
        ("{", "malformed-json"),
        ('{"a": ' * 100_000, "malformed-json"),
        ('{"%TYPES": {}}', "unreadable-cas"),
        ('{"%TYPES": [1]}', "unreadable-cas"),
        ("{}", "unreadable-cas"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "d1.xmi").write_text(content, encoding="utf-8")
    assert codes(tmp_path / "d1.xmi") == [code]


def test_a_character_that_xml_cannot_hold_is_named_and_json_holds_it(tmp_path: Path) -> None:
    gold = foreign.small()
    first = gold.documents[0]._replace(text="Chad\x0b.", segments=(), errata=())
    odd = gold._replace(documents=(first,))
    with pytest.raises(InputError, match=r"not-xml error: the text of \"d1\" has .* at 4; .*cas-json"):
        write([Prediction(doc_id="d1")], odd, tmp_path / "x.xmi")
    write_json([Prediction(doc_id="d1")], odd, tmp_path / "x.json")
    assert read(tmp_path / "x.json", odd).documents == [{"doc_id": "d1"}]


def test_every_token_is_in_a_sentence_and_ends_where_a_record_does(tmp_path: Path) -> None:
    from cassis import load_cas_from_xmi, load_typesystem

    write(foreign.gold(), foreign.corpus(), tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*.xmi")
    cas = load_cas_from_xmi(file, typesystem=load_typesystem(tmp_path / "out/TypeSystem.xml"))
    ends = {edge for token in cas.select(TOKEN) for edge in (token.begin, token.end)}
    covered = {token.xmiID for sentence in cas.select(SENTENCE) for token in cas.select_covered(TOKEN, sentence)}
    assert {token.xmiID for token in cas.select(TOKEN)} == covered
    assert {edge for name in cas.select(ENTITY) for edge in (name.begin, name.end)} <= ends
