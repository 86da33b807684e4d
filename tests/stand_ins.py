"""Stand-ins for the models of eval/RECIPES.md, and for nothing else: what the recipes do with them is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from endpoint import KEY, says, serving
from gold_answer import gold_answer

from dateline.corpus import load

Environment = dict[str, str]

DOC_ID = "ips-car-2014"
LOCAL = "http://localhost:8000/v1"
"""The address of the recipes that stands for whatever the reader runs."""

NAMES = {
    "person": ["Ban Ki-moon", "Joanne Mariner"],
    "organisation": ["Security Council", "African Union", "Amnesty International"],
    "location": ["Central African Republic", "Bangui"],
    "group": ["French", "Muslim"],
}
ONTONOTES = {"person": "PERSON", "organisation": "ORG", "location": "GPE", "group": "NORP"}
CONLL = {"person": "PER", "organisation": "ORG", "location": "LOC", "group": "MISC"}

_FINDER = f"""
import re

NAMES = {{name: kind for kind, names in {NAMES!r}.items() for name in names}}
FORM = re.compile("|".join(NAMES))

def found(text):
    for match in FORM.finditer(text):
        yield {{"start": match.start(), "end": match.end(), "word": match[0], "kind": NAMES[match[0]], "score": 0.9}}
"""

_GLINER = """
class GLiNER:
    @classmethod
    def from_pretrained(cls, name):
        return cls()

    def predict_entities(self, text, labels, threshold=0.5):
        return [
            {"start": one["start"], "end": one["end"], "text": one["word"], "label": one["kind"], "score": one["score"]}
            for one in found(text)
            if one["kind"] in labels
        ]
"""

_TRANSFORMERS = f"""
from types import SimpleNamespace

def pipeline(task, model, aggregation_strategy):
    def classify(texts, stride):
        return [[dict(one, entity_group={CONLL!r}[one["kind"]]) for one in found(text)] for text in texts]

    classify.tokenizer = SimpleNamespace(is_fast=True, model_max_length=512, num_special_tokens_to_add=lambda: 2)
    classify.model = SimpleNamespace(config=SimpleNamespace(max_position_embeddings=512))
    return classify
"""


@contextmanager
def nothing(folder: Path) -> Iterator[Environment]:
    """For recipes without a model."""
    yield {}


@contextmanager
def endpoint(folder: Path) -> Iterator[Environment]:
    """A server on loopback in place of OpenAI's and of a local one: it answers with the gold."""
    with serving(says(gold_answer(load(), DOC_ID))) as server:
        yield {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "NO_PROXY": "127.0.0.1"}


@contextmanager
def chat(folder: Path) -> Iterator[Environment]:
    """An answer that somebody has copied from a chat, with the words around it."""
    (folder / "answers").mkdir()
    content = f"Here is the annotation:\n\n```json\n{gold_answer(load(), DOC_ID)}\n```\n"
    (folder / f"answers/{DOC_ID}.txt").write_text(content, encoding="utf-8")
    yield {}


@contextmanager
def spacy(folder: Path) -> Iterator[Environment]:
    """A pipeline of rules, saved under the model's name."""
    import spacy as library

    pipeline = library.blank("en")
    pipeline.add_pipe("sentencizer")
    patterns = [{"label": ONTONOTES[kind], "pattern": name} for kind, names in NAMES.items() for name in names]
    ruler: Any = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(patterns)
    pipeline.to_disk(folder / "en_core_web_sm")
    yield {}


@contextmanager
def gliner(folder: Path) -> Iterator[Environment]:
    """A module of that name which finds a few names."""
    yield _module(folder, "gliner", _FINDER + _GLINER)


@contextmanager
def transformers(folder: Path) -> Iterator[Environment]:
    """A module of that name with a token classifier that finds a few names."""
    yield _module(folder, "transformers", _FINDER + _TRANSFORMERS)


def _module(folder: Path, name: str, content: str) -> Environment:
    """A module that is found before an installed one of its name."""
    path = folder / "stand-ins"
    path.mkdir()
    (path / f"{name}.py").write_text(content, encoding="utf-8")
    return {"PYTHONPATH": str(path)}
