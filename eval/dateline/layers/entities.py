"""Entities: where a person, organisation, location, group or operation is named, and of which type it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from dateline.layers import coreference
from dateline.layers.base import (
    ACCURACY,
    BOTH,
    BOUNDARY,
    CORRECT,
    F1,
    OVERALL,
    Case,
    Labels,
    Measure,
    Scheme,
    accuracy_rows,
    by_start,
    f1_rows,
    overall,
    span_category,
    span_difference,
    spurious_rows,
)
from dateline.layers.counts import Row
from dateline.matching import Alignment, align, extent, overlapping, same
from dateline.model import Mention

LAYER = "entities"
ALL_LEVELS = "all"

FIELDS = {"type": "entity", "subtype": "entity", "level": "mention"}
"""Label field -> the kind of record whose schema lists its labels."""

_GROUPINGS = ("type", "subtype")
WRONG_TYPE = "wrong_type"

_OF_MENTIONS = {
    "entities.strict": Measure(F1, "same span, right type", headline=True, groupings=_GROUPINGS),
    "entities.span": Measure(F1, "same span, whatever the type"),
    "entities.typed_overlap": Measure(F1, "at least one shared code point, right type", groupings=_GROUPINGS),
    "entities.overlap": Measure(F1, "at least one shared code point, whatever the type"),
    "entities.subtype": Measure(ACCURACY, "of strict pairs whose gold has a subtype: the subtype is right"),
    "entities.linking": Measure(F1, "same span, right Wikidata item, of those that have one", detail=True),
}

MEASURES = {**_OF_MENTIONS, **coreference.MEASURES}


def full_subtype(mention: Mention) -> str:
    """The subtype with its type; of a mention without one, the type, so that all subtypes add up to all mentions."""
    return _joined(mention.type, mention.subtype)


def _labels(mention: Mention) -> tuple[str, ...]:
    return _groups(mention.type, mention.subtype)


@cache
def _groups(kind: str, subtype: str | None) -> tuple[str, ...]:
    return OVERALL, f"type={kind}", f"subtype={_joined(kind, subtype)}"


def _joined(kind: str, subtype: str | None) -> str:
    return f"{kind}/{subtype}" if subtype else kind


LABELS: dict[str, Labels] = {
    "entities.strict": _labels,
    "entities.span": overall,
    "entities.typed_overlap": _labels,
    "entities.overlap": overall,
}
"""Measure of spans -> the groups of a mention."""


def rows(case: Case) -> Iterator[Row]:
    """The count rows of all measures."""
    yield from of_mentions(case)
    yield from of_entities(case)


def of_mentions(case: Case) -> Iterator[Row]:
    """The rows of spans, types and bad records. A wrong type is spurious for one type and missed for the other."""
    at = by_start(case)
    gold, predicted = _mentions(case)
    span = align(gold, predicted, same(extent))
    strict = span.keep(_same_type) if _plain(gold, predicted) else align(gold, predicted, same(extent, _same_type))
    typed, overlap = strict.then(overlapping(_same_type)), span.then(overlapping())
    for (measure, labels), found in zip(LABELS.items(), (strict, span, typed, overlap), strict=True):
        yield from f1_rows(case, LAYER, measure, found, at, labels)
    subtypes = (
        (mention, mention.accepts("subtype", found.subtype)) for mention, found in strict.pairs if mention.subtype
    )
    yield from accuracy_rows(case, LAYER, "entities.subtype", subtypes, at)
    yield from spurious_rows(case, LAYER, _OF_MENTIONS)


def of_entities(case: Case) -> Iterator[Row]:
    """The rows of linking and coreference: none where no gold is of an entity and no prediction has an identifier."""
    identified = any(mention.wikidata for mention in case.prediction.entities or ())
    if not identified and not any(mention.entity_id for mention in case.gold.entities):
        return
    gold, predicted = _mentions(case)
    yield from f1_rows(case, LAYER, "entities.linking", _linked(case, gold, predicted), by_start(case))
    yield from coreference.rows(case, LAYER, align(gold, predicted, same(extent)))


def _mentions(case: Case) -> tuple[Sequence[Mention], Sequence[Mention]]:
    """Gold and predicted mentions of the case's level, in an order that depends on what they say."""
    gold, predicted = at_level(case)
    return gold, coreference.in_order(predicted)


def at_level(case: Case) -> tuple[Sequence[Mention], Sequence[Mention]]:
    """Gold and predicted mentions of the case's level, each by its own.

    Gold that accepts another level too is optional at each of its levels: nobody is made to predict it there.
    """
    gold, predicted = case.gold.entities, case.prediction.entities or ()
    if case.level == ALL_LEVELS:
        return gold, predicted
    level = case.level
    kept = [
        _at_one_of_its_levels(mention) if mention.alternatives else mention
        for mention in gold
        if mention.level == level or mention.accepts("level", level)
    ]
    return kept, [mention for mention in predicted if mention.level == level]


def aligned(case: Case) -> Alignment[Mention, Mention]:
    """Mentions of the case's level that overlap, whatever their types."""
    return align(*at_level(case), same(extent), overlapping())


def differences(case: Case, gold: Mention, predicted: Mention) -> dict[str, tuple[Any, Any]]:
    """What is wrong with an aligned mention: field -> gold and predicted value."""
    fields = [field for field in _GROUPINGS if not gold.accepts(field, getattr(predicted, field))]
    found: dict[str, tuple[Any, Any]] = {field: (getattr(gold, field), getattr(predicted, field)) for field in fields}
    return {**span_difference(gold, predicted), **found}


def _plain(gold: Sequence[Mention], predicted: Sequence[Mention]) -> bool:
    """Whether spans alone decide who can be matched: none is predicted twice, and there is no optional gold, which
    takes a prediction out only where the type is right, too."""
    spans = {(mention.start, mention.end) for mention in predicted}
    return len(spans) == len(predicted) and not any(mention.optional for mention in gold)


def _category(case: Case, gold: Mention, predicted: Mention) -> str:
    return span_category(_same_type(gold, predicted), WRONG_TYPE, gold, predicted)


ERRORS = Scheme((CORRECT, WRONG_TYPE, BOUNDARY, BOTH), aligned, _category, by_start)
"""A subtype that is wrong is no error of its own here."""


def _at_one_of_its_levels(mention: Mention) -> Mention:
    return msgspec.structs.replace(mention, optional=True) if "level" in mention.alternatives else mention


def _same_type(gold: Mention, predicted: Mention) -> bool:
    return gold.accepts("type", predicted.type)


def _linked(case: Case, gold: Sequence[Mention], predicted: Sequence[Mention]) -> Alignment[Mention, Mention]:
    """Mentions of the same span with the right identifier; of what does not match, only what has an identifier."""

    def item(entity_id: str | None) -> str | None:
        entity = case.resolver.registry.get(entity_id or "")
        return entity.wikidata if entity else None

    def right(mention: Mention, found: Mention) -> bool:
        accepted = (mention.entity_id, *mention.alternatives.get("entity_id", ()))
        return bool(found.wikidata) and found.wikidata in map(item, accepted)

    if not any(found.wikidata for found in predicted):
        return Alignment([], [mention for mention in gold if item(mention.entity_id)], [])
    both = align(gold, predicted, same(extent, right), same(extent)).keep(right)
    missed = [mention for mention in both.free if item(mention.entity_id)]
    return Alignment(both.matched, missed, [mention for mention in both.spurious if mention.wikidata])
