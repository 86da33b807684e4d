"""The verb of the harness: a system's predictions against the gold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from dateline import projection, workers
from dateline.categories import Tally, confusion, tallies
from dateline.conventions import convention as known_convention
from dateline.corpus import Corpus, load
from dateline.errors import DatelineError, Problem, UnknownNameError
from dateline.labelmaps import LabelMap
from dateline.layers import LAYERS, layer
from dateline.layers.base import OVERALL, Case, Measure
from dateline.layers.counts import Counts, Row, Rows, joined, total
from dateline.layers.entities import ALL_LEVELS, at_level
from dateline.layers.entities import LAYER as ENTITIES
from dateline.layers.islands import rows_of
from dateline.layers.slices import By, Maker, makers
from dateline.measures import KINDS
from dateline.model import Entity, Mention, Prediction
from dateline.predictions import Predictions, Source, read
from dateline.projection import Unmapped
from dateline.references import Names, Resolver, registry_names
from dateline.signature import Signature, signature
from dateline.vocabulary import labels
from dateline.workers import Progress

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


class Settings(NamedTuple):
    """How predictions are held against the gold; `by` names the slices, `makers` makes those of each layer."""

    level: str = "name"
    convention: str | None = None
    by: tuple[str, ...] = ()
    makers: Mapping[str, tuple[Maker, ...]] = {}


class Scores(NamedTuple):
    """All numbers of a system, with what they depend on.

    `rows` are the counts that they were summed from, `attempted` the layers that the system predicted, `layers`
    those that were scored. `predictions`, `corpus` and `settings` are what was scored, to be looked at again.
    """

    signature: Signature
    scores: tuple[Score, ...]
    problems: tuple[Problem, ...]
    rows: Sequence[Row]
    attempted: tuple[str, ...]
    layers: tuple[str, ...]
    predictions: Predictions
    corpus: Corpus
    settings: Settings

    def measures(self) -> dict[str, Measure]:
        """The measures of the layers that were scored, by name; the slices asked for are among their groupings."""
        described = {name: measure for chosen in self.layers for name, measure in layer(chosen).MEASURES.items()}
        return {
            name: measure._replace(groupings=tuple(dict.fromkeys((*measure.groupings, *self.settings.by))))
            for name, measure in described.items()
        }

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

    def cases(self) -> Iterator[Case]:
        """The documents as they were scored."""
        return _cases(self.predictions, self.corpus, self.settings)

    def unmapped(self) -> list[Unmapped]:
        """What a label map sets apart of the mentions of the level that was scored, by label."""
        used = self.predictions.labels
        if used is None or ENTITIES not in self.layers:
            return []
        given = _cases(self.predictions._replace(labels=None), self.corpus, self.settings)
        return projection.unmapped((at_level(case) for case in given), used)

    def tallies(self) -> list[Tally]:
        """What became of the records of each layer, as exclusive categories that add up to the totals."""
        return tallies(self.cases(), self.layers)

    def categories(self) -> pandas.DataFrame:
        """`tallies` as a table, a column for each field of Tally."""
        import pandas

        return pandas.DataFrame(self.tallies(), columns=list(Tally._fields))

    def confusion(self, field: str) -> pandas.DataFrame:
        """The confusion matrix of a field such as "entities.type": gold labels by predicted ones.

        The row "spurious" counts predictions that meet no gold record, the column "missed" gold records that meet no
        prediction. Raises UnknownNameError.
        """
        return confusion(self.cases(), field, self.layers)

    def to_frame(self) -> pandas.DataFrame:
        """The scores as a table, a column for each field of Score; an undefined value is NaN."""
        import pandas

        return pandas.DataFrame(self.scores, columns=list(Score._fields)).astype({"value": float})


def score(
    predictions: Source | Predictions,
    gold: Corpus | Path | str | None = None,
    layers: Sequence[str] | None = None,
    level: str = "name",
    on_error: str = "stop",
    by: By = (),
    convention: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    fuzzy: bool = False,
    labels: Path | str | None = None,
) -> Scores:
    """Score a prediction file, an iterable of predictions, or what `read` returned, against a corpus or its root.

    `layers` are by default those that the predictions give for at least one document, or all where they give none.
    `level` restricts entities to "name", "nominal" or "pronoun" mentions, or to none of them with "all"; `on_error`,
    `fuzzy` and `labels` are as `read` says. `by` adds groups to the numbers: names of fields such as "status",
    "segment.kind", "nested" (in another mention) or "document.publisher", or names of one's own with functions from a
    record to its label. Groups such as "status=planned" add up to the overall; a pair is in the group of its gold
    record. Numbers of whole documents (coreference and positions) have no groups but those of documents, and positions
    those of polarity. `convention` names what vague numbers may be read as. `jobs` is the number of processes, which
    changes no number; `progress` is told of every few documents. With a label map, types of mentions are projected as
    `dateline.projection` says. Raises InputError, UnknownNameError, DatelineError for jobs below 1.
    """
    corpus = gold if isinstance(gold, Corpus) else load(gold)
    found = _judged(predictions, corpus, on_error, fuzzy, labels)
    chosen = chosen_layers(found, layers)
    settings = Settings(level, convention, tuple(by), makers(by, chosen) if by else {})
    _check(settings)
    names = registry_names(corpus.registry)

    def count(places: range) -> list[Rows]:
        cases = list(_made(found, corpus, settings, names, places))
        return [part for name in chosen for part in rows_of(name, cases)]

    parts = workers.rows(count, len(corpus.documents), jobs, progress)
    rows = joined(parts, [document.doc_id for document in corpus.documents])
    return Scores(
        signature=signature(corpus, found, chosen, level, settings.by, convention),
        scores=tuple(_scores(rows, chosen)),
        problems=found.problems,
        rows=rows,
        attempted=found.attempted,
        layers=tuple(chosen),
        predictions=found,
        corpus=corpus,
        settings=settings,
    )


def _judged(
    source: Source | Predictions, corpus: Corpus, on_error: str, fuzzy: bool, labels: Path | str | None
) -> Predictions:
    """The predictions, read if they were not. Raises DatelineError for what was read with another label map."""
    if not isinstance(source, Predictions):
        return read(source, corpus, on_error, fuzzy, labels)
    used = source.labels.name if source.labels else None
    if labels is not None and str(labels) != used:
        raise DatelineError(
            f"the predictions were read with labels {used!r}, not {str(labels)!r}; read them with these"
        )
    return source


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


def cases(
    predictions: Predictions, corpus: Corpus, level: str = "name", convention: str | None = None
) -> Iterator[Case]:
    """Every document of the corpus, whether predicted or not. Raises UnknownNameError for a level or convention."""
    return _cases(predictions, corpus, Settings(level, convention))


def _cases(predictions: Predictions, corpus: Corpus, settings: Settings) -> Iterator[Case]:
    _check(settings)
    return _made(predictions, corpus, settings, registry_names(corpus.registry), range(len(corpus.documents)))


def _check(settings: Settings) -> None:
    """Raises UnknownNameError for a level or convention."""
    levels = (*labels("mention", "level"), ALL_LEVELS)
    if settings.level not in levels:
        raise UnknownNameError("level", settings.level, levels)
    if settings.convention is not None:
        known_convention(settings.convention)


def _made(predictions: Predictions, corpus: Corpus, settings: Settings, names: Names, places: range) -> Iterator[Case]:
    """The cases of the documents at some places of the corpus."""
    by_segment = len(corpus.documents) == 1 or bool(settings.makers)
    for document in corpus.documents[places.start : places.stop]:
        prediction = predictions.documents.get(document.doc_id) or Prediction(doc_id=document.doc_id)
        spurious = {name: predictions.spurious.get((document.doc_id, name), 0) for name in LAYERS}
        resolver = Resolver(document, corpus.registry, names, prediction.entities or ())
        case = Case(
            document,
            prediction,
            spurious,
            resolver,
            settings.level,
            settings.convention,
            by_segment=by_segment,
        )
        if predictions.labels:
            case = _projected(case, predictions.labels)
        yield _sliced(case, settings) if settings.makers else case


def _projected(case: Case, used: LabelMap) -> Case:
    """The case with common labels. Whom references mean is still resolved by the mentions as they were."""
    return case._replace(gold=projection.gold(case.gold, used), prediction=projection.predicted(case.prediction, used))


def _sliced(case: Case, settings: Settings) -> Case:
    return case._replace(slices={name: tuple(make(case) for make in made) for name, made in settings.makers.items()})


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
            sources = (measure, *description.parts)
            for group in (OVERALL, *(group for group in groups if any((part, group) in totals for part in sources))):
                counts = [totals.get((part, group), Counts()) for part in sources]
                yield from _numbers(name, measure, group, description.kind, *counts)


def _numbers(name: str, measure: str, group: str, kind: str, counts: Counts, *parts: Counts) -> Iterator[Score]:
    for number, function in KINDS[kind].items():
        value = function(*(parts or (counts,)))
        yield Score(name, f"{measure}.{number}", group, *value, counts.gold, counts.predicted)
