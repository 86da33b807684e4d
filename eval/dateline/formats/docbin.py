"""spaCy: DocBin files (extra `spacy`), and the JSON of Doc.to_json, a document a line.

Each layer is a span group of its name. The label of a span is the type of an entity, the category of a figure, the
concept of a stance and the kind of a segment; the knowledge base identifier of an entity is its Wikidata item. All else
is in `user_data["dateline"]` under the id of the span, as JSON. doc.ents has the longest mentions that do not overlap.
The tokens that are written end where any record does, so that every record is a span of tokens.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.errors import InputError, Problem
from dateline.files import MAX_LINE, fail, write_bytes
from dateline.formats import Imported
from dateline.formats.common import Intake, content_of, json_items, unreadable
from dateline.formats.parts import Draft, Part, decoded, gather, head_of, item_of, parts
from dateline.formats.texts import Texts
from dateline.formats.tokens import outermost, tokens
from dateline.model import Prediction

_KEY = "dateline"
_MAIN = {"figures": "category", "stances": "concept_id", "segments": "kind"}
"""Layer -> the attribute that is the label of its spans; of an entity, the type is."""

_READ = ("ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID")
"""What is read of tokens. Anything else, such as a parse, is left out before spaCy puts it together."""


class _Span(NamedTuple):
    start: int
    end: int
    label: str
    kb_id: str = ""
    id: str = ""


class _Doc(NamedTuple):
    """A spaCy document, however it was written; `note` is our own JSON, "" in a foreign one."""

    text: str
    ents: list[_Span]
    groups: dict[str, list[_Span]]
    note: str
    line: int


def read(path: Path, corpus: Corpus) -> Imported:
    """Records of the span groups that are named as layers; without a group "entities", mentions are doc.ents.

    The text of each document must be the raw or the clean text of one of the corpus. Lost, and counted: other span
    groups, entities of doc.ents that the group has not, identifiers other than Wikidata's.
    """
    intake, texts = Intake(path), Texts(corpus)
    drafts = []
    for doc in _docs(intake):
        try:
            drafts.append(_draft(doc, texts, intake))
        except InputError as error:
            intake.take(error.problems)
    gather(drafts, intake)
    return intake.done()


def _docs(intake: Intake) -> Iterator[_Doc]:
    if content_of(intake.path).lstrip()[:1] in (b"{", b"["):
        yield from (_from_json(value, line, intake) for line, value in json_items(intake))
    else:
        yield from _from_binary(intake.path)


def _from_json(value: Any, line: int, intake: Intake) -> _Doc:
    match value:
        case {"text": str(text), **other}:
            groups = other.get("spans")
            found = {str(name): _spans(spans) for name, spans in groups.items()} if isinstance(groups, dict) else {}
            return _Doc(text, _spans(other.get("ents")), found, json.dumps(other.get(_KEY) or ""), line)
    raise fail("no-text", intake.path, "the document has no text", "expected the JSON of Doc.to_json", line)


def _spans(values: object) -> list[_Span]:
    """The spans in a list of Doc.to_json; what is no span is left out."""
    found = []
    for value in values if isinstance(values, list) else ():
        match value:
            case {"start": int(start), "end": int(end), "label": str(label), **other}:
                found.append(_Span(start, end, label, str(other.get("kb_id", "")), str(other.get("id", ""))))
    return found


def _from_binary(path: Path) -> list[_Doc]:
    """The documents of a DocBin. Raises InputError: not-docbin, long-file (unpacked)."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    content = content_of(path)
    try:
        unpacking = zlib.decompressobj()
        unpacking.decompress(content, MAX_LINE)
        if not unpacking.unconsumed_tail:
            packed = DocBin().from_bytes(content)
            _reduce(packed)
            return [_from_spacy(doc) for doc in packed.get_docs(Vocab())]
    except Exception as error:  # whatever a foreign file makes the library stumble over
        raise unreadable("not-docbin", path, error, "expected a DocBin, or the JSON of Doc.to_json") from None
    raise fail("long-file", path, f"unpacked, the file is longer than {MAX_LINE} bytes", "split it")


def _reduce(packed: Any) -> None:
    """Keep of the tokens what is read."""
    from spacy import attrs

    read = {attrs.IDS[name] for name in _READ}
    wanted = [place for place, attr in enumerate(packed.attrs) if attr in read]
    packed.attrs = [packed.attrs[place] for place in wanted]
    packed.tokens = [rows[:, wanted] for rows in packed.tokens]


def _from_spacy(doc: Any) -> _Doc:
    note = doc.user_data.get(_KEY)
    groups = {str(name): [_from_tokens(doc, span) for span in spans] for name, spans in doc.spans.items()}
    ents = [_from_tokens(doc, span) for span in doc.ents]
    return _Doc(doc.text, ents, groups, note if isinstance(note, str) else "", 0)


def _from_tokens(doc: Any, span: Any) -> _Span:
    """The characters of a span. Those that a file gives for it beside its tokens are not trusted."""
    if not 0 <= span.start < span.end <= len(doc):
        raise ValueError(f"tokens {span.start} to {span.end} are no span of {len(doc)} tokens")
    last = doc[span.end - 1]
    return _Span(doc[span.start].idx, last.idx + len(last), span.label_, span.kb_id_, span.id_)


def _draft(doc: _Doc, texts: Texts, intake: Intake) -> Draft:
    note = decoded(doc.note) or {}
    base = texts.base([str(note.get("doc_id", ""))], doc.text, intake.path, doc.line)
    draft = Draft(base, intake.path, note.get("head"))
    said = note.get("spans")
    known: Mapping[str, Any] = said if isinstance(said, dict) else {}
    groups = {"entities": doc.ents, **doc.groups}
    for layer in KINDS:
        for span in groups.get(layer, ()):
            draft.add(_part(layer, span, known.get(span.id), intake), doc.line)
    places = {(span.start, span.end, span.label) for span in groups["entities"]}
    intake.lost["ent"] += sum((span.start, span.end, span.label) not in places for span in doc.ents)
    intake.lost["span-group"] += sum(name not in KINDS for name in doc.groups)
    return draft


def _part(layer: str, span: _Span, said: object, intake: Intake) -> Part:
    rest = dict(said) if isinstance(said, dict) else {}
    if layer == "entities":
        if item := item_of(span.kb_id):
            rest["wikidata"] = item
        intake.lost["identifier"] += span.kb_id not in ("", "NIL") and not item
        return Part(layer, span.start, span.end, span.label, {}, rest)
    return Part(layer, span.start, span.end, KINDS[layer], {_MAIN[layer]: span.label} if span.label else {}, rest)


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write a DocBin."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab, packed = Vocab(), DocBin(store_user_data=True)
    for prediction in predictions:
        packed.add(_as_spacy(_made(prediction, corpus), vocab))
    write_bytes(path, packed.to_bytes())
    return []


def write_json(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write what Doc.to_json gives, a document a line, with our own notes under "dateline".

    Doc.from_json takes it, unless a span begins or ends within white space: spaCy cuts white space itself there.
    """
    lines = (json.dumps(_as_json(_made(prediction, corpus))) for prediction in predictions)
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    return []


def _made(prediction: Prediction, corpus: Corpus) -> _Doc:
    document = corpus.document(prediction.doc_id)
    groups: dict[str, list[_Span]] = {layer: [] for layer in KINDS if getattr(prediction, layer) is not None}
    notes: dict[str, Any] = {}
    for part in parts(prediction, document, corpus):
        said = {**part.attributes, **part.rest}
        label = said.pop(_MAIN[part.layer], "") if part.layer in _MAIN else part.label
        item = said.pop("wikidata", "") if part.layer == "entities" else ""
        name = f"{part.layer}/{len(groups[part.layer])}"
        groups[part.layer].append(_Span(part.start, part.end, label, item, name))
        if said:
            notes[name] = said
    note = {"doc_id": prediction.doc_id, "head": head_of(prediction), "spans": notes}
    return _Doc(document.text, outermost(groups.get("entities", ())), groups, json.dumps(note), 0)


class _Word(NamedTuple):
    """A token; `space` where the one blank after it belongs to it, as spaCy has it."""

    start: int
    end: int
    space: bool


def _words(made: _Doc) -> list[_Word]:
    """The tokens of a text such that all spans are spans of tokens.

    White space is as spaCy has it: one blank after a word belongs to the word, what follows is a token; unless a span
    begins with the blank or ends behind it.
    """
    spans = [span for group in made.groups.values() for span in group]
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    found = tokens(made.text, starts | ends)
    blanks = (end + 1 for _, end in found if made.text[end : end + 1] == " ")
    edges = {0, len(made.text), *starts, *ends, *blanks, *(edge for token in found for edge in token)}
    words: list[_Word] = []
    for start, end in pairwise(sorted(edges)):
        blank = made.text[start:end] == " " and start not in starts and end not in ends
        if blank and words and not words[-1].space:
            words[-1] = words[-1]._replace(space=True)
        else:
            words.append(_Word(start, end, False))
    return words


def _as_spacy(made: _Doc, vocab: Any) -> Any:
    from spacy.tokens import Doc, Span

    words = _words(made)
    starts = {word.start: place for place, word in enumerate(words)}
    ends = {word.end: place for place, word in enumerate(words, 1)}
    texts = [made.text[word.start : word.end] for word in words]
    doc = Doc(vocab, words=texts, spaces=[word.space for word in words])

    def spans(found: Sequence[_Span]) -> list[Any]:
        places = [(starts[one.start], ends[one.end]) for one in found]
        named = zip(places, found, strict=True)
        return [Span(doc, start, end, one.label, kb_id=one.kb_id, span_id=one.id) for (start, end), one in named]

    for layer, group in made.groups.items():
        doc.spans[layer] = spans(group)
    doc.ents = spans(made.ents)
    doc.user_data[_KEY] = made.note
    return doc


def _as_json(made: _Doc) -> dict[str, Any]:
    words = enumerate(_words(made))
    return {
        "text": made.text,
        "ents": [{"start": span.start, "end": span.end, "label": span.label} for span in made.ents],
        "tokens": [{"id": number, "start": word.start, "end": word.end} for number, word in words],
        "spans": {layer: [span._asdict() for span in group] for layer, group in made.groups.items()},
        _KEY: json.loads(made.note),
    }
