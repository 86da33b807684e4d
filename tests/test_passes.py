"""Annotation passes: what is read and what is refused, the gold as a pass, and passes as gold and as predictions."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from annotators import Value, altered, write_pass
from tiny import corpus, document, placed

from dateline.corpus import Corpus, load
from dateline.errors import InputError
from dateline.guidelines import Quotation
from dateline.model import Entity, Erratum, Mention, Segment
from dateline.passes import LAYERS, Pass, as_corpus, as_predictions, gold_pass, in_order, read_pass
from dateline.scoring import score

DOC = "ips-car-2014"
TEXT = "Bangui is calm.\nBouar is not."
Change = Callable[[list[Value]], list[Value] | None]


@cache
def gold() -> Corpus:
    return load()


def small() -> Corpus:
    return corpus(document(TEXT, "d1"), document(TEXT, "d2"))


def written(folder: Path, **layers: Any) -> Path:
    """A folder with these lines as they are, or with these values as JSON."""
    folder.mkdir(exist_ok=True)
    for layer, lines in layers.items():
        content = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        (folder / f"{layer}.jsonl").write_bytes(b"".join(line + b"\n" for line in content))
    return folder


def segment(words: str, doc_id: str = "d1", **fields: Any) -> dict[str, Any]:
    whole = {"id": "s001", "doc_id": doc_id, "kind": "sentence", "text": words}
    return {**whole, **placed({"at": words}, TEXT), **fields}


def erratum(start: int, end: int, **fields: Any) -> dict[str, Any]:
    labels = {"intended": "x", "kind": "misspelling", "note": None}
    place = {"start": start, "end": end, "text": TEXT[start:end]}
    return {"id": "x001", "doc_id": "d1", "segment_id": "s001", **place, **labels, **fields}


def mentions(*places: tuple[int, int], doc_id: str = "d1") -> tuple[Mention, ...]:
    return tuple(
        Mention(id=f"m{start}-{end}", doc_id=doc_id, start=start, end=end, type="person") for start, end in places
    )


def refused(folder: Path, of: Corpus) -> list[tuple[str, str, int]]:
    """The problems with a pass: code, file and line."""
    with pytest.raises(InputError) as error:
        read_pass(folder, of)
    return [(problem.code, Path(problem.file).name, problem.line) for problem in error.value.problems]


def test_a_pass_is_read_as_it_stands_in_its_files(tmp_path: Path) -> None:
    assert read_pass(write_pass(tmp_path / "a", gold()), gold()) == gold_pass(gold())._replace(name="a")


def test_the_gold_as_a_pass_holds_all_records_of_the_corpus() -> None:
    found = gold_pass(gold())
    assert found.name == "gold"
    assert {name: len(records) for name, records in found.layers.items()} == {
        "registry": len(gold().registry),
        **{name: len(getattr(gold().document(DOC), name)) for name in LAYERS if name != "registry"},
    }


def test_gold_names_the_gold() -> None:
    assert read_pass("gold", small()) == gold_pass(small())


def test_a_folder_of_the_name_gold_goes_before_the_gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "gold", segments=[segment("Bouar is not.")])
    assert len(read_pass("gold", small()).layers["segments"]) == 1


def test_a_layer_without_a_file_is_not_there_and_an_empty_one_is(tmp_path: Path) -> None:
    assert read_pass(written(tmp_path / "a", figures=[]), small()).layers == {"figures": ()}


def test_a_pass_speaks_of_the_documents_of_its_records(tmp_path: Path) -> None:
    entity = gold().registry["united-nations"]
    one = Pass("a", {"registry": (entity,), "entities": mentions((0, 6), doc_id="d2"), "figures": ()})
    assert one.documents() == {"d2"}


@pytest.mark.parametrize("make", [True, False], ids=["empty folder", "no folder"])
def test_a_folder_without_a_layer_is_refused(tmp_path: Path, make: bool) -> None:
    folder = written(tmp_path / "a") if make else tmp_path / "a"
    with pytest.raises(InputError, match=r"not-a-pass error: .*segments\.jsonl, errata\.jsonl, .*, or 'gold'"):
        read_pass(folder, small())


FORM: dict[str, tuple[str, Change, str]] = {
    "unknown label": ("figures", altered("f002", status="real"), "unknown-label"),
    "missing key": ("stances", lambda values: values[1].clear(), "missing-key"),
    "unknown key": ("entities", altered("m002", colour="red"), "unknown-key"),
    "wrong type": ("entities", altered("m002", start="24"), "wrong-type"),
    "other text": ("entities", altered("m002", text="BBC"), "text-mismatch"),
    "reversed offsets": ("segments", altered("s002", end=32), "offset-reversed"),
    "beyond the text": ("figures", altered("f002", end=9**9), "offset-beyond-text"),
    "unknown document": ("errata", altered("x002", doc_id="nowhere"), "unknown-document"),
    "unknown concept": ("stances", altered("t002", concept_id="peace"), "unknown-concept"),
    "unknown segment": ("stances", altered("t002", segment_ids=["s999"]), "unknown-segment"),
    "subtype of another type": ("entities", altered("m002", subtype="city"), "subtype-of-other-type"),
    "time that is no EDTF": (
        "figures",
        altered("f002", time={"text": "x", "start": 1, "end": 2, "edtf": "soon"}),
        "bad-edtf",
    ),
    "insertion beyond the text": ("errata", altered("x002", start=9**9, end=9**9, text=""), "offset-beyond-text"),
    "insertion with a text": ("errata", altered("x002", start=544, end=544, text="3"), "text-mismatch"),
    "identifier twice": ("figures", altered("f002", id="f001"), "duplicate-id"),
    "entity twice": ("registry", lambda values: [values[0], values[0], *values[1:]], "duplicate-id"),
}


@pytest.mark.parametrize(("layer", "change", "code"), FORM.values(), ids=FORM)
def test_a_bad_record_is_refused_with_its_line(tmp_path: Path, layer: str, change: Change, code: str) -> None:
    changes = {layer: change}
    assert (code, f"{layer}.jsonl", 2) in refused(write_pass(tmp_path / "a", gold(), **changes), gold())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "malformed-json"),
        (b"[1]", "wrong-type"),
        (b'{"id": "\xff"}', "invalid-utf8"),
        (b"[" * 10**5, "malformed-json"),
    ],
    ids=["no JSON", "no object", "no UTF-8", "nested without end"],
)
def test_a_line_that_is_no_record_is_refused(tmp_path: Path, line: bytes, code: str) -> None:
    folder = written(tmp_path / "a", segments=[segment("Bangui is calm."), line])
    assert refused(folder, small()) == [(code, "segments.jsonl", 2)]


def test_every_problem_of_every_file_is_named(tmp_path: Path) -> None:
    bad = {"figures": altered("f001", status="real", category="lost"), "entities": altered("m003", text="x")}
    found = refused(write_pass(tmp_path / "a", gold(), **bad), gold())
    assert sorted((file, line) for _, file, line in found) == [
        ("entities.jsonl", 3),
        ("figures.jsonl", 1),
        ("figures.jsonl", 1),
    ]


def test_a_problem_names_the_field_and_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'figures\.jsonl:1: unknown-label error: status: "real" .*; known: actual, '):
        read_pass(write_pass(tmp_path / "a", gold(), figures=altered("f001", status="real")), gold())


def test_a_problem_names_the_record(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'entities\.jsonl:2: text-mismatch error: m002/text: .*"BBC"; .* is "IPS"'):
        read_pass(write_pass(tmp_path / "a", gold(), entities=altered("m002", text="BBC")), gold())


def test_identifiers_start_anew_in_each_document(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", segments=[segment("Bouar is not.", "d1"), segment("Bouar is not.", "d2")])
    assert [one.doc_id for one in read_pass(folder, small()).layers["segments"]] == ["d1", "d2"]


@pytest.mark.parametrize("start", [0, 6, len(TEXT)])
def test_an_erratum_may_have_no_width(tmp_path: Path, start: int) -> None:
    folder = written(tmp_path / "a", errata=[erratum(start, start, kind="missing_word")])
    assert [(one.start, one.end) for one in read_pass(folder, small()).layers["errata"]] == [(start, start)]


def test_an_erratum_without_width_stands_in_the_text(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", errata=[erratum(len(TEXT) + 1, len(TEXT) + 1)])
    assert [file for _, file, _ in refused(folder, small())] == ["errata.jsonl"]


def test_other_records_have_a_width(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", segments=[segment("Bangui is calm.", end=0, text="")])
    assert ("offset-reversed", "segments.jsonl", 1) in refused(folder, small())


def test_a_pass_as_a_corpus_keeps_the_given_segments() -> None:
    own = Pass("a", {"segments": (Segment(id="s001", doc_id="d1", start=0, end=29, kind="sentence"),)})
    found = as_corpus(own, small(), ["d1"]).document("d1")
    assert found.segments == small().document("d1").segments


def test_a_pass_as_a_corpus_has_its_own_segments_where_asked() -> None:
    own = Pass("a", {"segments": (Segment(id="s001", doc_id="d1", start=0, end=29, kind="sentence"),)})
    found = as_corpus(own, small(), ["d1"], own_segments=True).document("d1")
    assert found.segments == own.layers["segments"]


def test_a_pass_as_a_corpus_has_its_own_records_and_entities_and_no_others() -> None:
    entity = Entity(entity_id="x", type="person", name="X")
    one = Pass("a", {"registry": (entity,), "entities": mentions((7, 9), (0, 6))})
    found = as_corpus(one, gold(), [DOC])
    assert (found.registry, found.documents[0].figures, found.documents[0].errata) == ({"x": entity}, (), ())


def test_a_pass_as_a_corpus_has_the_documents_asked_for() -> None:
    found = as_corpus(gold_pass(small()), small(), ["d2"])
    assert [one.doc_id for one in found.documents] == ["d2"]
    assert found.documents[0].text == TEXT


def test_a_pass_as_predictions_has_the_layers_that_it_has() -> None:
    (found,) = as_predictions(Pass("a", {"entities": mentions((7, 9), (0, 6)), "errata": ()}), ["d1"])
    assert [mention.start for mention in found.entities or ()] == [0, 7]
    assert (found.segments, found.figures, found.stances) == (None, None, None)


def test_predictions_come_for_each_document_asked_for_in_their_order() -> None:
    found = as_predictions(Pass("a", {"entities": mentions((0, 6), doc_id="d2")}), ["d2", "d1"])
    assert [(one.doc_id, len(one.entities or ())) for one in found] == [("d1", 0), ("d2", 1)]


def test_a_pass_scores_1_against_itself_but_for_identifiers_that_come_later() -> None:
    one = gold_pass(gold())
    found = score(as_predictions(one, [DOC]), as_corpus(one, gold(), [DOC])).scores
    assert {number.measure.rpartition(".")[0] for number in found if number.value == 0} == {"entities.linking"}
    assert {number.value for number in found} == {0, 1, None}


def test_records_stand_in_text_order_the_longer_first() -> None:
    places = [(7, 9), (0, 6), (0, 9)]
    assert [(one.start, one.end) for one in in_order(mentions(*places))] == [(0, 9), (0, 6), (7, 9)]


QUOTED = Quotation("d1", "entities", 5, 10)


@pytest.mark.parametrize(
    ("place", "kept"), [((0, 5), True), ((0, 6), False), ((6, 7), False), ((9, 12), False), ((10, 12), True)]
)
def test_unquoted_leaves_out_what_shares_a_code_point_with_a_quotation(place: tuple[int, int], kept: bool) -> None:
    found = Pass("a", {"entities": mentions(place)}).unquoted([QUOTED])
    assert bool(found.layers["entities"]) == kept


@pytest.mark.parametrize(("start", "kept"), [(5, True), (6, False), (10, True)])
def test_unquoted_leaves_out_an_insertion_inside_a_quotation(start: int, kept: bool) -> None:
    one = Erratum(
        id="x001", doc_id="d1", segment_id="s001", start=start, end=start, text="", intended="x", kind="glued"
    )
    found = Pass("a", {"errata": (one,)}).unquoted([QUOTED._replace(part="errata")])
    assert bool(found.layers["errata"]) == kept


@pytest.mark.parametrize(
    "quoted", [QUOTED._replace(part="figures"), QUOTED._replace(doc_id="d2")], ids=["part", "document"]
)
def test_a_quotation_touches_its_own_layer_and_document_only(quoted: Quotation) -> None:
    one = Pass("a", {"entities": mentions((5, 10))})
    assert one.unquoted([quoted]) == one


def test_the_registry_is_never_quoted() -> None:
    one = Pass("a", {"registry": (Entity(entity_id="x", type="person", name="X"),)})
    assert one.unquoted([QUOTED._replace(part="registry")]) == one
