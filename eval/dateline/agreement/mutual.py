"""Two annotation passes, each in its turn the reference that the other is scored against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import msgspec

from dateline.corpus import Corpus, GoldDocument
from dateline.guidelines import Quotation
from dateline.layers import figures, segments, stances
from dateline.layers.base import F1, Case, Measure, f1_rows
from dateline.layers.counts import Row
from dateline.layers.entities import ALL_LEVELS
from dateline.matching import Alignment, align, extent, same
from dateline.model import Annotation, Record, Stance
from dateline.passes import REGISTRY, Pass, as_corpus, as_predictions
from dateline.predictions import Predictions
from dateline.references import identity
from dateline.scoring import cases, score

ERRATA = "errata"
ERRATA_MEASURES = {"errata.exact": Measure(F1, "the same span and the same intended text")}
"""Errata are not asked of systems, so that they are no layer of the scorer."""


class View(NamedTuple):
    """What is scored at once. What is `beside` only resolves references, and its quoted records stay."""

    layers: tuple[str, ...]
    level: str = ALL_LEVELS
    own_segments: bool = False
    beside: tuple[str, ...] = ()


VIEWS: dict[str, View] = {
    "segments": View(("segments",), own_segments=True),
    "errata": View((ERRATA,)),
    "names": View(("entities",), level="name"),
    "all": View(("entities",)),
    "records": View(("figures", "stances"), beside=("entities",)),
}
"""Name -> view; entities are seen at the level of names and at all levels."""


class Two(NamedTuple):
    """Two passes over some documents of a corpus, less the records that stand in quoted places."""

    first: Pass
    second: Pass
    corpus: Corpus
    doc_ids: tuple[str, ...]
    quoted: tuple[Quotation, ...] = ()

    def kept(self) -> tuple[Pass, Pass]:
        """Both passes without the quoted records."""
        return self.first.unquoted(self.quoted), self.second.unquoted(self.quoted)


class Direction(NamedTuple):
    """One pass as the gold, the other as predictions, and as gold for what predictions do not hold."""

    gold: Corpus
    found: Predictions
    other: Corpus


Directions = tuple[Direction, Direction]
"""The first pass as the gold, then the second."""

Matcher = Callable[[Case, GoldDocument], Alignment[Any, Any]]
"""Matches the records of a document with those of the other annotator, whose layers are the prediction's."""


def directions(two: Two, view: View, plain: bool = False) -> Directions:
    """Both directions; with `plain`, alternatives and optional records of the gold are nothing special."""
    whole = two.first, two.second
    passes = [_seen(one, kept, view, plain) for one, kept in zip(whole, two.kept(), strict=True)]
    golds = [as_corpus(one, two.corpus, two.doc_ids, view.own_segments) for one in passes]
    found = [_predicted(one, two.doc_ids) for one in passes]
    there, back = (Direction(golds[i], found[1 - i], golds[1 - i]) for i in (0, 1))
    return there, back


def rows(direction: Direction, view: View, corpus: Corpus) -> list[Row]:
    """The scorer's count rows of a view, placed in the segments of the corpus, which no annotator has made."""
    if ERRATA in view.layers:
        return [row for case, other in _documents(direction) for row in _errata_rows(case, other)]
    counted = score(direction.found, direction.gold, view.layers, view.level).rows
    return _placed(counted, direction.gold, corpus) if view.own_segments else list(counted)


def matched(both: Directions, matcher: Matcher) -> list[tuple[Any, Any]]:
    """The pairs of a record of the first and one of the second pass that both directions make."""
    there, back = (_matches(direction, matcher) for direction in both)
    return [pair for (doc_id, one, other), pair in there.items() if (doc_id, other, one) in back]


def same_segment(case: Case, other: GoldDocument) -> Alignment[Any, Any]:
    """Segments of the same span."""
    return segments.aligned(case)


def same_edit(case: Case, other: GoldDocument) -> Alignment[Any, Any]:
    """Errata of the same span with the same intended text."""
    return align(case.gold.errata, other.errata, same(lambda erratum: (*extent(erratum), erratum.intended)))


def same_mention(case: Case, other: GoldDocument) -> Alignment[Any, Any]:
    """Mentions of the same span."""
    return align(case.gold.entities, case.prediction.entities or (), same(extent))


def same_figure(case: Case, other: GoldDocument) -> Alignment[Any, Any]:
    """Figures that overlap, as the scorer aligns them."""
    return figures.aligned(case)


def same_stance(case: Case, other: GoldDocument) -> Alignment[Any, Any]:
    """Stances of the same position that share evidence, as the scorer matches them."""
    return stances.aligned(case)


def same_holder(case: Case, other: GoldDocument, equal: tuple[str, ...] = ()) -> Alignment[Any, Any]:
    """Stances of the same holder that share evidence, with these fields equal; of equals, those more alike."""
    evidence, accepts = stances.evidence_of(case), partial(_same_holder, case, equal)
    stages = same(evidence, accepts), stances.sharing(case.gold.segments, evidence, accepts)
    return align(case.gold.stances, case.prediction.stances or (), *stages)


def _same_holder(case: Case, equal: Iterable[str], gold: Stance, found: Stance) -> bool:
    alike = all(getattr(gold, field) == getattr(found, field) for field in equal)
    return alike and case.resolver.entity(found.holder) == identity(gold.holder)


def _seen(one: Pass, kept: Pass, view: View, plain: bool) -> Pass:
    """What a view shows of a pass, and of what is kept of it."""
    sides = {**dict.fromkeys((*view.beside, REGISTRY), one), **dict.fromkeys(view.layers, kept)}
    layers = {name: side.layers[name] for name, side in sides.items() if name in side.layers}
    if plain:
        layers = {name: tuple(map(_plain, records)) for name, records in layers.items()}
    return one._replace(layers=layers)


def _predicted(one: Pass, doc_ids: Iterable[str]) -> Predictions:
    """A pass as predictions, which need not be proved once more."""
    return Predictions({made.doc_id: made for made in as_predictions(one, doc_ids)}, (), {}, tuple(one.layers))


def _plain(record: Record) -> Record:
    """The record without what it declares about itself."""
    if not isinstance(record, Annotation) or not (record.alternatives or record.optional):
        return record
    return msgspec.structs.replace(record, alternatives={}, optional=False, optional_reason=None)


def _documents(direction: Direction) -> Iterator[tuple[Case, GoldDocument]]:
    """Every document as a case of all levels, and as the other annotator has it."""
    for case in cases(direction.found, direction.gold, ALL_LEVELS):
        yield case, direction.other.document(case.gold.doc_id)


def _matches(direction: Direction, matcher: Matcher) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    """The matched pairs by document and identifiers."""
    return {
        (case.gold.doc_id, gold.id, found.id): (gold, found)
        for case, other in _documents(direction)
        for gold, found in matcher(case, other).matched
    }


def _errata_rows(case: Case, other: GoldDocument) -> Iterator[Row]:
    found = same_edit(case, other)
    return f1_rows(case, ERRATA, "errata.exact", found, lambda erratum: erratum.segment_id)


def _placed(counted: Iterable[Row], own: Corpus, corpus: Corpus) -> list[Row]:
    """Rows of an annotator's own segments, in the segments of the corpus that hold the starts of those."""
    starts = {(one.doc_id, segment.id): segment.start for one in own.documents for segment in one.segments}

    def place(row: Row) -> str:
        start = starts.get((row.doc_id, row.segment_id))
        return "" if start is None else corpus.document(row.doc_id).segment_id(start)

    return [row._replace(segment_id=place(row)) for row in counted]
