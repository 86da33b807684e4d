"""Predictions as a brat folder that an annotator can open: texts, annotations, and the configuration of the labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from dateline.corpus import Corpus, GoldDocument
from dateline.errors import Problem
from dateline.formats.brat.configuration import annotation_conf, visual_conf
from dateline.formats.brat.standoff import HEADS, LABEL, NOTE, WIKIDATA, fragments, wording
from dateline.formats.links import arcs, mentions
from dateline.formats.parts import Part, head_of, parts, with_label_in_rest
from dateline.formats.texts import file_name, write_folder
from dateline.model import Prediction


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write a new folder: for each document .txt (its raw text) and .ann, annotation.conf, visual.conf, dateline.json.

    Raises InputError for a folder that is not empty and for a doc_id that cannot be the name of a file.
    """
    files = {"annotation.conf": annotation_conf(corpus), "visual.conf": visual_conf(corpus)}
    for prediction in predictions:
        document = corpus.document(prediction.doc_id)
        name = file_name(prediction.doc_id, path)
        files[f"{name}.txt"] = document.text
        files[f"{name}.ann"] = "".join(f"{line}\n" for line in _lines(prediction, document, corpus))
    files[HEADS] = json.dumps({prediction.doc_id: head_of(prediction) for prediction in predictions}, indent=1) + "\n"
    write_folder(path, {name: content.encode("utf-8") for name, content in files.items()})
    return []


def _lines(prediction: Prediction, document: GoldDocument, corpus: Corpus) -> Iterator[str]:
    found = parts(prediction, document, corpus)
    index, numbers, drawn = mentions(found), count(1), []
    for number, whole in enumerate(found, 1):
        part, pointers = arcs(whole, index)
        drawn += [(field, number, target + 1) for field, target in pointers]
        yield from _record(number, _writable(part, document.text), document.text, numbers)
    for number, (field, start, target) in enumerate(drawn, 1):
        yield f"R{number}\t{field} Arg1:T{start} Arg2:T{target}"


def _writable(part: Part, text: str) -> Part:
    """The part with everything in its rest that brat cannot write as it is."""
    part = part if LABEL.fullmatch(part.label) else with_label_in_rest(part)
    bad = {field: label for field, label in part.attributes.items() if not LABEL.fullmatch(label)}
    spans = fragments(text, part.start, part.end)
    ends = (part.start, part.end)
    moved = {} if (spans[0][0], spans[-1][1]) == ends else {"span": ends}
    attributes = {field: label for field, label in part.attributes.items() if field not in bad}
    return part._replace(attributes=attributes, rest={**part.rest, **bad, **moved})


def _record(number: int, part: Part, text: str, numbers: Iterator[int]) -> Iterator[str]:
    spans = fragments(text, part.start, part.end)
    yield f"T{number}\t{part.label} {_offsets(spans)}\t{wording(text, spans)}"
    for field, label in part.attributes.items():
        yield f"A{next(numbers)}\t{field} T{number} {label}"
    rest = dict(part.rest)
    if (item := rest.pop("wikidata", None)) is not None:
        yield f"N{number}\tReference T{number} {WIKIDATA}:{item}\t{wording(text, spans)}"
    if rest:
        yield f"#{number}\t{NOTE} T{number}\t{json.dumps(rest)}"


def _offsets(spans: Iterable[tuple[int, int]]) -> str:
    return ";".join(f"{start} {end}" for start, end in spans)
