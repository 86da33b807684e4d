"""Label maps: those that come with dateline are sound, and whatever is wrong with one is told with its row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dateline.errors import InputError, UnknownNameError
from dateline.labelmaps import MAX_FILE, known, labelmap, own_labels
from dateline.reports.labels import render
from dateline.vocabulary import data_root, labels

Edit = Callable[[dict[str, Any]], Any]

NAMES = ("ace", "conll2003", "ontonotes", "wikidata-coarse")
ONTONOTES = [
    *("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"),
    *("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
]


def content(name: str = "conll2003") -> dict[str, Any]:
    """The file of a map, decoded."""
    path = data_root() / "schema" / "labels" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def written(folder: Path, value: object) -> Path:
    path = folder / "mine.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def refused(path: Path) -> list[tuple[str, str]]:
    """Code and row of everything that is wrong with a file."""
    with pytest.raises(InputError) as caught:
        labelmap(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.code, problem.record) for problem in caught.value.problems]


def edited(folder: Path, edit: Edit) -> list[tuple[str, str]]:
    """What is wrong with a map that was sound before."""
    value = content()
    edit(value)
    return refused(written(folder, value))


def test_the_maps_that_come_with_dateline_are_known() -> None:
    assert known() == NAMES


def test_a_map_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(content()), encoding="utf-8-sig")
    assert labelmap(path).content == labelmap("conll2003").content


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_this_corpus_has_one_row(name: str) -> None:
    assert [row.label for row in labelmap(name).content.dateline] == list(own_labels())


def test_the_labels_of_this_corpus_are_the_subtypes_and_the_types_without() -> None:
    assert own_labels()[:2] == ("person", "organisation/intergovernmental")
    assert len(own_labels()) == len(labels("entity", "subtype")) + 2


@pytest.mark.parametrize("name", NAMES)
def test_every_common_label_is_defined_and_can_be_said_by_both_sides(name: str) -> None:
    used = labelmap(name)
    assert set(used.common) == set(filter(None, used.foreign.values())) == set(filter(None, used.own.values()))


@pytest.mark.parametrize(("name", "given"), [("ontonotes", ONTONOTES), ("conll2003", ["PER", "ORG", "LOC", "MISC"])])
def test_a_map_has_the_labels_of_its_scheme(name: str, given: list[str]) -> None:
    assert list(labelmap(name).foreign) == given


def test_ace_types_and_their_subtypes_are_projected_alike() -> None:
    foreign = labelmap("ace").foreign
    assert [label for label in foreign if ":" not in label] == ["PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA"]
    assert all(foreign[label.partition(":")[0]] == common for label, common in foreign.items())


@pytest.mark.parametrize("name", NAMES)
def test_no_label_is_projected_by_two_rules(name: str) -> None:
    assert all(len(labelmap(name).accepted(kind, subtype)) <= 1 for kind, subtype in labelmap(name).own)


@pytest.mark.parametrize(
    ("name", "kind", "subtype", "accepted"),
    [
        ("ontonotes", "location", "region", ("PLACE",)),
        ("ontonotes", "location", "facility", ("FAC",)),
        ("ontonotes", "location", None, ("PLACE", "FAC")),
        ("ontonotes", "group", None, ("NORP",)),
        ("ontonotes", "group", "population", ()),
        ("ontonotes", "operation", None, ()),
        ("conll2003", "location", None, ("LOC",)),
        ("conll2003", "group", "religion", ("MISC",)),
        ("ace", "group", None, ("PER",)),
        ("ace", "group", "nationality", ()),
        ("wikidata-coarse", "operation", None, ("operation",)),
    ],
)
def test_gold_is_projected_by_its_subtype_else_by_all_subtypes_of_its_type(
    name: str, kind: str, subtype: str | None, accepted: tuple[str, ...]
) -> None:
    assert labelmap(name).accepted(kind, subtype) == accepted


@pytest.mark.parametrize(
    ("kind", "subtype", "said"),
    [
        ("GPE", None, "PLACE"),
        ("GPE", "city", "PLACE"),
        ("DATE", None, None),
        ("location", "facility", "FAC"),
        ("location", None, "location/null"),
        ("organisation", None, "ORG"),
        ("operation", None, None),
    ],
)
def test_a_system_says_a_foreign_label_or_one_of_this_corpus(kind: str, subtype: str | None, said: str | None) -> None:
    assert labelmap("ontonotes").said(kind, subtype) == said


def test_what_a_system_leaves_open_is_no_common_label() -> None:
    open_ones = {labelmap(name).said(kind, None) for name in NAMES for kind in labels("entity", "type")}
    assert not {label for label in open_ones if label and "/" in label} & {
        label for name in NAMES for label in labelmap(name).common
    }


def test_a_foreign_label_goes_before_one_of_this_corpus(tmp_path: Path) -> None:
    value = content()
    value["foreign"].append({"label": "person", "meaning": "a company", "common": "ORG"})
    assert labelmap(written(tmp_path, value)).said("person", None) == "ORG"


def test_a_file_is_named_by_its_path_and_digested(tmp_path: Path) -> None:
    path = written(tmp_path, content())
    first = labelmap(path)
    path.write_text(json.dumps(content(), indent=1), encoding="utf-8")
    assert first.name == str(path)
    assert len(first.digest) == 64 and labelmap(path).digest != first.digest


@pytest.mark.parametrize("name", ["ontonote", "OntoNotes", "", "mine"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown label map .*known: ace, conll2003, ontonotes, wikidata-coarse"
    ):
        labelmap(name)


@pytest.mark.parametrize("path", ["absent.json", "absent/map"])
def test_a_path_without_a_file_is_refused_with_the_known_names(path: str) -> None:
    with pytest.raises(InputError, match=f"{path}: missing-file error: no such file; .*or one of: ace, conll2003"):
        labelmap(path)


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda value: value.pop("common"), [("missing-key", "")]),
        (lambda value: value.update(labels=[]), [("unknown-key", "")]),
        (lambda value: value["foreign"][1].pop("common"), [("missing-key", "foreign[1]")]),
        (lambda value: value["foreign"][1].update(label=7), [("wrong-type", "foreign[1].label")]),
        (lambda value: value["foreign"][1].update(label=""), [("empty", "foreign[1].label")]),
        (lambda value: value["common"][0].update(label="a b"), [("pattern", "common[0].label")]),
        (lambda value: value["dateline"][3].update(type="place"), [("unknown-label", "dateline[3].type")]),
        (lambda value: value["foreign"].append(value["foreign"][0]), [("duplicate-label", "foreign[4]")]),
        (lambda value: value["common"].append(value["common"][0]), [("duplicate-label", "common[4]")]),
        (lambda value: value["dateline"].append(value["dateline"][2]), [("duplicate-label", "dateline[17]")]),
        (lambda value: value["dateline"].pop(0), [("missing-label", "dateline"), ("unused-common", "common[0]")]),
        (lambda value: value["dateline"].pop(8), [("missing-label", "dateline")]),
        (
            lambda value: value["dateline"][8].update(type="group"),
            [("unknown-label", "dateline[8]"), ("missing-label", "dateline")],
        ),
        (lambda value: value["dateline"][8].update(common="PLACE"), [("unknown-common", "dateline[8].common")]),
        (lambda value: value["foreign"][3].update(common=None), [("unused-common", "common[3]")]),
        (
            lambda value: value["foreign"].append({"label": "B-PER", "meaning": "a tag", "common": "PER"}),
            [("iob-prefix", "foreign[4].label")],
        ),
    ],
)
def test_what_is_wrong_with_a_map_is_told_with_its_row(
    tmp_path: Path, edit: Edit, found: list[tuple[str, str]]
) -> None:
    assert edited(tmp_path, edit) == found


@pytest.mark.parametrize("word", ["missed", "null", "spurious", "unreadable"])
def test_no_common_label_is_a_word_that_scores_need(tmp_path: Path, word: str) -> None:
    value = json.loads(json.dumps(content()).replace('"MISC"', f'"{word}"'))
    assert ("reserved-label", "common[3].label") in refused(written(tmp_path, value))


def test_a_message_says_what_is_allowed(tmp_path: Path) -> None:
    value = content()
    value["dateline"][8]["common"] = "PLACE"
    path = written(tmp_path, value)
    said = f'{path}: unknown-common error: dateline[8].common: "PLACE" is not a common label; '
    with pytest.raises(InputError) as caught:
        labelmap(path)
    assert str(caught.value) == f"{said}known: PER, ORG, LOC, MISC, or null"


@pytest.mark.parametrize(
    ("bytes_", "code"),
    [(b"", "malformed-json"), (b"[", "malformed-json"), (b"\xff", "malformed-json"), (b"[]", "wrong-type")],
)
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, bytes_: bytes, code: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(bytes_)
    assert refused(path) == [(code, "")]


def test_a_file_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b"[" * 100_000)
    assert refused(path) == [("malformed-json", "")]


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b" " * (MAX_FILE + 1))
    assert refused(path) == [("long-file", "")]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == [("not-a-file", "")]


@pytest.mark.parametrize("name", NAMES)
def test_a_map_as_markdown_has_a_line_for_every_row(name: str) -> None:
    page, used = render(name), labelmap(name)
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(lines) == 3 * 2 + len(used.common) + len(used.foreign) + len(used.own)
    assert all(
        len(line.split(" | ")) == len(lines[0].split(" | ")) + (index >= 2 + len(used.common))
        for index, line in enumerate(lines)
    )
