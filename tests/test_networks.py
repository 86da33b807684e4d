"""The actor by concept matrix and its networks, against hand-computed cases and sums written out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from itertools import product
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import corpus, document

from dateline.corpus import Corpus, load
from dateline.errors import UnknownNameError
from dateline.model import Stance
from dateline.networks import conflict, congruence, levels, matrix, network
from dateline.predictions import read
from dateline.reports.networks import FORMS, render
from dateline.scoring import gold_predictions
from dateline.vocabulary import labels

TEXT = "Chad backs the force.\nFrance does not.\nMali wavers."
REGISTRY = {"chad": ["Chad"], "france": ["France"], "mali": ["Mali"]}
CONCEPTS = ("force", "talks")
LEVELS = {"against": -1, "mixed": 0, "favor": 1}


def stance(holder: Any, concept: str, polarity: str, segment: str = "s001", **more: Any) -> dict[str, Any]:
    return {"segment_ids": [segment], "holder": holder, "concept_id": concept, "polarity": polarity, **more}


def gold(*documents: list[dict[str, Any]]) -> Corpus:
    made = (document(TEXT, f"d{number}", stances=stances) for number, stances in enumerate(documents, 1))
    return corpus(*made, registry=REGISTRY, concepts=CONCEPTS)


def weight(frame: pandas.DataFrame, first: str, second: str) -> float:
    return float(frame.to_numpy()[list(frame.index).index(first), list(frame.columns).index(second)])


THREE = gold(
    [stance("chad", "force", "favor"), stance("france", "force", "against"), stance("mali", "force", "mixed")],
    [stance("chad", "force", "favor"), stance("chad", "talks", "against"), stance("france", "talks", "against")],
)


def test_levels_are_the_ranks_of_the_schema_around_0_and_neutral_has_none() -> None:
    assert levels() == LEVELS
    assert set(labels("stance", "polarity")) - set(levels()) == {"neutral"}


def test_the_matrix_counts_the_positions_of_each_holder_at_each_level() -> None:
    found = matrix(THREE)
    assert list(found.index) == ["chad", "france", "mali"]
    assert found.columns.equals(pandas.MultiIndex.from_product([CONCEPTS, (-1, 0, 1)]))
    assert found.to_numpy().tolist() == [[0, 0, 2, 1, 0, 0], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0]]


def test_a_position_counts_once_in_a_document() -> None:
    twice = gold([stance("chad", "force", "favor"), stance("chad", "force", "favor", "s002")])
    assert matrix(twice).to_numpy().tolist() == [[0, 0, 1]]


def test_neutral_positions_are_left_out_with_holders_and_concepts_that_have_no_others() -> None:
    found = matrix(gold([stance("chad", "force", "favor"), stance("mali", "talks", "neutral")]))
    assert (list(found.index), set(found.columns.get_level_values("concept_id"))) == (["chad"], {"force"})


def test_optional_positions_are_included_on_request_and_required_ones_always() -> None:
    some = gold(
        [
            stance("chad", "force", "favor", optional=True),
            stance("mali", "force", "favor", optional=True),
            stance("mali", "force", "favor"),
        ]
    )
    assert list(matrix(some).index) == ["mali"]
    assert list(matrix(some, optional=True).index) == ["chad", "mali"]


@pytest.mark.parametrize(
    ("first", "second", "agreed", "opposed"),
    [
        ("chad", "france", 1 * 1, 2 * 1),  # talks, both against; force, two documents in favor against one not
        ("chad", "mali", 2 * 1 * 0.5, 2 * 1 * 0.5),  # force, in favor and mixed
        ("france", "mali", 0.5, 0.5),
    ],
)
def test_networks_are_those_computed_by_hand(first: str, second: str, agreed: float, opposed: float) -> None:
    found = matrix(THREE)
    assert weight(congruence(found), first, second) == weight(congruence(found), second, first) == agreed
    assert weight(conflict(found), first, second) == weight(conflict(found), second, first) == opposed


@pytest.mark.parametrize("project", [congruence, conflict])
def test_the_diagonal_is_left_out(project: Any) -> None:
    found = project(matrix(THREE)).isna().to_numpy().tolist()
    assert found == [[row == column for column in range(3)] for row in range(3)]


@pytest.mark.parametrize("project", [congruence, conflict])
def test_nobody_has_no_network(project: Any) -> None:
    assert project(matrix([])).shape == (0, 0)


NAMES = st.sampled_from(["chad", "france", "mali", "niger"])
POSITIONS = st.lists(
    st.tuples(
        st.sampled_from(["d1", "d2", "d3"]), NAMES, st.sampled_from(CONCEPTS), st.sampled_from([*LEVELS, "neutral"])
    )
)


@given(POSITIONS)
def test_networks_are_the_sums_of_the_definition(positions: list[tuple[str, str, str, str]]) -> None:
    stances = [Stance(doc_id=doc_id, holder=who, concept_id=what, polarity=how) for doc_id, who, what, how in positions]
    x = Counter((who, what, LEVELS[how]) for _, who, what, how in set(positions) if how in LEVELS)
    found = matrix(stances)
    frames = congruence(found), conflict(found)
    for first, second in product(found.index, repeat=2):
        terms = [
            (x[first, concept, k] * x[second, concept, other], abs(k - other) / 2)
            for concept, k, other in product(CONCEPTS, LEVELS.values(), LEVELS.values())
        ]
        expected = [sum(n * (1 - far) for n, far in terms), sum(n * far for n, far in terms)]
        if first != second:
            assert [weight(frame, first, second) for frame in frames] == expected


def test_predicted_holders_are_resolved_and_others_stand_under_their_wording() -> None:
    made = [stance("Chad", "force", "favor"), stance({"start": 22, "end": 28}, "force", "favor")]
    some = corpus(
        document(TEXT, "d1", entities=[{"at": "France", "type": "location", "entity_id": "france"}]),
        registry=REGISTRY,
        concepts=CONCEPTS,
    )
    predictions = read([{"doc_id": "d1", "stances": [*made, stance("The Rebels", "force", "against")]}], some)
    assert list(matrix(predictions, some).index) == ["?rebels", "chad", "france"]


def test_the_gold_as_predictions_has_the_matrix_of_the_gold() -> None:
    article = load()
    predictions = read(gold_predictions(article), article)
    assert matrix(predictions, article).equals(matrix(article, optional=True))
    assert len(matrix(article)) > 10


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="known: matrix, congruence, conflict"):
        network("friendship", THREE)


def test_the_signature_names_what_was_counted() -> None:
    found = network("conflict", THREE, optional=True).signature
    assert (found["of"], found["kind"], found["optional"], found["digest"]) == (
        "gold",
        "conflict",
        "included",
        "digest",
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["matrix", "congruence", "conflict"])
def test_every_form_names_the_holders(form: str, kind: str) -> None:
    shown = render(network(kind, THREE), form)
    assert all(holder in shown for holder in ("chad", "france", "mali"))


@pytest.mark.parametrize("kind", ["matrix", "congruence", "conflict"])
def test_the_text_of_the_real_gold_keeps_to_80_columns(kind: str) -> None:
    assert max(map(len, render(network(kind, load())).splitlines())) <= 80


def test_json_holds_what_is_not_0() -> None:
    read_back = json.loads(render(network("matrix", THREE), "json"))
    assert {"holder": "chad", "concept_id": "force", "against": 0, "mixed": 0, "favor": 2} in read_back["positions"]
    assert len(read_back["positions"]) == 5
    assert json.loads(render(network("conflict", THREE), "json"))["ties"] == [
        {"first": "chad", "second": "france", "weight": 2},
        {"first": "chad", "second": "mali", "weight": 1},
        {"first": "france", "second": "mali", "weight": 0.5},
    ]


@pytest.mark.parametrize("kind", ["matrix", "congruence"])
def test_csv_is_the_whole_frame_after_the_signature(kind: str) -> None:
    found = network(kind, THREE)
    first, *lines = render(found, "csv").splitlines()
    rows = list(csv.reader(lines))
    assert json.loads(first.removeprefix("# ")) == found.signature
    assert [len(row) for row in rows] == [found.frame.shape[1] + 1] * (len(found.frame) + 1)
    assert rows[1][:4] == (["chad", "0", "0", "2"] if kind == "matrix" else ["chad", "", "1", "1"])


def test_holders_without_a_tie_are_named() -> None:
    alone = gold([stance("chad", "force", "favor"), stance("mali", "talks", "favor")])
    assert "Without a tie: chad, mali." in render(network("congruence", alone))


def test_a_name_of_a_holder_is_never_markup() -> None:
    some = gold([])
    made = [stance("[red]\x1b<b>", "force", "favor")]
    predictions = read([{"doc_id": "d1", "stances": made}], some)
    assert "?red b" in render(network("matrix", some, predictions))


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(FORMS)}"):
        render(network("matrix", THREE), "pdf")
