"""A token and its tag a line, as CoNLL-2003 and all BIO files have it: names without nesting, and their types.

The first column is the token, the last the tag; columns are parted by tabs, or by blanks where a line has no tab. A
blank line ends a sentence. A document begins with `-DOCSTART-` or with `# doc_id = ...` (also `# newdoc id = ...`);
unnamed ones are the documents of the corpus in their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.decoding import KINDS
from dateline.errors import Problem
from dateline.files import Line, fail, read_lines, write_bytes, wrong_byte
from dateline.formats import Imported
from dateline.formats.common import Intake, losses
from dateline.formats.tags import NOTHING, Chunk, Tag, TagError, broken, chunks, parse, recognised, written
from dateline.formats.tags import scheme as scheme_named
from dateline.formats.texts import Base, bases
from dateline.formats.tokens import Aligned, Span, align, outermost, tokens, uncovered
from dateline.model import Mention, Prediction, trimmed
from dateline.soundness import RAW
from dateline.validation import quote

_NAMED = re.compile(r"#\s*(?:doc_id|newdoc id)\s*=\s*(\S+)\s*")
_COMMENT = re.compile(r"#\s?[\w.]+(?: [\w.]+)*\s*=")
_NO_TAG = ("subtype", "entity_id", "wikidata", "head", "optional", "alternatives")
_CONTEXT = 30  # characters of the text that an error shows


class Row(NamedTuple):
    """A token with its tag, and its line."""

    token: str
    tag: Tag
    line: int


class Block(NamedTuple):
    """The sentences of a document; `doc_id` is "" where the file does not name it."""

    doc_id: str
    line: int
    sentences: list[list[Row]]


def read(path: Path, corpus: Corpus, scheme: str | None = None) -> Imported:
    """Names with their types, in the scheme given or recognised. Raises InputError, UnknownNameError."""
    intake = Intake(path)
    blocks = [block for block in _blocks(intake) if block.sentences or block.doc_id]
    sentences = [sentence for block in blocks for sentence in block.sentences]
    name = scheme_named(scheme) if scheme else recognised([row.tag for row in sentence] for sentence in sentences)
    documents = {document.doc_id: document for document in corpus.documents}
    for block, doc_id in zip(blocks, _names(blocks, corpus, path), strict=True):
        if intake.has(doc_id):
            intake.refuse("duplicate-document", f"{quote(doc_id)} was given before", "each document once", block.line)
        elif doc_id in documents:
            _take(block, documents[doc_id], intake)
        else:
            intake.layer(doc_id, "entities", block.line)  # that there is no such document, `predictions.read` says
    _warn_of_repairs(sentences, name, intake)
    return intake.done()


def _names(blocks: Sequence[Block], corpus: Corpus, path: Path) -> list[str]:
    """The documents of the blocks. Raises InputError where unnamed ones are not as many as the corpus has."""
    unnamed = [block for block in blocks if not block.doc_id]
    if not unnamed:
        return [block.doc_id for block in blocks]
    if len(blocks) != len(corpus.documents):
        message = f"{len(blocks)} documents, not all named, for {len(corpus.documents)} of the corpus"
        raise fail("unnamed-document", path, message, "put `# doc_id = ...` before each", unnamed[0].line)
    return [block.doc_id or document.doc_id for block, document in zip(blocks, corpus.documents, strict=True)]


def _blocks(intake: Intake) -> Iterator[Block]:
    """The documents of a file. Raises InputError for a line that is not UTF-8."""
    block, before = Block("", 1, []), 0
    for line in read_lines(intake.path):
        content = _text(line, intake.path)
        if (name := _NAMED.fullmatch(content)) or content.startswith("-DOCSTART-"):
            yield block
            block = Block(name[1] if name else "", line.number, [])
        elif "\t" in content or not _COMMENT.match(content):
            row = _row(content, line.number, intake)
            if line.number > before + 1 or not block.sentences:
                block.sentences.append([])
            if row:
                block.sentences[-1].append(row)
        before = line.number
    yield block


def _text(line: Line, path: Path) -> str:
    try:
        return line.content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise fail("invalid-utf8", path, wrong_byte(line.content), "expected UTF-8", line.number) from None


def _row(content: str, line: int, intake: Intake) -> Row | None:
    """The token of a line, if the line has one and a tag."""
    columns = content.split("\t") if "\t" in content else content.split(" ")
    columns = [column for column in columns if column.strip()]
    if len(columns) < 2:
        intake.refuse("not-a-token", f"{quote(content)} has {len(columns)} columns", "expected token and tag", line)
        return None
    try:
        return Row(columns[0], parse(columns[-1].strip()), line)
    except TagError as error:
        intake.refuse("unknown-tag", str(error), "the tag is the last column", line)
        return Row(columns[0], NOTHING, line)


def _take(block: Block, document: GoldDocument, intake: Intake) -> None:
    """The names of a document: its tokens follow the raw text, or else the clean one, from end to end."""
    rows = [row for sentence in block.sentences for row in sentence]
    (_, offsets, text), found = _aligned([row.token for row in rows], document)
    intake.layer(document.doc_id, "entities", block.line)
    if offsets != RAW:
        intake.document(document.doc_id)["offsets"] = offsets
    if len(found.spans) < len(rows):
        row, there = rows[len(found.spans)], quote(text[found.reached : found.reached + _CONTEXT])
        message = f"the token {quote(row.token)} is not next in the {offsets} text at {found.reached}"
        intake.refuse("other-text", message, f"there stands {there}", row.line, document.doc_id)
        return
    if uncovered(text, found.reached):
        message = f"the tokens end at {found.reached} of {len(text)} in the {offsets} text"
        intake.warn("uncovered-text", message, "names behind count as missed", block.line, document.doc_id)
    _gather(block, document.doc_id, found.spans, text, intake)


def _aligned(words: list[str], document: GoldDocument) -> tuple[Base, Aligned]:
    """The text that tokens follow, raw or clean: the raw one if they follow it to the end, else the further one."""
    tried: list[tuple[Base, Aligned]] = []
    for base in bases(document):
        tried.append((base, align(words, base.text)))
        if len(tried[-1][1].spans) == len(words):
            break
    return max(tried, key=lambda one: len(one[1].spans))


def _gather(block: Block, doc_id: str, spans: Sequence[Span], text: str, intake: Intake) -> None:
    first = 0
    for sentence in block.sentences:
        for chunk in chunks([row.tag for row in sentence]):
            start, end = spans[first + chunk.start][0], spans[first + chunk.end - 1][1]
            record = {"start": start, "end": end, "text": text[start:end], "type": chunk.label}
            intake.add(doc_id, "entities", record, sentence[chunk.start].line)
        first += len(sentence)


def _warn_of_repairs(sentences: Iterable[list[Row]], name: str, intake: Intake) -> None:
    """Tags that the scheme does not allow, counted, with the line of the first."""
    lines = [sentence[index].line for sentence in sentences for index in broken([row.tag for row in sentence], name)]
    if lines:
        message = f"{len(lines)} tags are not allowed in {name} where they stand, the first in this line"
        intake.warn("repaired-tags", message, "read as conlleval reads them: none is dropped", lines[0])


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path, scheme: str | None = None) -> list[Problem]:
    """The outermost names of each document that has the layer, as words that end where names do, a segment a sentence.

    Of two names that overlap, the longer is kept. Raises InputError where no prediction has the layer.
    """
    name = scheme_named(scheme or "BIO")
    lost: Counter[str] = Counter()
    parts = [_document(one, corpus.document(one.doc_id), name, lost) for one in predictions if one.entities is not None]
    if not parts:
        raise fail("empty-file", path, "no prediction has entities", "nothing else can be written as tags")
    for one in predictions:
        _count_losses(one, lost)
    write_bytes(path, "\n".join(parts).encode())
    return losses(lost, path)


def _count_losses(prediction: Prediction, lost: Counter[str]) -> None:
    """What no tag can say."""
    lost.update({layer: len(getattr(prediction, layer) or ()) for layer in KINDS if layer != "entities"})
    lost.update({"documents": prediction.entities is None, "system": prediction.system is not None})
    for mention in prediction.entities or ():
        lost.update({f"entities.{field}": bool(getattr(mention, field)) for field in _NO_TAG})


def _document(prediction: Prediction, document: GoldDocument, name: str, lost: Counter[str]) -> str:
    """The lines of a document; no sentence ends inside a name."""
    names = _flat(prediction.entities or (), document.text, lost)
    inside = {place for one in names for place in range(one.start + 1, one.end)}
    breaks = {segment.start for segment in document.segments} - inside
    spans = tokens(document.text, breaks | {edge for one in names for edge in (one.start, one.end)})
    starts = [start for start, _ in spans]
    found = [Chunk(bisect_left(starts, one.start), bisect_left(starts, one.end), one.type) for one in names]
    lines = [f"# doc_id = {document.doc_id}"]
    for (start, end), tag in zip(spans, written(found, len(spans), name), strict=True):
        if start in breaks and len(lines) > 1:
            lines.append("")
        lines.append(f"{document.text[start:end]}\t{tag}")
    return "\n".join([*lines, ""])


def _flat(mentions: Iterable[Mention], text: str, lost: Counter[str]) -> list[Mention]:
    """The names that can be tagged together."""
    shown = (_trimmed(one, text, lost) for one in mentions if _has_tag(one, lost))
    names = [name for name in shown if name.start < name.end]
    kept = outermost(names)
    lost["nested"] += len(names) - len(kept)
    return kept


def _has_tag(mention: Mention, lost: Counter[str]) -> bool:
    """Whether a mention is a name of a type that can stand in a line."""
    lost["other-levels"] += mention.level != "name"
    lost["unprintable-types"] += not mention.type.isprintable()
    return mention.level == "name" and mention.type.isprintable()


def _trimmed(mention: Mention, text: str, lost: Counter[str]) -> Mention:
    """A name without the white space at its ends, which is in no token; of nothing else, nothing is left."""
    start, end = trimmed(text, mention.start, mention.end)
    lost["white-space"] += (start, end) != (mention.start, mention.end)
    return msgspec.structs.replace(mention, start=start, end=end)
