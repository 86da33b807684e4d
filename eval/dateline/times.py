"""Times written in EDTF (ISO 8601-2) as intervals that can be compared."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

Interval = tuple[tuple[float, ...], tuple[float, ...]]


@lru_cache(maxsize=2**16)
def readings(edtf: str) -> frozenset[Interval] | None:
    """The intervals that a time may mean: one, or one for each member of a set such as "[2014-01-17,2014-01-24]".

    An interval is its first and last day (year, month, day; infinite where open), strictly read: approximate times
    are not widened. None where the string is not EDTF.
    """
    from edtf import parse_edtf
    from edtf.parser.parser_classes import OneOfASet

    try:
        parsed = parse_edtf(edtf)
        members = parsed.objects if isinstance(parsed, OneOfASet) else [parsed]
        return frozenset((_day(member.lower_strict()), _day(member.upper_strict())) for member in members)
    except Exception:  # the library lets many kinds escape for a malformed string, its own and Python's
        return None


def same_time(gold: str | None, predicted: str | None) -> bool:
    """Whether two times are the same interval; of a gold set, the same set or any single member. Two absences are."""
    if gold is None or predicted is None:
        return gold is predicted
    expected, found = readings(gold), readings(predicted)
    if expected is None or found is None:
        return False
    return found == expected or (len(found) == 1 and found <= expected)


def _day(moment: Any) -> tuple[float, ...]:
    """A struct_time as a day; the library writes an open end as an infinite number."""
    return (moment,) if isinstance(moment, float) else tuple(moment[:3])
