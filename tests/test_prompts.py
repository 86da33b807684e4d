"""What a language model is told, and the form in which it must answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import jsonschema
import msgspec
import pytest
from gold_answer import asked
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import corpus, document

from dateline.answers import as_line, parsed
from dateline.cli import run
from dateline.corpus import load
from dateline.errors import UnknownNameError
from dateline.inputs import definitions, task_of
from dateline.layers import LAYERS as SCORED
from dateline.predictions import read
from dateline.prompts import LAYERS, answer_schema, instruction, messages, report, segments
from dateline.prompts.shape import vocabularies
from dateline.prompts.wording import EXAMPLE, EXAMPLE_TEXT, OPENING, RULES
from dateline.scoring import score
from dateline.validation import problems

CORPUS = load()
GOLD = CORPUS.documents[0]
TASK = task_of(GOLD, CORPUS)
CONCEPTS = tuple(CORPUS.concepts.values())

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(min_size=1, max_size=5),
    "number": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "null": st.none(),
}
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "description"}
SUBSETS = [LAYERS, *((layer,) for layer in LAYERS), ("figures", "stances")]
by_layers = pytest.mark.parametrize("layers", SUBSETS, ids="+".join)


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all schemas inside it."""
    yield schema
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    for inner in [*inside, schema["items"]] if "items" in schema else inside:
        yield from parts(inner)


def depth(schema: dict[str, Any]) -> int:
    """Objects and lists inside each other."""
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *[schema.get("items", {})]]
    nested = schema.get("type") in ("object", "array")
    return nested + max((depth(inner) for inner in inside if inner), default=0)


def size(schema: dict[str, Any]) -> tuple[int, int, int]:
    """Properties, labels, and the characters of both together."""
    names = [name for part in parts(schema) for name in part.get("properties", ())]
    values = [value for part in parts(schema) for value in part.get("enum", ())]
    return len(names), len(values), sum(map(len, names + values))


def meant(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The values that a schema takes; lists without repetitions and texts that are not empty."""
    if "anyOf" in schema:
        return st.one_of(*map(meant, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "object":
        return st.fixed_dictionaries({name: meant(inner) for name, inner in schema["properties"].items()})
    if schema["type"] == "array":
        return st.lists(meant(schema["items"]), min_size=1, max_size=2, unique_by=json.dumps)
    return SCALARS[schema["type"]]


def output(*argv: str, code: int = 0) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert run(argv, out, err) == code, err.getvalue()
    return out.getvalue() if code == 0 else err.getvalue()


@by_layers
def test_the_schema_has_only_keywords_that_strict_structured_output_takes(layers: tuple[str, ...]) -> None:
    assert {keyword for part in parts(answer_schema(layers, ["a"])) for keyword in part} <= KEYWORDS


@by_layers
def test_every_object_is_closed_and_requires_all_its_properties(layers: tuple[str, ...]) -> None:
    objects = [part for part in parts(answer_schema(layers)) if part.get("type") == "object"]
    assert objects
    assert all(part["additionalProperties"] is False for part in objects)
    assert all(part["required"] == list(part["properties"]) for part in objects)


def test_every_part_has_one_type_or_is_a_choice_between_one_and_null() -> None:
    for part in parts(answer_schema()):
        if "anyOf" in part:
            value, null = part["anyOf"]
            assert isinstance(value["type"], str) and null == {"type": "null"}
        else:
            assert isinstance(part["type"], str)


def test_the_schema_is_an_object_and_no_choice() -> None:
    assert answer_schema()["type"] == "object"


def test_the_schema_keeps_within_the_limits_of_structured_output() -> None:
    """The first limits that were published, and the narrowest: 100 properties, 500 labels, 15,000 characters, and
    5 levels. Only objects and lists are levels."""
    schema = answer_schema(LAYERS, CORPUS.concepts)
    properties, values, characters = size(schema)
    assert (properties <= 100, values <= 500, characters <= 15_000, depth(schema) <= 5) == (True,) * 4


def test_the_schema_is_a_valid_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(answer_schema())


def test_concepts_are_a_closed_list_where_they_are_given() -> None:
    asked = answer_schema(["stances"], ["a", "b"])["properties"]["stances"]["items"]["properties"]["concept_id"]
    assert (asked["type"], asked["enum"]) == ("string", ["a", "b"])


def test_making_a_schema_with_concepts_leaves_others_alone() -> None:
    before = answer_schema()
    answer_schema(LAYERS, ["a"])
    assert answer_schema() == before


def test_labels_in_the_schema_are_those_of_the_record_schemas() -> None:
    asked = {tuple(part["enum"]) for part in parts(answer_schema()) if "enum" in part}
    named = {tuple(definitions()[one.kind][one.name]) for layer in LAYERS for one in vocabularies(layer)}
    assert asked == named


@settings(max_examples=40, deadline=None)
@given(meant(answer_schema()))
def test_an_answer_with_its_document_is_a_prediction_line(answer: dict[str, Any]) -> None:
    jsonschema.validate(answer, answer_schema())
    assert list(problems("prediction", as_line(answer, "d1"))) == []


def test_records_are_quotes_and_never_offsets() -> None:
    names = {name for part in parts(answer_schema()) for name in part.get("properties", ())}
    assert "text" in names and not names & {"start", "end", "doc_id", "id"}


def test_layers_are_layers_of_the_score() -> None:
    assert set(LAYERS) < set(SCORED)


@by_layers
def test_the_order_of_layers_does_not_matter(layers: tuple[str, ...]) -> None:
    assert answer_schema(layers[::-1] * 2) == answer_schema(layers)
    assert instruction(CONCEPTS, layers[::-1] * 2) == instruction(CONCEPTS, layers)


@pytest.mark.parametrize("layer", ["segments", "entity", ""])
def test_a_layer_that_no_prompt_asks_for_is_refused(layer: str) -> None:
    with pytest.raises(UnknownNameError, match="known: entities, figures, stances"):
        messages(TASK, [layer])


@by_layers
def test_the_example_is_an_answer_as_the_schema_wants_it(layers: tuple[str, ...]) -> None:
    example = {layer: EXAMPLE[layer] for layer in layers}
    jsonschema.validate(example, answer_schema(layers))


@by_layers
def test_the_example_in_the_instruction_is_read_as_it_is(layers: tuple[str, ...]) -> None:
    told = instruction(CONCEPTS, layers).rpartition("the answer is")[2]
    assert parsed(told) == ({layer: EXAMPLE[layer] for layer in layers}, ())


def test_the_example_quotes_what_stands_in_its_segments() -> None:
    report = " ".join(EXAMPLE_TEXT.values())
    for record in (*EXAMPLE["entities"], *EXAMPLE["figures"]):
        assert record["text"] in EXAMPLE_TEXT[record["segment_id"]]
    for stance in EXAMPLE["stances"]:
        evidence = " ".join(EXAMPLE_TEXT[segment_id] for segment_id in stance["segment_ids"])
        assert all(expression["text"] in evidence for expression in stance["expression"])
    assert all(figure["time"]["text"] in report for figure in EXAMPLE["figures"])


def test_the_example_is_read_as_a_prediction_without_a_complaint() -> None:
    gold = corpus(document("\n".join(EXAMPLE_TEXT.values())), concepts=["boats-for-kesh"])
    found = read([as_line(EXAMPLE, "d1")], gold)
    assert (found.problems, found.spurious) == ((), {})
    assert {layer: len(getattr(found.documents["d1"], layer)) for layer in LAYERS} == {
        layer: len(records) for layer, records in EXAMPLE.items()
    }


@by_layers
def test_an_answer_can_say_all_that_is_measured_but_linking(layers: tuple[str, ...]) -> None:
    gold = {layer: msgspec.to_builtins(getattr(GOLD, layer)) for layer in layers}
    answer = asked(gold, answer_schema(layers, CORPUS.concepts))
    jsonschema.validate(answer, answer_schema(layers, CORPUS.concepts))
    scores = score([as_line(parsed(json.dumps(answer)).answer, GOLD.doc_id)], CORPUS, layers, level="all").scores
    lost = {one.measure for one in scores if one.value is not None and one.value < 1}
    assert {name.rpartition(".")[0] for name in lost} == ({"entities.linking"} if "entities" in layers else set())


def test_every_label_is_defined_in_the_instruction() -> None:
    told = instruction(CONCEPTS)
    for one in (vocabulary for layer in LAYERS for vocabulary in vocabularies(layer)):
        for label, entry in definitions()[one.kind][one.name].items():
            assert f"\n- {label}: {entry['description']}" in told


def test_the_codebook_stands_in_the_instruction_where_stances_are_asked_for() -> None:
    for concept in CONCEPTS:
        parts_of_it = (concept.concept_id, concept.proposition, concept.definition, *concept.includes)
        assert all(part in instruction(CONCEPTS, ["stances"]) for part in parts_of_it)
        assert concept.definition not in instruction(CONCEPTS, ["entities", "figures"])


@by_layers
def test_the_schema_stands_in_the_instruction(layers: tuple[str, ...]) -> None:
    assert json.dumps(answer_schema(layers), ensure_ascii=False, separators=(",", ":")) in instruction(CONCEPTS, layers)


@pytest.mark.parametrize("word", ["entities.jsonl", "code point", "registry", "x-", "offset"])
def test_a_model_is_told_nothing_of_offsets_and_of_the_registry(word: str) -> None:
    assert word not in instruction(())


def test_neither_rules_nor_the_schema_of_the_answer_quote_a_record_of_the_gold() -> None:
    described = json.dumps(answer_schema(LAYERS)).replace('\\"', "'")
    quoted = {*re.findall(r'"([^"]+)"', OPENING + "".join(RULES.values())), *re.findall(r"'([^']+)'", described)}
    records = {record.text for record in (*GOLD.entities, *GOLD.figures)}
    expressions = {part.text for stance in GOLD.stances for part in stance.expression}
    assert quoted and not quoted & (records | expressions)


def test_a_chat_is_the_same_without_the_gold() -> None:
    bare = GOLD._replace(entities=(), figures=(), stances=())
    assert messages(task_of(bare, CORPUS._replace(documents=(bare,), registry={}))) == messages(TASK)


def test_a_chat_has_the_instruction_and_the_segments() -> None:
    assert messages(TASK, ["figures"]) == [
        {"role": "system", "content": instruction(CONCEPTS, ["figures"])},
        {"role": "user", "content": report(TASK)},
    ]


def test_segments_are_shown_as_they_stand_in_the_raw_text() -> None:
    expected = "\n".join(f"[{segment.id}] {GOLD.text[segment.start : segment.end]}" for segment in GOLD.segments)
    assert segments(TASK) == expected


def test_a_report_begins_with_its_date() -> None:
    assert report(TASK) == f"Report of {TASK.date}\n\n{segments(TASK)}"
    assert report(msgspec.structs.replace(TASK, date="")) == segments(TASK)


@by_layers
def test_the_command_prints_the_instruction(layers: tuple[str, ...]) -> None:
    chosen = reduce(lambda argv, layer: [*argv, "--layer", layer], layers, ["prompt"])
    assert output(*chosen) == f"{instruction(CONCEPTS, layers)}\n"


def test_the_command_prints_a_document_with_the_instruction() -> None:
    chat = messages(TASK)
    assert output("prompt", "--document", GOLD.doc_id) == f"{chat[0]['content']}\n\n{chat[1]['content']}\n"


def test_the_command_prints_the_schema_alone_with_the_codebook() -> None:
    assert json.loads(output("prompt", "--schema")) == answer_schema(LAYERS, CORPUS.concepts)


def test_the_command_names_the_documents_that_there_are() -> None:
    assert GOLD.doc_id in output("prompt", "--document", "other", code=2)


def test_the_command_names_the_layers_that_there_are() -> None:
    assert "known: entities, figures, stances" in output("prompt", "--layer", "segments", code=2)
