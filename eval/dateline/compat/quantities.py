"""Quantities, units and modifiers as the scorer of SemEval-2021 Task 8 (MeasEval) scores them.

Quantity: a row for every pair of a gold and a predicted quantity of a document whose closed intervals touch, and for
every quantity in no pair. EM of a pair is 1 where offsets are equal. F1 of a pair is 2 o / (g + p), with g, p, o the
numbers of white-space tokens of both texts and of the stretch that they share; each row takes the best F1 of its
prediction. The scores are means over rows.

Unit and modifier: a predicted annotation set takes the place of the gold set of the last gold quantity, in list order,
that it touches. A row for every gold and predicted value that are equal within a set (right), and for every other value
on either side (wrong), except that a unit is no row where its set already has a right one. EM and F1 are the same.

Known defects, reproduced here and nowhere else in dateline: tokens are counted, not compared, so that "2" against
"2,000" has F1 1.0; a prediction is credited with its best F1 in every pair that it is in; a second, wrong unit is free
beside a right one; which set a prediction belongs to depends on the order of the gold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from dateline.compat import plain
from dateline.matching import extent
from dateline.model import Span


class Quantity(Span, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A quantity with its unit and modifiers; `set` is its annotation set, `start` and `end` are half-open."""

    doc: str
    set: int | str
    text: str
    unit: str | None = None
    mods: tuple[str, ...] = ()


Home = tuple[str, int | str] | None
"""A gold annotation set with its document; None for a prediction that touches no gold."""


class Value(NamedTuple):
    """A unit or a modifier in its set."""

    home: Home
    value: str


Scores = dict[str, float | None]
Pairs = Sequence[Sequence[int]]
"""For each prediction the indexes of the gold that it touches, in list order."""


def score(gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]]) -> dict[str, Scores]:
    """Score quantities {"doc", "set", "start", "end", "text", "unit", "mods"}: {class: {"EM", "F1"}}.

    The classes are Quantity, Unit and modifier; the scores of one without rows are None. Raises InputError.
    """
    known = plain(gold, tuple[Quantity, ...], "gold")
    found = plain(predicted, tuple[Quantity, ...], "predicted")
    pairs = _touching(known, found)
    own: list[Home] = [(one.doc, one.set) for one in known]
    taken = [own[touched[-1]] if touched else None for touched in pairs]
    sides = list(zip(own, known, strict=True)), list(zip(taken, found, strict=True))
    units = [[Value(home, one.unit) for home, one in side if one.unit] for side in sides]
    modifiers = [[Value(home, mod) for home, one in side for mod in one.mods] for side in sides]
    return {
        "Quantity": _quantities(known, found, pairs),
        "Unit": _values(lambda unit: unit.home, *units),
        "modifier": _values(lambda modifier: modifier, *modifiers),
    }


def _touching(gold: Sequence[Quantity], predicted: Sequence[Quantity]) -> Pairs:
    by_document: defaultdict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(gold):
        by_document[one.doc].append(index)
    return [[index for index in by_document.get(found.doc, ()) if _touch(gold[index], found)] for found in predicted]


def _touch(gold: Quantity, found: Quantity) -> bool:
    return gold.start <= found.end and found.start <= gold.end


def _quantities(gold: Sequence[Quantity], predicted: Sequence[Quantity], pairs: Pairs) -> Scores:
    exact, overlap = 0, 0.0
    for found, touched in zip(predicted, pairs, strict=True):
        exact += sum(extent(gold[index]) == extent(found) for index in touched)
        overlap += len(touched) * max((_token_f1(gold[index], found) for index in touched), default=0)
    rows = sum(max(1, len(touched)) for touched in pairs) + len(gold) - len(set(chain(*pairs)))
    return _means(exact, overlap, rows)


def _token_f1(gold: Quantity, found: Quantity) -> float:
    """The F1 of the number of tokens that two quantities share; the shared stretch is cut from the gold text."""
    start, end = max(gold.start, found.start), min(gold.end, found.end)
    shared = gold.text[start - gold.start : end - gold.start] if start < end else ""
    total = len(gold.text.split()) + len(found.text.split())
    return 2 * len(shared.split()) / total if total else 0.0


def _values(settled: Callable[[Value], Hashable], gold: Sequence[Value], predicted: Sequence[Value]) -> Scores:
    """The share of rows that are right. A value is no row by itself where a right one has the same `settled`."""
    known = Counter(gold)
    right = [value for value in predicted if value in known]
    hits = sum(known[value] for value in right)
    done = {settled(value) for value in right}
    wrong = sum(settled(value) not in done for value in [*gold, *predicted])
    return _means(hits, hits, hits + wrong)


def _means(exact: float, overlap: float, rows: int) -> Scores:
    return {"EM": exact / rows, "F1": overlap / rows} if rows else {"EM": None, "F1": None}
