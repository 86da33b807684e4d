"""Runs of capitalised words, cut into names: titles, nationality words, days and months are no part of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dateline.model import Segment
from dateline.systems.rules.countries import is_country, is_nationality
from dateline.systems.rules.lexicon import (
    CALENDAR,
    FUNCTION_WORDS,
    OPERATION_HEADS,
    ORGANISATION_HEADS,
    RELIGIONS,
    TITLES,
)

LINKS = ("of the", "of", "for")  # join what follows to a head word ("Ministry of Health")
_PARTICLES = ("de", "du", "la", "al", "el", "bin", "van", "von")
_UPPER = "[A-Z\u00c0-\u00d6\u00d8-\u00de]"
_WORD = rf"(?:(?:{_UPPER}\.)+|(?<!\w){_UPPER}\w*(?:[-'\u2019]\w+)*)"
_RUN = re.compile(rf"{_WORD}(?: (?:(?:{'|'.join((*LINKS, *_PARTICLES))}) )?{_WORD})*")
_TOKEN = re.compile(rf"{'|'.join(LINKS)}|[^\s]+")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_HEADS = OPERATION_HEADS.union(*ORGANISATION_HEADS.values())


class Token(NamedTuple):
    """A word of a run of capitalised words, or what links two of them."""

    start: int
    end: int
    text: str


class Name(NamedTuple):
    """A name where it stands. `opens`: a capital would stand there in any case; `titled`: a title stands before it."""

    start: int
    end: int
    text: str
    opens: bool
    titled: bool
    in_dateline: bool


def names(text: str, segment: Segment) -> Iterator[Name]:
    """The names in a segment, in order."""
    for run in _RUN.finditer(text, segment.start, segment.end):
        tokens = [Token(run.start() + t.start(), run.start() + t.end(), t[0]) for t in _TOKEN.finditer(run[0])]
        for part in _parts(tokens):
            for name in _peeled(part):
                opens = segment.kind == "heading" or not re.search(r"\w", text[segment.start : name.start])
                quoted = text[name.start - 1 : name.start] in ("'", '"', "\u201c", "\u2018")
                yield name._replace(opens=opens or quoted, in_dateline=segment.kind == "dateline")


def _parts(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The run, cut after a possessive, at days and months, and at a link that follows no head word."""
    part: list[Token] = []
    for token in tokens:
        links = token.text in LINKS
        if token.text.rstrip(".") in CALENDAR or (links and not (part and part[-1].text in _HEADS | {"Republic"})):
            yield part
            part = []
        elif _POSSESSIVE.search(token.text):
            yield [*part, Token(token.start, token.end - 2, token.text[:-2])]
            part = []
        else:
            part.append(token)
    yield part


def _peeled(part: list[Token]) -> Iterator[Name]:
    """The name without function words and titles before it; a nationality or religion word is a name of its own."""
    while part and part[0].text.lower() in FUNCTION_WORDS:
        part = part[1:]
    titled = False
    while part and not _is_whole(part):
        peoples = next((n for n in (2, 1) if _is_people(_joined(part[:n]))), 0)
        if peoples:
            yield _name(part[:peoples], titled=False)
        elif part[0].text.rstrip(".") not in TITLES:
            break
        titled = titled or not peoples
        part = part[peoples or 1 :]
    if part:
        yield _name(part, titled=titled)


def _is_whole(part: list[Token]) -> bool:
    """Whether nothing may be taken off: a country, or a name with a head word ("French Army", "Foreign Ministry")."""
    head = next((i for i, token in enumerate(part) if token.text in LINKS), len(part)) - 1
    return is_country(_joined(part)) or (len(part) > 1 and part[head].text in _HEADS)


def _is_people(words: str) -> bool:
    return is_nationality(words) or bool(RELIGIONS.fullmatch(words))


def _joined(part: list[Token]) -> str:
    return " ".join(token.text for token in part)


def _name(part: list[Token], *, titled: bool) -> Name:
    return Name(part[0].start, part[-1].end, _joined(part), opens=False, titled=titled, in_dateline=False)
