"""The grammar of quantities in English news text: numerals in digits and words, what bounds them, and their unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from dateline.model import Bound, Unit
from dateline.vocabulary import labels

Number = int | float

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_CARDINALS = {"zero": 0, **{word: value for value, word in enumerate(_ONES + _TEENS, 1)}}
_CARDINALS |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": Fraction(1, 2), "halve": Fraction(1, 2), "quarter": Fraction(1, 4)}
_PARTS |= {word: Fraction(1, value) for value, word in enumerate(_ORDINALS, 3)}

COMPARATORS = {
    "more than": "more_than",
    "greater than": "more_than",
    "upwards of": "more_than",
    "in excess of": "more_than",
    "over": "more_than",
    "above": "more_than",
    "exceeding": "more_than",
    "at least": "at_least",
    "no fewer than": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "a minimum of": "at_least",
    "less than": "less_than",
    "fewer than": "less_than",
    "under": "less_than",
    "below": "less_than",
    "nearly": "less_than",
    "almost": "less_than",
    "at most": "at_most",
    "no more than": "at_most",
    "not more than": "at_most",
    "up to": "at_most",
    "as many as": "at_most",
    "as much as": "at_most",
    "a maximum of": "at_most",
    "about": "about",
    "around": "about",
    "roughly": "about",
    "approximately": "about",
    "an estimated": "about",
    "estimated": "about",
    "close to": "about",
    "some": "about",
}
"""Wordings that stand before a numeral -> label of the figure vocabulary `comparator`."""

BOUNDS: dict[str, dict[str, bool]] = {
    "more_than": {"lower": False},
    "at_least": {"lower": True},
    "less_than": {"upper": False},
    "at_most": {"upper": True},
    "between": {"lower": True, "upper": True},
}
"""Comparator -> the sides on which it bounds, and whether the bound itself is allowed."""

_AMBIGUOUS_UNITS = ("ton",)  # metric, long or short: no UCUM code
_OPTIONAL_TERMS = frozenset({"many", "most", "few", "a few"})
_YEARS = range(1900, 2100)


class Reading(NamedTuple):
    """A quantity: its span (comparator, numeral and measuring unit; code points, half-open) and what it says.

    Of value, lower, upper and term those are set that the comparator calls for, as the figure schema defines it.
    """

    start: int
    end: int
    comparator: str
    value: Number | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    term: str | None = None
    unit: Unit | None = None


def find(text: str, *, optional: bool = False) -> list[Reading]:
    """All quantities of a text, in order; with `optional` also many, most, few and a few.

    Not quantities: dates, clock times, years, ordinals, names with digits, and "one" or "a" without scale or unit.
    """
    matches = _quantity().finditer(_not_counting().sub(lambda match: "\0" * len(match[0]), text))
    readings = (_reading(match) for match in matches if _is_quantity(match))
    return [reading for reading in readings if optional or reading.term not in _OPTIONAL_TERMS]


def read(text: str) -> Reading | None:
    """The one reading that spans the whole text, or None. The text is taken to be a quantity: "2013" is 2013."""
    match = _quantity().fullmatch(text)
    return _reading(match) if match and _ascends(match) else None


def unit_code(word: str) -> str | None:
    """UCUM code of a unit word in the singular or plural; None for an ambiguous or unknown one."""
    plain = _plain(word)
    return _units().get(plain, _units().get(plain.removesuffix("s")))


def number(value: Fraction) -> Number:
    """An int where the value is whole, else a float."""
    return value.numerator if value.denominator == 1 else float(value)


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; a space stands for any white space."""
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"


_GAP = r"(?:-|\s+)"
_SCALE = rf"(?:{_GAP}{_either(_SCALES)}\b)"
_DIGITS = r"(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?![.,]?\d)"
_ORDINAL = _either(["first", "second", *_ORDINALS])
_WORDS = rf"\b(?:{_either(_TENS)}(?:{_GAP}{_either(_ONES)})?|{_either(_CARDINALS)})\b(?!-{_ORDINAL}\b)"
_SIMPLE = rf"(?:{_DIGITS}|{_WORDS})(?:\s+and\s+a\s+(?:half|quarter)\b)?"
_SCALED = rf"(?:{_SIMPLE}|\bhalf\s+an?|\ban?){_SCALE}+(?:{_GAP}(?:and\s+)?{_WORDS}{_SCALE}*)*"
_FRACTION = rf"\b(?:(?:an?|{_WORDS}){_GAP}{_either(_PARTS)}s?|half)\b"
_NUMBER = rf"(?>{_SCALED}|{_FRACTION}|{_SIMPLE})"
MONTH = (
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
"""Pattern of a month name, whole or abbreviated; case counts ("may" is a verb)."""
_DAY = r"\b\d{1,2}(?:st|nd|rd|th)?(?:\s?(?:[-\u2013]|and|to)\s?\d{1,2})?"
_CLOCK = r"\b\d{1,4}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b|GMT\b|UTC\b|o['\u2019]clock\b)|\b\d+[:/]\d+"
_NUMBERED = r"(?:[Rr]esolution|[Aa]rticle|[Cc]hapter|[Ss]ection|[Rr]oute|Flight|Channel|Highway|No\.)\s+\d+"
_TIME_BEFORE = re.compile(r"\b(?:for|in|within|after|lasting)\s+$", re.IGNORECASE)
_TIME_AFTER = re.compile(r"[-\s](?:ago|later|earlier|long|old|before|after)\b", re.IGNORECASE)


@cache
def _units() -> dict[str, str | None]:
    """Unit word in the singular -> UCUM code, None where the word is ambiguous."""
    codes = {word: code for code, entry in labels("figure", "ucum").items() for word in entry["x-text"]}
    return {**codes, **dict.fromkeys(_AMBIGUOUS_UNITS)}


@cache
def _counted_terms() -> dict[str, str]:
    """Wordings of the vague terms by another numeral -> term: "several hundred thousand" is hundreds of thousands."""
    singular = {term: term.replace("s of ", " ").removesuffix("s") for term in labels("figure", "term")}
    scaled = {term: words for term, words in singular.items() if words.split()[0] in _SCALES}
    return {
        f"{some} {words}{ending}": term
        for some in ("several", "many", "a few")
        for term, words in scaled.items()
        for ending in ("", "s")
    }


@cache
def _quantity() -> re.Pattern[str]:
    """The grammar: a comparator, then a vague term, "a", a share, a range or a numeral, then a unit.

    Numerals are atomic groups, so that "twenty-five" cannot be taken back to a range from twenty to five.
    """
    unit = rf"(?:{_either(_units())}s?(?!\w))"
    vague = rf"\b(?:{_either({**labels('figure', 'term'), **_counted_terms()})})\b(?:\s+of(?=\s+{unit}))?"
    part = rf"(?P<part>one(?=\s+in\b)|{_NUMBER}(?=\s+out\b))"
    share = rf"{part}\s+(?:in|out\s+of)\s+(?P<whole>{_WORDS}|\d{{1,3}}\b)(?!{_GAP}{unit})"
    first = rf"(?:\b(?P<between>between)\s+|(?<!\bfrom\s))(?P<first>{_NUMBER})(?:{_GAP}?{unit})?"
    second = rf"(?(between)\s+and\s+|(?:\s+(?:to|or)\s+|[-\u2013]))(?P<second>{_NUMBER})"
    return re.compile(
        rf"(?<!\w)(?<!\w[-\u2013])(?<!\d[.,/:])(?:(?P<comparator>{_either(COMPARATORS)})\s+)?"
        rf"(?:(?P<vague>{vague})|(?P<article>\ban?(?=\s+{unit}))"
        rf"|(?P<currency>(?:US)?[$€£])?(?:{share}|{first}{second}|(?P<only>{_NUMBER})))"
        rf"(?:(?:{_GAP}|(?<=half)\s+an?\s+)?(?P<unit>{unit}))?(?![-\u2013]?\d)",
        re.IGNORECASE,
    )


@cache
def _not_counting() -> re.Pattern[str]:
    """Digits that count nothing: dates, clock times, numbered things, names with digits, digits glued to a word."""
    unit = rf"{_either(_units())}s?(?!\w)"
    return re.compile(
        rf"{_DAY}\s+(?:of\s+)?{MONTH}|{MONTH}\s+{_DAY}(?![.,]?\d)|{_CLOCK}|{_NUMBERED}|\b\d+([-\u2013/.])\d+\1\d+"
        rf"|[^\W\d_]\w*-?\d[\w-]*|(?<!\d)\d+(?:[.,]\d+)*(?!{unit})[^\W\d_]\w*"
    )


def _is_quantity(match: re.Match[str]) -> bool:
    """Whether a match of the grammar counts or measures something where it stands."""
    if not _ascends(match) or _is_years(match):
        return False
    if match["comparator"]:
        return True
    if match["article"]:
        return _is_length_of_time(match)
    return not (match["only"] and not match["unit"] and _is_word_only(match))


def _ascends(match: re.Match[str]) -> bool:
    """A range goes up, and a share is a part of its whole; "3-1" and "five in two" are neither."""
    if match["second"]:
        lower, upper = _range(match)
        return lower < upper
    return not match["whole"] or _value(match["part"]) < _value(match["whole"])


def _is_years(match: re.Match[str]) -> bool:
    """Four digits from 1900 to 2099, alone or on both sides of a range, without anything that makes them count."""
    numbers = [match[name] for name in ("only", "first", "second") if match[name]]
    plain = not (match["unit"] or match["currency"] or (match["comparator"] and match["only"]))
    return plain and bool(numbers) and all(number.isdigit() and int(number) in _YEARS for number in numbers)


def _is_length_of_time(match: re.Match[str]) -> bool:
    """ "a year" beside a word of time; elsewhere it is a rate ("twice a year") or an ordinal ("a second")."""
    before, after = _context(match)
    return match["unit"].lower() != "second" and bool(_TIME_BEFORE.search(before) or _TIME_AFTER.match(after))


def _is_word_only(match: re.Match[str]) -> bool:
    """The pronoun "one", an ordinal ("a third man", "the second half"), or a part of a name ("Big Five")."""
    words, (before, after) = match["only"], _context(match)
    if words.lower() == "half":
        return bool(re.search(rf"\b(?:{_ORDINAL}|other|latter)\s+$", before, re.IGNORECASE))
    if words[0].isupper() and re.search(r"\w\s$", before):
        return True
    ordinal = re.fullmatch(rf"(?:an?|one)\s+{_either(_ORDINALS)}", words, re.IGNORECASE)
    return words.lower() == "one" or bool(ordinal and re.match(r"\s+(?!of\b)[a-z]", after))


def _context(match: re.Match[str], width: int = 20) -> tuple[str, str]:
    """The text before and after a match, as far as a word or two reach."""
    return match.string[max(0, match.start() - width) : match.start()], match.string[match.end() : match.end() + width]


def _reading(match: re.Match[str]) -> Reading:
    empty = Reading(match.start(), match.end(), COMPARATORS.get(_plain(match["comparator"] or ""), "exact"))
    empty = empty._replace(unit=_read_unit(match))
    if match["vague"]:
        return empty._replace(comparator="vague", term=_term(match["vague"]))
    if match["second"]:
        lower, upper = (Bound(value=number(value), inclusive=True) for value in _range(match))
        return empty._replace(comparator="between", lower=lower, upper=upper)
    value = number(_share(match) if match["whole"] else _value(match["only"] or match["article"]))
    if empty.comparator not in BOUNDS:
        return empty._replace(value=value)
    ((side, inclusive),) = BOUNDS[empty.comparator].items()
    bound = Bound(value=value, inclusive=inclusive)
    return empty._replace(lower=bound) if side == "lower" else empty._replace(upper=bound)


def _read_unit(match: re.Match[str]) -> Unit | None:
    if match["currency"]:
        return Unit(text=match["currency"])
    return Unit(text=match["unit"], ucum=unit_code(match["unit"])) if match["unit"] else None


def _term(words: str) -> str:
    plain = _plain(words).removesuffix(" of")
    return _counted_terms().get(plain, plain)


def _range(match: re.Match[str]) -> tuple[Fraction, Fraction]:
    """Both ends; in "2 to 3 million" the scale holds for both."""
    lower, upper = _value(match["first"]), _value(match["second"])
    scale = _SCALES.get(_plain(match["second"]).split()[-1], 1)
    shared = lower < scale and lower < upper / scale
    return (lower * scale if shared else lower), upper


def _share(match: re.Match[str]) -> Fraction:
    return _value(match["part"]) / _value(match["whole"])


def _value(numeral: str) -> Fraction:
    """What a numeral says: words add up, a scale multiplies what stands before it; "a" is one."""
    tokens = re.findall(r"\d[\d.,\u00a0\u202f]*|[a-z]+", numeral.lower())
    if tokens in (["a"], ["an"]):
        return Fraction(1)
    total = current = Fraction(0)
    for token in tokens:
        if token in _SCALES:
            current = (current or 1) * Fraction(_SCALES[token])
        elif part := _PARTS.get(token) or _PARTS.get(token.removesuffix("s")):
            current = current + part if "and" in tokens else (current or 1) * part
        elif token not in ("a", "an", "and"):
            current += _CARDINALS[token] if token in _CARDINALS else Fraction(re.sub(r"[^\d.]", "", token))
        if _SCALES.get(token, 0) >= 1000:
            total, current = total + current, Fraction(0)
    return total + current


def _plain(words: str) -> str:
    return " ".join(words.lower().split())
