"""eval/RECIPES.md does what it says: each recipe is followed from top to bottom, and prints what it shows.

`sh` blocks are run by a shell and `python` blocks by Python, or saved if they begin with a file's name. A `text` block
is what the block before it printed, whole but for "...", which stands for anything.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from itertools import pairwise
from os import environ, pathsep
from pathlib import Path
from typing import NamedTuple

import pytest
import stand_ins

from dateline.build import recipes as built
from dateline.corpus import load
from dateline.errors import InputError
from dateline.formats import FORMATS
from dateline.labelmaps import known
from dateline.locate import REASONS, TIERS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "eval/RECIPES.md"
RECIPES = PAGE.read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

StandIn = Callable[[Path], AbstractContextManager[stand_ins.Environment]]
STAND_INS: dict[str, StandIn] = {
    "A language model at an endpoint": stand_ins.endpoint,
    "A language model in a chat window": stand_ins.chat,
    "spaCy": stand_ins.spacy,
    "A token classifier of Hugging Face": stand_ins.transformers,
    "GLiNER": stand_ins.gliner,
}
"""Recipe -> what stands for its model."""

EXTRAS = {"openai": "openai", "spacy": "spacy", "cas": "cassis", "inspect": "inspect_ai"}
"""Extra that recipes need -> its import name. That of Hugging Face is needed for the model alone."""


class Block(NamedTuple):
    """A fenced block."""

    language: str
    content: str


RUN = {"sh", "python"}
"""The languages of blocks that are followed."""


def recipes() -> dict[str, str]:
    """Heading -> what stands below it, for those that have something to run."""
    parts = re.split(r"^## (.*)\n", RECIPES, flags=re.M)
    found = zip(parts[1::2], parts[2::2], strict=True)
    return {heading: text for heading, text in found if RUN & {block.language for block in blocks(text)}}


def blocks(text: str) -> list[Block]:
    return [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)]


def needed(text: str) -> list[str]:
    """The extras that a recipe says it needs."""
    return [extra for extra in EXTRAS if f'pip install ".[{extra}]"' in text]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what commands read."""
    for folder in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / folder, tmp_path / "dateline" / folder)
    return tmp_path / "dateline"


def environment(given: stand_ins.Environment) -> dict[str, str]:
    """That of a reader: `dateline` and `python` are those of these tests, the terminal has 80 columns."""
    path = f"{Path(sys.executable).parent}{pathsep}{environ['PATH']}"
    return {**environ, **OFFLINE, "COLUMNS": "80", "PATH": path, **given}


def printed(block: Block, folder: Path, given: stand_ins.Environment) -> str:
    """What following a block prints, on both streams."""
    if named := re.match(r"# (\S+\.py)\n", block.content):
        (folder / named[1]).write_text(block.content, encoding="utf-8")
        return ""
    content = block.content.replace(stand_ins.LOCAL, given.get("OPENAI_BASE_URL", stand_ins.LOCAL))
    command = ["sh", "-ec", content] if block.language == "sh" else [sys.executable, "-c", content]
    done = subprocess.run(
        command, cwd=folder, env=environment(given), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    shown = done.stdout.decode()
    assert done.returncode == 0, f"{content}\n{shown}"
    return shown


def is_shown(shown: str, found: str) -> bool:
    """Whether what a page shows is what was printed; blanks at the ends of lines do not count."""
    pattern = re.escape(_lines(shown)).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, _lines(found), re.S) is not None


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_can_be_followed_and_prints_what_it_shows(name: str, checkout: Path) -> None:
    text = recipes()[name]
    missing = [extra for extra in needed(text) if find_spec(EXTRAS[extra]) is None]
    if missing:
        pytest.skip(f"needs dateline[{','.join(missing)}]")
    with STAND_INS.get(name, stand_ins.nothing)(checkout) as given:
        follow(blocks(text), checkout, given)


def follow(steps: list[Block], checkout: Path, given: stand_ins.Environment) -> None:
    found = ""
    for block in steps:
        if block.language in RUN:
            found = printed(block, checkout, given)
        elif block.language == "text":
            assert is_shown(block.content, found), f"shown:\n{block.content}\nprinted:\n{found}"


def test_what_is_shown_stands_below_what_prints_it() -> None:
    pairs = [(before, after) for text in recipes().values() for before, after in pairwise(blocks(text))]
    assert [after for before, after in pairs if after.language == "text" and before.language not in RUN] == []


def test_every_stand_in_has_its_recipe() -> None:
    assert STAND_INS.keys() <= recipes().keys()


def test_every_label_map_is_in_the_table() -> None:
    (table,) = re.findall(r"^\| map \|.*\n\|.*\n((?:\|.*\n)*)", RECIPES, re.M)
    assert sorted(re.findall(r"^\| `([^`]+)` \|", table, re.M)) == [*known()]


@pytest.mark.parametrize(("head", "words"), [("tier", TIERS), ("reason", REASONS)])
def test_every_tier_and_every_reason_is_explained(head: str, words: tuple[str, ...]) -> None:
    (table,) = re.findall(rf"^\| {head} \|.*\n\|.*\n((?:\|.*\n)*)", RECIPES, re.M)
    assert {*re.findall(r"^\| `([^`]+)` \|", table, re.M)} == {*words}


def test_every_key_that_is_shown_is_a_place_for_one() -> None:
    assert re.findall(r"\bsk-\w+", RECIPES) == []


def anchors(page: str) -> Iterator[str]:
    """The links by which the headings of a page can be reached."""
    for heading in re.findall(r"^#+ (.*)$", page, re.M):
        yield "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?:eval/RECIPES\.md)?(#[^)]+)\)", RECIPES))))
def test_links_within_the_page_lead_to_headings(link: str) -> None:
    assert link in [*anchors(RECIPES)]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(eval/RECIPES\.md(#[^)]+)\)", README))))
def test_links_of_the_readme_lead_to_headings(link: str) -> None:
    assert link in [*anchors(RECIPES)]


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", RECIPES)
    assert links and [link for link in links if not (PAGE.parent / link).exists()] == []


def test_the_table_of_formats_is_renewed_and_nothing_else(checkout: Path) -> None:
    (checkout / "eval").mkdir()
    old = re.sub(r"(<!-- formats -->).*(<!-- /formats -->)", r"\1\n| old |\n\2", RECIPES, flags=re.S)
    (checkout / "eval/RECIPES.md").write_text(old, encoding="utf-8")
    assert built(load(checkout)) == {"eval/RECIPES.md": RECIPES.encode()}


def test_the_table_of_formats_has_all_of_them() -> None:
    (table,) = re.findall(r"<!-- formats -->\n(.*)<!-- /formats -->", RECIPES, re.S)
    assert re.findall(r"^\| ([a-z-]+) \| (?!what)", table, re.M) == [*FORMATS]


def test_a_corpus_without_recipes_needs_none(checkout: Path) -> None:
    assert built(load(checkout)) == {}


@pytest.mark.parametrize("text", ["", "<!-- formats -->\n", "<!-- formats -->\n<!-- /formats -->\n" * 2])
def test_recipes_without_one_place_for_the_table_are_refused(text: str, checkout: Path) -> None:
    (checkout / "eval").mkdir()
    (checkout / "eval/RECIPES.md").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"RECIPES\.md.*missing-marker error"):
        built(load(checkout))


@pytest.mark.parametrize(
    ("shown", "found", "same"),
    [
        ("a\nb\n", "a  \nb\n", True),
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a ... c\n", "a 5 c\n", True),
        ("a\n...\n", "b\na\n", False),
        ("a\n", "a\nb\n", False),
    ],
)
def test_three_dots_stand_for_anything_and_nothing_else_does(shown: str, found: str, same: bool) -> None:
    assert is_shown(shown, found) == same
