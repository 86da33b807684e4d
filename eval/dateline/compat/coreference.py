"""Coreference with the numbers of the reference scorers: coval for MUC, B-cubed, CEAF-e and LEA, the CoNLL scorer
v8.01 for CEAF-m.

Known defect of both: a mention in two clusters is scored silently, as if in one of them; here it is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from statistics import fmean
from typing import Any

import msgspec

from dateline.clusters import BLANC, CONLL, METRICS, Metric, Table, mentions, repeated, table
from dateline.compat import plain
from dateline.errors import InputError, Problem
from dateline.layers.counts import Counts
from dateline.measures import f1, precision, recall

Numbers = dict[str, float]
"""The `recall`, `precision` and `f1` of a metric."""

Clusters = tuple[tuple[tuple[int, int], ...], ...]


class Document(msgspec.Struct, frozen=True):
    """The clusters of both sides; a mention is a [start, end) pair."""

    gold: Clusters
    pred: Clusters
    doc_id: str = ""


def score(documents: Sequence[Mapping[str, Any]]) -> dict[str, Numbers]:
    """The numbers of each metric over documents `{"gold": clusters, "pred": clusters}`.

    A cluster is a list of mentions, a mention a [start, end) pair; a cluster without mentions counts for nothing.
    Numerators and denominators are summed over documents, and 0/0 is 0, as in the references. `conll`, the mean F1 of
    MUC, B-cubed and CEAF-e, has `f1` only. Raises InputError, for mentions that stand in two clusters of a side or
    twice in one, too.

    `blanc` (Recasens and Hovy 2011) is that of Luo et al. 2014, for system mentions: the mean over coreference and
    non-coreference links; the one alone where neither side has any of the other; without any links 1 if the mentions
    are the same, else 0, and 0 if there are none. The CoNLL scorer differs in these special cases: it looks at the
    links of the key only, and without any it gives 0.
    """
    read = plain(documents, tuple[Document, ...], "documents")
    if problems := [problem for number, document in enumerate(read, 1) for problem in _problems(number, document)]:
        raise InputError(problems)
    tables = [table(document.gold, document.pred) for document in read]
    sums = {name: _total(metric, tables) for name, metric in METRICS.items()}
    numbers = {name: _numbers(counts) for name, counts in sums.items() if name not in BLANC}
    blanc = _blanc([sums[name] for name in BLANC], _total(mentions, tables))
    return {**numbers, "blanc": blanc, "conll": {"f1": fmean(numbers[name]["f1"] for name in CONLL)}}


def _problems(number: int, document: Document) -> Iterator[Problem]:
    """The repeated mentions of a document, the `number`th."""
    for side, clusters in (("gold", document.gold), ("pred", document.pred)):
        for mention in repeated(clusters):
            message = f"the mention {mention!r} stands in more than one place of {side}"
            allowed = "each mention in one cluster of a side, once"
            place = document.doc_id or f"document {number}"
            yield Problem("repeated-mention", "error", "documents", number, place, message, allowed)


def _total(metric: Metric, tables: Iterable[Table]) -> Counts:
    """The sums of a metric over documents."""
    return Counts(*map(fsum, zip(*map(metric, tables), strict=True)))


def _numbers(counts: Counts) -> Numbers:
    functions = {"recall": recall, "precision": precision, "f1": f1}
    return {name: function(counts).value or 0.0 for name, function in functions.items()}


def _blanc(kinds: Iterable[Counts], mentioned: Counts) -> Numbers:
    """From the counts of both kinds of links and of the mentions."""
    defined = [_numbers(counts) for counts in kinds if counts.gold + counts.predicted]
    same = mentioned.hits_gold == mentioned.gold == mentioned.predicted > 0
    alone = dict.fromkeys(_numbers(mentioned), float(same))
    return {name: fmean(numbers[name] for numbers in defined or [alone]) for name in alone}
