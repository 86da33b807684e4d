"""`dateline build`: generated files follow from the data, and writing them touches nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dateline.build import ARTEFACTS, build, outdated
from dateline.corpus import digest
from dateline.errors import InputError
from dateline.inventory import stats
from dateline.reports.inventory import section

ROOT = Path(__file__).resolve().parents[1]
CARD = "---\npretty_name: Old\n---\n"
TEXT = "# Dateline\n\n---\n\nA rule above, a heading\n---\n"
MARKED = "<!-- stats -->\n<!-- /stats -->\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The data of the checkout without anything generated, and a README of our own."""
    for name in ("corpus", "annotations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("passes", "AGREEMENT.md"))
    for name in ARTEFACTS:
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "README.md").write_text(CARD + TEXT + MARKED, encoding="utf-8")
    return tmp_path


def test_the_checkout_is_up_to_date() -> None:
    assert outdated(ROOT) == []


def test_what_is_missing_or_old_is_outdated(checkout: Path) -> None:
    assert outdated(checkout) == [checkout / name for name in ARTEFACTS]


def test_looking_for_outdated_files_writes_nothing(checkout: Path) -> None:
    outdated(checkout)
    assert not (checkout / "corpus/documents.jsonl").exists()
    assert (checkout / "README.md").read_text(encoding="utf-8") == CARD + TEXT + MARKED


def test_building_writes_what_was_outdated(checkout: Path) -> None:
    assert (build(checkout), outdated(checkout)) == ([checkout / name for name in ARTEFACTS], [])


def test_building_twice_writes_nothing_the_second_time(checkout: Path) -> None:
    build(checkout)
    assert build(checkout) == []


def test_an_edited_generated_file_is_outdated(checkout: Path) -> None:
    build(checkout)
    (checkout / "corpus/documents.jsonl").write_text("{}\n", encoding="utf-8")
    assert outdated(checkout) == [checkout / "corpus/documents.jsonl"]


def test_edited_gold_makes_the_front_matter_outdated(checkout: Path) -> None:
    build(checkout)
    figures = next(checkout.glob("annotations/*/figures.jsonl"))
    figures.write_bytes(b"".join(figures.read_bytes().splitlines(keepends=True)[1:]))
    assert checkout / "README.md" in outdated(checkout)


def test_generated_files_are_not_part_of_the_gold(checkout: Path) -> None:
    before = digest(checkout)
    build(checkout)
    assert digest(checkout) == before == digest(ROOT)


@pytest.mark.parametrize("before", [CARD, "", "---\n---\n"], ids=["with front matter", "without", "with an empty one"])
def test_the_text_below_the_front_matter_stays(checkout: Path, before: str) -> None:
    readme = checkout / "README.md"
    readme.write_text(f"{before}{TEXT}{MARKED}{TEXT}", encoding="utf-8")
    build(checkout)
    content = readme.read_text(encoding="utf-8")
    assert content.startswith("---\npretty_name: Dateline\n")
    assert f"\n---\n{TEXT}<!-- stats -->\n" in content
    assert content.endswith(f"\n<!-- /stats -->\n{TEXT}")
    assert "Old" not in content


def test_the_numbers_between_the_markers_are_replaced(checkout: Path) -> None:
    readme = checkout / "README.md"
    readme.write_text("<!-- stats -->\n| old |\n<!-- /stats -->\n", encoding="utf-8")
    build(checkout)
    content = readme.read_text(encoding="utf-8")
    assert content.endswith(f"<!-- stats -->\n\n{section(stats(checkout))}\n<!-- /stats -->\n")
    assert "| old |" not in content


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "<!-- stats -->\n",
        "<!-- /stats -->\n",
        "<!-- /stats -->\n<!-- stats -->\n",
        MARKED * 2,
        f"inline {MARKED}",
    ],
    ids=["none", "no end", "no start", "wrong order", "twice", "not on a line of its own"],
)
def test_a_readme_without_one_place_for_the_numbers_is_refused_by_name(checkout: Path, text: str) -> None:
    (checkout / "README.md").write_text(CARD + text, encoding="utf-8")
    with pytest.raises(InputError, match="missing-marker error: ") as caught:
        outdated(checkout)
    assert str(caught.value).startswith(str(checkout / "README.md"))


def test_a_front_matter_that_never_ends_is_kept_as_text(checkout: Path) -> None:
    (checkout / "README.md").write_text(f"---\nA line over a paragraph.\n{MARKED}", encoding="utf-8")
    build(checkout)
    assert (checkout / "README.md").read_text(encoding="utf-8").count("\n---\n---\nA line over a paragraph.\n") == 1


def test_a_folder_without_a_readme_is_no_checkout(checkout: Path) -> None:
    (checkout / "README.md").unlink()
    with pytest.raises(InputError, match="missing-file error: there is no such file; expected the root of a checkout"):
        build(checkout)


def test_documents_are_one_line_each_with_both_texts(checkout: Path) -> None:
    build(checkout)
    documents = [json.loads(line) for line in (checkout / "corpus/documents.jsonl").read_bytes().splitlines()]
    texts = {path.parent.name: path.read_bytes().decode() for path in ROOT.glob("corpus/*/text.txt")}
    assert {document["doc_id"]: document["text"] for document in documents} == texts
    assert all(document["clean_text"] != document["text"] for document in documents)
