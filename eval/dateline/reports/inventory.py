"""What the corpus holds, as text, Markdown or JSON, and in short for README.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dateline.inventory import IN_TEXT, Field, Inventory, Spread
from dateline.reports import as_json as to_json
from dateline.reports import markdown
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import UNDEFINED, Table, rounded, signed


def tables(inventory: Inventory) -> Iterator[Table]:
    """Layers, all labels, those with few records, then what is counted and what is spread."""
    yield _layers(inventory)
    yield _by_segment(inventory)
    yield _labels(inventory)
    yield _few(inventory)
    yield Table("Counts", ("", "number"), tuple((name, str(number)) for name, number in _counts(inventory)))
    spreads = tuple((name, *_spread(found)) for name, found in _spreads(inventory))
    yield Table("Spreads", ("", "n", "mean", "median", "largest"), spreads)


def notes(inventory: Inventory) -> list[str]:
    """The signature in one line, the digest shortened; what is counted; what cannot be tested."""
    meant = "Optional records are counted, except among the required ones; alternative labels are not."
    return [signed(inventory.signature), meant, f"{covered(inventory)}."]


def covered(inventory: Inventory) -> str:
    """How many labels have few records: a sentence without its full stop."""
    found, concepts = inventory.coverage, inventory.concepts
    labels = f"{found.below} of {found.labels} labels, and {len(concepts.few())} of {len(concepts.labels)} concepts"
    return f"{labels}, have fewer than {found.limit} required records"


def section(inventory: Inventory) -> str:
    """Layers and coverage as README.md has them, without headings."""
    line = f"{covered(inventory)}: the corpus cannot test them. The labels, each with its number:"
    return "\n".join((_bare(_layers(inventory)), markdown.page((line,), ()), _bare(_few(inventory))))


def as_json(inventory: Inventory) -> str:
    """Everything as one object, with the whole digest and every label by kind of segment; what is undefined is null."""
    return to_json.page(inventory)


FORMS: dict[str, Callable[[Inventory], str]] = {**drawn(notes, tables), "json": as_json}
"""Name of a form -> what renders it."""


def render(inventory: Inventory, form: str = "text") -> str:
    """The inventory in a form. Raises UnknownNameError."""
    return rendered("inventory", FORMS, inventory, form)


def _bare(table: Table) -> str:
    """A Markdown table without its heading."""
    return markdown.page((), [table]).partition("\n\n")[2]


def _layers(inventory: Inventory) -> Table:
    rows = (
        (name, str(found.records), str(found.optional), str(found.required), rounded(found.density, ".1f"))
        for name, found in inventory.layers.items()
    )
    return Table("Layers", ("", "records", "optional", "required", "per 1,000 code points"), tuple(rows))


def _by_segment(inventory: Inventory) -> Table:
    counts = {name: inventory.layers[name].by_segment for name in IN_TEXT}
    rows = ((name, *map(str, by_segment.values())) for name, by_segment in counts.items())
    return Table("Records by kind of segment", ("", *counts["segments"]), tuple(rows))


def _labels(inventory: Inventory) -> Table:
    fields = {**inventory.fields, "stances.concept_id": inventory.concepts}
    rows = ((name, str(field.null.records), _listed(_numbers(field))) for name, field in fields.items())
    return Table("Records by label", ("field", "null", "labels"), tuple(rows), words=True)


def _few(inventory: Inventory) -> Table:
    rows = ((name, _listed(few)) for name, few in inventory.coverage.fields.items())
    title = f"Labels with fewer than {inventory.coverage.limit} required records"
    return Table(title, ("field", "labels"), tuple(rows), words=True)


def _numbers(field: Field) -> dict[str, int]:
    return {label: count.records for label, count in field.labels.items()}


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{label} {number}" for label, number in numbers.items())


def _counts(inventory: Inventory) -> Iterator[tuple[str, int]]:
    mentions, figures, stances = inventory.mentions, inventory.figures, inventory.stances
    yield "mentions inside another", mentions.nested
    yield "spans around a mention, at most", mentions.depth
    for level, chains in mentions.chains.items():
        yield f"entities mentioned ({level})", chains.entities
        yield f"singletons ({level})", chains.singletons
    yield "facts", figures.facts
    yield "figures with source", figures.with_source
    yield "figures with place", figures.with_place
    yield "figures with time", figures.with_time
    yield "holders", stances.holders
    yield "positions", stances.positions


def _spreads(inventory: Inventory) -> Iterator[tuple[str, Spread]]:
    chains = inventory.mentions.chains
    for level, found in chains.items():
        yield f"mentions of an entity ({level})", found.mentions
    for level, found in chains.items():
        yield f"segments back to the mention before ({level})", found.segments
    for level, found in chains.items():
        yield f"code points back to it ({level})", found.code_points
    yield "figures of a fact", inventory.figures.figures
    yield "stances of a position", inventory.stances.stances
    yield "evidence segments of a stance", inventory.stances.evidence


def _spread(found: Spread) -> tuple[str, ...]:
    largest = UNDEFINED if found.largest is None else str(found.largest)
    return str(found.number), rounded(found.mean, ".1f"), rounded(found.median, ".1f"), largest
