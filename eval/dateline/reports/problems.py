"""What `dateline check` found: one line a problem and a count, or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from dateline.errors import Problem
from dateline.reports.errors import visible

FIRST = 50  # problems of a prediction file that are printed; the rest is counted


def first(problems: Sequence[Problem]) -> list[str]:
    """The first problems of a prediction file, one line each, and how many more there are."""
    more = [f"and {len(problems) - FIRST} more"] if len(problems) > FIRST else []
    return [*(visible(str(problem)) for problem in problems[:FIRST]), *more]


def render(problems: Sequence[Problem], form: str = "text") -> str:
    """The problems in the order given; `form` is text or json."""
    count = Counter(problem.level for problem in problems)
    counts = {"errors": count["error"], "warnings": count["warning"]}
    if form == "json":
        listed = [problem._asdict() for problem in problems]
        return json.dumps({"problems": listed, **counts}, ensure_ascii=False, indent=1)
    total = ", ".join(f"{number} {name[:-1] if number == 1 else name}" for name, number in counts.items())
    return "\n".join([*(visible(str(problem)) for problem in problems), total])
