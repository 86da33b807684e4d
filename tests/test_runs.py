"""Runs: what is written when, and that one which was killed goes on where it was."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from children import CITY, asked, on, program, small, written

from dateline import cli
from dateline.corpus import load
from dateline.errors import DatelineError, InputError
from dateline.files import MAX_LINE
from dateline.inputs import Task
from dateline.reports.runs import notes
from dateline.runs import Outcome, run
from dateline.runs.journal import opened
from dateline.systems import FAMILIES
from dateline.systems.base import Answer, Ask, FailedError, Options, System

Reply = Callable[[Task], Answer]


def good(task: Task) -> Answer:
    return Answer({"entities": [CITY]})


def wicked(task: Task) -> Answer:
    raise FailedError("no luck")


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes "test:x" a system that gives these answers."""

    def made(reply: Reply, **fields: Any) -> None:
        @contextmanager
        def open_(options: Options) -> Iterator[Ask]:
            yield reply

        system = System("test", "", ("entities", "figures"), open_, takes=("jobs", "max_tokens"), argument="X")
        monkeypatch.setitem(FAMILIES, "test", system._replace(**fields))

    return made


def ran(output: Path | None = None, documents: int = 3, **given: Any) -> Outcome:
    """A run of test:x; options of the run and of the system by their names."""
    control = {name: given.pop(name) for name in ("restart", "retry", "progress") if name in given}
    return run("test:x", small(documents), Options(output=output, **given), **control)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def broken_off(output: Path, answering: Callable[..., None], at: str = "d3") -> None:
    """A run that stops at a document."""

    def reply(task: Task) -> Answer:
        if task.doc_id == at:
            raise KeyboardInterrupt
        return good(task)

    answering(reply)
    with pytest.raises(KeyboardInterrupt):
        ran(output)


def command_line(*words: object) -> list[str]:
    main = "import sys; from dateline.cli import main; sys.exit(main())"
    return [sys.executable, "-c", main, *map(str, words)]


def wait_for(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise TimeoutError


# The file


def test_a_run_writes_a_line_for_each_document_and_leaves_nothing_else(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    answering(good)
    ran(tmp_path / "p.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["p.jsonl"]
    assert lines(tmp_path / "p.jsonl") == [
        {"doc_id": f"d{number}", "system": "test:x", "entities": [CITY]} for number in (1, 2, 3)
    ]


def test_a_finished_document_is_on_the_disk_before_the_next_one_is_asked_about(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    seen = []

    def reply(task: Task) -> Answer:
        seen.append(len((tmp_path / "p.jsonl.partial").read_bytes().splitlines()))
        return good(task)

    answering(reply)
    ran(tmp_path / "p.jsonl")
    assert seen == [0, 2, 3]  # the header comes with the first


def test_an_earlier_file_stays_until_all_documents_are_done(tmp_path: Path, answering: Callable[..., None]) -> None:
    output = tmp_path / "p.jsonl"
    output.write_text("before")
    broken_off(output, answering)
    assert output.read_text() == "before"


def test_without_an_output_nothing_is_written(
    tmp_path: Path, answering: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answering(good)
    assert len(ran().lines()) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_nothing_beside_it(tmp_path: Path, answering: Callable[..., None]) -> None:
    answering(good)
    os.mkfifo(tmp_path / "pipe")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    outcome = ran(tmp_path / "pipe")
    reader.join()
    assert found == [outcome.content]
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_folder_that_is_not_there_is_made(tmp_path: Path, answering: Callable[..., None]) -> None:
    answering(good)
    ran(tmp_path / "new/folder/p.jsonl")
    assert len(lines(tmp_path / "new/folder/p.jsonl")) == 3


def test_a_folder_in_place_of_a_file_is_refused_before_anything_is_asked(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    answering(wicked)
    with pytest.raises(DatelineError, match="is a folder; expected a file to write to"):
        ran(tmp_path)


def test_raw_answers_are_kept_beside_the_predictions(tmp_path: Path, answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({}, raw=f"I say {task.doc_id} \U0001f600 \ud800"))
    ran(tmp_path / "p.jsonl", documents=2)
    assert lines(tmp_path / "p.jsonl.answers.jsonl") == [
        {"doc_id": doc_id, "raw": f"I say {doc_id} \U0001f600 ?"} for doc_id in ("d1", "d2")
    ]


def test_layers_that_were_not_asked_for_are_left_out(answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({"entities": [], "figures": [], "stances": []}))
    assert [set(line) for line in ran(documents=1, layers=("figures",)).lines()] == [{"doc_id", "system", "figures"}]


def test_a_system_that_names_itself_keeps_its_name(answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({"system": "mine 3.1"}))
    assert ran(documents=1).lines() == [{"doc_id": "d1", "system": "mine 3.1"}]


def test_records_that_are_wrong_stay_for_the_score_to_name(answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({"entities": [{"start": -1, "type": "GPE"}, 7], "more": None}))
    assert ran(documents=1).lines()[0]["entities"] == [{"start": -1, "type": "GPE"}, 7]


# Documents that fail


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ([1], "the answer is a list; expected an object with the layers"),
        (None, "the answer is a NoneType; expected an object with the layers"),
        ({"doc_id": "d2"}, 'the answer is for "d2"; expected the document "d1"'),
        ({"doc_id": {1}}, 'the answer is for "{1}"; expected the document "d1"'),
        ({"figures": [{"value": math.nan}]}, "the answer is no JSON: Out of range float values"),
        ({"figures": {1}}, "the answer is no JSON: set is no JSON value"),
        ({"system": "\ud800"}, "the answer is no JSON: "),
        ({"error": "too\nlong"}, "too long"),
        ({"error": {}}, "the system says so, and no more"),
        ({"system": "x" * (MAX_LINE + 1)}, f"the answer is longer than {MAX_LINE} bytes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_that_cannot_be_used_fails_its_document(
    line: Any, reason: str, answering: Callable[..., None]
) -> None:
    answering(lambda task: Answer(line) if task.doc_id == "d1" else good(task))
    failed = ran(documents=2).failed
    assert failed.keys() == {"d1"}
    assert failed["d1"].startswith(reason)


def test_what_a_library_raises_fails_the_document(answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({"entities": [1 // 0]}))
    assert ran(documents=1).failed == {"d1": "ZeroDivisionError: integer division or modulo by zero"}


def test_what_speaks_of_all_documents_ends_the_run_and_keeps_what_is_finished(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    def reply(task: Task) -> Answer:
        if task.doc_id == "d2":
            raise DatelineError("the key is wrong")
        return good(task)

    answering(reply)
    with pytest.raises(DatelineError, match="the key is wrong"):
        ran(tmp_path / "p.jsonl")
    answering(good)
    assert ran(tmp_path / "p.jsonl").reused == 1


def test_a_run_that_ends_before_anything_is_finished_leaves_nothing(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    broken_off(tmp_path / "p.jsonl", answering, at="d1")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_document_keeps_what_was_sent_and_what_it_took(tmp_path: Path, answering: Callable[..., None]) -> None:
    def reply(task: Task) -> Answer:
        raise FailedError("cut off", raw='{"entit', usage={"tokens": 7})

    answering(reply)
    outcome = ran(tmp_path / "p.jsonl", documents=1)
    assert (outcome.usage, outcome.entries[0].raw) == ({"tokens": 7}, '{"entit')


def test_failed_documents_are_asked_again_only_when_told_to(tmp_path: Path, answering: Callable[..., None]) -> None:
    output = tmp_path / "p.jsonl"
    answering(lambda task: wicked(task) if task.doc_id == "d2" else good(task))
    assert ran(output).failed == {"d2": "no luck"}
    answering(good)
    assert (ran(output).failed, ran(output).reused) == ({"d2": "no luck"}, 3)
    again = ran(output, retry=True)
    assert (again.failed, again.reused) == ({}, 2)
    assert [line.get("error") for line in lines(output)] == [None, None, None]
    assert [path.name for path in tmp_path.iterdir()] == ["p.jsonl"]


def test_what_is_used_is_added_up_over_all_parts_of_a_run(tmp_path: Path, answering: Callable[..., None]) -> None:
    def reply(task: Task) -> Answer:
        raise FailedError("no luck", usage={"tokens": 10})

    answering(reply)
    ran(tmp_path / "p.jsonl", documents=2)
    answering(lambda task: Answer({}, usage={"tokens": 1, "cost": 0.5}))
    assert ran(tmp_path / "p.jsonl", documents=2, retry=True).usage == {"tokens": 22, "cost": 1.0}


# Going on


def test_a_run_that_was_broken_off_asks_about_the_rest_only(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    seen: list[str] = []
    answering(lambda task: seen.append(task.doc_id) or good(task))  # type: ignore[func-returns-value]  # None, then
    outcome = ran(tmp_path / "p.jsonl")
    assert (seen, outcome.reused) == (["d3"], 2)
    assert [line["doc_id"] for line in lines(tmp_path / "p.jsonl")] == ["d1", "d2", "d3"]


@pytest.mark.parametrize("torn", [b'{"doc_id":"d3","line":{"doc_', b"\0\0\0", b"{", "{\u201c".encode()[:2]])
def test_a_torn_last_line_is_dropped(torn: bytes, tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    with (tmp_path / "p.jsonl.partial").open("ab") as file:
        file.write(torn)
    answering(good)
    assert ran(tmp_path / "p.jsonl").reused == 2


@pytest.mark.parametrize("content", [b"", b'{"run":"te'])
def test_a_run_killed_before_its_header_was_written_starts_anew(
    content: bytes, tmp_path: Path, answering: Callable[..., None]
) -> None:
    (tmp_path / "p.jsonl.partial").write_bytes(content)
    answering(good)
    assert ran(tmp_path / "p.jsonl").reused == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"max_tokens": 5}, r"p\.jsonl\.partial is of another run \(max_tokens null there, 5 here\); name another"),
        ({"layers": ("figures",)}, r'\(layers \["entities", "figures"\] there, \["figures"\] here\)'),
    ],
)
def test_what_was_begun_with_other_options_is_not_gone_on_with(
    changed: dict[str, Any], message: str, tmp_path: Path, answering: Callable[..., None]
) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    answering(good)
    with pytest.raises(DatelineError, match=message):
        ran(tmp_path / "p.jsonl", **changed)


def test_what_was_begun_on_another_corpus_is_not_gone_on_with(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    answering(good)
    with pytest.raises(DatelineError, match='corpus "digest" there, "other" here'):
        run("test:x", small(3)._replace(digest="other"), Options(output=tmp_path / "p.jsonl"))


def test_options_on_which_no_answer_depends_may_change(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    answering(good)
    assert ran(tmp_path / "p.jsonl", jobs=2).reused == 2


def test_restart_throws_away_what_was_begun(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    answering(good)
    assert ran(tmp_path / "p.jsonl", restart=True, max_tokens=5).reused == 0


def test_a_partial_file_that_is_none_is_refused(tmp_path: Path, answering: Callable[..., None]) -> None:
    (tmp_path / "p.jsonl.partial").write_text("something else\n")
    answering(good)
    with pytest.raises(InputError, match=r"partial:1: unreadable-record error: no header of a run"):
        ran(tmp_path / "p.jsonl")


def test_a_damaged_line_is_refused_by_its_number(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering)
    with (tmp_path / "p.jsonl.partial").open("ab") as file:
        file.write(b'{"doc_id": 3}\n')
    answering(good)
    with pytest.raises(InputError, match=r"partial:4: unreadable-record error: .*--restart starts anew"):
        ran(tmp_path / "p.jsonl")


def test_two_runs_to_one_output_are_refused(tmp_path: Path, answering: Callable[..., None]) -> None:
    answering(good)
    with (
        opened(tmp_path / "p.jsonl", {}),
        pytest.raises(DatelineError, match=r"another run is writing .*p\.jsonl; wait for it"),
    ):
        ran(tmp_path / "p.jsonl")
    assert ran(tmp_path / "q.jsonl").reused == 0


def test_nothing_is_opened_where_nothing_is_left_to_ask(tmp_path: Path, answering: Callable[..., None]) -> None:
    answering(wicked)
    ran(tmp_path / "p.jsonl")

    def never(options: Options) -> Any:
        raise AssertionError

    answering(good, open=never)
    assert ran(tmp_path / "p.jsonl").reused == 3


# Several at once


def test_documents_asked_about_at_once_are_written_in_the_order_of_the_corpus(
    tmp_path: Path, answering: Callable[..., None]
) -> None:
    rest = threading.Barrier(3)

    def reply(task: Task) -> Answer:
        rest.wait(10)
        time.sleep(0.05 if task.doc_id == "d1" else 0)
        return good(task)

    answering(reply)
    ran(tmp_path / "p.jsonl", documents=3, jobs=3)
    assert [line["doc_id"] for line in lines(tmp_path / "p.jsonl")] == ["d1", "d2", "d3"]


def test_no_more_documents_are_asked_about_at_once_than_there_are_jobs(answering: Callable[..., None]) -> None:
    now, most, lock = [0], [0], threading.Lock()

    def reply(task: Task) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1
        return good(task)

    answering(reply)
    assert len(ran(documents=20, jobs=4).lines()) == 20
    assert 1 < most[0] <= 4


def test_progress_is_told_up_to_all_documents(tmp_path: Path, answering: Callable[..., None]) -> None:
    broken_off(tmp_path / "p.jsonl", answering, at="d2")
    answering(good)
    told: list[tuple[int, int]] = []
    ran(tmp_path / "p.jsonl", progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 3), (3, 3)]


# The command, killed and interrupted

GATE = on("d4", "(folder / 'waiting').touch()", "wait_for((folder / 'gate').exists)")


@pytest.fixture
def begun(tmp_path: Path) -> tuple[subprocess.Popen[str], list[str]]:
    """`dateline run` over eight documents, which has finished three and waits at the fourth; and its command line."""
    root = written(tmp_path / "checkout", small(8))
    words = command_line("run", program(tmp_path, GATE), "--gold", root, "-o", tmp_path / "p.jsonl")
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    wait_for((tmp_path / "waiting").exists)
    return process, words


@pytest.fixture
def killed(begun: tuple[subprocess.Popen[str], list[str]]) -> list[str]:
    """The command line of such a run that was killed while it waited."""
    process, words = begun
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return words


def test_a_run_that_is_killed_goes_on_with_nothing_lost_and_nothing_done_twice(
    tmp_path: Path, killed: list[str]
) -> None:
    kept = (tmp_path / "p.jsonl.partial").read_bytes()
    assert (len(kept.splitlines()), (tmp_path / "p.jsonl").exists()) == (1 + 3, False)
    (tmp_path / "gate").touch()
    second = subprocess.run(killed, capture_output=True, text=True, check=True)
    assert second.stderr == "3 of 8 documents were finished before\n"
    assert asked(tmp_path) == [f"d{number}" for number in range(1, 9)]
    assert [line["doc_id"] for line in lines(tmp_path / "p.jsonl")] == asked(tmp_path)
    assert not (tmp_path / "p.jsonl.partial").exists()


def test_what_a_killed_run_and_its_second_part_write_is_what_one_run_writes(tmp_path: Path, killed: list[str]) -> None:
    (tmp_path / "gate").touch()
    for output in ("p.jsonl", "q.jsonl"):
        subprocess.run([*killed[:-1], str(tmp_path / output)], check=True, capture_output=True)
    assert (tmp_path / "p.jsonl").read_bytes() == (tmp_path / "q.jsonl").read_bytes()


def test_a_run_that_is_interrupted_says_how_to_go_on(
    tmp_path: Path, begun: tuple[subprocess.Popen[str], list[str]]
) -> None:
    process, _ = begun
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    path = tmp_path / "p.jsonl.partial"
    assert said == f"broken off; {path} has what is finished, and the same command goes on from there\n"
    assert process.returncode == 130
    assert len(path.read_bytes().splitlines()) == 1 + 3


def test_an_interrupted_run_of_several_jobs_does_not_wait_for_them(tmp_path: Path) -> None:
    root, body = written(tmp_path / "checkout", small(8)), "(folder / doc_id).touch()\ntime.sleep(60)"
    words = command_line("run", program(tmp_path, body), "--gold", root, "-o", tmp_path / "p.jsonl", "--jobs", 2)
    process = subprocess.Popen(words, stderr=subprocess.PIPE)
    wait_for(lambda: len(list(tmp_path.glob("d*"))) == 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_a_second_run_to_the_same_output_is_refused_while_the_first_goes_on(
    tmp_path: Path, begun: tuple[subprocess.Popen[str], list[str]]
) -> None:
    process, words = begun
    second = subprocess.run(words, capture_output=True, text=True)
    (tmp_path / "gate").touch()
    process.communicate(timeout=20)
    assert (second.returncode, process.returncode) == (2, 0)
    assert (
        second.stderr
        == f"dateline: another run is writing {tmp_path / 'p.jsonl'}; wait for it, or name another output\n"
    )


def test_the_command_names_failed_documents_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = written(tmp_path / "checkout", small(3))
    name, output = program(tmp_path, on("d2", "sys.exit(3)")), tmp_path / "p.jsonl"
    assert cli.main(["run", name, "--gold", str(root), "-o", str(output)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "1 of 3 documents failed and count as missed; --retry asks about them again",
        "  d2: the program ended with exit code 3 and without an answer",
    ]


def test_the_command_prints_to_standard_output_without_an_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = written(tmp_path / "checkout", small(2))
    assert cli.main(["run", program(tmp_path), "--gold", str(root)]) == 0
    assert [json.loads(line)["doc_id"] for line in capsys.readouterr().out.splitlines()] == ["d1", "d2"]


def test_only_so_many_failed_documents_are_named(answering: Callable[..., None]) -> None:
    answering(wicked)
    told = list(notes(ran(documents=15), None))
    assert (told[0], told[-1], len(told)) == ("15 of 15 documents failed and count as missed", "  and 5 more", 12)


def test_what_was_used_is_told_with_its_names(answering: Callable[..., None]) -> None:
    answering(lambda task: Answer({}, usage={"prompt_tokens": 1500, "cost": 0.01}))
    assert list(notes(ran(documents=3), None)) == ["used: prompt tokens 4,500, cost 0.0300"]


def test_a_written_checkout_reads_back_as_its_corpus(tmp_path: Path) -> None:
    assert load(written(tmp_path, small(2))).documents == small(2).documents
