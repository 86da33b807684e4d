"""Systems on the whole corpus, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import NamedTuple

from dateline.corpus import Corpus, load
from dateline.errors import DatelineError, MissingExtraError
from dateline.labelmaps import labelmap
from dateline.layers import LAYERS, layer
from dateline.layers.base import F1, OVERALL
from dateline.runs import Outcome, run
from dateline.scoring import Score, score
from dateline.systems import SYSTEMS, installed, system


class Row(NamedTuple):
    """What a system reaches in one layer: measure -> its score over everything.

    `seconds` is the time of all its predictions, in all of its layers together, loading its library included.
    """

    system: str
    layer: str
    scores: Mapping[str, Score]
    seconds: float

    @property
    def headline(self) -> float:
        """The first number of the layer's headline measure; -1 where it is undefined."""
        value = self.scores[f"{measures(self.layer)[0]}.{F1}"].value
        return -1 if value is None else value


class Leaderboard(NamedTuple):
    """Rows by layer, the best first; systems that did not run, with what to install or with their error.

    `labels` is the label map, "" where there is none.
    """

    version: str
    digest: str
    rows: tuple[Row, ...]
    missing: Mapping[str, str]
    failed: Mapping[str, str]
    labels: str = ""


def leaderboard(
    names: Iterable[str] | None = None, corpus: Corpus | None = None, labels: str | None = None
) -> Leaderboard:
    """Run the named systems, or all of the table, on every document and score the layers that they give.

    A system that is not installed or that fails is noted and does not stop the others; a document that it fails on
    counts as missed. `labels` is the name or file of a label map, for types of entities. Raises UnknownNameError, and
    what `labelmap` raises.
    """
    used = labelmap(labels) if labels else None
    gold = load() if corpus is None else corpus
    chosen = {name: system(name) for name in (SYSTEMS if names is None else names)}
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for name in filter(installed, chosen):
        try:
            rows += _rows(name, gold, failed, labels)
        except Exception as error:  # whatever a library raises is that system's fault alone
            failed[name] = _reason(error)
    missing = {
        name: str(MissingExtraError(name, entry.extra or "")) for name, entry in chosen.items() if not installed(name)
    }
    order = list(LAYERS)
    ranked = sorted(rows, key=lambda row: (order.index(row.layer), -row.headline))
    return Leaderboard(gold.version, gold.digest, tuple(ranked), missing, failed, used.name if used else "")


def measures(name: str) -> list[str]:
    """The measures of a layer with F1 over all records, details left out, the headline first.

    Raises UnknownNameError.
    """
    described = layer(name).MEASURES
    spans = [key for key, found in described.items() if found.kind == F1 and not (found.conditional or found.detail)]
    return sorted(spans, key=lambda measure: not described[measure].headline)


def _rows(name: str, gold: Corpus, failed: dict[str, str], labels: str | None) -> list[Row]:
    """The rows of a system, one for each layer that it gives for any document; what it fails on is noted."""
    started = perf_counter()
    outcome = run(name, gold)
    seconds = perf_counter() - started
    if outcome.failed:
        failed[name] = _failures(outcome)
    lines = outcome.lines()
    layers = [layer for layer in LAYERS if any(layer in line for line in lines)]
    scored = score(lines, gold, layers, labels=labels).scores if layers else ()
    scores = [found for found in scored if found.group == OVERALL]
    return [
        Row(name, layer, {found.measure: found for found in scores if found.layer == layer}, seconds)
        for layer in layers
    ]


def _failures(outcome: Outcome) -> str:
    """How many documents failed, with the first reason."""
    doc_id, reason = next(iter(outcome.failed.items()))
    return f"{len(outcome.failed)} of {len(outcome.entries)} documents, which count as missed; {doc_id}: {reason}"


def _reason(error: Exception) -> str:
    """What a system failed of; of bad predictions the first problem, with how many more there are."""
    first, *others = str(error).splitlines() or [""]
    more = f" (and {len(others)} more)" if others else ""
    return f"{first}{more}" if isinstance(error, DatelineError) else f"{type(error).__name__}: {first}{more}"
