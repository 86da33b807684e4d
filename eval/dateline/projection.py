"""Gold and predictions as a label map projects them: types of mentions become common labels, subtypes are dropped.

What has no common label is set apart. Gold becomes optional and takes any type, so that nobody is asked for it and a
prediction on its span is neither right nor spurious; it is in no cluster and needs no identifier. Predicted mentions
are left out of the layer of entities: they are neither spurious nor in a cluster. Figures and stances may still point
at either, since whom they mean does not depend on labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from dateline.corpus import GoldDocument
from dateline.labelmaps import LabelMap, named
from dateline.model import Mention, Prediction

GOLD, PREDICTED = "gold", "predicted"

SET_APART = "the label map has no label for it"
"""The reason of gold that a map makes optional."""


class Unmapped(NamedTuple):
    """How many required gold mentions, or predicted ones, of a label were set apart."""

    side: str
    label: str
    number: int


def gold(document: GoldDocument, used: LabelMap) -> GoldDocument:
    """A document with the common labels in place of its mentions' types; other labels of an alternative are projected.

    An alternative that has the same common label, or none, is gone.
    """
    return document._replace(entities=tuple(_gold(mention, used) for mention in document.entities))


def predicted(prediction: Prediction, used: LabelMap) -> Prediction:
    """A prediction with the common labels in place of its mentions' types; what has none is left out."""
    if prediction.entities is None:
        return prediction
    found = ((mention, used.said(mention.type, mention.subtype)) for mention in prediction.entities)
    kept = tuple(msgspec.structs.replace(one, type=label, subtype=None) for one, label in found if label is not None)
    return msgspec.structs.replace(prediction, entities=kept)


def unmapped(sides: Iterable[tuple[Sequence[Mention], Sequence[Mention]]], used: LabelMap) -> list[Unmapped]:
    """What is set apart of gold and predicted mentions that are not yet projected, by label: the most first."""
    counts: Counter[tuple[str, str]] = Counter()
    for required, found in sides:
        counts.update((GOLD, named(one.type, one.subtype)) for one in required if not (one.optional or _own(one, used)))
        counts.update((PREDICTED, _given(one, used)) for one in found if used.said(one.type, one.subtype) is None)
    order = sorted(counts, key=lambda key: (key[0], -counts[key], key[1]))
    return [Unmapped(*key, counts[key]) for key in order]


def _given(mention: Mention, used: LabelMap) -> str:
    """The label of a prediction in one word; a foreign label has no subtype."""
    return mention.type if mention.type in used.foreign else named(mention.type, mention.subtype)


def _gold(mention: Mention, used: LabelMap) -> Mention:
    others = {field: right for field, right in mention.alternatives.items() if field not in ("type", "subtype")}
    if not (own := _own(mention, used)):
        apart = {**others, "type": used.common}
        return msgspec.structs.replace(
            mention, subtype=None, optional=True, optional_reason=SET_APART, alternatives=apart
        )
    label, *more = dict.fromkeys((*own, *_alternative(mention, used)))
    alternatives = {**others, "type": tuple(more)} if more else others
    return msgspec.structs.replace(mention, type=label, subtype=None, alternatives=alternatives)


def _own(mention: Mention, used: LabelMap) -> tuple[str, ...]:
    """The common labels of a gold mention's own type and subtype."""
    return used.accepted(mention.type, mention.subtype)


def _alternative(mention: Mention, used: LabelMap) -> Iterator[str]:
    """The common labels of what gold accepts beside its own: each type with the subtypes that it may have."""
    subtypes = mention.alternatives.get("subtype", ())
    for kind in (mention.type, *mention.alternatives.get("type", ())):
        fitting: list[str | None] = [subtype for subtype in subtypes if (kind, subtype) in used.own]
        if kind != mention.type and not fitting:
            fitting = [None]
        for subtype in fitting:
            yield from used.accepted(kind, subtype)
