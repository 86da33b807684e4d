"""The forms of a report that is made of lines and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from dateline.errors import UnknownNameError
from dateline.reports import markdown, text
from dateline.reports.tables import Table

Found = TypeVar("Found")


def drawn(
    notes: Callable[[Found], Iterable[str]], tables: Callable[[Found], Iterable[Table]]
) -> dict[str, Callable[[Found], str]]:
    """Name of a form -> what draws lines and tables in it: for a terminal, and for a page."""
    return {
        "text": lambda found: text.page(notes(found), tables(found)),
        "markdown": lambda found: markdown.page(notes(found), tables(found)),
    }


def rendered(what: str, forms: Mapping[str, Callable[[Found], str]], found: Found, form: str) -> str:
    """What was found, in a form. Raises UnknownNameError."""
    if form not in forms:
        raise UnknownNameError(f"form of the {what}", form, forms)
    return forms[form](found)
