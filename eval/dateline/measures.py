"""From counts to numbers. Pure functions; what is undefined (0/0) is None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from dateline.layers.base import ACCURACY, F1, MEAN
from dateline.layers.counts import Counts


class Fraction(NamedTuple):
    """A value with the two counts that it is the quotient of."""

    value: float | None
    numerator: float
    denominator: float


def fraction(numerator: float, denominator: float) -> Fraction:
    """numerator / denominator; undefined where both are 0."""
    return Fraction(numerator / denominator if denominator else None, numerator, denominator)


def precision(counts: Counts) -> Fraction:
    """The share of predictions that are right."""
    return fraction(counts.hits_predicted, counts.predicted)


def recall(counts: Counts) -> Fraction:
    """The share of the gold that was found."""
    return fraction(counts.hits_gold, counts.gold)


def f1(counts: Counts) -> Fraction:
    """The harmonic mean of precision and recall; 0 where one side is empty and the other is not.

    With as many hits on both sides it is 2 TP / (gold + predicted), and these are its counts (van Rijsbergen 1979).
    """
    made = fraction(counts.hits_gold + counts.hits_predicted, counts.gold + counts.predicted)
    if counts.hits_gold == counts.hits_predicted:
        return made
    p, r = precision(counts).value or 0, recall(counts).value or 0
    return made._replace(value=2 * p * r / (p + r) if p + r else 0.0)


def accuracy(counts: Counts) -> Fraction:
    """The share of cases that are right: all counts stand on the gold side."""
    return recall(counts)


def mean_f1(*parts: Counts) -> Fraction:
    """The mean of the F1 of several measures, of those that are defined; its counts are their sum and their number."""
    values = [value for counts in parts if (value := f1(counts).value) is not None]
    return fraction(sum(values), len(values))


KINDS: Mapping[str, Mapping[str, Callable[..., Fraction]]] = {
    F1: {"f1": f1, "precision": precision, "recall": recall},
    ACCURACY: {"accuracy": accuracy},
    MEAN: {"f1": mean_f1},
}
"""Kind of a measure -> the numbers that it gives, by the last part of their names.

Each is a function of the measure's counts, or of those of its parts.
"""
