"""What a verification found, for a terminal: what differs in the signature, then number by number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dateline.reports.errors import visible
from dateline.verification import PREDICTIONS, Change, Verification

FIRST = 20  # numbers that are printed; the rest is counted
NAMES = {"dateline": "version", "digest": "corpus digest", PREDICTIONS: "predictions"}
"""Key of a signature -> what it says, where that is always told."""


def render(found: Verification) -> str:
    """A line for version, corpus digest and predictions, for all else that differs, and for the sum of it."""
    return "\n".join(visible(line) for line in _lines(found))


def _lines(found: Verification) -> Iterator[str]:
    changed = {setting.key: f"was {_shown(setting.was)}, is {_shown(setting.now)}" for setting in found.settings}
    known = dict.fromkeys(found.signature, "the same")
    for key, name in NAMES.items():
        yield f"{name}: {changed.pop(key, known.get(key, 'unknown, as the scores hold no digest of them'))}"
    yield from (f"signature, {key}: {said}" for key, said in changed.items())
    yield from (_line(change) for change in found.changes[:FIRST])
    if len(found.changes) > FIRST:
        yield f"and {len(found.changes) - FIRST} more"
    yield f"{len(found.changes)} of {found.compared} numbers differ"


def _line(change: Change) -> str:
    return f"{change.measure} ({change.group}): was {_fields(change.was)}, is {_fields(change.now)}"


def _fields(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in fields.items()) or "absent"


def _shown(value: Any) -> str:
    return "none" if value is None else ",".join(value) if isinstance(value, list) else str(value)
