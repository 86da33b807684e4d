"""What quote resolution takes and gives. All offsets are code points of the raw text, half-open."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from dateline.errata import CleanText
from dateline.locate.views import View

TIERS = ("exact", "clean", "normalised", "folded", "fuzzy")
REASONS = ("not_found", "duplicate", "number_or_boundary", "empty")


class Quote(NamedTuple):
    """A quote to find, and what is known of where it stands.

    Its start lies in `within`, which binds. `prefix` and `suffix`, the text right before and after it, only prefer.
    `key` is the rest of the record: copies of a quote are given their places in the order of their keys.
    """

    text: str
    within: tuple[int, int] | None = None
    prefix: str = ""
    suffix: str = ""
    key: str = ""


class Place(NamedTuple):
    """Where a quote stands and the tier at which it was found; or, without offsets, the reason why it has no place."""

    start: int | None
    end: int | None
    tier: str = ""
    reason: str = ""


class Haystack:
    """A text to look in, with its clean text where there is one; its indexes are built once, when first needed."""

    def __init__(self, text: str, clean: CleanText | None = None) -> None:
        self.text = text
        self.clean = clean

    @cached_property
    def raw_view(self) -> View:
        """The raw text, indexed."""
        return View(self.text)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The raw text, then the clean text where it says anything else."""
        if self.clean is None or self.clean.text == self.text:
            return (self.raw_view,)
        return self.raw_view, View(self.clean.text, self.clean.to_raw)
