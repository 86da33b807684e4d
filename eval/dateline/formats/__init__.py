"""The exchange of annotations with other tools: one table of formats, a module for each.

A reader gives dictionaries like the lines of a prediction file, which `dateline.predictions.read` then judges as it
judges those: no reader places a quote or refuses a label. A writer takes structs with raw offsets. All offsets of
dictionaries and structs are code points; a tool that counts otherwise is converted in its own module.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from dateline.errors import MissingExtraError, Problem, UnknownNameError


class Imported(NamedTuple):
    """What a foreign file says, document by document.

    `documents` are as lines of a prediction file: their records may be quotes and may have foreign labels. `problems`
    are warnings about what was lost or changed (codes "lost-..." have one problem a kind of loss and file, with the
    count) and errors about what cannot be read, with file and line. `places` says where the record of a document, a
    layer and an index in it came from: file and line (0 where the format has no lines).
    """

    documents: list[dict[str, Any]]
    problems: list[Problem]
    places: dict[tuple[str, str, int], tuple[str, int]] = {}


Reader = Callable[..., Imported]  # of a Path and a Corpus
Writer = Callable[..., list[Problem]]  # of a sequence of predictions, a Corpus and a Path


class Format(NamedTuple):
    """An entry of the table; `lost` is a sentence that says what the format cannot carry, "" where it carries all.

    `read` raises InputError for a file of which nothing can be used. `write` writes the whole file or folder or
    nothing, and returns the losses as warnings. Both import their module when they are called; `package` is the import
    name that shows whether `extra` is installed.
    """

    name: str
    summary: str
    lost: str = ""
    read: Reader | None = None
    write: Writer | None = None
    extra: str | None = None
    package: str | None = None
    options: tuple[str, ...] = ()  # keywords that its functions take beside
    keeps: bool = False  # whether its writer takes records that cannot be used, `unusable`


def _reader(module: str, function: str = "read") -> Reader:
    return _imported(module, function)


def _writer(module: str, function: str = "write") -> Writer:
    return _imported(module, function)


def _imported(module: str, function: str) -> Callable[..., Any]:
    """A function that imports its module when it is called."""

    def call(*given: Any, **options: Any) -> Any:
        return getattr(import_module(f"dateline.formats.{module}"), function)(*given, **options)

    return call


_ONLY_NAMES = "everything but the outermost names and their types"
_FORMATS: tuple[Format, ...] = (
    Format("gold", "the gold of the corpus", "errata and registry", read=_reader("gold")),
    Format("prediction", "prediction files", read=_reader("prediction"), write=_writer("prediction"), keeps=True),
    Format(
        "gold-pass",
        "a folder of gold-shaped records",
        "errata and registry, identifiers of Wikidata, the system's name, failed documents",
        read=_reader("gold_pass"),
        write=_writer("gold_pass"),
    ),
    Format(
        "csv",
        "flat records, comma-separated",
        "the difference between an empty string and no value",
        read=_reader("tabular", "read_csv"),
        write=_writer("tabular", "write_csv"),
    ),
    Format(
        "tsv",
        "flat records, tab-separated",
        "the difference between an empty string and no value",
        read=_reader("tabular", "read_tsv"),
        write=_writer("tabular", "write_tsv"),
    ),
    Format(
        "jsonl",
        "flat records, an object a line",
        read=_reader("tabular", "read_jsonl"),
        write=_writer("tabular", "write_jsonl"),
    ),
    Format(
        "parquet",
        "flat records, Parquet",
        read=_reader("tabular", "read_parquet"),
        write=_writer("tabular", "write_parquet"),
    ),
    Format(
        "conll",
        "a token and its tag a line: BIO, IOB1, BIOES, BILOU",
        _ONLY_NAMES,
        read=_reader("conll"),
        write=_writer("conll"),
        options=("scheme",),
    ),
    Format(
        "hf-tokens", "tokens or groups as a Hugging Face pipeline gives them", "scores", read=_reader("huggingface")
    ),
    Format("gliner", "spans as GLiNER gives them", "scores", read=_reader("gliner")),
    Format("llm", "the answers of a language model as text", "what stands around the JSON", read=_reader("answers")),
    Format("brat", "a folder of brat standoff", read=_reader("brat"), write=_writer("brat")),
    Format(
        "labelstudio",
        "Label Studio's raw JSON, with the labelling configuration as .xml beside",
        read=_reader("labelstudio"),
        write=_writer("labelstudio"),
        options=("annotator",),
    ),
    Format(
        "cas",
        "UIMA CAS for INCEpTION: .xmi, or a folder of them with TypeSystem.xml",
        read=_reader("cas"),
        write=_writer("cas"),
        extra="cas",
        package="cassis",
    ),
    Format(
        "cas-json",
        "UIMA CAS for INCEpTION: .json, or a folder of them",
        read=_reader("cas"),
        write=_writer("cas", "write_json"),
        extra="cas",
        package="cassis",
    ),
    Format(
        "webanno-jsonld",
        "W3C Web Annotations as JSON-LD",
        read=_reader("webannotation"),
        write=_writer("webannotation"),
    ),
    Format("docbin", "spaCy's DocBin", read=_reader("docbin"), write=_writer("docbin"), extra="spacy", package="spacy"),
    Format(
        "spacy-json",
        "spaCy's Doc.to_json, a document a line",
        read=_reader("docbin"),
        write=_writer("docbin", "write_json"),
    ),
)
FORMATS: dict[str, Format] = {form.name: form for form in _FORMATS}
"""Name -> format, in the order in which they are listed."""


def fmt(name: str) -> Format:
    """One entry of the table. Raises UnknownNameError, and MissingExtraError where its package is not installed."""
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)
    form = FORMATS[name]
    if form.package and form.extra and find_spec(form.package) is None:
        raise MissingExtraError(f"what the format {name} needs", form.extra)
    return form
