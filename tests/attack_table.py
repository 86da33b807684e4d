"""What the attacks of tests/attacks.py win, as the tables of eval/MEASURED.md.

Run `python tests/attack_table.py`; it takes about half a minute. Honest submissions, what attacks make of them and the
scoring are those of tests/test_attacks.py; here every measure with an F1 is looked at, not the headline measures alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from inspect import getdoc
from itertools import product
from random import Random
from typing import Any, NamedTuple

from attacks import ATTACKS, REWRITINGS, TYPES, Layers
from test_attacks import (
    FILES,
    HEADLINES,
    LAYERS,
    SEEDS,
    SHARES,
    TOLERANCE,
    Lines,
    article,
    drawn,
    given,
    honest,
    line,
    touched,
)

from dateline.layers.base import OVERALL
from dateline.scoring import score

SUBMISSIONS = tuple(product(SHARES, SEEDS))
TIMES = 30  # the whole text as a mention of each type
NOTHING = "–"  # noqa: RUF001 - the en dash is meant

Attack = Callable[[str, int, float], tuple[Lines, list[str]]]
"""Name of an attack, seed and share of an honest submission -> what the submission becomes, and which layers change."""


class Change(NamedTuple):
    """A number of an honest submission, before and after."""

    before: float
    after: float

    @property
    def rise(self) -> float:
        return self.after - self.before


def adding(name: str, seed: int, share: float) -> tuple[Lines, list[str]]:
    extra = drawn(name, share, seed)
    return [line(honest(share, seed), extra)], touched(extra)


def rewriting(name: str, seed: int, share: float) -> tuple[Lines, list[str]]:
    changed = REWRITINGS[name](given(honest(share, seed)))
    return [line({**honest(share, seed), **changed})], touched(changed)


def altering(name: str, seed: int, share: float) -> tuple[Lines, list[str]]:
    return FILES[name](line(honest(share, seed))), list(LAYERS)


TABLES: dict[Attack, Mapping[str, Callable[..., Any]]] = {adding: ATTACKS, rewriting: REWRITINGS, altering: FILES}
"""What is done with honest submissions -> the attacks that do it."""


def numbers(lines: Lines, layers: Sequence[str] = LAYERS) -> dict[str, float]:
    """Every F1 of the layers; what is undefined counts as 0."""
    scores = score(lines, article(), layers, on_error="spurious").scores
    return {one.measure: one.value or 0.0 for one in scores if one.group == OVERALL and one.measure.endswith(".f1")}


@cache
def before(share: float, seed: int) -> dict[str, float]:
    return numbers([line(honest(share, seed))])


@cache
def changes(attack: Attack, name: str) -> dict[str, Change]:
    """For every measure that may change, of the changes of all honest submissions the best for the attacker."""
    found: dict[str, Change] = {}
    for share, seed in SUBMISSIONS:
        for measure, after in numbers(*attack(name, seed, share)).items():
            change = Change(before(share, seed)[measure], after)
            found[measure] = max(found.get(measure, change), change, key=lambda one: one.rise)
    return found


def alone(extra: Layers) -> dict[str, float]:
    """Every F1 of records by themselves; none if there are no records."""
    return numbers([line(extra)], touched(extra)) if any(extra.values()) else {}


def of_submissions() -> Iterator[list[str]]:
    """The lowest and the highest headline F1 of the honest submissions."""
    for name, extreme in (("lowest", min), ("highest", max)):
        yield [name, *(f"{extreme(before(*one)[HEADLINES[layer]] for one in SUBMISSIONS):.3f}" for layer in LAYERS)]


def of_attacks(attack: Attack) -> Iterator[list[str]]:
    """A row for each attack: what it does, where that is said, and what it changes in the headline measures."""
    for name, function in TABLES[attack].items():
        doc = [] if attack is altering else [str(getdoc(function)).removesuffix(".")]
        found = changes(attack, name)
        cells = (f"{found[key].rise:.3f}" if (key := HEADLINES[layer]) in found else NOTHING for layer in LAYERS)
        yield [name, *doc, *cells, *([_alone(name)] if attack is adding else [])]


def _alone(name: str) -> str:
    """The highest headline F1 of an attack by itself, with its layer."""
    found = alone(ATTACKS[name](given(), Random(0)))
    values = {layer: found[measure] for layer, measure in HEADLINES.items() if measure in found}
    if not values:
        return NOTHING
    best = max(values, key=lambda layer: values[layer])
    return f"{values[best]:.3f} {best}" if values[best] else "0.000"


def of_other_measures() -> Iterator[list[str]]:
    """A row for each other measure that an attack raises, with the rise and from where."""
    for attack, name in ((attack, name) for attack, names in TABLES.items() for name in names):
        for measure, found in changes(attack, name).items():
            if found.rise > TOLERANCE and measure not in HEADLINES.values():
                yield [name, attack.__name__, f"`{measure}`", f"+{found.rise:.3f}", f"{found.before:.3f}"]


def of_whole_text() -> Iterator[list[str]]:
    """The F1 of the whole text as a mention, many times with each type."""
    found = alone({"entities": [{**given().whole, "type": kind} for kind in TYPES] * TIMES})
    for measure in ("entities.strict.f1", "entities.span.f1", "entities.typed_overlap.f1", "entities.overlap.f1"):
        yield [f"`{measure}`", f"{found[measure]:.3f}"]


def of_names() -> tuple[int, int, int]:
    """Spans of whatever is capitalised, names to be found, and how many of these are found."""
    spans = given().names
    scores = score([line({"entities": [{**span, "type": TYPES[0]} for span in spans]})], article(), ["entities"])
    found = next(one for one in scores.scores if one.measure == "entities.span.f1" and one.group == OVERALL)
    return len(spans), int(found.gold), int(found.numerator) // 2


def table(heads: Sequence[str], rows: Iterator[list[str]], words: int = 1) -> str:
    """A Markdown table whose first columns are words, the others numbers."""
    rule = [":--"] * words + ["--:"] * (len(heads) - words)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows))


def tables() -> Iterator[str]:
    """Every table, in the order of the page."""
    yield table(["honest F1", *LAYERS], of_submissions())
    yield table(["added", "what it does", *LAYERS, "alone"], of_attacks(adding), words=2)
    yield table(["rewritten", "what it does", *LAYERS], of_attacks(rewriting), words=2)
    yield table(["lines of the file", *LAYERS], of_attacks(altering))
    yield table(["attack", "by", "measure", "largest rise", "from"], of_other_measures(), words=3)
    yield table(["the whole text as a mention", "F1"], of_whole_text())


if __name__ == "__main__":
    print("\n\n".join(tables()))
