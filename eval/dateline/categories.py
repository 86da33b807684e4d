"""What went wrong with each record: exclusive categories that add up to the totals, and which labels are confused.

Records are held against each other as the scorer aligns them, and some of what is left over once more and more loosely,
as `ERRORS` of the layer says. Matches of optional gold are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dateline.errors import UnknownNameError
from dateline.layers import layer
from dateline.layers.base import DUPLICATE, MISSED, OVERALL, SPURIOUS, UNREADABLE, Case, groups_of, groups_of_bad
from dateline.layers.islands import decided
from dateline.matching import Alignment
from dateline.vocabulary import labels

if TYPE_CHECKING:
    import pandas

NULL = "null"
"""Where a record has no label; "none" is a label."""


class Judged(NamedTuple):
    """A gold record and the predicted one that it is held against, or one of the two alone, and what became of it."""

    category: str
    gold: Any
    predicted: Any


class Tally(NamedTuple):
    """How many required gold records and how many predictions are of a category, overall or in a group.

    A pair counts on both sides, under the labels of its gold record.
    """

    layer: str
    category: str
    group: str
    gold: int
    predicted: int


def categories(name: str) -> tuple[str, ...]:
    """The categories of a layer, in the order of a report. Raises UnknownNameError."""
    return *layer(name).ERRORS.categories, MISSED, SPURIOUS, DUPLICATE


def judged(case: Case, name: str) -> Iterator[Judged]:
    """The records of a layer in one document, each in one category; bad ones are left out. Raises UnknownNameError."""
    scheme = layer(name).ERRORS
    found = scheme.compared(case)
    repeated = _repeated(case, name, found)
    yield from (Judged(scheme.category(case, *pair), *pair) for pair in found.pairs)
    yield from (Judged(MISSED, gold, None) for gold in found.missed)
    for index, predicted in enumerate(found.spurious):
        yield Judged(DUPLICATE if index in repeated else SPURIOUS, None, predicted)


def tallies(cases: Iterable[Case], layers: Sequence[str]) -> list[Tally]:
    """The counts of every category overall, then in the groups of slices where it occurs. Bad records are spurious."""
    counts = {(name, OVERALL, category): [0, 0] for name in layers for category in categories(name)}
    documents = list(cases)
    for name in layers:
        plain, rest = decided(name, documents)
        found = chain(plain, chain.from_iterable(_counted(case, name) for case in rest))
        for category, groups, (gold, predicted) in found:
            for group in groups:
                sums = counts.setdefault((name, group, category), [0, 0])
                sums[0] += gold
                sums[1] += predicted
    ranks = {name: {category: rank for rank, category in enumerate(categories(name))} for name in layers}
    order = sorted(counts, key=lambda key: (layers.index(key[0]), key[1] != OVERALL, key[1], ranks[key[0]][key[2]]))
    return [Tally(name, category, group, *counts[name, group, category]) for name, group, category in order]


def fields(layers: Iterable[str]) -> list[str]:
    """The label fields of some layers, such as "entities.type"."""
    return [f"{name}.{field}" for name in layers for field in layer(name).FIELDS]


def confusion(cases: Iterable[Case], field: str, layers: Iterable[str]) -> pandas.DataFrame:
    """How often a label of the gold (a row) meets a predicted one (a column), for a field such as "entities.type".

    Labels that occur, in the order of the schema, those of a label map after them; then the row "spurious" for
    predictions that meet no gold record, and the column "missed" for gold records that meet no prediction. A label that
    gold accepts beside its own counts as its own. Raises UnknownNameError for a field that none of the layers has.
    """
    import pandas
    from sklearn.metrics import confusion_matrix

    if field not in (available := fields(layers)):
        raise UnknownNameError("field", field, available)
    name, _, label = field.partition(".")
    met = [pair for case in cases for pair in _labelled(case, name, label)]
    known, unsaid = [*labels(layer(name).FIELDS[label], label)], [NULL, UNREADABLE]
    occurring = {found for pair in met for found in pair}
    mapped = sorted(occurring - {*known, *unsaid, SPURIOUS, MISSED})
    names = [*(found for found in known + mapped + unsaid if found in occurring), SPURIOUS, MISSED]
    counts = confusion_matrix(*zip(*met, strict=True), labels=names) if met else 0
    whole = pandas.DataFrame(counts, index=names, columns=names)
    return whole.drop(index=[MISSED, UNREADABLE], columns=SPURIOUS, errors="ignore")


def _repeated(case: Case, name: str, found: Alignment[Any, Any]) -> set[int]:
    """The spurious predictions, by index, that are one more of a matched gold record, or repeat another prediction."""
    scheme, spurious = layer(name).ERRORS, found.spurious
    if not spurious:
        return set()
    repeated = {index for (_, index), _ in scheme.again(case)([gold for gold, _ in found.matched], spurious)}
    key = scheme.key(case)
    seen = {key(predicted) for _, predicted in found.matched}
    keys = {key(predicted) for predicted in spurious}
    if len(keys) == len(spurious) and not keys & seen:
        return repeated
    for index in sorted(range(len(spurious)), key=lambda index: _content(name, spurious[index])):
        if key(spurious[index]) in seen:
            repeated.add(index)
        seen.add(key(spurious[index]))
    return repeated


def _content(name: str, record: Any) -> tuple[list[str], bytes]:
    """What decides which of several repetitions is the first: neither their order nor, before labels, their names."""
    return [str(getattr(record, field)) for field in layer(name).FIELDS], msgspec.json.encode(record)


def _counted(case: Case, name: str) -> Iterator[tuple[str, tuple[str, ...], tuple[int, int]]]:
    """Category, groups, and gold and predicted records, of each pair, of what is alone, and of all bad records."""
    of_gold, of_predicted = groups_of(case, name, layer(name).ERRORS.place(case))
    for category, gold, predicted in judged(case, name):
        groups = of_predicted(predicted) if gold is None else of_gold(gold)
        yield category, groups, (int(gold is not None), int(predicted is not None))
    if bad := case.spurious.get(name, 0):
        yield SPURIOUS, groups_of_bad(case, name), (0, bad)


def _labelled(case: Case, name: str, field: str) -> Iterator[tuple[str, str]]:
    """The gold and the predicted label of each pair, of what is alone, and of each bad record."""
    for _, gold, predicted in judged(case, name):
        own = SPURIOUS if gold is None else getattr(gold, field) or NULL
        found = MISSED if predicted is None else getattr(predicted, field) or NULL
        yield own, own if found in getattr(gold, "alternatives", {}).get(field, ()) else found
    yield from [(SPURIOUS, UNREADABLE)] * case.spurious.get(name, 0)
