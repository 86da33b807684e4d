"""Coreference: the clusters of a key and of a response held against each other, one document at a time.

A metric turns a table of shared mentions into sums that add up over documents; recall and precision are quotients of
the totals, so that nothing here is undefined. A mention is anything hashable. One that the other side lacks (a
twinless mention) counts in the denominators of its own side only. All is linear in the mentions, but for the best
assignment of CEAF, which works on the pairs of clusters that share a mention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from math import fsum
from typing import NamedTuple

Clusters = Iterable[Collection[Hashable]]

Cell = tuple[int, int]
"""Indexes of a key and of a response cluster."""


class Sums(NamedTuple):
    """Numerator and denominator of recall, then of precision."""

    recalled: float
    key: float
    precise: float
    response: float


class Table(NamedTuple):
    """The sizes of the clusters of both sides, and how many mentions two of them share, where they share any."""

    key: tuple[int, ...]
    response: tuple[int, ...]
    shared: Mapping[Cell, int]


Metric = Callable[[Table], Sums]


def table(key: Clusters, response: Clusters) -> Table:
    """The table of two clusterings. Empty clusters are left out; no side may hold a mention `repeated`."""
    keys, responses = [cluster for cluster in key if cluster], [cluster for cluster in response if cluster]
    place = {mention: index for index, cluster in enumerate(responses) for mention in cluster}
    pairs = ((index, place[mention]) for index, cluster in enumerate(keys) for mention in cluster if mention in place)
    return Table(tuple(map(len, keys)), tuple(map(len, responses)), Counter(pairs))


def repeated(clusters: Clusters) -> list[Hashable]:
    """The mentions that stand in two clusters or twice in one, each once, in the order of their first places."""
    return [mention for mention, times in Counter(found for one in clusters for found in one).items() if times > 1]


def mentions(found: Table) -> Sums:
    """The mentions themselves, whatever their clusters."""
    common = sum(found.shared.values())
    return Sums(common, sum(found.key), common, sum(found.response))


def muc(found: Table) -> Sums:
    """The fewest links that hold the clusters together (Vilain et al. 1995).

    A key cluster k needs |k| - 1; its parts under the response, unaligned mentions each a part, leave |k| - parts of
    them. That is one less than the shared mentions for every response cluster that it meets.
    """
    kept = sum(count - 1 for count in found.shared.values())
    return Sums(kept, sum(size - 1 for size in found.key), kept, sum(size - 1 for size in found.response))


def b_cubed(found: Table) -> Sums:
    """For each mention of the key, the share of its cluster that is in its response cluster too (Bagga and Baldwin
    1998): over key clusters k and response clusters r, the sum of |k and r|^2 / |k|.
    """
    return _from_both_sides(found, lambda count, own, other: count * count / own)


def lea(found: Table) -> Sums:
    """For each cluster, weighted by its size, the share of its links that is resolved (Moosavi and Strube 2016).

    The links of n mentions are n(n-1)/2; the single link of a singleton leads to itself, and only the same singleton
    resolves it.
    """
    return _from_both_sides(found, _resolved)


def ceaf_e(found: Table) -> Sums:
    """The likeness 2|k and r| / (|k| + |r|) under the best assignment of clusters one to one (Luo 2005, phi 4)."""
    alike = {(i, j): 2 * count / (found.key[i] + found.response[j]) for (i, j), count in found.shared.items()}
    best = _best(alike)
    return Sums(best, len(found.key), best, len(found.response))


def ceaf_m(found: Table) -> Sums:
    """The shared mentions under the best assignment of clusters one to one (Luo 2005, phi 3)."""
    best = _best(found.shared)
    return Sums(best, sum(found.key), best, sum(found.response))


def links(found: Table) -> Sums:
    """All pairs of mentions in one cluster: the coreference links of BLANC (Luo et al. 2014)."""
    common = _links(found.shared.values())
    return Sums(common, _links(found.key), common, _links(found.response))


def nonlinks(found: Table) -> Sums:
    """All pairs of mentions in different clusters of one document: the non-coreference links of BLANC (ibid.)."""
    linked = links(found)
    apart = _links([sum(found.shared.values())]) - sum(_links(_totals(found.shared, side)) for side in (0, 1))
    common = apart + linked.recalled  # pairs that are linked on both sides were taken off twice
    key, response = (_links([sum(sizes)]) for sizes in (found.key, found.response))
    return Sums(common, key - linked.key, common, response - linked.response)


METRICS: Mapping[str, Metric] = {
    "muc": muc,
    "b_cubed": b_cubed,
    "ceaf_e": ceaf_e,
    "ceaf_m": ceaf_m,
    "lea": lea,
    "links": links,
    "nonlinks": nonlinks,
}

CONLL = ("muc", "b_cubed", "ceaf_e")
"""The metrics whose mean F1 is the CoNLL score (Pradhan et al. 2012)."""

BLANC = ("links", "nonlinks")
"""The metrics whose mean F1 is BLANC (Recasens and Hovy 2011). For system mentions Luo et al. 2014 count the one of
them alone where neither side has any of the other."""


def _from_both_sides(found: Table, share: Callable[[int, int, int], float]) -> Sums:
    """Sums over the pairs of clusters; `share` takes the shared mentions, the size of the own and of the other."""
    cells = [(count, found.key[i], found.response[j]) for (i, j), count in found.shared.items()]
    recalled = fsum(share(count, key, response) for count, key, response in cells)
    precise = fsum(share(count, response, key) for count, key, response in cells)
    return Sums(recalled, sum(found.key), precise, sum(found.response))


def _resolved(count: int, own: int, other: int) -> float:
    """Size times resolved links over all links."""
    return count * (count - 1) / (own - 1) if own > 1 else float(other == 1)


def _links(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _totals(shared: Mapping[Cell, int], side: int) -> Iterable[int]:
    """The shared mentions of each cluster of a side."""
    totals: Counter[int] = Counter()
    for cell, count in shared.items():
        totals[cell[side]] += count
    return totals.values()


def _best(weights: Mapping[Cell, float]) -> float:
    """The largest total weight of any one-to-one assignment of key to response clusters; both may stay free.

    A key and a response cluster that meet no other are a pair; most are, and only the others need a solver.
    """
    rows, columns = Counter(row for row, _ in weights), Counter(column for _, column in weights)
    entangled = {cell: weight for cell, weight in weights.items() if rows[cell[0]] > 1 or columns[cell[1]] > 1}
    pairs = fsum(weight for cell, weight in weights.items() if cell not in entangled)
    return pairs + _solved(entangled) if entangled else pairs


def _solved(weights: Mapping[Cell, float]) -> float:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # Each row has a column of its own to stay free in. As every row is matched, 1 more on all weights changes nothing,
    # and keeps these columns apart from the empty cells of the sparse matrix.
    row, column = (
        {name: place for place, name in enumerate(dict.fromkeys(side))} for side in zip(*weights, strict=True)
    )
    cells = {(row[key], column[response]): weight for (key, response), weight in weights.items()}
    places = [*cells, *((place, len(column) + place) for place in range(len(row)))]
    values = [1 + weight for weight in weights.values()] + [1] * len(row)
    shape = (len(row), len(column) + len(row))
    sparse = csr_matrix((values, tuple(zip(*places, strict=True))), shape=shape, dtype=float)
    matched = zip(*(side.tolist() for side in min_weight_full_bipartite_matching(sparse, maximize=True)), strict=True)
    return fsum(cells.get(cell, 0) for cell in matched)
