"""Programs as systems: what they may do wrong, and that it costs them that document and no other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from children import CITY, asked, on, program, small

from dateline.errors import DatelineError
from dateline.runs import Outcome, run
from dateline.systems import command, opened, processes
from dateline.systems.base import Options

FAULTS = {
    "sleeps": ("time.sleep(60)", "no answer within 2 seconds"),
    "ignores being ended": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        "no answer within 2 seconds",
    ),
    "crashes": (
        "print('loading', 'out of luck', sep=chr(10), file=sys.stderr); sys.exit(3)",
        "the program ended with exit code 3 and without an answer; it said: out of luck",
    ),
    "ends": ("sys.exit(0)", "the program ended with exit code 0 and without an answer"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", "the program was ended by signal 9 (Killed)"),
    "closes its output": ("os.close(1); time.sleep(60)", "the program closed its standard output"),
    "says something else first": (
        "sys.stdout.write('Loading model' + chr(10))",
        'the answer is no JSON: JSON is malformed: invalid character (byte 0): "Loading model"',
    ),
    "says a list": ("say([good]); continue", 'the answer is no object: "[{\\"doc_id\\": \\"d2\\",'),
    "says another document": ("good['doc_id'] = 'd9'", 'the answer is for "d9"; expected "d2"'),
    "names no document": ("del good['doc_id']", 'the answer names no doc_id; expected "d2"'),
    "says two lines": (
        "sys.stdout.write((json.dumps(good) + chr(10)) * 2); continue",
        'the program sent more than one line; after the first: "{\\"doc_id\\": \\"d2\\",',
    ),
    "floods": (
        "sys.stdout.write(''.join(json.dumps(good) + chr(10) for _ in range(100_000)))",
        "the program sent more than one line; after the first:",
    ),
    "says no UTF-8": (
        "sys.stdout.buffer.write(bytes([34, 255, 34, 10])); sys.stdout.flush(); continue",
        "the answer is no JSON: 'utf-8' codec can't decode byte 0xff in position 0",
    ),
    "says NaN": ("good['entities'] = float('nan')", "the answer is no JSON: JSON is malformed: invalid character"),
    "says half a surrogate pair": ("good['system'] = chr(0xD800)", "the answer is no JSON: "),
    "nests deeply": ("sys.stdout.write('[' * 10_000 + chr(10)); continue", "the answer is no JSON: "),
    "says too much": ("good['system'] = 'x' * 30_000", "the answer is longer than 20000 bytes"),
    "never ends its line": ("sys.stdout.write('x' * 100_000); sys.stdout.flush()", "the answer is longer than 20000"),
    "says that it failed": ("say({'doc_id': doc_id, 'error': 'too' + chr(10) + 'long'}); continue", "too long"),
    "colours its error": (
        "print(chr(27) + '[31mred', file=sys.stderr); sys.exit(1)",
        "the program ended with exit code 1 and without an answer; it said: [31mred",
    ),
}


def ran(name: str, documents: int = 3, **options: object) -> Outcome:
    return run(name, small(documents), Options(**{"timeout": 30.0, **options}))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_its_document_with_a_reason_and_no_other(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, reason = FAULTS[fault]
    for module in (command, processes):
        monkeypatch.setattr(module, "MAX_LINE", 20_000)
    outcome = ran(program(tmp_path, on("d2", body)), timeout=2 if "sleep(60)" in body else 30)
    assert outcome.failed.keys() == {"d2"}
    assert outcome.failed["d2"].startswith(reason)
    assert [line["entities"] for line in outcome.lines()] == [[CITY], [CITY]]
    assert [doc_id for doc_id in asked(tmp_path) if doc_id != "d2"] == ["d1", "d3"]


def test_a_failed_document_has_its_reason_in_its_line(tmp_path: Path) -> None:
    name = program(tmp_path, on("d1", "sys.exit(3)"))
    entry = ran(name, 1).entries[0]
    assert bytes(entry.line).startswith(b'{"doc_id": "d1", "system": "command:')
    assert bytes(entry.line).endswith(b'"error": "the program ended with exit code 3 and without an answer"}')


def test_a_line_that_comes_too_late_fails_the_document_asked_next_and_no_other(tmp_path: Path) -> None:
    outcome = ran(program(tmp_path, on("d2", "say(good)", "time.sleep(0.3)")), 4)
    assert outcome.failed.keys() == {"d3"}


def test_a_program_that_fills_its_standard_error_is_not_held_up(tmp_path: Path) -> None:
    output = tmp_path / "p.jsonl"
    outcome = ran(program(tmp_path, "sys.stderr.write('x' * 3_000_000 + chr(10))"), 3, output=output)
    assert outcome.failed == {}
    assert (tmp_path / "p.jsonl.stderr").stat().st_size == 3 * 3_000_001


def test_a_program_that_does_not_read_what_it_is_sent_is_not_waited_for_longer_than_allowed(tmp_path: Path) -> None:
    (tmp_path / "deaf.py").write_text("import time\ntime.sleep(60)\n")
    outcome = ran(f"command:{sys.executable} {tmp_path / 'deaf.py'}", 1, timeout=0.5)
    assert outcome.failed == {"d1": "no answer within 0.5 seconds"}


def test_a_standard_error_without_a_word_leaves_no_file(tmp_path: Path) -> None:
    ran(program(tmp_path), output=tmp_path / "p.jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked", "p.jsonl", "program.py"]


def test_a_program_is_started_once_and_asked_for_one_document_after_another(tmp_path: Path) -> None:
    outcome = ran(program(tmp_path, "good['entities'] = []; good['system'] = str(os.getpid())"), 5)
    assert len({line["system"] for line in outcome.lines()}) == 1


def test_a_program_is_asked_as_many_times_at_once_as_there_are_jobs(tmp_path: Path) -> None:
    body = "(folder / doc_id).touch()\nwait_for(lambda: len(list(folder.glob('d*'))) >= 3)"
    outcome = ran(program(tmp_path, body), 6, jobs=3)
    assert outcome.failed == {}
    assert sorted(asked(tmp_path)) == [entry.doc_id for entry in outcome.entries] == [f"d{n}" for n in range(1, 7)]


def test_several_processes_keep_what_they_say_in_files_of_their_own(tmp_path: Path) -> None:
    body = "(folder / doc_id).touch()\nwait_for(lambda: len(list(folder.glob('d*'))) == 2)\nprint('x', file=sys.stderr)"
    ran(program(tmp_path, body), 2, jobs=2, output=tmp_path / "p.jsonl")
    assert sorted(path.name for path in tmp_path.glob("*.stderr")) == ["p.jsonl.1.stderr", "p.jsonl.2.stderr"]


def test_a_program_is_let_end_by_itself_when_all_is_done(tmp_path: Path) -> None:
    name = program(tmp_path)
    (tmp_path / "program.py").open("a").write("(folder / 'ended').touch()\n")
    ran(name)
    assert (tmp_path / "ended").exists()


def test_a_program_that_does_not_end_by_itself_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "GRACE", 0.1)
    name = program(tmp_path, "(folder / 'pid').write_text(str(os.getpid()))")
    (tmp_path / "program.py").open("a").write("time.sleep(60)\n")
    ran(name)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_the_program_is_told_the_whole_task(tmp_path: Path) -> None:
    body = "good['system'] = ' '.join(json.loads(line))"
    assert ran(program(tmp_path, body), 1).lines()[0]["system"] == "doc_id date text clean segments concepts labels"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("no-such-program --fast", 'command "no-such-program" cannot be started: No such file or directory'),
        ("'open", "command:'open cannot be split into words: No closing quotation"),
        ("''", 'command "" cannot be started'),
    ],
)
def test_a_command_that_cannot_be_started_is_refused(argument: str, message: str) -> None:
    with pytest.raises(DatelineError, match=message), opened(f"command:{argument}"):
        pass


def test_a_command_is_not_read_by_a_shell(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="cannot be started"), opened(f"command:touch>{tmp_path}/made"):
        pass
    assert not (tmp_path / "made").exists()
