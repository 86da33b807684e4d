"""The measures of all layers with their definitions, as `dateline measures` lists them."""

from __future__ import annotations

from dateline.layers import LAYERS
from dateline.measures import KINDS
from dateline.reports import text
from dateline.reports.tables import Table


def listing() -> str:
    """Every measure, the numbers that it gives, and what counts as right; a star marks the headline measures."""
    rows = tuple(
        (f"{name}{' *' if measure.headline else ''}", ", ".join(KINDS[measure.kind]), measure.definition)
        for module in LAYERS.values()
        for name, measure in module.MEASURES.items()
    )
    return text.page((), [Table("", ("measure", "numbers", "what counts as right"), rows, words=True)])
