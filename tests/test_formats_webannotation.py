from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import foreign
import pytest
from foreign import CLEAN, TEXT

from dateline.formats.webannotation import read, write
from dateline.predictions import read as judged

PLACE = TEXT.index("France")


def position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quotation(exact: str, **around: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **around}


def annotation(*selectors: dict[str, Any], **more: Any) -> dict[str, Any]:
    target = {"source": "https://example.org/texts/d1", "selector": [*selectors]}
    body = {"type": "TextualBody", "purpose": "tagging", "value": "location"}
    return {"id": "urn:x:1", "type": "Annotation", "body": body, "target": target, **more}


def page(path: Path, *items: object) -> Path:
    (path / "x.jsonld").write_text(json.dumps({"type": "AnnotationPage", "items": items}), encoding="utf-8")
    return path / "x.jsonld"


def records(path: Path, *items: object) -> Any:
    return read(page(path, *items), foreign.small()).documents[0]["entities"]


def codes(path: Path) -> list[tuple[str, str, int]]:
    return foreign.problems(read, path, foreign.small())


def test_positions_count_code_points(tmp_path: Path) -> None:
    (record,) = records(tmp_path, annotation(position(PLACE, PLACE + 6)))
    assert record["text"] == "France"


def test_a_quotation_without_a_position_becomes_a_quote(tmp_path: Path) -> None:
    path = page(tmp_path, annotation(quotation("France", prefix="troops. ", suffix=" backs")))
    found = read(path, foreign.small())
    (record,) = found.documents[0]["entities"]
    assert "start" not in record
    assert (record["text"], record["prefix"], record["suffix"]) == ("France", "troops. ", " backs")
    assert [problem.code for problem in found.problems] == ["re-anchored"]


def test_a_position_in_utf16_code_units_is_overruled_by_the_quotation(tmp_path: Path) -> None:
    path = page(tmp_path, annotation(position(PLACE + 1, PLACE + 7), quotation("France")))
    documents = read(path, foreign.small()).documents
    placed = judged(documents, foreign.small()).documents["d1"].entities
    assert placed and (placed[0].start, placed[0].end) == (PLACE, PLACE + 6)


def test_positions_in_the_clean_text_are_told_by_their_quotations(tmp_path: Path) -> None:
    place = CLEAN.index("France")
    found = read(page(tmp_path, annotation(position(place, place + 6), quotation("France"))), foreign.small())
    mapped = judged(found.documents, foreign.small()).documents["d1"].entities
    assert found.problems == [] and mapped
    assert (mapped[0].start, mapped[0].end) == (PLACE, PLACE + 6)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "TextualBody", "purpose": "tagging", "value": "GPE"},
        {"type": "TextualBody", "purpose": ["classifying"], "value": "GPE"},
        [{"type": "TextualBody", "value": "GPE"}],
        "GPE",
    ],
)
def test_a_label_of_another_scheme_passes_through(tmp_path: Path, body: Any) -> None:
    assert records(tmp_path, annotation(position(0, 4), body=body))[0]["type"] == "GPE"


def test_a_body_value_is_a_label(tmp_path: Path) -> None:
    assert records(tmp_path, annotation(position(0, 4), body=None, bodyValue="GPE"))[0]["type"] == "GPE"


def test_an_identifying_body_is_a_wikidata_item(tmp_path: Path) -> None:
    item = {"type": "SpecificResource", "purpose": "identifying", "source": "https://www.wikidata.org/wiki/Q657"}
    label = {"purpose": "tagging", "value": "location"}
    assert records(tmp_path, annotation(position(0, 4), body=[label, item]))[0]["wikidata"] == "Q657"


def test_an_annotation_of_two_targets_is_two_records(tmp_path: Path) -> None:
    targets = [{"source": "d1", "selector": position(0, 4)}, {"source": "d1", "selector": position(13, 16)}]
    assert len(records(tmp_path, annotation(target=targets))) == 2


def test_a_list_and_a_single_annotation_are_read_too(tmp_path: Path) -> None:
    one = annotation(position(0, 4))
    (tmp_path / "one.json").write_text(json.dumps(one), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps([one, one]), encoding="utf-8")
    counts = [len(read(tmp_path / name, foreign.small()).documents[0]["entities"]) for name in ("one.json", "two.json")]
    assert counts == [1, 2]


def test_other_bodies_and_selectors_are_counted(tmp_path: Path) -> None:
    bodies = [{"purpose": "tagging", "value": "GPE"}, {"purpose": "commenting", "value": "not sure"}]
    xpath = {"type": "XPathSelector", "value": "/p[1]"}
    path = page(tmp_path, annotation(position(0, 4), xpath, body=bodies))
    assert {code for code, _, _ in codes(path)} == {"lost-body", "lost-selector"}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (annotation(position(0, 4), body=[]), "malformed-annotation"),
        (annotation(), "malformed-annotation"),
        (annotation({"type": "TextPositionSelector", "start": "0", "end": 4}), "malformed-annotation"),
        (annotation(target="https://example.org/d1"), "malformed-annotation"),
        (annotation(target={"source": "https://example.org/d9", "selector": position(0, 4)}), "unknown-document"),
        (annotation(target={"source": "../../d9", "selector": position(0, 4)}), "unknown-document"),
    ],
)
def test_a_bad_annotation_is_named(tmp_path: Path, item: Any, code: str) -> None:
    good = annotation(position(0, 4))
    assert code in [found for found, _, _ in codes(page(tmp_path, good, item))]


@pytest.mark.parametrize(("start", "end"), [(0, 999), (-3, 4), (4, 0), (2**70, 2**71)])
def test_offsets_outside_the_text_are_refused_when_they_are_judged(tmp_path: Path, start: int, end: int) -> None:
    found = read(page(tmp_path, annotation(position(start, end))), foreign.small())
    assert judged(found.documents, foreign.small(), "spurious").spurious == {("d1", "entities"): 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [("{", "malformed-json"), ("[" * 100_000, "malformed-json"), ("", "empty-file"), ("3", "empty-file")],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "x.jsonld").write_text(content, encoding="utf-8")
    assert [found for found, _, _ in codes(tmp_path / "x.jsonld")] == [code]


def test_what_is_written_is_a_collection_as_the_recommendation_says(tmp_path: Path) -> None:
    write(foreign.gold(), foreign.corpus(), tmp_path / "x.jsonld")
    found = json.loads((tmp_path / "x.jsonld").read_text("utf-8"))
    items = found["first"]["items"]
    assert (found["@context"][0], found["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationCollection")
    assert found["total"] == len(items) == len({item["id"] for item in items})
    assert all(item["type"] == "Annotation" and item["body"] and item["target"]["source"] for item in items)
