"""What is said of a run when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dateline.runs import Outcome
from dateline.runs.journal import is_kept, partial

MOST_NAMED = 10
"""Failed documents that are named; the prediction file has all of them."""


def notes(outcome: Outcome, output: Path | None) -> Iterator[str]:
    """What was taken over, what failed and why, and what it all took."""
    if outcome.reused:
        yield f"{outcome.reused} of {len(outcome.entries)} documents were finished before"
    yield from _failures(outcome, output)
    if outcome.usage:
        yield f"used: {', '.join(_amounts(outcome.usage))}"


def interrupted(output: Path | None) -> str:
    """What is said when somebody breaks a run off."""
    if is_kept(output):
        return f"broken off; {partial(output)} has what is finished, and the same command goes on from there"
    return "broken off; without a file to write to (-o), nothing is kept"


def _failures(outcome: Outcome, output: Path | None) -> Iterator[str]:
    failed = outcome.failed
    if not failed:
        return
    again = "; --retry asks about them again" if is_kept(output) else ""
    yield f"{len(failed)} of {len(outcome.entries)} documents failed and count as missed{again}"
    yield from (f"  {doc_id}: {reason}" for doc_id, reason in list(failed.items())[:MOST_NAMED])
    if len(failed) > MOST_NAMED:
        yield f"  and {len(failed) - MOST_NAMED} more"


def _amounts(usage: Mapping[str, float]) -> Iterator[str]:
    """Each amount with its name; whole numbers with commas."""
    for name, amount in usage.items():
        shown = f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.4f}"
        yield f"{name.replace('_', ' ')} {shown}"
