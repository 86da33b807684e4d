"""Language models behind an endpoint: what is asked, what is kept, and what the user sees when things go wrong."""

from __future__ import annotations

import contextlib
import io
import json
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tiny
from endpoint import KEY, MODEL, Act, Server, accepts, body, completion, error, raw, says, serving
from faults import ANSWER, FAULTS, GOOD, TRIES, Fault
from gold_answer import gold_answer

from dateline import cli, prompts
from dateline.corpus import load
from dateline.errors import DatelineError
from dateline.inputs import task_of
from dateline.predictions import read
from dateline.prompts import answer_schema, messages
from dateline.scoring import gold_predictions, score
from dateline.systems import openai
from dateline.systems.base import Ask, FailedError, Options
from dateline.systems.openai.endpoint import EndpointError
from dateline.systems.openai.patience import Patience, asked_for
from dateline.validation import LONGEST_QUOTE

pytest.importorskip("openai")

ROOT = Path(__file__).resolve().parents[1]
GOLD = tiny.corpus(tiny.document("Seleka left Bangui in May.\n5 died."))
TASK = task_of(GOLD.documents[0], GOLD)
LAYERS = ("entities", "figures")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


class Asked:
    """A system that asks a scripted server, with the waits that it took."""

    def __init__(self, ask: Ask, server: Server, waits: list[float]) -> None:
        self.ask = ask
        self.server = server
        self.waits = waits


@contextmanager
def asking(*script: Act, **options: Any) -> Iterator[Asked]:
    waits: list[float] = []
    patience = Patience(tries=TRIES, sleep=waits.append, draw=lambda: 0.0)
    with serving(*script) as server:
        given = Options(argument=MODEL, layers=LAYERS, base_url=server.base_url, **options)
        with openai.open(given, patience) as ask:
            yield Asked(ask, server, waits)


EXPECTED = ("requests", "input tokens", "output tokens", "answers as json_schema")


def seen(fault: Fault) -> str:
    """What a user sees: the answer or why there is none, and what is counted beside it."""
    with asking(*fault.script, timeout=fault.timeout) as asked:
        told, usage = outcome(asked.ask)
        counted = [f"{name} {count:g}" for name, count in usage.items() if name not in EXPECTED]
        waited = [f"waited {' + '.join(f'{wait:g}' for wait in asked.waits)} s"] if asked.waits else []
        return "; ".join([told.replace(asked.server.base_url, "{url}"), *counted, *waited])


def outcome(ask: Ask) -> tuple[str, Mapping[str, float]]:
    """What comes of a document, with the problems that scoring finds in an answer; and what it took."""
    try:
        answer = ask(TASK)
    except FailedError as reason:
        return f"failed: {reason}", reason.usage
    except DatelineError as reason:
        return f"the run stops: {reason}", {}
    problems = ", ".join(problem.code for problem in read([answer.line], GOLD, "spurious").problems)
    return f"the answer{'; scored with ' if problems else ''}{problems}", answer.usage


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_user_sees_of_each_fault_is_what_the_table_says(fault: Fault) -> None:
    assert seen(fault) == fault.sees


def test_the_answer_is_a_line_of_a_prediction_file() -> None:
    with asking(GOOD) as asked:
        assert asked.ask(TASK).line == {"doc_id": "d1", **json.loads(ANSWER)}


def test_the_raw_answer_is_what_the_model_said_word_for_word() -> None:
    fenced = f"```json\n{ANSWER}\n```"
    with asking(says(fenced)) as asked:
        assert asked.ask(TASK).raw == fenced


def test_what_cannot_be_used_is_kept_as_a_raw_answer_too() -> None:
    with asking(says("no JSON")) as asked, pytest.raises(FailedError) as failed:
        asked.ask(TASK)
    assert failed.value.raw == "no JSON"


def test_a_request_asks_for_the_schema_at_temperature_0_with_a_seed() -> None:
    with asking(GOOD) as asked:
        asked.ask(TASK)
    request = asked.server.requests[0]
    assert (request["path"], request["model"]) == ("/v1/chat/completions", MODEL)
    assert (request["temperature"], request["seed"]) == (0, 0)
    assert request["messages"] == messages(TASK, LAYERS)
    wanted = {"name": "dateline_answer", "strict": True, "schema": answer_schema(LAYERS)}
    assert request["response_format"] == {"type": "json_schema", "json_schema": wanted}


def test_the_limit_of_tokens_is_asked_for_and_said_when_it_is_met() -> None:
    with (
        asking(says(ANSWER[:9], "length"), max_tokens=9) as asked,
        pytest.raises(FailedError, match=r"--max-tokens 9$"),
    ):
        asked.ask(TASK)
    assert asked.server.requests[0]["max_tokens"] == 9


def test_a_model_that_wants_another_name_for_the_limit_gets_it() -> None:
    refusal = error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    with asking(refusal, GOOD, max_tokens=9) as asked:
        asked.ask(TASK)
    assert "max_tokens" not in asked.server.requests[1]
    assert asked.server.requests[1]["max_completion_tokens"] == 9


def test_what_was_learnt_of_an_endpoint_is_used_for_the_next_document() -> None:
    act = accepts("json_object", otherwise=error(400, "no json_schema"), answer=GOOD)
    with asking(act) as asked:
        asked.ask(TASK)
        asked.ask(TASK)
    kinds = [request["response_format"]["type"] for request in asked.server.requests]
    assert kinds == ["json_schema", "json_object", "json_object"]


def test_a_looser_form_is_told_when_it_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    with asking(accepts("json_object", otherwise=error(400, "no json_schema"), answer=GOOD)) as asked:
        asked.ask(TASK)
    assert "going on with json_object" in caplog.text


def test_an_answer_that_cannot_be_read_is_shown_to_the_model_with_what_is_wrong() -> None:
    with asking(says("prose"), GOOD) as asked:
        asked.ask(TASK)
    first, second = (request["messages"] for request in asked.server.requests)
    assert second[: len(first)] == first
    assert second[-2] == {"role": "assistant", "content": "prose"}
    assert "there is no answer" in second[-1]["content"]


def test_tokens_and_requests_are_counted() -> None:
    with asking(says("prose"), GOOD) as asked:
        usage = asked.ask(TASK).usage
    assert (usage["requests"], usage["input tokens"], usage["output tokens"]) == (2, 2000, 400)


def test_the_cost_is_that_of_both_prices() -> None:
    with asking(GOOD, price_in=2.0, price_out=10.0) as asked:
        assert asked.ask(TASK).usage["cost"] == pytest.approx((1000 * 2 + 200 * 10) / 1_000_000)


def test_a_failed_document_has_its_cost_too() -> None:
    with asking(says("prose"), price_in=2.0, price_out=10.0) as asked, pytest.raises(FailedError) as failed:
        asked.ask(TASK)
    assert failed.value.usage["cost"] == pytest.approx(2 * (1000 * 2 + 200 * 10) / 1_000_000)


def test_tokens_that_an_endpoint_does_not_count_are_not_counted_as_none() -> None:
    with asking(body({**completion(ANSWER), "usage": None})) as asked:
        usage = asked.ask(TASK).usage
    assert usage["answers without token count"] == 1
    assert "input tokens" not in usage


def test_many_threads_may_ask_one_model() -> None:
    with asking(GOOD) as asked, ThreadPoolExecutor(8) as pool:
        lines = [answer.line for answer in pool.map(asked.ask, [TASK] * 24)]
    assert lines == [{"doc_id": "d1", **json.loads(ANSWER)}] * 24


class TestCache:
    def test_an_answer_is_asked_for_once(self, tmp_path: Path) -> None:
        with asking(GOOD, cache=tmp_path) as asked:
            first, second = asked.ask(TASK), asked.ask(TASK)
        assert (first.line, first.raw) == (second.line, second.raw)
        assert len(asked.server.requests) == 1
        assert second.usage == {"answers from cache": 1}

    def test_it_stands_beside_the_output(self, tmp_path: Path) -> None:
        with asking(GOOD, output=tmp_path / "out.jsonl") as asked:
            asked.ask(TASK)
        assert [path.suffix for path in (tmp_path / "out.jsonl.cache").iterdir()] == [".json"]

    @pytest.mark.parametrize("change", [{"layers": ("figures",)}, {"argument": "other"}, {"max_tokens": 7}], ids=str)
    def test_another_question_is_asked(self, tmp_path: Path, change: dict[str, Any]) -> None:
        with serving(GOOD) as server:
            for more in ({}, change):
                given = {"argument": MODEL, "layers": LAYERS, "base_url": server.base_url, "cache": tmp_path, **more}
                with openai.open(Options(**given)) as ask:
                    ask(TASK)
            assert len(server.requests) == 2

    def test_another_text_is_asked_about(self, tmp_path: Path) -> None:
        other = msgspec.structs.replace(TASK, text=TASK.text.replace("May", "Mai"))
        with asking(GOOD, cache=tmp_path) as asked:
            asked.ask(TASK)
            asked.ask(other)
        assert len(asked.server.requests) == 2

    def test_another_endpoint_is_asked(self, tmp_path: Path) -> None:
        with asking(GOOD, cache=tmp_path) as one, asking(GOOD, cache=tmp_path) as other:
            one.ask(TASK)
            other.ask(TASK)
        assert [len(asked.server.requests) for asked in (one, other)] == [1, 1]

    def test_an_answer_that_cannot_be_read_is_not_kept(self, tmp_path: Path) -> None:
        with asking(says("prose"), cache=tmp_path) as asked, pytest.raises(FailedError):
            asked.ask(TASK)
        assert [*tmp_path.iterdir()] == []

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": "x"}', b"\xff", b"\x00" * 9], ids=repr)
    def test_a_corrupt_entry_is_named_and_asked_for_again(
        self, tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        with asking(GOOD, cache=tmp_path) as asked:
            asked.ask(TASK)
            (path,) = tmp_path.iterdir()
            whole = path.read_bytes()
            path.write_bytes(content)
            asked.ask(TASK)
        assert (len(asked.server.requests), path.read_bytes()) == (2, whole)
        assert f"{path}: this cached answer cannot be read" in caplog.text

    def test_the_entry_of_another_question_is_not_taken(self, tmp_path: Path) -> None:
        with asking(GOOD, cache=tmp_path) as asked:
            asked.ask(TASK)
            (path,) = tmp_path.iterdir()
            path.write_bytes(path.read_bytes().replace(path.stem.encode(), b"0" * 64))
            asked.ask(TASK)
        assert len(asked.server.requests) == 2


class TestKey:
    def test_it_is_sent(self) -> None:
        with asking(GOOD) as asked:
            asked.ask(TASK)
        assert asked.server.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"

    def test_an_endpoint_may_ask_for_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY")
        with asking(GOOD) as asked:
            assert asked.ask(TASK).line

    def test_without_an_address_there_must_be_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(DatelineError, match="set OPENAI_API_KEY"), openai.open(Options(argument=MODEL)):
            pass

    @pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
    def test_an_endpoint_that_repeats_it_does_not_make_it_known(
        self, status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        told = [json.dumps(completion(f"{KEY} {ANSWER}")), json.dumps({"error": {"message": f"{KEY} is wrong"}})]
        act = raw(told[status != 200].encode(), status)
        with asking(act, cache=tmp_path) as asked:
            try:
                told.append(repr(asked.ask(TASK)))
            except DatelineError as failed:
                told.append("".join(traceback.format_exception(failed)) + repr(vars(failed)))
        assert KEY not in told[-1] + caplog.text
        assert "[key]" in told[-1]
        assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.iterdir())

    @pytest.mark.parametrize("status", [200, 403])
    @pytest.mark.parametrize("before", range(LONGEST_QUOTE - len(KEY), LONGEST_QUOTE, 5))
    def test_no_part_of_it_is_left_where_a_message_is_shortened(self, status: int, before: int) -> None:
        act = body({"error": {"message": f"{'x' * before}{KEY}"}}, status)
        with asking(act) as asked, pytest.raises(FailedError) as failed:
            asked.ask(TASK)
        assert KEY[:6] not in str(failed.value)

    def test_one_with_strange_characters_is_refused_unseen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-\u201cquoted\u201d")
        with pytest.raises(DatelineError) as refused, openai.open(Options(argument=MODEL)):
            pass
        assert "quoted" not in str(refused.value)


def test_nobody_at_the_address_stops_the_run_after_some_tries() -> None:
    with serving(GOOD) as server:
        given = Options(argument=MODEL, layers=LAYERS, base_url=server.base_url)
    patience = Patience(tries=2, sleep=lambda seconds: None)
    with openai.open(given, patience) as ask, pytest.raises(EndpointError, match=r"connection failed: .* \(tried 2"):
        ask(TASK)


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://host/v1", "http://", "http://[::1", "http://user:secret@host/v1"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(DatelineError, match="--base-url") as refused, openai.open(Options(MODEL, base_url=url)):
        pass
    assert "secret" not in str(refused.value)


def test_a_price_without_the_other_is_refused() -> None:
    with pytest.raises(DatelineError, match="go together"), openai.open(Options(MODEL, price_in=1.0)):
        pass


class TestPatience:
    def test_waits_double_up_to_the_longest(self) -> None:
        patience = Patience(longest=5, draw=lambda: 1.0)
        assert [patience.delay(tried) for tried in range(1, 6)] == [1, 2, 4, 5, 5]

    def test_half_of_a_wait_is_drawn(self) -> None:
        assert [Patience(draw=draw).delay(3) for draw in (lambda: 0.0, lambda: 0.5, lambda: 1.0)] == [2, 3, 4]

    def test_a_wait_that_was_asked_for_is_never_shortened(self) -> None:
        assert [Patience(draw=draw).delay(1, 30) for draw in (lambda: 0.0, lambda: 1.0)] == [30, 31]

    def test_a_wait_is_asked_for_in_seconds_in_milliseconds_or_as_a_date(self) -> None:
        assert asked_for({"retry-after": "7"}) == 7
        assert asked_for({"retry-after": "7", "retry-after-ms": "250"}) == 0.25
        soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
        assert asked_for({"retry-after": soon}) == pytest.approx(30, abs=2)

    @pytest.mark.parametrize("header", ["", "soon", "Wed, 99 Xxx", "-5", "nan"])
    def test_a_wait_that_cannot_be_read_is_none_or_nothing(self, header: str) -> None:
        assert not asked_for({"retry-after": header})

    def test_a_wait_for_ever_is_not_waited_for(self) -> None:
        with asking(error(503, "Busy", Retry_After="inf")) as asked, pytest.raises(FailedError, match="wait for inf s"):
            asked.ask(TASK)
        assert asked.waits == []


def run(server: Server, output: Path, *options: str) -> tuple[int, str]:
    """`dateline run` on the article: its exit code, and what it says."""
    told = io.StringIO()
    argv = ["run", f"openai:{MODEL}", "--base-url", server.base_url, "-o", str(output), "--gold", str(ROOT), *options]
    with contextlib.redirect_stderr(told):
        code = cli.run(argv, told, told)
    return code, told.getvalue()


class TestWholePath:
    def test_quotes_of_the_gold_score_what_the_gold_scores(self, tmp_path: Path) -> None:
        gold = load(ROOT)
        with serving(says(gold_answer(gold, gold.documents[0].doc_id))) as server:
            assert run(server, tmp_path / "out.jsonl")[0] == 0
        found, best = score(tmp_path / "out.jsonl", gold), score(gold_predictions(gold), gold, prompts.LAYERS)
        unlike = {one.measure for one, other in zip(found.scores, best.scores, strict=True) if one != other}
        assert unlike == {"entities.linking.f1", "entities.linking.precision", "entities.linking.recall"}

    def test_the_answers_are_kept_beside_the_predictions(self, tmp_path: Path) -> None:
        with serving(says(f"Here: {ANSWER}")) as server:
            run(server, tmp_path / "out.jsonl")
        (line,) = (tmp_path / "out.jsonl.answers.jsonl").read_text().splitlines()
        assert json.loads(line)["raw"] == f"Here: {ANSWER}"

    def test_a_failed_document_is_named_and_scored_as_missed(self, tmp_path: Path) -> None:
        with serving(says(None, refusal="No.")) as server:
            code, told = run(server, tmp_path / "out.jsonl")
        assert (code, 'ips-car-2014: the model refuses: "No."' in told) == (1, True)
        found = score(tmp_path / "out.jsonl", ROOT)
        assert (found.value("entities.strict.recall"), found.problems[0].code) == (0, "system-failed")

    def test_what_it_took_is_said_with_its_cost(self, tmp_path: Path) -> None:
        with serving(GOOD) as server:
            told = run(server, tmp_path / "out.jsonl", "--price-in", "2", "--price-out", "10")[1]
        assert "requests 1, input tokens 1,000, output tokens 200, answers as json schema 1, cost 0.0040" in told

    def test_a_run_that_is_stopped_by_the_endpoint_goes_on_when_it_is_mended(self, tmp_path: Path) -> None:
        with serving(error(401, "Incorrect API key"), GOOD) as server:
            assert run(server, tmp_path / "out.jsonl")[0] == 2
            assert not (tmp_path / "out.jsonl").exists()
            assert run(server, tmp_path / "out.jsonl")[0] == 0

    def test_the_key_is_nowhere(self, tmp_path: Path) -> None:
        act = body(completion(f"{KEY} {ANSWER}"))
        with serving(act) as server:
            told = run(server, tmp_path / "out.jsonl")[1]
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(files) == 3
        assert KEY not in told + "".join(path.read_text() for path in files)
