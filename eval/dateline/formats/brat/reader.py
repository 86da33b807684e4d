"""A brat folder, or a single .ann with its .txt beside it, as lines of a prediction file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from dateline.corpus import Corpus
from dateline.errors import InputError
from dateline.files import read_text
from dateline.formats import Imported
from dateline.formats.brat.standoff import HEADS, NOTE, WIKIDATA, Span, fragments, wording
from dateline.formats.common import Intake
from dateline.formats.links import COREFERENCE, Relation, link
from dateline.formats.parts import IDENTIFIERS, Draft, Part, all_settable, decoded, gather, layer_of
from dateline.formats.texts import Base, Texts, files_of
from dateline.validation import quote

_EXPECTED = "expected a file of brat"
_ATTRIBUTE = (r"([AM]\S+)\t(\S+) (\S+)(?: (\S+))?\s*", "A1<tab>name T1 value")
_FORMS = {
    "T": (r"(T\S+)\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)(?:\t(.*))?", "T1<tab>label start end<tab>text"),
    "A": _ATTRIBUTE,
    "M": _ATTRIBUTE,
    "N": (r"(N\S*)\t(\S+) (\S+) ([^\s:]+:\S+)(?:\t.*)?", "N1<tab>Reference T1 Wikidata:Q1<tab>name"),
    "R": (r"(R\S*)\t(\S+) [^\s:]+:(\S+) [^\s:]+:(\S+)\s*", "R1<tab>name Arg1:T1 Arg2:T2"),
    "E": (r"(E\S*)\t[^\s:]+:(\S+)(?: .*)?", "E1<tab>label:T1"),
    "*": (r"(\*)\t\S+((?: \S+)+)\s*", "*<tab>name T1 T2"),
    "#": (r"(#\S*)\t(\S+) (\S+)(?:\t(.*))?", "#1<tab>AnnotatorNotes T1<tab>note"),
}
"""First character of a line -> its form, and how that is shown to people."""


class _Row(NamedTuple):
    number: int
    kind: str
    cells: tuple[str, ...]  # the groups of the form; "" for one that is not there


class _Source(NamedTuple):
    """An .ann file: its text, the fields of each layer that it may set, and where to say what is wrong."""

    base: Base
    path: Path
    fields: Mapping[str, Collection[str]]
    intake: Intake


def read(path: Path, corpus: Corpus) -> Imported:
    """Records of a folder or an .ann file; the .txt must hold the raw or the clean text of the document.

    Lost, and counted: the gap of a discontinuous annotation, which is read as one span; attributes, relations and
    normalisations that no record has a field for; events, with their triggers; notes that are no JSON object. Mentions
    in an equivalence or a coreference relation are given the same entity_id.
    """
    intake = Intake(path)
    drafts = []
    heads = _heads(path if path.is_dir() else path.parent)
    texts, fields = Texts(corpus), all_settable(corpus)
    for file in files_of(path, ".ann"):
        text = file.with_suffix(".txt")
        try:
            base = texts.base([file.stem], read_text(text, "expected the text of the annotations"), text)
            drafts.append(_document(_Source(base, file, fields, intake), heads))
        except InputError as error:
            intake.take(error.problems)
    gather(drafts, intake)
    return intake.done()


def _heads(folder: Path) -> Mapping[str, object]:
    file = folder / HEADS
    return (decoded(read_text(file, _EXPECTED)) or {}) if file.is_file() else {}


def _document(source: _Source, heads: Mapping[str, object]) -> Draft:
    rows = [*_rows(read_text(source.path, _EXPECTED), source)]
    draft = Draft(source.base, source.path, heads.get(source.base.document.doc_id))
    lines = {row.cells[0]: row.number for row in reversed(rows) if row.kind == "T"}
    for name, part in _parts(rows, source).items():
        draft.add(part, lines[name])
    return draft


def _rows(content: str, source: _Source) -> Iterator[_Row]:
    """The lines that have a form of brat's; any other line is an error."""
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        form, shown = _FORMS.get(line[:1], ("", "a line that begins with one of T A M N R E * #"))
        match = re.fullmatch(form, line.removesuffix("\r"), re.DOTALL)
        if match and form:
            yield _Row(number, line[0], tuple(group or "" for group in match.groups()))
        elif line.strip():
            source.intake.refuse("malformed-line", quote(line), f"expected {shown}", number, path=source.path)


def _parts(rows: list[_Row], source: _Source) -> dict[str, Part]:
    """The records by the identifiers of their text-bound annotations, with all that is said of them."""
    triggers = {row.cells[1] for row in rows if row.kind == "E"}
    source.intake.lost["event"] += sum(row.kind == "E" for row in rows)
    found: dict[str, Part] = {}
    for row in rows:
        if row.kind == "T" and row.cells[0] not in triggers and (part := _text_bound(row, source, found)):
            found[row.cells[0]] = part
    for row in rows:
        if row.kind in _SAID:
            _say(row, found, source)
    link([*_relations(rows)], found, source.intake.lost)
    return found


def _text_bound(row: _Row, source: _Source, known: Mapping[str, Part]) -> Part | None:
    """The span of a T line; None, with an error, where it is not in the text or quotes something else."""
    name, label, offsets, said = row.cells
    given = [_span(pair) for pair in offsets.split(";")]
    spans = sorted(given)
    start, end = spans[0][0], max(last for _, last in spans)
    gaps = [(last, first) for (_, last), (first, _) in pairwise(spans)]
    text = source.base.text
    there = wording(text, given)
    if name in known:
        wrong = ("duplicate-id", f"{quote(name)} stands before, too", "each identifier once")
    elif end > len(text) or any(last <= first for first, last in spans):
        wrong = ("bad-offsets", f"{quote(offsets)} is no span of the text", f"the text has {len(text)} code points")
    elif said and "".join(said.split()) != "".join(there.split()):
        wrong = ("text-mismatch", f"the text is given as {quote(said)}", f"the text at {offsets} is {quote(there)}")
    else:
        source.intake.lost["discontinuity"] += any(text[last:first].strip() for last, first in gaps)
        return Part(layer_of(label), start, end, label, {}, {})
    source.intake.refuse(*wrong, row.number, name, source.path)
    return None


def _span(pair: str) -> Span:
    start, _, end = pair.partition(" ")
    return int(start), int(end)


def _say(row: _Row, found: dict[str, Part], source: _Source) -> None:
    """Put an attribute, a normalisation or a note into the record that it is about, or count it as lost."""
    what, apply = _SAID[row.kind]
    part = found.get(row.cells[2])
    changed = apply(part, row.cells, source) if part else None
    if changed:
        found[row.cells[2]] = changed
    else:
        source.intake.lost[what] += 1


def _attribute(part: Part, cells: tuple[str, ...], source: _Source) -> Part | None:
    _, field, _, value = cells
    if not value or field not in source.fields[part.layer]:
        return None
    if field in IDENTIFIERS.get(part.layer, ()):
        return part._replace(rest={**part.rest, field: value})
    return part._replace(attributes={**part.attributes, field: value})


def _normalisation(part: Part, cells: tuple[str, ...], source: _Source) -> Part | None:
    base, _, item = cells[3].partition(":")
    if base.casefold() != WIKIDATA.casefold() or part.layer != "entities":
        return None
    return part._replace(rest={**part.rest, "wikidata": item})


def _note(part: Part, cells: tuple[str, ...], source: _Source) -> Part | None:
    _, kind, _, content = cells
    said = decoded(content) if kind == NOTE else None
    if said is None:
        return None
    span = said.pop("span", None)
    if _is_shown(span, part, source.base.text):
        part = part._replace(start=span[0], end=span[1])
    return part._replace(rest={**part.rest, **said})


def _is_shown(span: object, part: Part, text: str) -> bool:
    """Whether a span that a note gives is the one that brat shows cut at line ends."""
    match span:
        case [int(start), int(end)] if 0 <= start < end <= len(text):
            spans = fragments(text, start, end)
            return (spans[0][0], spans[-1][1]) == (part.start, part.end)
    return False


_Say = Callable[[Part, tuple[str, ...], _Source], Part | None]
_SAID: dict[str, tuple[str, _Say]] = {
    "A": ("attribute", _attribute),
    "M": ("attribute", _attribute),
    "N": ("normalisation", _normalisation),
    "#": ("note", _note),
}
"""Kind of a line about a record -> what is lost where it cannot be kept, and how it is kept."""


def _relations(rows: Iterable[_Row]) -> Iterator[Relation]:
    """Relations, and equivalence groups as relations of the first to each of the others."""
    for row in rows:
        if row.kind == "R":
            _, name, start, end = row.cells
            yield name, start, end
        elif row.kind == "*":
            first, *others = row.cells[1].split()
            yield from ((COREFERENCE, first, other) for other in others)
