"""How often nominal 95% intervals hold the truth, and how often the paired test finds what is not there.

Run `python tests/simulate_coverage.py`; it takes about two minutes. Documents have their own recall, drawn from a beta
distribution, and as much spurious as missed; in the last distribution long documents are also harder.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import expit, logit

from dateline.statistics import bootstrap, interval, paired_test, values

Array = NDArray[Any]

REPLICATIONS = 2000
POPULATION = 1_000_000  # documents, for the truth
DOCUMENTS = (10, 20, 50, 100)
LEVELS = (0.5, 0.8, 0.95)
SPREAD = 10  # of the beta distribution: the standard deviation of recall is 0.12 at 0.8


def equal(random: Generator, count: int) -> Array:
    return np.full(count, 20)


def poisson(random: Generator, count: int) -> Array:
    return random.poisson(8, count)


def geometric(random: Generator, count: int) -> Array:
    return random.geometric(1 / 5, count)


def lognormal(random: Generator, count: int) -> Array:
    return np.ceil(random.lognormal(np.log(15), 0.8, count)).astype(int)


SIZES: dict[str, tuple[Callable[[Generator, int], Array], float]] = {
    "equal 20": (equal, 0),
    "poisson 8": (poisson, 0),
    "geometric 5": (geometric, 0),
    "lognormal 15, 0.8": (lognormal, 0),
    "same, long harder": (lognormal, 0.5),
}
"""Name -> gold records of documents, and by how many logits recall falls when a document is e times as long."""


def recalls(random: Generator, sizes: Array, level: float, slope: float) -> Array:
    mean = expit(logit(level) - slope * np.log((sizes + 1) / 16))
    found: Array = random.beta(mean * SPREAD, (1 - mean) * SPREAD)
    return found


def counts(random: Generator, sizes: Array, recall: Array) -> Array:
    """Units of one system, of shape (n, 4)."""
    hits = random.binomial(sizes, recall)
    return np.stack([hits, sizes, hits, hits + random.binomial(sizes, 1 - recall)], axis=-1).astype(float)


def drawn(random: Generator, name: str, level: float, count: int) -> Array:
    draw, slope = SIZES[name]
    sizes = draw(random, count)
    return counts(random, sizes, recalls(random, sizes, level, slope))


def coverage(random: Generator, name: str, level: float, count: int, truth: float) -> float:
    """The share of intervals that hold the truth; an undefined one holds nothing."""
    found = (interval(drawn(random, name, level, count)) for _ in range(REPLICATIONS))
    return sum(one is not None and one.low <= truth <= one.high for one in found) / REPLICATIONS


def bootstrap_coverage(random: Generator, name: str, level: float, count: int, truth: float, runs: int = 300) -> float:
    found = (bootstrap(drawn(random, name, level, count)) for _ in range(runs))
    return sum(one is not None and one.low <= truth <= one.high for one in found) / runs


def false_alarms(random: Generator, name: str, level: float, count: int, runs: int = 2000) -> float:
    """How often two systems of the same quality, which find the same documents hard, differ with p at most 0.05."""
    draw, slope = SIZES[name]
    alarms = 0
    for _ in range(runs):
        sizes = draw(random, count)
        recall = recalls(random, sizes, level, slope)
        one, other = (counts(random, sizes, recall) for _ in range(2))
        p = paired_test(one, other, resamples=199)
        alarms += p is not None and p <= 0.05
    return alarms / runs


def main() -> None:
    random = np.random.default_rng(20140528)
    print(f"coverage of 95% intervals, {REPLICATIONS} replications (standard error 0.005)")
    print(f"{'sizes':20}{'true F1':>9}", *(f"n={count:<5}" for count in DOCUMENTS), "bootstrap n=50")
    for name, level in product(SIZES, LEVELS):
        truth = float(values(drawn(random, name, level, POPULATION).sum(0), "f1"))
        found = [coverage(random, name, level, count, truth) for count in DOCUMENTS]
        check = bootstrap_coverage(random, name, level, 50, truth)
        print(f"{name:20}{truth:9.3f}", *(f"{share:.3f}  " for share in found), f"{check:.3f}")
    print("\ntype-I error of the paired test at 0.05, 2000 replications (standard error 0.005)")
    print(f"{'sizes':20}{'level':>9}", *(f"n={count:<5}" for count in DOCUMENTS[:3]))
    for name, level in product(("equal 20", "geometric 5", "same, long harder"), LEVELS):
        rates = [false_alarms(random, name, level, count) for count in DOCUMENTS[:3]]
        print(f"{name:20}{level:9.2f}", *(f"{rate:.3f}  " for rate in rates))


if __name__ == "__main__":
    main()
