"""A file of scores is made again: what is the same passes, and whatever was changed in it is found or refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny import corpus, document, placed

from dateline.corpus import Corpus
from dateline.errors import InputError
from dateline.reports import report
from dateline.reports.verification import FIRST, render
from dateline.scoring import score
from dateline.verification import Change, Setting, verify

TEXT = "France left.\nChad stayed."
FRANCE, CHAD = ({"at": name, "type": "location", "subtype": "country"} for name in ("France", "Chad"))
GOLD = corpus(document(TEXT, entities=[FRANCE, CHAD]))
MADE = [{"doc_id": "d1", "system": "mine", "entities": placed([FRANCE, {"at": "left", "type": "person"}], TEXT)}]

Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The scores of `MADE`."""
    return written(tmp_path, report("json")(score(MADE, GOLD)))


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "scores.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def edited(path: Path, edit: Edit) -> Path:
    found = json.loads(path.read_text(encoding="utf-8"))
    edit(found)
    return written(path.parent, json.dumps(found))


def strict(found: dict[str, Any]) -> dict[str, Any]:
    named = ("entities.strict.f1", "overall")
    row: dict[str, Any] = next(row for row in found["scores"] if (row["measure"], row["group"]) == named)
    return row


def test_the_same_predictions_give_the_same_numbers(file: Path) -> None:
    found = verify(file, MADE, GOLD)
    assert found.same
    assert found.compared == len(score(MADE, GOLD).scores)


@pytest.mark.parametrize(
    "settings",
    [
        {"level": "all"},
        {"on_error": "spurious"},
        {"layers": ["entities", "stances"]},
        {"by": ["level"]},
        {"convention": "range"},
    ],
)
def test_the_signature_decides_how_it_is_scored(tmp_path: Path, settings: dict[str, Any]) -> None:
    bad = [{**MADE[0], "entities": [{}] * 3}] if "on_error" in settings else MADE
    path = written(tmp_path, report("json")(score(bad, GOLD, **settings)))
    assert verify(path, bad, GOLD).same


@pytest.mark.parametrize("field", ["value", "numerator", "denominator", "gold", "predicted", "low", "high"])
def test_every_changed_number_is_found(file: Path, field: str) -> None:
    was = strict(json.loads(file.read_text(encoding="utf-8")))[field]
    found = verify(edited(file, lambda made: strict(made).update({field: was + 1e-15})), MADE, GOLD)
    assert found.changes == (Change("entities.strict.f1", "overall", {field: was + 1e-15}, {field: was}),)
    assert found.settings == ()


def test_an_undefined_number_is_not_0(tmp_path: Path) -> None:
    path = written(tmp_path, report("json")(score([{"doc_id": "d1", "entities": []}], GOLD)))

    def zero(made: dict[str, Any]) -> None:
        next(row for row in made["scores"] if row["value"] is None).update(value=0)

    (change,) = verify(edited(path, zero), [{"doc_id": "d1", "entities": []}], GOLD).changes
    assert (change.was, change.now) == ({"value": 0}, {"value": None})


def test_a_number_that_was_added_or_left_out_is_found(file: Path) -> None:
    def move(made: dict[str, Any]) -> None:
        strict(made)["measure"] = "entities.invented.f1"

    found = verify(edited(file, move), MADE, GOLD).changes
    assert [(change.measure, bool(change.was), bool(change.now)) for change in found] == [
        ("entities.strict.f1", False, True),
        ("entities.invented.f1", True, False),
    ]


def test_other_predictions_are_found(file: Path) -> None:
    other = [{**MADE[0], "system": "other", "entities": []}]
    found = verify(file, other, GOLD)
    assert Setting("systems", ["mine"], ["other"]) in found.settings
    assert {change.measure for change in found.changes} >= {"entities.strict.f1", "entities.span.recall"}


@pytest.mark.parametrize(("key", "value"), [("dateline", "0.0.1"), ("digest", "beef"), ("documents", 7), ("new", 1.5)])
def test_another_signature_is_told_and_is_a_difference(file: Path, key: str, value: Any) -> None:
    now = json.loads(file.read_text(encoding="utf-8"))["signature"].get(key)
    found = verify(edited(file, lambda made: made["signature"].update({key: value})), MADE, GOLD)
    assert (found.settings, found.changes, found.same) == ((Setting(key, value, now),), (), False)


def test_what_a_json_holds_beside_is_not_read(file: Path) -> None:
    assert verify(edited(file, lambda made: made.update(mistakes=[1], problems="none")), MADE, GOLD).same


def row(**changes: Any) -> Edit:
    return lambda made: strict(made).update(changes)


def signed(**changes: Any) -> Edit:
    return lambda made: made["signature"].update(changes)


BAD: dict[str, tuple[Edit, str]] = {
    "no signature": (lambda made: made.pop("signature"), "missing required field `signature`"),
    "no scores": (lambda made: made.pop("scores"), "missing required field `scores`"),
    "scores as object": (lambda made: made.update(scores={}), r"Expected `array`, got `object` - at `\$.scores`"),
    "score as list": (lambda made: made["scores"].append([]), "Expected `object`, got `array`"),
    "no value": (lambda made: strict(made).pop("value"), "missing required field `value`"),
    "unknown key": (row(colour=1), "unknown field `colour`"),
    "value as string": (row(value="1.0"), r"got `str` - at `\$.scores\[0\].value`"),
    "value as boolean": (row(value=True), "got `bool`"),
    "measure as number": (row(measure=7), "Expected `str`, got `int`"),
    "nested signature": (signed(level={"name": 1}), r"got `object` - at `\$.signature"),
    "no level": (lambda made: made["signature"].pop("level"), "missing required field `level`"),
    "layers as string": (signed(layers="entities"), r"Expected `array`, got `str` - at `\$.layers`"),
    "digest as number": (signed(digest=7), r"Expected `str`, got `int` - at `\$.digest`"),
    "convention as number": (signed(convention=7), "signature.convention is 7"),
    "unknown layer": (signed(layers=["words"]), "unknown layer 'words'"),
    "unknown level": (signed(level="deep"), "unknown level 'deep'"),
    "unknown policy": (signed(on_error="hide"), "unknown on_error 'hide'"),
    "a number twice": (lambda made: made["scores"].append(copy.deepcopy(strict(made))), "twice for the same group"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_malformed_file_is_refused_with_its_name(file: Path, case: str) -> None:
    edit, said = BAD[case]
    with pytest.raises(InputError, match=said) as refused:
        verify(edited(file, edit), MADE, GOLD)
    assert [problem.file for problem in refused.value.problems] == [str(file)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "malformed-json"),
        (b'{"signature"', "malformed-json"),
        (b'{"signature": NaN}', "malformed-json"),
        (b'{"signature": {"level": "\xff"}, "scores": []}', "malformed-json"),
        (b'{"problems": ' + b"[" * 100_000, "malformed-json"),
        (b"[]", "unreadable-scores"),
        (b'{"signature": {}, "scores": [{"value": 1e999}]}', "unreadable-scores"),
    ],
)
def test_what_is_no_json_of_scores_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        verify(written(tmp_path, content), MADE, GOLD)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("name", [".", "nothing.json"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="unreadable-file"):
        verify(tmp_path / name, MADE, GOLD)


def test_the_report_tells_version_corpus_and_predictions_and_counts(file: Path) -> None:
    lines = render(verify(file, MADE, GOLD)).splitlines()
    assert lines[:2] == ["version: the same", "corpus digest: the same"]
    assert lines[2].startswith("predictions: ") and lines[-1].startswith("0 of ")


def test_the_report_tells_what_differs_in_the_signature(file: Path) -> None:
    shown = render(verify(edited(file, signed(dateline="0.0.1", level="all")), MADE, GOLD))
    assert "version: was 0.0.1, is " in shown and "level" not in shown


def test_the_report_lists_the_first_differences_and_counts_the_others(file: Path) -> None:
    other: Corpus = GOLD._replace(digest="other")
    found = verify(file, [{**MADE[0], "entities": []}], other)
    lines = render(found).splitlines()
    assert "corpus digest: was digest, is other" in lines
    assert sum("overall): was value" in line or "=" in line for line in lines) == FIRST
    assert f"and {len(found.changes) - FIRST} more" in lines
    assert lines[-1] == f"{len(found.changes)} of {found.compared} numbers differ"


def test_no_control_character_of_the_file_reaches_the_terminal(file: Path) -> None:
    assert "\x1b" not in render(verify(edited(file, signed(corpus="\x1b[2J")), MADE, GOLD))
