"""The verb of the harness: a system's predictions against the gold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, load
from dateline.errors import Problem, UnknownNameError
from dateline.layers import LAYERS, layer
from dateline.layers.base import OVERALL, Case, Measure
from dateline.layers.counts import Counts, Row, total
from dateline.layers.entities import ALL_LEVELS
from dateline.measures import KINDS
from dateline.model import Entity, Mention, Prediction
from dateline.predictions import Predictions, Source, read
from dateline.references import Resolver, registry_names
from dateline.signature import Signature, signature
from dateline.vocabulary import labels

if TYPE_CHECKING:
    import pandas


class Score(NamedTuple):
    """One number. `value` is None where it is undefined; `gold` and `predicted` are what was counted on each side."""

    layer: str
    measure: str
    group: str
    value: float | None
    numerator: float
    denominator: float
    gold: float
    predicted: float


class Scores(NamedTuple):
    """All numbers of a system, with what they depend on.

    `rows` are the counts that they were summed from, `attempted` the layers that the system predicted, `layers`
    those that were scored.
    """

    signature: Signature
    scores: tuple[Score, ...]
    problems: tuple[Problem, ...]
    rows: tuple[Row, ...]
    attempted: tuple[str, ...]
    layers: tuple[str, ...]

    def measures(self) -> dict[str, Measure]:
        """The measures of the layers that were scored, by name."""
        return {name: measure for chosen in self.layers for name, measure in layer(chosen).MEASURES.items()}

    def __repr__(self) -> str:
        """The headline numbers alone: there are hundreds of others."""
        shown = {found.measure: found.value for found in self.scores if found.group == OVERALL and _is_headline(found)}
        return f"Scores({', '.join(f'{name}={value}' for name, value in shown.items())})"

    def value(self, measure: str, group: str = OVERALL) -> float | None:
        """One number, such as `value("entities.strict.f1", group="type=person")`. Raises UnknownNameError."""
        found = {score.group: score for score in self.scores if score.measure == measure}
        if not found:
            raise UnknownNameError("measure", measure, dict.fromkeys(score.measure for score in self.scores))
        if group not in found:
            raise UnknownNameError(f"group of {measure}", group, found)
        return found[group].value

    def to_frame(self) -> pandas.DataFrame:
        """The scores as a table, a column for each field of Score; an undefined value is NaN."""
        import pandas

        return pandas.DataFrame(self.scores, columns=list(Score._fields)).astype({"value": float})

    def to_dict(self) -> dict[str, Any]:
        """`{"signature": {...}, "scores": [...], "problems": [...]}` in plain values."""
        return {
            "signature": self.signature,
            "scores": [found._asdict() for found in self.scores],
            "problems": [problem._asdict() for problem in self.problems],
        }

    def to_json(self) -> str:
        """`to_dict` as JSON; an undefined value is null."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


def score(
    predictions: Source | Predictions,
    gold: Corpus | Path | str | None = None,
    layers: Sequence[str] | None = None,
    level: str = "name",
    on_error: str = "stop",
) -> Scores:
    """Score a prediction file, an iterable of predictions, or what `read` returned, against a corpus or its root.

    `layers` are by default those that the predictions give for at least one document, or all where they give none.
    `level` restricts entities to "name", "nominal" or "pronoun" mentions, or to none of them with "all"; `on_error` is
    as `read` says. Raises InputError, UnknownNameError.
    """
    corpus = gold if isinstance(gold, Corpus) else load(gold)
    found = predictions if isinstance(predictions, Predictions) else read(predictions, corpus, on_error)
    chosen = chosen_layers(found, layers)
    rows = [row for case in cases(found, corpus, level) for name in chosen for row in layer(name).rows(case)]
    return Scores(
        signature=signature(corpus, found, chosen, level),
        scores=tuple(_scores(rows, chosen)),
        problems=found.problems,
        rows=tuple(rows),
        attempted=found.attempted,
        layers=tuple(chosen),
    )


def gold_predictions(corpus: Corpus) -> list[Prediction]:
    """The gold as a submission: its mentions bear the identifiers that the registry holds."""
    return [
        Prediction(
            doc_id=document.doc_id,
            **{name: getattr(document, name) for name in LAYERS}
            | {"entities": tuple(_identified(mention, corpus.registry) for mention in document.entities)},
        )
        for document in corpus.documents
    ]


def chosen_layers(predictions: Predictions, layers: Sequence[str] | None = None) -> list[str]:
    """The layers to score, in the order of the table. Raises UnknownNameError."""
    for name in layers or ():
        layer(name)
    wanted = predictions.attempted or tuple(LAYERS) if layers is None else layers
    return [name for name in LAYERS if name in wanted]


def cases(predictions: Predictions, corpus: Corpus, level: str = "name") -> Iterator[Case]:
    """Every document of the corpus, whether predicted or not. Raises UnknownNameError for a level."""
    levels = (*labels("mention", "level"), ALL_LEVELS)
    if level not in levels:
        raise UnknownNameError("level", level, levels)
    names = registry_names(corpus.registry)
    for document in corpus.documents:
        prediction = predictions.documents.get(document.doc_id) or Prediction(doc_id=document.doc_id)
        spurious = {name: predictions.spurious.get((document.doc_id, name), 0) for name in LAYERS}
        resolver = Resolver(document, corpus.registry, names, prediction.entities or ())
        yield Case(document, prediction, spurious, resolver, level)


def _is_headline(found: Score) -> bool:
    measure, _, number = found.measure.rpartition(".")
    return bool(layer(found.layer).MEASURES[measure].headline and number == "f1")


def _identified(mention: Mention, registry: Mapping[str, Entity]) -> Mention:
    entity = registry.get(mention.entity_id or "")
    return msgspec.structs.replace(mention, wikidata=entity.wikidata) if entity else mention


def _scores(rows: Iterable[Row], layers: Iterable[str]) -> Iterator[Score]:
    totals = total(rows, by=("measure", "group"))
    groups = sorted({group for _, group in totals} - {OVERALL})
    for name in layers:
        measures: dict[str, Measure] = layer(name).MEASURES
        for measure, description in measures.items():
            for group in (OVERALL, *(group for group in groups if (measure, group) in totals)):
                counts = [totals.get((part, group), Counts()) for part in (measure, *description.parts)]
                yield from _numbers(name, measure, group, description.kind, *counts)


def _numbers(name: str, measure: str, group: str, kind: str, counts: Counts, *parts: Counts) -> Iterator[Score]:
    for number, function in KINDS[kind].items():
        value = function(*(parts or (counts,)))
        yield Score(name, f"{measure}.{number}", group, *value, counts.gold, counts.predicted)
