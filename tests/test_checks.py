"""The gold has no problem, and every planted error is found by its code, in its file and line."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dateline.checks import RULES, check, reading
from dateline.checks.anchors import anchors
from dateline.checks.figures import SHAPES as COMPARATORS
from dateline.checks.figures import UNMEASURED
from dateline.checks.segments import SHAPES as ERRATA
from dateline.errors import InputError, Problem
from dateline.reports.problems import render
from dateline.validation import Finding, problems
from dateline.vocabulary import labels

ROOT = Path(__file__).resolve().parents[1]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/corruptions.json").read_text(encoding="utf-8"))["cases"]
RULED = set(RULES) | {"stale-exception"}
FIGURES = "annotations/{doc}/figures.jsonl"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record is held against its schema once: all copies of the gold but for a line are the same."""
    monkeypatch.setattr(reading, "problems", lambda kind, value: known_problems(kind, json.dumps(value)))


@cache
def known_problems(kind: str, written: str) -> list[Finding]:
    return list(problems(kind, json.loads(written)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the gold to spoil."""
    for folder in ("corpus", "annotations", "schema", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def at(value: Any, pointer: str) -> Any:
    """What a JSON Pointer points to; None where there is nothing."""
    for key in pointer.split("/")[1:]:
        value = value[int(key)] if isinstance(value, list) else (value or {}).get(key)
    return value


def put(record: Json, pointer: str, value: Any) -> None:
    """Set what a JSON Pointer points to; /- appends."""
    parent, _, key = pointer.rpartition("/")
    target = at(record, parent)
    if key == "-":
        target.append(value)
    else:
        target[int(key) if isinstance(target, list) else key] = value


def fits(record: Json, where: Json, records: list[Json]) -> bool:
    """Whether a record is as a case's `where` says."""
    tests: dict[str, Callable[[Any, Any, str], bool]] = {
        "not": lambda found, wanted, _: bool(found != wanted),
        "lacks": lambda found, wanted, _: wanted not in found,
        "repeated": lambda found, _, pointer: [at(other, pointer) for other in records].count(found) > 1,
    }
    for pointer, wanted in where.items():
        test, operand = next(iter(wanted.items())) if isinstance(wanted, dict) else ("", wanted)
        found = at(record, pointer)
        if not (tests[test](found, operand, pointer) if test else found == operand):
            return False
    return True


class Corruption:
    """A case of tests/cases/corruptions.json on a copy of the gold; `report` and `line` are where it must be found."""

    def __init__(self, root: Path, case: Json) -> None:
        self.root, self.case = root, case
        self.doc = min(path.parent.name for path in root.glob("corpus/*/document.json"))
        self.file = self.path(case["file"])
        self.line = case.get("line", 0)
        self.report = self.named(case["report"] if "report" in case else case["file"])

    def named(self, name: str) -> str:
        return name.replace("{doc}", self.doc)

    def path(self, name: str) -> Path:
        return self.root / self.named(name)

    def plant(self) -> None:
        """Spoil the file."""
        if "where" in self.case:
            self.spoil_records()
        elif "set" in self.case:
            record = json.loads(self.file.read_bytes())
            self.spoil(record)
            self.file.write_text(json.dumps(record, indent=1), encoding="utf-8")
        else:
            self.spoil_file()

    def spoil_file(self) -> None:
        case = self.case
        if "delete" in case:
            self.file.unlink()
        if "create" in case:
            self.file.parent.mkdir(exist_ok=True)
            self.file.write_text(self.named(case["create"]), encoding="utf-8")
        if "append" in case:
            self.file.write_bytes(self.file.read_bytes() + case["append"].encode())
        if "bytes" in case:
            lines = self.file.read_bytes().splitlines(keepends=True)
            lines[case["bytes"]["line"] - 1] = bytes.fromhex(case["bytes"]["hex"]) + lines[case["bytes"]["line"] - 1]
            self.file.write_bytes(b"".join(lines))
        if "replace" in case:
            text = self.file.read_text(encoding="utf-8")
            assert case["replace"][0] in text
            self.file.write_text(text.replace(*case["replace"]), encoding="utf-8")

    def spoil_records(self) -> None:
        records = self.records(self.case["file"])
        index = self.find(records, self.case["where"])
        if self.case.get("repeat"):
            index += 1
            records.insert(index, json.loads(json.dumps(records[index - 1])))
        self.spoil(records[index])
        if self.case.get("last"):
            records.append(records.pop(index))
            index = len(records) - 1
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        lines[index] = lines[index].replace(*self.case.get("replace", ("", "")))
        if self.case.get("drop"):
            lines.pop(index)
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.line = self.case.get("line", index + 1)

    def records(self, name: str) -> list[Json]:
        return [json.loads(line) for line in self.path(name).read_text(encoding="utf-8").splitlines()]

    def find(self, records: list[Json], where: Json) -> int:
        return next(number for number, record in enumerate(records) if fits(record, where, records))

    def spoil(self, record: Json) -> None:
        for pointer, value in self.case.get("set", {}).items():
            put(record, pointer, self.value(record, value, at(record, pointer) if not pointer.endswith("-") else None))
        for pointer in self.case.get("remove", []):
            del record[pointer.removeprefix("/")]

    def value(self, record: Json, value: Any, old: Any) -> Any:
        if isinstance(value, list):
            return [self.value(record, item, None) for item in value]
        if not isinstance(value, dict):
            return value
        if "lookup" in value:
            others = self.records(value["file"])
            return at(others[self.find(others, value["where"])], value["lookup"])
        return old + value["plus"] if "plus" in value else at(record, value["copy"]) if "copy" in value else value


def name(case: Json) -> str:
    return f"{case['code']}-{Path(case['file']).stem}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_planted_error_is_found_by_code_file_and_line(root: Path, case: Json) -> None:
    corruption = Corruption(root, case)
    corruption.plant()
    found = {(problem.code, problem.file, problem.line) for problem in check(root)}
    assert (case["code"], corruption.report, corruption.line) in found


def test_the_gold_has_no_problem() -> None:
    assert [str(problem) for problem in check(ROOT)] == []


def test_every_rule_is_provoked_by_a_planted_error() -> None:
    assert RULED - {case["code"] for case in CASES} == set()


def test_every_rule_names_a_section_of_the_guidelines_or_none() -> None:
    guidelines = (ROOT / "annotations/GUIDELINES.md").read_text(encoding="utf-8")
    assert {rule.anchor for rule in RULES.values() if f'<a id="{rule.anchor}"></a>' not in guidelines} <= {""}


def test_the_guidelines_have_an_anchor_once() -> None:
    guidelines = (ROOT / "annotations/GUIDELINES.md").read_text(encoding="utf-8")
    assert [anchor for anchor in anchors() if guidelines.count(f'<a id="{anchor}"></a>') != 1] == []


def test_rules_for_labels_cover_their_vocabulary() -> None:
    assert set(COMPARATORS) == set(labels("figure", "comparator"))
    assert set(ERRATA) == set(labels("erratum", "kind"))
    units = labels("figure", "ucum").values()
    assert {unit["x-category"] for unit in units} - {None} == set(UNMEASURED) < set(labels("figure", "category"))


def spoil(root: Path, code: str) -> list[Problem]:
    """All problems after planting the first case of a code."""
    Corruption(root, next(case for case in CASES if case["code"] == code)).plant()
    return check(root)


def test_a_message_names_place_code_level_record_and_section(root: Path) -> None:
    place = "annotations/ips-car-2014/figures.jsonl:2: text-mismatch error: ips-car-2014/f002: "
    section = " (annotations/GUIDELINES.md#offsets)"
    Corruption(root, {"file": FIGURES, "where": {"/id": "f002"}, "set": {"/text": "Under 2,000"}}).plant()
    found = [str(problem) for problem in check(root) if problem.code == "text-mismatch"]
    assert found == [f'{place}text is "Under 2,000"; the raw text there is "Over 2,000"{section}']


def test_an_unknown_label_is_quoted_and_the_known_ones_are_listed(root: Path) -> None:
    found = next(problem for problem in spoil(root, "unknown-label") if problem.code == "unknown-label")
    assert '"favour"' in found.message
    assert [label for label in labels("stance", "polarity") if label not in found.allowed] == []
    assert found.anchor == "stances-polarity"


def test_all_problems_are_listed_in_order_of_file_line_and_code(root: Path) -> None:
    for code in ("sha256", "value-not-in-span", "unknown-concept", "mention-type", "unknown-label"):
        spoil(root, code)
    found = check(root)
    assert {"sha256", "value-not-in-span", "mention-type", "unknown-label"} <= {problem.code for problem in found}
    assert found == sorted(found, key=lambda problem: (problem.file, problem.line, problem.code))


def test_a_record_that_fails_its_schema_is_no_matter_for_rules(root: Path) -> None:
    Corruption(root, {"file": FIGURES, "where": {}, "set": {"/status": "sure", "/text": "?", "/doc_id": "x"}}).plant()
    assert [problem.code for problem in check(root)] == ["unknown-label"]


def test_nothing_is_called_unused_while_a_line_cannot_be_read(root: Path) -> None:
    codes = Counter(problem.code for problem in spoil(root, "malformed-json"))
    assert codes == {"malformed-json": 1}


@pytest.mark.parametrize("junk", [None, True, 0, -1, 12.0, 10**9, "", "x", "[", [], ["x"], {}, {"start": 1}], ids=repr)
def test_no_value_in_any_field_makes_the_check_fail(root: Path, junk: object) -> None:
    for file in root.glob("*/**/*.jsonl"):
        records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for number, record in enumerate(records):
            record[list(record)[number % len(record)]] = junk
        file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert {problem.level for problem in check(root)} >= {"error"}


def test_a_checkout_without_seeds_has_nothing_to_compare_the_text_with(root: Path) -> None:
    shutil.rmtree(root / "seeds")
    assert check(root) == []


def test_without_a_data_statement_all_documents_carry_the_canary_of_the_first(root: Path) -> None:
    (root / "corpus/README.md").unlink()
    assert check(root) == []
    for folder in ("corpus", "annotations"):
        shutil.copytree(root / folder / "ips-car-2014", root / folder / "second")
    Corruption(root, next(case for case in CASES if case["code"] == "canary")).plant()
    assert [problem.file for problem in check(root) if problem.code == "canary"] == ["corpus/second/document.json"]


def test_a_path_restricts_the_report_to_a_file(root: Path) -> None:
    spoil(root, "text-mismatch")
    found = spoil(root, "value-not-in-span")
    only = check(root, [root / "annotations/ips-car-2014/figures.jsonl"])
    assert only == [problem for problem in found if problem.file.endswith("figures.jsonl")] != found


def test_a_path_restricts_the_report_to_a_folder(root: Path) -> None:
    spoil(root, "text-mismatch")
    found = spoil(root, "value-not-in-span")
    only = check(root, [root / "corpus/ips-car-2014"])
    assert only == [problem for problem in found if problem.file.startswith("corpus/")] != found


def test_a_path_may_be_relative_to_the_data_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(root, "sha256")
    monkeypatch.chdir(root / "schema")
    assert [problem.code for problem in check(root, [Path("corpus/ips-car-2014/document.json")])] == ["sha256"]


def test_another_data_root_is_checked_and_its_files_named_in_full(root: Path) -> None:
    spoil(root, "sha256")
    assert [problem.file for problem in check(ROOT, [root])] == [str(root / "corpus/ips-car-2014/document.json")]


def test_the_root_may_be_a_file_in_a_data_root(root: Path) -> None:
    spoil(root, "sha256")
    file = root / "corpus/ips-car-2014/document.json"
    assert [problem.file for problem in check(file)] == ["corpus/ips-car-2014/document.json"]


@pytest.mark.parametrize("paths", [[], [Path("corpus/nowhere")]])
def test_a_path_that_does_not_exist_is_refused(root: Path, paths: list[Path]) -> None:
    with pytest.raises(InputError, match="missing-file"):
        check(root if paths else root / "nowhere", paths)


def test_a_path_in_no_data_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing-corpus"):
        check(tmp_path)


def overlook(root: Path) -> Json:
    """Delete the last figure, and return it."""
    file = root / "annotations/ips-car-2014/figures.jsonl"
    *lines, last = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    figure: Json = json.loads(last)
    return figure


def accept(root: Path, code: str, record: Json) -> None:
    """Accept a warning at the place of a record."""
    exception = {key: record[key] for key in ("doc_id", "start", "end", "text")} | {"code": code, "reason": "x"}
    (root / "annotations/accepted.jsonl").write_text(json.dumps(exception) + "\n", encoding="utf-8")


def test_an_accepted_warning_is_not_reported(root: Path) -> None:
    accept(root, "unannotated-figure", overlook(root))
    assert check(root) == []


def test_an_accepted_warning_whose_text_has_changed_is_reported_with_its_exception(root: Path) -> None:
    accept(root, "unannotated-figure", overlook(root) | {"text": "another text"})
    assert {problem.code for problem in check(root)} == {"unannotated-figure", "stale-exception"}


def test_an_error_cannot_be_accepted(root: Path) -> None:
    corruption = Corruption(root, {"file": FIGURES, "where": {"/category": "killed"}, "set": {"/measure": None}})
    corruption.plant()
    accept(root, "measure-null", corruption.records(FIGURES)[corruption.line - 1])
    assert {problem.code for problem in check(root)} == {"measure-null", "stale-exception"}


def test_a_path_may_be_a_string_and_must_be_a_part_of_the_gold(root: Path) -> None:
    assert check(str(root)) == check(root, [str(root / "annotations")]) == []
    (root / "other.jsonl").write_text("garbage", encoding="utf-8")
    with pytest.raises(InputError, match="not-gold"):
        check(root, [root / "other.jsonl"])


def test_control_characters_of_gold_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in render([Problem("c", "error", "f", 1, "m\x1b[31m", "wrong")])
