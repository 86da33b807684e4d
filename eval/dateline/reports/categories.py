"""Error categories and confusion matrices, in text, Markdown or JSON, as parts of the report of scores."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dateline.categories import Tally
from dateline.errors import UnknownNameError
from dateline.layers.base import MISSED, OVERALL, SPURIOUS, UNREADABLE
from dateline.reports import markdown, text
from dateline.reports.errors import Mistake
from dateline.reports.tables import Table

if TYPE_CHECKING:
    import pandas

Draw = Callable[[Sequence[Mistake]], str]
"""Renders the report of scores, with mistakes."""


class Analysis(NamedTuple):
    """What is reported beside the scores: counts of categories, and confusion matrices by their fields."""

    tallies: Sequence[Tally] = ()
    confusions: Mapping[str, pandas.DataFrame] = {}


def tables(found: Analysis) -> Iterator[Table]:
    """A table of the categories of each layer, then one for each confusion matrix."""
    overall = [tally for tally in found.tallies if tally.group == OVERALL]
    for name in dict.fromkeys(tally.layer for tally in overall):
        yield _categories(name, [tally for tally in overall if tally.layer == name])
    for field, matrix in found.confusions.items():
        yield _matrix(field, matrix)


def _categories(name: str, tallies: Sequence[Tally]) -> Table:
    """The categories that occur, and the totals that they add up to."""
    rows = [(tally.category, tally.gold, tally.predicted) for tally in tallies if tally.gold or tally.predicted]
    total = ("total", sum(tally.gold for tally in tallies), sum(tally.predicted for tally in tallies))
    cells = ((category, str(gold), str(predicted)) for category, gold, predicted in (*rows, total))
    return Table(f"Error categories: {name}", ("", "gold", "predicted"), tuple(cells))


def _matrix(field: str, matrix: pandas.DataFrame) -> Table:
    """Labels are numbered, so that many fit beside each other; what never meets is left blank."""
    plain = [name for name in matrix.columns if name not in (MISSED, UNREADABLE)]
    number = {name: str(place) for place, name in enumerate(plain, 1)}
    heads = (number.get(name, name) for name in matrix.columns)
    rows = tuple(
        (f"{number[name]} {name}" if name != SPURIOUS else name, *(str(count) if count else "" for count in counts))
        for name, counts in zip(matrix.index, matrix.values.tolist(), strict=True)
    )
    return Table(f"{field}: gold in rows, predicted in columns", ("", *heads), rows)


PAGES: dict[str, Callable[[Iterable[str], Iterable[Table]], str]] = {"text": text.page, "markdown": markdown.page}
"""Form -> what draws tables in it; JSON holds the numbers themselves."""

JSON = "json"


def render(form: str, draw: Draw, mistakes: Sequence[Mistake], found: Analysis) -> str:
    """The report of scores with what was found between their tables and the mistakes; in JSON under keys of its own.

    Raises UnknownNameError for a form that has no place for it.
    """
    if not (found.tallies or found.confusions):
        return draw(mistakes)
    if form == JSON:
        return json.dumps({**json.loads(draw(mistakes)), **as_plain(found)}, ensure_ascii=False, indent=1)
    if form not in PAGES:
        raise UnknownNameError("form of error categories and confusion matrices", form, (*PAGES, JSON))
    scores = draw(()).rstrip("\n")
    parts = scores, PAGES[form]((), tables(found)), draw(mistakes).removeprefix(scores)
    return "\n\n".join(part for page in parts if (part := page.strip("\n"))) + "\n"


def as_plain(found: Analysis) -> dict[str, object]:
    """`{"categories": [...], "confusion": {field: {"gold": [...], "predicted": [...], "counts": [[...]]}}}`.

    A key is there where it was asked for; rows of the counts are gold labels.
    """
    categories = {"categories": [tally._asdict() for tally in found.tallies]} if found.tallies else {}
    return {**categories, **({"confusion": _plain(found.confusions)} if found.confusions else {})}


def _plain(confusions: Mapping[str, pandas.DataFrame]) -> dict[str, object]:
    return {
        field: {"gold": [*matrix.index], "predicted": [*matrix.columns], "counts": matrix.values.tolist()}
        for field, matrix in confusions.items()
    }
