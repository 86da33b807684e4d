"""All systems of the table on the whole corpus, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import NamedTuple

from dateline.corpus import Corpus, load
from dateline.errors import MissingExtraError
from dateline.layers import LAYERS, layer
from dateline.layers.base import F1, OVERALL
from dateline.scoring import Score, score
from dateline.systems import SYSTEMS, System, installed, predict, system


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
    """Rows by layer, the best first; systems that did not run, with what to install or with their error."""

    version: str
    digest: str
    rows: tuple[Row, ...]
    missing: Mapping[str, str]
    failed: Mapping[str, str]


def leaderboard(names: Iterable[str] | None = None, corpus: Corpus | None = None) -> Leaderboard:
    """Run the named systems, or all, on every document and score their layers.

    A system that is not installed or that fails is noted and does not stop the others. Raises UnknownNameError.
    """
    gold = load() if corpus is None else corpus
    chosen = [system(name) for name in (SYSTEMS if names is None else dict.fromkeys(names))]
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for candidate in (entry for entry in chosen if installed(entry.name)):
        try:
            rows += _rows(candidate, gold)
        except Exception as error:  # whatever a library raises is that system's fault alone
            failed[candidate.name] = f"{type(error).__name__}: {error}"
    missing = {
        entry.name: str(MissingExtraError(entry.name, entry.extra or ""))
        for entry in chosen
        if not installed(entry.name)
    }
    order = list(LAYERS)
    ranked = sorted(rows, key=lambda row: (order.index(row.layer), -row.headline))
    return Leaderboard(gold.version, gold.digest, tuple(ranked), missing, failed)


def measures(name: str) -> list[str]:
    """The measures of a layer with F1 over all records, details left out, the headline first.

    Raises UnknownNameError.
    """
    described = layer(name).MEASURES
    spans = [key for key, found in described.items() if found.kind == F1 and not (found.conditional or found.detail)]
    return sorted(spans, key=lambda measure: not described[measure].headline)


def _rows(candidate: System, gold: Corpus) -> list[Row]:
    concepts = tuple(gold.concepts.values())
    started = perf_counter()
    predictions = [predict(candidate.name, document.text, document.doc_id, concepts) for document in gold.documents]
    seconds = perf_counter() - started
    scores = [found for found in score(predictions, gold, candidate.layers).scores if found.group == OVERALL]
    return [
        Row(candidate.name, name, {found.measure: found for found in scores if found.layer == name}, seconds)
        for name in candidate.layers
    ]
