"""The systems that are scored out of the box: our own baseline and adapters to published libraries.

A system sees the raw text of a document and nothing else of it. All offsets are Unicode code points, half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import msgspec

from dateline.errors import MissingExtraError, UnknownNameError
from dateline.model import Concept, Prediction

Predict = Callable[..., Prediction]


class System(NamedTuple):
    """An entry of the table: what a system predicts, and the optional dependency group that it needs.

    `package` is the import name that shows whether `extra` is installed; both are None where nothing is needed
    beyond dateline's own dependencies. `predict` takes text and doc_id, and the concepts where it predicts stances; it
    imports its library when it is called.
    """

    name: str
    summary: str
    layers: tuple[str, ...]
    predict: Predict
    extra: str | None = None
    package: str | None = None


def _later(module: str, function: str = "predict") -> Predict:
    """A predict function that imports its module when it is first called."""

    def call(*given: object) -> Prediction:
        prediction: Prediction = getattr(import_module(f"dateline.systems.{module}"), function)(*given)
        return prediction

    return call


_SYSTEMS = (
    System(
        "rules",
        "dateline's own baseline: patterns and short general word lists, no training",
        ("segments", "entities", "figures", "stances"),
        _later("rules"),
    ),
    System(
        "quantulum3",
        "quantities with units, by patterns; no status, so that no whole fact can be right",
        ("figures",),
        _later("quantulum"),
    ),
    System(
        "recognizers",
        "Microsoft Recognizers-Text: numbers, percentages, dimensions; neither category nor status",
        ("figures",),
        _later("recognizers"),
        extra="recognizers",
        package="recognizers_number_with_unit",
    ),
    System("pysbd", "Pragmatic Segmenter: sentences by rules", ("segments",), _later("segmenters", "pysbd")),
    System("syntok", "syntok: sentences by rules", ("segments",), _later("segmenters", "syntok")),
    System(
        "blingfire",
        "BlingFire: sentences by finite-state machine",
        ("segments",),
        _later("segmenters", "blingfire"),
        extra="blingfire",
        package="blingfire",
    ),
    System(
        "spacy",
        "spaCy's sentencizer on a blank English pipeline",
        ("segments",),
        _later("segmenters", "spacy"),
        extra="spacy",
        package="spacy",
    ),
)
SYSTEMS: dict[str, System] = {system.name: system for system in _SYSTEMS}
"""Name -> system, in the order in which they are listed."""


def system(name: str) -> System:
    """One entry of the table. Raises UnknownNameError."""
    if name not in SYSTEMS:
        raise UnknownNameError("system", name, SYSTEMS)
    return SYSTEMS[name]


def installed(name: str) -> bool:
    """Whether a system can run here; its package is looked for, not imported. Raises UnknownNameError."""
    package = system(name).package
    return package is None or find_spec(package) is not None


def predict(name: str, text: str, doc_id: str, concepts: Sequence[Concept] | None = None) -> Prediction:
    """What a system says about a raw text; a system of stances is given the codebook, by default the installed one.

    Raises UnknownNameError, MissingExtraError.
    """
    chosen = system(name)
    if chosen.extra and not installed(name):
        raise MissingExtraError(f"system {name}", chosen.extra)
    given = (text, doc_id, concepts) if "stances" in chosen.layers else (text, doc_id)
    return msgspec.structs.replace(chosen.predict(*given), system=name)
