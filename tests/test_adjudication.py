from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from annotators import Value, altered, without, write_pass
from msgspec.structs import replace

from dateline.adjudication import Outcome, adjudicate
from dateline.cli import run
from dateline.corpus import Corpus, load
from dateline.decisions import DECISIONS, read_decisions
from dateline.errors import DatelineError, InputError
from dateline.vocabulary import data_root

ROOT = data_root()
PASSES = sorted(ROOT.glob("annotations/*/passes/adjudication.jsonl"))
GROUNDS = {"reason": "as the guideline says", "anchor": "figures-status"}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


def decided(path: Path, change: Callable[[Value], Value | None]) -> None:
    """Rewrite a decision file, line by line; None leaves a line out."""
    lines = [change(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines if line is not None), encoding="utf-8")


def sorted_keys(line: str) -> str:
    return json.dumps(json.loads(line), sort_keys=True)


def settle(decision: str, **fields: Any) -> Callable[[Value], Value]:
    """The change that decides every open line in the same way."""
    return lambda line: line if line["decision"] else {**line, "decision": decision, **GROUNDS, **fields}


def records(outcome: Outcome, folder: Path, layer: str) -> dict[str, Value]:
    """The records of a layer that was written, by identifier."""
    path = folder / ("annotations/entities.jsonl" if layer == "registry" else f"annotations/ips-car-2014/{layer}.jsonl")
    assert path in outcome.written
    values = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {value.get("id") or value["entity_id"]: value for value in values}


def two(
    tmp_path: Path, corpus: Corpus, decide: Callable[[Value], Value | None], **changes: Callable[[list[Value]], Any]
) -> Outcome:
    """The gold of two passes, of which the second differs from the first by `changes`, after all was decided."""
    first, second = write_pass(tmp_path / "one", corpus), write_pass(tmp_path / "other", corpus, **changes)
    adjudicate(first, second, tmp_path / "out", corpus=corpus)
    decided(tmp_path / "out/adjudication.jsonl", decide)
    return adjudicate(first, second, tmp_path / "out", corpus=corpus)


def dropped(entity_id: str) -> Callable[[list[Value]], list[Value]]:
    """The change that leaves out the mentions of an entity."""
    return lambda values: [value for value in values if value["entity_id"] != entity_id]


@pytest.mark.parametrize("decisions", PASSES, ids=lambda path: path.parts[-3])
def test_the_gold_is_rebuilt_byte_for_byte_from_passes_and_decisions(
    decisions: Path, tmp_path: Path, corpus: Corpus
) -> None:
    folder = decisions.parent
    outcome = adjudicate(folder / "A", folder / "B", tmp_path, decisions, folder / "identifiers.jsonl", corpus=corpus)
    assert outcome.open == 0
    names = [path.relative_to(tmp_path) for path in outcome.written]
    assert len(names) == 6
    assert {name: (tmp_path / name).read_bytes() for name in names} == {
        name: (ROOT / name).read_bytes() for name in names
    }


def test_every_document_has_decisions() -> None:
    assert [path.parts[-3] for path in PASSES] == [document.doc_id for document in load().documents]


def test_passes_that_agree_need_no_decision_and_give_back_the_gold(tmp_path: Path, corpus: Corpus) -> None:
    outcome = two(tmp_path, corpus, lambda line: line)
    assert outcome.open == 0
    figures = (tmp_path / "out/annotations/ips-car-2014/figures.jsonl").read_bytes()
    assert figures == (ROOT / "annotations/ips-car-2014/figures.jsonl").read_bytes()


def test_a_difference_waits_for_a_decision_and_nothing_is_written_before(tmp_path: Path, corpus: Corpus) -> None:
    outcome = two(tmp_path, corpus, lambda line: line, figures=altered("f016", status="actual"))
    assert (outcome.open, outcome.written) == (1, ())
    assert not (tmp_path / "out/annotations").exists()
    (line,) = [one.decision for one in read_decisions(outcome.decisions) if one.decision.decision is None]
    assert (line.layer, line.a, line.b, line.ids, line.differs) == ("figures", "f016", "f016", ("f016",), ("status",))
    assert (line.reading_a, line.reading_b) == ({"status": "requested"}, {"status": "actual"})
    assert ">>up to 9,000<<" in str(line.context)
    assert line.anchor == "figures-status"


@pytest.mark.parametrize(("decision", "status"), [("A", "requested"), ("B", "actual")])
def test_a_decision_takes_one_reading(tmp_path: Path, corpus: Corpus, decision: str, status: str) -> None:
    outcome = two(tmp_path, corpus, settle(decision), figures=altered("f016", status="actual"))
    assert records(outcome, tmp_path / "out", "figures")["f016"]["status"] == status


def test_both_makes_the_second_label_an_alternative(tmp_path: Path, corpus: Corpus) -> None:
    outcome = two(tmp_path, corpus, settle("both"), figures=altered("f016", status="planned"))
    figure = records(outcome, tmp_path / "out", "figures")["f016"]
    assert (figure["status"], figure["alternatives"]) == ("requested", {"status": ["planned"]})


def test_both_of_two_spans_are_two_records(tmp_path: Path, corpus: Corpus) -> None:
    shorter = altered("f016", start=2762, text="9,000")
    outcome = two(tmp_path, corpus, settle("both", ids=["f016", "f999"]), figures=shorter)
    made = records(outcome, tmp_path / "out", "figures")
    assert [made[name]["text"] for name in ("f016", "f999")] == ["up to 9,000", "9,000"]


def test_neither_leaves_the_record_out(tmp_path: Path, corpus: Corpus) -> None:
    outcome = two(tmp_path, corpus, settle("neither"), stances=without("t041"))
    assert "t041" not in records(outcome, tmp_path / "out", "stances")


def test_an_edited_record_is_taken_as_it_is(tmp_path: Path, corpus: Corpus) -> None:
    known = json.loads((ROOT / "annotations/ips-car-2014/figures.jsonl").read_text(encoding="utf-8").splitlines()[15])
    edited = settle("edited", record={**dict(reversed(known.items())), "status": "planned"})
    outcome = two(tmp_path, corpus, edited, figures=altered("f016", status="actual"))
    figure = records(outcome, tmp_path / "out", "figures")["f016"]
    assert figure == {**known, "status": "planned"}
    assert list(figure) == list(known)


def test_a_record_that_neither_annotator_has_can_be_added(tmp_path: Path, corpus: Corpus) -> None:
    first, second = (write_pass(tmp_path / name, corpus, stances=without("t041")) for name in ("one", "other"))
    outcome = adjudicate(first, second, tmp_path / "out", corpus=corpus)
    lines = (ROOT / "annotations/ips-car-2014/stances.jsonl").read_text(encoding="utf-8").splitlines()
    record = next(value for value in map(json.loads, lines) if value["id"] == "t041")
    line = {"layer": "stances", "doc_id": "ips-car-2014", "a": None, "b": None, "decision": "edited", "ids": ["t041"]}
    with outcome.decisions.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**line, **GROUNDS, "record": record}) + "\n")
    outcome = adjudicate(first, second, tmp_path / "out", corpus=corpus)
    assert records(outcome, tmp_path / "out", "stances")["t041"] == record


def test_names_of_the_second_annotator_become_those_of_the_gold(tmp_path: Path, corpus: Corpus) -> None:
    def renamed(values: list[Value]) -> list[Value]:
        swapped: list[Value] = json.loads(json.dumps(values).replace('"bangui"', '"the-capital"'))
        return swapped

    layers = dict.fromkeys(("registry", "entities", "figures", "stances"), renamed)
    outcome = two(tmp_path, corpus, lambda line: line, **layers)
    assert outcome.open == 0
    assert records(outcome, tmp_path / "out", "figures")["f013"]["place"] == ["bangui"]


def test_new_records_are_numbered_after_those_of_the_gold(tmp_path: Path, corpus: Corpus) -> None:
    extra = {"id": "x040", "doc_id": "ips-car-2014", "segment_id": "s002", "start": 40, "end": 42, "text": "of"}
    added = {**extra, "intended": "", "kind": "wrong_word", "note": None}
    outcome = two(tmp_path, corpus, lambda line: line, errata=lambda values: [*values, added])
    (line,) = [one.decision for one in read_decisions(outcome.decisions) if one.decision.decision is None]
    used = max(int(erratum.id[1:]) for erratum in corpus.documents[0].errata)
    assert line.ids == (f"x{used + 1:03}",)


def test_lines_that_are_missing_are_added_and_none_is_changed(tmp_path: Path, corpus: Corpus) -> None:
    two(tmp_path, corpus, settle("A"), figures=altered("f016", status="actual"))
    path = tmp_path / "out/adjudication.jsonl"
    kept = path.read_text(encoding="utf-8").splitlines()
    decided(path, lambda line: None if line["layer"] == "segments" else line)
    adjudicate(tmp_path / "one", tmp_path / "other", tmp_path / "out", corpus=corpus)
    renewed = path.read_text(encoding="utf-8").splitlines()
    assert sorted(map(sorted_keys, renewed)) == sorted(map(sorted_keys, kept))


def cli(*arguments: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run([str(argument) for argument in arguments], out, err), out.getvalue(), err.getvalue()


def test_the_disagreements_of_two_passes_are_a_decision_file(tmp_path: Path, corpus: Corpus) -> None:
    first = write_pass(tmp_path / "one", corpus)
    second = write_pass(tmp_path / "other", corpus, figures=altered("f016", status="actual"))
    file = tmp_path / "open.jsonl"
    assert cli("agree", first, second, "--resamples", 1, "--disagreements", file)[0] == 0
    (line,) = [one.decision for one in read_decisions(file)]
    assert (line.key, line.decision) == (("figures", "ips-car-2014", "f016", "f016"), None)
    assert cli("agree", first, second, "--disagreements", file)[2] == (
        f"dateline: {file} exists and may hold decisions; name a new file\n"
    )
    assert "of two passes; 3 are given" in cli("agree", first, second, "gold", "--disagreements", tmp_path / "x")[2]


def test_the_command_says_what_is_open_and_then_what_it_wrote(tmp_path: Path, corpus: Corpus) -> None:
    first = write_pass(tmp_path / "one", corpus)
    second = write_pass(tmp_path / "other", corpus, figures=altered("f016", status="actual"))
    code, said, _ = cli("adjudicate", first, second, "-o", tmp_path / "out")
    assert (code, "1 open decisions" in said) == (1, True)
    decided(tmp_path / "out/adjudication.jsonl", settle("A"))
    code, said, _ = cli("adjudicate", first, second, "-o", tmp_path / "out")
    assert (code, said.count(": written\n")) == (0, 6)


def broken(**fields: Any) -> Callable[[Value], Value]:
    """The decision about f016, taken for A, with some fields wrong."""
    return lambda line: {**settle("A")(line), **fields} if line["a"] == "f016" else line


REFUSED: dict[str, Callable[[Value], Value | None]] = {
    "unknown-decision": broken(decision="C"),
    "missing-reason": broken(reason=" "),
    "unknown-anchor": broken(anchor="figures-mood"),
    "changed-reading": broken(reading_a={"status": "planned"}),
    "misplaced-record": broken(record={}),
    "missing-id": broken(ids=[]),
    "duplicate-id": broken(ids=["f001"]),
    "missing-key": broken(decision="edited", record={"id": "f016"}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_decision_that_is_none_is_refused_with_its_line(tmp_path: Path, corpus: Corpus, code: str) -> None:
    with pytest.raises(InputError) as caught:
        two(tmp_path, corpus, REFUSED[code], figures=altered("f016", status="actual"))
    found = [problem for problem in caught.value.problems if problem.code == code]
    lines = (tmp_path / "out/adjudication.jsonl").read_text(encoding="utf-8").splitlines()
    assert found
    assert all('"f016"' in lines[problem.line - 1] for problem in found)
    assert not (tmp_path / "out/annotations").exists()


def test_agreement_cannot_be_claimed_where_there_is_none(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(InputError, match="allowed: A, B, both, neither, edited"):
        two(tmp_path, corpus, settle("agreed"), figures=altered("f016", status="actual"))


def test_a_reading_that_nobody_gave_cannot_be_taken(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(InputError, match="unknown-decision"):
        two(tmp_path, corpus, settle("B"), figures=without("f016"))


def test_a_line_about_nothing_and_a_line_twice_are_refused(tmp_path: Path, corpus: Corpus) -> None:
    first, second = (write_pass(tmp_path / name, corpus) for name in ("one", "other"))
    path = adjudicate(first, second, tmp_path / "out", corpus=corpus).decisions
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1], lines[-1].replace('"a": "t', '"a": "t9')]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        adjudicate(first, second, tmp_path / "out", corpus=corpus)
    assert [problem.code for problem in caught.value.problems] == ["duplicate-decision", "stale-decision"]


def test_an_entity_that_is_still_referred_to_cannot_be_dropped(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(InputError) as caught:
        two(tmp_path, corpus, settle("neither"), registry=altered("bangui", name="Somewhere"))
    assert {problem.code for problem in caught.value.problems} == {"unknown-entity"}


def test_a_file_that_is_no_decision_file_is_refused_whole(tmp_path: Path, corpus: Corpus) -> None:
    first, second = (write_pass(tmp_path / name, corpus) for name in ("one", "other"))
    (tmp_path / "bad.jsonl").write_bytes(b'{"layer": 1}\nnot json\n\xff\n')
    with pytest.raises(InputError) as caught:
        adjudicate(first, second, tmp_path / "out", tmp_path / "bad.jsonl", corpus=corpus)
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]
    assert (tmp_path / "bad.jsonl").read_bytes() == b'{"layer": 1}\nnot json\n\xff\n'


def test_passes_of_different_layers_are_refused(tmp_path: Path, corpus: Corpus) -> None:
    first, second = (write_pass(tmp_path / name, corpus) for name in ("one", "other"))
    (second / "stances.jsonl").unlink()
    with pytest.raises(DatelineError, match="the layers stances"):
        adjudicate(first, second, tmp_path / "out", corpus=corpus)


def test_identifiers_of_an_entity_that_is_not_there_are_refused(tmp_path: Path, corpus: Corpus) -> None:
    first, second = (write_pass(tmp_path / name, corpus) for name in ("one", "other"))
    (tmp_path / "ids.jsonl").write_text('{"entity_id": "atlantis", "name": "Atlantis"}\n', encoding="utf-8")
    with pytest.raises(DatelineError, match="atlantis"):
        adjudicate(first, second, tmp_path / "out", identifiers=tmp_path / "ids.jsonl", corpus=corpus)


def test_the_entities_of_other_documents_stay_in_the_registry(tmp_path: Path, corpus: Corpus) -> None:
    article = corpus.documents[0]
    mentions = tuple(replace(one, doc_id="other") for one in article.entities if one.entity_id in ("mali", "french"))
    other = article._replace(
        document=replace(article.document, doc_id="other"), entities=mentions, errata=(), figures=(), stances=()
    )
    both = corpus._replace(documents=(article, other._replace(segments=())))
    layers = {"registry": without("mali"), "entities": dropped("mali")}
    first, second = (write_pass(tmp_path / name, corpus, **layers) for name in ("one", "two"))
    outcome = adjudicate(first, second, tmp_path / "out", corpus=both)
    assert {"mali", "french", "france"} <= records(outcome, tmp_path / "out", "registry").keys()
    assert not [path for path in outcome.written if "other" in path.parts]


def test_every_decision_of_the_gold_is_one_of_the_six() -> None:
    kinds = {one.decision.decision for path in PASSES for one in read_decisions(path)}
    assert kinds <= set(DECISIONS)
