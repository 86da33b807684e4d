"""Coreference in the layer of entities: which mentions of a document are of the same entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from dateline.clusters import BLANC, CONLL, METRICS, table
from dateline.layers.base import F1, MEAN, Case, Measure, groups_of_document
from dateline.layers.counts import Row
from dateline.matching import Alignment
from dateline.model import Mention

_PREFIX = "entities.coref."

_WORDS = {
    "muc": "links needed to hold the clusters together",
    "b_cubed": "for each mention, the share of its cluster that is in its other cluster",
    "ceaf_e": "clusters matched one to one, by their likeness",
    "ceaf_m": "mentions in clusters matched one to one",
    "lea": "for each cluster, weighted by its size, the share of its links",
    "links": "pairs of mentions of one entity",
    "nonlinks": "pairs of mentions of different entities in one document",
}

_MEANS = {
    "blanc": ("mean F1 of links and nonlinks", BLANC),
    "conll": ("mean F1 of MUC, B-cubed and CEAF-e", CONLL),
}

MEASURES = {
    **{f"{_PREFIX}{name}": Measure(F1, _WORDS[name], detail=True, whole=True) for name in METRICS},
    **{
        f"{_PREFIX}{name}": Measure(
            MEAN, words, detail=True, parts=tuple(f"{_PREFIX}{part}" for part in parts), whole=True
        )
        for name, (words, parts) in _MEANS.items()
    },
}

_GRAIN = 2**32  # counts are multiples of 1 / _GRAIN: their sums are then exact, so that no order changes a digit


def in_order(mentions: Sequence[Mention]) -> list[Mention]:
    """Predicted mentions in an order that depends on what is in each cluster, not on its name or on the file.

    Where a span is predicted twice, matching takes the first; where none is, the order says nothing.
    """
    if len({(mention.start, mention.end) for mention in mentions}) == len(mentions):
        return list(mentions)
    places: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for mention in mentions:
        places[mention.entity_id or ""].append((mention.start, mention.end, mention.type))
    contents = {name: tuple(sorted(found)) for name, found in places.items()}
    place = {content: place for place, content in enumerate(sorted(set(contents.values())))}
    rank = {name: place[content] for name, content in contents.items()}
    return sorted(mentions, key=lambda mention: (not mention.entity_id, rank[mention.entity_id or ""]))


def rows(case: Case, layer: str, spans: Alignment[Mention, Mention]) -> Iterator[Row]:
    """A row of the whole document for each metric and slice of documents, from mentions matched by exact span.

    Gold mentions are clustered by entity, predictions by their own entity_id; one without is a singleton. Optional gold
    and its matches are left out. A prediction that matches nothing is a mention of the response alone: so is the
    repetition of another, and, as a singleton, a bad record. Gold that names no entities has nothing to be scored.
    """
    if not any(mention.entity_id for mention in case.gold.entities):
        return
    pairs, missed, bad = spans.pairs, spans.missed, case.spurious.get(layer, 0)
    key = enumerate([_entity(case, *pair) for pair in pairs] + [mention.entity_id for mention in missed])
    unmatched = enumerate([found.entity_id for found in spans.spurious] + [None] * bad, len(pairs) + len(missed))
    response = chain(enumerate(found.entity_id for _, found in pairs), unmatched)
    both, groups = table(_clusters(key), _clusters(response)), groups_of_document(case, layer)
    for name, metric in METRICS.items():
        if any(counts := [round(count * _GRAIN) / _GRAIN for count in metric(both)]):
            for group in groups:
                yield Row(case.gold.doc_id, "", layer, f"{_PREFIX}{name}", group, *counts)


def _entity(case: Case, gold: Mention, found: Mention) -> str | None:
    """The entity of a matched gold mention: its own, or an alternative if that is what the prediction's cluster is."""
    meant = case.resolver.entity(found.entity_id) if found.entity_id and gold.alternatives else None
    return meant if isinstance(meant, str) and gold.accepts("entity_id", meant) else gold.entity_id


def _clusters(mentions: Iterable[tuple[int, str | None]]) -> list[list[int]]:
    """Numbered mentions by the name of their cluster; each without a name for itself."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    alone = []
    for number, name in mentions:
        if name:
            named[name].append(number)
        else:
            alone.append([number])
    return [*named.values(), *alone]
