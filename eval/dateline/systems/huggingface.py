"""Token classifiers of Hugging Face transformers: `hf:<model or path>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dateline.errors import DatelineError
from dateline.inputs import Task
from dateline.model import Mention, Prediction, Segment, trimmed
from dateline.predictions import plain
from dateline.systems.base import Answer, Ask, Options, unloadable

LONGEST = 512
"""Tokens that a model is given at once where its files do not say how many it takes."""


@contextmanager
def open(options: Options) -> Iterator[Ask]:
    """A model by its name or folder, asked about one segment after another, or the text where there are none.

    Words have the label of their first token, and neighbours of one label are one mention (aggregation "first"). A
    segment that is too long for the model is given in pieces that overlap by a quarter, so that nothing is cut off.
    Raises DatelineError for a model that cannot be loaded or does not say where its tokens stand.
    """
    classify = _classifier(options.argument)
    yield lambda task: Answer(plain(_prediction(task, classify)))


def _classifier(model: str) -> Any:
    from transformers import pipeline

    try:
        classify = pipeline("token-classification", model=model, aggregation_strategy="first")
    except (OSError, ValueError, KeyError) as error:  # no such model, or one that is for something else
        raise unloadable(f"hf:{model}", error) from None
    if not classify.tokenizer.is_fast:
        raise DatelineError(f"hf:{model} has a tokenizer without offsets; expected a model with a fast one")
    classify.tokenizer.model_max_length = _longest(classify)
    return classify


def _longest(classify: Any) -> int:
    """How many tokens a model takes; where its files leave that open, the tokenizer names an enormous number."""
    named: int = classify.tokenizer.model_max_length
    places: int = getattr(classify.model.config, "max_position_embeddings", None) or LONGEST
    return min(named, places) if named < 10**6 else min(places, LONGEST)


def _prediction(task: Task, classify: Any) -> Prediction:
    parts = [part for part in task.segments or (Segment(start=0, end=len(task.text)),) if part.start < part.end]
    texts = [task.text[part.start : part.end] for part in parts]
    room = classify.tokenizer.model_max_length - classify.tokenizer.num_special_tokens_to_add()
    results = classify(texts, stride=room // 4) if texts else []
    found = [
        _mention(task.text, part.start, entity)
        for part, entities in zip(parts, results, strict=True)
        for entity in entities
    ]
    return Prediction(doc_id=task.doc_id, entities=tuple(mention for mention in found if mention.start < mention.end))


def _mention(text: str, offset: int, entity: Mapping[str, Any]) -> Mention:
    """An entity of a piece of the text that begins at `offset`, without the white space that some tokens begin with."""
    start, end = trimmed(text, *(offset + int(entity[side]) for side in ("start", "end")))
    return Mention(start=start, end=end, text=text[start:end], type=str(entity["entity_group"]))
