"""The systems that can be run: our own baseline, adapters to published libraries, and families for anything else.

A system is a name ("rules"), or a family and what it is told after a colon ("spacy:en_core_web_sm"). All are asked in
one way, document by document, as `dateline.systems.base` says. Those of the table look at nothing but the raw text and,
where they predict stances, the codebook. All offsets are Unicode code points, half-open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.util import find_spec
from math import inf
from threading import TIMEOUT_MAX

from dateline.decoding import KINDS
from dateline.errors import DatelineError, MissingExtraError, UnknownNameError
from dateline.predictions import plain
from dateline.systems.base import Answer, Ask, Open, Options, System

EVERY = tuple(KINDS)
"""The layers, in the order of the schema."""


def _predicting(module: str, function: str = "predict") -> Open:
    """How a system is opened that is a function from a task to a Prediction; its module is imported then."""

    @contextmanager
    def opened(options: Options) -> Iterator[Ask]:
        predict = getattr(import_module(f"dateline.systems.{module}"), function)
        yield lambda task: Answer(plain(predict(task)))

    return opened


def _opened_by(module: str) -> Open:
    """How a system is opened whose module has a function `open`; it is imported then."""

    def opened(options: Options) -> AbstractContextManager[Ask]:
        manager: AbstractContextManager[Ask] = import_module(f"dateline.systems.{module}").open(options)
        return manager

    return opened


_SYSTEMS = (
    System(
        "rules",
        "dateline's own baseline: patterns and short general word lists, no training",
        EVERY,
        _predicting("rules"),
    ),
    System(
        "quantulum3",
        "quantities with units, by patterns; no status, so that no whole fact can be right",
        ("figures",),
        _predicting("quantulum"),
    ),
    System(
        "recognizers",
        "Microsoft Recognizers-Text: numbers, percentages, dimensions; neither category nor status",
        ("figures",),
        _predicting("recognizers"),
        extra="recognizers",
        package="recognizers_number_with_unit",
    ),
    System("pysbd", "Pragmatic Segmenter: sentences by rules", ("segments",), _predicting("segmenters", "pysbd")),
    System("syntok", "syntok: sentences by rules", ("segments",), _predicting("segmenters", "syntok")),
    System(
        "blingfire",
        "BlingFire: sentences by finite-state machine",
        ("segments",),
        _predicting("segmenters", "blingfire"),
        extra="blingfire",
        package="blingfire",
    ),
    System(
        "spacy",
        "spaCy's sentencizer on a blank English pipeline",
        ("segments",),
        _predicting("segmenters", "spacy"),
        extra="spacy",
        package="spacy",
    ),
)
SYSTEMS: dict[str, System] = {system.name: system for system in _SYSTEMS}
"""Name -> system, in the order in which they are listed."""

_FAMILIES = (
    System(
        "spacy",
        "a spaCy pipeline: entities with its own labels, and its sentences as segments",
        ("segments", "entities"),
        _opened_by("spacy_pipeline"),
        extra="spacy",
        package="spacy",
        argument="MODEL",
    ),
    System(
        "hf",
        "a token classifier of Hugging Face transformers: entities with its own labels, segment by segment",
        ("entities",),
        _opened_by("huggingface"),
        extra="hf",
        package="transformers",
        argument="MODEL",
    ),
    System(
        "command",
        "a program: a task on each line of its standard input, a prediction on each line of its standard output",
        EVERY,
        _opened_by("command"),
        takes=("jobs", "timeout"),
        argument="PROGRAM ARGUMENTS",
    ),
    System(
        "python",
        "a Python function that is given a dateline.inputs.Task and returns a prediction",
        EVERY,
        _opened_by("python_function"),
        takes=("jobs",),
        argument="MODULE:FUNCTION",
    ),
    System(
        "openai",
        "a language model behind any endpoint that speaks as OpenAI's does; the key from OPENAI_API_KEY",
        ("entities", "figures", "stances"),
        _opened_by("openai"),
        extra="openai",
        package="openai",
        takes=("jobs", "timeout", "base_url", "max_tokens", "price_in", "price_out", "cache"),
        argument="MODEL",
    ),
)
FAMILIES: dict[str, System] = {family.name: family for family in _FAMILIES}
"""What stands before the colon -> family, in the order in which they are listed."""


def system(name: str) -> System:
    """The system of a name, or the family of a name with a colon. Raises UnknownNameError."""
    family, colon, _ = name.partition(":")
    found = FAMILIES.get(family) if colon else SYSTEMS.get(family)
    if found is None:
        raise UnknownNameError("system", name, [*SYSTEMS, *map(spelt, FAMILIES.values())])
    return found


def spelt(entry: System) -> str:
    """How a system is named: "rules", "spacy:MODEL"."""
    return f"{entry.name}:{entry.argument}" if entry.argument else entry.name


def installed(name: str) -> bool:
    """Whether a system can run here; its package is looked for, not imported. Raises UnknownNameError."""
    package = system(name).package
    return package is None or find_spec(package) is not None


def prepared(name: str, options: Options | None = None) -> tuple[System, Options]:
    """A system with the options that it is opened with: its argument, and layers in the order of the schema.

    Raises UnknownNameError, MissingExtraError, and DatelineError for an option that it does not take or a bad value.
    """
    entry, given = system(name), options or Options()
    argument = name.partition(":")[2].strip()
    if entry.argument and not argument:
        raise DatelineError(f"system {name} names no {entry.argument.lower()}; expected {spelt(entry)}")
    _refuse(name, entry, given)
    if entry.extra and not installed(name):
        raise MissingExtraError(f"system {name}", entry.extra)
    layers = tuple(layer for layer in entry.layers if not given.layers or layer in given.layers)
    return entry, given._replace(argument=argument, layers=layers)


def _refuse(name: str, entry: System, given: Options) -> None:
    """Raise for what a system cannot be told."""
    for layer in given.layers:
        if layer not in entry.layers:
            raise UnknownNameError(f"layer of system {name}", layer, entry.layers)
    allowed = ("layers", *entry.takes)
    for option, default in Options._field_defaults.items():
        if getattr(given, option) != default and option not in (*allowed, "argument", "output"):
            takes = ", ".join(map(flag, allowed))
            raise DatelineError(f"system {name} does not take {flag(option)}; it takes {takes}")
    for option, least in (("jobs", 1), ("max_tokens", 1), ("price_in", 0), ("price_out", 0)):
        if (value := getattr(given, option)) is not None and not least <= value < inf:
            raise DatelineError(f"{flag(option)} is {value}; it must be at least {least}")
    if given.timeout is not None and not 0 < given.timeout <= TIMEOUT_MAX:
        raise DatelineError(f"--timeout is {given.timeout}; it must be above 0 and at most {TIMEOUT_MAX:.0f}")


def flag(option: str) -> str:
    """An option as it is written on the command line."""
    return "--layer" if option == "layers" else f"--{option.replace('_', '-')}"


def opened(name: str, options: Options | None = None) -> AbstractContextManager[Ask]:
    """A system made ready, as a context that gives the function to ask it with. Raises what `prepared` raises."""
    entry, given = prepared(name, options)
    return entry.open(given)
