"""Fields by which every number can be given apart: what a record says, where it stands, or what its user computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dateline.errors import DatelineError, UnknownNameError
from dateline.layers import layer
from dateline.layers.base import Case, Label, Slice
from dateline.layers.entities import LAYER as ENTITIES
from dateline.layers.entities import at_level, full_subtype
from dateline.matching import extent
from dateline.model import Annotation, Document, Mention, Segment, Span

By = Sequence[str] | Mapping[str, Callable[[Any], object]]
"""Names of fields, or names of the user's own with the function from a record of a layer to its label."""

Maker = Callable[[Case], Slice]
"""Makes the slice of one document."""

NONE = "none"
"""The label of records that a field does not apply to."""

_KIND, _NESTED, _DOCUMENT = "segment.kind", "nested", "document."
_INSIDE, _FLAT = "nested", "flat"


def makers(by: By, layers: Iterable[str]) -> dict[str, tuple[Maker, ...]]:
    """Layer -> the makers of its slices: of the fields that it has.

    Fields are the label fields of the layer's records; `segment.kind`, the kind of the gold segment that a record
    starts in; `nested`, whether a mention is inside another one of its side and of the level that is scored; and
    `document.` with a field of document.json. Raises UnknownNameError for a field that none of the layers has,
    DatelineError for a function under the name of a field.
    """
    known = {name: _known(name) for name in layers}
    fields = sorted(dict.fromkeys(field for table in known.values() for field in table), key=_is_of_documents)
    if isinstance(by, Mapping):
        if taken := {*fields} & {*by}:
            raise DatelineError(f"{', '.join(sorted(taken))}: a field has this name; choose another")
        return {name: tuple(_computed(field, compute) for field, compute in by.items()) for name in known}
    for field in by:
        if field not in fields:
            raise UnknownNameError("field", field, fields)
    return {name: tuple(table[field] for field in dict.fromkeys(by) if field in table) for name, table in known.items()}


def _known(name: str) -> dict[str, Maker]:
    """The fields of a layer, each with its maker."""
    nested = {_NESTED: _nested} if name == ENTITIES else {}
    documents = {f"{_DOCUMENT}{field}": _of_document(field) for field in Document.__struct_fields__}
    return {**{field: _stated(field) for field in layer(name).FIELDS}, _KIND: _kind, **nested, **documents}


def _is_of_documents(field: str) -> bool:
    return field.startswith(_DOCUMENT)


def _stated(field: str) -> Maker:
    return _computed(field, _SPECIAL.get(field, lambda record: getattr(record, field)))


_SPECIAL: dict[str, Callable[[Any], object]] = {"subtype": full_subtype}
"""Field -> its label, where that is more than the record's own."""


def _computed(field: str, compute: Callable[[Any], object]) -> Maker:
    """A slice by what a function makes of a record. Parts of records and positions are no records, and have none."""

    def label(record: object, segment_id: str) -> str | None:
        return _said(compute(record)) if _is_record(record) else None

    return lambda case: Slice(field, label, label)


def _is_record(record: object) -> bool:
    return isinstance(record, Segment | Annotation)


def _kind(case: Case) -> Slice:
    kinds = {segment.id: segment.kind for segment in case.gold.segments}

    def label(record: object, segment_id: str) -> str | None:
        return _said(kinds.get(segment_id)) if isinstance(record, Span) else None

    return Slice(_KIND, label, label)


def _nested(case: Case) -> Slice:
    gold, predicted = map(_inside, at_level(case))
    return Slice(_NESTED, gold, predicted)


def _inside(mentions: Iterable[Mention]) -> Label:
    """The label of a mention among all of its side: of those that start first, one must reach as far, or farther."""
    places = sorted({extent(mention) for mention in mentions}, key=lambda place: (place[0], -place[1]))
    inside, reached = set(), 0
    for place in places:
        if place[1] <= reached:
            inside.add(place)
        reached = max(reached, place[1])

    def label(record: object, segment_id: str) -> str | None:
        return (_INSIDE if extent(record) in inside else _FLAT) if isinstance(record, Mention) else None

    return label


def _of_document(field: str) -> Maker:
    def maker(case: Case) -> Slice:
        said = _said(getattr(case.gold.document, field))
        return Slice(f"{_DOCUMENT}{field}", lambda record, segment_id: said, lambda record, segment_id: said)

    return maker


def _said(value: object) -> str:
    return NONE if value is None or value == "" else str(value)
