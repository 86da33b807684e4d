"""What is taken in and how, as the tables of eval/MEASURED.md: quotes, faults of commands, one system in three forms.

`python tests/intake_tables.py` prints them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from derived import SYSTEMS
from test_locate import answer, wanted
from test_systems_command import FAULTS
from tiny import cases

from dateline.leaderboard import leaderboard
from dateline.locate import REASONS, TIERS, Place

MISSING = "\N{EN DASH}"


def quotes() -> str:
    """How the quotes of the battery must come out, how many there are of each, and how many do come out so."""
    expected, met = Counter[str](), Counter[str]()
    for case in cases("quotes"):
        for value, found in zip(case["expected"], answer(case, case["quotes"]), strict=True):
            place = wanted(value, case["text"])
            expected[outcome(place)] += 1
            met[outcome(place)] += found == place
    rows = [(f"`{name}`", str(expected[name]), str(met[name])) for name in (*TIERS, *REASONS)]
    rows.append(("all", str(expected.total()), str(met.total())))
    return drawn(("what must come out", "quotes", "come out so"), rows, "--:")


def outcome(place: Place) -> str:
    return place.tier or place.reason


def commands() -> str:
    """What a program does wrong, and how the reason begins that its document is given."""
    rows = ((name, reason) for name, (_, reason) in FAULTS.items())
    return drawn(("the program", "the reason begins"), [(name, f"`{reason.strip()}`") for name, reason in rows], ":--")


def forms() -> str:
    """F1 of every measure on the leaderboard, of one system in three forms."""
    rows = [
        (f"`{measure}`", *(values.get(system, MISSING) for system in SYSTEMS)) for measure, values in compared().items()
    ]
    return drawn(("F1 of", "offsets", "quotes", "tags"), rows, "--:")


def compared() -> dict[str, dict[str, str]]:
    """Measure -> system -> F1."""
    found: dict[str, dict[str, str]] = {}
    for row in leaderboard(SYSTEMS).rows:
        for name, score in row.scores.items():
            if name.endswith(".f1"):
                found.setdefault(name.removesuffix(".f1"), {})[row.system] = f"{score.value:.3f}"
    return found


def drawn(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], rule: str) -> str:
    """A table in Markdown; columns but the first are aligned as `rule` says."""
    return "\n".join(map(_line, (head, (":--", *[rule] * (len(head) - 1)), *rows)))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def tables() -> Iterator[str]:
    """All of them."""
    yield from (quotes(), forms(), commands())


if __name__ == "__main__":
    print(*tables(), sep="\n\n")
