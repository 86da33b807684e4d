"""annotations/GUIDELINES.md against the schemas and the article: nothing missing, nothing misquoted."""

from __future__ import annotations

import re

import pytest

from dateline.files import read_text
from dateline.guidelines import QUOTATION
from dateline.vocabulary import data_root, labels, schema

GUIDELINES = data_root() / "annotations" / "GUIDELINES.md"
GUIDE = read_text(GUIDELINES)
ARTICLE = read_text(data_root() / "corpus" / "ips-car-2014" / "text.txt")
MOST_QUOTATIONS = 35  # the article must not be given away

LAYERS = {
    "segment": "segments",
    "erratum": "errata",
    "mention": "entities",
    "entity": "entities",
    "figure": "figures",
    "stance": "stances",
    "concept": "concepts",
}
TABLES = {"term", "ucum"}  # vocabularies whose labels share one section, with a table
FIELDS = [(kind, field) for kind in LAYERS for field in schema(kind)["properties"]]
VOCABULARIES = [(kind, field) for kind in LAYERS for field in schema(kind).get("$defs", {})]
LABELS = [(kind, field, label) for kind, field in VOCABULARIES if field not in TABLES for label in labels(kind, field)]

ANCHORS = re.findall(r'<a id="([^"]+)"></a>', GUIDE)
EXAMPLES = re.findall(r"^- (?:Example|Not)(?: \(invented\))?: .*$", GUIDE, re.MULTILINE)


def section(anchor: str) -> str:
    """From an anchor and its heading to the next anchor that starts a line."""
    after = GUIDE.partition(f'<a id="{anchor}"></a>')[2]
    body = after.partition("\n#")[2]
    return body.partition("\n<a id=")[0]


def is_invented(example: str) -> bool:
    return example.partition(":")[0].endswith("(invented)")


def test_every_quotation_is_the_article_at_its_offsets() -> None:
    wrong = [
        GUIDE[found.start() : found.end() + 40]
        for found in QUOTATION.finditer(GUIDE)
        if not GUIDE.startswith(f'{ARTICLE[int(found[1]) : int(found[2])]}"', found.end())
    ]
    assert wrong == []


def test_the_article_is_quoted_but_not_given_away() -> None:
    assert 0 < len(QUOTATION.findall(GUIDE)) <= MOST_QUOTATIONS


@pytest.mark.parametrize(("kind", "field"), FIELDS + VOCABULARIES)
def test_every_field_and_vocabulary_has_an_anchor(kind: str, field: str) -> None:
    assert f"{LAYERS[kind]}-{field}" in ANCHORS


@pytest.mark.parametrize("layer", sorted(set(LAYERS.values())))
def test_every_part_has_an_anchor_before_its_heading(layer: str) -> None:
    assert f'\n<a id="{layer}"></a>\n## ' in GUIDE


@pytest.mark.parametrize(("kind", "field", "label"), LABELS)
def test_every_label_has_an_anchor_before_its_heading(kind: str, field: str, label: str) -> None:
    assert f'\n<a id="{LAYERS[kind]}-{field}-{label}"></a>\n#### `{label}`\n' in GUIDE


@pytest.mark.parametrize(("kind", "field", "label"), LABELS)
def test_every_label_has_an_example_and_a_counter_example(kind: str, field: str, label: str) -> None:
    text = section(f"{LAYERS[kind]}-{field}-{label}")
    assert "\n- Example" in text
    assert "\n- Not" in text


@pytest.mark.parametrize("field", sorted(TABLES))
def test_the_table_of_a_vocabulary_holds_exactly_its_labels(field: str) -> None:
    cells = re.findall(r"\| `([^`]+)` ", section(f"figures-{field}"))
    assert sorted(cells) == sorted(labels("figure", field))


def test_no_label_section_is_left_over() -> None:
    known = {f"{LAYERS[kind]}-{field}-{label}" for kind, field, label in LABELS}
    assert set(re.findall(r'<a id="([^"]+)"></a>\n#### ', GUIDE)) == known


def test_no_anchor_stands_twice() -> None:
    assert len(ANCHORS) == len(set(ANCHORS))


def test_every_relative_link_resolves() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", GUIDE)
    inside = {target[1:] for target in targets if target.startswith("#")}
    outside = {target for target in targets if not target.startswith("#")}
    assert inside <= set(ANCHORS)
    assert [target for target in outside if not (GUIDELINES.parent / target).exists()] == []


def test_at_least_half_of_the_examples_are_invented() -> None:
    assert sum(map(is_invented, EXAMPLES)) * 2 >= len(EXAMPLES)


def test_exactly_the_examples_that_are_not_invented_carry_offsets() -> None:
    wrong = [example for example in EXAMPLES if is_invented(example) == bool(QUOTATION.search(example))]
    assert wrong == []


def test_every_decision_gives_its_reason() -> None:
    unreasoned = [line for line in GUIDE.splitlines() if line.count("Decision: ") > line.count("Reason: ")]
    assert unreasoned == []


def test_every_time_in_the_table_of_times_is_edtf() -> None:
    from edtf import parse_edtf

    rows = re.findall(r"^\| [^|]+ \| (`[^|]+) \|", section("figures-time"), re.MULTILINE)
    times = [time for row in rows for time in re.findall(r"`([^`]+)`", row)]
    assert times
    for time in times:
        parse_edtf(time)  # raises EDTFParseException
