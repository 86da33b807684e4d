"""The task under inspect_ai itself: a scripted model in place of a live one, prediction files in place of models."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from children import CITY, written
from gold_answer import gold_answer
from test_inspection import of_scores, same, towns

from dateline.answers import as_line
from dateline.corpus import load
from dateline.errors import InputError, UnknownNameError
from dateline.inputs import task_of
from dateline.inspection import TALLIES, judged
from dateline.layers import LAYERS
from dateline.predictions import as_lines
from dateline.prompts import answer_schema, messages
from dateline.scoring import gold_predictions, score

pytest.importorskip("inspect_ai")

from inspect_ai import eval as evaluate
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model

from dateline.inspection.tasks import dateline, replay

ROOT = Path(__file__).resolve().parents[1]
"""The checkout that is the gold."""
GOLD = load(ROOT)
DOC_ID = GOLD.documents[0].doc_id
ANSWER = gold_answer(GOLD, DOC_ID)
HALF = json.dumps({**json.loads(ANSWER), "entities": json.loads(ANSWER)["entities"][::2]})


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., EvalLog]:
    """A task under inspect_ai; its log is written, and read from there."""

    def evaluated(task: Any, **given: Any) -> EvalLog:
        (log,) = evaluate(task, log_dir=str(tmp_path / "logs"), display="none", ctl_server=False, **given)
        return log

    return evaluated


def scripted(*contents: str, **more: Any) -> Model:
    """A model that says these things, with their tokens counted: it would load a tokeniser to count them itself."""

    def output(content: str) -> ModelOutput:
        usage = ModelUsage(input_tokens=1000, output_tokens=200, total_tokens=1200)
        return ModelOutput.from_content("mockllm", content, **more).model_copy(update={"usage": usage})

    return get_model("mockllm/model", custom_outputs=[output(content) for content in contents], memoize=False)


def metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    return {name: metric.value for name, metric in log.results.scores[0].metrics.items()}


def measured(log: EvalLog) -> dict[str, float]:
    """The headline numbers without the tallies."""
    return {name: value for name, value in metrics(log).items() if name not in TALLIES}


def explanation(log: EvalLog) -> str:
    assert log.samples is not None
    return str(log.samples[0].scores["extraction"].explanation)  # type: ignore[index]  # it was scored


class TestScriptedModel:
    def test_the_gold_as_a_model_would_quote_it_scores_what_the_gold_scores(self, run: Callable[..., EvalLog]) -> None:
        log = run(dateline(gold=str(ROOT)), model=scripted(ANSWER))
        gold = score(gold_predictions(GOLD), GOLD, ["entities", "figures", "stances"])
        assert same(measured(log), of_scores(gold))

    def test_it_is_found_by_its_name(self, run: Callable[..., EvalLog]) -> None:
        log = run("dateline/dateline", model=scripted(ANSWER), task_args={"gold": str(ROOT), "layers": "figures"})
        assert metrics(log)["figures.fact.f1"] == 1

    def test_tokens_are_counted(self, run: Callable[..., EvalLog]) -> None:
        log = run(dateline(gold=str(ROOT)), model=scripted(ANSWER))
        assert [usage.total_tokens for usage in log.stats.model_usage.values()] == [1200]

    def test_it_is_asked_with_our_prompt_and_schema(self, run: Callable[..., EvalLog]) -> None:
        log = run(dateline("figures", gold=str(ROOT)), model=scripted(ANSWER))
        assert log.samples is not None
        asked = [{"role": one.role, "content": one.content} for one in log.samples[0].input]  # type: ignore[union-attr]
        config = log.plan.config
        assert asked == messages(task_of(GOLD.documents[0], GOLD), ["figures"])
        assert (config.temperature, config.seed) == (0, 0)
        wanted = answer_schema(["figures"], GOLD.concepts)
        assert config.response_schema.json_schema.model_dump(exclude_none=True) == wanted  # type: ignore[union-attr]

    @pytest.mark.parametrize("content", ["prose", "", ANSWER[:5000]], ids=["prose", "empty", "cut off"])
    def test_an_answer_that_cannot_be_read_is_missed_and_named(self, run: Callable[..., EvalLog], content: str) -> None:
        log = run(dateline(gold=str(ROOT)), model=scripted(content))
        assert (metrics(log)["failed"], metrics(log)["entities.strict.recall"]) == (1, 0)
        assert "system-failed" in explanation(log)

    @pytest.mark.parametrize("stopped", ["max_tokens", "content_filter"])
    def test_an_answer_that_was_stopped_is_missed_and_named(self, run: Callable[..., EvalLog], stopped: str) -> None:
        log = run(dateline(gold=str(ROOT)), model=scripted(ANSWER, stop_reason=stopped))
        assert (metrics(log)["failed"], metrics(log)["entities.strict.recall"]) == (1, 0)

    def test_epochs_are_averaged_as_counts(self, run: Callable[..., EvalLog]) -> None:
        log = run(dateline("entities", gold=str(ROOT)), model=scripted(ANSWER, HALF), epochs=2)
        both = [
            judged([as_line(json.loads(said), DOC_ID)], DOC_ID, GOLD, ["entities"]).value for said in (ANSWER, HALF)
        ]
        hits, gold = (sum(value[f"entities.strict.{count}"] for value in both) for count in ("hits_gold", "gold"))
        assert metrics(log)["entities.strict.recall"] == hits / gold < 1
        assert math.isnan(metrics(log)["entities.strict.recall.low"])

    def test_epochs_that_agree_keep_their_interval(self, run: Callable[..., EvalLog]) -> None:
        logs = [run(dateline(gold=str(ROOT)), model=scripted(*[HALF] * epochs), epochs=epochs) for epochs in (1, 3)]
        assert same(metrics(logs[0]), metrics(logs[1]))

    def test_a_sample_that_ends_in_an_error_is_missed(self, run: Callable[..., EvalLog], tmp_path: Path) -> None:
        gold = written(tmp_path, towns(3))
        said = json.dumps({"entities": [{"text": "Bangui", "segment_id": "s001", "type": "location"}]})
        model = scripted(said, said)  # the third time, it has nothing to say and raises
        log = run(dateline("entities", gold=str(gold)), model=model, fail_on_error=False, max_samples=1)
        assert (metrics(log)["entities.strict.recall"], metrics(log)["failed"]) == (2 / 6, 1)

    def test_the_log_says_what_the_numbers_depend_on(self, run: Callable[..., EvalLog]) -> None:
        log = run(dateline("entities", level="all", gold=str(ROOT)), model=scripted(ANSWER))
        told = log.eval.metadata or {}
        assert (told["digest"], told["level"], told["layers"]) == (GOLD.digest, "all", ["entities"])
        assert told["caution"].startswith("one article")


class TestReplay:
    @pytest.mark.parametrize("every", [1, 2, 3])
    def test_it_gives_exactly_the_numbers_of_the_score(
        self, run: Callable[..., EvalLog], tmp_path: Path, every: int
    ) -> None:
        line = json.loads(as_lines(gold_predictions(GOLD)))
        file = tmp_path / "predictions.jsonl"
        file.write_text(json.dumps(line | {layer: line[layer][::every] for layer in LAYERS}))
        log = run(dateline(tuple(LAYERS), gold=str(ROOT)), solver=replay(str(file)), model="none/none")
        assert same(measured(log), of_scores(score(file, GOLD)))

    def test_documents_without_a_line_are_missed(self, run: Callable[..., EvalLog], tmp_path: Path) -> None:
        gold = written(tmp_path, towns(4))
        file = tmp_path / "predictions.jsonl"
        file.write_text("".join(f"{json.dumps({'doc_id': doc_id, 'entities': [CITY]})}\n" for doc_id in ("d1", "d3")))
        log = run(dateline("entities", gold=str(gold)), solver=replay(str(file), str(gold)), model="none/none")
        assert same(measured(log), of_scores(score(file, gold)))
        assert metrics(log)["failed"] == 2

    def test_a_line_may_hold_characters_that_end_lines_elsewhere(
        self, run: Callable[..., EvalLog], tmp_path: Path
    ) -> None:
        gold = written(tmp_path, towns(1))
        file = tmp_path / "predictions.jsonl"
        file.write_text(
            json.dumps({"doc_id": "d1", "system": "a\u2028b", "entities": [CITY]}, ensure_ascii=False), encoding="utf-8"
        )
        log = run(dateline("entities", gold=str(gold)), solver=replay(str(file), str(gold)), model="none/none")
        assert metrics(log)["entities.strict.precision"] == 1

    def test_a_file_that_the_score_refuses_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "predictions.jsonl"
        file.write_text('{"doc_id": "unknown"}\n')
        with pytest.raises(InputError, match="unknown-document"):
            replay(str(file), str(ROOT))


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="figure"):
        dateline("figure", gold=str(ROOT))
