"""Label Studio's raw JSON: tasks with annotations or predictions. https://labelstud.io/guide/task_format

Every record is a region of the Labels control `label`: entities by their type, the others as `figure`, `stance` and
`segment`. Fields with a vocabulary are Choices of the region, `value` of a figure is a Number, identifiers and the
rest, as a JSON object, are TextAreas; pointers at mentions are relations. Offsets are UTF-16 code units of `data.text`,
which is the raw or the clean text of a document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.errors import InputError, Problem
from dateline.files import as_indented_json, fail, write_bytes
from dateline.formats import Imported
from dateline.formats.common import Intake, json_items
from dateline.formats.links import COREFERENCE, POINTERS, arcs, link, mentions
from dateline.formats.parts import (
    IDENTIFIERS,
    Draft,
    Part,
    all_settable,
    decoded,
    gather,
    head_of,
    labels,
    layer_of,
    parts,
    vocabulary,
)
from dateline.formats.texts import Base, Texts
from dateline.formats.utf16 import Utf16
from dateline.model import Prediction
from dateline.validation import quote

_LABEL, _REST, _NUMBER, _TEXT = "label", "rest", "value", "text"
_HYPERTEXT = "hypertextlabels"
_COLOURS = ("#e6550d", "#3182bd", "#31a354", "#756bb1", "#636363", "#b15928", "#17becf", "#bcbd22", "#e377c2")

Result = Mapping[str, Any]


class _Reading(NamedTuple):
    """What all tasks of a file are read with."""

    texts: Texts
    fields: Mapping[str, frozenset[str]]
    intake: Intake
    annotator: str


class _Source(NamedTuple):
    """An annotation of a task: its text, what is settable, and where to say what is wrong."""

    base: Base
    name: str
    line: int
    fields: Mapping[str, frozenset[str]]
    intake: Intake

    def refuse(self, code: str, region: object, message: str, allowed: str) -> None:
        self.intake.refuse(code, message, allowed, self.line, f"{self.name}/{region}")


def read(path: Path, corpus: Corpus, annotator: str = "") -> Imported:
    """Records of the newest annotation of each task that was not cancelled, else of its newest prediction.

    `annotator` asks for the annotation with this id, or by this user (`completed_by`: id or email). Lost, and counted:
    the other annotations, results of unknown controls, all but the first of several labels of a region, relations that
    no record has a field for, and remarks. Regions of HyperText, whose offsets count in HTML, are errors.
    """
    intake = Intake(path)
    reading = _Reading(Texts(corpus), all_settable(corpus), intake, annotator)
    drafts = []
    for number, (line, task) in enumerate(json_items(intake), 1):
        try:
            drafts += _task(task, number, line, reading)
        except InputError as error:
            for problem in error.problems:
                intake.refuse(problem.code, problem.message, problem.allowed, line, f"task {number}")
    if annotator and not drafts:
        allowed = "expected the id of an annotation, or the id or email of a user"
        intake.refuse("unknown-annotator", f"no annotation by {annotator!r}", allowed)
    gather(drafts, intake)
    return intake.done()


def _task(task: Any, number: int, line: int, reading: _Reading) -> list[Draft]:
    """The draft of a task's document; none for a task that nobody has annotated."""
    intake = reading.intake
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get(_TEXT), str):
        raise fail("no-text", intake.path, "the task has no data.text", "expected a task with a string data.text")
    base = reading.texts.base([str(data.get("doc_id"))], data[_TEXT], intake.path)
    chosen, others = _chosen(task, reading.annotator)
    intake.lost["annotation"] += others
    if chosen is None:
        intake.lost["task-without-annotation"] += 1
        return []
    source = _Source(base, f"task {task.get('id', number)}", line, reading.fields, intake)
    draft = Draft(base, intake.path, data.get("dateline"))
    for part in _regions(_dictionaries(chosen.get("result")), source).values():
        draft.add(part, line)
    return [draft]


def _dictionaries(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _chosen(task: Mapping[str, Any], annotator: str) -> tuple[dict[str, Any] | None, int]:
    """The annotation, or else the prediction, that is read, and how many annotations are not."""
    made = _dictionaries(task.get("annotations"))
    wanted = [one for one in made if not one.get("was_cancelled") and (not annotator or annotator in _names(one))]
    if not made and not annotator:
        wanted = _dictionaries(task.get("predictions"))
    newest = max(wanted, key=lambda one: str(one.get("updated_at") or one.get("created_at") or ""), default=None)
    return newest, len(made) - (newest is not None and bool(made))


def _names(annotation: Mapping[str, Any]) -> list[str]:
    """What an annotation may be asked for by."""
    by = annotation.get("completed_by")
    user = [by.get("id"), by.get("email")] if isinstance(by, dict) else [by]
    return [str(name) for name in (annotation.get("id"), *user) if name is not None]


def _regions(results: Sequence[Result], source: _Source) -> dict[str, Part]:
    """The records by the identifiers of their regions, with all that is said of them."""
    offsets = Utf16(source.base.text)
    found: dict[str, Part] = {}
    for result in results:
        if result.get("type") == _HYPERTEXT:
            source.refuse("hypertext", result.get("id"), "a region of HyperText", "expected regions of plain Text")
        elif result.get("type") == "labels" and (part := _region(result, offsets, source)):
            found[str(result.get("id"))] = part
    for result in results:
        _say(result, found, source)
    link([*_relations(results)], found, source.intake.lost)
    return found


def _region(result: Result, offsets: Utf16, source: _Source) -> Part | None:
    """The span of a result; None, with an error, where it is none of the text or quotes something else."""
    match result.get("value"):
        case {"start": int(first), "end": int(last), "labels": [str(label), *more], **other}:
            source.intake.lost["label"] += len(more)
        case value:
            allowed = "expected start and end, integers, and labels"
            source.refuse("malformed-region", result.get("id"), f"{quote(value)} is no region", allowed)
            return None
    start, end = offsets.points(first), offsets.points(last)
    said = other.get("text")
    if start is None or end is None:
        message = f"{first} to {last} is inside a character or outside the text"
        allowed = f"UTF-16 code units, from 0 to {offsets.units(len(source.base.text))}"
        source.refuse("bad-offsets", result.get("id"), message, allowed)
    elif isinstance(said, str) and said != source.base.text[start:end]:
        allowed = f"the text from {first} to {last} is {quote(source.base.text[start:end])}"
        source.refuse("text-mismatch", result.get("id"), f"the text is given as {quote(said)}", allowed)
    else:
        return Part(layer_of(label), start, end, label, {}, {})
    return None


def _say(result: Result, found: dict[str, Part], source: _Source) -> None:
    """Put what a result says of a region into its record, or count it as lost."""
    kind = result.get("type")
    if kind in ("labels", "relation", _HYPERTEXT):
        return
    region, field, value = str(result.get("id")), str(result.get("from_name")), result.get("value")
    part = found.get(region)
    apply = _SAID.get(str(kind))
    content = value.get(str(kind), value.get(_TEXT)) if isinstance(value, dict) else None
    changed = apply(part, field, content, source.fields[part.layer]) if part and apply else None
    if changed is None:
        source.intake.lost[str(kind) if apply else "result"] += 1
    else:
        found[region] = changed


def _choice(part: Part, field: str, content: Any, fields: frozenset[str]) -> Part | None:
    match content:
        case [str(label)] if field in fields:
            return part._replace(attributes={**part.attributes, field: label})
    return None


def _number(part: Part, field: str, content: Any, fields: frozenset[str]) -> Part | None:
    if field != _NUMBER or part.layer != "figures" or not isinstance(content, int | float):
        return None
    return part._replace(rest={**part.rest, field: content})


def _written(part: Part, field: str, content: Any, fields: frozenset[str]) -> Part | None:
    """What a text area says: an identifier, or the rest as JSON, which overrules no other control."""
    match content:
        case str(text) | [str(text)] if field == _REST and (said := decoded(text)) is not None:
            return part._replace(rest={**said, **part.rest})
        case str(text) | [str(text)] if field in fields:
            return part._replace(rest={**part.rest, field: text})
    return None


_Say = Callable[[Part, str, Any, frozenset[str]], Part | None]
_SAID: dict[str, _Say] = {"choices": _choice, "number": _number, "textarea": _written}


def _relations(results: Iterable[Result]) -> Iterator[tuple[str, str, str]]:
    for result in results:
        if result.get("type") == "relation":
            named = result.get("labels")
            name = named[0] if isinstance(named, list) and named else ""
            yield str(name), str(result.get("from_id")), str(result.get("to_id"))


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write tasks with predictions, to be imported into a project, and beside them the labelling configuration.

    It has the name of the file with .xml at its end, and goes into the settings of the project (Labelling Interface,
    Code). Raises InputError for a file that has that name itself, and OSError.
    """
    beside = path.with_suffix(".xml")
    if beside == path:
        raise fail("same-name", path, "the labelling configuration has this name", "name a file that ends in .json")
    write_bytes(path, as_indented_json([_as_task(prediction, corpus) for prediction in predictions]))
    write_bytes(beside, configuration(corpus))
    return []


def _as_task(prediction: Prediction, corpus: Corpus) -> dict[str, Any]:
    document = corpus.document(prediction.doc_id)
    found = parts(prediction, document, corpus)
    index, offsets = mentions(found), Utf16(document.text)
    results: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for number, whole in enumerate(found):
        part, pointers = arcs(whole, index)
        results += _results(_region_id(number), part, document.text, offsets)
        relations += (_as_relation(field, number, target) for field, target in pointers)
    made = {"model_version": prediction.system or "dateline", "result": results + relations}
    data = {_TEXT: document.text, "doc_id": document.doc_id, "dateline": head_of(prediction)}
    return {"data": data, "predictions": [made]}


def _region_id(number: int) -> str:
    return f"r{number + 1}"


def _as_relation(field: str, number: int, target: int) -> dict[str, Any]:
    ends = {"from_id": _region_id(number), "to_id": _region_id(target)}
    return {"type": "relation", **ends, "direction": "right", "labels": [field]}


def _results(region: str, part: Part, text: str, offsets: Utf16) -> Iterator[dict[str, Any]]:
    """The results of a record: one for its label, one for each thing that a control shows, one for the rest."""
    place = {"start": offsets.units(part.start), "end": offsets.units(part.end), "text": text[part.start : part.end]}

    def result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"id": region, "from_name": name, "to_name": _TEXT, "type": kind, "value": value}

    rest = dict(part.rest)
    yield result(_LABEL, "labels", {**place, "labels": [part.label]})
    for field, label in part.attributes.items():
        yield result(field, "choices", {**place, "choices": [label]})
    if part.layer == "figures" and (number := rest.pop(_NUMBER, None)) is not None:
        yield result(_NUMBER, "number", {**place, "number": number})
    written = {field: rest.pop(field) for field in IDENTIFIERS.get(part.layer, ()) if isinstance(rest.get(field), str)}
    span = {"start": place["start"], "end": place["end"]}
    for field, said in [*written.items(), *([(_REST, json.dumps(rest))] if rest else [])]:
        yield result(field, "textarea", {**span, "text": [said]})


def configuration(corpus: Corpus) -> bytes:
    """The labelling configuration: a control for everything that `write` writes, from the labels in schema/."""
    view = ElementTree.Element("View")
    spans = ElementTree.SubElement(view, "Labels", name=_LABEL, toName=_TEXT)
    for place, (label, hint) in enumerate(labels(corpus).items()):
        ElementTree.SubElement(spans, "Label", value=label, hint=hint, background=_COLOURS[place % len(_COLOURS)])
    ElementTree.SubElement(view, "Text", name=_TEXT, value=f"${_TEXT}", granularity="symbol")
    for layer in KINDS:
        _controls(view, layer, corpus)
    _control(view, "TextArea", _REST, [*labels(corpus)])
    relations = ElementTree.SubElement(view, "Relations")
    for name in (*dict.fromkeys(field for fields in POINTERS.values() for field in fields), COREFERENCE):
        ElementTree.SubElement(relations, "Relation", value=name)
    ElementTree.indent(view)
    written: bytes = ElementTree.tostring(view, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _controls(view: ElementTree.Element, layer: str, corpus: Corpus) -> None:
    spans = [label for label in labels(corpus) if layer_of(label) == layer]
    for field, values in vocabulary(layer, corpus).items():
        if field != "type":
            choices = _control(view, "Choices", field, spans)
            for label, hint in values.items():
                ElementTree.SubElement(choices, "Choice", value=label, hint=hint)
    if layer == "figures":
        _control(view, "Number", _NUMBER, spans)
    for field in IDENTIFIERS.get(layer, ()):
        _control(view, "TextArea", field, spans)


def _control(view: ElementTree.Element, tag: str, name: str, spans: Iterable[str]) -> ElementTree.Element:
    """A control that is shown, under its name, while a region with one of these labels is selected."""
    when = {"visibleWhen": "region-selected", "whenTagName": _LABEL, "whenLabelValue": ",".join(spans)}
    box = ElementTree.SubElement(view, "View", when)
    ElementTree.SubElement(box, "Header", value=name, size="5")
    return ElementTree.SubElement(box, tag, name=name, toName=_TEXT, perRegion="true")
