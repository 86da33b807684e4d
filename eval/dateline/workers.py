"""Counting documents in this process or in several, with the same result, and telling how far it has come."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator

from dateline.errors import DatelineError
from dateline.layers.counts import Rows

Progress = Callable[[int, int], None]
"""Told how many documents are done, and of how many."""

Count = Callable[[range], list[Rows]]
"""The rows of some documents, by their places in the corpus, in any number of parts."""

_CHUNKS = 8  # for each process: small enough that none waits long for the last, and that progress shows
_BETWEEN = 128  # documents after which a single process tells its progress


_counts: list[Count] = []  # what this process counts by: handed over once, when it starts


def rows(count: Count, documents: int, jobs: int = 1, progress: Progress | None = None) -> list[Rows]:
    """The rows of all documents, in parts. Raises DatelineError for less than one job."""
    if jobs < 1:
        raise DatelineError(f"jobs is {jobs}; it must be at least 1")
    found: list[Rows] = []
    for done, part in _parts(count, documents, min(jobs, documents)):
        found += part
        if progress:
            progress(done, documents)
    return found


def _parts(count: Count, documents: int, jobs: int) -> Iterator[tuple[int, list[Rows]]]:
    """How many documents are done, with the rows of the last of them."""
    size = _BETWEEN if jobs <= 1 else -(-documents // (jobs * _CHUNKS))
    chunks = [range(start, min(start + size, documents)) for start in range(0, documents, size)]
    if jobs <= 1:
        yield from ((chunk.stop, count(chunk)) for chunk in chunks)
        return
    from concurrent.futures import ProcessPoolExecutor

    # where a process can be forked, what it works on need not be copied, and may be anything
    kind = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(count,)) as pool:
        yield from zip((chunk.stop for chunk in chunks), pool.map(_counted, chunks), strict=True)


def _start(count: Count) -> None:
    _counts[:] = [count]


def _counted(chunk: range) -> list[Rows]:
    return _counts[0](chunk)
