"""Scores as one JSON object, and the way of all reports to JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dateline import intervals
from dateline.compatibility import Reference
from dateline.reports.errors import Mistake
from dateline.scoring import Scores


def render(scores: Scores, mistakes: Sequence[Mistake] = (), references: Sequence[Reference] = ()) -> str:
    """`{"signature": {...}, "scores": [...], "problems": [...]}`, each overall score with its interval.

    With "mistakes" and "references" where there are any to list. What is undefined is null.
    """
    beside = {"mistakes": mistakes, "references": references}
    return page({**intervals.plain(scores), **{name: [*found] for name, found in beside.items() if found}})


def page(value: Any) -> str:
    """Anything that `plain` takes as a page of JSON."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1)


def plain(value: Any) -> Any:
    """Named tuples as dictionaries and other tuples as lists, all the way down."""
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple | list) else value
