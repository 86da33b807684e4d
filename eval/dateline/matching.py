"""One-to-one matching of predictions with gold: exact pairs first, then the best assignment of what remains.

Nothing depends on the order of records or on their identifiers: ties are broken by content.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from dateline.model import Record, Span

G = TypeVar("G")
P = TypeVar("P")

Pair = tuple[int, int]
"""Indexes of a gold and of a predicted item."""

Weights = Iterable[tuple[Pair, int]]
"""Pairs that may be matched, each at most once, with their weight, at least 1."""

Stage = Callable[[Sequence[G], Sequence[P]], Weights]
"""Finds the pairs that may be matched among items that are still free."""

Accepts = Callable[[Any, Any], bool]
"""Whether a gold and a predicted item may be matched."""

_NAMES = frozenset({"id", "doc_id", "segment_id", "entity_id"})
_GOLD_ONLY = frozenset({"optional", "optional_reason", "alternatives"})
_REQUIRED = 2.0**-16  # below any overlap, for components of up to 2**15 items
_ALIKE = 2.0**-36  # a field of the same content: below _REQUIRED for as many items of 30 fields


class Alignment(NamedTuple, Generic[G, P]):
    """What matches what, and what is still free. `pairs` and `missed` are what counts: optional gold is left out of
    both, and a prediction that matches optional gold is not spurious."""

    matched: list[tuple[G, P]]
    free: list[G]
    spurious: list[P]

    @property
    def pairs(self) -> list[tuple[G, P]]:
        """The matches of required gold."""
        return [pair for pair in self.matched if not getattr(pair[0], "optional", False)]

    @property
    def missed(self) -> list[G]:
        """The required gold without a match."""
        return [item for item in self.free if not getattr(item, "optional", False)]

    def then(self, stage: Stage[G, P]) -> Alignment[G, P]:
        """The same with the best assignment of what is free, among the pairs that the stage finds."""
        pairs = assign(self.free, self.spurious, stage(self.free, self.spurious)) if self.free and self.spurious else []
        if not pairs:
            return self
        found = [(self.free[i], self.spurious[j]) for i, j in pairs]
        taken_gold, taken_predicted = {i for i, _ in pairs}, {j for _, j in pairs}
        return Alignment(
            self.matched + found, _without(self.free, taken_gold), _without(self.spurious, taken_predicted)
        )

    def keep(self, right: Callable[[G, P], bool]) -> Alignment[G, P]:
        """The same with every required pair that is not right taken apart, into one missed and one spurious."""
        judged = [(_optional(pair[0]) or right(*pair), pair) for pair in self.matched]
        wrong = [pair for good, pair in judged if not good]
        return Alignment(
            [pair for good, pair in judged if good],
            self.free + [gold for gold, _ in wrong],
            self.spurious + [found for _, found in wrong],
        )


def align(gold: Sequence[G], predicted: Sequence[P], *stages: Stage[G, P]) -> Alignment[G, P]:
    """Match one to one, stage by stage: each takes what the stages before it left.

    Within a stage the total weight is the largest possible. Among equals, required gold goes before optional gold,
    then those with more fields of equal content, then the order of contents.
    """
    found: Alignment[G, P] = Alignment([], list(gold), list(predicted))
    for stage in stages:
        found = found.then(stage)
    return found


def assign(gold: Sequence[G], predicted: Sequence[P], weights: Weights) -> list[Pair]:
    """The one-to-one matching of the largest total weight, as `align` says; each connected component for itself."""
    table = dict(weights)
    if len({i for i, _ in table}) == len({j for _, j in table}) == len(table):  # as it is nearly always
        return list(table)
    gold_degree, predicted_degree = Counter(i for i, _ in table), Counter(j for _, j in table)
    chosen = [(i, j) for i, j in table if gold_degree[i] == predicted_degree[j] == 1]
    entangled = {pair: table[pair] for pair in table.keys() - set(chosen)}
    for component in _components(entangled):
        chosen += _solve(gold, predicted, {pair: entangled[pair] for pair in component})
    return chosen


def same(key: Callable[[Any], Hashable], accepts: Accepts = lambda gold, predicted: True) -> Stage[Any, Any]:
    """The stage of pairs with an equal key that are acceptable; all weigh the same."""

    def stage(gold: Sequence[Any], predicted: Sequence[Any]) -> Weights:
        places: dict[Hashable, list[int]] = {}
        for i, item in enumerate(gold):
            places.setdefault(key(item), []).append(i)
        for j, found in enumerate(predicted):
            for i in places.get(key(found), ()):
                if accepts(gold[i], found):
                    yield (i, j), 1

    return stage


def overlapping(accepts: Accepts = lambda gold, predicted: True) -> Stage[Any, Any]:
    """The stage of acceptable pairs that share at least one code point; the weight is the number that they share."""

    def stage(gold: Sequence[Span], predicted: Sequence[Span]) -> Weights:
        for i, j in _overlaps(gold, predicted):
            one, other = gold[i], predicted[j]
            if accepts(one, other):
                yield (i, j), min(one.end, other.end) - max(one.start, other.start)

    return stage


def nearest(gold: Sequence[Span], predicted: Sequence[Span]) -> dict[tuple[int, int], tuple[int, int]]:
    """Predicted extent -> the gold extent that shares most code points with it; of equals the shortest, the first.

    Who aligns by it alone cannot be pushed on to another gold record, neither by a wider span nor by a decoy.
    """
    best: dict[tuple[int, int], tuple[int, int, int]] = {}
    for (i, j), shared in overlapping()(gold, predicted):
        found, place = extent(predicted[j]), extent(gold[i])
        rank = -shared, place[1] - place[0], place[0]
        best[found] = min(best.get(found, rank), rank)
    return {found: (start, start + length) for found, (_, length, start) in best.items()}


def extent(span: Span) -> tuple[int, int]:
    """The offsets of a span: the key of exact pairs."""
    return span.start, span.end


def _overlaps(gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[Pair]:
    """All pairs that overlap, in one sweep over both: sorting apart, the work is in proportion to the pairs."""
    sides = (gold, predicted)
    active: tuple[list[int], list[int]] = ([], [])
    events = sorted((span.start, side, index) for side in (0, 1) for index, span in enumerate(sides[side]))
    for start, side, index in events:
        other = active[1 - side]
        other[:] = [place for place in other if sides[1 - side][place].end > start]
        yield from ((place, index) if side else (index, place) for place in other)
        active[side].append(index)


def _components(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """The pairs in groups that share no item."""
    by_gold, by_predicted = defaultdict(list), defaultdict(list)
    for i, j in pairs:
        by_gold[i].append(j)
        by_predicted[j].append(i)
    while by_gold:
        found, waiting = [], [next(iter(by_gold))]
        while waiting:
            i = waiting.pop()
            for j in by_gold.pop(i, ()):
                found.append((i, j))
                waiting += by_predicted.pop(j, ())
        yield found


def _solve(gold: Sequence[G], predicted: Sequence[P], weights: Mapping[Pair, int]) -> list[Pair]:
    """The best assignment of one component."""
    import numpy
    from scipy.optimize import linear_sum_assignment

    gold_content = {i: _content(gold[i]) for i, _ in weights}
    predicted_content = {j: _content(predicted[j]) for _, j in weights}
    rows = sorted(gold_content, key=lambda i: (list(gold_content[i].values()), i))
    columns = sorted(predicted_content, key=lambda j: (list(predicted_content[j].values()), j))
    row, column = ({index: place for place, index in enumerate(order)} for order in (rows, columns))
    table = numpy.zeros((len(rows), len(columns)))
    for (i, j), weight in weights.items():
        alike = dict(gold_content[i].items() & predicted_content[j].items()).keys() - _GOLD_ONLY
        table[row[i], column[j]] = weight + (not _optional(gold[i])) * _REQUIRED + len(alike) * _ALIKE
    best = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return [pair for pair in ((rows[i], columns[j]) for i, j in best) if pair in weights]


def _content(item: Any) -> dict[str, bytes]:
    """The fields of an item by name, identifiers apart, each as JSON."""
    names = item.__struct_fields__ if isinstance(item, Record) else item._fields
    return {name: msgspec.json.encode(getattr(item, name), order="sorted") for name in sorted({*names} - _NAMES)}


def _optional(item: object) -> bool:
    return bool(getattr(item, "optional", False))


def _without(items: list[G], taken: set[int]) -> list[G]:
    return [item for index, item in enumerate(items) if index not in taken]
