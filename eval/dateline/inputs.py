"""What a system gets: date and text, the clean text, the segments, the labels with their definitions, the codebook.

A task holds no gold beyond the given segments and the errata that the clean text was made with.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dateline.corpus import Corpus, GoldDocument
from dateline.errata import CleanText, clean
from dateline.model import Concept, Record, Segment
from dateline.vocabulary import labels, schema

_KINDS = ("segment", "entity", "mention", "figure", "stance", "concept")

Run = tuple[int, int, int, int]
Labels = dict[str, dict[str, dict[str, dict[str, Any]]]]


class Clean(Record, frozen=True, kw_only=True):
    """The clean text, and the runs of it that go back to the raw text one code point for one.

    A run is (clean start, clean end, raw start, raw end): two half-open stretches of equal length, in code points. What
    lies between two runs is an edit; one character that replaces one is none, but belongs to a run. Runs are
    in text order and may be empty: two edits that touch have one between them, the first begins at (0, 0) and the last
    ends where both texts do. To map an offset `o` to raw:

    - where a span starts: of the last run with clean start <= o, min(raw start + o - clean start, raw end);
    - where a span ends: of the first run with clean end >= o, max(raw end - (clean end - o), raw start).

    With the columns of clean and raw exchanged, the same rule maps raw offsets to clean ones.
    """

    text: str
    map: tuple[Run, ...]

    def raw(self, offset: int, *, end: bool = False) -> int:
        """The raw offset for a clean one that opens a span; with `end`, for one that closes a span."""
        if end:
            _, close, first, last = self.map[bisect_left(self.map, offset, key=lambda run: run[1])]
            return max(last - (close - offset), first)
        begin, _, first, last = self.map[bisect_right(self.map, offset, key=lambda run: run[0]) - 1]
        return min(first + offset - begin, last)


class Task(Record, frozen=True, kw_only=True):
    """One document as a system may see it. `labels` is record kind -> field -> label -> definition, from schema/.

    `date` is that of the report, which its times are read against; "" where it is not known.
    """

    doc_id: str
    date: str
    text: str
    clean: Clean
    segments: tuple[Segment, ...]
    concepts: tuple[Concept, ...]
    labels: Labels


def tasks(corpus: Corpus) -> Iterator[Task]:
    """The tasks of a corpus, in its order."""
    for document in corpus.documents:
        yield task_of(document, corpus)


def task_of(document: GoldDocument, corpus: Corpus) -> Task:
    """What a system may see of one document."""
    return Task(
        doc_id=document.doc_id,
        date=document.document.date,
        text=document.text,
        clean=clean_of(clean(document.text, document.segments, document.errata)),
        segments=document.segments,
        concepts=tuple(corpus.concepts.values()),
        labels=definitions(),
    )


def definitions() -> Labels:
    """Every label that a prediction may use, by record kind and field: `description` and the `x-` properties."""
    return {kind: {field: _defined(kind, field) for field in schema(kind)["$defs"]} for kind in _KINDS}


def _defined(kind: str, field: str) -> dict[str, dict[str, Any]]:
    return {
        label: {key: value for key, value in entry.items() if key != "const"}
        for label, entry in labels(kind, field).items()
    }


def clean_of(rendered: CleanText) -> Clean:
    """A clean text with its runs. Characters of an edit share their image in the raw text; others have their own."""
    starts, ends = rendered.to_raw
    runs = [(0, 0, 0, 0)]
    for (first, last), group in groupby(range(len(rendered.text)), key=lambda place: (starts[place], ends[place + 1])):
        places = [*group]
        begin, close = places[0], places[-1] + 1
        if (close - begin, last - first) == (1, 1):
            _extend(runs, (begin, close, first, last))
        else:
            _extend(runs, (begin, begin, first, first))
            _extend(runs, (close, close, last, last))
    _extend(runs, (len(rendered.text), len(rendered.text), starts[-1], starts[-1]))
    return Clean(text=rendered.text, map=tuple(runs))


def _extend(runs: list[Run], run: Run) -> None:
    """Append a run, or lengthen the last one where it touches it in both texts."""
    begin, close, first, last = runs[-1]
    if (close, last) == (run[0], run[2]):
        runs[-1] = (begin, run[1], first, run[3])
    else:
        runs.append(run)
