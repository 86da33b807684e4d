"""Published sentence splitters. Each predicts segments of kind "sentence", without the white space around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from dateline.inputs import Task
from dateline.model import Prediction, Segment, trimmed

Offsets = Iterable[tuple[int, int]]


def _segmenter(split: Callable[[str], Offsets]) -> Callable[[Task], Prediction]:
    """A system from a function that gives the sentences' offsets; a text without any word has none."""

    @wraps(split)
    def predict(task: Task) -> Prediction:
        spans = split(task.text) if task.text.strip() else ()
        return Prediction(doc_id=task.doc_id, segments=tuple(sentences(task.text, spans)))

    return predict


def sentences(text: str, spans: Offsets) -> Iterable[Segment]:
    """Sentences without surrounding white space; what is white space alone is left out."""
    for start, end in (trimmed(text, *span) for span in spans):
        if start < end:
            yield Segment(start=start, end=end, text=text[start:end], kind="sentence")


def located(text: str, sentences: Iterable[str]) -> Offsets:
    """Where sentence strings stand in the text, in order; one that the splitter has altered is left out."""
    position = 0
    for sentence in sentences:
        start = text.find(sentence, position)
        if start >= 0:
            position = start + len(sentence)
            yield start, position


@_segmenter
def pysbd(text: str) -> Offsets:
    """pySBD without cleaning."""
    return located(text, _pysbd().segment(text))


@cache
def _pysbd() -> Any:
    from pysbd import Segmenter

    return Segmenter(language="en", clean=False)


@_segmenter
def syntok(text: str) -> Offsets:
    """The segmenter of syntok."""
    from syntok.segmenter import analyze

    for paragraph in analyze(text):
        for tokens in paragraph:
            yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)


@_segmenter
def blingfire(text: str) -> Offsets:
    """The default sentence model of BlingFire; its offsets are code points already."""
    from blingfire import text_to_sentences_and_offsets

    offsets: Offsets = text_to_sentences_and_offsets(text)[1]
    return offsets


@_segmenter
def spacy(text: str) -> Offsets:
    """The rule-based sentencizer of spaCy."""
    return ((sentence.start_char, sentence.end_char) for sentence in _spacy()(text).sents)


@cache
def _spacy() -> Any:
    from spacy import blank

    pipeline = blank("en")
    pipeline.add_pipe("sentencizer")
    return pipeline
