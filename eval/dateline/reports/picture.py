"""An annotated segment as SVG: names and figures marked in the text, figures and stances spelt out below it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from dateline.corpus import Corpus, GoldDocument
from dateline.errors import UnknownNameError
from dateline.model import Figure, Reference, Stance

COLUMNS, CHARACTER, LINE, MARGIN = 84, 8.4, 44, 20  # code points a line; pixels for the rest
COLOURS = {"entities": ("#dbeafe", "#1d4ed8"), "figures": ("#fef3c7", "#b45309"), "stances": ("#dcfce7", "#15803d")}


class Mark(NamedTuple):
    """A stretch of the segment to colour, counted from the segment's start, with its label."""

    start: int
    end: int
    layer: str
    label: str


def annotated_segment(corpus: Corpus, doc_id: str, segment_id: str) -> str:
    """The SVG of one segment with its gold. Raises UnknownNameError for a document or segment that is not there."""
    document = corpus.document(doc_id)
    segments = {segment.id: segment for segment in document.segments}
    if segment_id not in segments:
        raise UnknownNameError("segment", segment_id, segments)
    segment = segments[segment_id]
    rows = wrap(document.text[segment.start : segment.end])
    marks = list(_marks(document, segment.start, segment.end))
    facts = list(_facts(corpus, document, segment_id))
    body = [part for index, row in enumerate(rows) for part in _row(row, index, marks)]
    top = MARGIN + LINE * len(rows) + 10
    body += [_fact(layer, text, top + 22 * index) for index, (layer, text) in enumerate(facts)]
    return _svg(body, top + 22 * len(facts) + 4)


def wrap(text: str) -> list[tuple[int, str]]:
    """The text in lines of at most COLUMNS code points, each with its offset; nothing is dropped but end blanks."""
    rows, offset = [], 0
    for line in textwrap.wrap(text, COLUMNS, drop_whitespace=False, replace_whitespace=False, break_long_words=False):
        rows.append((offset, line))
        offset += len(line)
    return rows


def _marks(document: GoldDocument, start: int, end: int) -> Iterator[Mark]:
    for mention in document.entities:
        if start <= mention.start < end:
            yield Mark(mention.start - start, mention.end - start, "entities", mention.type)
    for figure in document.figures:
        if start <= figure.start < end:
            yield Mark(figure.start - start, figure.end - start, "figures", figure.category or "")


def _facts(corpus: Corpus, document: GoldDocument, segment_id: str) -> Iterator[tuple[str, str]]:
    for figure in document.figures:
        if figure.segment_id == segment_id:
            yield "figures", _figure_line(corpus, figure)
    for stance in document.stances:
        if stance.segment_id == segment_id:
            yield "stances", _stance_line(corpus, stance)


def _figure_line(corpus: Corpus, figure: Figure) -> str:
    bounds = [bound.value for bound in (figure.lower, figure.upper) if bound]
    number = figure.term or "-".join(map(str, bounds)) or figure.value
    unit = f" {figure.unit.text}" if figure.unit else ""
    counted = f" {figure.counted.text}" if figure.counted else ""
    source = "".join(f", says {corpus.registry[who].name}" for who in figure.source if isinstance(who, str))
    return f"{figure.comparator} {number}{unit}{counted}: {figure.category}, {figure.status}{source}"


def _stance_line(corpus: Corpus, stance: Stance) -> str:
    holder = stance.holder.entity_id if isinstance(stance.holder, Reference) else stance.holder
    name = corpus.registry[holder or ""].name
    return f"{name} \N{RIGHTWARDS ARROW} {stance.polarity}: {corpus.concepts[stance.concept_id].proposition}"


def _row(row: tuple[int, str], index: int, marks: list[Mark]) -> Iterator[str]:
    offset, text = row
    y = MARGIN + LINE * index + 14
    for mark in marks:
        start, end = max(mark.start, offset) - offset, min(mark.end, offset + len(text)) - offset
        if start < end:
            yield _highlight(mark, start, end, y)
    width = len(text.rstrip()) * CHARACTER
    yield f'<text x="{MARGIN}" y="{y}" class="raw" textLength="{width:.1f}">{escape(text.rstrip())}</text>'


def _highlight(mark: Mark, start: int, end: int, y: int) -> str:
    fill, ink = COLOURS[mark.layer]
    x, width = MARGIN + start * CHARACTER - 2, (end - start) * CHARACTER + 4
    return (
        f'<rect x="{x:.1f}" y="{y - 14}" width="{width:.1f}" height="19" rx="3" fill="{fill}"/>'
        f'<text x="{x + 2:.1f}" y="{y + 17}" class="label" fill="{ink}">{escape(mark.label)}</text>'
    )


def _fact(layer: str, text: str, y: int) -> str:
    fill, ink = COLOURS[layer]
    return (
        f'<rect x="{MARGIN}" y="{y - 10}" width="62" height="16" rx="3" fill="{fill}"/>'
        f'<text x="{MARGIN + 6}" y="{y + 2}" class="label" fill="{ink}">{layer}</text>'
        f'<text x="{MARGIN + 74}" y="{y + 2}" class="fact">{escape(text)}</text>'
    )


def _svg(body: list[str], height: int) -> str:
    width = round(COLUMNS * CHARACTER + 2 * MARGIN)
    style = (
        ".raw{font:14px monospace;fill:#111827;white-space:pre}"
        ".label{font:11px sans-serif}.fact{font:13px sans-serif;fill:#111827}"
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"',
        f' width="{width}" height="{height}">',
        f"<style>{style}</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff" stroke="#d1d5db"/>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
