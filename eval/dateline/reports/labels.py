"""Label maps: all of them in a list, one as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.labelmaps import LabelMap, known, labelmap
from dateline.reports import markdown, text
from dateline.reports.tables import UNDEFINED, Table


def listing() -> str:
    """The maps that come with dateline, with the common labels of each."""
    maps = (labelmap(name) for name in known())
    rows = tuple((used.name, used.content.title, ", ".join(used.common)) for used in maps)
    return text.page((), [Table("", ("map", "what it is", "common labels"), rows, words=True)])


def render(name: str) -> str:
    """The map of a name, or of a file: its title, source and note, and a table of each side.

    Raises UnknownNameError, InputError.
    """
    used = labelmap(name)
    notes = (part for part in (used.content.title, f"Source: {used.content.source}", used.content.note) if part)
    return markdown.page(notes, tables(used))


def tables(used: LabelMap) -> Iterator[Table]:
    """The common labels, then the rows of the other scheme and of this corpus; an en dash: not scored."""
    content = used.content
    common = tuple((row.label, row.definition) for row in content.common)
    foreign = tuple((row.label, row.common or UNDEFINED, row.meaning) for row in content.foreign)
    own = tuple((row.label, row.common or UNDEFINED, row.reason) for row in content.dateline)
    yield Table("Common labels", ("label", "what it covers"), common, words=True)
    yield Table(f"Labels of {used.name}", ("label", "common label", "meaning"), foreign, words=True)
    yield Table("Labels of this corpus", ("label", "common label", "why"), own, words=True)
