"""`dateline build`: every generated file of the checkout, from the data it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from dateline.corpus import Corpus, load
from dateline.files import as_jsonl, fail, write_bytes
from dateline.hub import front_matter, rows
from dateline.inventory import stats
from dateline.reports import formats, passes
from dateline.reports.inventory import section
from dateline.reports.picture import annotated_segment

FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
RECIPES = "eval/RECIPES.md"


def documents(corpus: Corpus) -> bytes:
    """corpus/documents.jsonl: the rows of the config `documents`, which has no source file of that shape."""
    return as_jsonl(rows("documents", corpus))


def readme(corpus: Corpus) -> bytes:
    """README.md with its front matter, or given one, and the numbers of the corpus; the rest stays as it is."""
    path = corpus.root / "README.md"
    if not path.is_file():
        raise fail("missing-file", path, "there is no such file", "expected the root of a checkout")
    text = path.read_bytes().decode("utf-8")
    body = _between("stats", section(stats(corpus)), FRONT_MATTER.sub("", text, count=1), path)
    return (front_matter(corpus) + body).encode()


def recipes(corpus: Corpus) -> dict[str, bytes]:
    """The recipes with the table of formats, by path; nothing where there are none, as they belong to the code."""
    path = corpus.root / RECIPES
    if not path.is_file():
        return {}
    return {RECIPES: _between("formats", formats.section(), path.read_bytes().decode("utf-8"), path).encode()}


def _between(name: str, made: str, text: str, path: Path) -> str:
    """The text with what was made between the two markers of a name."""
    first, last = f"<!-- {name} -->", f"<!-- /{name} -->"
    place = re.compile(f"^{first}$.*?^{last}$", re.DOTALL | re.MULTILINE)
    if len(place.findall(text)) != 1:
        allowed = f"expected {first} and, below it, {last}, each on a line of its own and once"
        raise fail("missing-marker", path, f"there is no place for the table `dateline {name}`", allowed)
    return place.sub(lambda _: f"{first}\n\n{made}\n{last}", text)


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


def agreements(corpus: Corpus) -> dict[str, bytes]:
    """AGREEMENT.md of every document that has at least two passes, by path."""
    doc_ids = [one.doc_id for one in corpus.documents if len(passes.folders(corpus, one.doc_id)) > 1]
    return {f"annotations/{doc_id}/{passes.FILE}": passes.page(corpus, doc_id).encode() for doc_id in doc_ids}


def _stale(root: Path | str | None) -> dict[Path, bytes]:
    corpus = load(root)
    made = {**{name: make(corpus) for name, make in ARTEFACTS.items()}, **recipes(corpus), **agreements(corpus)}
    fresh = {corpus.root / name: content for name, content in made.items()}
    return {path: content for path, content in fresh.items() if not path.is_file() or path.read_bytes() != content}
