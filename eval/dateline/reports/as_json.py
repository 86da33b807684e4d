"""Scores as one JSON object, and the way of all reports to JSON."""

from __future__ import annotations

import json
from typing import Any

from dateline import intervals
from dateline.reports.beside import NOTHING, Beside
from dateline.scoring import Scores


def render(scores: Scores, beside: Beside = NOTHING) -> str:
    """`{"signature": {...}, "scores": [...], "problems": [...]}`, each overall score with its interval.

    Then "quotes", "unmapped", "categories", "confusion", "references" and "mistakes", where there are any. What is
    undefined is null. Quotes are `{"layer", "outcome", "count"}`: how records came to their places, or why they have
    none. What is unmapped is `{"side", "label", "number"}`: mentions that a label map sets apart.
    """
    unmapped = {"unmapped": found} if (found := scores.unmapped()) else {}
    return page({**intervals.plain(scores), **_quotes(scores), **unmapped, **beside.plain()})


def _quotes(scores: Scores) -> dict[str, list[dict[str, Any]]]:
    outcomes = scores.predictions.outcomes.items()
    counted = [{"layer": layer, "outcome": outcome, "count": count} for (layer, outcome), count in outcomes]
    return {"quotes": counted} if counted else {}


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
