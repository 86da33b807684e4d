from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from random_documents import submissions
from tiny import corpus, document, placed

from dateline.corpus import Corpus
from dateline.errors import DatelineError, UnknownNameError
from dateline.layers import LAYERS
from dateline.layers.base import F1, OVERALL
from dateline.layers.counts import Counts, total
from dateline.scoring import Scores, score

FIELDS = {name: [*module.FIELDS, *(["nested"] if name == "entities" else [])] for name, module in LAYERS.items()}
EVERY = ["segment.kind", "document.publisher", *(field for fields in FIELDS.values() for field in fields)]
PARTS = "stances.expression"  # its expressions are parts of records

TEXT = "Paris and Lyon\nThe mayor of Paris spoke."
KINDS = [{"at": "Paris and Lyon", "kind": "heading"}, {"at": "The mayor of Paris spoke.", "kind": "sentence"}]
PARIS, LYON = ({"at": at, "type": "location", "subtype": "city", "entity_id": at.lower()} for at in ("Paris", "Lyon"))
MAYOR = {"at": "The mayor of Paris", "type": "person", "entity_id": "mayor"}
AGAIN = {**PARIS, "at": "Paris#2"}


def publisher(name: str, doc_id: str = "d1") -> Any:
    found = document(TEXT, doc_id, segments=KINDS, entities=[PARIS, LYON, MAYOR, AGAIN])
    return found._replace(document=msgspec.structs.replace(found.document, publisher=name))


GOLD = corpus(publisher("A"))


def scored(by: Any, *predicted: dict[str, Any], gold: Corpus = GOLD, **options: Any) -> Scores:
    return score([{"doc_id": "d1", "entities": placed([*predicted], TEXT)}], gold, by=by, **options)


def counts(scores: Scores, measure: str = "entities.strict") -> dict[str, tuple[float, ...]]:
    """Group -> hits, gold and predictions, of the slices alone."""
    sums = total(scores.rows, by=("measure", "group"))
    asked = tuple(f"{field}=" for field in scores.settings.by)
    return {
        group: (found.hits_gold, found.gold, found.predicted)
        for (name, group), found in sorted(sums.items())
        if name == measure and group.startswith(asked)
    }


def applies(measure: str, field: str) -> bool:
    """Whether the groups of a field are there in an F1 measure."""
    layer = measure.partition(".")[0]
    if LAYERS[layer].MEASURES[measure].whole:
        return field.startswith("document.") or (measure, field) == ("stances.position", "polarity")
    return field in ("segment.kind", "document.publisher") or (field in FIELDS[layer] and measure != PARTS)


@settings(max_examples=60, deadline=None)
@given(submissions())
def test_groups_of_every_field_add_up_to_the_overall_of_every_measure(made: tuple[Corpus, list[Any]]) -> None:
    gold, lines = made
    sums = total(score(lines, gold, level="all", on_error="spurious", by=EVERY).rows, by=("measure", "group"))
    for name, described in ((name, one) for module in LAYERS.values() for name, one in module.MEASURES.items()):
        for field in EVERY:
            groups = [found for (one, group), found in sums.items() if one == name and group.startswith(f"{field}=")]
            if groups or (described.kind == F1 and applies(name, field)):
                assert Counts(*map(sum, zip(*groups, strict=True))) == sums.get((name, OVERALL), Counts()), field
            assert not groups or described.kind != F1 or applies(name, field)


@settings(max_examples=20, deadline=None)
@given(submissions())
def test_slices_change_no_overall_number(made: tuple[Corpus, list[Any]]) -> None:
    gold, lines = made
    plain, sliced = (score(lines, gold, on_error="spurious", by=by) for by in ((), EVERY))
    assert plain.scores == tuple(one for one in sliced.scores if one in plain.scores)


def test_a_pair_counts_under_the_labels_of_its_gold_record() -> None:
    found = counts(scored(["level"], {**PARIS, "level": "nominal"}, level="all"), "entities.span")
    assert found == {"level=name": (1, 4, 1)}


def test_what_is_missed_counts_under_gold_and_what_is_spurious_under_its_own_label() -> None:
    found = counts(scored(["type"], {**MAYOR, "type": "group"}))
    assert found == {"type=group": (0, 0, 1), "type=location": (0, 3, 0), "type=person": (0, 1, 0)}


def test_a_record_is_of_the_kind_of_the_gold_segment_that_it_starts_in() -> None:
    found = counts(scored(["segment.kind"], PARIS, AGAIN, {"at": "mayor", "type": "person"}))
    assert found == {"segment.kind=heading": (1, 2, 1), "segment.kind=sentence": (1, 2, 2)}


def test_a_mention_is_nested_if_another_one_of_its_side_covers_more() -> None:
    found = counts(scored(["nested"], PARIS, AGAIN))
    assert found == {"nested=flat": (1, 3, 1), "nested=nested": (1, 1, 1)}


def test_a_mention_is_nested_in_one_that_starts_with_it() -> None:
    gold = corpus(document(TEXT, entities=[{**MAYOR, "at": "The mayor"}, MAYOR]))
    assert counts(scored(["nested"], gold=gold)) == {"nested=flat": (0, 1, 0), "nested=nested": (0, 1, 0)}


def test_spurious_mentions_are_nested_among_predictions() -> None:
    found = counts(scored(["nested"], {"at": "mayor", "type": "person"}, {"at": "The mayor", "type": "person"}))
    assert found == {"nested=flat": (0, 3, 1), "nested=nested": (0, 1, 1)}


def test_repetitions_of_a_mention_are_not_nested_in_each_other() -> None:
    assert counts(scored(["nested"], LYON, LYON))["nested=flat"] == (1, 3, 2)


def test_a_mention_that_is_not_scored_covers_none() -> None:
    gold = corpus(document(TEXT, entities=[{**MAYOR, "level": "nominal"}, AGAIN]))
    assert counts(scored(["nested"], AGAIN, gold=gold)) == {"nested=flat": (1, 1, 1)}


def test_the_user_may_bring_a_function() -> None:
    found = counts(scored({"length": lambda record: "long" if record.end - record.start > 5 else "short"}, PARIS))
    assert found == {"length=long": (0, 1, 0), "length=short": (1, 3, 1)}


def test_what_a_field_says_nothing_of_is_none() -> None:
    assert counts(scored({"head": lambda mention: mention.head}, PARIS)) == {"head=none": (1, 4, 1)}


def test_a_mention_without_a_subtype_is_of_its_type() -> None:
    assert counts(scored(["subtype"], MAYOR), "entities.span") == {
        "subtype=location/city": (0, 3, 0),
        "subtype=person": (1, 1, 1),
    }


def test_bad_records_are_unreadable_but_their_document_is_known() -> None:
    found = counts(scored(["level", "document.publisher"], PARIS, {"at": "Lyon"}, on_error="spurious"))
    assert found == {"document.publisher=A": (1, 4, 2), "level=name": (1, 4, 1), "level=unreadable": (0, 0, 1)}


def test_coreference_can_be_given_apart_by_documents() -> None:
    gold = corpus(publisher("A"), publisher("B", "d2"))
    scores = scored(["document.publisher", "type"], PARIS, LYON, MAYOR, AGAIN, gold=gold)
    apart = [scores.value("entities.coref.conll.f1", f"document.publisher={name}") for name in "AB"]
    assert apart == [1, 0]
    assert {one.group for one in scores.scores if one.measure == "entities.coref.conll.f1"} == {
        OVERALL,
        "document.publisher=A",
        "document.publisher=B",
    }


def test_accuracies_are_given_apart_too() -> None:
    scores = scored(["segment.kind"], {**PARIS, "subtype": "country"}, AGAIN)
    apart = [scores.value("entities.subtype.accuracy", f"segment.kind={kind}") for kind in ("heading", "sentence")]
    assert apart == [0, 1]


def test_the_signature_names_the_fields() -> None:
    assert (scored(["nested", "level"]).signature["by"], scored({"mine": str}).signature["by"]) == (
        ["nested", "level"],
        ["mine"],
    )


def test_groupings_of_a_report_hold_the_fields_after_those_of_the_measure() -> None:
    assert scored(["nested", "type"]).measures()["entities.strict"].groupings == ("type", "subtype", "nested")


@pytest.mark.parametrize("field", ["mood", "status", "document.colour"])
def test_a_field_that_no_scored_layer_has_is_refused_with_the_known_ones(field: str) -> None:
    with pytest.raises(UnknownNameError, match=r"known: type, subtype, level, .*nested.*document\.publisher"):
        scored([field])


def test_a_field_of_another_scored_layer_is_none_of_this_one() -> None:
    scores = score([{"doc_id": "d1"}], GOLD, by=["status"])
    assert {one.layer for one in scores.scores if one.group.startswith("status=")} <= {"figures"}


def test_a_function_under_the_name_of_a_field_is_refused() -> None:
    with pytest.raises(DatelineError, match="type: a field has this name; choose another"):
        scored({"type": lambda record: "any"})
