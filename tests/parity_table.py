"""How far the numbers of `dateline.compat` are from those of the reference scorers, as the table of eval/MEASURED.md.

Run `python tests/parity_table.py`; it takes a few seconds. The cases are those of the tests: given ones come with the
numbers that the scorer said, for drawn ones the scorer itself is asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from math import inf
from typing import Any, NamedTuple

import test_compat_coreference
import test_compat_linking
import test_compat_nervaluate as spans
import test_compat_quantities
import test_compat_sentiment_graph
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from dateline.clusters import CONLL
from dateline.compat import coreference, linking, nervaluate, quantities, sentiment_graph

TOLERANCE = 1e-9
NOT_RECORDED = "not recorded"  # the given cases do not say it
OF_COVAL = (*CONLL, "lea", "conll")
COLUMNS = ("scorer", "version", "cases", "numbers", "over 1e-9", "largest difference")

MAKERS = (spans.flat, spans.nested, spans.repeated, spans.long, spans.beyond_the_tags)
THRESHOLDS = (1.5, 29, 50, 100)
DRAWN = 400  # cases of each kind, under a threshold half as many, as in the tests

Numbers = Mapping[str, Any]
"""Numbers by name, at any depth."""

Pairs = Iterable[tuple[Numbers, Numbers]]
"""For each case what the reference scorer says, and what dateline does."""


class Parity(NamedTuple):
    """A comparison with one scorer; `over` counts differences over the tolerance."""

    scorer: str
    version: str
    cases: str
    numbers: int
    over: int
    largest: float


def flat(numbers: Numbers, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float | None]]:
    """Every number with its path."""
    for name, value in numbers.items():
        if isinstance(value, Mapping):
            yield from flat(value, (*path, name))
        else:
            yield (*path, name), value


def differences(expected: Numbers, found: Numbers) -> list[float]:
    """The difference of every number of either side; infinite where only one side has it, or has it defined."""
    one, other = dict(flat(expected)), dict(flat(found))
    return [_difference(one[path], other[path]) if path in one and path in other else inf for path in {**one, **other}]


def _difference(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else inf
    return abs(one - other)


def parity(scorer: str, release: str, kind: str, pairs: Pairs) -> Parity:
    """A line of the table; `kind` says where the cases are from."""
    apart = [differences(*pair) for pair in pairs]
    every = [one for case in apart for one in case]
    over = sum(one > TOLERANCE for one in every)
    return Parity(scorer, release, f"{len(apart):,} {kind}", len(every), over, max(every))


def given(cases: Iterable[Numbers], score: Callable[[Any], Numbers], only: tuple[str, ...] = ()) -> Pairs:
    """The measures of given cases that the scorer said, all or some."""
    for case in cases:
        expected = {name: numbers for name, numbers in case["expected"].items() if name in (only or case["expected"])}
        found = score(case)
        yield expected, {name: found[name] for name in expected}


def drawn_spans() -> Pairs:
    """Labelled spans of every kind; nested and long ones under other thresholds; an empty side."""
    for make in MAKERS:
        rng = random.Random(make.__name__)
        yield from (_of_nervaluate(spans.documents(rng, make)) for _ in range(DRAWN))
    for threshold in THRESHOLDS:
        rng = random.Random(threshold)
        makers = (rng.choice([spans.nested, spans.long]) for _ in range(DRAWN // 2))
        yield from (_of_nervaluate(spans.documents(rng, make), threshold) for make in makers)
    for gold, pred in ((0, 0), (1, 0), (0, 1)):
        yield _of_nervaluate([spans.document([spans.entity(0, 3)] * gold, [spans.entity(0, 3)] * pred)])


def _of_nervaluate(texts: list[spans.Document], threshold: float = 1.0) -> tuple[Numbers, Numbers]:
    return spans.nervaluate(texts, spans.TAGS, threshold), nervaluate.score(texts, spans.TAGS, threshold)


def drawn_flat_spans() -> Pairs:
    """The F1 of flat spans, of single documents and of a corpus of 300."""
    rng, one = random.Random(1), [spans.entity(0, 3)]
    texts = [[spans.document(spans.flat(rng) or one, spans.flat(rng) or one)] for _ in range(DRAWN)]
    rng = random.Random(2)
    corpus = [spans.document(gold, spans.copied(rng, gold, [])) for gold in (spans.flat(rng) for _ in range(300))]
    for documents in [*texts, corpus]:
        gold, pred = ([spans.iob2(document[side]) for document in documents] for side in ("gold", "pred"))
        reference = f1_score(gold, pred, mode="strict", scheme=IOB2, zero_division=0)
        yield {"f1": reference}, {"f1": spans.strict(*documents)["f1"]}


def of_documents(score: Callable[[Any], Numbers]) -> Callable[[Numbers], Numbers]:
    return lambda case: score(case["documents"])


def of_sides(score: Callable[[Any, Any], Numbers]) -> Callable[[Numbers], Numbers]:
    return lambda case: score(case["gold"], case["pred"])


def parities() -> Iterator[Parity]:
    """Every line of the table."""
    clusters, clustered = test_compat_coreference.PARITY, of_documents(coreference.score)
    links, linked = test_compat_linking.PARITY, of_documents(linking.score)
    graphs, opinions = test_compat_sentiment_graph.PARITY, of_sides(sentiment_graph.score)
    measured, said = test_compat_quantities.PARITY, of_sides(quantities.score)
    yield parity("nervaluate", version("nervaluate"), "drawn", drawn_spans())
    yield parity("seqeval, F1 of `strict`", version("seqeval"), "drawn", drawn_flat_spans())
    yield parity("coval: MUC, B-cubed, CEAF-e, LEA, mean", NOT_RECORDED, "given", given(clusters, clustered, OF_COVAL))
    yield parity("CoNLL scorer: CEAF-m", "8.01", "given", given(clusters, clustered, ("ceaf_m",)))
    yield parity("neleval", "3.1.1", "given", given(links, linked))
    yield parity("SemEval-2022 Task 10", NOT_RECORDED, "given", given(graphs, opinions))
    yield parity("MeasEval (SemEval-2021 Task 8)", NOT_RECORDED, "given", given(measured, said))


def cells(found: Iterable[Parity]) -> list[tuple[str, ...]]:
    """The rows of the table."""
    return [
        (*row[:3], f"{row.numbers:,}", f"{row.over:,}", f"{row.largest:.1e}" if row.largest else "0") for row in found
    ]


def table(found: Iterable[Parity]) -> str:
    """All as Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (COLUMNS, (":--", ":--", *["--:"] * 4), *cells(found)))


if __name__ == "__main__":
    print(table(parities()))
