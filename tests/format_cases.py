"""What the tests of formats share: a small corpus, random documents with difficult characters, and the way through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from tiny import corpus, document

from dateline.corpus import Corpus
from dateline.errors import InputError, Problem
from dateline.formats import fmt
from dateline.formats.common import as_dictionary
from dateline.formats.conversion import Conversion, convert
from dateline.model import Prediction
from dateline.predictions import read

TEXT = "Ann met Ben (in \U0001d518lm).\n2,000 men left Ulm.\n"
GOLD = corpus(document(TEXT, "d1"), registry={"ann": ["Ann"]}, concepts=["peace"])
TWO = corpus(document(TEXT, "d1"), document("Ben is here.\n", "d2"))

# letters outside the BMP, combining marks, invisible characters, line ends of all kinds, what formats use themselves
CHARACTERS = "aZ9 \t\n\r\u00a0\u200b\u0301\u2028\U0001d518\U0001f600\"'`,;=+-@#|<>{}[]\\/_.()\x00\ufeff"
texts = st.text(st.sampled_from(CHARACTERS) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def predictions(lines: Sequence[dict[str, Any]], gold: Corpus) -> list[Prediction]:
    """The documents of lines that are right, or right but for records that are left out."""
    return [*read(lines, gold, "spurious").documents.values()]


def there_and_back(found: Sequence[Prediction], gold: Corpus, name: str, path: Path) -> list[dict[str, Any]]:
    """What is read from what was written in a format, as lines without the identifiers of documents in records."""
    form = fmt(name)
    assert form.write is not None and form.read is not None
    form.write(found, gold, path)
    return lines(read(form.read(path, gold).documents, gold).documents.values())


def lines(found: Any) -> list[dict[str, Any]]:
    """Predictions as lines; that a record repeats the identifier of its document is not compared."""
    return [_without_doc_ids(as_dictionary(prediction)) for prediction in found]


def _without_doc_ids(line: dict[str, Any]) -> dict[str, Any]:
    layers = {name: records for name, records in line.items() if isinstance(records, list)}
    bare = {
        name: [{key: value for key, value in record.items() if key != "doc_id"} for record in records]
        for name, records in layers.items()
    }
    return {**line, **bare}


def converted(name: str, content: bytes | str, folder: Path, gold: Corpus = GOLD, **options: Any) -> Conversion:
    """A conversion from a file of a format, whose name ends as the format's files do, to a prediction file."""
    source = folder / f"foreign.{ENDINGS.get(name, name)}"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    return convert(source, folder / "out.jsonl", name, "prediction", gold, **options)


ENDINGS = {"prediction": "jsonl", "hf-tokens": "json", "gliner": "json", "llm": "jsonl"}


def refused(name: str, content: bytes | str, folder: Path, gold: Corpus = GOLD, **options: Any) -> list[Problem]:
    """The errors of a conversion that is refused; nothing may have been written."""
    try:
        converted(name, content, folder, gold, **options)
    except InputError as error:
        assert not (folder / "out.jsonl").exists()
        return [problem for problem in error.problems if problem.level == "error"]
    raise AssertionError("the conversion was not refused")
