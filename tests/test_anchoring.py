"""Quotes and clean offsets in predictions: where they end up, how that is counted, and what it does to scores."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import corpus, document, placed

from dateline import load
from dateline.anchoring import CODES, OFFSETS, OUTCOMES
from dateline.cli import run
from dateline.decoding import KINDS
from dateline.errata import clean
from dateline.errors import InputError
from dateline.layers import LAYERS
from dateline.model import Erratum, Figure, Mention, Prediction, Reference, Stance
from dateline.predictions import Predictions, as_lines, read
from dateline.reports import as_json, report
from dateline.scoring import Scores, gold_predictions, score
from dateline.signature import parse, short
from dateline.verification import verify

TEXT = (
    "Chad sent 500 French troops, the troops of Chad.\n"
    'France backs the mission; "we back it", Paris said.\n'
    "Chad withdrew 1,500 of its 5 million troops.\n"
    "They say that people in the northern provinces have fled again."
)
GOLD = corpus(document(TEXT, "d1"), document("It rained.", "d2"), registry={"chad": ["Chad"]}, concepts=["mission"])
ARTICLE = load()
(DOCUMENT,) = ARTICLE.documents
RENDERED = clean(DOCUMENT.text, DOCUMENT.segments, DOCUMENT.errata)
(LINE,) = map(json.loads, as_lines(gold_predictions(ARTICLE)).splitlines())


def line(**layers: Any) -> dict[str, Any]:
    return {"doc_id": "d1", **layers}


def mention(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "type": "location", **more}


def stance(**more: Any) -> dict[str, Any]:
    return {"holder": "France", "concept_id": "mission", "polarity": "favor", **more}


def got(*lines: dict[str, Any], fuzzy: bool = False) -> Prediction:
    return read(lines, GOLD, fuzzy=fuzzy).documents["d1"]


def mentions(*records: dict[str, Any], fuzzy: bool = False) -> tuple[Mention, ...]:
    return got(line(entities=list(records)), fuzzy=fuzzy).entities or ()


def figure(**more: Any) -> Figure:
    """The figure "500", with what is said of it."""
    (found,) = got(line(figures=[{"text": "500", **more}])).figures or ()
    return found


def backing(**more: Any) -> Stance:
    """A stance in the second line, with what is said of it."""
    (found,) = got(line(stances=[stance(segment_ids=["s002"], **more)])).stances or ()
    return found


def at(words: str) -> tuple[int, int]:
    found = placed({"at": words}, TEXT)
    return found["start"], found["end"]


def extents(records: Any) -> list[tuple[int, int]]:
    return [(record.start, record.end) for record in records]


def told(*lines: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.level, problem.record) for problem in read(lines, GOLD).problems]


# Records


@pytest.mark.parametrize("layer", KINDS)
def test_a_record_of_any_layer_may_be_a_quote(layer: str) -> None:
    rest = {"segments": {}, "entities": {"type": "location"}, "figures": {}, "stances": stance()}[layer]
    found = read([line(**{layer: [{"text": "French troops", **rest}]})], GOLD)
    (record,) = getattr(found.documents["d1"], layer)
    assert ((record.start, record.end), record.text) == (at("French troops"), "French troops")
    assert (found.problems, found.spurious, found.outcomes) == ((), {}, {(layer, "exact"): 1})


def test_a_quote_that_is_worded_otherwise_has_the_text_of_its_place() -> None:
    (found,) = mentions(mention("FRENCH  Troops"))
    assert found.text == "French troops"


def test_copies_of_a_quote_get_an_occurrence_each() -> None:
    assert extents(mentions(mention("Chad"), mention("Chad"))) == [at("Chad"), at("Chad#2")]


def test_a_copy_too_many_is_a_duplicate() -> None:
    found = read([line(entities=[mention("Paris"), mention("Paris")])], GOLD)
    assert found.outcomes == {("entities", "exact"): 1, ("entities", "duplicate"): 1}


def test_the_place_of_a_record_with_offsets_is_taken() -> None:
    start, end = at("Chad")
    found = mentions(mention("Chad"), {"start": start, "end": end, "type": "location"})
    assert extents(found) == [at("Chad#2"), at("Chad")]


def test_layers_do_not_take_places_from_each_other() -> None:
    found = got(line(entities=[mention("Paris")], segments=[{"text": "Paris"}]))
    assert extents(found.entities) == extents(found.segments) == [at("Paris")]


def test_stances_share_their_evidence() -> None:
    quoted = stance(text="France backs the mission")
    found = got(line(stances=[quoted, {**quoted, "polarity": "against"}, quoted]))
    assert extents(found.stances) == [at("France backs the mission")] * 3


def test_a_stance_with_segments_needs_no_quote() -> None:
    found = read([line(stances=[stance(segment_ids=["s001"], text="nowhere")])], GOLD)
    assert (found.problems, found.spurious, found.outcomes) == ((), {}, {})


@pytest.mark.parametrize(
    ("hint", "place"),
    [
        ({"segment_id": "s003"}, "Chad#3"),
        ({"prefix": "troops of "}, "Chad#2"),
        ({"suffix": " withdrew"}, "Chad#3"),
    ],
)
def test_hints_say_which_occurrence_is_meant(hint: dict[str, str], place: str) -> None:
    assert extents(mentions(mention("Chad", **hint))) == [at(place)]


@pytest.mark.parametrize("segment_id", ["s002", "s099"])
def test_a_quote_outside_its_segment_is_not_found(segment_id: str) -> None:
    assert told(line(entities=[mention("Chad", segment_id=segment_id)])) == [
        ("quote-not-found", "warning", "d1/entities[0]")
    ]


RECORDS = [
    mention("Chad", type="group"),
    mention("Chad", type="person"),
    mention("Chad", entity_id="c"),
    mention("Chad", entity_id="c", segment_id="s003"),
    mention("troops", type="group"),
    mention("France"),
    mention("nowhere"),
]


@settings(max_examples=40, deadline=None)
@given(st.permutations(RECORDS))
def test_the_order_of_records_decides_nothing(records: list[dict[str, Any]]) -> None:
    def said(found: Predictions) -> Any:
        kept = found.documents["d1"].entities or ()
        return sorted(map(repr, kept)), found.outcomes, sorted(problem.message for problem in found.problems)

    assert said(read([line(entities=records)], GOLD)) == said(read([line(entities=RECORDS)], GOLD))


def test_identifiers_of_records_do_not_decide_between_copies() -> None:
    records = [mention("Chad", id="b", type="group"), mention("Chad", id="a", type="person")]
    swapped = [{**record, "id": name} for record, name in zip(records, "ab", strict=True)]
    assert [one.start for one in mentions(*records)] == [one.start for one in mentions(*swapped)]


# Without a place

UNPLACED = [
    ("Chadd", "not_found"),
    ("million troop", "number_or_boundary"),
    ("500 of", "number_or_boundary"),
    ("", "empty"),
    (" \t", "empty"),
]


@pytest.mark.parametrize(("text", "reason"), UNPLACED)
@pytest.mark.parametrize("policy", ["stop", "spurious"])
def test_a_quote_without_a_place_is_named_and_counts_as_spurious(text: str, reason: str, policy: str) -> None:
    found = read([line(entities=[mention(text), mention("Chad")])], GOLD, policy)
    assert found.spurious == {("d1", "entities"): 1}
    assert [(problem.code, problem.level) for problem in found.problems] == [(CODES[reason], "warning")]
    assert found.outcomes == {("entities", reason): 1, ("entities", "exact"): 1}


def test_the_message_quotes_the_quote_and_says_what_becomes_of_it() -> None:
    (found,) = read([line(entities=[mention("Chadd")])], GOLD).problems
    assert str(found) == (
        '<input>:1: quote-not-found warning: d1/entities[0]: "Chadd" does not stand in the text; '
        "a quote is copied from the text; it counts as spurious"
    )


def test_a_quote_that_is_wrong_otherwise_is_a_bad_record() -> None:
    with pytest.raises(InputError, match="unknown-label"):
        read([line(entities=[mention("Chadd", type="place")])], GOLD)


def test_neither_offsets_nor_text_is_refused_plainly() -> None:
    with pytest.raises(InputError) as caught:
        read([line(entities=[{"type": "location"}])], GOLD)
    assert str(caught.value) == (
        "<input>:1: missing-key error: d1/entities[0]: a key is missing; required: start, or text"
    )


MADE_UP: dict[str, dict[str, Any]] = {
    "segments": {"text": "zzz", "kind": "sentence"},
    "entities": {"text": "zzz", "type": "location", "wikidata": "Q1"},
    "figures": {"text": "zzz", "value": 7},
    "stances": {"text": "zzz", "holder": "Zzz", "concept_id": "sanctions", "polarity": "favor"},
}


@pytest.mark.parametrize("level", ["name", "all"])
@pytest.mark.parametrize("layer", KINDS)
def test_it_touches_every_number_that_a_bad_record_touches(layer: str, level: str) -> None:
    made_up, bad = (
        score([{**LINE, layer: [*LINE[layer], record]}], ARTICLE, level=level, on_error="spurious")
        for record in (MADE_UP[layer], {})
    )
    assert (made_up.scores, made_up.tallies()) == (bad.scores, bad.tallies())
    assert made_up.scores != score([LINE], ARTICLE, level=level).scores


# Inside a record


@pytest.mark.parametrize("name", ["target", "expression"])
def test_a_span_of_a_stance_is_found_in_its_evidence(name: str) -> None:
    value: Any = {"text": "the mission"}
    found = getattr(backing(**{name: [value] if name == "expression" else value}), name)
    (span,) = found if name == "expression" else (found,)
    assert ((span.start, span.end), span.text) == (at("the mission"), "the mission")


def test_a_head_is_found_inside_its_mention() -> None:
    (found,) = mentions(mention("the troops of Chad", head={"text": "troops"}))
    assert found.head and (found.head.start, found.head.end) == at("troops#2")


@pytest.mark.parametrize("name", ["counted", "fraction_of"])
def test_of_several_occurrences_the_nearest_to_the_record_counts(name: str) -> None:
    found = getattr(figure(**{name: {"text": "troops"}}), name)
    assert (found.start, found.end) == at("troops")


def test_time_is_found_too() -> None:
    found = figure(time={"edtf": "2014", "text": "of Chad"}).time
    assert found and (found.start, found.end) == at("of Chad")


@pytest.mark.parametrize("name", ["source", "place"])
def test_a_reference_of_a_figure_is_found_in_its_segment(name: str) -> None:
    found, named = getattr(figure(**{name: [{"text": "French"}, "Chad"]}), name)
    assert ((found.start, found.end), found.text, named) == (at("French"), "French", "Chad")


@pytest.mark.parametrize("name", ["holder", "on_behalf_of", "via"])
def test_a_reference_of_a_stance_is_found_in_its_evidence(name: str) -> None:
    value: Any = {"text": "Paris", "entity_id": "fr"}
    found = getattr(backing(**{name: [value] if name == "via" else value}), name)
    (reference,) = found if name == "via" else (found,)
    assert (reference.start, reference.end, reference.entity_id) == (*at("Paris"), "fr")


def test_a_reference_that_is_not_in_the_evidence_is_a_name() -> None:
    found = read([line(stances=[stance(segment_ids=["s002"], holder={"text": "Chad"})])], GOLD)
    (record,) = found.documents["d1"].stances or ()
    assert record.holder == "Chad"
    assert [(problem.code, problem.record) for problem in found.problems] == [
        ("quote-not-found", "d1/stances[0].holder")
    ]


def test_a_reference_that_is_not_in_the_evidence_keeps_its_identifier() -> None:
    holder = backing(holder={"text": "Chad", "entity_id": "e1"}).holder
    assert isinstance(holder, Reference)
    assert (holder.entity_id, holder.start, holder.text) == ("e1", None, None)


@pytest.mark.parametrize("name", ["head", "target", "fraction_of"])
def test_a_span_without_a_place_is_not_given_and_the_record_stays(name: str) -> None:
    layer, record = {
        "head": ("entities", mention("Paris")),
        "target": ("stances", stance(segment_ids=["s002"])),
        "fraction_of": ("figures", {"text": "500"}),
    }[name]
    found = read([line(**{layer: [{**record, name: {"text": "nowhere"}}]})], GOLD)
    (kept,) = getattr(found.documents["d1"], layer)
    assert getattr(kept, name) is None
    assert [(problem.code, problem.record) for problem in found.problems] == [
        ("quote-not-found", f"d1/{layer}[0].{name}")
    ]
    assert found.spurious == {}


def test_words_counted_keep_their_wording_without_a_place() -> None:
    found = read(
        [line(figures=[{"text": "500", "counted": {"text": "soldiers", "entities": [{"text": "Chad"}]}}])], GOLD
    )
    (kept,) = found.documents["d1"].figures or ()
    assert kept.counted and (kept.counted.text, kept.counted.start) == ("soldiers", None)
    assert isinstance(kept.counted.entities[0], Reference) and found.problems == ()


def test_words_counted_keep_their_wording_at_their_place() -> None:
    counted = figure(counted={"text": "TROOPS"}).counted
    assert counted and (counted.text, counted.start) == ("TROOPS", at("troops")[0])


def test_words_counted_without_a_place_by_their_own_account_are_not_looked_up() -> None:
    counted = figure(counted={"text": "troops", "start": None, "end": None}).counted
    assert counted and counted.start is None


def test_words_counted_are_not_looked_up_in_a_record_with_offsets() -> None:
    start, end = at("500")
    (found,) = got(line(figures=[{"start": start, "end": end, "counted": {"text": "troops"}}])).figures or ()
    assert found.counted and found.counted.start is None


def test_expressions_never_share_a_place_whatever_their_order() -> None:
    quoted = [{"text": "back"}, {"text": "the"}, {"text": "back"}]
    for order in (quoted, quoted[::-1]):
        found = read([line(stances=[stance(segment_ids=["s002"], expression=order)])], GOLD)
        (kept,) = found.documents["d1"].stances or ()
        assert sorted(extents(kept.expression)) == sorted([at("the#2"), at("back#2")])
        assert [problem.code for problem in found.problems] == ["quote-duplicate"]


def test_the_evidence_of_a_stance_may_be_several_segments() -> None:
    (found,) = got(line(stances=[stance(segment_ids=["s003", "s002"], target={"text": "5 million"})])).stances or ()
    assert found.target and (found.target.start, found.target.end) == at("5 million")


def test_a_record_without_a_segment_is_its_own_evidence() -> None:
    bare = corpus(document(TEXT, "d1", segments=[]), concepts=["mission"])
    records = [{"start": 0, "end": 17, "source": [{"text": "500"}], "fraction_of": {"text": "troops"}}]
    found = read([line(figures=records)], bare)
    (kept,) = found.documents["d1"].figures or ()
    (source,) = kept.source
    assert isinstance(source, Reference) and (source.start, kept.fraction_of) == (10, None)


def test_a_quote_elsewhere_in_the_line_decides_nothing_for_records_that_have_their_place() -> None:
    start, end = at("500")
    layers: dict[str, Any] = {
        "figures": [{"start": start, "end": end, "counted": {"text": "troops"}}],
        "stances": [stance(segment_ids=["s001"], text="nowhere")],
    }
    alone, beside = (got(line(**layers, entities=list(quotes))) for quotes in ([], [mention("Chad")]))
    assert (alone.figures, alone.stances) == (beside.figures, beside.stances)


def test_the_order_of_expressions_does_not_decide_which_is_one_too_many() -> None:
    quoted = [{"text": "back"}, {"text": "BACK"}]
    lines = [line(stances=[stance(segment_ids=["s002"], expression=order)]) for order in (quoted, quoted[::-1])]
    one, other = ([problem.message for problem in read([each], GOLD).problems] for each in lines)
    assert one == other and len(one) == 1


def test_of_occurrences_in_a_record_the_most_alike_counts() -> None:
    small = corpus(document("PAN and Pan left.", "d1"))
    found = read([line(entities=[mention("PAN and Pan", head={"text": "Pan"})])], small).documents["d1"].entities or ()
    assert found[0].head and found[0].head.start == 8


def test_a_segment_that_ends_where_a_record_begins_is_not_its_evidence() -> None:
    small = corpus(document("Ann left. Ben came.", "d1", segments=[{"at": "Ann left."}, {"at": "Ben came."}]))
    records = [{"start": 9, "end": 13, "source": [{"text": "Ann"}]}]
    found = read([line(figures=records)], small).documents["d1"].figures or ()
    assert found[0].source == ("Ann",)


# Fuzzy

SLIP = "people in the norhtern provinces have fled again"


def test_slips_are_allowed_on_request_only() -> None:
    strict, fuzzy = (read([line(entities=[mention(SLIP)])], GOLD, fuzzy=fuzzy) for fuzzy in (False, True))
    assert (strict.outcomes, fuzzy.outcomes) == ({("entities", "not_found"): 1}, {("entities", "fuzzy"): 1})


def test_slips_are_never_allowed_in_figures() -> None:
    found = read([line(figures=[{"text": SLIP}])], GOLD, fuzzy=True)
    assert found.outcomes == {("figures", "not_found"): 1}


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return path


def test_the_signature_says_that_slips_were_allowed() -> None:
    strict, fuzzy = (score([line(entities=[mention(SLIP)])], GOLD, fuzzy=fuzzy).signature for fuzzy in (False, True))
    assert "fuzzy" not in strict and fuzzy == {**strict, "fuzzy": True}
    assert parse(short(fuzzy, "entities.strict")).signature["fuzzy"] == 1


@pytest.mark.parametrize("fuzzy", [False, True])
def test_a_score_with_slips_is_verified_with_slips(tmp_path: Path, fuzzy: bool) -> None:
    predictions = written(tmp_path / "p.jsonl", line(entities=[mention(SLIP)]))
    file = tmp_path / "scores.json"
    file.write_text(as_json.render(score(predictions, GOLD, fuzzy=fuzzy)), encoding="utf-8")
    assert verify(file, predictions, GOLD).same


def test_the_command_allows_slips(tmp_path: Path) -> None:
    predictions, out = written(tmp_path / "p.jsonl", {"doc_id": "ips-car-2014"}), io.StringIO()
    assert run(["score", str(predictions), "--fuzzy", "--format", "json"], out, out) == 0
    assert json.loads(out.getvalue())["signature"]["fuzzy"] is True


# Clean offsets

RAW = "Teh  U. N. mission in Chad3 ended.\nFrance left"
CLEAN = "The U.N. mission in Chad ended. France left!"
ERRATA = [
    {"start": 0, "end": 5, "text": "Teh  ", "intended": "The ", "kind": "misspelling"},
    {"start": 5, "end": 10, "text": "U. N.", "intended": "U.N.", "kind": "spacing"},
    {"start": 26, "end": 27, "text": "3", "intended": "", "kind": "stray_character"},
    {"start": 46, "end": 46, "text": "", "intended": "!", "kind": "punctuation"},
]


def mended() -> Any:
    made = document(RAW, "d1")
    segments = ["s001", "s001", "s001", "s002"]
    errata = (
        msgspec.convert({**erratum, "id": f"x{number}", "doc_id": "d1", "segment_id": segment}, Erratum)
        for number, (erratum, segment) in enumerate(zip(ERRATA, segments, strict=True))
    )
    return corpus(made._replace(errata=tuple(errata)), concepts=["mission"])


def clean_line(**layers: Any) -> dict[str, Any]:
    return placed({"doc_id": "d1", "offsets": "clean", **layers}, CLEAN)  # type: ignore[no-any-return]  # of a dictionary


def clean_problems(**layers: Any) -> list[tuple[str, str]]:
    found = read([clean_line(**layers)], mended(), "spurious")
    return [(problem.code, problem.record) for problem in found.problems]


def test_clean_offsets_become_raw_ones() -> None:
    records = [{"at": "U.N.", "text": "U.N.", "type": "group"}, {"at": "Chad ended", "type": "location"}]
    found = read([clean_line(entities=records)], mended())
    kept = found.documents["d1"].entities or ()
    assert [RAW[one.start : one.end] for one in kept] == ["U. N.", "Chad3 ended"]
    assert [one.text for one in kept] == ["U. N.", None]
    assert (found.outcomes, found.documents["d1"].offsets) == ({("entities", OFFSETS): 2}, "raw")


def test_spans_in_a_record_count_in_the_clean_text_too() -> None:
    record = {"segment_ids": ["s001"], "holder": {"at": "U.N."}, "target": {"at": "mission in Chad"}}
    found = read([clean_line(stances=[{**stance(), **record}])], mended()).documents["d1"].stances or ()
    assert found[0].target and RAW[found[0].target.start : found[0].target.end] == "mission in Chad"
    assert isinstance(found[0].holder, Reference)
    assert RAW[found[0].holder.start : found[0].holder.end] == "U. N."


def test_quotes_may_stand_beside_clean_offsets() -> None:
    found = read([clean_line(entities=[mention("France"), {"at": "Chad", "type": "location"}])], mended())
    kept = found.documents["d1"].entities or ()
    assert [RAW[one.start : one.end] for one in kept] == ["France", "Chad"]
    assert found.outcomes == {("entities", "exact"): 1, ("entities", OFFSETS): 1}


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"end": len(CLEAN) + 1}, "offset-beyond-text", "d1/entities[0].end"),
        ({"end": 4}, "offset-reversed", "d1/entities[0].end"),
        ({"text": "U. N."}, "text-mismatch", "d1/entities[0].text"),
        ({"head": {"start": 4, "end": 99}}, "offset-beyond-text", "d1/entities[0].head.end"),
    ],
)
def test_clean_offsets_are_checked_in_the_clean_text(change: dict[str, Any], code: str, place: str) -> None:
    assert clean_problems(entities=[{"at": "U.N.", "type": "group", **change}]) == [(code, place)]


def test_a_message_about_clean_offsets_speaks_of_the_clean_text() -> None:
    record = {"at": "U.N.", "text": "Chad", "type": "group"}
    (found,) = read([clean_line(entities=[record])], mended(), "spurious").problems
    assert found.allowed == 'the clean text from 4 to 8 is "U.N."'


def test_what_only_the_clean_text_has_is_no_place() -> None:
    assert clean_problems(entities=[{"at": "!", "type": "group"}]) == [("quote-not-found", "d1/entities[0]")]


def test_a_record_that_is_bad_for_another_reason_is_judged_by_the_clean_text() -> None:
    record = {"at": "France left!", "text": "France left!", "type": "place"}
    assert clean_problems(entities=[record]) == [("unknown-label", "d1/entities[0].type")]


def test_offsets_count_in_one_of_two_texts() -> None:
    with pytest.raises(InputError, match=r"unknown-label error: d1/offsets: .* known: raw, clean"):
        read([line(offsets="pdf")], GOLD)


# The article in several spellings

UNSAID = ("id", "doc_id", "segment_id", "optional", "optional_reason", "alternatives", "start", "end")


def quoted(value: Any, record: bool = True) -> Any:
    """A value with a quote in the place of every pair of offsets; a record keeps its segment as a hint."""
    if isinstance(value, list):
        return [quoted(item, record=False) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: quoted(item, record=False) for key, item in value.items() if key not in UNSAID}
    if "start" in value:
        made |= {"text": made.get("text", DOCUMENT.text[value["start"] : value["end"]])}
        made |= {"segment_id": DOCUMENT.segment_id(value["start"])} if record else {}
    return made


def quoted_line(hints: bool = True) -> dict[str, Any]:
    """The gold as quotes, the evidence of stances too; hints are the segments of the records."""
    hint: set[str] = set() if hints else {"segment_id"}
    dropped = {**dict.fromkeys(KINDS, hint), "segments": {"segment_id"}, "stances": {"segment_ids"} | hint}
    made: dict[str, Any] = {"doc_id": LINE["doc_id"]}
    for layer in KINDS:
        records = [quoted(record) for record in LINE[layer]]
        made[layer] = [{key: record[key] for key in record if key not in dropped[layer]} for record in records]
    return made


def cleaned(value: Any) -> Any:
    """A value with clean offsets in the place of raw ones, and the clean text where it has the raw one."""
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: cleaned(item) for key, item in value.items()}
    if "start" in value:
        start, end = RENDERED.to_clean.span(value["start"], value["end"])
        same = value.get("text") == DOCUMENT.text[value["start"] : value["end"]]
        made |= {"start": start, "end": end, **({"text": RENDERED.text[start:end]} if same else {})}
    return made


def changed(one: Scores, other: Scores) -> set[str]:
    """The measures that differ, counts included."""
    return {was.measure for was, now in zip(one.scores, other.scores, strict=True) if was != now}


def test_the_gold_in_quotes_with_their_segments_scores_what_the_gold_scores() -> None:
    as_quotes, as_offsets = (score([one], ARTICLE, level="all") for one in (quoted_line(), LINE))
    assert changed(as_quotes, as_offsets) == set()
    assert as_quotes.predictions.spurious == {}


def test_quotes_with_their_segments_find_the_places_of_the_gold() -> None:
    found, gold = (read([one], ARTICLE).documents[DOCUMENT.doc_id] for one in (quoted_line(), LINE))
    for layer in ("segments", "entities", "figures"):
        assert extents(getattr(found, layer)) == extents(getattr(gold, layer))


def test_without_a_hint_only_words_that_stand_in_the_text_again_can_be_misplaced() -> None:
    found = read([quoted_line(hints=False)], ARTICLE)
    made, folded = found.documents[DOCUMENT.doc_id], DOCUMENT.text.casefold()
    misplaced = [
        record["text"]
        for layer in ("segments", "entities", "figures")
        for record in LINE[layer]
        if (record["start"], record["end"]) not in extents(getattr(made, layer))
    ]
    assert found.spurious == {}
    assert 0 < len(misplaced) < 20 and all(folded.count(text.casefold()) > 1 for text in misplaced)


def test_the_gold_in_clean_offsets_scores_what_the_gold_scores() -> None:
    line = {**{key: cleaned(value) for key, value in LINE.items()}, "offsets": "clean"}
    in_clean, in_raw = (score([one], ARTICLE, level="all") for one in (line, LINE))
    lacking = {"segments.exact.precision", "segments.exact.recall", "segments.exact.f1", "segments.kind.accuracy"}
    assert changed(in_clean, in_raw) == lacking
    (other,) = {*extents(in_clean.predictions.documents[DOCUMENT.doc_id].segments)} - {*extents(DOCUMENT.segments)}
    assert DOCUMENT.text[other[0] - 1 : other[0] + 9] == "3Following"  # what the clean text lacks is in no clean span


def test_what_was_read_is_read_again_as_it_is() -> None:
    first = read([quoted_line()], ARTICLE)
    again = read(list(map(json.loads, as_lines(first.documents.values()).splitlines())), ARTICLE)
    assert (again.documents, again.problems, again.spurious, again.outcomes) == (first.documents, (), {}, {})


def test_the_order_of_the_quoted_gold_decides_nothing() -> None:
    line, shuffled = quoted_line(hints=False), quoted_line(hints=False)
    for layer in KINDS:
        random.Random(0).shuffle(shuffled[layer])
    assert changed(score([line], ARTICLE), score([shuffled], ARTICLE)) == set()


# Reports


def test_records_with_offsets_are_counted_beside_quotes_wherever_they_stand() -> None:
    offsets = {"doc_id": "d2", "entities": [{"start": 0, "end": 2, "type": "location"}]}
    assert read([line(entities=[mention("Chad")]), offsets], GOLD).outcomes == {
        ("entities", "exact"): 1,
        ("entities", OFFSETS): 1,
    }


def test_without_quotes_nothing_is_counted() -> None:
    assert read([LINE], ARTICLE).outcomes == {}


QUOTES = [line(entities=[mention("Chad"), mention("million troop"), mention("CHAD")], figures=[{"text": "500"}])]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_reports_count_how_quotes_came_to_their_places(form: str) -> None:
    said = report(form)(score(QUOTES, GOLD))
    rows = [[cell for cell in row.replace("|", " ").split() if cell] for row in said.splitlines()]
    assert "Quotes" in said
    assert ["entities", "1", "1", "1"] in rows and ["figures", "1", "0", "0"] in rows


def test_json_counts_them_too() -> None:
    found = json.loads(as_json.render(score(QUOTES, GOLD)))["quotes"]
    assert {(one["layer"], one["outcome"]): one["count"] for one in found} == {
        ("entities", "exact"): 1,
        ("entities", "folded"): 1,
        ("entities", "number_or_boundary"): 1,
        ("figures", "exact"): 1,
    }
    assert {one["outcome"] for one in found} <= {*OUTCOMES}


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_nothing_is_said_of_quotes_where_there_are_none(form: str) -> None:
    assert "uotes" not in report(form)(score([LINE], ARTICLE))


def test_the_outcomes_of_a_layer_add_up_to_its_readable_records() -> None:
    found = read([quoted_line()], ARTICLE)
    added = Counter[str]()
    for (layer, _), count in found.outcomes.items():
        added[layer] += count
    assert added == {layer: len(LINE[layer]) for layer in LAYERS}
