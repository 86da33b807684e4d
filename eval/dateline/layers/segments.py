"""Segments: where sentences, headings, captions and credits end, and what each is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dateline.layers.base import (
    ACCURACY,
    BOTH,
    BOUNDARY,
    CORRECT,
    F1,
    Case,
    Measure,
    Scheme,
    accuracy_rows,
    by_start,
    f1_rows,
    span_category,
    span_difference,
    spurious_rows,
)
from dateline.layers.counts import Row
from dateline.matching import Alignment, align, extent, overlapping, same
from dateline.model import Segment

LAYER = "segments"

FIELDS = {"kind": "segment"}
"""Label field -> the kind of record whose schema lists its labels."""

_WRONG_KIND = "wrong_kind"

MEASURES = {
    "segments.boundary": Measure(F1, "a segment ends at the same code point", headline=True),
    "segments.exact": Measure(F1, "a segment has the same start and end"),
    "segments.kind": Measure(ACCURACY, "of segments with the same start and end: the kind is right"),
}


def rows(case: Case) -> Iterator[Row]:
    """The count rows of all measures."""
    at = by_start(case)
    ends = align(case.gold.segments, case.prediction.segments or (), same(extent), same(lambda segment: segment.end))
    exact = aligned(case)
    yield from f1_rows(case, LAYER, "segments.boundary", ends, at)
    yield from f1_rows(case, LAYER, "segments.exact", exact, at)
    kinds = ((gold, gold.kind == predicted.kind) for gold, predicted in exact.pairs)
    yield from accuracy_rows(case, LAYER, "segments.kind", kinds, at)
    yield from spurious_rows(case, LAYER, MEASURES)


def aligned(case: Case) -> Alignment[Segment, Segment]:
    """Segments with the same span."""
    return align(case.gold.segments, case.prediction.segments or (), same(extent))


def differences(case: Case, gold: Segment, predicted: Segment) -> dict[str, tuple[Any, Any]]:
    """What is wrong with a segment that is held against another: field -> gold and predicted value."""
    kind = {} if gold.kind == predicted.kind else {"kind": (gold.kind, predicted.kind)}
    return {**span_difference(gold, predicted), **kind}


def _compared(case: Case) -> Alignment[Segment, Segment]:
    return aligned(case).then(overlapping())


def _category(case: Case, gold: Segment, predicted: Segment) -> str:
    return span_category(gold.kind == predicted.kind, _WRONG_KIND, gold, predicted)


ERRORS = Scheme((CORRECT, _WRONG_KIND, BOUNDARY, BOTH), _compared, _category, by_start)
