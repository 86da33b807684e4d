"""How well annotation passes agree, pair by pair: of all records, and of those that the guidelines do not quote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import dateline
from dateline import statistics
from dateline.agreement.mutual import Two
from dateline.agreement.numbers import Confusion, Number, Settings, numbers
from dateline.corpus import Corpus, load
from dateline.errors import DatelineError, InputError, Problem
from dateline.guidelines import Quotation, quotations
from dateline.passes import LAYERS, REGISTRY, Pass, as_predictions, read_pass
from dateline.predictions import read
from dateline.signature import Signature

ALL, UNQUOTED = "all", "unquoted"
NO_GUIDELINES = "no guidelines in this corpus: nothing is known to be quoted, and all records count"

Source = Pass | Path | str
"""A pass, its folder, or "gold" for the gold of the corpus."""


class Pair(NamedTuple):
    """Two passes, by name, and how far they agree on the documents that both have."""

    first: str
    second: str
    unit: str
    documents: tuple[str, ...]
    numbers: tuple[Number, ...]
    confusions: tuple[Confusion, ...]
    notes: tuple[str, ...]


class Agreement(NamedTuple):
    """Every pair of passes. `mean` is, for more than two passes, the mean of each number over the pairs in which it is
    defined; it has no interval, and its `n` is the sum of theirs."""

    signature: Signature
    pairs: tuple[Pair, ...]
    mean: tuple[Number, ...]
    notes: tuple[str, ...]


def agree(
    *passes: Source,
    corpus: Corpus | Path | str | None = None,
    seed: int = 0,
    resamples: int = 1000,
    gamma: bool = False,
) -> Agreement:
    """The agreement of two or more passes.

    Raises InputError with every problem of every pass; DatelineError for passes of one name or without a document in
    common, and for settings that are too small; MissingExtraError for `gamma` without its extra.
    """
    for setting, given, least in (("passes", len(passes), 2), ("resamples", resamples, 1), ("seed", seed, 0)):
        if given < least:
            raise DatelineError(f"{setting} is {given}; it must be at least {least}")
    gold = corpus if isinstance(corpus, Corpus) else load(corpus)
    quoted = _quoted(gold)
    both = [_together(*pair, gold) for pair in combinations(_named(passes, gold), 2)]
    pairs = tuple(_pair(two, quoted, resamples, seed, gamma) for two in both)
    notes = () if quoted is not None else (NO_GUIDELINES,)
    return Agreement(_signature(gold, pairs, seed, resamples), pairs, tuple(_means(pairs)), notes)


def _named(passes: Sequence[Source], corpus: Corpus) -> list[Pass]:
    """The passes, each with a name of its own: folders of the same name go by their paths."""
    made = _made(passes, corpus)
    count = Counter(one.name for one in made)
    named = [
        one if count[one.name] == 1 or isinstance(given, Pass) else one._replace(name=str(given))
        for given, one in zip(passes, made, strict=True)
    ]
    for name, times in Counter(one.name for one in named).items():
        if times > 1:
            raise DatelineError(f"{times} passes are called {name!r}; each must have a name of its own")
    return named


def _made(passes: Iterable[Source], corpus: Corpus) -> list[Pass]:
    """The passes, proved to be of this corpus. Raises InputError with what is wrong in any of them."""
    made: list[Pass] = []
    found: list[Problem] = []
    for given in passes:
        try:
            made.append(_proved(given, corpus) if isinstance(given, Pass) else read_pass(given, corpus))
        except InputError as error:
            found += error.problems
    if found:
        raise InputError(found)
    return made


def _proved(one: Pass, corpus: Corpus) -> Pass:
    read(as_predictions(one, one.documents()), corpus)
    return one


def _quoted(corpus: Corpus) -> tuple[Quotation, ...] | None:
    """What the guidelines quote; None where there are no guidelines."""
    there = (corpus.root / "annotations" / "GUIDELINES.md").is_file()
    return tuple(quotations(corpus.root)) if there else None


def _together(first: Pass, second: Pass, corpus: Corpus) -> Two:
    """Two passes on the documents that both have. Raises DatelineError where there are none."""
    common = first.documents() & second.documents()
    if not common:
        raise DatelineError(f"{first.name!r} and {second.name!r} have no document in common; at least one is needed")
    return Two(first, second, corpus, tuple(one.doc_id for one in corpus.documents if one.doc_id in common))


def _pair(two: Two, quoted: tuple[Quotation, ...] | None, resamples: int, seed: int, gamma: bool) -> Pair:
    first, second = two.first, two.second
    layers = tuple(name for name in LAYERS if name != REGISTRY and name in first.layers and name in second.layers)
    unit = statistics.unit_of(len(two.doc_ids))
    scopes = [(ALL, two)] + ([] if quoted is None else [(UNQUOTED, two._replace(quoted=quoted))])
    found = [numbers(part, Settings(layers, scope, unit, resamples, seed), gamma) for scope, part in scopes]
    return Pair(
        first.name,
        second.name,
        unit,
        two.doc_ids,
        tuple(number for measured, _ in found for number in measured),
        tuple(confusion for _, confused in found for confusion in confused),
        tuple(_notes(two)),
    )


def _notes(two: Two) -> Iterator[str]:
    """What is not compared, and what makes the numbers less than they seem."""
    for one, other in ((two.first, two.second), (two.second, two.first)):
        if alone := sorted(one.documents() - other.documents()):
            yield f"documents in {one.name} only, not compared: {', '.join(alone)}"
        if REGISTRY not in one.layers or "entities" not in one.layers:
            yield f"{one.name} has no {REGISTRY} or no entities: holders, sources and places are known by name only"
    for name in LAYERS:
        having = [one.name for one in (two.first, two.second) if name in one.layers]
        if name != REGISTRY and len(having) < 2:
            yield f"{name}: in {having[0] if having else 'neither'}{' only' * bool(having)}, not compared"
    if said := statistics.caution(len(two.doc_ids)):
        yield said


def _means(pairs: Sequence[Pair]) -> Iterator[Number]:
    """The mean of each number over the pairs, in the order in which they first stand."""
    found = defaultdict(list)
    for pair in pairs if len(pairs) > 1 else ():
        for number in pair.numbers:
            found[number.scope, number.name].append(number)
    for (scope, name), same in found.items():
        known = [number.value for number in same if number.value is not None]
        note = "" if len(known) == len(pairs) else f"of {len(known)} of {len(pairs)} pairs"
        yield Number(
            same[0].layer,
            name,
            same[0].definition,
            scope,
            sum(number.n for number in same),
            sum(known) / len(known) if known else None,
            note=note,
        )


def _signature(corpus: Corpus, pairs: Sequence[Pair], seed: int, resamples: int) -> Signature:
    """`documents` counts those that any pair has in common; where pairs differ in their unit, both are named."""
    return {
        "dateline": dateline.__version__,
        "corpus": corpus.version,
        "digest": corpus.digest,
        "passes": list(dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second))),
        "documents": len({doc_id for pair in pairs for doc_id in pair.documents}),
        "unit": ",".join(dict.fromkeys(pair.unit for pair in pairs)),
        "interval": f"{statistics.CONFIDENCE:.0%} {statistics.JACKKNIFE}; of coefficients {statistics.PERCENTILE}",
        "seed": seed,
        "resamples": resamples,
    }
