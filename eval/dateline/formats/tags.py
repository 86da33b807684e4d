"""Tags of tokens as spans and spans as tags: BIO, IOB1, BIOES and BILOU.

A sequence that breaks the rules of its scheme is read as the conlleval script reads it: whatever cannot continue the
chunk before it begins a new one. No span is dropped for it, and every such tag is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from dateline.errors import DatelineError, UnknownNameError

OUTSIDE = "O"


SCHEMES = {"BIO": "BI", "IOB1": "BI", "BIOES": "BIES", "BILOU": "BILU"}
"""Scheme -> its prefixes: of the first tag of a chunk, those inside, the last, and the only one.

Where there are but two, the last is as those inside and the only one as the first; in IOB1 a chunk begins as it goes
on, unless one of its own label stands right before it.
"""

_ALIASES = {"IOB2": "BIO", "IOBES": "BIOES", "BILUO": "BILOU"}
_GOES_ON = frozenset("IEL")
_IS_OPEN = frozenset("BI")
_PREFIXES = "BIESLU"


class TagError(DatelineError):
    """A tag that belongs to no scheme."""


class Tag(NamedTuple):
    """A tag: its prefix, "O" outside of all chunks, and the label of its chunk."""

    prefix: str
    label: str


class Chunk(NamedTuple):
    """A run of tokens with a label: indexes, half-open."""

    start: int
    end: int
    label: str


NOTHING = Tag(OUTSIDE, "")
"""The tag outside of all chunks, and what stands before and after a sentence."""


def parse(tag: str) -> Tag:
    """Raises TagError for what is neither "O" nor prefix, hyphen and label."""
    prefix, _, label = tag.partition("-")
    if tag == OUTSIDE:
        return NOTHING
    if len(prefix) != 1 or prefix not in _PREFIXES or not label:
        raise TagError(f"{tag!r} is no tag; expected O, or one of {', '.join(_PREFIXES)} with a hyphen and a label")
    return Tag(prefix, label)


def scheme(name: str) -> str:
    """The name in the table, whatever the case. Raises UnknownNameError."""
    known = _ALIASES.get(name.upper(), name.upper())
    if known not in SCHEMES:
        raise UnknownNameError("scheme", name, (*SCHEMES, *_ALIASES))
    return known


def recognised(sentences: Iterable[Sequence[Tag]]) -> str:
    """The scheme in which tags are written.

    L or U are of BILOU alone, E or S of BIOES; else it is IOB1 where no B stands but after a chunk of its own label and
    some chunk begins with I, and BIO otherwise. Spans are the same for both: only what counts as a repair differs.
    """
    pairs = [pair for tags in sentences for pair in pairwise([NOTHING, *tags])]
    prefixes = {tag.prefix for _, tag in pairs}
    if prefixes & {"L", "U"}:
        return "BILOU"
    if prefixes & {"E", "S"}:
        return "BIOES"
    between = all(before.label == tag.label for before, tag in pairs if tag.prefix == "B")
    opening = any(before.label != tag.label for before, tag in pairs if tag.prefix == "I")
    return "IOB1" if between and opening else "BIO"


def chunks(tags: Sequence[Tag]) -> list[Chunk]:
    """The chunks of one sentence, in any scheme."""
    found: list[Chunk] = []
    for index, (before, tag) in enumerate(pairwise([NOTHING, *tags])):
        if tag.prefix == OUTSIDE:
            continue
        if goes_on(before, tag):
            found[-1] = found[-1]._replace(end=index + 1)
        else:
            found.append(Chunk(index, index + 1, tag.label))
    return found


def goes_on(before: Tag, tag: Tag) -> bool:
    """Whether a tag is of the chunk of the tag before it."""
    return tag.prefix in _GOES_ON and before.prefix in _IS_OPEN and before.label == tag.label


def broken(tags: Sequence[Tag], name: str) -> list[int]:
    """The indexes of the tags of one sentence that the scheme does not allow there; the last where a chunk is cut."""
    found = {index for index, pair in enumerate(pairwise([NOTHING, *tags])) if not _is_allowed(*pair, name)}
    if tags and not _is_allowed(tags[-1], NOTHING, name):
        found.add(len(tags) - 1)
    return sorted(found)


def _is_allowed(before: Tag, tag: Tag, name: str) -> bool:
    """Whether a tag may follow another."""
    if tag.prefix not in (OUTSIDE, *SCHEMES[name]):
        return False
    if name == "IOB1":
        return tag.prefix != "B" or before.label == tag.label
    unfinished = name != "BIO" and before.prefix in _IS_OPEN
    return goes_on(before, tag) if unfinished or tag.prefix in _GOES_ON else True


def written(found: Sequence[Chunk], length: int, name: str) -> list[str]:
    """The tags of one sentence of `length` tokens, for chunks in text order that share no token."""
    tags = [OUTSIDE] * length
    for before, chunk in pairwise([Chunk(0, 0, ""), *found]):
        touches = before.end == chunk.start and before.label == chunk.label
        for index, prefix in enumerate(_prefixes(chunk.end - chunk.start, name, touches), chunk.start):
            tags[index] = f"{prefix}-{chunk.label}"
    return tags


def _prefixes(length: int, name: str, touches: bool) -> str:
    """The prefixes of a chunk; `touches` if one of its label stands right before it."""
    if name == "IOB1":
        return ("B" if touches else "I") + "I" * (length - 1)
    if name == "BIO":
        return "B" + "I" * (length - 1)
    begin, inside, end, single = (*SCHEMES[name],)
    return single if length == 1 else begin + inside * (length - 2) + end
