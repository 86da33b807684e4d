"""The numbers of published reference scorers, for comparison with results that were reported in them.

Each module is one plain function, `score`, over plain data (lists, dictionaries, strings, integers). Formulas, and what
is undefined, are those of the scorer; so are its defects, which the module names and its tests pin. None of them
raises a headline measure of dateline, and dateline's own measures are what systems should be compared by.

| module            | scorer                                                                         |
|-------------------|--------------------------------------------------------------------------------|
| `nervaluate`      | nervaluate 1.2.1: entity spans, four schemas; `strict` is also seqeval 1.2.2's |
| `coreference`     | the CoNLL scorer: MUC, B-cubed, CEAF, LEA, BLANC                               |
| `linking`         | neleval: mentions with their identifiers                                       |
| `sentiment_graph` | SemEval-2022 Task 10: holder, target, expression and polarity                  |
| `quantities`      | SemEval-2021 Task 8 (MeasEval): quantities, units, modifiers                   |
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from dateline.errors import InputError, Problem

MODULES = ("nervaluate", "coreference", "linking", "sentiment_graph", "quantities")

T = TypeVar("T")


def __getattr__(name: str) -> ModuleType:
    """Import a module on first use (PEP 562)."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted([*globals(), *MODULES])


def plain(data: Any, kind: type[T], name: str) -> T:
    """Plain data as structs of `kind`. Raises InputError, with `name` and the path to the place that cannot be read."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise InputError([Problem("compat-input", "error", name, 0, "", str(error))]) from error
