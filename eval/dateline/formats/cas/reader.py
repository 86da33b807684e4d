"""CAS files as INCEpTION exports them, or as we write them, as lines of a prediction file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.errors import InputError
from dateline.files import NOT_JSON, fail
from dateline.formats import Imported
from dateline.formats.cas.types import DKPRO, HEAD, IDENTIFIER, LAYERS, META, REST, TYPES, VALUE, features, refuse_names
from dateline.formats.cas.types import type_system as own_types
from dateline.formats.common import Intake, content_of, unreadable
from dateline.formats.parts import Draft, Part, decoded, gather, item_of
from dateline.formats.texts import Texts, files_of

_UNMAPPED, _UNKNOWN = "Not mapping", "Type with name"  # how the library's warnings of wrong offsets and types begin
_READ = (f"{DKPRO}.segmentation.", f"{DKPRO}.metadata.", f"{DKPRO}.ner.", "uima.", HEAD, *LAYERS.values())

_LOST = {"value": "number", "wikidata": "identifier"}  # what is lost where the feature of a field cannot be read


def read(path: Path, corpus: Corpus) -> Imported:
    """Records of an .xmi or .json file, or of a folder of them; exports are archives, which are not unpacked here.

    The types of an XMI file are those of TypeSystem.xml beside it, else those that we write. Lost, and counted:
    annotations of other layers, identifiers other than Wikidata's, and what stands in the feature `dateline` and is no
    JSON object. XML with a document type declaration is refused: there is none in a CAS, and entities are made in it.
    """
    intake, texts = Intake(path), Texts(corpus)
    drafts = []
    for file in files_of(path, ".xmi", ".json"):
        try:
            drafts.append(_document(file, texts, corpus, intake))
        except InputError as error:
            intake.take(error.problems)
    gather(drafts, intake)
    return intake.done()


def _document(file: Path, texts: Texts, corpus: Corpus, intake: Intake) -> Draft:
    cas = _loaded(file, corpus, intake)
    text = cas.sofa_string
    if not isinstance(text, str):
        raise fail("no-text", file, "the CAS has no text", "expected a sofa string in the initial view")
    base = texts.base([*_names(cas), file.stem], text, file)
    draft = Draft(base, file, _head(cas))
    for layer, name in LAYERS.items():
        known = features(layer, corpus)
        for annotation in _annotations(cas, name):
            part, lost = _part(layer, annotation, known)
            draft.add(part)
            intake.lost.update(lost)
    intake.lost["annotation"] += sum(not one.type.name.startswith(_READ) for one in cas.select_all_fs())
    return draft


def _loaded(file: Path, corpus: Corpus, intake: Intake) -> Any:
    """The CAS in a file. What the library only warns of is an error, where offsets are wrong, or counted."""
    content = content_of(file)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        cas = _from_json(content, file) if content.lstrip()[:1] == b"{" else _from_xmi(content, file, corpus)
    messages = [str(warning.message) for warning in caught]
    for message in messages:
        if message.startswith(_UNMAPPED):
            raise fail("bad-offsets", file, message, "UTF-16 code units between two characters of the text")
    intake.lost["annotation"] += sum(message.startswith(_UNKNOWN) for message in messages)
    return cas


def _from_json(content: bytes, file: Path) -> Any:
    from cassis import load_cas_from_json

    _guard_json(content, file)
    try:
        return load_cas_from_json(content.decode("utf-8"), lenient=True)
    except Exception as error:  # whatever a foreign file makes the library stumble over
        raise _unreadable(file, error) from None


def _from_xmi(content: bytes, file: Path, corpus: Corpus) -> Any:
    from cassis import load_cas_from_xmi

    _guard_xml(content, file)
    types = _types(file.with_name(TYPES), corpus)
    try:
        return load_cas_from_xmi(BytesIO(content), typesystem=types, lenient=True)
    except Exception as error:  # whatever a foreign file makes the library stumble over
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: Exception) -> InputError:
    return unreadable("unreadable-cas", file, error, "expected a UIMA CAS as XMI or JSON, and its type system")


def _types(file: Path, corpus: Corpus) -> Any:
    """The type system in a file; our own where there is none."""
    from cassis import load_typesystem

    if not file.is_file():
        return own_types(corpus)
    content = content_of(file)
    _guard_xml(content, file)
    try:
        types = load_typesystem(BytesIO(content))
        named = [(kind.name, [feature.name for feature in kind.features]) for kind in types.get_types()]
    except Exception as error:  # whatever a foreign file makes the library stumble over
        raise _unreadable(file, error) from None
    refuse_names(named, file)
    return types


def _guard_xml(content: bytes, file: Path) -> None:
    """Refuse what is not well-formed or declares a document type: entities, external or nested, begin there."""

    def refuse(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise fail("document-type", file, "the XML declares a document type", "expected XML without", line)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise fail("malformed-xml", file, f"not XML: {error}", "expected XMI", parser.CurrentLineNumber) from None


def _guard_json(content: bytes, file: Path) -> None:
    try:
        value = msgspec.json.decode(content, type=dict[str, Any])
    except NOT_JSON as error:
        raise fail("malformed-json", file, f"not JSON: {error}", "expected a JSON CAS") from None
    types = value.get("%TYPES") or {}
    if not isinstance(types, dict) or not all(isinstance(kind, dict) for kind in types.values()):
        raise fail("unreadable-cas", file, "%TYPES holds something else than types", "expected a JSON CAS")
    refuse_names(((name, [key for key in kind if key[:1] != "%"]) for name, kind in types.items()), file)


def _annotations(cas: Any, name: str) -> list[Any]:
    """The annotations of a type and its subtypes, in the order in which they were made."""
    found = cas.select(name) if cas.typesystem.contains_type(name) else []
    return sorted(found, key=lambda one: one.xmiID)


def _names(cas: Any) -> Iterator[str]:
    """What may be the name of the document; INCEpTION gives the name of the file that was imported."""
    for meta in _annotations(cas, META):
        for feature in ("documentId", "documentTitle"):
            if isinstance(name := getattr(meta, feature, None), str):
                yield from (name, Path(name).stem)


def _head(cas: Any) -> dict[str, Any] | None:
    found = [getattr(one, REST, None) for one in _annotations(cas, HEAD)]
    return decoded(found[0]) if found and isinstance(found[0], str) else None


def _part(layer: str, annotation: Any, known: list[str]) -> tuple[Part, list[str]]:
    """The record of an annotation, and what of it is lost."""
    said = {name: getattr(annotation, name, None) for name in (*known, VALUE, IDENTIFIER, REST)}
    texts = {name: value for name, value in said.items() if isinstance(value, str)}
    rest = decoded(texts.pop(REST, "{}"))
    value, identifier = texts.pop(VALUE, ""), texts.pop(IDENTIFIER, "")
    label = KINDS[layer]
    own: dict[str, object] = {}
    if layer == "entities":
        label = value or annotation.type.name.rpartition(".")[2]
        own = {"wikidata": item_of(identifier)} if identifier else {}
    elif layer == "figures" and value:
        own = {"value": _number(value)}
    lost = [_LOST[field] for field, content in own.items() if content is None] + ([] if rest is not None else ["note"])
    rest = {**(rest or {}), **{field: content for field, content in own.items() if content is not None}}
    return Part(layer, annotation.begin, annotation.end, label, texts, rest), lost


def _number(written: str) -> int | float | None:
    try:
        return msgspec.json.decode(written, type=int | float)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
