"""Normal forms of text, piece by piece, so that an offset in the form is known in the text.

A text is first spelt in kinds, one letter for each code point; every rule about code points is then a pattern over
kinds: s blank, i and b invisible (b between words), z zero width joiner, v variation selector, m what else belongs to
the code point before it, r regional indicator, d digit or other number, n number of a script without blanks, c letter
of one, l letter, e symbol, p anything else; in upper case what normalising may change by more than its case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_JOINER = "\u200d"
_JOINING = frozenset("\u00ad\u034f\u061c\u180e\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_BREAKING = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # which glyph of a character: no matter of wording
_INVISIBLE = dict.fromkeys(map(ord, (_JOINER, *_JOINING, *_BREAKING)))
_ATTACHED = re.compile("[\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")  # vowels of Hangul, skin, tags
_WITHOUT_BLANKS = re.compile(
    "[\u0e01-\u0e4e\u0e80-\u0eff\u1000-\u103f\u1780-\u17d3\u2e80-\u2fdf\u3005-\u3007\u3021-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af]"
)
_QUOTES = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a`\u00b4",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u301d\u301e",
}
_DASHES = {"-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_PLAIN = str.maketrans({mark: plain for plain, marks in {**_QUOTES, **_DASHES}.items() for mark in marks})

_TAIL = r"(?:[ib]*[mv]|z+[eE]?)"
JOINED = rf"(?:rr{_TAIL}*|[^ibsSvz]{_TAIL}+)"
"""Pattern over kinds: code points that are one character to a reader, and are normalised as one."""

_CHANGED = re.compile(rf"[ibsS]{{2,}}|[ibS]|{JOINED}|[A-Zmvz]")
_HIDDEN = frozenset("ibsSvz")
_CORE = re.compile(r"[^ibsSvz](?:.*[^ibsSvz])?(?:[ib]*v|z)*")


class Form(NamedTuple):
    """A quote with its normal forms, both without the white space and the invisible characters around it.

    `lead` and `trail` are the numbers of code points left out before and after. Quotes of the same folded form are
    copies of one another.
    """

    text: str
    lead: int
    trail: int
    normal: str
    folded: str


class _Kinds(dict[int, str]):
    """Code point -> its kind, worked out when first met: a table for str.translate."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _kind(chr(code))
        return found


def _kind(character: str) -> str:
    if character in _JOINING:
        return "i"
    if character in _BREAKING:
        return "b"
    if character == _JOINER:
        return "z"
    if character.isspace():
        return "s" if character == " " else "S"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "r"
    if _SELECTOR.match(character):
        return "v"
    return "m" if _attaches(character) else _sort(character)


def _attaches(character: str) -> bool:
    head = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(head)[0] == "M" or bool(_ATTACHED.match(head))


def _sort(character: str) -> str:
    letter = "p"
    if character.isalnum():
        blanks = not _WITHOUT_BLANKS.match(character)
        letter = ("d" if blanks else "n") if character.isnumeric() else ("l" if blanks else "c")
    elif unicodedata.category(character) == "So":
        letter = "e"
    same = unicodedata.normalize("NFKC", character) == character and len(character.casefold()) == 1
    return letter if same else letter.upper()


_KINDS = _Kinds()


def kinds(text: str) -> str:
    """The kind of each code point."""
    return text.translate(_KINDS)


def pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """The text from first to last code point as (start, end, normal form); a form as long as its piece maps one to one.

    The normal form is NFKC with straight quotes and hyphens for all quotes and dashes, one blank for any white space,
    and without invisible characters. A character whose NFKC has other digits than itself (a half, a square) stays.
    """
    plain = text.translate(_PLAIN)
    position = 0
    for match in _CHANGED.finditer(kinds(plain)):
        start, end = match.span()
        if position < start:
            yield position, start, plain[position:start]
        yield start, end, _blank(match[0]) if match[0][0] in "ibsS" else _normal_piece(plain[start:end])
        position = end
    if position < len(text):
        yield position, len(text), plain[position:]


def _blank(run: str) -> str:
    return " " if "s" in run or "S" in run else ""


def _normal_piece(text: str) -> str:
    seen = _SELECTOR.sub("", text.translate(_INVISIBLE))
    form = unicodedata.normalize("NFKC", seen).translate(_PLAIN)
    return form if _digits(form) == _digits(seen) else unicodedata.normalize("NFC", seen)


def _digits(text: str) -> int:
    return sum(map(str.isdecimal, text))


def normal(text: str) -> str:
    """The normal form of a text without white space around it."""
    if text.isascii():
        return " ".join(text.split()).replace("`", "'")
    return "".join(form for _, _, form in pieces(text))


def form(text: str) -> Form:
    """A quote with its normal forms; they are empty where it has nothing that can be seen."""
    start, end = _core(text)
    plain = normal(text[start:end])
    return Form(text, start, len(text) - end, plain, plain.casefold())


def visible(text: str, start: int, end: int) -> tuple[int, int]:
    """A span of the text without the white space and the invisible characters around it; as it is where all is such."""
    if _HIDDEN.isdisjoint(kinds(text[start : start + 1] + text[end - 1 : end])):
        return start, end
    first, last = _core(text[start:end])
    return (start + first, start + last) if first < last else (start, end)


def shared(one: str, other: str) -> int:
    """How many code points two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _core(text: str) -> tuple[int, int]:
    """What of a text has neither white space nor invisible characters around it."""
    if text.isascii():
        start = len(text) - len(text.lstrip())
        return start, start + len(text.strip())
    match = _CORE.search(kinds(text))
    return match.span() if match else (0, 0)
