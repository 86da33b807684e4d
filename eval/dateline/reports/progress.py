"""A progress bar for a run that takes its time, where somebody looks at it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from dateline.workers import Progress

PATIENCE = 2.0  # seconds without a bar


@contextmanager
def bar(stream: TextIO, what: str = "scoring") -> Iterator[Progress | None]:
    """What to tell of progress; None where the stream is no terminal. The bar goes away when all is done."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    shown = Bar(console=Console(file=stream), transient=True)
    task, start = shown.add_task(what, total=None), time.monotonic()

    def tell(done: int, of: int) -> None:
        shown.update(task, completed=done, total=of)
        if done < of and time.monotonic() - start > PATIENCE:
            shown.start()

    try:
        yield tell
    finally:
        shown.stop()
