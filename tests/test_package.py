"""A built wheel works without a checkout: it carries the data, and gives the same gold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dateline.corpus import data_files, load
from dateline.hub import CONFIGS, rows
from dateline.vocabulary import KINDS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of the checkout, built without network or isolation."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.fixture(scope="module")
def installed(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the wheel from, with no checkout near it."""
    folder = tmp_path_factory.mktemp("installed")
    wheel.extractall(folder)
    return folder


def run(installed: Path, code: str) -> Any:
    """What code prints as JSON in an interpreter that finds the unpacked wheel first, from another folder."""
    environment = os.environ | {"PYTHONPATH": str(installed), "HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", f"import json, dateline\nprint(json.dumps({code}))"]
    finished = subprocess.run(command, cwd=installed.parent, env=environment, capture_output=True, check=True)
    return json.loads(finished.stdout)


def test_a_wheel_carries_all_data_files_unchanged(wheel: zipfile.ZipFile) -> None:
    expected = {f"dateline/data/{path.relative_to(ROOT).as_posix()}": path.read_bytes() for path in data_files(ROOT)}
    assert {name: wheel.read(name) for name in wheel.namelist() if name in expected} == expected


def test_a_wheel_carries_the_schemas_and_the_guidelines(wheel: zipfile.ZipFile) -> None:
    expected = {f"dateline/data/schema/{kind}.schema.json" for kind in KINDS}
    assert expected | {"dateline/data/annotations/GUIDELINES.md"} <= set(wheel.namelist())


def test_a_wheel_carries_no_sources_tests_or_caches(wheel: zipfile.ZipFile) -> None:
    folders = {name.split("/")[0] for name in wheel.namelist()}
    assert {folder for folder in folders if not folder.startswith("dateline")} == set()
    assert [name for name in wheel.namelist() if "__pycache__" in name] == []


def test_an_installation_is_found_where_it_was_unpacked(installed: Path) -> None:
    assert run(installed, "[dateline.__file__, str(dateline.load().root)]") == [
        str(installed / "dateline/__init__.py"),
        str(installed / "dateline/data"),
    ]


def test_an_installation_gives_the_gold_of_the_checkout(installed: Path) -> None:
    assert run(installed, "[dateline.load().version, dateline.load().digest]") == [
        load(ROOT).version,
        load(ROOT).digest,
    ]


def test_an_installation_gives_the_datasets_of_the_checkout(installed: Path) -> None:
    loaded = run(installed, f"[dateline.load_dataset(name).to_list() for name in {list(CONFIGS)}]")
    assert loaded == [rows(name, load(ROOT)) for name in CONFIGS]


def test_the_versions_of_package_and_wheel_are_the_same(wheel: zipfile.ZipFile, installed: Path) -> None:
    assert Path(str(wheel.filename)).name.split("-")[1] == run(installed, "dateline.__version__")
