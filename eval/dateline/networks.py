"""Who stands where: positions as an actor by concept matrix, and the networks of actors that agree and that differ.

The matrix holds x_ik, the positions of an actor toward a concept, counted at each qualifier level; a position is a
holder, concept and polarity of a document, each once. The networks are the one-mode projections of discourse network
analysis (Leifeld 2017), with levels a fixed distance apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import dateline
from dateline.corpus import Corpus, load
from dateline.errors import UnknownNameError
from dateline.model import Stance
from dateline.predictions import Predictions
from dateline.references import Identity, identity
from dateline.scoring import cases
from dateline.signature import Signature
from dateline.vocabulary import labels

if TYPE_CHECKING:
    import pandas

Source = Corpus | Predictions | Iterable[Stance]
"""The gold of a corpus; predictions; or stances whose holders are entities already."""

UNKNOWN = "?"
"""What the wording of a holder that is no entity of the gold begins with."""


class Network(NamedTuple):
    """A frame of one of the `KINDS`, with what it depends on."""

    signature: Signature
    kind: str
    frame: pandas.DataFrame


def levels() -> dict[str, int]:
    """Polarity -> its qualifier level, lowest first: against -1, mixed 0, favor 1. One without a rank has none."""
    entries = labels("stance", "polarity").items()
    ranks = {label: int(entry["x-rank"]) for label, entry in entries if entry["x-rank"] is not None}
    middle = sum(ranks.values()) // len(ranks)
    return {label: ranks[label] - middle for label in sorted(ranks, key=ranks.__getitem__)}


def matrix(source: Source, corpus: Corpus | None = None, optional: bool = False) -> pandas.DataFrame:
    """A row for each holder, columns (concept_id, level), all in order of names: the number of positions.

    Holders and concepts of which nobody takes a position with a level are left out, and so are neutral positions and,
    unless asked for, optional records. A predicted holder is resolved against `corpus`, by default the installed gold;
    one that is no entity of it stands under its normalised wording after "?".
    """
    import pandas

    known = levels()
    positions = _positions(source, corpus, optional)
    held = Counter(
        (holder, concept, known[polarity]) for _, holder, concept, polarity in positions if polarity in known
    )
    holders, concepts = (sorted({key[place] for key in held}) for place in (0, 1))
    columns = pandas.MultiIndex.from_product((concepts, known.values()), names=["concept_id", "level"])
    rows = [[held[holder, *column] for column in columns] for holder in holders]
    return pandas.DataFrame(rows, index=pandas.Index(holders, name="holder"), columns=columns, dtype=int)


def congruence(matrix: pandas.DataFrame) -> pandas.DataFrame:
    """How far each two holders of a `matrix` agree: the sum over concepts of x_ik x_jl (1 - |k - l| / range).

    k and l run over the levels, the range is 2. Symmetric; the diagonal is left out, as NaN.
    """
    return _network(matrix, lambda distance: 1 - distance)


def conflict(matrix: pandas.DataFrame) -> pandas.DataFrame:
    """How far each two holders of a `matrix` differ: the sum over concepts of x_ik x_jl |k - l| / range.

    As `congruence`: with it, it adds up to the products of all positions of two holders on their common concepts.
    """
    return _network(matrix, lambda distance: distance)


KINDS: dict[str, Callable[[pandas.DataFrame], pandas.DataFrame]] = {
    "matrix": lambda matrix: matrix,
    "congruence": congruence,
    "conflict": conflict,
}
"""Kind of a network -> what makes it of a matrix."""


def network(kind: str, corpus: Corpus, predictions: Predictions | None = None, optional: bool = False) -> Network:
    """The matrix or network of predictions, or of the gold where none are given. Raises UnknownNameError."""
    if kind not in KINDS:
        raise UnknownNameError("kind of network", kind, KINDS)
    frame = KINDS[kind](matrix(corpus if predictions is None else predictions, corpus, optional))
    return Network(_signature(kind, corpus, predictions, optional), kind, frame)


def _network(matrix: pandas.DataFrame, weight: Callable[[Any], Any]) -> pandas.DataFrame:
    """The one-mode network in which two positions on a concept weigh `weight` of their distance, from 0 to 1."""
    import numpy
    import pandas

    scale = list(levels().values())
    distances = numpy.abs(numpy.subtract.outer(scale, scale)) / (scale[-1] - scale[0])
    counts = matrix.to_numpy(dtype=float)
    cells = counts.reshape(len(matrix), matrix.shape[1] // len(scale), len(scale))
    found = (cells @ weight(distances)).reshape(counts.shape) @ counts.T
    numpy.fill_diagonal(found, numpy.nan)
    return pandas.DataFrame(found, index=matrix.index, columns=list(matrix.index))


def _positions(source: Source, corpus: Corpus | None, optional: bool) -> set[tuple[str, str, str, str]]:
    """Document, holder, concept and polarity; a position is optional where all its records are."""
    return {
        (doc_id, holder, stance.concept_id, stance.polarity)
        for doc_id, holder, stance in _held(source, corpus)
        if optional or not stance.optional
    }


def _held(source: Source, corpus: Corpus | None) -> Iterator[tuple[str, str, Stance]]:
    """Every stance with its document and the name of its holder."""
    if isinstance(source, Predictions):
        for case in cases(source, load() if corpus is None else corpus):
            for stance in case.prediction.stances or ():
                yield case.gold.doc_id, _name(case.resolver.entity(stance.holder)), stance
        return
    stances = chain.from_iterable(one.stances for one in source.documents) if isinstance(source, Corpus) else source
    yield from ((stance.doc_id, identity(stance.holder), stance) for stance in stances)


def _name(holder: Identity) -> str:
    return holder or UNKNOWN if isinstance(holder, str) else f"{UNKNOWN}{holder.wording}"


def _signature(kind: str, corpus: Corpus, predictions: Predictions | None, optional: bool) -> Signature:
    made = () if predictions is None else predictions.documents.values()
    return {
        "dateline": dateline.__version__,
        "corpus": corpus.version,
        "digest": corpus.digest,
        "documents": len(corpus.documents),
        "of": "gold" if predictions is None else "predictions",
        "systems": sorted({found.system for found in made if found.system}),
        "kind": kind,
        "levels": [f"{label} {level}" for label, level in levels().items()],
        "optional": "included" if optional else "left out",
    }
