from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import corpus, document, placed

from dateline.decoding import KINDS, decoder, quoting
from dateline.errors import InputError, Problem, UnknownNameError
from dateline.model import Figure, Mention, Prediction
from dateline.predictions import FAILED, Predictions, read
from dateline.reports import report
from dateline.scoring import score
from dateline.soundness import faults, ground, is_placed, is_sound, is_whole
from dateline.validation import problems

TEXT = "Chad sent 500 troops.\nFrance backs the mission."
GOLD = corpus(document(TEXT, "d1"), document("It rained.", "d2"), registry={"chad": ["Chad"]}, concepts=["mission"])
VALID: dict[str, Any] = placed(
    {
        "doc_id": "d1",
        "system": "test",
        "segments": [{"at": "Chad sent 500 troops.", "kind": "sentence"}],
        "entities": [
            {
                "at": "Chad",
                "text": "Chad",
                "type": "location",
                "subtype": "country",
                "level": "name",
                "entity_id": "e1",
            },
            {"at": "troops", "type": "group", "level": "nominal", "head": {"at": "troops", "text": "troops"}},
        ],
        "figures": [
            {
                "at": "500",
                "comparator": "at_least",
                "value": None,
                "lower": {"value": 500, "inclusive": True},
                "unit": {"text": "men", "ucum": None},
                "counted": {"text": "troops", "at": "troops", "entities": ["e1"]},
                "category": "personnel",
                "status": "actual",
                "source": ["e1", {"at": "France"}],
                "time": {"edtf": "2014-01", "at": "sent"},
                "fraction_of": {"at": "troops"},
            }
        ],
        "stances": [
            {
                "segment_ids": ["s002"],
                "holder": {"at": "France", "entity_id": "e2"},
                "concept_id": "mission",
                "polarity": "favor",
                "via": ["e1"],
                "target": {"at": "the mission"},
                "expression": [{"at": "backs", "text": "backs"}],
                "alternatives": {"polarity": ["mixed"]},
                "optional": True,
            }
        ],
    },
    TEXT,
)


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def refused(source: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(source, GOLD)
    return caught.value.problems


def codes(source: Any) -> list[str]:
    return [problem.code for problem in refused(source)]


def with_record(layer: str, **more: Any) -> dict[str, Any]:
    """A prediction whose only record of a layer is the first valid one with some keys changed; `...` drops a key."""
    record = {**VALID[layer][0], **more}
    return {"doc_id": "d1", layer: [{key: value for key, value in record.items() if value is not ...}]}


def test_a_valid_prediction_is_read_without_problems() -> None:
    found = read([VALID], GOLD)
    assert (list(found.documents), found.problems, found.spurious) == (["d1"], (), {})


def test_records_are_those_of_the_model() -> None:
    entities = read([VALID], GOLD).documents["d1"].entities
    assert entities and isinstance(entities[0], Mention)
    assert (entities[0].start, entities[0].end, entities[0].subtype) == (0, 4, "country")


BAD_RECORDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("entities", {"end": 0}, "offset-reversed", "d1/entities[0].end"),
    ("entities", {"start": 4, "text": ...}, "offset-reversed", "d1/entities[0].end"),
    ("entities", {"end": 999, "text": ...}, "offset-beyond-text", "d1/entities[0].end"),
    ("entities", {"start": -1, "text": ...}, "offset-negative", "d1/entities[0].start"),
    ("entities", {"text": "Chat"}, "text-mismatch", "d1/entities[0].text"),
    ("entities", {"start": ...}, "missing-key", "d1/entities[0]"),
    ("entities", {"end": ...}, "missing-key", "d1/entities[0]"),
    ("entities", {"start": ..., "end": ..., "text": ...}, "missing-key", "d1/entities[0]"),
    ("entities", {"start": ..., "end": ..., "text": 7}, "wrong-type", "d1/entities[0].text"),
    ("entities", {"start": ..., "end": ..., "prefix": 7}, "wrong-type", "d1/entities[0].prefix"),
    ("entities", {"head": {}}, "missing-key", "d1/entities[0].head"),
    ("entities", {"head": {"text": "Chad", "end": 3}}, "missing-key", "d1/entities[0].head"),
    ("figures", {"source": [{"text": ""}]}, "empty", "d1/figures[0].source[0].text"),
    ("stances", {"segment_ids": ..., "text": TEXT, "start": 0}, "offset-incomplete", "d1/stances[0]"),
    ("entities", {"type": ...}, "missing-key", "d1/entities[0]"),
    ("entities", {"typ": "location"}, "unknown-key", "d1/entities[0]"),
    ("entities", {"start": "0"}, "wrong-type", "d1/entities[0].start"),
    ("entities", {"start": 0.0}, "wrong-type", "d1/entities[0].start"),
    ("entities", {"start": True, "text": ...}, "wrong-type", "d1/entities[0].start"),
    ("entities", {"text": None}, "wrong-type", "d1/entities[0].text"),
    ("entities", {"type": "place", "subtype": None}, "unknown-label", "d1/entities[0].type"),
    ("entities", {"level": "proper"}, "unknown-label", "d1/entities[0].level"),
    ("entities", {"subtype": "ngo"}, "subtype-of-other-type", "d1/entities[0].subtype"),
    ("entities", {"type": "person"}, "subtype-of-other-type", "d1/entities[0].subtype"),
    ("entities", {"doc_id": "d2"}, "other-document", "d1/entities[0].doc_id"),
    ("entities", {"wikidata": "Chad"}, "pattern", "d1/entities[0].wikidata"),
    ("entities", {"head": {"start": 3, "end": 2}}, "offset-reversed", "d1/entities[0].head.end"),
    ("figures", {"value": True}, "wrong-type", "d1/figures[0].value"),
    ("figures", {"category": "dead"}, "unknown-label", "d1/figures[0].category"),
    ("figures", {"lower": {"value": 1}}, "missing-key", "d1/figures[0].lower"),
    ("figures", {"counted": {"text": "x", "start": 1}}, "offset-incomplete", "d1/figures[0].counted"),
    ("figures", {"time": {"edtf": "2014", "end": 1}}, "offset-incomplete", "d1/figures[0].time"),
    ("figures", {"source": [{"start": 0}]}, "missing-key", "d1/figures[0].source[0]"),
    ("figures", {"place": [{}]}, "missing-key", "d1/figures[0].place[0]"),
    ("figures", {"place": [{"start": 0, "end": 99}]}, "offset-beyond-text", "d1/figures[0].place[0].end"),
    ("figures", {"source": [""]}, "empty", "d1/figures[0].source[0]"),
    ("stances", {"segment_ids": ["s009"]}, "unknown-segment", "d1/stances[0].segment_ids[0]"),
    ("stances", {"concept_id": "peace"}, "unknown-concept", "d1/stances[0].concept_id"),
    ("stances", {"segment_ids": ...}, "missing-key", "d1/stances[0]"),
    ("stances", {"segment_ids": ["s001", "s001"]}, "duplicate-item", "d1/stances[0].segment_ids"),
    ("stances", {"start": 3}, "offset-incomplete", "d1/stances[0]"),
    ("stances", {"polarity": None}, "wrong-type", "d1/stances[0].polarity"),
    (
        "stances",
        {"expression": [{"start": 0, "end": 4, "text": "chad"}]},
        "text-mismatch",
        "d1/stances[0].expression[0].text",
    ),
    ("segments", {"kind": "title"}, "unknown-label", "d1/segments[0].kind"),
]


@pytest.mark.parametrize(("layer", "change", "code", "place"), BAD_RECORDS)
def test_a_bad_record_is_named_with_its_place(layer: str, change: dict[str, Any], code: str, place: str) -> None:
    found = refused([with_record(layer, **change)])
    assert [(problem.code, problem.record, problem.line) for problem in found] == [(code, place, 1)]


@pytest.mark.parametrize(("layer", "change", "code", "place"), BAD_RECORDS)
def test_a_bad_record_counts_as_spurious_on_request(layer: str, change: dict[str, Any], code: str, place: str) -> None:
    found = read([with_record(layer, **change)], GOLD, "spurious")
    kept = getattr(found.documents["d1"], layer)
    assert (kept, found.spurious, [problem.code for problem in found.problems]) == ((), {("d1", layer): 1}, [code])


BAD_LINES: list[tuple[str, str, str]] = [
    ("{", "malformed-json", ""),
    ('{"doc_id": "d1", "figures": [{"start": 0, "end": 1, "value": NaN}]}', "malformed-json", ""),
    ('{"doc_id": "d1", "figures": [{"start": 0, "end": 1, "value": 1e999}]}', "malformed-json", ""),
    ("[" * 100_000, "malformed-json", ""),
    ("[]", "wrong-type", ""),
    ("{}", "missing-key", ""),
    ('{"doc_id": "d9"}', "unknown-document", "doc_id"),
    ('{"doc_id": 1}', "wrong-type", "doc_id"),
    ('{"doc_id": "d1", "mentions": []}', "unknown-key", "d1"),
    ('{"doc_id": "d1", "entities": null}', "wrong-type", "d1/entities"),
    ('{"doc_id": "d1", "entities": {}}', "wrong-type", "d1/entities"),
    ('{"doc_id": "d1", "system": 3}', "wrong-type", "d1/system"),
    ('{"doc_id": "d1", "entities": [7]}', "wrong-type", "d1/entities[0]"),
    ('{"doc_id": "d1", "offsets": "pdf"}', "unknown-label", "d1/offsets"),
    ('{"doc_id": "d1", "offsets": null}', "wrong-type", "d1/offsets"),
    ('{"doc_id": "d1", "error": ""}', "empty", "d1/error"),
    ('{"doc_id": "d1", "error": 500}', "wrong-type", "d1/error"),
]


@pytest.mark.parametrize(("line", "code", "place"), BAD_LINES)
def test_a_bad_line_is_named(tmp_path: Path, line: str, code: str, place: str) -> None:
    found = refused(written(tmp_path / "p.jsonl", '{"doc_id": "d2"}', line))
    assert [(problem.code, problem.record, problem.line) for problem in found] == [(code, place, 2)]


def test_bytes_that_are_not_utf8_are_named_and_the_next_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"doc_id": "d1", "system": "\xff"}\n{"doc_id": "d2", "x": 1}\n')
    assert [(problem.code, problem.line) for problem in refused(path)] == [("invalid-utf8", 1), ("unknown-key", 2)]


def test_a_file_in_utf16_is_told_to_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes('{"doc_id": "d1"}'.encode("utf-16"))
    assert "invalid-utf8" in [problem.code for problem in refused(path)]


def test_the_message_quotes_the_value_and_lists_what_is_allowed() -> None:
    (found,) = refused([with_record("entities", type="place", subtype=None)])
    assert str(found) == (
        '<input>:1: unknown-label error: d1/entities[0].type: "place" is not a label of this field; '
        "known: person, organisation, location, group, operation"
    )


def test_a_text_mismatch_shows_both_texts() -> None:
    (found,) = refused([with_record("entities", text="Chat")])
    assert '"Chat"' in found.message and '"Chad"' in found.allowed


def test_all_problems_of_all_lines_are_reported(tmp_path: Path) -> None:
    first = with_record("entities", type="place", end=99, text=..., colour="red", subtype=None)
    second = {"doc_id": "d2", "figures": [{"start": 5}, {"start": 4, "end": 2}]}
    path = written(tmp_path / "p.jsonl", json.dumps(first), "{", json.dumps(second))
    assert sorted((problem.line, problem.code) for problem in refused(path)) == [
        (1, "offset-beyond-text"),
        (1, "unknown-key"),
        (1, "unknown-label"),
        (2, "malformed-json"),
        (3, "missing-key"),
        (3, "offset-reversed"),
    ]


@pytest.mark.parametrize(("name", "code"), [("none.jsonl", "missing-file"), (".", "not-a-file")])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, code: str) -> None:
    assert codes(tmp_path / name) == [code]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_a_file_without_predictions_is_empty(tmp_path: Path, content: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(content, encoding="utf-8")
    assert codes(path) == ["empty-file"]


def test_a_line_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.files.MAX_LINE", 20)
    assert codes(written(tmp_path / "p.jsonl", '{"doc_id": "d2"}', json.dumps(VALID))) == ["long-line"]


def test_of_very_many_bad_records_the_first_are_explained_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.predictions.MOST_EXPLAINED", 3)
    found = read([{"doc_id": "d1", "entities": [{"start": 0}] * 9}], GOLD, "spurious")
    assert found.spurious == {("d1", "entities"): 9}
    assert (found.problems[-1].code, len(found.problems)) == ("more-problems", 5)
    assert "9 bad records" in found.problems[-1].message


def test_a_byte_order_mark_crlf_and_blank_lines_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(VALID).encode() + b'\r\n\r\n{"doc_id": "d2"}')
    assert list(read(path, GOLD).documents) == ["d1", "d2"]


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    assert list(read(str(written(tmp_path / "p.jsonl", '{"doc_id": "d2"}')), GOLD).documents) == ["d2"]


def test_a_document_named_twice_is_an_error() -> None:
    (found,) = refused([VALID, {"doc_id": "d2"}, VALID])
    assert (found.code, found.line, found.record) == ("duplicate-document", 3, "d1")


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_of_two_lines_for_a_document_neither_is_taken(order: list[int]) -> None:
    lines = [VALID, {"doc_id": "d1", "entities": []}]
    assert read([lines[index] for index in order], GOLD, "spurious").documents == {}


def test_good_records_beside_bad_ones_are_kept() -> None:
    record = VALID["entities"][0]
    found = read([{"doc_id": "d1", "entities": [{}, record, {**record, "end": 0}]}], GOLD, "spurious")
    entities = found.documents["d1"].entities
    assert (entities and [mention.start for mention in entities], found.spurious) == ([0], {("d1", "entities"): 2})


def test_a_layer_is_attempted_if_any_document_has_it() -> None:
    found = read([{"doc_id": "d1", "stances": []}, {"doc_id": "d2", "entities": []}], GOLD)
    assert found.attempted == ("entities", "stances")


FAILURE = {"doc_id": "d2", "error": "no answer within 60 s"}


@pytest.mark.parametrize("layers", [{}, {"entities": []}])
def test_a_document_that_the_system_failed_on_counts_as_missed_and_is_named(layers: dict[str, Any]) -> None:
    found = read([VALID, {**FAILURE, **layers}], GOLD)
    assert list(found.documents) == ["d1"]
    (problem,) = found.problems
    assert (problem.code, problem.level, problem.line, problem.record) == (FAILED, "warning", 2, "d2")
    assert problem.message == 'the system failed: "no answer within 60 s"'


def test_what_a_failing_system_gave_is_scored() -> None:
    found = read([{**FAILURE, "entities": [{"start": 0, "end": 2, "type": "location"}]}], GOLD)
    assert found.documents["d2"].entities and [problem.code for problem in found.problems] == [FAILED]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_scores_name_the_documents_that_the_system_failed_on(form: str) -> None:
    said = " ".join(report(form)(score([VALID, FAILURE], GOLD)).split())
    assert "1 of 2 documents were predicted" in said and "The system failed on 1 of 2 documents:" in said
    assert "no answer within 60 s" in said and "problems in the predictions" not in said


def test_a_failure_is_no_other_problem() -> None:
    scores = json.loads(report("json")(score([VALID, FAILURE], GOLD)))
    assert [problem["code"] for problem in scores["problems"]] == [FAILED]


def test_a_prediction_cannot_declare_itself_optional() -> None:
    stances = read([VALID], GOLD).documents["d1"].stances
    assert stances and (stances[0].optional, stances[0].alternatives) == (False, {})


def test_time_that_is_not_edtf_is_a_warning_that_stops_nothing() -> None:
    found = read([with_record("figures", time={"edtf": "last year"})], GOLD)
    assert [(problem.code, problem.level) for problem in found.problems] == [("bad-edtf", "warning")]
    assert found.documents["d1"].figures


def test_structs_are_validated_like_dictionaries() -> None:
    mention = Mention(start=0, end=4, type="place")
    assert codes([Prediction(doc_id="d1", entities=(mention,))]) == ["unknown-label"]


def test_a_struct_with_fields_left_out_is_valid() -> None:
    figure = Figure(start=10, end=13, value=500)
    found = read([Prediction(doc_id="d1", figures=(figure,), entities=())], GOLD)
    assert (found.problems, found.attempted) == ((), ("entities", "figures"))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_python_values_that_are_no_json_are_refused(value: object) -> None:
    assert codes([with_record("figures", value=value)]) == ["malformed-json"]


def test_the_same_is_read_from_a_file_and_from_python(tmp_path: Path) -> None:
    from_file = read(written(tmp_path / "p.jsonl", json.dumps(VALID)), GOLD)
    assert from_file._replace(digest="") == read([VALID], GOLD)


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="known: stop, spurious"):
        read([], GOLD, "ignore")


def test_gold_is_not_consulted() -> None:
    mention = {"at": "Chad", "type": "location", "entity_id": "chad"}
    annotated = corpus(document(TEXT, "d1", entities=[mention]), registry={"chad": ["Chad"]}, concepts=["mission"])
    assert read([VALID], annotated) == read([VALID], GOLD)


# Every way of damaging a value: what is put in its place, or beside it.
JUNK: list[Any] = [None, True, -1, 0, 7, 12.0, 0.5, 10**30, "", "x", "name", "Q1", [], ["e1", "e1"], {}, {"start": 1}]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def damaged(valid: dict[str, Any], place: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A valid prediction with one place changed."""
    made = {"whole": copy.deepcopy(valid)}
    holder: Any = made
    key: Any = "whole"
    for step in place:
        holder, key = holder[key], step
    change(holder, key)
    return made.get("whole")


def deleted(holder: Any, key: Any) -> None:
    del holder[key]


def extended(holder: Any, key: Any) -> None:
    """Give an object an unknown key, repeat the items of an array."""
    if isinstance(holder[key], dict):
        holder[key]["colour"] = 1
    elif isinstance(holder[key], list):
        holder[key] += holder[key]


def replaced(junk: Any) -> Callable[[Any, Any], None]:
    return lambda holder, key: holder.__setitem__(key, copy.deepcopy(junk))


changes = st.one_of(st.sampled_from([deleted, extended]), st.sampled_from(JUNK).map(replaced))


def unplaced(value: Any) -> Any:
    """A value with a quote in the place of every pair of offsets."""
    if isinstance(value, list):
        return [unplaced(item) for item in value]
    if not isinstance(value, dict):
        return value
    words = {"text": TEXT[value["start"] : value["end"]]} if "start" in value else {}
    return {**words, **{key: unplaced(item) for key, item in value.items() if key not in ("start", "end")}}


QUOTES: dict[str, Any] = {**unplaced(VALID), "offsets": "clean"}
SPOTS = [(VALID, place) for place in places(VALID)] + [(QUOTES, place) for place in places(QUOTES)]


def fast_accepts(line: bytes) -> bool:
    try:
        found = decoder().decode(line)
    except msgspec.ValidationError:
        return False
    return all(is_placed(record) for layer in KINDS for record in getattr(found, layer) or ())


def slow_accepts(value: Any) -> bool:
    try:
        decoder().decode(json.dumps({**value, **{layer: [] for layer in KINDS if isinstance(value.get(layer), list)}}))
        records = [(kind, record) for layer, kind in KINDS.items() for record in value.get(layer, ())]
        return all(is_whole(msgspec.convert(record, quoting(kind))) for kind, record in records)
    except (msgspec.ValidationError, TypeError):
        return False


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(SPOTS), changes)
def test_decoding_accepts_what_the_schema_accepts(
    spot: tuple[dict[str, Any], tuple[Any, ...]], change: Callable[[Any, Any], None]
) -> None:
    value = damaged(*spot, change)
    accepted = not list(problems("prediction", value))
    assert (isinstance(value, dict) and slow_accepts(value)) == accepted
    assert accepted or not fast_accepts(json.dumps(value).encode())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(VALID)), changes)
def test_what_has_its_offsets_is_decoded_at_once(place: tuple[Any, ...], change: Callable[[Any, Any], None]) -> None:
    value = damaged(VALID, place, change)
    assert fast_accepts(json.dumps(value).encode()) == (not list(problems("prediction", value)))


@pytest.mark.parametrize("layer", KINDS)
def test_what_is_quoted_is_not_decoded_at_once(layer: str) -> None:
    line = {"doc_id": "d1", layer: QUOTES[layer]}
    assert not list(problems("prediction", line)) and not fast_accepts(json.dumps(line).encode())


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SPOTS), changes)
def test_reading_never_fails_in_another_way(
    spot: tuple[dict[str, Any], tuple[Any, ...]], change: Callable[[Any, Any], None]
) -> None:
    found = read([damaged(*spot, change)], GOLD, "spurious")
    assert isinstance(found, Predictions)
    errors = [problem for problem in found.problems if problem.level == "error"]
    assert errors or "d1" in found.documents


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SPOTS), changes)
def test_spurious_records_and_kept_ones_add_up(
    spot: tuple[dict[str, Any], tuple[Any, ...]], change: Callable[[Any, Any], None]
) -> None:
    value = damaged(*spot, change)
    found = read([value], GOLD, "spurious")
    for doc_id, prediction in found.documents.items():
        for layer in KINDS:
            given_records = value.get(layer) if isinstance(value.get(layer), list) else []
            kept = getattr(prediction, layer) or ()
            assert len(kept) + found.spurious.get((doc_id, layer), 0) == len(given_records)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([None, "Chad", ""]), st.sampled_from(["", "d1", "d2"]))
def test_the_short_check_of_a_mention_is_the_full_one(start: int, end: int, text: str | None, doc_id: str) -> None:
    mention = Mention(start=start, end=end, text=text, doc_id=doc_id, type="location", subtype="city")
    on = ground(GOLD.documents[0], GOLD)
    assert is_sound(mention, on) == (not list(faults(mention, on)))
