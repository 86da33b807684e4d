"""Projecting types of entities: systems are scored on what they can say, and no label map wins them anything."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from attacks import ATTACKS, Given
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_documents import CONCEPTS, golds, places, submissions
from tiny import corpus, document, placed

from dateline import projection
from dateline.cli import run
from dateline.comparison import compare
from dateline.corpus import Corpus, load
from dateline.errors import DatelineError, InputError
from dateline.labelmaps import LabelMap, known, labelmap
from dateline.leaderboard import leaderboard
from dateline.model import Mention, Prediction
from dateline.predictions import as_lines, plain, read
from dateline.projection import SET_APART, Unmapped
from dateline.reports import report
from dateline.reports.leaderboard import render as render_board
from dateline.reports.verification import render
from dateline.scoring import Scores, gold_predictions, score
from dateline.signature import parse, short
from dateline.verification import verify
from dateline.vocabulary import data_root, labels

Record = dict[str, Any]

RULES = "In Bria 500 men fled.\nFrance backs the mission.\nOfficials spoke in May.\nSangaris left."
BRIA = {"at": "Bria", "type": "location", "subtype": "city", "entity_id": "bria"}
FRANCE = {"at": "France", "type": "location", "subtype": "country", "entity_id": "france"}
OFFICIALS = {"at": "Officials", "type": "group", "subtype": "population", "entity_id": "officials"}
SANGARIS = {"at": "Sangaris", "type": "operation", "entity_id": "sangaris"}
NAMES = {"bria": ["Bria"], "france": ["France"], "officials": ["officials of May"], "sangaris": ["Sangaris"]}
BACKS = {"segment_ids": ["s002"], "holder": {"entity_id": "france"}, "concept_id": "mission", "polarity": "favor"}
GOLD = corpus(
    document(RULES, entities=[BRIA, FRANCE, OFFICIALS, SANGARIS], stances=[BACKS]), registry=NAMES, concepts=["mission"]
)
STRICT, LOOSE = "entities.strict", "entities.typed_overlap"
MOST = 60
"""Records of an attack."""

MAPS = pytest.mark.parametrize("name", known())


@cache
def article() -> Corpus:
    return load(Path(__file__).resolve().parents[1])


def line(*entities: Record, text: str = RULES, **rest: Any) -> Record:
    return {"doc_id": "d1", "entities": placed([*entities], text), **rest}


def said(at: str, label: str, **rest: Any) -> Record:
    return {"at": at, "type": label, **rest}


def numbers(scores: Scores) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Every number but those of subtypes, which no map keeps."""
    return {
        (found.measure, found.group): found[3:]
        for found in scores.scores
        if "subtype" not in found.measure and "subtype" not in found.group
    }


def overall(scores: Scores) -> dict[str, float | None]:
    return {found.measure: found.value for found in scores.scores if found.group == "overall"}


def codes(source: Iterable[Record], gold: Corpus = GOLD, **options: Any) -> list[str]:
    return [problem.code for problem in read(source, gold, "spurious", **options).problems]


def foreign(mention: Mention, used: LabelMap) -> str | None:
    """A label by which another scheme says what a gold mention is; None where it cannot."""
    accepted = used.accepted(mention.type, mention.subtype)
    return next((label for label, common in used.foreign.items() if accepted[:1] == (common,)), None)


def translated(gold: Corpus, used: LabelMap) -> list[Prediction]:
    """The gold as a system with the labels of a map would give it."""
    return [
        msgspec.structs.replace(
            prediction,
            entities=tuple(
                msgspec.structs.replace(mention, type=label, subtype=None)
                for mention in prediction.entities or ()
                if (label := foreign(mention, used))
            ),
        )
        for prediction in gold_predictions(gold)
    ]


def written(folder: Path, used: dict[str, Any], name: str = "mine") -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(used), encoding="utf-8")
    return str(path)


def own_rows(commons: dict[str, str | None]) -> list[Record]:
    """A row for every label of this corpus, projected by its type."""
    return [
        {"type": row.type, "subtype": row.subtype, "common": commons[row.type], "reason": "test"}
        for row in labelmap("conll2003").content.dateline
    ]


@cache
def spoilt(name: str) -> tuple[Record, ...]:
    """The gold in foreign labels, a third left out and a fifth under another label."""
    used = labelmap(name)
    mentions = [plain(one) for number, one in enumerate(translated(article(), used)[0].entities or ()) if number % 3]
    wrong = list(used.foreign)
    return tuple(
        {**one, "type": wrong[number % len(wrong)]} if number % 5 == 0 else one for number, one in enumerate(mentions)
    )


def given_to_attacks() -> Given:
    found = article().documents[0]
    segments = [{"id": one.id, "start": one.start, "end": one.end} for one in found.segments]
    return Given(found.text, segments, sorted(article().concepts), {})


def f1(name: str, *extra: Record) -> float:
    entities = [*spoilt(name), *extra]
    lines = [{"doc_id": article().documents[0].doc_id, "entities": entities}]
    return score(lines, article(), ["entities"], on_error="spurious", labels=name).value(f"{STRICT}.f1") or 0.0


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A map that leaves every type as it is."""
    types = list(labels("entity", "type"))
    content = {
        "title": "identity",
        "source": "test",
        "note": "",
        "common": [{"label": label, "definition": label} for label in types],
        "foreign": [{"label": label, "meaning": label, "common": label} for label in types],
        "dateline": own_rows(dict(zip(types, types, strict=True))),
    }
    return written(tmp_path_factory.mktemp("maps"), content, "identity")


def one_label(label: str, own: dict[str, Any]) -> dict[str, Any]:
    """A map to a single label, from types of this corpus to it or to none."""
    return {
        "title": label,
        "source": "test",
        "note": "",
        "common": [{"label": label, "definition": "any of it"}],
        "foreign": [{"label": label, "meaning": "any of it", "common": label}],
        "dateline": own_rows(own),
    }


@pytest.fixture(scope="module")
def places_only(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The map of a system that knows places, all of them under one label."""
    content = one_label("GPE", {**dict.fromkeys(labels("entity", "type")), "location": "GPE"})
    return written(tmp_path_factory.mktemp("maps"), content, "places")


@given(submissions())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_identity_map_changes_no_number(identity: str, submission: tuple[Corpus, list[Record]]) -> None:
    gold, lines = submission
    plainly, mapped = (score(lines, gold, on_error="spurious", labels=name) for name in (None, identity))
    assert numbers(plainly) == numbers(mapped)


def test_the_identity_map_changes_no_number_of_the_rules_system(identity: str) -> None:
    lines = [json.loads(one) for one in rules()]
    assert numbers(score(lines, article())) == numbers(score(lines, article(), labels=identity))


@cache
def rules() -> tuple[bytes, ...]:
    from dateline.runs import run as run_system

    return tuple(bytes(entry.line) for entry in run_system("rules", article()).entries)


@MAPS
def test_the_rules_system_is_scored_under_every_map(name: str) -> None:
    scores = score([json.loads(one) for one in rules()], article(), labels=name)
    groups = {found.group for found in scores.scores if found.measure == f"{STRICT}.f1"}
    value = scores.value(f"{STRICT}.f1")
    assert value is not None and 0 < value < 1
    assert {group for group in groups if group.startswith("type=")} <= {
        f"type={label}" for label in labelmap(name).common
    }


@MAPS
@pytest.mark.parametrize("level", ["name", "nominal", "pronoun", "all"])
def test_gold_in_foreign_labels_is_perfect(name: str, level: str) -> None:
    found = overall(score(translated(article(), labelmap(name)), article(), ["entities"], level, labels=name))
    assert {number: value for number, value in found.items() if value not in (1.0, None)} == {}
    assert found[f"{STRICT}.f1"] == 1.0


@MAPS
def test_gold_in_its_own_labels_is_perfect(name: str) -> None:
    found = overall(score(gold_predictions(article()), article(), labels=name))
    assert {number: value for number, value in found.items() if value not in (1.0, None)} == {}


@MAPS
@given(gold=golds("d1"))
@settings(max_examples=30, deadline=None)
def test_any_gold_in_foreign_labels_misses_nothing(name: str, gold: Any) -> None:
    made = corpus(gold, registry={"Ann": ["Ann"], "Ben": ["Ben"]}, concepts=CONCEPTS)
    unlike = len({(one.start, one.end) for one in gold.entities}) == len(gold.entities)
    found = score(translated(made, labelmap(name)), made, ["entities"], "all", labels=name)
    assert not unlike or found.value(f"{STRICT}.f1") in (1.0, None)


@MAPS
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_order_of_records_changes_no_number(name: str, data: st.DataObject) -> None:
    gold = corpus(data.draw(golds("d1")))
    label = st.sampled_from(labelmap(name).types)
    mention = st.tuples(places, label).map(lambda found: {**found[0], "type": found[1]})
    entities = data.draw(st.lists(mention, max_size=6))
    shuffled = data.draw(st.permutations(entities))
    one, other = (score([{"doc_id": "d1", "entities": each}], gold, labels=name) for each in (entities, shuffled))
    assert numbers(one) == numbers(other)


@MAPS
def test_projecting_and_reversing_commute(name: str) -> None:
    used = labelmap(name)
    (found,) = gold_predictions(article())
    backwards = msgspec.structs.replace(found, entities=(found.entities or ())[::-1])
    assert (projection.predicted(found, used).entities or ())[::-1] == projection.predicted(backwards, used).entities


def test_a_system_with_one_label_for_places_is_perfect_on_them(places_only: str) -> None:
    found = score(translated(article(), labelmap(places_only)), article(), ["entities"], labels=places_only)
    assert {value for number, value in overall(found).items() if number.endswith("f1")} == {1.0}


def test_gpe_for_every_place_but_facilities_is_right_in_ontonotes() -> None:
    (found,) = gold_predictions(article())
    kept = [one for one in found.entities or () if one.type == "location" and one.subtype != "facility"]
    gpe = [msgspec.structs.replace(one, type="GPE", subtype=None) for one in kept]
    scores = score([msgspec.structs.replace(found, entities=tuple(gpe))], article(), ["entities"], labels="ontonotes")
    assert scores.value(f"{STRICT}.f1", "type=PLACE") == 1.0


@MAPS
def test_a_foreign_label_hits_a_gold_label_only_by_their_common_label(name: str) -> None:
    used = labelmap(name)
    for (kind, subtype), common in used.own.items():
        gold = corpus(document(RULES, entities=[{**said("Bria", kind), "subtype": subtype}]))
        for label, meant in used.foreign.items():
            hits = score([line(said("Bria", label))], gold, labels=name)
            expected = float(common is not None and common == meant)
            assert (hits.value(f"{STRICT}.precision") or 0, hits.value(f"{STRICT}.recall") or 0) == (expected, expected)


@MAPS
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_labels_without_a_common_label_change_no_number(name: str, data: st.DataObject) -> None:
    used = labelmap(name)
    empty = [label for label in used.types if used.said(label, None) is None]
    if not empty:
        return
    gold = corpus(data.draw(golds("d1")))
    mention = st.tuples(places, st.sampled_from(used.types)).map(lambda found: {**found[0], "type": found[1]})
    entities = data.draw(st.lists(mention, max_size=4))
    nothing = st.tuples(places, st.sampled_from(empty)).map(lambda found: {**found[0], "type": found[1]})
    more = [*entities, *data.draw(st.lists(nothing, min_size=1, max_size=3))]
    one, other = (score([{"doc_id": "d1", "entities": each}], gold, labels=name) for each in (entities, more))
    assert numbers(one) == numbers(other)


@MAPS
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_no_relabelling_beats_the_labels_of_the_gold(name: str, data: st.DataObject) -> None:
    used, gold = labelmap(name), data.draw(golds("d1"))
    made = corpus(gold, concepts=CONCEPTS)
    best = [plain(one) for one in translated(made, used)[0].entities or ()]
    other = [{**one, "type": data.draw(st.sampled_from(used.types))} for one in best]
    right, wrong = (score([{"doc_id": "d1", "entities": each}], made, labels=name) for each in (best, other))
    for measure in (STRICT, LOOSE):
        assert (wrong.value(f"{measure}.recall") or 0) <= (right.value(f"{measure}.recall") or 0)


@MAPS
@pytest.mark.parametrize("renamed", [False, True], ids=["own labels", "foreign labels"])
def test_no_attack_raises_an_honest_submission(name: str, renamed: bool) -> None:
    before = f1(name)
    for attack, made in ATTACKS.items():
        rng = Random(attack)
        extra = [one for one in made(given_to_attacks(), rng).get("entities", ()) if isinstance(one, dict)]
        drawn = rng.sample(extra, min(len(extra), MOST))
        if renamed:
            drawn = [{**one, "type": rng.choice(labelmap(name).types), "subtype": None} for one in drawn]
        assert not drawn or f1(name, *drawn) <= before, attack


@MAPS
def test_every_mention_under_its_own_and_its_foreign_label_wins_nothing(name: str) -> None:
    used, before = labelmap(name), f1(name)
    own = {common: kind for (kind, _), common in used.own.items()}
    both = [{**one, "type": own.get(used.foreign[one["type"]], "person"), "subtype": None} for one in spoilt(name)]
    assert f1(name, *both) < before


@MAPS
def test_every_label_of_a_map_on_every_mention_wins_nothing(name: str) -> None:
    sprayed = [{**one, "type": label} for one in spoilt(name) for label in labelmap(name).types]
    assert f1(name, *sprayed) < f1(name)


@MAPS
def test_labels_of_both_schemes_side_by_side_change_no_number(name: str) -> None:
    (foreign_labels,), (own_labels,) = translated(article(), labelmap(name)), gold_predictions(article())
    places = {(one.start, one.end): one for one in own_labels.entities or ()}
    mixed = [
        places[one.start, one.end] if number % 2 else one for number, one in enumerate(foreign_labels.entities or ())
    ]
    one, other = (
        score([msgspec.structs.replace(own_labels, entities=tuple(each))], article(), ["entities"], labels=name)
        for each in (mixed, foreign_labels.entities or ())
    )
    assert one.value(f"{STRICT}.f1") == other.value(f"{STRICT}.f1") == 1.0


@pytest.fixture
def everything_alike(tmp_path: Path) -> str:
    """A map, under the name of a true one, that has one label for everything."""
    content = one_label("PERSON", dict.fromkeys(labels("entity", "type"), "PERSON"))
    return written(tmp_path, content, "ontonotes")


def test_a_map_that_calls_everything_alike_is_worth_no_more_than_spans(everything_alike: str) -> None:
    scores = score([json.loads(one) for one in rules()], article(), labels=everything_alike)
    assert scores.value(f"{STRICT}.f1") == scores.value("entities.span.f1")


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_map_of_ones_own_says_so_whatever_its_name(everything_alike: str, form: str) -> None:
    said = " ".join(
        report(form)(score([json.loads(one) for one in rules()], article(), labels=everything_alike)).split()
    )
    count = len(labelmap("ontonotes").own)
    assert f"This map does not come with dateline: 1 in place of {count} labels of this corpus" in said


@MAPS
def test_a_map_of_the_corpus_does_not_say_so(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes((data_root() / "schema" / "labels" / f"{name}.json").read_bytes())
    for used in (name, copy):
        assert "does not come with" not in report("text")(score([line(FRANCE)], GOLD, labels=used))


def test_a_score_under_a_map_of_ones_own_is_not_compared_with_one_under_its_namesake(everything_alike: str) -> None:
    own, true = (score([line(said("Bria", "PERSON"))], GOLD, labels=used) for used in (everything_alike, "ontonotes"))
    assert own.signature["labels_digest"] != true.signature["labels_digest"]
    with pytest.raises(DatelineError, match="was scored with labels"):
        compare({"own": own, "true": true})


def test_gold_without_a_common_label_is_neither_missed_nor_rewarded() -> None:
    france, sangaris = said("France", "GPE"), said("Sangaris", "ORG")
    silent, naming = (
        score([line(*each)], GOLD, ["entities"], labels="ontonotes") for each in ([france], [france, sangaris])
    )
    assert numbers(silent) == numbers(naming)
    assert (silent.value(f"{STRICT}.precision"), silent.value(f"{STRICT}.recall")) == (1.0, 0.5)


def test_what_is_set_apart_is_in_no_cluster_and_needs_no_identifier() -> None:
    full = [said("Bria", "GPE", entity_id="1"), said("France", "GPE", entity_id="2")]
    more = [*full, said("Sangaris", "EVENT", entity_id="2"), said("Officials", "ORG", entity_id="2", wikidata="Q1")]
    one, other = (score([line(*each)], GOLD, ["entities"], labels="ontonotes") for each in (full, more))
    assert numbers(one) == numbers(other)
    assert one.value("entities.coref.b_cubed.f1") == 1.0


@MAPS
def test_segments_figures_and_stances_are_scored_as_before(name: str) -> None:
    layers = ["segments", "figures", "stances"]
    lines = [json.loads(one) for one in rules()]
    assert numbers(score(lines, article(), layers)) == numbers(score(lines, article(), layers, labels=name))


def test_a_stance_may_point_at_a_mention_that_is_set_apart() -> None:
    gold = corpus(
        document(RULES, entities=[FRANCE, OFFICIALS], stances=[{**BACKS, "holder": {"entity_id": "officials"}}]),
        registry=NAMES,
        concepts=["mission"],
    )
    stance = {**BACKS, "holder": {"entity_id": "x1"}}
    found = score([line(said("Officials", "DATE", entity_id="x1"), stances=[stance])], gold, labels="ontonotes")
    assert found.value("stances.record.f1") == 1.0


@pytest.mark.parametrize(
    ("name", "record", "expected"),
    [
        (
            "ontonotes",
            {"type": "organisation", "subtype": "ngo", "alternatives": {"type": ["person"]}},
            ("ORG", "PERSON"),
        ),
        ("ontonotes", {"type": "organisation", "subtype": "ngo", "alternatives": {"type": ["operation"]}}, ("ORG",)),
        ("ontonotes", {"type": "location", "subtype": "city", "alternatives": {"subtype": ["district"]}}, ("PLACE",)),
        (
            "ontonotes",
            {"type": "location", "subtype": "city", "alternatives": {"subtype": ["facility"]}},
            ("PLACE", "FAC"),
        ),
        ("ontonotes", {"type": "person", "alternatives": {"type": ["location"]}}, ("PERSON", "PLACE", "FAC")),
        (
            "ontonotes",
            {"type": "person", "alternatives": {"type": ["location"], "subtype": ["facility"]}},
            ("PERSON", "FAC"),
        ),
        ("ontonotes", {"type": "location"}, ("PLACE", "FAC")),
        ("ace", {"type": "group", "subtype": "religion", "alternatives": {"type": ["person"]}}, ("PER",)),
        ("conll2003", {"type": "location", "subtype": "facility"}, ("LOC",)),
    ],
)
def test_alternatives_are_projected_too(name: str, record: Record, expected: tuple[str, ...]) -> None:
    found = projection.gold(document(RULES, entities=[{"at": "Bria", **record}]), labelmap(name)).entities[0]
    assert (found.type, *found.alternatives.get("type", ())) == expected
    assert (found.subtype, found.optional, "subtype" in found.alternatives) == (None, False, False)


def test_other_alternatives_stay() -> None:
    record = {**BRIA, "alternatives": {"level": ["nominal"], "entity_id": ["france"]}}
    found = projection.gold(document(RULES, entities=[record]), labelmap("ontonotes")).entities[0]
    assert found.alternatives == {"level": ("nominal",), "entity_id": ("france",)}


def test_gold_that_is_set_apart_says_why() -> None:
    found = projection.gold(document(RULES, entities=[SANGARIS]), labelmap("ontonotes")).entities[0]
    assert (found.optional, found.optional_reason) == (True, SET_APART)


def test_labels_that_are_set_apart_are_counted_on_both_sides() -> None:
    lines = [line(said("May", "DATE"), said("500", "CARDINAL"), said("Bria", "CARDINAL"), said("France", "GPE"))]
    expected = [
        Unmapped("gold", "group/population", 1),
        Unmapped("gold", "operation", 1),
        Unmapped("predicted", "CARDINAL", 2),
        Unmapped("predicted", "DATE", 1),
    ]
    scores = score(lines, GOLD, labels="ontonotes")
    assert scores.unmapped() == expected
    assert json.loads(report("json")(scores))["unmapped"] == [one._asdict() for one in expected]
    said_so = "Without a common label, so not scored: predicted CARDINAL 2, DATE 1."
    assert said_so in report("text")(scores) and said_so.replace("_", r"\_") in report("markdown")(scores)


def test_only_the_level_that_is_scored_is_counted_as_set_apart() -> None:
    scores = score([line(said("May", "DATE", level="nominal"))], GOLD, labels="ontonotes", level="pronoun")
    assert scores.unmapped() == []


def test_nothing_is_set_apart_without_a_map_or_without_entities() -> None:
    plainly = score([line(FRANCE)], GOLD)
    others = score([line(said("May", "DATE"), stances=[BACKS])], GOLD, ["stances"], labels="ontonotes")
    assert plainly.unmapped() == others.unmapped() == []
    assert "unmapped" not in json.loads(report("json")(plainly))


def test_groups_confusion_and_categories_have_common_labels() -> None:
    lines = [line(said("Bria", "GPE"), said("France", "ORG"), said("May", "PERSON"))]
    scores = score(lines, GOLD, ["entities"], labels="ontonotes", by=["type"])
    assert scores.value(f"{STRICT}.recall", "type=PLACE") == 0.5
    matrix = scores.confusion("entities.type")
    assert (matrix.loc["PLACE", "PLACE"], matrix.loc["PLACE", "ORG"], matrix.loc["spurious", "PERSON"]) == (1, 1, 1)
    assert [*matrix.index] == ["ORG", "PERSON", "PLACE", "spurious"]
    assert {one.group: one.gold for one in scores.tallies() if one.category == "wrong_type"}["type=PLACE"] == 1


def test_every_report_of_projected_scores_can_be_drawn(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_bytes(b"\n".join(rules()))
    for form in ("text", "json", "markdown"):
        out = io.StringIO()
        options = ["--labels", "ace", "--errors", "--compat", "--confusion", "entities.type", "--by", "type"]
        assert run(["score", str(path), "--format", form, *options], out, io.StringIO()) == 0
        assert "PLACE" in out.getvalue()


def test_a_type_that_the_map_does_not_have_is_refused_with_all_that_it_has() -> None:
    with pytest.raises(InputError) as caught:
        score([line(said("Bria", "CITY"))], GOLD, labels="conll2003")
    own = ", ".join(labels("entity", "type"))
    assert str(caught.value) == (
        "<input>:1: unknown-label error: d1/entities[0].type: "
        f'"CITY" is not a label of conll2003; known to conll2003: PER, ORG, LOC, MISC; or this corpus\'s own: {own}'
    )


def test_a_tag_is_no_label_and_the_message_says_so() -> None:
    with pytest.raises(InputError, match="a prefix of IOB tags is no part of a label"):
        score([line(said("Bria", "B-LOC"))], GOLD, labels="conll2003")


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("NORP", "; pass --labels ontonotes"),
        ("MISC", "; pass --labels conll2003"),
        ("GPE", "; pass --labels ace or ontonotes"),
        ("B-MISC", "; pass --labels conll2003"),
        ("Q5", "; pass --labels wikidata-coarse"),
        ("CITY", ""),
    ],
)
def test_without_a_map_the_message_names_the_maps_that_have_the_label(label: str, hint: str) -> None:
    (problem,) = read([line(said("Bria", label))], GOLD, "spurious").problems
    known_types = ", ".join(labels("entity", "type"))
    assert (problem.code, problem.allowed) == ("unknown-label", f"known: {known_types}{hint}")


def test_a_foreign_type_counts_as_bad_without_its_map_and_not_with_it() -> None:
    lines = [line(said("Bria", "GPE"), said("France", "GPE"))]
    assert codes(lines) == ["unknown-label"] * 2
    assert codes(lines, labels="ontonotes") == []


def test_bad_records_stay_bad_under_a_map() -> None:
    lines = [
        {"doc_id": "d1", "entities": [{"type": "GPE"}, {"start": 3, "end": 1, "type": "GPE"}, {"start": 0, "end": 2}]}
    ]
    assert codes(lines, labels="ontonotes") == ["missing-key", "offset-reversed", "missing-key"]
    assert score(lines, GOLD, on_error="spurious", labels="ontonotes").value(f"{STRICT}.precision") == 0.0


@pytest.mark.parametrize("subtype", ["Nation", "city", None])
def test_the_subtype_of_a_foreign_type_may_be_anything_and_is_dropped(subtype: str | None) -> None:
    lines = [line(said("Bria", "GPE", subtype=subtype))]
    assert codes(lines, labels="ace") == []
    assert score(lines, GOLD, labels="ace").value(f"{STRICT}.precision") == 1.0


def test_a_subtype_of_another_type_is_refused_under_a_map_too() -> None:
    assert codes([line(said("Bria", "location", subtype="ngo"))], labels="ace") == ["subtype-of-other-type"]


def test_a_subtype_that_is_no_word_is_refused_under_a_map_too() -> None:
    assert codes([line(said("Bria", "GPE", subtype=7))], labels="ace") == ["wrong-type"]


def test_quotes_may_have_foreign_types() -> None:
    quotes = [{"text": "Bria", "type": "GPE"}, {"text": "France", "type": "GPE"}, {"text": "Rome", "type": "GPE"}]
    found = score([{"doc_id": "d1", "entities": quotes}], GOLD, labels="ontonotes")
    assert (found.value(f"{STRICT}.recall"), found.value(f"{STRICT}.precision")) == (1.0, 2 / 3)


def test_processes_change_no_number() -> None:
    one, other = (score(gold_predictions(GOLD), GOLD, labels="ontonotes", jobs=jobs) for jobs in (1, 2))
    assert one.scores == other.scores


def test_the_signature_names_the_map_and_its_digest(places_only: str) -> None:
    signed = score([line(said("Bria", "GPE"))], GOLD, labels=places_only).signature
    assert (signed["labels"], signed["labels_digest"]) == (places_only, labelmap(places_only).digest)
    assert "labels" not in score([line(FRANCE)], GOLD).signature


def test_a_short_signature_names_the_map() -> None:
    found = short(score([line(said("Bria", "GPE"))], GOLD, labels="ontonotes").signature, STRICT)
    assert f"|labels:ontonotes|labels_digest:{labelmap('ontonotes').digest[:6]}" in found
    assert short(*parse(found)) == found


@pytest.fixture
def scored(tmp_path: Path, places_only: str) -> tuple[Path, Path]:
    """A map's file and the scores that were made with it."""
    used, scores = tmp_path / "used.json", tmp_path / "scores.json"
    used.write_bytes(Path(places_only).read_bytes())
    scores.write_text(report("json")(score([line(said("Bria", "GPE"))], GOLD, labels=used)), encoding="utf-8")
    return used, scores


def test_a_verification_applies_the_map_again(scored: tuple[Path, Path]) -> None:
    assert verify(scored[1], [line(said("Bria", "GPE"))], GOLD).same


def test_a_verification_says_that_the_map_differs(scored: tuple[Path, Path]) -> None:
    used, scores = scored
    used.write_text(used.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    found = verify(scores, [line(said("Bria", "GPE"))], GOLD)
    assert [setting.key for setting in found.settings] == ["labels_digest"]
    assert "signature, labels_digest: was " in render(found)


def test_a_verification_says_that_the_map_is_gone(scored: tuple[Path, Path]) -> None:
    used, scores = scored
    used.unlink()
    with pytest.raises(InputError, match=r"used\.json: missing-file error: no such file; expected a label map"):
        verify(scores, [line(said("Bria", "GPE"))], GOLD)


def test_systems_under_different_maps_are_not_compared() -> None:
    named = {name: score(translated(GOLD, labelmap(name)), GOLD, labels=name) for name in ("ace", "conll2003")}
    with pytest.raises(DatelineError, match="conll2003 was scored with labels 'conll2003', ace with 'ace'"):
        compare(named)


def test_a_system_with_a_map_is_not_compared_with_one_without() -> None:
    named = {"with": score([line(FRANCE)], GOLD, labels="ace"), "without": score([line(FRANCE)], GOLD)}
    with pytest.raises(DatelineError, match="without was scored with labels '', with with 'ace'"):
        compare(named)


def test_systems_with_labels_of_their_own_and_of_the_map_are_compared() -> None:
    named = {
        "own": score([line(FRANCE)], GOLD, labels="ace"),
        "ace": score([line(said("France", "GPE"))], GOLD, labels="ace"),
    }
    found = compare(named, resamples=10)
    assert found.signature["labels"] == "ace"
    assert len({cell.value for cell in found.cells}) == 1


def test_predictions_that_were_read_with_another_map_are_refused() -> None:
    found = read([line(FRANCE)], GOLD, labels="ace")
    assert score(found, GOLD, labels="ace").signature == score(found, GOLD).signature
    with pytest.raises(DatelineError, match="read with labels 'ace', not 'ontonotes'"):
        score(found, GOLD, labels="ontonotes")


def test_the_leaderboard_takes_a_map() -> None:
    board = leaderboard(["rules"], article(), "ontonotes")
    assert (board.labels, board.failed) == ("ontonotes", {})
    assert "labels:ontonotes" in render_board(board, "text")
    scores = score([json.loads(one) for one in rules()], article(), labels="ontonotes")
    (row,) = [row for row in board.rows if row.layer == "entities"]
    assert row.headline == scores.value(f"{STRICT}.f1")


def command(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(words, out, err), out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The article's gold in the labels of OntoNotes."""
    path = tmp_path / "mine.jsonl"
    path.write_text(as_lines(translated(article(), labelmap("ontonotes"))), encoding="utf-8")
    return str(path)


def test_the_command_score_takes_a_map(file: str) -> None:
    code, out, _ = command("score", file, "--labels", "ontonotes", "--layer", "entities")
    words = " ".join(out.split())
    assert code == 0 and "labels:ontonotes" in words and "PERSON, ORG, PLACE, FAC, NORP" in words


def test_the_command_compare_takes_a_map(file: str) -> None:
    assert command("compare", file, "--labels", "ontonotes", "--resamples", "10")[0] == 0


def test_the_command_convert_keeps_foreign_labels(file: str, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    words = ("convert", "--from", "prediction", "--to", "prediction", file, str(target))
    assert command(*words)[0] == 2
    assert command(*words, "--labels", "ontonotes")[0] == 0
    assert score(target, article(), labels="ontonotes").value(f"{STRICT}.f1") == 1.0


def test_the_command_labels_shows_a_map() -> None:
    code, out, _ = command("labels", "ace")
    assert code == 0 and "| GPE:Nation | PLACE |" in out


def test_the_command_labels_lists_the_maps() -> None:
    code, out, _ = command("labels")
    assert code == 0 and all(f"\n{name} " in out for name in known())


def test_an_unknown_map_is_refused_on_the_command_line(file: str) -> None:
    code, _, err = command("score", file, "--labels", "muc")
    assert code == 2 and "unknown label map 'muc'" in err and "ontonotes" in err
