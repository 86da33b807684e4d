"""The gold through `datasets`: from a checkout and from an installation, always equal to the source files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest

from dateline import hub
from dateline.build import build
from dateline.corpus import load
from dateline.errors import UnknownNameError
from dateline.files import as_jsonl, write_bytes

ROOT = Path(__file__).resolve().parents[1]
PASSES = shutil.ignore_patterns("passes")  # they are of the gold as it is, not as a test edits it
DATA = ("corpus", "annotations", "README.md")
RECORDS = [name for name in hub.CONFIGS if name != "documents"]
EDITS = {
    "segments": "kind",
    "errata": "note",
    "entities": "entity_id",
    "figures": "fact_id",
    "stances": "concept_id",
    "registry": "name",
    "concepts": "definition",
}
Rows = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No connection can be opened, and nothing goes to the user's cache."""

    def refuse(*_: object) -> None:
        raise OSError("a test tried to use the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "default-cache")
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def checkout(config: str, cache: Path, root: Path = ROOT) -> Any:
    return datasets.load_dataset(str(root), config, split="test", cache_dir=str(cache))


def copy(target: Path) -> Path:
    """The checkout's data, and nothing else of it, at another place."""
    for name in DATA:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, place)
        else:
            shutil.copytree(ROOT / name, place, ignore=PASSES)
    return target


def source(config: str, root: Path = ROOT) -> Rows:
    """The rows of a config as the source files have them, read without dateline."""
    pattern = hub.CONFIGS[config].path.format(doc_id="*")
    lines = [line for path in sorted(root.glob(pattern)) for line in path.read_bytes().splitlines()]
    return [json.loads(line) for line in lines]


def edit(path: Path, field: str) -> None:
    """Change a field of the first record of a JSON Lines file."""
    first, *others = [json.loads(line) for line in path.read_bytes().splitlines()]
    write_bytes(path, as_jsonl([first | {field: "edited"}, *others]))


@pytest.mark.parametrize("config", RECORDS)
def test_a_checkout_loads_the_records_exactly(config: str, cache: Path) -> None:
    assert checkout(config, cache).to_list() == source(config)


def test_a_checkout_loads_a_document_as_its_json_with_its_texts(cache: Path) -> None:
    expected = [
        json.loads((gold.parent / "document.json").read_bytes()) | {"text": gold.read_bytes().decode()}
        for gold in sorted(ROOT.glob("corpus/*/text.txt"))
    ]
    assert checkout("documents", cache).remove_columns("clean_text").to_list() == expected


def test_the_date_of_a_document_stays_a_calendar_date(cache: Path) -> None:
    assert checkout("documents", cache)[0]["date"] == "2014-01-30"


def test_offsets_count_code_points_of_the_loaded_text(cache: Path) -> None:
    text = checkout("documents", cache)[0]["text"]
    assert all(row["text"] == text[row["start"] : row["end"]] for row in checkout("figures", cache))


@pytest.mark.parametrize("config", hub.CONFIGS)
def test_an_installation_gives_the_rows_and_features_of_a_checkout(config: str, cache: Path) -> None:
    ours, theirs = hub.load_dataset(config, ROOT), checkout(config, cache)
    assert (ours.features, ours.split, ours.to_list()) == (theirs.features, theirs.split, theirs.to_list())


@pytest.mark.parametrize("config", hub.CONFIGS)
def test_features_are_the_schema_s_properties_in_its_order(config: str) -> None:
    declared = list(json.loads((ROOT / f"schema/{hub.CONFIGS[config].kind}.schema.json").read_bytes())["properties"])
    assert list(hub.features(config)) == declared + (["text", "clean_text"] if config == "documents" else [])


def test_features_are_typed() -> None:
    from datasets import Json, List, Value

    features = hub.features("figures")
    assert features["start"] == Value("int64")
    assert features["status"] == Value("string")
    assert features["upper"] == {"value": Value("float64"), "inclusive": Value("bool")}
    assert features["counted"]["entities"] == List(Value("string"))
    assert features["alternatives"] == Json()


def test_a_dataset_goes_to_pandas() -> None:
    frame = hub.load_dataset("figures", ROOT).to_pandas()
    assert frame["id"].tolist() == [row["id"] for row in source("figures")]


def test_the_checkout_has_the_configs_of_the_table_and_one_split() -> None:
    names = datasets.get_dataset_config_names(str(ROOT))
    assert names == list(hub.CONFIGS)
    assert {tuple(datasets.get_dataset_split_names(str(ROOT), name)) for name in names} == {("test",)}


def test_an_unknown_config_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown dataset config 'mentions'.*; known: documents, segments"):
        hub.load_dataset("mentions", ROOT)


@pytest.mark.parametrize(("config", "field"), EDITS.items())
def test_edited_data_is_not_served_from_the_cache(config: str, field: str, tmp_path: Path) -> None:
    root, cache = copy(tmp_path / "gold"), tmp_path / "cache"
    first, *others = checkout(config, cache, root).to_list()
    edit(next(root.glob(hub.CONFIGS[config].path.format(doc_id="*"))), field)
    build(root)
    assert checkout(config, cache, root).to_list() == [first | {field: "edited"}, *others]


def test_an_edited_document_is_not_served_from_the_cache(tmp_path: Path) -> None:
    root, cache = copy(tmp_path / "gold"), tmp_path / "cache"
    before = checkout("documents", cache, root)[0]
    path = root / "corpus" / before["doc_id"] / "document.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"genre": "edited"}), encoding="utf-8")
    build(root)
    assert checkout("documents", cache, root)[0] == before | {"genre": "edited"}


def test_checkouts_of_the_same_name_do_not_share_rows(tmp_path: Path) -> None:
    one, other = copy(tmp_path / "one/gold"), copy(tmp_path / "other/gold")
    edit(other / "annotations/concepts.jsonl", "definition")
    build(other)
    loaded = [checkout("concepts", tmp_path / "cache", root)[0]["definition"] for root in (one, other, one)]
    original = source("concepts")[0]["definition"]
    assert loaded == [original, "edited", original]


def test_a_folder_of_the_harness_is_no_split(tmp_path: Path) -> None:
    root = copy(tmp_path / "gold")
    write_bytes(root / "eval/data.jsonl", as_jsonl([{"id": "stray"}]))
    assert checkout("figures", tmp_path / "cache", root).to_list() == source("figures")


def test_several_documents_load_in_one_order_and_exactly(tmp_path: Path) -> None:
    """The names sort differently as paths and as strings; the copy's times are all whole dates."""
    root = copy(tmp_path / "gold")
    for name in ("a", "a-b"):
        _add_document(root, name)
    build(root)
    theirs = checkout("figures", tmp_path / "cache", root).to_list()
    assert theirs == hub.load_dataset("figures", root).to_list()
    assert sorted(map(json.dumps, theirs)) == sorted(json.dumps(as_loaded(row)) for row in source("figures", root))


def as_loaded(row: dict[str, Any]) -> dict[str, Any]:
    """A figure with its numbers as floats, for comparison as JSON."""
    bounds = {end: row[end] and row[end] | {"value": float(row[end]["value"])} for end in ("lower", "upper")}
    return row | bounds | {"value": row["value"] if row["value"] is None else float(row["value"])}


def _add_document(root: Path, doc_id: str) -> None:
    """A copy of the first document under another name, with nothing but whole dates for its times."""
    model = load(ROOT).documents[0].doc_id
    shutil.copytree(root / "corpus" / model, root / "corpus" / doc_id)
    shutil.copytree(root / "annotations" / model, root / "annotations" / doc_id)
    document = root / "corpus" / doc_id / "document.json"
    document.write_text(json.dumps(json.loads(document.read_bytes()) | {"doc_id": doc_id}), encoding="utf-8")
    path = root / "annotations" / doc_id / "figures.jsonl"
    time = {"text": "30 January 2014", "start": 0, "end": 15, "edtf": "2014-01-30"}
    write_bytes(
        path, as_jsonl([json.loads(line) | {"doc_id": doc_id, "time": time} for line in path.read_bytes().splitlines()])
    )


def test_the_front_matter_names_what_the_hub_asks_for() -> None:
    import yaml

    card = yaml.safe_load(hub.front_matter(load(ROOT)).strip("-\n"))
    assert card["language"] == ["en"]
    assert card["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in card["configs"]] == list(hub.CONFIGS)
