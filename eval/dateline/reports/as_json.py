"""Scores as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dateline.reports.errors import Mistake
from dateline.scoring import Scores


def render(scores: Scores, mistakes: Sequence[Mistake] = ()) -> str:
    """`{"signature": {...}, "scores": [...], "problems": [...]}`, with "mistakes" where there are any to list.

    An undefined value is null.
    """
    listed = {"mistakes": [_plain(mistake) for mistake in mistakes]} if mistakes else {}
    return json.dumps({**scores.to_dict(), **listed}, ensure_ascii=False, indent=1)


def _plain(mistake: Mistake) -> dict[str, object]:
    return {**mistake._asdict(), "differences": [difference._asdict() for difference in mistake.differences]}
