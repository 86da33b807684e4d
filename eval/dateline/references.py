"""Which gold entity a prediction means: by the place of a mention, by one of its own identifiers, or by a name."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from dateline.corpus import GoldDocument
from dateline.model import Entity, EntityRef, Mention, Reference


class Unresolved(NamedTuple):
    """A reference to no entity of the gold; equal only to one that is worded alike."""

    wording: str


Identity = str | Unresolved
"""An entry of the registry, or what stands for none."""

Names = Mapping[str, frozenset[str]]
"""Normalised name -> the entities that bear it."""


@lru_cache(maxsize=2**16)
def normalise(name: str) -> str:
    """A name as it is compared: NFKC, case folded, punctuation and white space as single spaces, no leading "the".

    Single letters in a row are one word, so that "U. N.", "U.N." and "UN" are the same.
    """
    words = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", words.removeprefix("the "))


def names_of(entities: Iterable[tuple[str, str]]) -> Names:
    """The table of (name, entity) pairs."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for name, entity_id in entities:
        table[normalise(name)].add(entity_id)
    return {name: frozenset(found) for name, found in table.items() if name}


def registry_names(registry: Mapping[str, Entity]) -> Names:
    """The names and aliases of the whole registry."""
    return names_of((name, entity.entity_id) for entity in registry.values() for name in (entity.name, *entity.aliases))


def identity(ref: EntityRef) -> str:
    """The entity of a reference in gold."""
    return ref if isinstance(ref, str) else ref.entity_id or ""


class Resolver:
    """Resolves what one prediction says about one document; it holds no state but tables that are made once."""

    def __init__(
        self, gold: GoldDocument, registry: Mapping[str, Entity], names: Names, mentions: Sequence[Mention] = ()
    ) -> None:
        self.gold, self.registry, self.names, self.mentions = gold, registry, names, mentions

    def entity(self, ref: EntityRef) -> Identity:
        """The entity of a reference. Offsets decide, if a gold mention lies there; else the string, else nothing does.

        A string is one of the prediction's own entity_ids and stands for their mentions; else an identifier of the
        registry; else a name: of the registry, or of a name mention in the document. A name that two entities bear
        refers to none.
        """
        if isinstance(ref, str):
            return self._by_string(ref)
        named = self._by_string(ref.entity_id) if ref.entity_id else None
        mention = self.mention(ref)
        if mention is None:
            return named or self._by_string(self.gold.text[ref.start : ref.end])
        return named if isinstance(named, str) and mention.accepts("entity_id", named) else mention.entity_id or ""

    def entities(self, refs: Iterable[EntityRef]) -> frozenset[Identity]:
        """The entities of several references, as a set."""
        return frozenset(self.entity(ref) for ref in refs)

    def mention(self, ref: Reference | Mention) -> Mention | None:
        """The gold mention, of any level, with the same span; else the one that shares most code points.

        Of equals the shortest, then the first, then by entity_id. The head need not be shared.
        """
        if ref.start is None or ref.end is None:
            return None
        if exact := self._by_span.get((ref.start, ref.end)):
            return exact
        first = bisect_left(self._starts, ref.start - self._longest)
        last = bisect_left(self._starts, ref.end)
        near = [mention for mention in self._ordered[first:last] if mention.end > ref.start]
        return min(near, key=lambda mention: _distance(mention, ref.start or 0, ref.end or 0), default=None)

    def _by_string(self, wording: str) -> Identity:
        if (own := self._own.get(wording)) is not None:
            return own
        # An identifier of the registry is public and says no more than a name; taking it lets the gold, laid on
        # itself, score 1.0 in each layer alone.
        if wording in self.registry:
            return wording
        name = normalise(wording)
        found = self._local_names.get(name, frozenset()) | self.names.get(name, frozenset())
        return next(iter(found)) if len(found) == 1 else Unresolved(name)

    @cached_property
    def _own(self) -> dict[str, str]:
        """The prediction's own entity_ids -> the gold entity that most of their mentions are: exact ones, if any are.

        Of equals the first by entity_id.
        """
        exact: defaultdict[str, Counter[str]] = defaultdict(Counter)
        near: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for mention in self.mentions:
            if mention.entity_id and (gold := self.mention(mention)) and gold.entity_id:
                same = (gold.start, gold.end) == (mention.start, mention.end)
                (exact if same else near)[mention.entity_id][gold.entity_id] += 1
        return {own: min(votes, key=lambda found: (-votes[found], found)) for own, votes in {**near, **exact}.items()}

    @cached_property
    def _ordered(self) -> list[Mention]:
        return sorted(self.gold.entities, key=lambda mention: mention.start)

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self._ordered]

    @cached_property
    def _longest(self) -> int:
        return max((mention.end - mention.start for mention in self._ordered), default=0)

    @cached_property
    def _by_span(self) -> dict[tuple[int, int], Mention]:
        ordered = sorted(self.gold.entities, key=lambda mention: mention.entity_id or "", reverse=True)
        return {(mention.start, mention.end): mention for mention in ordered}

    @cached_property
    def _local_names(self) -> Names:
        """Texts of the name mentions here; an optional one may stand for something else than it says."""
        mentions = (mention for mention in self.gold.entities if mention.level == "name" and not mention.optional)
        return names_of((mention.text, mention.entity_id) for mention in mentions if mention.text and mention.entity_id)


def _distance(mention: Mention, start: int, end: int) -> tuple[int, int, int, str]:
    """The sort key of mentions for an inexact reference: smallest is best."""
    shared = min(mention.end, end) - max(mention.start, start)
    return -shared, mention.end - mention.start, mention.start, mention.entity_id or ""
