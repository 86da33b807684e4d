"""Quotes to offsets: where in a text the words stand that a system quotes without saying where.

A quote is looked for at the tiers exact, clean (verbatim in the clean text), normalised (NFKC, straight quotes,
hyphens, single blanks, nothing invisible; in the raw text, then in the clean), folded (without case) and, if asked for,
fuzzy. At every tier a match begins and ends at boundaries of characters, words and numbers, and has the digits of the
quote. The gold is never seen.

Quotes of the same folded form are copies of one another, "Bangui" and "bangui" too, and no two of them get the same
occurrence; what several tiers find in one place is one occurrence. As many copies as possible get one; then their tiers
are the best, and occurrences stand side by side rather than overlapping; then prefixes and suffixes agree most; then
occurrences are early. Among equals the key decides, never the order of the quotes. A tier thus serves what the tiers
before it cannot, and fuzzy serves quotes that stand nowhere. (For huge numbers of copies see copies.assign.)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from dateline.locate.base import REASONS, TIERS, Haystack, Place, Quote
from dateline.locate.copies import Option, Options, Site, assign, inside, place_within
from dateline.locate.forms import Form, form, visible
from dateline.locate.fuzzy import near
from dateline.locate.views import LEVELS, Extent, View

__all__ = ["REASONS", "TIERS", "Haystack", "Place", "Quote", "locate"]

Forms = dict[str, Form]
Taken = Collection[Extent]


def locate(
    quotes: Sequence[Quote], haystack: Haystack, *, fuzzy: bool = False, taken: Collection[tuple[int, int]] = ()
) -> list[Place]:
    """The place of each quote: raw code points, half-open, and the tier; or no offsets and the reason.

    `taken` are spans that are not given away, with or without the white space around them. Reasons: "empty", nothing
    visible in the quote; "not_found", nowhere in the text or not in `within`; "number_or_boundary", only inside a
    longer word or number; "duplicate", all occurrences went to other copies or are taken.
    """
    forms = {text: form(text) for text in {quote.text for quote in quotes}}
    held = frozenset(visible(haystack.text, *span) for span in taken)
    places = [Place(None, None, reason="empty")] * len(quotes)
    for members in _groups(quotes, forms):
        copies = [quotes[index] for index in members]
        for index, place in zip(members, _located(copies, forms, haystack, held, fuzzy), strict=True):
            places[index] = place
    return places


def _groups(quotes: Sequence[Quote], forms: Forms) -> Iterable[list[int]]:
    """The indexes of the copies of each quote, in the order of their keys."""
    groups: dict[str, list[int]] = {}
    for index, quote in enumerate(quotes):
        groups.setdefault(forms[quote.text].folded, []).append(index)
    groups.pop("", None)
    for members in filter(lambda members: len(members) > 1, groups.values()):
        members.sort(key=lambda index: (quotes[index].key, quotes[index]._replace(within=place_within(quotes[index]))))
    return groups.values()


def _located(copies: Sequence[Quote], forms: Forms, haystack: Haystack, taken: Taken, fuzzy: bool) -> list[Place]:
    folded, reach = forms[copies[0].text].folded, _reach(copies, forms)
    views = [haystack.raw_view] if haystack.raw_view.has(folded, reach) else []
    if views and (places := _verbatim(copies, forms, haystack.raw_view, taken)):
        return places
    views += [view for view in haystack.views[1:] if view.has(folded, reach)]
    sites = _sites(folded, views, reach)
    options = _options(copies, forms, sites) if sites else {}
    found = _matched(copies, sites, options, taken) if sites else {}
    for i, copy in enumerate(copies):
        if i not in found:
            there = inside(copy, options.get(copy.text, ()))
            reason = "duplicate" if there else _absent(copy, folded, views, haystack.text)
            found[i] = Place(None, None, reason=reason)
    return _mended(copies, found, forms, haystack, taken) if fuzzy else [found[i] for i in range(len(copies))]


def _verbatim(copies: Sequence[Quote], forms: Forms, view: View, taken: Taken) -> list[Place]:
    """The first places that have the quote verbatim, one for each copy; empty where there is more to weigh."""
    first = copies[0]
    if any(copy.prefix or copy.suffix or (copy.text, copy.within) != (first.text, first.within) for copy in copies):
        return []
    quote, (free, last) = forms[first.text], place_within(first)
    places: list[Place] = []
    for at, to in view.occurrences(quote.folded, (free, last + quote.lead)):
        level, start, end = view.likeness(quote, at, to)
        if level == 0 and free <= start < last and view.span(at, to) not in taken:
            places.append(Place(start, end, LEVELS[level]))
            free = end
        if len(places) == len(copies):
            return places
    return []


def _reach(copies: Iterable[Quote], forms: Forms) -> Extent:
    """The span in which any of the copies may start, without the white space before it."""
    starts, ends = zip(*map(place_within, copies), strict=True)
    return min(starts), max(ends) + max(forms[copy.text].lead for copy in copies)


def _sites(folded: str, views: Sequence[View], reach: Extent) -> list[Site]:
    """All occurrences, in text order. What the clean text has inside or around one of the raw text is that one."""
    found: dict[Extent, list[tuple[View, int, int]]] = {}
    for view in views:
        known = sorted(found)
        for at, to in view.occurrences(folded, reach):
            span = view.span(at, to)
            if span in found or not _is_nested(span, known):
                found.setdefault(span, []).append((view, at, to))
    return [Site(*span, tuple(where)) for span, where in sorted(found.items(), key=lambda item: item[0])]


def _is_nested(span: Extent, known: Sequence[Extent]) -> bool:
    """Whether a span is inside or around one of some spans that are as good as equally long."""
    place = bisect_left(known, span)
    return any(
        (start <= span[0] and span[1] <= end) or (span[0] <= start and end <= span[1])
        for start, end in known[max(0, place - 1) : place + 1]
    )


def _options(copies: Iterable[Quote], forms: Forms, sites: Sequence[Site]) -> Options:
    echoes = _echoes(sites)
    return {
        text: [_option(forms[text], site, echo) for site, echo in zip(sites, echoes, strict=True)]
        for text in sorted({copy.text for copy in copies})
    }


def _option(quote: Form, site: Site, echo: bool) -> Option:
    level, start, end = min(view.likeness(quote, at, to) for view, at, to in site.found)
    return Option(2 * level + echo, start, end)


def _matched(copies: Sequence[Quote], sites: Sequence[Site], options: Options, taken: Taken) -> dict[int, Place]:
    """Copy -> place, for those that get one."""
    free = [j for j, site in enumerate(sites) if site[:2] not in taken]
    rows = {text: [row[j] for j in free] for text, row in options.items()}
    places = {}
    for i, j in assign(copies, [sites[j] for j in free], rows).items():
        cost, start, end = rows[copies[i].text][j]
        places[i] = Place(start, end, LEVELS[cost // 2])
    return places


def _echoes(sites: Iterable[Site]) -> list[bool]:
    """Which sites overlap one before them that is none: "a a" is in "a a a a" twice, and once in between."""
    echoes = []
    free = 0
    for site in sites:
        echoes.append(site.start < free)
        free = free if echoes[-1] else site.end
    return echoes


def _absent(copy: Quote, folded: str, views: Iterable[View], text: str) -> str:
    """Why a copy has no occurrence."""
    start, end = place_within(copy)
    if any(view.has(folded, (start, end)) for view in views):
        return "number_or_boundary"
    if text.isascii():
        return "not_found"
    cut = text.find(copy.text, start, end - 1 + len(copy.text)) >= 0  # "cafe" of a decomposed "café": no view has it
    return "number_or_boundary" if cut else "not_found"


def _mended(
    copies: Sequence[Quote], places: dict[int, Place], forms: Forms, haystack: Haystack, taken: Taken
) -> list[Place]:
    """The places, with those of quotes that stand nowhere looked for again, slips allowed."""
    lost = [i for i, place in sorted(places.items()) if place.reason == "not_found"]
    slips = near(forms[copies[0].text], haystack.views) if lost else {}
    held = {*taken, *((place.start, place.end) for place in places.values())}
    sites = [site for site in slips if site[:2] not in held]
    rows = {copies[i].text: [Option(slips[site], site.start, site.end) for site in sites] for i in lost}
    for i, j in assign([copies[i] for i in lost], sites, rows).items():
        places[lost[i]] = Place(sites[j].start, sites[j].end, "fuzzy")
    return [places[i] for i in range(len(copies))]
