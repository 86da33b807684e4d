"""The numbers of two passes: F1 and accuracies of the scorer in both directions, and coefficients of labels and spans.

F1 and accuracies take each pass as the reference in its turn, since optional records and alternatives of the reference
matter; the value is the mean of both directions, of those that are defined. The interval is that of the counts of both
directions, summed by unit.

Coefficients take records as they stand: alternatives are not consulted, and optional records take part like others. A
pair of records counts where both directions of the matching make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from dateline import statistics
from dateline.agreement import chance, mutual
from dateline.agreement.chance import COEFFICIENTS, Labelled
from dateline.agreement.mutual import ERRATA, ERRATA_MEASURES, VIEWS, Matcher, Two, View
from dateline.layers import layer
from dateline.layers.base import ACCURACY, MEAN, OVERALL, Measure
from dateline.layers.counts import Counts, Row, tabled, total
from dateline.measures import KINDS, accuracy
from dateline.statistics import SEGMENT, Interval
from dateline.vocabulary import labels

NEITHER, NOT_BOTH, WHOLE, NO_COUNTS, NO_DRAWS = "none", "not in both", "whole document", "a mean", "not drawn"
NOTES = {
    **chance.NOTES,
    NEITHER: "neither pass has any",
    NOT_BOTH: "in no document do both passes have any",
    WHOLE: "no interval, as it speaks of the whole document",
    NO_COUNTS: "no interval, as a mean of measures has no counts of its own",
    NO_DRAWS: "no interval, as gamma is slow to compute",
}
"""Note of a number -> why it has no value or no interval."""

Totals = Mapping[tuple[str, ...], Counts]
"""Counts by measure and group."""


class Number(NamedTuple):
    """One number of two passes; None where undefined.

    `n` is what it rests on: for F1 the required records of both passes, for an accuracy the pairs judged in the
    direction that judges fewer, for coefficients the matched pairs, for B the boundaries, for gamma the spans of both
    passes. `first` and `second` are an F1 or accuracy with that pass as the reference. `note` is a key of NOTES where
    there is no value or no interval; of a mean over pairs of passes, it says how many of them are defined.
    """

    layer: str
    name: str
    definition: str
    scope: str
    n: int
    value: float | None
    interval: Interval | None = None
    first: float | None = None
    second: float | None = None
    note: str = ""


class Confusion(NamedTuple):
    """How often a label of the first pass (a row) meets one of the second (a column); only labels that occur."""

    layer: str
    field: str
    scope: str
    rows: tuple[str | None, ...]
    columns: tuple[str | None, ...]
    counts: tuple[tuple[int, ...], ...]


class Settings(NamedTuple):
    """What all numbers of two passes share."""

    layers: tuple[str, ...]
    scope: str
    unit: str
    resamples: int
    seed: int


class Scored(NamedTuple):
    """A measure of the scorer in a view, and the measure whose gold side counts the records that it rests on."""

    view: str
    measure: str
    counted: str


class Field(NamedTuple):
    """A field with a vocabulary, and which records are held against each other."""

    view: str
    matcher: Matcher
    pairs: str


def _named(form: str, view: str, measures: str, names: str, counted: str = "") -> dict[str, Scored]:
    """Number -> measure, for names in words; both have the name in the place of {}."""
    found = {form.format(name): measures.format(name) for name in names.split()}
    return {number: Scored(view, measure, counted or measure) for number, measure in found.items()}


_SPANS = "strict span typed_overlap overlap"
_MENTIONS = "entities.coref.b_cubed"  # its recall is a share of the mentions

SCORED: dict[str, Scored] = {
    **_named("segments.{}.f1", "segments", "segments.{}", "boundary exact"),
    **_named("errata.{}.f1", "errata", "errata.{}", "exact"),
    **_named("entities.names.{}.f1", "names", "entities.{}", _SPANS),
    **_named("entities.all.{}.f1", "all", "entities.{}", _SPANS),
    **_named("entities.all.coref.{}.f1", "all", "entities.coref.{}", "conll lea", _MENTIONS),
    **_named("figures.{}.f1", "records", "figures.{}", "exact overlap value fact"),
    **_named("figures.{}.accuracy", "records", "figures.slot.{}", "value number unit counted source place time"),
    **_named("stances.{}.f1", "records", "stances.{}", "position record expression"),
}
"""Number -> what the scorer calls it."""


def _fields(layer: str, names: str, view: str, matcher: Matcher, pairs: str) -> dict[str, Field]:
    return {f"{layer}.{name}": Field(view, matcher, pairs) for name in names.split()}


_ON_CONCEPT = partial(mutual.same_holder, equal=("concept_id",))

FIELDS: dict[str, Field] = {
    **_fields("segments", "kind", "segments", mutual.same_segment, "segments of the same span"),
    **_fields("errata", "kind", "errata", mutual.same_edit, "errata of the same span and intended text"),
    **_fields("entities", "type subtype level", "all", mutual.same_mention, "mentions of the same span"),
    **_fields("figures", "comparator category status measure", "records", mutual.same_figure, "aligned figures"),
    **_fields("stances", "polarity", "records", _ON_CONCEPT, "stances of a holder and concept with shared evidence"),
    **_fields("stances", "concept_id", "records", mutual.same_holder, "stances of a holder with shared evidence"),
    **_fields("stances", "act basis quotation certainty", "records", mutual.same_stance, "matched stances"),
}
"""Field -> what is compared in it; a value of null is a label of its own."""


def _polarity() -> dict[str, int]:
    """The schema's ranks; a label without one takes no side, and stands in the middle."""
    ranks = {label: entry["x-rank"] for label, entry in labels("stance", "polarity").items()}
    known = sorted(rank for rank in ranks.values() if rank is not None)
    return {label: known[len(known) // 2] if rank is None else rank for label, rank in ranks.items()}


def _certainty() -> dict[str, int]:
    """The schema lists the labels in their order."""
    return {label: rank for rank, label in enumerate(labels("stance", "certainty"))}


RANKS: dict[str, Callable[[], dict[str, int]]] = {"stances.polarity": _polarity, "stances.certainty": _certainty}
"""Field whose labels have an order -> their ranks."""

GAMMA = {"entities": "type", "figures": "category"}
"""Layer -> the main label of its spans."""


def numbers(two: Two, settings: Settings, gamma: bool = False) -> tuple[list[Number], list[Confusion]]:
    """The numbers of the layers that both passes have, layer by layer, and how the labels of each field meet.

    Raises MissingExtraError for gamma.
    """
    pairs = dict(_pairs(two, settings))
    found = [
        *_scored(two, settings),
        *_similarity(two, settings),
        *(number for field, labelled in pairs.items() for number in _coefficients(field, labelled, settings)),
        *(_gammas(two, settings) if gamma else ()),
    ]
    ordered = sorted(found, key=lambda number: settings.layers.index(number.layer))
    return ordered, [_confusion(field, labelled, settings) for field, labelled in pairs.items()]


def _views(settings: Settings) -> dict[str, View]:
    """The views of what both passes have."""
    cut = {
        name: view._replace(layers=tuple(one for one in view.layers if one in settings.layers))
        for name, view in VIEWS.items()
    }
    return {name: view for name, view in cut.items() if view.layers}


def _layer(name: str) -> str:
    """The layer of a number or field."""
    return name.partition(".")[0]


def _scored(two: Two, settings: Settings) -> Iterator[Number]:
    for name, view in _views(settings).items():
        there, back = (mutual.rows(direction, view, two.corpus) for direction in mutual.directions(two, view))
        totals, both = [total(rows, by=("measure", "group")) for rows in (there, back)], tabled(there + back)
        for number, scored in SCORED.items():
            if scored.view == name and _layer(number) in view.layers:
                yield _number(number, totals, both, settings)


def _number(name: str, totals: Iterable[Totals], rows: Iterable[Row], settings: Settings) -> Number:
    """A number from the totals of each direction and the rows of both."""
    scored = SCORED[name]
    measure = _measure(scored.measure)
    first, second = (_value(scored.measure, measure, counts) for counts in totals)
    known = [value for value in (first, second) if value is not None]
    sizes = [int(counts.get((scored.counted, OVERALL), Counts()).gold) for counts in totals]
    absent = chance.NO_PAIRS if measure.kind == ACCURACY or measure.conditional else NEITHER
    interval, note = _interval(scored.measure, measure, rows, settings) if known else (None, absent)
    return Number(
        _layer(name),
        name,
        measure.definition,
        settings.scope,
        min(sizes) if measure.kind == ACCURACY else sum(sizes),
        sum(known) / len(known) if known else None,
        interval,
        first,
        second,
        note,
    )


def _measure(name: str) -> Measure:
    described: dict[str, Measure] = ERRATA_MEASURES if _layer(name) == ERRATA else layer(_layer(name)).MEASURES
    return described[name]


def _value(name: str, measure: Measure, totals: Totals) -> float | None:
    """F1, accuracy or mean of F1, as the scorer computes it."""
    compute = next(iter(KINDS[measure.kind].values()))
    return compute(*(totals.get((part, OVERALL), Counts()) for part in measure.parts or (name,))).value


def _interval(name: str, measure: Measure, rows: Iterable[Row], settings: Settings) -> tuple[Interval | None, str]:
    """The interval of a measure, or why there is none."""
    if measure.kind == MEAN:
        return None, NO_COUNTS
    units = statistics.units(rows, name, settings.unit)
    (counts,) = statistics.paired(units)
    found = statistics.interval(counts, measure.kind)
    whole = settings.unit == SEGMENT and {segment for *_, segment in units} == {""}
    return found, _why(found, whole)


def _why(interval: Interval | None, whole: bool) -> str:
    """Why there is no interval, if there is none."""
    return "" if interval else WHOLE if whole else chance.ONE_UNIT


def _similarity(two: Two, settings: Settings) -> Iterator[Number]:
    """B of the segments' ends; over documents, the sums of both sides of the fraction."""
    if "segments" not in settings.layers:
        return
    ends = [[[segment.end for segment in side.of("segments", one)] for one in two.doc_ids] for side in two.kept()]
    parts = [chance.boundary_similarity(*both) for both in zip(*ends, strict=True)]
    whole = Counts(sum(part.hits_gold for part in parts), sum(part.gold for part in parts))
    value = accuracy(whole).value
    (counts,) = statistics.paired({(doc_id,): part for doc_id, part in zip(two.doc_ids, parts, strict=True)})
    interval = statistics.interval(counts, ACCURACY)
    note = NEITHER if value is None else _why(interval, settings.unit == SEGMENT)
    definition = "boundary similarity B (Fournier 2013) of segment ends; off by one code point counts half"
    yield Number(
        "segments",
        "segments.boundary_similarity",
        definition,
        settings.scope,
        int(whole.gold),
        value,
        interval,
        note=note,
    )


def _pairs(two: Two, settings: Settings) -> Iterator[tuple[str, list[Labelled]]]:
    """For each field the labels of the matched records."""
    for name, view in _views(settings).items():
        fields = {key: field for key, field in FIELDS.items() if field.view == name and _layer(key) in view.layers}
        both = mutual.directions(two, view, plain=True)
        matched = {field.matcher: mutual.matched(both, field.matcher) for field in fields.values()}
        for key, field in fields.items():
            label = attrgetter(key.partition(".")[2])
            pairs = ((_unit(one, other, two, settings), one, other) for one, other in matched[field.matcher])
            yield key, [Labelled(unit, label(one), label(other)) for unit, one, other in pairs]


def _unit(one: Any, other: Any, two: Two, settings: Settings) -> tuple[str, ...]:
    """The unit of a pair: its document, or the segment of the corpus in which the earlier of the two starts."""
    if settings.unit != SEGMENT:
        return (one.doc_id,)
    return one.doc_id, two.corpus.document(one.doc_id).segment_id(min(one.start, other.start))


def _coefficients(field: str, pairs: list[Labelled], settings: Settings) -> Iterator[Number]:
    ranks = RANKS[field]() if field in RANKS else None
    for name, coefficient in COEFFICIENTS.items():
        found = chance.estimate(name, pairs, ranks, settings.resamples, settings.seed)
        ranked = ", by rank" if ranks and coefficient.by_rank else ""
        definition = f"{coefficient.definition} of {FIELDS[field].pairs}{ranked}"
        yield Number(
            _layer(field),
            f"{field}.{name}",
            definition,
            settings.scope,
            len(pairs),
            found.value,
            found.interval,
            note=found.note,
        )


def _confusion(field: str, pairs: Iterable[Labelled], settings: Settings) -> Confusion:
    """Labels in the order of their names, null last."""
    counts = Counter((pair.first, pair.second) for pair in pairs)
    rows, columns = (
        sorted({pair[side] for pair in counts}, key=lambda label: (label is None, label)) for side in (0, 1)
    )
    table = tuple(tuple(counts[row, column] for column in columns) for row in rows)
    return Confusion(_layer(field), field, settings.scope, tuple(rows), tuple(columns), table)


def _gammas(two: Two, settings: Settings) -> Iterator[Number]:
    first, second = two.kept()
    for name, label in GAMMA.items():
        if name in settings.layers:
            both = [(_spans(first.of(name, one), label), _spans(second.of(name, one), label)) for one in two.doc_ids]
            value = chance.gamma(both, settings.seed)
            definition = f"gamma (Mathet et al. 2015) of spans with their {label}"
            size = sum(len(spans) for sides in both for spans in sides)
            note = NOT_BOTH if value is None else NO_DRAWS
            yield Number(name, f"{name}.gamma", definition, settings.scope, size, value, note=note)


def _spans(records: Iterable[Any], label: str) -> list[tuple[int, int, str]]:
    return [(record.start, record.end, str(getattr(record, label))) for record in records]
