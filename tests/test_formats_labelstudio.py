from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.errors import InputError
from dateline.formats.labelstudio import configuration, read, write
from dateline.predictions import read as judged
from dateline.vocabulary import labels


def region(start: int, end: int, label: str, name: str = "a", **more: Any) -> dict[str, Any]:
    """A region in UTF-16 code units."""
    value = {"start": start, "end": end, "labels": [label], **more}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def said(kind: str, field: str, content: Any, name: str = "a") -> dict[str, Any]:
    """What a control says of a region."""
    return {"id": name, "from_name": field, "to_name": "text", "type": kind, "value": {kind: content, "text": content}}


def annotation(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 1, "result": [*results], "was_cancelled": False, **more}


def export(path: Path, *annotations: dict[str, Any], text: str = TEXT) -> Path:
    """The raw JSON of a project with one task."""
    task = {"id": 7, "data": {"text": text, "doc_id": "d1"}, "annotations": [*annotations]}
    (path / "export.json").write_text(json.dumps([task]), encoding="utf-8")
    return path / "export.json"


def records(path: Path, *results: dict[str, Any], layer: str = "entities") -> Any:
    return read(export(path, annotation(*results)), foreign.small()).documents[0][layer]


def codes(path: Path) -> list[tuple[str, str, int]]:
    return foreign.problems(read, path, foreign.small())


def test_offsets_are_utf16_code_units(tmp_path: Path) -> None:
    (record,) = records(tmp_path, region(26, 32, "location", text="France"))
    assert TEXT[record["start"] : record["end"]] == "France"


def test_offsets_are_written_as_utf16_code_units(tmp_path: Path) -> None:
    path = export(tmp_path, annotation(region(26, 32, "location")))
    predictions = judged(read(path, foreign.small()).documents, foreign.small())
    write([*predictions.documents.values()], foreign.small(), tmp_path / "out.json")
    (result,) = json.loads((tmp_path / "out.json").read_text("utf-8"))[0]["predictions"][0]["result"][:1]
    assert (result["value"]["start"], result["value"]["end"], result["value"]["text"]) == (26, 32, "France")


@pytest.mark.parametrize("offset", [6, 99])
def test_an_offset_inside_a_character_or_outside_the_text_is_an_error(tmp_path: Path, offset: int) -> None:
    assert codes(export(tmp_path, annotation(region(0, offset, "group")))) == [("bad-offsets", "task 7/a", 0)]


def test_controls_set_the_fields_of_their_region(tmp_path: Path) -> None:
    (record,) = records(
        tmp_path,
        said("choices", "status", ["actual"]),
        said("number", "value", 500),
        said("textarea", "fact_id", ["troops"]),
        said("textarea", "rest", ['{"unit": {"text": "men"}, "value": 4}']),
        region(14, 17, "figure"),
        layer="figures",
    )
    assert (record["status"], record["value"], record["fact_id"]) == ("actual", 500, "troops")
    assert record["unit"] == {"text": "men"}


def test_relations_to_mentions_are_pointers(tmp_path: Path) -> None:
    relation = {"type": "relation", "from_id": "f", "to_id": "a", "direction": "right", "labels": ["source"]}
    (record,) = records(tmp_path, region(0, 4, "location"), region(14, 17, "figure", "f"), relation, layer="figures")
    assert record["source"] == [{"start": 0, "end": 4}]


def test_the_newest_annotation_that_was_not_cancelled_is_read_and_the_others_are_counted(tmp_path: Path) -> None:
    old = annotation(region(0, 4, "person"), updated_at="2026-01-01T00:00:00Z")
    new = annotation(region(0, 4, "location"), updated_at="2026-02-01T00:00:00Z")
    cancelled = annotation(region(0, 4, "group"), updated_at="2026-03-01T00:00:00Z", was_cancelled=True)
    found = read(export(tmp_path, new, old, cancelled), foreign.small())
    assert [record["type"] for record in found.documents[0]["entities"]] == ["location"]
    assert [(problem.code, problem.message) for problem in found.problems] == [
        ("lost-annotation", "2 not carried over")
    ]


@pytest.mark.parametrize(("name", "kind"), [("11", "person"), ("ann@example.org", "person"), ("4", "group")])
def test_an_annotation_can_be_asked_for_by_its_id_or_its_annotator(tmp_path: Path, name: str, kind: str) -> None:
    first = annotation(region(0, 4, "person"), id=11, completed_by={"id": 3, "email": "ann@example.org"})
    second = annotation(region(0, 4, "group"), id=12, completed_by=4)
    found = read(export(tmp_path, first, second), foreign.small(), annotator=name)
    assert [record["type"] for record in found.documents[0]["entities"]] == [kind]


def test_an_annotator_who_has_annotated_nothing_is_named(tmp_path: Path) -> None:
    path = export(tmp_path, annotation(region(0, 4, "person"), id=11))
    with pytest.raises(InputError, match="unknown-annotator error: no annotation by 'nobody'"):
        read(path, foreign.small(), annotator="nobody")


def test_predictions_are_read_where_nobody_has_annotated(tmp_path: Path) -> None:
    task = {"data": {"text": TEXT}, "predictions": [{"result": [region(0, 4, "location")]}]}
    (tmp_path / "x.json").write_text(json.dumps(task), encoding="utf-8")
    found = read(tmp_path / "x.json", foreign.small())
    assert (found.documents[0]["doc_id"], len(found.documents[0]["entities"])) == ("d1", 1)


def test_a_label_of_another_scheme_passes_through(tmp_path: Path) -> None:
    assert records(tmp_path, region(0, 4, "GPE"))[0]["type"] == "GPE"


def test_hypertext_is_not_supported_and_says_so(tmp_path: Path) -> None:
    value = {"start": "/p[1]", "end": "/p[1]", "globalOffsets": {"start": 0, "end": 4}, "hypertextlabels": ["GPE"]}
    result = {"id": "h", "from_name": "label", "to_name": "text", "type": "hypertextlabels", "value": value}
    assert codes(export(tmp_path, annotation(result))) == [("hypertext", "task 7/h", 0)]


def test_what_no_record_has_a_field_for_is_counted(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        annotation(
            region(0, 4, "location", labels=["location", "group"]),
            said("choices", "sentiment", ["good"]),
            said("textarea", "rest", ["not sure"]),
            said("rating", "sure", 4),
            {"type": "relation", "from_id": "a", "to_id": "a", "labels": ["near"]},
        ),
    )
    lost = {"lost-label", "lost-choices", "lost-textarea", "lost-result", "lost-relation"}
    assert {code for code, _, _ in codes(path)} == lost


def test_annotations_of_the_clean_text_count_in_it(tmp_path: Path) -> None:
    place = CLEAN.index("France") + 1
    path = export(tmp_path, annotation(region(place, place + 6, "location", text="France")), text=CLEAN)
    mapped = judged(read(path, foreign.small()).documents, foreign.small()).documents["d1"].entities
    assert mapped and TEXT[mapped[0].start : mapped[0].end] == "France"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (region(0, 4, "group", text="Chat"), "text-mismatch"),
        ({**region(0, 4, "group"), "value": {"start": "0", "end": 4, "labels": ["group"]}}, "malformed-region"),
        ({**region(0, 4, "group"), "value": {"start": 0, "end": 4, "labels": []}}, "malformed-region"),
        ({**region(0, 4, "group"), "value": None}, "malformed-region"),
    ],
)
def test_a_bad_region_is_named(tmp_path: Path, result: dict[str, Any], code: str) -> None:
    assert codes(export(tmp_path, annotation(result))) == [(code, "task 7/a", 0)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"data": {}}]', "no-text"),
        ("[3]", "no-text"),
        ('[{"data": {"text": "Something else."}}]', "unknown-document"),
        (f'[{{"data": {{"doc_id": "d1", "text": {json.dumps(TEXT[:-1])}}}}}]', "other-text"),
        ("[{", "malformed-json"),
        ("[" * 100_000, "malformed-json"),
        ("", "empty-file"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    assert [code for code, _, _ in codes(tmp_path / "x.json")] == [code]


@pytest.mark.parametrize("name", ["x.xml", "folder"])
def test_where_the_tasks_cannot_be_written_nothing_is(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises((InputError, IsADirectoryError)):
        write(foreign.gold(), foreign.corpus(), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_configuration_has_a_control_for_everything_that_is_written(tmp_path: Path) -> None:
    write(foreign.gold(), foreign.corpus(), tmp_path / "x.json")
    root = ElementTree.fromstring((tmp_path / "x.xml").read_bytes())
    values = {
        (control.get("name"), choice.get("value"))
        for control in root.iter()
        for choice in control
        if control.tag in ("Labels", "Choices")
    }
    (task,) = json.loads((tmp_path / "x.json").read_text("utf-8"))
    results = [one for one in task["predictions"][0]["result"] if one["type"] in ("labels", "choices")]
    assert {(one["from_name"], one["value"][one["type"]][0]) for one in results} <= values


def test_the_configuration_offers_all_labels_with_their_definitions() -> None:
    root = ElementTree.fromstring(configuration(foreign.corpus()))
    hints = {label.get("value"): label.get("hint") for label in root.iter("Label")}
    assert {label: hints.get(label) for label in labels("entity", "type")} == {
        label: entry["description"] for label, entry in labels("entity", "type").items()
    }
