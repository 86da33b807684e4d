"""What inspect_ai loads: the task `dateline/dateline`, its scorer and metric, and a solver that needs no model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset
from inspect_ai.dataset import Sample as DataSample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, GenerateConfig, ModelOutput, ResponseSchema
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver
from inspect_ai.util import JSONSchema

from dateline import inputs, prompts, statistics
from dateline.answers import AnswerError, as_line, parsed
from dateline.corpus import Corpus, load
from dateline.files import read_lines
from dateline.inspection import Sample, judged, numbers
from dateline.predictions import read
from dateline.signature import signature
from dateline.systems.openai.forms import NAME, SEED

REPLAYED = "dateline_replayed"
"""The key of a sample's store that says: the output is lines of a prediction file, not an answer."""

CUT_OFF = ("max_tokens", "model_length")


@task
def dateline(layers: str | Sequence[str] = prompts.LAYERS, level: str = "name", gold: str | None = None) -> Task:
    """A sample for each document, asked as `dateline prompt` asks, and scored as `dateline score` scores.

    `layers` are names, or one string with commas; segments, which no prompt asks for, can only be replayed. `gold` is a
    checkout, by default the installed gold. A sample that ends in an error is scored all the same: it is missed. Raises
    UnknownNameError.
    """
    chosen = [layer.strip() for layer in layers.split(",")] if isinstance(layers, str) else list(layers)
    corpus = load(gold)
    signed = signature(corpus, read([], corpus, "spurious"), chosen, level)
    return Task(
        dataset=MemoryDataset([_sample(document, chosen) for document in inputs.tasks(corpus)], name="dateline"),
        solver=generate(),
        scorer=extraction(chosen, level, gold),
        config=_config(corpus, chosen),
        score_on_error=True,
        version=corpus.version,
        metadata={**signed, "caution": statistics.caution(len(corpus.documents))},
    )


@solver
def replay(predictions: str, gold: str | None = None) -> Solver:
    """A prediction file in place of a model. Raises InputError for a file that `dateline score` refuses."""
    read(predictions, load(gold))
    lines: defaultdict[Any, list[str]] = defaultdict(list)
    for line in read_lines(Path(predictions)):
        lines[msgspec.json.decode(line.content)["doc_id"]].append(line.content.decode().strip())

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.store.set(REPLAYED, True)
        state.output = ModelOutput.from_content("replay", "\n".join(lines[state.sample_id]))
        return state

    return solve


@metric
def headline() -> Metric:
    """The headline measures with their intervals, as `dateline.inspection.numbers` has them.

    Over epochs they are of mean counts, which is how inspect_ai reduces them unless it is told another way.
    """

    def total(scores: list[SampleScore]) -> dict[str, float]:
        return numbers([_scored(found) for found in scores])

    return total


@scorer(metrics=[headline()])
def extraction(layers: Sequence[str], level: str = "name", gold: str | None = None) -> Scorer:
    """Counts of a document in `Score.value`, what was wrong in its explanation. What has no answer is missed."""
    corpus = load(gold)

    async def score(state: TaskState, target: Target) -> Score:
        doc_id = str(state.sample_id)
        found = judged(_lines(state, doc_id), doc_id, corpus, layers, level)
        units = found.units if len(corpus.documents) == 1 else {}
        return Score(value=found.value, explanation=found.told or None, metadata={"units": units})

    return score


def _sample(document: inputs.Task, layers: Sequence[str]) -> DataSample:
    """A document as it is asked about."""
    kinds = {"system": ChatMessageSystem, "user": ChatMessageUser}
    told = prompts.messages(document, _asked(layers))
    return DataSample(id=document.doc_id, input=[kinds[one["role"]](content=one["content"]) for one in told])


def _config(corpus: Corpus, layers: Sequence[str]) -> GenerateConfig:
    """How models are asked: as the systems `openai:<model>` are."""
    schema = JSONSchema.model_validate(prompts.answer_schema(_asked(layers), corpus.concepts))
    wanted = ResponseSchema(name=NAME, json_schema=schema, strict=True)
    return GenerateConfig(temperature=0, seed=SEED, response_schema=wanted)


def _asked(layers: Sequence[str]) -> list[str]:
    return [layer for layer in layers if layer != "segments"]


def _lines(state: TaskState, doc_id: str) -> list[dict[str, Any]]:
    """The output of a sample as lines of a prediction file; one that is no answer is a line with its `error`."""
    if state.store.get(REPLAYED):
        return [msgspec.json.decode(line) for line in state.output.completion.split("\n") if line]
    try:
        return [as_line(parsed(_answer(state.output)).answer, doc_id)]
    except AnswerError as error:
        return [{"doc_id": doc_id, "error": str(error)}]


def _answer(output: ModelOutput) -> str:
    """The whole answer of a model. Raises AnswerError."""
    if output.error or not output.choices:
        raise AnswerError(output.error or "the sample ended without an answer")
    if output.stop_reason in CUT_OFF:
        raise AnswerError("the answer is cut off at the limit of tokens")
    if output.stop_reason == "content_filter":
        raise AnswerError("the answer is held back by a content filter")
    return str(output.completion)


def _scored(found: SampleScore) -> Sample:
    value = cast("Mapping[str, float]", found.score.value)
    return Sample(str(found.sample_id), value, (found.score.metadata or {}).get("units", {}))
