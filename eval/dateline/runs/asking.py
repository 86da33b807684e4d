"""Asking a system about documents, and judging what comes back before anything is kept of it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import msgspec

from dateline.decoding import KINDS
from dateline.errors import DatelineError
from dateline.files import MAX_LINE
from dateline.inputs import Task
from dateline.model import Record
from dateline.predictions import plain
from dateline.systems.base import Answer, Ask, FailedError, Options
from dateline.validation import quote


class Entry(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a document: its line of the prediction file, word for word, and what belongs to it.

    `failed` is the reason where the system gave nothing; the line then holds it as its `error`.
    """

    doc_id: str
    line: msgspec.Raw
    failed: str = ""
    raw: str | None = None
    usage: dict[str, float] = {}


def asked(ask: Ask, tasks: Iterable[Task], name: str, options: Options) -> Generator[Entry]:
    """An entry for each task: in the order of the tasks, or with several jobs in the order in which they are done.

    Raises any DatelineError that speaks of more than one document.
    """
    if options.jobs == 1:
        yield from (_entry(ask, task, name, options) for task in tasks)
        return
    pool = ThreadPoolExecutor(options.jobs)
    try:
        running: set[Future[Entry]] = set()
        for task in tasks:
            running.add(pool.submit(_entry, ask, task, name, options))
            if len(running) > options.jobs:  # one is always waiting, and no more tasks are made than are needed
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:  # where it is broken off, the system is closed next, which ends what is still asked
        pool.shutdown(wait=False, cancel_futures=True)


def _entry(ask: Ask, task: Task, name: str, options: Options) -> Entry:
    """What a system says about a document, or why it says nothing that can be used."""
    answer = Answer({})
    try:
        answer = ask(task)
        line = _encoded(_line(answer.line, task, name, options.layers))
        return _bounded(Entry(doc_id=task.doc_id, line=line, raw=_text(answer.raw), usage=dict(answer.usage)))
    except FailedError as error:
        return _failure(task, name, str(error), error.raw or answer.raw, error.usage or answer.usage)
    except DatelineError:
        raise
    except Exception as error:  # whatever a library raises about one document is that document's failure
        return _failure(task, name, str(FailedError(f"{type(error).__name__}: {error}")))


def _failure(
    task: Task, name: str, reason: str, raw: str | None = None, usage: Mapping[str, float] | None = None
) -> Entry:
    line = _encoded({"doc_id": task.doc_id, "system": name, "error": reason})
    entry = Entry(doc_id=task.doc_id, line=line, failed=reason, raw=_text(raw), usage=dict(usage or {}))
    return entry if len(msgspec.json.encode(entry)) <= MAX_LINE else msgspec.structs.replace(entry, raw=None)


def _bounded(entry: Entry) -> Entry:
    """The entry, unless it is longer than a line may be. Raises FailedError."""
    if len(msgspec.json.encode(entry)) > MAX_LINE:
        raise FailedError(f"the answer is longer than {MAX_LINE} bytes", usage=entry.usage)
    return entry


def _line(answer: object, task: Task, name: str, layers: Iterable[str]) -> dict[str, Any]:
    """An answer as the line of its document, without layers that were not asked for. Raises FailedError."""
    if not isinstance(answer, Mapping):
        raise FailedError(f"the answer is a {type(answer).__name__}; expected an object with the layers")
    line = {key: value for key, value in answer.items() if key not in KINDS or key in layers}
    if (doc_id := line.get("doc_id", task.doc_id)) != task.doc_id:
        raise FailedError(f"the answer is for {quote(doc_id)}; expected the document {quote(task.doc_id)}")
    if (error := line.pop("error", None)) is not None:
        raise FailedError(error if isinstance(error, str) and error.strip() else "the system says so, and no more")
    return {"doc_id": task.doc_id, "system": name, **line}


def _encoded(line: Mapping[str, Any]) -> msgspec.Raw:
    """A line as JSON in ASCII that reads back. Raises FailedError for what is no JSON, such as NaN."""
    try:
        content = json.dumps(line, default=plain, allow_nan=False).encode()
        msgspec.json.decode(content)
    except (TypeError, ValueError, RecursionError, msgspec.DecodeError) as error:
        raise FailedError(f"the answer is no JSON: {error}") from None
    return msgspec.Raw(content)


def _text(raw: str | None) -> str | None:
    """Any text as one that can be written: what is half of a surrogate pair becomes a question mark."""
    return None if raw is None else raw.encode(errors="replace").decode()
