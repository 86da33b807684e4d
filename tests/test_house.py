"""The rules of the house: who may import whom, what is imported when, and that structs and schemas say the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

import dateline
from dateline import model
from dateline.vocabulary import schema

PACKAGE = Path(__file__).resolve().parents[1] / "eval/dateline"
FILES = sorted(PACKAGE.rglob("*.py"))

# A room imports only from those before it; a folder is one room.
ROOMS = (
    "errors",
    "model",
    "vocabulary",
    "files",
    "guidelines",
    "validation",
    "numerals",
    "times",
    "corpus",
    "errata",
    "checks",
    "inputs",
    "prompts",
    "labelmaps",
    "decoding",
    "answers",
    "soundness",
    "locate",
    "anchoring",
    "predictions",
    "projection",
    "matching",
    "clusters",
    "references",
    "conventions",
    "layers",
    "categories",
    "measures",
    "statistics",
    "compat",
    "signature",
    "workers",
    "scoring",
    "intervals",
    "comparison",
    "networks",
    "verification",
    "compatibility",
    "passes",
    "agreement",
    "disagreements",
    "decisions",
    "adjudication",
    "inventory",
    "formats",
    "systems",
    "runs",
    "leaderboard",
    "inspection",
    "reports",
    "hub",
    "build",
    "bench",
    "cli",
)

HEAVY = (
    "blingfire",
    "cassis",
    "cvxopt",
    "datasets",
    "defusedxml",
    "edtf",
    "inspect_ai",
    "jsonschema",
    "krippendorff",
    "lxml",
    "numpy",
    "openai",
    "pandas",
    "pyannote",
    "pyarrow",
    "pycountry",
    "pygamma_agreement",
    "pysbd",
    "quantulum3",
    "recognizers_number",
    "rich",
    "scipy",
    "segeval",
    "sklearn",
    "spacy",
    "syntok",
    "torch",
    "transformers",
    "yaml",
)

PLUGINS = {"dateline.inspection.tasks": "inspect_ai"}
"""Modules that another package loads and nobody else, with that package: it is there when they are imported."""

STRUCTS = {
    "document": model.Document,
    "segment": model.Segment,
    "erratum": model.Erratum,
    "entity": model.Entity,
    "mention": model.Mention,
    "figure": model.Figure,
    "stance": model.Stance,
    "concept": model.Concept,
}
PREDICTED = {"segment": model.Segment, "entity": model.Mention, "figure": model.Figure, "stance": model.Stance}
HINTS = {"prefix", "suffix"}  # of a quote: gone once it has its place


def module_name(path: Path) -> str:
    """dateline.layers.figures for its file, dateline.layers for the file __init__.py of that folder."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in FILES}


def room(module: str) -> str:
    """The second part of a module's name; the package itself, which is lazy, belongs to no room."""
    return module.split(".")[1] if "." in module else ""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The modules that import statements ask for; for `from a import b` this is a.b where that is a module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = "." * node.level + str(node.module)
            names = [f"{parent}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else parent for name in names)


def dependencies(module: str) -> set[str]:
    """The modules of the package that a module imports, wherever in it."""
    return set(imported(ast.walk(tree(MODULES[module])))) & set(MODULES) - {"dateline"}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: nothing inside functions, nothing for type checkers."""
    for child in ast.iter_child_nodes(node):
        lazy = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if not lazy and not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from at_import(child)


def run(code: str) -> str:
    """The output of a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def loaded(code: str) -> set[str]:
    """The heavy libraries that a fresh interpreter has imported after running some code."""
    return set(run(f"{code}\nimport sys\nprint('|', *sys.modules)").rpartition("|")[2].split()) & set(HEAVY)


@pytest.mark.parametrize("module", [name for name in MODULES if room(name)])
def test_every_module_has_its_room(module: str) -> None:
    assert room(module) in ROOMS


@pytest.mark.parametrize("module", [name for name in MODULES if room(name)])
def test_imports_go_to_earlier_rooms_only(module: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room(module)) + 1]}
    assert {name for name in dependencies(module) if room(name) not in allowed} == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({name: dependencies(name) for name in MODULES if room(name)}).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_loads_the_standard_library_and_msgspec_only(module: str) -> None:
    names = {name.partition(".")[0] for name in imported(at_import(tree(MODULES[module])))}
    assert names - sys.stdlib_module_names <= {"dateline", "msgspec", PLUGINS.get(module, "msgspec")}


@pytest.mark.parametrize("module", PLUGINS)
def test_no_module_imports_what_a_host_loads(module: str) -> None:
    assert [name for name in MODULES if module in dependencies(name)] == []


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_module_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_function_has_at_most_50_lines(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > 50} == {}


def test_help_imports_no_heavy_library() -> None:
    assert loaded("from dateline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass") == set()


def test_the_public_functions_can_be_imported_without_heavy_libraries() -> None:
    assert loaded(f"from dateline import {', '.join(dateline.PUBLIC)}") == set()


def test_no_public_function_has_the_name_of_a_module() -> None:
    assert {room(module) for module in MODULES} & set(dateline.PUBLIC) == set()


@pytest.mark.parametrize("steps", [("names", "modules"), ("modules", "names")], ids=" then ".join)
def test_public_names_are_functions_whatever_is_imported_first(steps: tuple[str, str]) -> None:
    code = {
        "names": f"from dateline import {', '.join(dateline.PUBLIC)}",
        "modules": f"import {', '.join(dateline.PUBLIC.values())}",
    }
    ask = "import dateline\nprint(*(type(getattr(dateline, name)).__name__ for name in dateline.PUBLIC))"
    assert set(run("\n".join([*(code[step] for step in steps), ask])).split()) == {"function"}


def test_type_checkers_see_the_public_functions() -> None:
    declared = {
        alias.asname: node.module
        for node in ast.walk(tree(PACKAGE / "__init__.py"))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("dateline.")
        for alias in node.names
    }
    assert declared == dateline.PUBLIC


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'dateline' has no attribute 'nothing'"):
        dateline.nothing  # noqa: B018  # the access itself is what is tested


def struct_paths(kind: Any, prefix: str = "") -> set[str]:
    """The fields of a struct and of the structs inside it, as dotted paths."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return {f"{prefix}{name}" for name in hints} | {
            path for name, hint in hints.items() for path in struct_paths(hint, f"{prefix}{name}.")
        }
    if get_origin(kind) in (Union, UnionType, tuple):
        return {path for inner in get_args(kind) for path in struct_paths(inner, prefix)}
    return set()


def schema_paths(part: dict[str, Any], definitions: dict[str, Any], prefix: str = "") -> set[str]:
    """The properties of a schema and of the objects inside it, as dotted paths; `alternatives` is free by design."""
    name = part.get("$ref", "").removeprefix("#/$defs/")
    inside = [definitions.get(name, {}), part.get("items", {}), *part.get("anyOf", [])]
    paths = {path for inner in inside if inner for path in schema_paths(inner, definitions, prefix)}
    for field, inner in part.get("properties", {}).items():
        paths |= {f"{prefix}{field}"} | (
            set() if field == "alternatives" else schema_paths(inner, definitions, f"{prefix}{field}.")
        )
    return paths


@pytest.mark.parametrize("kind", STRUCTS)
def test_a_struct_has_a_field_for_every_property_of_the_gold(kind: str) -> None:
    assert schema_paths(schema(kind), {}) - struct_paths(STRUCTS[kind]) == set()


@pytest.mark.parametrize("kind", ["document", "erratum", "entity", "concept"])
def test_a_struct_that_only_gold_uses_has_no_other_fields(kind: str) -> None:
    assert struct_paths(STRUCTS[kind]) == schema_paths(schema(kind), {})


@pytest.mark.parametrize("layer", PREDICTED)
def test_a_struct_has_exactly_the_fields_that_a_prediction_may_have(layer: str) -> None:
    definitions = schema("prediction")["$defs"]
    assert struct_paths(PREDICTED[layer]) == schema_paths(definitions[layer], definitions) - HINTS


def test_a_prediction_has_the_layers_of_its_struct() -> None:
    assert list(schema("prediction")["properties"]) == list(get_type_hints(model.Prediction))
