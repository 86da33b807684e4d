"""`dateline build`: every generated file of the checkout, from the data it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from dateline.corpus import Corpus, load
from dateline.files import as_jsonl, fail, write_bytes
from dateline.hub import front_matter, rows
from dateline.reports.picture import annotated_segment

FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)


def documents(corpus: Corpus) -> bytes:
    """corpus/documents.jsonl: the rows of the config `documents`, which has no source file of that shape."""
    return as_jsonl(rows("documents", corpus))


def readme(corpus: Corpus) -> bytes:
    """README.md with its front matter replaced, or given one; the text below it stays as it is."""
    path = corpus.root / "README.md"
    if not path.is_file():
        raise fail("missing-file", path, "there is no such file", "expected the root of a checkout")
    text = path.read_bytes().decode("utf-8")
    return (front_matter(corpus) + FRONT_MATTER.sub("", text, count=1)).encode()


def picture(corpus: Corpus) -> bytes:
    """The README's picture: a sentence with names, a figure that is an aim, and two stances."""
    return annotated_segment(corpus, "ips-car-2014", "s013").encode()


ARTEFACTS: dict[str, Callable[[Corpus], bytes]] = {
    "corpus/documents.jsonl": documents,
    "README.md": readme,
    ".github/assets/annotated-sentence.svg": picture,
}


def build(root: Path | str | None = None) -> list[Path]:
    """Write the generated files that differ from what they should be; returns their paths. Raises InputError."""
    stale = _stale(root)
    for path, content in stale.items():
        write_bytes(path, content)
    return list(stale)


def outdated(root: Path | str | None = None) -> list[Path]:
    """The generated files that `build` would write. Raises InputError."""
    return list(_stale(root))


def _stale(root: Path | str | None) -> dict[Path, bytes]:
    corpus = load(root)
    fresh = {corpus.root / name: make(corpus) for name, make in ARTEFACTS.items()}
    return {path: content for path, content in fresh.items() if not path.is_file() or path.read_bytes() != content}
