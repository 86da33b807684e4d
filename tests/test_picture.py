"""The picture of an annotated segment, on the real article."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from dateline.corpus import load
from dateline.errors import UnknownNameError
from dateline.reports.picture import COLUMNS, annotated_segment, wrap

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str, kind: str) -> list[str]:
    """The strings of a class."""
    return [node.text or "" for node in ElementTree.fromstring(picture).iter(f"{SVG}text") if node.get("class") == kind]


def test_every_segment_can_be_drawn_and_shows_its_whole_text() -> None:
    gold = load()
    for segment in gold.document("ips-car-2014").segments:
        shown = " ".join(texts(annotated_segment(gold, "ips-car-2014", segment.id), "raw"))
        assert shown.split() == (segment.text or "").split()


def test_every_name_figure_and_stance_is_labelled() -> None:
    gold = load().document("ips-car-2014")
    picture = annotated_segment(load(), "ips-car-2014", "s013")
    facts = [record for layer in (gold.figures, gold.stances) for record in layer if record.segment_id == "s013"]
    assert len(texts(picture, "fact")) == len(facts) == 3
    assert set(texts(picture, "label")) >= {"person", "location", "group", "personnel"}


def test_lines_keep_to_the_width_and_lose_nothing() -> None:
    text = "word " * 40 + "end"
    lines = wrap(text)
    assert "".join(line for _, line in lines) == text
    assert all(len(line) <= COLUMNS and text[offset:].startswith(line) for offset, line in lines)


def test_an_unknown_segment_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown segment 's999'"):
        annotated_segment(load(), "ips-car-2014", "s999")
