"""Token classification as the pipeline of Hugging Face transformers returns it: single tokens, or groups of them.

A group ("entity_group") is an entity. Tokens ("entity") are put together: a token goes on where the one before it ends
if its tag is I- of the same label, or if it is the rest of a word ("##"). Offsets are code points. A token without
them, as slow tokenizers give it, is a quote of its word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dateline.corpus import Corpus
from dateline.formats import Imported
from dateline.formats.common import Intake
from dateline.formats.spans import by_document, renamed, take
from dateline.formats.tags import Tag, TagError, goes_on, parse
from dateline.formats.texts import bases
from dateline.soundness import RAW

_REST = "##"  # in front of a WordPiece token that goes on with a word
_WORD = "\u2581"  # in front of a SentencePiece token that begins a word
_UNKNOWN = ("[UNK]", "<unk>")
_NAMES = {"start": "start", "end": "end", "word": "text", "entity_group": "type"}


class Piece(NamedTuple):
    """A token. `start` and `end` are what the pipeline says, of any type; `index` is its number in the text."""

    tag: Tag
    word: str
    start: Any
    end: Any
    index: Any


def read(path: Path, corpus: Corpus) -> Imported:
    """Entities with the labels of the model.

    A word that is not what stands at its offsets, letter case and accents apart, is kept as the record's text, so that
    `predictions.read` refuses the record: the model was given another text. Raises InputError.
    """
    intake = Intake(path)
    documents = {document.doc_id: document for document in corpus.documents}
    for spans in by_document(intake, corpus):
        take(spans, intake)
        sides = bases(documents[spans.doc_id]) if spans.doc_id in documents else ()
        text = next((base.text for base in sides if base.offsets == spans.shared.get("offsets", RAW)), None)
        for record in _records(spans.items):
            intake.add(spans.doc_id, "entities", _checked(record, text), spans.line)
    return intake.done()


def _records(items: Iterable[Any]) -> Iterable[Any]:
    """The entities of a list, tokens put together."""
    group: list[Piece] = []
    for item in items:
        piece = _piece(item)
        if piece and group and _joins(group[-1], piece):
            group.append(piece._replace(tag=piece.tag._replace(label=group[0].tag.label)))
            continue
        if group:
            yield _merged(group)
        group = [piece] if piece else []
        if not piece:
            yield renamed(item, _NAMES)
    if group:
        yield _merged(group)


def _piece(item: Any) -> Piece | None:
    """A token, if an item is one: it has a tag in the place of a group's label."""
    if not isinstance(item, dict) or not isinstance(item.get("entity"), str):
        return None
    try:
        tag = parse(item["entity"])
    except TagError:
        tag = Tag("I", item["entity"])  # a model without prefixes
    return Piece(tag, str(item.get("word", "")), item.get("start"), item.get("end"), item.get("index"))


def _joins(before: Piece, piece: Piece) -> bool:
    """Whether a token is of the same entity as the one before it."""
    if isinstance(before.index, int) and isinstance(piece.index, int):
        follows = piece.index == before.index + 1
    elif isinstance(before.end, int) and isinstance(piece.start, int):
        follows = 0 <= piece.start - before.end <= 1
    else:
        follows = True
    return follows and (piece.word.startswith(_REST) or goes_on(before.tag, piece.tag))


def _merged(group: Sequence[Piece]) -> dict[str, Any]:
    record = {"start": group[0].start, "end": group[-1].end, "text": _words(group), "type": group[0].tag.label}
    return {key: value for key, value in record.items() if value is not None}


def _words(group: Sequence[Piece]) -> str:
    """The words of tokens, as far as their tokenizer shows where words begin."""
    if any(piece.word.startswith(_WORD) for piece in group):
        return "".join(piece.word for piece in group).replace(_WORD, " ").strip()
    return "".join(
        piece.word.removeprefix(_REST) if piece.word.startswith(_REST) else f" {piece.word}" for piece in group
    ).strip()


def _checked(record: Any, text: str | None) -> Any:
    """A record without its text where that is the tokenizer's spelling of what stands at its offsets."""
    if not isinstance(record, dict) or text is None:
        return record
    start, end, said = (record.get(key) for key in ("start", "end", "text"))
    if type(start) is not int or type(end) is not int or not isinstance(said, str):
        return record
    same = any(unknown in said for unknown in _UNKNOWN) or _spelling(said) == _spelling(text[max(start, 0) : end])
    return {key: value for key, value in record.items() if key != "text"} if same else record


def _spelling(text: str) -> str:
    """Letters and digits, without case and accents, which tokenizers may take away."""
    return "".join(character for character in unicodedata.normalize("NFKD", text).casefold() if character.isalnum())
