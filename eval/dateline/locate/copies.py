"""Which copy of a quote gets which of its occurrences: a one-to-one matching that no order of the quotes changes."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from dateline.locate.base import Quote
from dateline.locate.forms import form, shared
from dateline.locate.views import EVERYWHERE, Extent, View

_PAIRS = 100_000  # copies times sites up to which all is weighed at once; sums of weights stay exact in a float
_CONTEXT = 32  # code points of a prefix or a suffix that are compared


class Site(NamedTuple):
    """An occurrence: its raw span, without white space around it, and where in which views it was found."""

    start: int
    end: int
    found: tuple[tuple[View, int, int], ...]


class Option(NamedTuple):
    """What a site is to a wording: the place that it would give, and at what cost, the less like the dearer."""

    cost: int
    start: int
    end: int


Options = Mapping[str, Sequence[Option]]
"""Wording -> its option at each site."""


def assign(copies: Sequence[Quote], sites: Sequence[Site], options: Options) -> dict[int, int]:
    """Copy -> site, by index, at most one each; the copies come in the order of their keys, the sites in text order.

    As many copies as possible get a site inside their `within`; then the costs are the least in sum, then prefixes and
    suffixes agree most, then sites are early. Beyond _PAIRS the lowest cost is served first, and context is not read.
    """
    if _contested(copies, options) and len(copies) * len(sites) <= _PAIRS:
        return _best(copies, sites, options)
    return _in_order(copies, options)


def place_within(copy: Quote) -> Extent:
    """The span in which a copy may start."""
    return copy.within or EVERYWHERE


def _contested(copies: Sequence[Quote], options: Options) -> bool:
    """Whether serving one cost after the other could be worse than weighing all at once."""
    several = len({option.cost for row in options.values() for option in row}) > 1
    return len(options) > 1 or any(copy.prefix or copy.suffix or (several and copy.within) for copy in copies)


def _in_order(copies: Sequence[Quote], options: Options) -> dict[int, int]:
    """Cost by cost and wording by wording, each time as many copies as possible."""
    waiting, placed, taken = defaultdict(list), dict[int, int](), set[int]()
    for i, copy in enumerate(copies):
        waiting[copy.text].append(i)
    for cost, text in sorted({(option.cost, text) for text, row in options.items() for option in row}):
        left = [i for i in waiting[text] if i not in placed]
        free = [j for j, option in enumerate(options[text]) if option.cost == cost and j not in taken]
        spans, starts = [place_within(copies[i]) for i in left], [options[text][j].start for j in free]
        for one, other in _sweep(spans, starts):
            placed[left[one]] = free[other]
            taken.add(free[other])
    return placed


def _sweep(spans: Sequence[Extent], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The largest matching of spans with starts inside them: each start to the span that ends first (Glover 1967)."""
    later = sorted(range(len(spans)), key=lambda i: (spans[i][0], i), reverse=True)
    running: list[tuple[int, int]] = []
    for j, start in enumerate(starts):
        while later and spans[later[-1]][0] <= start:
            i = later.pop()
            heappush(running, (spans[i][1], i))
        while running and running[0][0] <= start:
            heappop(running)
        if running:
            yield heappop(running)[1], j


def _best(copies: Sequence[Quote], sites: Sequence[Site], options: Options) -> dict[int, int]:
    """The assignment of the largest total weight."""
    around = [_around(site) for site in sites]
    ranks = {
        (i, j): (-options[copy.text][j].cost, _agreement(context, around[j]), -j)
        for i, (copy, context) in enumerate(zip(copies, map(_context, copies), strict=True))
        for j in inside(copy, options[copy.text])
    }
    wishes: dict[int, int] = {}
    for (i, j), rank in ranks.items():
        if i not in wishes or rank > ranks[i, wishes[i]]:
            wishes[i] = j
    if len(set(wishes.values())) == len(wishes):  # nobody stands in another's way
        return wishes
    return _solve(ranks, len(copies), len(sites))


def inside(copy: Quote, options: Sequence[Option]) -> range:
    """The sites that a copy may have, given the options of its wording."""
    first, last = (bisect_left(options, offset, key=lambda option: option.start) for offset in place_within(copy))
    return range(first, last)


def _solve(ranks: Mapping[tuple[int, int], tuple[int, int, int]], copies: int, sites: int) -> dict[int, int]:
    """Ranks as weights, each part of which outweighs any sum of the parts after it."""
    import numpy
    from scipy.optimize import linear_sum_assignment

    most = min(copies, sites)
    agreed = most * sites + 1
    level = (2 * _CONTEXT * most + 1) * agreed
    placed = (max(-rank[0] for rank in ranks.values()) * most + 1) * level
    table = numpy.zeros((copies, sites))
    for pair, (likeness, agreement, order) in ranks.items():
        table[pair] = placed + likeness * level + agreement * agreed + order
    best = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return {int(i): int(j) for i, j in best if (i, j) in ranks}


def _around(site: Site) -> tuple[str, str]:
    """The folded text before a site, back to front, and after it; white space next to the site left out."""
    view, at, to = site.found[0]
    before, after = view.text[max(0, at - _CONTEXT - 1) : at], view.text[to : to + _CONTEXT + 1]
    return before.rstrip()[::-1], after.lstrip()


def _context(copy: Quote) -> tuple[str, str]:
    """The prefix and the suffix of a copy in the same way."""
    before, after = form(copy.prefix[-2 * _CONTEXT :]), form(copy.suffix[: 2 * _CONTEXT])
    return before.folded[::-1][:_CONTEXT], after.folded[:_CONTEXT]


def _agreement(context: tuple[str, str], around: tuple[str, str]) -> int:
    """How many code points of the prefix and the suffix, counted from the quote on, stand beside a site."""
    return sum(shared(wanted, there) for wanted, there in zip(context, around, strict=True) if wanted)
