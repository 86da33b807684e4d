"""The types of annotations in a CAS, and type systems: our own, and foreign ones that are held to be hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.files import fail
from dateline.formats.parts import settable
from dateline.validation import quote

TYPES = "TypeSystem.xml"
"""The file that describes the types, beside the XMI files: the name that INCEpTION gives it, too."""

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
TOKEN = f"{DKPRO}.segmentation.type.Token"
SENTENCE = f"{DKPRO}.segmentation.type.Sentence"
META = f"{DKPRO}.metadata.type.DocumentMetaData"
ENTITY = f"{DKPRO}.ner.type.NamedEntity"
HEAD = "webanno.custom.Dateline"
LAYERS = {layer: ENTITY if layer == "entities" else f"webanno.custom.{kind.title()}" for layer, kind in KINDS.items()}
"""Layer -> the type of its annotations."""

REST = "dateline"
VALUE, IDENTIFIER = "value", "identifier"

_STRING = "uima.cas.String"
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_TYPE_NAME = re.compile(r"[A-Za-z][\w.]*(\[\])?", re.ASCII)


def features(layer: str, corpus: Corpus) -> list[str]:
    """The features of a layer that hold one field each, by the names of the fields; `wikidata` is the identifier."""
    return sorted(settable(layer, corpus) - {"wikidata"})


def type_system(corpus: Corpus) -> Any:
    """The type system of what is written. `value` is the type of an entity, and the number of a figure."""
    from cassis import TypeSystem

    made = TypeSystem()
    for name in (TOKEN, SENTENCE):
        made.create_type(name)
    meta = made.create_type(META, supertypeName="uima.tcas.DocumentAnnotation")
    for feature in ("documentId", "documentTitle"):
        made.create_feature(meta, feature, _STRING)
    made.create_feature(made.create_type(HEAD, supertypeName="uima.cas.AnnotationBase"), REST, _STRING)
    own = {"entities": (VALUE, IDENTIFIER), "figures": (VALUE,)}
    for layer, name in LAYERS.items():
        kind = made.create_type(name)
        for feature in (*own.get(layer, ()), *features(layer, corpus), REST):
            made.create_feature(kind, feature, _STRING)
    return made


def refuse_names(types: Iterable[tuple[str, Iterable[str]]], path: Path) -> None:
    """Refuse a type system, given as names with those of features, that has others than identifiers.

    The library makes Python code of the names of features. Raises InputError: unsafe-name.
    """
    for name, names in types:
        bad = [one for one in names if not _NAME.fullmatch(one)]
        if bad or not _TYPE_NAME.fullmatch(name):
            message = f"{quote((bad or [name])[0])} is not the name of a {'feature' if bad else 'type'}"
            raise fail("unsafe-name", path, message, "expected letters, digits and underscores")
