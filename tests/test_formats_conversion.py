"""No conversion changes a score: neither by what a format carries, nor by what has no place in the text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from format_cases import GOLD, TEXT, converted
from hypothesis import HealthCheck, given, settings
from random_documents import quoted_submissions, submissions
from test_anchoring import clean_line, mended, quoted_line
from tiny import span

from dateline.corpus import Corpus, load
from dateline.decoding import KINDS
from dateline.formats import FORMATS
from dateline.formats.conversion import Conversion, convert
from dateline.predictions import as_lines, read
from dateline.reports.conversion import notes
from dateline.runs import run
from dateline.scoring import Scores, gold_predictions, score

ANN = {**span("Ann", TEXT), "type": "person"}
EVE = {"text": "Eve", "type": "person"}
WAYS = [name for name, form in FORMATS.items() if form.read and form.write and name != "gold-pass"]
"""Formats that go both ways; what gold-pass loses, it loses by looking into the gold."""


def having(names: list[str]) -> list[Any]:
    """Formats as parameters; one whose extra is not installed is skipped."""
    missing = {name for name in names if (package := FORMATS[name].package) and not find_spec(package)}
    skipped = {name: pytest.mark.skip(f"needs the extra {FORMATS[name].extra}") for name in missing}
    return [pytest.param(name, marks=skipped.get(name, ())) for name in names]


FOLDERS = ("brat", "cas", "cas-json")
ENDINGS = {"prediction": "jsonl", "spacy-json": "jsonl", "labelstudio": "json", "webanno-jsonld": "json"}

Line = dict[str, Any]


@cache
def article() -> Corpus:
    return load()


@cache
def submitted(name: str) -> str:
    """A prediction file of the article."""
    if name == "gold":
        return as_lines(gold_predictions(article()))
    return "".join(f"{bytes(entry.line).decode()}\n" for entry in run("rules", article()).entries)


def on_disk(lines: Iterable[Line], folder: Path) -> Path:
    path = folder / "source.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return path


def there_and_back(source: Path, name: str, gold: Corpus) -> tuple[Path, set[str]]:
    """A prediction file that went through a format, and the reports of both ways, but for counts."""
    middle = source.parent / (name if name in FOLDERS else f"middle.{ENDINGS.get(name, name)}")
    back = source.parent / "back.jsonl"
    reports = [
        *notes(convert(source, middle, "prediction", name, gold)),
        *notes(convert(middle, back, name, "prediction", gold)),
    ]
    return back, {line.partition(":")[0] for line in reports}


def judged(source: Any, gold: Corpus) -> Scores:
    return score(source, gold, list(KINDS), level="all", on_error="spurious")


@pytest.mark.parametrize("name", having([name for name in WAYS if name != "conll"]))
@pytest.mark.parametrize("system", ["gold", "rules"])
def test_a_file_of_the_article_scores_the_same_after_any_format(name: str, system: str, tmp_path: Path) -> None:
    source = tmp_path / "source.jsonl"
    source.write_text(submitted(system), encoding="utf-8")
    back, reports = there_and_back(source, name, article())
    assert "lost" not in reports
    assert judged(back, article()).rows == judged(source, article()).rows


@pytest.mark.parametrize("name", having(WAYS))
@settings(max_examples=10, deadline=None, suppress_health_check=[*HealthCheck])
@given(submissions())
def test_what_loses_nothing_scores_the_same(name: str, submission: tuple[Corpus, list[Line]]) -> None:
    gold, lines = submission
    sound = [{key: [one for one in line[key] if one] if key in KINDS else line[key] for key in line} for line in lines]
    with TemporaryDirectory() as folder:
        source = on_disk(sound, Path(folder))
        back, reports = there_and_back(source, name, gold)
        assert "lost" in reports or judged(back, gold).rows == judged(source, gold).rows


# What has no place


def reached(source: Path, gold: Corpus) -> tuple[Conversion, Path]:
    """A prediction file that was converted to a prediction file."""
    target = source.parent / "converted.jsonl"
    return convert(source, target, "prediction", "prediction", gold, "spurious"), target


def test_a_quote_without_a_place_is_named_and_kept(tmp_path: Path) -> None:
    done = converted("prediction", json.dumps({"doc_id": "d1", "entities": [EVE, ANN]}), tmp_path)
    assert [(one.code, one.line) for one in done.problems] == [("quote-not-found", 1)]
    assert json.loads((tmp_path / "out.jsonl").read_text())["entities"] == [ANN, EVE]
    assert (done.used, done.kept) == ({"entities": 1}, {"entities": 1})
    assert notes(done)[2:] == [
        "kept as they are, so that `dateline score` counts each as spurious: 1 entities",
        "nothing lost",
    ]


ILL: list[dict[str, Any]] = [
    {"text": "Ann", "type": "person", "head": 5},
    {"text": "Ann", "type": "ship"},
    {"start": 0, "end": 999, "type": "person"},
    {"type": "person"},
]


@pytest.mark.parametrize("bad", ILL)
@pytest.mark.parametrize("side", ["raw", "clean"])
def test_a_bad_record_counts_after_the_conversion(bad: dict[str, Any], side: str, tmp_path: Path) -> None:
    source = on_disk(
        [{"doc_id": "d1", "offsets": side, "entities": [bad, {"text": "Ann", "type": "person"}]}], tmp_path
    )
    done, target = reached(source, GOLD)
    assert done.kept == {"entities": 1}
    assert judged(target, GOLD).rows == judged(source, GOLD).rows
    assert judged(target, GOLD).predictions.spurious == {("d1", "entities"): 1}


def test_a_format_without_quotes_says_what_was_left_out(tmp_path: Path) -> None:
    source = on_disk([{"doc_id": "d1", "entities": [EVE, ANN]}], tmp_path)
    done = convert(source, tmp_path / "out.csv", "prediction", "csv", GOLD)
    assert notes(done)[-1] == "lost: left out, where `dateline score` counts each as spurious: 1 entities"
    assert done.kept == {}


def test_a_document_with_nothing_but_quotes_without_a_place_is_kept(tmp_path: Path) -> None:
    source = on_disk([{"doc_id": "d1", "error": "cut off", "entities": [EVE]}], tmp_path)
    _, target = reached(source, GOLD)
    assert json.loads(target.read_text()) == {"doc_id": "d1", "error": "cut off", "entities": [EVE]}


def test_what_a_model_made_up_counts_after_the_conversion(tmp_path: Path) -> None:
    answer = {"entities": [{"text": "Ann", "type": "person"}, EVE, EVE]}
    converted("llm", json.dumps({"doc_id": "d1", "answer": f"```json\n{json.dumps(answer)}\n```"}), tmp_path)
    as_it_was, after = (score(source, GOLD) for source in ([{"doc_id": "d1", **answer}], tmp_path / "out.jsonl"))
    assert as_it_was.scores == after.scores
    assert after.predictions.spurious == {("d1", "entities"): 2}


CLEAN_LINES: list[dict[str, Any]] = [
    {"entities": [{"at": "!", "type": "group"}, {"at": "Chad ended", "type": "location"}]},
    {"entities": [{"text": "Rome", "type": "group", "head": {"at": "U.N."}}, {"text": "Chad", "type": "location"}]},
    {
        "stances": [
            {"at": "!", "holder": {"at": "U.N."}, "concept_id": "mission", "polarity": "favor"},
            {"text": "no", "holder": {"text": "Chad"}, "concept_id": "mission", "polarity": "favor"},
        ]
    },
    {"figures": [{"text": "9", "time": {"edtf": "2014", "at": "Chad"}, "source": [{"at": "France"}]}, {"at": "!"}]},
    {"segments": [{"at": "!", "kind": "sentence"}]},
]


@pytest.mark.parametrize("layers", CLEAN_LINES)
def test_what_has_no_place_in_the_clean_text_counts_after_the_conversion(layers: Line, tmp_path: Path) -> None:
    source = on_disk([clean_line(**layers)], tmp_path)
    done, target = reached(source, mended())
    before, after = (read(path, mended()) for path in (source, target))
    assert before.spurious and (after.spurious, after.documents) == (before.spurious, before.documents)
    assert sum(done.kept.values()) == sum(before.spurious.values())


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(quoted_submissions())
def test_a_prediction_file_with_quotes_scores_the_same_after_its_conversion(
    submission: tuple[Corpus, list[Line]],
) -> None:
    gold, lines = submission
    sound = [{key: [one for one in line[key] if one] if key in KINDS else line[key] for key in line} for line in lines]
    with TemporaryDirectory() as folder:
        source = on_disk(sound, Path(folder))
        _, target = reached(source, gold)
        before, after = (read(path, gold) for path in (source, target))
        assert after.spurious == before.spurious
        assert judged(after, gold).rows == judged(before, gold).rows


@pytest.mark.parametrize("kinds", [("person", "location"), ("location", "person")])
def test_a_copy_too_many_is_one_too_many_after_the_conversion(kinds: tuple[str, str], tmp_path: Path) -> None:
    wide, narrow = ({"text": text, "type": kind} for text, kind in zip((" Ben ", "Ben"), kinds, strict=True))
    _, target = reached(on_disk([{"doc_id": "d1", "entities": [wide, narrow]}], tmp_path), GOLD)
    assert read(target, GOLD).spurious == {("d1", "entities"): 1}


def test_what_was_converted_is_converted_again_as_it_is(tmp_path: Path) -> None:
    line = quoted_line()
    line["entities"] += [{"text": "nowhere", "type": "person"}, *line["entities"][:9]]
    _, once = reached(on_disk([line], tmp_path), article())
    again = tmp_path / "again.jsonl"
    convert(once, again, "prediction", "prediction", article())
    assert again.read_bytes() == once.read_bytes()
