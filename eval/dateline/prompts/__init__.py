"""What a language model is told: what is annotated, the labels, the codebook, and the form of the answer.

Labels are defined as schema/ defines them, concepts as the codebook does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dateline.inputs import Task
from dateline.model import Concept
from dateline.prompts.shape import LAYERS, Vocabulary, answer_schema, known, vocabularies
from dateline.prompts.wording import ANSWER, EXAMPLE, EXAMPLE_TEXT, OPENING, RULES
from dateline.vocabulary import labels

__all__ = ["LAYERS", "answer_schema", "instruction", "messages", "report", "segments"]


def messages(task: Task, layers: Sequence[str] = LAYERS) -> list[dict[str, str]]:
    """The chat for one document: the instruction as system message, the report as user message.

    Raises UnknownNameError for a layer that is not one of LAYERS.
    """
    return [
        {"role": "system", "content": instruction(task.concepts, layers)},
        {"role": "user", "content": report(task)},
    ]


def report(task: Task) -> str:
    """A document for a model: its date, if it has one, and its segments."""
    return f"Report of {task.date}\n\n{segments(task)}" if task.date else segments(task)


def segments(task: Task) -> str:
    """The raw text of a document, segment by segment: `[s001] its text`, with line breaks as they are in it."""
    return "\n".join(f"[{segment.id}] {task.text[segment.start : segment.end]}" for segment in task.segments)


def instruction(concepts: Iterable[Concept], layers: Sequence[str] = LAYERS) -> str:
    """All that a model must know but the document; the same for all documents. Raises UnknownNameError."""
    asked = known(layers)
    example = "\n".join(f"[{segment_id}] {text}" for segment_id, text in EXAMPLE_TEXT.items())
    parts = [
        OPENING,
        *(RULES[layer] for layer in asked),
        *("\n".join(_listed(vocabulary, layer)) for layer in asked for vocabulary in vocabularies(layer)),
        *(["\n".join(["Codebook of concepts", *map(_concept, concepts)])] if "stances" in asked else []),
        ANSWER.format(
            schema=json.dumps(answer_schema(asked), ensure_ascii=False, separators=(",", ":")),
            report=example,
            answer=json.dumps({layer: EXAMPLE[layer] for layer in asked}, ensure_ascii=False),
        ),
    ]
    return "\n\n".join(parts)


def _listed(vocabulary: Vocabulary, layer: str) -> Iterator[str]:
    """A field with its labels, a line each."""
    yield f"Labels of {layer}.{vocabulary.field}: {vocabulary.description}"
    for label, entry in labels(vocabulary.kind, vocabulary.name).items():
        yield f"- {label}: {entry['description']}{_only(entry)}"


def _only(entry: dict[str, Any]) -> str:
    return f" Only of type {entry['x-type']}." if "x-type" in entry else ""


def _concept(concept: Concept) -> str:
    includes = f" Also: {'; '.join(concept.includes)}." if concept.includes else ""
    excludes = f" Not: {'; '.join(concept.excludes)}." if concept.excludes else ""
    return f"- {concept.concept_id} ({concept.kind}): {concept.proposition} {concept.definition}{includes}{excludes}"
