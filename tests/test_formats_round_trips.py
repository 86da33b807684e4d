"""What annotation tools are given comes back exactly in every layer; formats that lose anything are tested apart."""

from __future__ import annotations

from importlib.util import find_spec

import foreign
import pytest
from hypothesis import given, settings

from dateline.corpus import Corpus
from dateline.formats import FORMATS
from dateline.model import Prediction

FILES = {
    "brat": "folder",
    "labelstudio": "tasks.json",
    "cas": "folder",
    "cas-json": "folder",
    "webanno-jsonld": "annotations.jsonld",
    "docbin": "documents.spacy",
    "spacy-json": "documents.jsonl",
}
"""Format -> what a file or folder of it is called."""

PACKAGES = {name: FORMATS[name].package for name in FILES}
INSTALLED = [name for name, package in PACKAGES.items() if package is None or find_spec(package)]
ANY_CHARACTER = [name for name in INSTALLED if name != "cas"]  # XML cannot hold every character


@pytest.mark.parametrize("name", INSTALLED)
def test_the_gold_of_the_article_comes_back_exactly(name: str) -> None:
    found = foreign.back(FORMATS[name], foreign.gold(), foreign.corpus(), FILES[name])
    assert found == foreign.lines(foreign.gold())


@pytest.mark.parametrize("name", ANY_CHARACTER)
@settings(deadline=None, max_examples=50)
@given(foreign.predictions())
def test_random_predictions_of_all_layers_come_back_exactly(name: str, case: tuple[Corpus, list[Prediction]]) -> None:
    gold, said = case
    assert foreign.back(FORMATS[name], said, gold, FILES[name]) == foreign.lines(said)


@pytest.mark.skipif("cas" not in INSTALLED, reason="needs the extra cas")
@settings(deadline=None, max_examples=50)
@given(foreign.predictions(more=""))
def test_random_predictions_without_what_xml_cannot_hold_come_back_exactly(
    case: tuple[Corpus, list[Prediction]],
) -> None:
    gold, said = case
    assert foreign.back(FORMATS["cas"], said, gold, FILES["cas"]) == foreign.lines(said)
