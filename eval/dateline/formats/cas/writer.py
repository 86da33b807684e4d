"""Predictions as CAS files, with the tokens and sentences that INCEpTION needs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dateline.corpus import Corpus, GoldDocument
from dateline.decoding import KINDS
from dateline.errors import Problem
from dateline.files import fail, write_bytes
from dateline.formats.cas.types import HEAD, IDENTIFIER, LAYERS, META, REST, SENTENCE, TOKEN, TYPES, VALUE, features
from dateline.formats.cas.types import type_system as own_types
from dateline.formats.parts import Part, head_of, item_address, parts
from dateline.formats.texts import file_name, write_folder
from dateline.formats.tokens import tokens
from dateline.model import Prediction
from dateline.validation import quote

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write XMI: the file, where its name ends in .xmi, or a new folder with a file a document; TypeSystem.xml beside.

    Raises InputError where a text has a character that XML cannot hold, for several documents in one file, and for a
    folder that is not empty.
    """
    _check(predictions, path, ".xmi")
    types = own_types(corpus)
    files = {TYPES: types.to_xml().encode()}
    for prediction in predictions:
        bad = _NOT_XML.search(corpus.document(prediction.doc_id).text)
        if bad:
            message = f"the text of {quote(prediction.doc_id)} has {quote(bad[0])} at {bad.start()}"
            raise fail("not-xml", path, message, "XML cannot hold this character; write cas-json")
        files[_name(prediction, path, ".xmi")] = _cas(prediction, corpus, types).to_xmi().encode()
    _write(files, path, ".xmi")
    return []


def write_json(predictions: Sequence[Prediction], corpus: Corpus, path: Path) -> list[Problem]:
    """Write JSON CAS with its types: the file, where its name ends in .json, or a new folder. Raises as `write`."""
    _check(predictions, path, ".json")
    types = own_types(corpus)
    casses = {_name(one, path, ".json"): _cas(one, corpus, types).to_json() for one in predictions}
    _write({name: content.encode() for name, content in casses.items()}, path, ".json")
    return []


def _check(predictions: Sequence[Prediction], path: Path, ending: str) -> None:
    if path.suffix == ending and len(predictions) != 1:
        message = f"{len(predictions)} documents cannot go into one file"
        raise fail("one-document", path, message, f"name a folder, or one document with {ending}")


def _name(prediction: Prediction, path: Path, ending: str) -> str:
    return path.name if path.suffix == ending else f"{file_name(prediction.doc_id, path)}{ending}"


def _write(files: dict[str, bytes], path: Path, ending: str) -> None:
    if path.suffix != ending:
        write_folder(path, files)
        return
    for name, content in files.items():
        write_bytes(path.parent / name, content)


def _cas(prediction: Prediction, corpus: Corpus, types: Any) -> Any:
    from cassis import Cas

    document = corpus.document(prediction.doc_id)
    found = parts(prediction, document, corpus)
    cas = Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = document.text, "text"
    meta = types.get_type(META)
    cas.add(meta(begin=0, end=len(document.text), documentId=document.doc_id, documentTitle=document.doc_id))
    cas.add(types.get_type(HEAD)(**{REST: json.dumps(head_of(prediction))}))
    _segment(cas, document, [offset for part in found for offset in (part.start, part.end)])
    known = {layer: frozenset(features(layer, corpus)) for layer in KINDS}
    for part in found:
        kind = types.get_type(LAYERS[part.layer])
        cas.add(kind(begin=part.start, end=part.end, **_features(part, known[part.layer])))
    return cas


def _segment(cas: Any, document: GoldDocument, boundaries: Sequence[int]) -> None:
    """Tokens and sentences; a document without segments is one sentence."""
    sentences = [(segment.start, segment.end) for segment in document.segments] or [(0, len(document.text))]
    borders = [offset for sentence in sentences for offset in sentence]
    spans = {SENTENCE: sentences, TOKEN: tokens(document.text, [*boundaries, *borders])}
    for name, places in spans.items():
        kind = cas.typesystem.get_type(name)
        cas.add_all(kind(begin=start, end=end) for start, end in places)


def _features(part: Part, known: frozenset[str]) -> dict[str, str]:
    """What a record says, by features; the rest is one of them where there is any."""
    rest = dict(part.rest)
    said = dict(part.attributes)
    said |= {field: rest.pop(field) for field in known if isinstance(rest.get(field), str)}
    if part.layer == "entities":
        said[VALUE] = part.label
        item = rest.pop("wikidata", None)
        if item:
            said[IDENTIFIER] = item_address(item)
    elif part.layer == "figures" and "value" in rest:
        said[VALUE] = json.dumps(rest.pop("value"))
    return {**said, **({REST: json.dumps(rest)} if rest else {})}
