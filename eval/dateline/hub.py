"""The gold as Hugging Face datasets: from an installation, and from a checkout by README.md's front matter.

Both roads give the same rows with the same features. `datasets.load_dataset("/absolute/path", "figures", split="test")`
reads the data files that the front matter names; `load_dataset("figures")` needs no checkout.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, load
from dateline.errata import clean
from dateline.errors import UnknownNameError
from dateline.files import read_lines
from dateline.vocabulary import schema

if TYPE_CHECKING:
    from datasets import Dataset, Features

Row = dict[str, Any]


class Config(NamedTuple):
    """A dataset of the family: the kind of its records, and their files, where {doc_id} stands for every document."""

    kind: str
    path: str


CONFIGS = {
    "documents": Config("document", "corpus/documents.jsonl"),
    "segments": Config("segment", "corpus/{doc_id}/segments.jsonl"),
    "entities": Config("mention", "annotations/{doc_id}/entities.jsonl"),
    "figures": Config("figure", "annotations/{doc_id}/figures.jsonl"),
    "stances": Config("stance", "annotations/{doc_id}/stances.jsonl"),
    "errata": Config("erratum", "corpus/{doc_id}/errata.jsonl"),
    "registry": Config("entity", "annotations/entities.jsonl"),
    "concepts": Config("concept", "annotations/concepts.jsonl"),
}

SPLIT = "test"  # the corpus is for evaluation only
DTYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
TEXTS = ("text", "clean_text")  # what the documents' rows have beyond document.json

# Columns that datasets would change: a struct cannot leave out keys, so that `{}` would come back as a struct of Nones;
# and its JSON reader takes strings for times where all are ISO dates, and "2014-01-30" for "2014-01-30 00:00:00".
# The price: beside a JSON column, that reader keeps ten decimals of a number.
AS_JSON = ("alternatives", "date", "time")

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def load_dataset(config: str, root: Path | str | None = None) -> Dataset:
    """The gold as a dataset: of a checkout, or of the installed package where no root is given.

    Rows are the source records, in the order of documents and records; `documents` adds the raw `text` and the
    `clean_text` with its errata mended. Offsets count code points of `text`. Raises UnknownNameError and InputError.
    """
    from datasets import Dataset

    declared = features(config)
    return Dataset.from_list(rows(config, load(root)), features=declared, split=SPLIT)


def features(config: str) -> Features:
    """The columns of a config, as its JSON Schema declares them. Raises UnknownNameError."""
    from datasets import Features, Value

    columns = {name: _feature(name, declared) for name, declared in schema(_config(config).kind)["properties"].items()}
    if config == "documents":
        columns |= {name: Value("string") for name in TEXTS}
    return Features(columns)


def rows(config: str, corpus: Corpus) -> list[Row]:
    """The records of a config as plain dictionaries, equal to the source. Raises UnknownNameError and InputError."""
    if config == "documents":
        return _document_rows(corpus)
    return [msgspec.json.decode(line.content) for path in _paths(config, corpus) for line in read_lines(path)]


def front_matter(corpus: Corpus) -> str:
    """The YAML block with which README.md begins: what the Hub shows, and how `datasets` loads a checkout."""
    import yaml

    card = {
        "pretty_name": "Dateline",
        "license": "other",
        "license_name": "cc-by-4.0-annotations-apache-2.0-code",
        "license_link": "LICENSE",
        "language": sorted({document.document.language for document in corpus.documents}),
        "task_categories": ["token-classification", "text-classification"],
        "size_categories": [_size(max(len(rows(config, corpus)) for config in CONFIGS))],
        "tags": [
            "evaluation",
            "information-extraction",
            "named-entity-recognition",
            "quantities",
            "stance-detection",
            "sentence-segmentation",
            "crisis-reporting",
            "news",
        ],
        "configs": [_card_config(config, corpus) for config in CONFIGS],
    }
    return f"---\n{yaml.safe_dump(card, sort_keys=False, allow_unicode=True, width=120)}---\n"


def _card_config(name: str, corpus: Corpus) -> dict[str, Any]:
    """One entry of `configs`.

    The digest of the rows is there because datasets caches by this entry, not by what the files hold: without it,
    edited data and other checkouts of the same name would be served from the cache.
    """
    kind, path = _config(name)
    digest = hashlib.sha256(msgspec.json.encode(rows(name, corpus))).hexdigest()
    return {
        "config_name": name,
        "version": corpus.version,
        "description": f"{schema(kind)['description']} SHA-256 of the rows: {digest}",
        "features": features(name)._to_yaml_list(),
        "data_files": [{"split": SPLIT, "path": path.format(doc_id="*")}],
    }


def _config(name: str) -> Config:
    if name not in CONFIGS:
        raise UnknownNameError("dataset config", name, CONFIGS)
    return CONFIGS[name]


def _paths(config: str, corpus: Corpus) -> list[Path]:
    """The data files, in the order in which datasets reads them: that of their whole paths as strings."""
    pattern = _config(config).path
    return [corpus.root / path for path in sorted({pattern.format(doc_id=doc.doc_id) for doc in corpus.documents})]


def _document_rows(corpus: Corpus) -> list[Row]:
    return [
        {
            **msgspec.to_builtins(gold.document),
            "text": gold.text,
            "clean_text": clean(gold.text, gold.segments, gold.errata).text,
        }
        for gold in corpus.documents
    ]


def _feature(name: str, declared: dict[str, Any]) -> Any:
    """The feature for one property of a schema; every feature can be None."""
    from datasets import Json, List, Value

    if name in AS_JSON:
        return Json()
    if "properties" in declared:
        return {field: _feature(field, inner) for field, inner in declared["properties"].items()}
    if "items" in declared:
        return List(_feature(name, declared["items"]))
    return Value(_dtype(declared))


def _dtype(declared: dict[str, Any]) -> str:
    """The type of a scalar; labels, which the schemas give by reference or as an enumeration, are strings."""
    types = declared.get("type", "string")
    return DTYPES[types if isinstance(types, str) else types[0]]


def _size(number: int) -> str:
    """The Hub's class of sizes."""
    return next((label for limit, label in SIZES if number < limit), "n>1M")
