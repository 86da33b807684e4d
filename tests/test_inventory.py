"""The contents of the corpus: small ones counted by hand, the real gold counted again from its files."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from tiny import corpus, document

import dateline
from dateline import cli
from dateline.corpus import Corpus, load
from dateline.errors import UnknownNameError
from dateline.inventory import BESIDE, FEW, IN_TEXT, Count, Spread, stats, vocabularies
from dateline.reports.inventory import FORMS, notes, render, section, tables
from dateline.vocabulary import labels

ROOT = Path(__file__).resolve().parents[1]
GOLD = stats(ROOT)
FILES = {
    "segments": "corpus/*/segments.jsonl",
    "errata": "corpus/*/errata.jsonl",
    "entities": "annotations/*/entities.jsonl",
    "figures": "annotations/*/figures.jsonl",
    "stances": "annotations/*/stances.jsonl",
    "registry": "annotations/entities.jsonl",
    "concepts": "annotations/concepts.jsonl",
}
VOCABULARIES = {
    "segments.kind": ("segment", "kind"),
    "errata.kind": ("erratum", "kind"),
    "entities.type": ("entity", "type"),
    "entities.subtype": ("entity", "subtype"),
    "entities.level": ("mention", "level"),
    "figures.comparator": ("figure", "comparator"),
    "figures.term": ("figure", "term"),
    "figures.unit.ucum": ("figure", "ucum"),
    "figures.category": ("figure", "category"),
    "figures.status": ("figure", "status"),
    "figures.measure": ("figure", "measure"),
    "stances.polarity": ("stance", "polarity"),
    "stances.act": ("stance", "act"),
    "stances.basis": ("stance", "basis"),
    "stances.quotation": ("stance", "quotation"),
    "stances.certainty": ("stance", "certainty"),
    "registry.type": ("entity", "type"),
    "registry.subtype": ("entity", "subtype"),
    "concepts.kind": ("concept", "kind"),
}
Json = dict[str, Any]


@cache
def records(layer: str) -> list[Json]:
    """The records of a layer as its files have them, read without dateline."""
    return [json.loads(line) for path in sorted(ROOT.glob(FILES[layer])) for line in path.read_bytes().splitlines()]


def value(record: Json, field: str) -> Any:
    """The value at "layer.key.key"; None where a key on the way has none."""
    found: Any = record
    for key in field.split(".")[1:]:
        found = (found or {}).get(key)
    return found


def kind_of_segment(record: Json) -> str:
    """The kind of the segment that a record names; of the segment itself, if it is one."""
    kinds = {(one["doc_id"], one["id"]): one["kind"] for one in records("segments")}
    return str(kinds[record["doc_id"], record.get("segment_id", record["id"])])


def counted(field: str) -> Iterator[tuple[str | None, Count]]:
    """The labels of a field of the gold with their counts, null the last."""
    found = {**GOLD.fields, "stances.concept_id": GOLD.concepts}[field]
    yield from found.labels.items()
    yield None, found.null


def chains() -> dict[tuple[str, str], list[Json]]:
    """The mentions of each entity, in the order of the files, which is that of the text."""
    found: dict[tuple[str, str], list[Json]] = {}
    for record in records("entities"):
        found.setdefault((record["doc_id"], record["entity_id"]), []).append(record)
    return found


def table(title: str) -> list[tuple[str, ...]]:
    """The rows of the gold's table whose title begins so."""
    return [row for found in tables(GOLD) if found.title.startswith(title) for row in found.rows]


def listed(cell: str) -> list[tuple[str, int]]:
    """The labels of a cell with their numbers."""
    pairs = (item.rpartition(" ") for item in cell.split(", "))
    return [(label, int(number)) for label, _, number in pairs]


@pytest.mark.parametrize("layer", FILES)
def test_a_layer_has_the_records_of_its_files(layer: str) -> None:
    optional = sum(record.get("optional", False) for record in records(layer))
    found = GOLD.layers[layer]
    assert (found.records, found.optional) == (len(records(layer)), optional)
    assert found.required == len(records(layer)) - optional


def test_the_layers_are_all_in_the_same_order_as_their_kinds() -> None:
    assert list(GOLD.layers) == list(IN_TEXT | BESIDE) == list(FILES)


@pytest.mark.parametrize("layer", IN_TEXT)
def test_density_is_records_on_1000_code_points(layer: str) -> None:
    length = sum(len(path.read_bytes().decode()) for path in ROOT.glob("corpus/*/text.txt"))
    assert GOLD.layers[layer].density == pytest.approx(len(records(layer)) / length * 1000)


def test_what_stands_in_no_text_has_no_density_and_no_segments() -> None:
    assert {GOLD.layers[layer].density for layer in BESIDE} == {None}
    assert {number for layer in BESIDE for number in GOLD.layers[layer].by_segment.values()} == {0}


def test_every_field_with_a_vocabulary_is_counted_with_its_labels_in_order() -> None:
    assert {name: list(field.labels) for name, field in GOLD.fields.items()} == {
        name: list(labels(*vocabulary)) for name, vocabulary in VOCABULARIES.items()
    }


@pytest.mark.parametrize("field", [*VOCABULARIES, "stances.concept_id"])
def test_the_numbers_of_a_field_are_those_of_the_files(field: str) -> None:
    gold = records(field.partition(".")[0])
    every = Counter(value(record, field) for record in gold)
    optional = Counter(value(record, field) for record in gold if record.get("optional"))
    for label, count in counted(field):
        assert (count.records, count.optional) == (every[label], optional[label]), label
        assert count.required == count.records - count.optional, label


@pytest.mark.parametrize("field", [*VOCABULARIES, "stances.concept_id"])
def test_labels_and_null_together_are_all_records(field: str) -> None:
    assert sum(count.records for _, count in counted(field)) == GOLD.layers[field.partition(".")[0]].records


@pytest.mark.parametrize("field", [name for name in VOCABULARIES if name.partition(".")[0] in IN_TEXT])
def test_the_cross_table_of_labels_and_segments_is_that_of_the_files(field: str) -> None:
    cells = Counter((value(record, field), kind_of_segment(record)) for record in records(field.partition(".")[0]))
    assert {
        (label, kind): number for label, count in counted(field) for kind, number in count.by_segment.items() if number
    } == dict(cells)


def test_concepts_are_those_of_the_codebook() -> None:
    assert list(GOLD.concepts.labels) == [record["concept_id"] for record in records("concepts")]


def test_nested_mentions_are_those_inside_another_span() -> None:
    spans = [(record["doc_id"], record["start"], record["end"]) for record in records("entities")]

    def holds(outer: tuple[str, int, int], inner: tuple[str, int, int]) -> bool:
        return outer[0] == inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and outer != inner

    depths = [sum(holds(outer, span) for outer in set(spans)) for span in spans]
    assert (GOLD.mentions.nested, GOLD.mentions.depth) == (sum(depth > 0 for depth in depths), max(depths))


def test_chains_are_those_of_the_files() -> None:
    sizes = [len(chain) for chain in chains().values()]
    found = GOLD.mentions.chains["all"]
    assert (found.entities, found.singletons) == (len({entity for _, entity in chains()}), sizes.count(1))
    assert found.mentions == Spread(len(sizes), mean(sizes), median(sizes), max(sizes))


@pytest.mark.parametrize("level", ["all", *labels("mention", "level")])
def test_distances_between_mentions_are_those_of_the_files(level: str) -> None:
    order = {(one["doc_id"], one["id"]): number for number, one in enumerate(records("segments"))}
    pairs = [pair for chain in chains().values() for pair in pairwise(chain) if level in ("all", pair[1]["level"])]
    places = [[order[one["doc_id"], one["segment_id"]] for one in pair] for pair in pairs]
    segments = [after - before for before, after in places]
    code_points = [after["start"] - before["start"] for before, after in pairs]
    found = GOLD.mentions.chains[level]
    assert (found.segments.median, found.segments.largest) == (median(segments), max(segments))
    assert (found.code_points.median, found.code_points.largest) == (median(code_points), max(code_points))


def test_facts_are_those_of_the_files() -> None:
    facts = Counter((record["doc_id"], record["fact_id"]) for record in records("figures"))
    having = [sum(bool(record[key]) for record in records("figures")) for key in ("source", "place", "time")]
    found = GOLD.figures
    assert (found.facts, found.figures.largest) == (len(facts), max(facts.values()))
    assert [found.with_source, found.with_place, found.with_time] == having


def test_positions_are_those_of_the_files() -> None:
    keys = [
        (one["doc_id"], one["holder"]["entity_id"], one["concept_id"], one["polarity"]) for one in records("stances")
    ]
    evidence = [len(one["segment_ids"]) for one in records("stances")]
    found = GOLD.stances
    assert (found.holders, found.positions) == (len({key[1] for key in keys}), len(set(keys)))
    assert found.stances.largest == max(Counter(keys).values())
    assert (found.evidence.mean, found.evidence.largest) == (mean(evidence), max(evidence))


def test_coverage_names_every_label_with_few_required_records_and_no_other() -> None:
    tested = {
        field: Counter(value(one, field) for one in records(field.partition(".")[0]) if not one.get("optional"))
        for field in VOCABULARIES
    }
    required = {
        (field, label): tested[field][label]
        for field, vocabulary in VOCABULARIES.items()
        for label in labels(*vocabulary)
    }
    few = {key: number for key, number in required.items() if number < FEW}
    found = GOLD.coverage
    assert {(field, label): number for field, part in found.fields.items() for label, number in part.items()} == few
    assert (found.limit, found.labels, found.below) == (FEW, len(required), len(few))


def test_the_table_of_labels_shows_every_label_of_every_vocabulary_once() -> None:
    shown = [(field, label) for field, _, cell in table("Records by label") for label, _ in listed(cell)]
    known = [(field, label) for field, vocabulary in VOCABULARIES.items() for label in labels(*vocabulary)]
    assert shown == known + [("stances.concept_id", record["concept_id"]) for record in records("concepts")]


def test_the_table_of_few_shows_the_coverage() -> None:
    assert {field: dict(listed(cell)) for field, cell in table("Labels with fewer")} == GOLD.coverage.fields


def test_the_notes_say_how_many_labels_have_few_records() -> None:
    concepts = sum(count.required < FEW for count in GOLD.concepts.labels.values())
    few = f"{GOLD.coverage.below} of {GOLD.coverage.labels} labels, and {concepts} of {len(records('concepts'))}"
    assert notes(GOLD)[-1] == f"{few} concepts, have fewer than {FEW} required records."


TEXT = "Ban of the UN met the UN staff in Rome.\nHe left it.\nThe UN, Ban said, sent 9 men, then 9 more, to Rome."
MENTIONS = [
    {"at": "Ban of the UN", "type": "person", "entity_id": "ban"},
    {"at": "the UN", "type": "organisation", "subtype": "state", "entity_id": "un"},
    {"at": "UN", "type": "organisation", "entity_id": "un", "optional": True},
    {"at": "the UN#2", "type": "organisation", "entity_id": "un", "alternatives": {"type": ["group"]}},
    {"at": "Rome", "type": "location", "subtype": "city", "entity_id": "rome"},
    {"at": "He", "type": "person", "level": "pronoun", "entity_id": "ban"},
    {"at": "Ban#2", "type": "person", "entity_id": "ban"},
    {"at": "Rome#2", "type": "location", "subtype": "city", "entity_id": "rome"},
]
FIGURES = [
    {"at": "9", "value": 9, "unit": {"text": "men", "ucum": "km"}, "source": ["ban"], "fact_id": "men"},
    {"at": "9#2", "value": 9, "unit": {"text": "men"}, "time": {"edtf": "2014"}, "place": ["rome"], "fact_id": "men"},
    {"at": "more", "category": "killed", "fact_id": "more", "optional": True},
]
STANCES = [
    {"start": 0, "end": 9, "segment_ids": ["s001"], "holder": "ban", "concept_id": "peace", "polarity": "favor"},
    {
        "start": 0,
        "end": 9,
        "segment_ids": ["s001", "s002"],
        "holder": "ban",
        "concept_id": "peace",
        "polarity": "favor",
    },
    {
        "start": 0,
        "end": 9,
        "segment_ids": ["s001"],
        "holder": {"entity_id": "un"},
        "concept_id": "war",
        "polarity": "against",
    },
]
SEGMENTS = [
    {"at": "Ban of the UN met the UN staff in Rome.", "kind": "heading"},
    {"at": "He left it.", "kind": "sentence"},
    {"at": "The UN, Ban said, sent 9 men, then 9 more, to Rome.", "kind": "sentence"},
]


def small(*names: str) -> Corpus:
    """A corpus with the same small document under each name."""
    layers: Json = {"segments": SEGMENTS, "entities": MENTIONS, "figures": FIGURES, "stances": STANCES}
    made = [document(TEXT, name, **layers) for name in names]
    return corpus(*made, registry={"ban": ["Ban"], "un": ["UN"]}, concepts=["peace", "war", "aid"])


ONE, TWO = stats(small("d1")), stats(small("d1", "d2"))


def test_a_label_counts_with_optional_records_and_by_segment() -> None:
    found = ONE.fields["entities.type"].labels
    assert found["organisation"] == Count(3, 1, 2, by_segment("heading", 3))
    assert found["person"] == Count(3, 0, 3, {**by_segment("heading", 1), "sentence": 2})


def by_segment(kind: str, number: int) -> dict[str, int]:
    return {**dict.fromkeys(labels("segment", "kind"), 0), kind: number}


def test_alternatives_are_not_counted() -> None:
    assert ONE.fields["entities.type"].labels["group"].records == 0


def test_null_is_counted_apart_from_labels() -> None:
    found = ONE.fields["entities.subtype"]
    assert (found.labels["city"].records, found.null.records) == (2, 5)


def test_no_unit_and_a_unit_without_a_code_are_both_null() -> None:
    found = ONE.fields["figures.unit.ucum"]
    assert (found.labels["km"].records, found.null.records) == (1, 2)


def test_few_counts_required_records_only() -> None:
    assert ONE.coverage.fields["entities.type"]["organisation"] == 2
    assert ONE.coverage.fields["figures.category"]["killed"] == 0


def test_a_label_with_ten_required_records_is_not_few() -> None:
    names = [f"d{number}" for number in range(5)]
    found = stats(small(*names)).fields["entities.type"]
    assert {label: found.labels[label].required for label in ("organisation", "location")} == dict.fromkeys(
        ("organisation", "location"), FEW
    )
    assert list(found.few()) == ["group", "operation"]


def test_a_mention_inside_another_is_nested_at_its_depth() -> None:
    assert (ONE.mentions.nested, ONE.mentions.depth) == (2, 2)


def test_the_same_span_twice_is_not_nested() -> None:
    twice = [{"at": "Rome", "type": "location"}, {"at": "Rome", "type": "organisation"}]
    assert stats(corpus(document(TEXT, entities=twice))).mentions[:2] == (0, 0)


def test_chains_are_counted_by_level() -> None:
    every, pronouns = ONE.mentions.chains["all"], ONE.mentions.chains["pronoun"]
    assert (every.entities, every.singletons, every.mentions) == (3, 0, Spread(3, 8 / 3, 3, 3))
    assert (pronouns.entities, pronouns.singletons, pronouns.mentions) == (1, 1, Spread(1, 1, 1, 1))


def test_distances_go_back_to_the_mention_before_whatever_its_level() -> None:
    names, pronouns = ONE.mentions.chains["name"], ONE.mentions.chains["pronoun"]
    assert (pronouns.segments, pronouns.code_points) == (Spread(1, 1, 1, 1), Spread(1, 40, 40, 40))
    assert names.segments == Spread(4, 3 / 4, 1 / 2, 2)  # un 0, un 0, ban 1, rome 2
    assert names.code_points == Spread(4, (4 + 7 + 20 + 64) / 4, (7 + 20) / 2, 64)


def test_an_entity_of_two_documents_has_two_chains() -> None:
    found = TWO.mentions.chains["all"]
    assert (found.entities, found.mentions.number, found.mentions.largest) == (3, 6, 3)


def test_facts_are_counted_with_their_figures() -> None:
    assert ONE.figures == (2, Spread(2, 1.5, 1.5, 2), 1, 1, 1)


def test_positions_are_counted_with_their_stances_and_evidence() -> None:
    assert ONE.stances == (2, 2, Spread(2, 1.5, 1.5, 2), Spread(3, 4 / 3, 1, 2))


def test_facts_and_positions_belong_to_a_document_and_holders_do_not() -> None:
    assert (TWO.figures.facts, TWO.stances.positions, TWO.stances.holders) == (4, 4, 2)


def test_concepts_without_a_stance_are_counted_with_0() -> None:
    assert {name: count.records for name, count in ONE.concepts.labels.items()} == {"peace": 2, "war": 1, "aid": 0}


def test_nothing_is_0_or_undefined_and_can_be_shown() -> None:
    nothing = stats(corpus())
    assert {layer.records for layer in nothing.layers.values()} == {0}
    assert {layer.density for layer in nothing.layers.values()} == {None}
    assert nothing.figures.figures == nothing.stances.evidence == Spread(0, None, None, None)
    assert [form for form in FORMS if not render(nothing, form)] == []


def test_a_field_inside_a_field_has_its_path() -> None:
    assert vocabularies("figure")["unit", "ucum"] == tuple(labels("figure", "ucum"))


def test_the_public_function_takes_a_root_a_corpus_or_nothing() -> None:
    assert dateline.stats(ROOT) == dateline.stats(str(ROOT)) == dateline.stats(load(ROOT)) == dateline.stats() == GOLD


def test_the_text_keeps_to_80_columns() -> None:
    assert max(map(len, render(GOLD).splitlines())) <= 80


def test_the_text_shows_every_table() -> None:
    shown = render(GOLD)
    assert [found.title for found in tables(GOLD) if found.title not in shown] == []


def test_markdown_has_every_table_as_one() -> None:
    headings = [line for line in render(GOLD, "markdown").splitlines() if line.startswith("## ")]
    assert headings == [f"## {found.title}" for found in tables(GOLD)]


def keys(found: Any) -> Iterator[str]:
    """All keys of a JSON value with their places."""
    if isinstance(found, dict):
        for key, inner in found.items():
            yield key
            yield from (f"{key}/{inside}" for inside in keys(inner))


def test_json_has_every_number_under_its_name() -> None:
    found = json.loads(render(GOLD, "json"))
    assert list(found) == list(GOLD._fields)
    assert found["signature"]["digest"] == load(ROOT).digest
    assert (
        found["fields"]["figures.category"]["labels"]["killed"]
        == GOLD.fields["figures.category"].labels["killed"]._asdict()
    )
    assert found["mentions"]["chains"]["all"]["mentions"] == GOLD.mentions.chains["all"].mentions._asdict()


def test_json_has_the_same_keys_whatever_is_in_the_corpus() -> None:
    def stable(found: Any) -> set[str]:
        return {
            key for key in keys(json.loads(render(found, "json"))) if not key.startswith(("coverage/", "concepts/"))
        }

    assert stable(stats(corpus())) == stable(ONE) == stable(GOLD)


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="unknown form of the inventory 'csv'; known: text, markdown, json"):
        render(GOLD, "csv")


@pytest.mark.parametrize("form", FORMS)
def test_the_command_prints_what_the_function_renders(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    out, err = io.StringIO(), io.StringIO()
    assert (cli.run(["stats", "--format", form], out, err), err.getvalue()) == (0, "")
    assert out.getvalue().rstrip("\n") == render(GOLD, form).rstrip("\n")


def test_the_readme_has_the_numbers_of_the_gold() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"<!-- stats -->\n\n{section(GOLD)}\n<!-- /stats -->\n" in readme
