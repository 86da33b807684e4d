"""A run: a system asked about every document, which can be broken off at any time and goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline import __version__
from dateline.corpus import Corpus
from dateline.errors import DatelineError
from dateline.files import as_jsonl, write_bytes
from dateline.inputs import task_of
from dateline.runs.asking import Entry, asked
from dateline.runs.journal import Journal, is_kept, opened, partial
from dateline.systems import prepared
from dateline.systems.base import DECIDING, Options
from dateline.workers import Progress


class Outcome(NamedTuple):
    """What a run came to: an entry for each document, in the order of the corpus.

    `reused` is how many of them an earlier part of the run had finished. `usage` adds up what all parts of it took,
    what failed included.
    """

    entries: tuple[Entry, ...]
    reused: int
    usage: Mapping[str, float]

    @property
    def failed(self) -> dict[str, str]:
        """The documents that the system gave nothing for, with the reasons."""
        return {entry.doc_id: entry.failed for entry in self.entries if entry.failed}

    @property
    def content(self) -> bytes:
        """The prediction file."""
        return b"".join(bytes(entry.line) + b"\n" for entry in self.entries)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the documents that did not fail, decoded."""
        return [msgspec.json.decode(entry.line) for entry in self.entries if not entry.failed]


def run(
    name: str,
    corpus: Corpus,
    options: Options | None = None,
    restart: bool = False,
    retry: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Ask a system about every document of a corpus, and write `options.output` when all are done.

    Until then each finished document is kept in "<output>.partial", and the same run goes on from there; what has
    failed counts as finished unless `retry`, and where anything has failed the partial file stays for that. What the
    system sent word for word is written to "<output>.answers.jsonl". Without an output, or where it is no regular file
    such as a pipe, nothing is kept and nothing written. Raises what `systems.prepared` and `journal.opened` raise,
    DatelineError for a system that cannot be run, and OSError.
    """
    system, given = prepared(name, options)
    output = given.output
    if output and output.is_dir():
        raise DatelineError(f"{output} is a folder; expected a file to write to")
    if not is_kept(output):
        given = given._replace(output=None)
    with _journal(name, corpus, given, restart) as journal:
        finished = {doc_id for doc_id, found in journal.entries.items() if not (retry and found.failed)}
        todo = [document for document in corpus.documents if document.doc_id not in finished]
        reused = len(corpus.documents) - len(todo)
        if todo:
            tasks = (task_of(document, corpus) for document in todo)
            with system.open(given) as ask, closing(asked(ask, tasks, name, given)) as entries:
                for done, entry in enumerate(entries, reused + 1):
                    journal.add(entry)
                    if progress:
                        progress(done, len(corpus.documents))
        outcome = _outcome(corpus, journal, reused)
        if given.output:
            _write(outcome, given.output)
        elif output:
            write_bytes(output, outcome.content)
    return outcome


def _outcome(corpus: Corpus, journal: Journal, reused: int) -> Outcome:
    entries = tuple(journal.entries[document.doc_id] for document in corpus.documents)
    return Outcome(entries, reused, journal.usage)


@contextmanager
def _journal(name: str, corpus: Corpus, options: Options, restart: bool) -> Iterator[Journal]:
    """Where finished documents are kept: beside the output, or nowhere."""
    if options.output is None:
        yield Journal()
        return
    deciding = {option: getattr(options, option) for option in DECIDING}
    header = {"run": name, **deciding, "corpus": corpus.digest, "dateline": __version__}
    with opened(options.output, header, restart) as journal:
        yield journal


def _write(outcome: Outcome, output: Path) -> None:
    """Write what a run came to; the partial file goes last, and stays where documents have failed."""
    answers = [{"doc_id": entry.doc_id, "raw": entry.raw} for entry in outcome.entries if entry.raw is not None]
    if answers:
        write_bytes(Path(f"{output}.answers.jsonl"), as_jsonl(answers))
    write_bytes(output, outcome.content)
    if not outcome.failed:
        partial(output).unlink(missing_ok=True)
