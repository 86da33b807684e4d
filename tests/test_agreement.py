"""Passes side by side: small cases by hand, the real gold against itself, and what cannot be compared."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import krippendorff
import msgspec
import pytest
from annotators import altered, write_pass
from tiny import corpus, document, span

from dateline.agreement import ALL, NO_GUIDELINES, UNQUOTED, Agreement, Source, agree
from dateline.agreement.chance import NO_PAIRS, NO_VARIATION, ONE_LABEL
from dateline.agreement.numbers import FIELDS, NEITHER, NO_COUNTS, NOTES, RANKS, SCORED, WHOLE, Number
from dateline.cli import run
from dateline.corpus import Corpus, GoldDocument, load
from dateline.errors import DatelineError, InputError, UnknownNameError
from dateline.model import Erratum
from dateline.passes import Pass, gold_pass
from dateline.reports.agreement import FORMS, render
from dateline.scoring import gold_predictions, score
from dateline.statistics import FEW_DOCUMENTS, JACKKNIFE, ONE_ARTICLE, PERCENTILE

TEXT = "Bangui is calm.\nBouar is not.\nBria is empty.\nBirao is far."
CITIES = ("Bangui", "Bouar", "Bria", "Birao")
CONCEPTS = ("aid", "mission")
REGISTRY = {city.lower(): [city] for city in CITIES}
Values = Iterable[Mapping[str, Any]]


def city(name: str, **fields: Any) -> dict[str, Any]:
    return {"at": name, "type": "location", "subtype": "city", "entity_id": name.lower(), **fields}


def figure(words: str, **fields: Any) -> dict[str, Any]:
    return {"at": words, "value": 1, "category": "killed", "status": "actual", **fields}


def stance(concept: str, polarity: str = "favor", line: str = "Bangui is calm.", **fields: Any) -> dict[str, Any]:
    """A stance of Bangui, shown by a line."""
    segment = TEXT.splitlines().index(line) + 1
    made = {"at": line, "segment_ids": [f"s00{segment}"], "holder": {"entity_id": "bangui", **span("Bangui", TEXT)}}
    labels = {"act": "supports", "basis": "speech", "quotation": "direct", "certainty": "certain"}
    return {**made, **labels, "concept_id": concept, "polarity": polarity, **fields}


def annotated(name: str, *documents: GoldDocument) -> Pass:
    return gold_pass(whole(*documents))._replace(name=name)


def whole(*documents: GoldDocument) -> Corpus:
    return corpus(*documents, registry=REGISTRY, concepts=CONCEPTS)


def read(name: str, doc_id: str = "d1", **layers: Values) -> Pass:
    """A pass over one document; its entities are the four cities unless given."""
    return annotated(name, document(TEXT, doc_id, **{"entities": [city(one) for one in CITIES], **layers}))


def compared(first: Pass, second: Pass, **settings: Any) -> dict[str, Number]:
    """The numbers of two passes on the plain document, by name."""
    found = agree(first, second, corpus=whole(document(TEXT)), **{"resamples": 50, **settings})
    return {number.name: number for number in found.pairs[0].numbers if number.scope == ALL}


def only(one: Pass, *layers: str) -> Pass:
    return one._replace(layers={name: records for name, records in one.layers.items() if name in layers})


@cache
def gold() -> Corpus:
    return load()


@cache
def worsened(name: str, seed: int) -> Pass:
    """The real gold as a careless annotator would have it."""
    chance = random.Random(seed)

    labels = {"polarity": "mixed", "act": "wants", "category": "other", "level": "pronoun", "kind": "caption"}

    def changed(record: Any) -> Any:
        field = chance.choice([*labels])
        return msgspec.structs.replace(record, **{field: labels[field]}) if hasattr(record, field) else record

    layers = {
        layer: tuple(changed(record) for record in records if chance.random() < 0.9)
        for layer, records in gold_pass(gold()).layers.items()
        if layer not in ("registry", "errata")
    }
    return Pass(name, gold_pass(gold()).layers | layers)


@cache
def real() -> Agreement:
    return agree(worsened("a", 1), worsened("b", 2), "gold", corpus=gold(), resamples=100)


def numbers(found: Agreement, pair: int = 0) -> dict[tuple[str, str], Number]:
    return {(number.name, number.scope): number for number in found.pairs[pair].numbers}


def test_each_pass_is_the_reference_in_its_turn() -> None:
    optional = city("Bouar", optional=True)
    found = compared(read("a", entities=[city("Bangui"), optional]), read("b", entities=[city("Bangui")]))
    strict = found["entities.names.strict.f1"]
    assert (strict.first, strict.second, strict.n) == (1, 2 / 3, 2)
    assert strict.value == pytest.approx(5 / 6)


def test_a_direction_is_the_score_of_the_other_pass_against_it() -> None:
    first = worsened("a", 1)
    corrected = gold()._replace(
        documents=tuple(
            one._replace(
                entities=first.of("entities", one.doc_id),
                figures=first.of("figures", one.doc_id),
                stances=first.of("stances", one.doc_id),
            )
            for one in gold().documents
        ),
        registry=first.entities(),
    )
    scores = score(gold_predictions(gold()), corrected)
    found = numbers(agree(first, "gold", corpus=gold(), resamples=1))
    for name in ("figures.fact.f1", "stances.position.f1", "stances.record.f1"):
        assert found[name, ALL].first == scores.value(name)
    assert found["entities.names.strict.f1", ALL].first == scores.value("entities.strict.f1")


def test_alternatives_count_in_f1_and_not_in_coefficients() -> None:
    hedged = city("Bangui", alternatives={"type": ["organisation"]})
    other = {"at": "Bangui", "type": "organisation", "entity_id": "bangui"}
    found = compared(read("a", entities=[hedged]), read("b", entities=[other]))
    strict = found["entities.names.strict.f1"]
    assert (strict.first, strict.second, strict.value) == (1, 0, 0.5)
    assert found["entities.type.agreement"].value == 0


def test_optional_records_take_part_in_coefficients() -> None:
    optional = [city(one, optional=True) for one in CITIES]
    assert compared(read("a", entities=optional), read("b"))["entities.type.agreement"].n == 4


def test_the_interval_is_that_of_both_directions() -> None:
    found = compared(read("a"), read("b", entities=[city(one) for one in CITIES[:3]]))["entities.names.span.f1"]
    assert found.value == pytest.approx(6 / 7)
    assert found.interval is not None
    assert found.interval.low < 6 / 7 < found.interval.high
    assert found.interval[2:] == (JACKKNIFE, 4)


def test_coreference_by_hand() -> None:
    def clustered(name: str, *entities: str) -> Pass:
        mentions = [city(one, entity_id=entity) for one, entity in zip(CITIES, entities, strict=True)]
        return read(name, entities=mentions)

    found = compared(clustered("a", "x", "x", "x", "y"), clustered("b", "p", "p", "q", "q"))
    muc, b_cubed, ceaf_e = 1 / 2, 12 / 17, 11 / 15
    conll = found["entities.all.coref.conll.f1"]
    assert conll.value == pytest.approx((muc + b_cubed + ceaf_e) / 3)
    assert (conll.n, conll.interval, conll.note) == (8, None, NO_COUNTS)


def test_lea_by_hand() -> None:
    one = read("a", entities=[city(name, entity_id="x") for name in CITIES[:3]])
    other = read("b", entities=[city(name, entity_id=entity) for name, entity in zip(CITIES, "ppqq", strict=False)][:3])
    recall, precision = 1 / 3, (2 * 1 + 1 * 0) / 3
    found = compared(one, other)["entities.all.coref.lea.f1"]
    assert found.value == pytest.approx(2 * recall * precision / (recall + precision))
    assert (found.interval, found.note) == (None, WHOLE)


def test_an_erratum_agrees_in_span_and_intended_text() -> None:
    def mended(name: str, *intended: str) -> Pass:
        errata = tuple(
            Erratum(id=f"x{place}", doc_id="d1", segment_id="s001", start=0, end=0, text="", intended=one, kind="glued")
            for place, one in enumerate(intended)
        )
        return annotated(name, document(TEXT)._replace(errata=errata))

    found = compared(mended("a", "The ", "In "), mended("b", "The "))
    assert found["errata.exact.f1"].value == pytest.approx(2 / 3)
    assert found["errata.exact.f1"].n == 3
    assert (found["errata.kind.agreement"].n, found["errata.kind.kappa"].note) == (1, ONE_LABEL)


def test_figures_that_overlap_are_compared_in_their_labels() -> None:
    one = [figure("calm", status="actual"), figure("not", status="planned")]
    other = [figure("is calm", status="actual"), figure("not", status="actual")]
    found = compared(read("a", figures=one), read("b", figures=other))
    assert (found["figures.status.agreement"].value, found["figures.status.agreement"].n) == (0.5, 2)
    assert (found["figures.overlap.f1"].value, found["figures.exact.f1"].value) == (1, 0.5)


def test_accuracies_are_of_the_scorers_slots() -> None:
    one = [figure("calm", value=1), figure("not", value=2)]
    found = compared(read("a", figures=one), read("b", figures=[figure("calm", value=1), figure("not", value=3)]))
    assert (found["figures.number.accuracy"].value, found["figures.number.accuracy"].n) == (0.5, 2)
    assert found["figures.unit.accuracy"].value == 1


def test_polarity_is_compared_where_holder_concept_and_evidence_are_shared() -> None:
    one = [stance("aid", "favor"), stance("mission", "against"), stance("aid", "favor", "Bria is empty.")]
    other = [stance("aid", "against"), stance("mission", "against"), stance("mission", "favor", "Bria is empty.")]
    found = compared(read("a", stances=one), read("b", stances=other))
    assert (found["stances.polarity.agreement"].value, found["stances.polarity.agreement"].n) == (0.5, 2)


def test_concepts_are_compared_where_holder_and_evidence_are_shared() -> None:
    one, other = [stance("aid", "favor")], [stance("mission", "against")]
    found = compared(read("a", stances=one), read("b", stances=other))
    assert (found["stances.concept_id.agreement"].value, found["stances.concept_id.agreement"].n) == (0, 1)


def test_acts_are_compared_on_matched_records_only() -> None:
    one = [stance("aid", act="wants"), stance("mission", "against", act="denies")]
    other = [stance("aid", act="supports"), stance("mission", "favor", act="denies")]
    found = compared(read("a", stances=one), read("b", stances=other))
    assert (found["stances.act.agreement"].value, found["stances.act.agreement"].n) == (0, 1)


def test_alternatives_match_no_records_for_coefficients() -> None:
    one = stance("aid", alternatives={"concept_id": ["mission"]})
    other = stance("mission", alternatives={"concept_id": ["aid"]})
    found = compared(read("a", stances=[one]), read("b", stances=[other]))
    assert (found["stances.record.f1"].value, found["stances.act.agreement"].n) == (1, 0)


def test_records_are_compared_where_both_directions_match_them() -> None:
    """The third of the four spans is nearest to the second, but to it the fourth is nearer."""
    one, other = (
        [figure("", start=start, end=end) for start, end in spans]
        for spans in (((0, 10), (8, 20)), ((5, 15), (12, 20)))
    )
    for first, second in ((one, other), (other, one)):
        found = compared(read("a", figures=first), read("b", figures=second))
        assert found["figures.category.agreement"].n == 1


def test_a_pair_stands_in_the_segment_where_the_earlier_record_starts() -> None:
    one, other = [figure("Bouar"), figure("not")], [figure("calm.\nBouar"), figure("not")]
    for first, second in ((one, other), (other, one)):
        found = compared(read("a", figures=first), read("b", figures=second))
        assert found["figures.category.agreement"].note == NO_VARIATION


def test_alpha_of_polarity_is_by_rank() -> None:
    lines = TEXT.splitlines()
    pairs = [("favor", "favor"), ("against", "against"), ("favor", "mixed")]
    one, other = ([stance("aid", pair[side], lines[place]) for place, pair in enumerate(pairs)] for side in (0, 1))
    alpha = compared(read("a", stances=one), read("b", stances=other))["stances.polarity.alpha"]
    assert alpha.value == pytest.approx(krippendorff.alpha([[3, 1, 3], [3, 1, 2]], level_of_measurement="ordinal"))
    assert alpha.definition.endswith("by rank")


def test_holders_are_the_same_whatever_each_annotator_calls_them() -> None:
    renamed = [city("Bangui", entity_id="capital")]
    holder = {"entity_id": "capital", **span("Bangui", TEXT)}
    other = read("b", entities=renamed, stances=[stance("aid", holder=holder)])
    assert compared(read("a", stances=[stance("aid")]), other)["stances.record.f1"].value == 1


def test_the_ranks_of_polarity_have_those_that_take_no_side_in_the_middle() -> None:
    assert RANKS["stances.polarity"]() == {"against": 1, "mixed": 2, "neutral": 2, "favor": 3}


def test_the_ranks_of_certainty_run_from_one_end_to_the_other() -> None:
    ranks = RANKS["stances.certainty"]()
    assert abs(ranks["certain"] - ranks["possible"]) == 2 * abs(ranks["certain"] - ranks["probable"])


def test_each_annotators_own_segments_are_compared_in_the_segments_of_the_corpus() -> None:
    lines = [{"at": line, "kind": "sentence"} for line in TEXT.splitlines()]
    merged = [{"at": "Bangui is calm.\nBouar is not.", "kind": "sentence"}, *lines[2:]]
    found = compared(read("a", segments=lines), read("b", segments=merged))
    assert found["segments.exact.f1"].value == pytest.approx(2 * 2 / 7)
    assert found["segments.boundary_similarity"].value == pytest.approx(2 / 3)


def test_the_units_are_the_segments_of_the_corpus_whatever_the_annotators_made_of_them() -> None:
    words = [{"at": word, "kind": "sentence"} for word in TEXT.replace("is ", "").split()]
    interval = compared(read("a", segments=words), read("b", segments=words[1:]))["segments.exact.f1"].interval
    assert interval is not None
    assert interval.units == 4


def test_labels_that_meet_are_counted_with_null_last() -> None:
    one = [figure("calm", measure="flow"), figure("not", measure=None), figure("far", measure="stock")]
    other = [figure("calm", measure="flow"), figure("not", measure="flow"), figure("far", measure="stock")]
    found = agree(read("a", figures=one), read("b", figures=other), corpus=whole(document(TEXT)), resamples=1)
    table = next(table for table in found.pairs[0].confusions if (table.field, table.scope) == ("figures.measure", ALL))
    assert (table.rows, table.columns) == (("flow", "stock", None), ("flow", "stock"))
    assert table.counts == ((1, 0), (0, 1), (1, 0))


def test_empty_against_full_is_zero_in_f1_and_undefined_beyond() -> None:
    found = compared(
        read("a"), read("b", entities=[], stances=[stance("aid", holder={"entity_id": "x", "start": 0, "end": 6})])
    )
    assert {found[name].value for name in SCORED if name.startswith("entities.")} == {0}
    assert (found["entities.type.kappa"].value, found["entities.type.kappa"].note) == (None, NO_PAIRS)


def test_a_layer_that_is_empty_on_both_sides_is_undefined() -> None:
    found = compared(read("a"), read("b"))
    empty = [number for number in found.values() if number.layer in ("errata", "figures", "stances")]
    assert {number.value for number in empty} == {None}
    assert {number.note for number in empty} == {NEITHER, NO_PAIRS}


def test_a_single_label_is_undefined_beyond_chance_and_known_as_a_share() -> None:
    found = compared(read("a"), read("b"))
    assert {found[f"entities.level.{name}"].note for name in ("kappa", "alpha")} == {ONE_LABEL}
    assert (found["entities.level.agreement"].value, found["entities.level.agreement"].note) == (1, NO_VARIATION)


def test_the_gold_in_a_folder_agrees_with_itself_in_everything(tmp_path: Path) -> None:
    found = agree("gold", write_pass(tmp_path / "copy", gold()), corpus=gold(), resamples=20)
    values = {number.name: number.value for number in found.pairs[0].numbers}
    assert set(values.values()) <= {1.0, None}
    assert {name for name in SCORED if values[name] != 1} == set()
    assert found.pairs[0].documents == tuple(one.doc_id for one in gold().documents)


def test_there_is_a_number_for_every_measure_and_every_coefficient_in_both_scopes() -> None:
    expected = {*SCORED, "segments.boundary_similarity"}
    expected |= {f"{field}.{name}" for field in FIELDS for name in ("agreement", "kappa", "alpha")}
    assert {*numbers(real())} == {(name, scope) for name in expected for scope in (ALL, UNQUOTED)}


def test_every_note_is_explained() -> None:
    assert {number.note for pair in real().pairs for number in pair.numbers} <= {"", *NOTES}


def test_a_number_without_a_value_or_an_interval_says_why() -> None:
    bare = [number for pair in real().pairs for number in pair.numbers if number.value is None or not number.interval]
    assert bare
    assert all(number.note for number in bare)


def test_exchanging_two_passes_changes_no_number() -> None:
    one, other = (
        agree(*passes, corpus=gold(), resamples=20)
        for passes in ((worsened("a", 1), worsened("b", 2)), (worsened("b", 2), worsened("a", 1)))
    )
    for first, second in zip(one.pairs[0].numbers, other.pairs[0].numbers, strict=True):
        assert (first.name, first.n, first.note) == (second.name, second.n, second.note)
        assert first.value == pytest.approx(second.value)
        assert (first.first, first.second) == (second.second, second.first)
        assert (first.interval or ())[:2] == pytest.approx((second.interval or ())[:2])


def test_a_seed_gives_the_same_agreement_and_another_seed_another() -> None:
    lines = "calm", "not", "empty", "far"
    one = read(
        "a", figures=[figure(words, status="planned") for words in lines[:2]] + [figure(words) for words in lines[2:]]
    )
    other = read(
        "b", figures=[figure(words, status="planned") for words in lines[:1]] + [figure(words) for words in lines[1:]]
    )
    made = [agree(one, other, corpus=whole(document(TEXT)), resamples=9, seed=seed) for seed in (3, 3, 4)]
    assert made[0] == made[1]
    assert made[0].pairs != made[2].pairs


def test_three_passes_give_three_pairs() -> None:
    assert [(pair.first, pair.second) for pair in real().pairs] == [("a", "b"), ("a", "gold"), ("b", "gold")]


def test_the_mean_over_pairs_is_of_their_values() -> None:
    for mean in real().mean:
        same = [numbers(real(), pair)[mean.name, mean.scope] for pair in range(3)]
        known = [number.value for number in same if number.value is not None]
        assert mean.value == (pytest.approx(sum(known) / len(known)) if known else None)
        assert (mean.n, mean.interval) == (sum(number.n for number in same), None)


def test_a_mean_of_fewer_pairs_says_so() -> None:
    passes = read("a", figures=[figure("calm")]), read("b", figures=[figure("calm")]), read("c", figures=[])
    found = agree(*passes, corpus=whole(document(TEXT)), resamples=1)
    mean = next(number for number in found.mean if (number.name, number.scope) == ("figures.number.accuracy", ALL))
    assert (mean.value, mean.note) == (1, "of 1 of 3 pairs")


def test_two_passes_have_no_mean() -> None:
    assert agree(read("a"), read("b"), corpus=whole(document(TEXT)), resamples=1).mean == ()


def test_a_document_of_one_pass_only_is_named_and_not_compared() -> None:
    both = annotated("a", document(TEXT, "d1"), document(TEXT, "d2"))
    found = agree(both, read("b"), corpus=whole(document(TEXT, "d1"), document(TEXT, "d2")), resamples=1).pairs[0]
    assert found.documents == ("d1",)
    assert "documents in a only, not compared: d2" in found.notes


def test_a_layer_that_not_both_have_is_named_and_not_compared() -> None:
    one, other = only(read("a"), "segments", "entities", "registry"), only(read("b"), "entities", "registry")
    found = agree(one, other, corpus=whole(document(TEXT)), resamples=1).pairs[0]
    assert {number.layer for number in found.numbers} == {"entities"}
    assert {"segments: in a only, not compared", "figures: in neither, not compared"} <= {*found.notes}


def test_a_pass_without_what_resolves_references_is_named() -> None:
    found = agree(only(read("a"), "stances", "segments"), read("b"), corpus=whole(document(TEXT)), resamples=1).pairs[0]
    assert [note for note in found.notes if note.startswith("a has no registry or no entities")] != []
    assert [note for note in found.notes if note.startswith("b has no registry")] == []


def quoting(folder: Path, part: str, words: str) -> Corpus:
    """The corpus of the plain document, with guidelines that quote some words in one of their parts."""
    place = span(words, TEXT)
    guide = f"""# Guidelines, quoted from the article `d1`

<a id="{part}"></a>
## {part}

- Example: [{place["start"]}, {place["end"]}) "{words}"
"""
    (folder / "annotations").mkdir()
    (folder / "annotations" / "GUIDELINES.md").write_text(guide, encoding="utf-8")
    return whole(document(TEXT))._replace(root=folder)


def test_unquoted_leaves_out_the_record_that_the_guidelines_quote(tmp_path: Path) -> None:
    other = read("b", entities=[city("Bangui", type="person", subtype=None), *(city(one) for one in CITIES[1:])])
    found = numbers(agree(read("a"), other, corpus=quoting(tmp_path, "entities", "Bangui"), resamples=1))
    strict = [found["entities.names.strict.f1", scope] for scope in (ALL, UNQUOTED)]
    assert [(number.value, number.n) for number in strict] == [(0.75, 8), (1, 6)]
    assert [found["entities.type.agreement", scope].n for scope in (ALL, UNQUOTED)] == [4, 3]


def test_a_quotation_counts_in_the_part_on_its_layer_only(tmp_path: Path) -> None:
    corpus = quoting(tmp_path, "entities", "Bangui")
    found = numbers(agree(*(read(name, stances=[stance("aid")]) for name in "ab"), corpus=corpus, resamples=1))
    assert found["stances.record.f1", UNQUOTED].n == found["stances.record.f1", ALL].n == 2


def test_quoted_mentions_still_say_who_holds_a_stance(tmp_path: Path) -> None:
    holder = {"entity_id": "capital", **span("Bangui", TEXT)}
    other = read("b", entities=[city("Bangui", entity_id="capital")], stances=[stance("aid", holder=holder)])
    corpus = quoting(tmp_path, "entities", "Bangui")
    found = numbers(agree(read("a", stances=[stance("aid")]), other, corpus=corpus, resamples=1))
    assert found["stances.record.f1", UNQUOTED].value == 1


def test_without_guidelines_it_is_said_that_nothing_is_known_to_be_quoted(tmp_path: Path) -> None:
    found = agree(read("a"), read("b"), corpus=whole(document(TEXT))._replace(root=tmp_path), resamples=1)
    assert found.notes == (NO_GUIDELINES,)
    assert {number.scope for number in found.pairs[0].numbers} == {ALL}


def test_one_article_is_compared_by_segments_with_a_caution() -> None:
    found = real()
    assert (found.signature["unit"], found.signature["documents"]) == ("segment", 1)
    assert ONE_ARTICLE in found.pairs[0].notes
    assert numbers(found)["stances.position.f1", ALL].note == WHOLE


def test_several_documents_are_the_units_and_give_whole_measures_an_interval() -> None:
    def several(name: str, *missing: str) -> Pass:
        each = {
            f"d{place}": [city(one, entity_id="x") for one in CITIES if one not in missing[:place]]
            for place in range(4)
        }
        return annotated(name, *(document(TEXT, doc_id, entities=mentions) for doc_id, mentions in each.items()))

    passes = several("a"), several("b", *CITIES[:2])
    found = agree(*passes, corpus=whole(*(document(TEXT, f"d{place}") for place in range(4))), resamples=50)
    assert (found.signature["unit"], FEW_DOCUMENTS in found.pairs[0].notes) == ("document", True)
    for name in ("entities.all.coref.lea.f1", "segments.boundary_similarity"):
        interval = numbers(found)[name, ALL].interval
        assert interval is not None
        assert interval.units == 4


def test_intervals_of_coefficients_are_percentiles_of_segments() -> None:
    interval = numbers(real())["stances.act.kappa", ALL].interval
    assert interval is not None
    assert interval.method == PERCENTILE
    assert interval.units <= len(gold().documents[0].segments)


def test_every_problem_of_every_pass_is_named(tmp_path: Path) -> None:
    first = write_pass(
        tmp_path / "a", gold(), figures=altered("f001", status="real"), stances=altered("t001", end=9**9)
    )
    second = write_pass(tmp_path / "b", gold(), entities=altered("m002", text="BBC"))
    with pytest.raises(InputError) as error:
        agree(first, second, corpus=gold())
    files = {Path(problem.file).relative_to(tmp_path).as_posix() for problem in error.value.problems}
    assert files == {"a/figures.jsonl", "a/stances.jsonl", "b/entities.jsonl"}


def test_a_pass_of_another_corpus_is_refused() -> None:
    with pytest.raises(InputError, match="unknown-document"):
        agree(read("a"), "gold", corpus=gold())


def test_folders_of_one_name_go_by_their_paths(tmp_path: Path) -> None:
    folders = [write_pass(tmp_path / who / "pass", gold()) for who in ("x", "y")]
    pair = agree(*folders, corpus=gold(), resamples=1).pairs[0]
    assert (pair.first, pair.second) == (str(folders[0]), str(folders[1]))


@pytest.mark.parametrize(
    ("passes", "settings", "said"),
    [
        ((read("a"),), {}, "passes is 1; it must be at least 2"),
        ((read("a"), read("a")), {}, "2 passes are called 'a'; each must have a name of its own"),
        ((read("a"), read("b")), {"resamples": 0}, "resamples is 0; it must be at least 1"),
        ((read("a"), read("b")), {"seed": -1}, "seed is -1; it must be at least 0"),
        ((read("a"), read("b", "d2")), {}, "'a' and 'b' have no document in common"),
    ],
)
def test_what_cannot_be_compared_is_refused(passes: Sequence[Source], settings: dict[str, int], said: str) -> None:
    with pytest.raises(DatelineError, match=said):
        agree(*passes, corpus=whole(document(TEXT, "d1"), document(TEXT, "d2")), **settings)  # type: ignore[arg-type]  # of several kinds


def test_the_signature_names_what_the_numbers_depend_on() -> None:
    signature = real().signature
    assert signature["passes"] == ["a", "b", "gold"]
    assert (signature["digest"], signature["seed"], signature["resamples"]) == (gold().digest, 0, 100)


def test_the_text_keeps_to_80_columns() -> None:
    assert max(map(len, render(real()).splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_has_a_row_for_every_number_of_every_pair_and_of_the_mean(form: str) -> None:
    shown = render(real(), form).replace("\\", "")
    assert {name for name, _ in numbers(real()) if shown.count(f"{name} ") != 4} == set()


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_lists_the_labels_that_differ_and_no_others(form: str) -> None:
    one = read("a", figures=[figure("calm", measure="flow"), figure("not", measure=None)])
    other = read("b", figures=[figure("calm", measure="flow"), figure("not", measure="stock")])
    shown = render(agree(one, other, corpus=whole(document(TEXT)), resamples=1), form)
    (line,) = (line for line in shown.splitlines() if "figures.measure " in line.replace("\\", "") and "null" in line)
    assert line.replace("|", "").split() == ["figures.measure".replace("_", "\\_"), "null", "stock", "1"]
    assert shown.count("labels that differ") == 1


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_explains_its_notes_and_names_what_is_not_compared(form: str) -> None:
    found = agree(only(read("a"), "entities", "segments"), read("b"), corpus=whole(document(TEXT)), resamples=1)
    shown = " ".join(render(found, form).split())
    for said in (f"{ONE_LABEL}: {NOTES[ONE_LABEL]}", "figures: in b only, not compared", ONE_ARTICLE):
        assert said in shown


def test_json_holds_everything() -> None:
    found = json.loads(render(real(), "json"))
    assert found["signature"] == real().signature
    assert list(found["pairs"][0]["numbers"][0]) == list(Number._fields)
    assert [len(pair["numbers"]) for pair in found["pairs"]] == [len(pair.numbers) for pair in real().pairs]
    assert [table["field"] for table in found["pairs"][0]["confusions"]] == 2 * [*FIELDS]
    assert {number["name"] for number in found["mean"]} == {name for name, _ in numbers(real())}


def test_json_has_null_for_what_is_undefined() -> None:
    found = json.loads(render(agree(read("a"), read("b"), corpus=whole(document(TEXT)), resamples=1), "json"))
    undefined = next(one for one in found["pairs"][0]["numbers"] if one["name"] == "errata.exact.f1")
    assert (undefined["value"], undefined["interval"], undefined["note"]) == (None, None, NEITHER)


def test_a_name_that_looks_like_markup_is_only_text() -> None:
    found = agree(read("<b>|[red]x"), read("b"), corpus=whole(document(TEXT)), resamples=1)
    assert "[red]x" in render(found)
    assert "<b>" not in render(found, "markdown")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(FORMS)}"):
        render(real(), "pdf")


def test_the_command_writes_what_the_function_returns(tmp_path: Path) -> None:
    folder, out, err = write_pass(tmp_path / "copy", gold()), io.StringIO(), io.StringIO()
    assert run(["agree", "gold", str(folder), "--resamples", "5", "--seed", "3", "--format", "json"], out, err) == 0
    assert out.getvalue() == render(agree("gold", folder, corpus=gold(), resamples=5, seed=3), "json") + "\n"
    assert err.getvalue() == ""


def test_the_command_refuses_a_folder_without_a_pass(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert run(["agree", "gold", str(tmp_path)], out, err) == 2
    assert "not-a-pass error: there is no annotation pass here" in err.getvalue()
