"""spaCy pipelines: `spacy:<model or path>`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dateline.inputs import Task
from dateline.model import Mention, Prediction, Record
from dateline.predictions import plain
from dateline.systems.base import Answer, Ask, FailedError, Options, unloadable
from dateline.systems.segmenters import sentences


@contextmanager
def open(options: Options) -> Iterator[Ask]:
    """A pipeline of the raw text, by its name or the folder that it was saved to. Raises DatelineError without it."""
    import spacy

    try:
        pipeline = spacy.load(options.argument)
    except (OSError, ValueError) as error:  # no such model, or one that needs what is not there
        raise unloadable(f"spacy:{options.argument}", error) from None
    yield lambda task: Answer(plain(_prediction(task, pipeline(task.text))))


def _prediction(task: Task, doc: Any) -> Prediction:
    """The layers that the pipeline sets; it is told from the document, since any component may set them."""
    layers: dict[str, tuple[Record, ...]] = {}
    if doc.has_annotation("SENT_START"):
        layers["segments"] = tuple(
            sentences(task.text, ((sentence.start_char, sentence.end_char) for sentence in doc.sents))
        )
    if doc.has_annotation("ENT_IOB"):
        layers["entities"] = tuple(_mention(entity) for entity in doc.ents)
    if not layers:
        raise FailedError("the pipeline sets neither entities nor sentences")
    return Prediction(doc_id=task.doc_id, **layers)  # type: ignore[arg-type]  # by name


def _mention(entity: Any) -> Mention:
    return Mention(start=entity.start_char, end=entity.end_char, text=entity.text, type=entity.label_)
