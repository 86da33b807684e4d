"""What analysts make of vague numbers: named conventions that turn a term into numbers.

The gold says "hundreds" and no number. A convention is asked for when scores are computed; without one, only the term
is right. A term that a convention does not define is right as a term only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dateline.errors import UnknownNameError

Readings = Mapping[str, tuple[tuple[int, int], ...]]
"""Term -> the closed intervals that it is read as; a number is an interval of its own."""

CONVENTIONS: dict[str, Readings] = {
    "acled": {
        "several": ((3, 3), (10, 10)),
        "dozens": ((12, 12),),
        "hundreds": ((100, 100),),
        "thousands": ((1_000, 1_000),),
        "millions": ((10**6, 10**6),),
        "tens of thousands": ((10**4, 10**4),),
        "hundreds of thousands": ((10**5, 10**5),),
        "tens of millions": ((10**7, 10**7),),
        "hundreds of millions": ((10**8, 10**8),),
    },
    "emdat": {
        "hundreds": ((200, 200),),
        "thousands": ((2_000, 2_000),),
    },
    "range": {
        "dozens": ((12, 120),),
        "scores": ((20, 200),),
        "hundreds": ((100, 1_000),),
        "thousands": ((1_000, 10_000),),
        "millions": ((10**6, 10**7),),
        "tens of thousands": ((10**4, 10**5),),
        "hundreds of thousands": ((10**5, 10**6),),
        "tens of millions": ((10**7, 10**8),),
        "hundreds of millions": ((10**8, 10**9),),
    },
}
"""Name -> its readings.

`acled`: the most conservative number, as the Armed Conflict Location and Event Data project codes fatalities: 12 for
"dozens", 100 for "hundreds", and so on for the larger terms; an unknown number above one is 3 or, in large events, 10.
`emdat`: what the documentation of the EM-DAT disaster database enters for "hundreds" and "thousands"; it defines no
other term. `range`: from n to ten times n, ours. What ACLED and EM-DAT do with a range that a text states, to take its
lowest number or its mean, concerns no vague term.
"""


def convention(name: str) -> Readings:
    """A convention by its name. Raises UnknownNameError."""
    if name not in CONVENTIONS:
        raise UnknownNameError("convention", name, CONVENTIONS)
    return CONVENTIONS[name]


def includes(name: str, term: str, numbers: Sequence[Decimal]) -> bool:
    """Whether one of the term's readings holds all of the numbers, and there are any. Raises UnknownNameError."""
    readings = convention(name).get(term, ())
    return bool(numbers) and any(low <= min(numbers) and max(numbers) <= high for low, high in readings)
