"""annotation.conf and visual.conf of a brat folder, from the labels in schema/. https://brat.nlplab.org/configuration.html"""

from __future__ import annotations

from collections.abc import Iterator

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.formats.brat.standoff import LABEL
from dateline.formats.links import COREFERENCE, POINTERS
from dateline.formats.parts import labels, layer_of, vocabulary

_COLOURS = ("#ffccaa", "#aec7e8", "#98df8a", "#c5b0d5", "#dbdb8d", "#f7b6d2", "#9edae5", "#e7cb94", "#d9d9d9")


def annotation_conf(corpus: Corpus) -> str:
    """Which labels, attributes with their values, and relations there are; any two spans may overlap."""
    entities = "|".join(_types(corpus, "entities"))
    relations = [
        f"{field}\tArg1:{KINDS[layer]}, Arg2:{entities}" for layer, fields in POINTERS.items() for field in fields
    ]
    lines = [
        "[entities]",
        *labels(corpus),
        "[relations]",
        *relations,
        f"{COREFERENCE}\tArg1:{entities}, Arg2:{entities}, <REL-TYPE>:symmetric-transitive",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
        "[events]",
        "[attributes]",
        *_attributes(corpus),
    ]
    return "".join(f"{line}\n" for line in lines)


def _types(corpus: Corpus, layer: str) -> list[str]:
    """The labels of the spans of a layer."""
    return [label for label in labels(corpus) if layer_of(label) == layer]


def _attributes(corpus: Corpus) -> Iterator[str]:
    for layer in KINDS:
        types = "|".join(_types(corpus, layer))
        for field, values in vocabulary(layer, corpus).items():
            known = [value for value in values if LABEL.fullmatch(value)]
            if field != "type" and known:
                yield f"{field}\tArg:{types}, Value:{'|'.join(known)}"


def visual_conf(corpus: Corpus) -> str:
    """How the labels look: their words, an abbreviation, and a colour each."""
    names = [*labels(corpus)]
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    lines = [
        "[labels]",
        *(f"{name} | {name.replace('_', ' ').capitalize()} | {name[:3].capitalize()}" for name in names),
        "[drawing]",
        "SPAN_DEFAULT\tfgColor:black, bgColor:#eeeeee, borderColor:darken",
        "ARC_DEFAULT\tcolor:black, dashArray:-, arrowHead:triangle-5",
        *(f"{name}\tbgColor:{colour}" for name, colour in colours.items()),
    ]
    return "".join(f"{line}\n" for line in lines)
