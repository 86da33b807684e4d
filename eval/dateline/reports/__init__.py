"""Scores as text, Markdown or JSON."""

from __future__ import annotations

from typing import Protocol

from dateline.errors import UnknownNameError
from dateline.reports import as_json, markdown, text
from dateline.reports.beside import NOTHING, Beside
from dateline.scoring import Scores


class Report(Protocol):
    """What renders scores."""

    def __call__(self, scores: Scores, beside: Beside = NOTHING) -> str:
        """Scores, and what was asked for beside them, as a string."""


REPORTS: dict[str, Report] = {
    "text": text.render,
    "markdown": markdown.render,
    "json": as_json.render,
}
"""Name of a report -> what renders it."""


def report(name: str) -> Report:
    """A report by its name. Raises UnknownNameError."""
    if name not in REPORTS:
        raise UnknownNameError("report", name, REPORTS)
    return REPORTS[name]
