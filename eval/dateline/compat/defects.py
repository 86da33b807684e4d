"""Which of the known defects of the reference scorers show in an input, each as one line.

Every function takes what the `score` of the module of its name takes, and finds a defect by its effect: in numbers that
are others when the input is turned round, or in records that are right more often than once. The modules say what the
defects are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import isclose
from typing import Any

from dateline.clusters import repeated
from dateline.compat import linking as _linking
from dateline.compat import nervaluate as _nervaluate
from dateline.compat import quantities as _quantities
from dateline.compat import sentiment_graph as _sentiment_graph
from dateline.validation import quote

Record = Mapping[str, Any]
Records = Sequence[Record]


def nervaluate(documents: Records, tags: Collection[str]) -> Iterator[str]:
    """The order of records; repetition where gold is nested; 0/0. Gold, predictions and both are tried in reverse."""

    def score(changed: Records) -> dict[str, Any]:
        found: dict[str, Any] = _nervaluate.score(changed, tags)["overall"]
        return found

    found = score(documents)
    turned = [score(_turned(documents, *steps)) for steps in ((-1, 1), (1, -1), (-1, -1))]
    values = {schema: [each[schema]["f1"] for each in (found, *turned)] for schema in found}
    moved = [f"{schema} {min(f1):.3f} to {max(f1):.3f}" for schema, f1 in values.items() if max(f1) > min(f1)]
    if moved:
        yield f"the order of records decides; F1 as given and in reverse: {', '.join(moved)}"
    single = [{**document, "pred": _once(document["pred"])} for document in documents]
    once = score(single) if single != documents else found
    more = {schema: counts["correct"] - once[schema]["correct"] for schema, counts in found.items()}
    if said := ", ".join(f"{count} in {schema}" for schema, count in more.items() if count):
        yield f"repeated predictions are right once more, on nested gold: {said}"
    yield from _nothing(*([one for document in documents for one in document[side]] for side in ("gold", "pred")))


def _turned(documents: Records, gold: int, pred: int) -> Records:
    return [{"gold": document["gold"][::gold], "pred": document["pred"][::pred]} for document in documents]


def _once(records: Records) -> list[Record]:
    return list({(one["start"], one["end"], one["label"]): one for one in records}.values())


def coreference(documents: Records) -> Iterator[str]:
    """Mentions that stand in two clusters of a side or twice in one; 0/0."""
    if more := sum(len(repeated(document[side])) for document in documents for side in ("gold", "pred")):
        yield f"{more} mentions are repeated, which is scored silently, as if each stood in one cluster"
    yield from _nothing(*([one for document in documents for one in document[side]] for side in ("gold", "pred")))


def linking(documents: Records) -> Iterator[str]:
    """Repetition at no cost; several links or types of a span; NIL clusters; 0/0."""
    places = [Counter((one["start"], one["end"]) for one in document["pred"]) for document in documents]
    if more := sum(times - 1 for counts in places for times in counts.values()):
        yield f"{more} mentions have the span of another: repetition costs nothing, and any link or type may be right"
    if nil := int(_linking.score(documents)["strong_nil_match"]["ptp"]):
        yield f"{nil} mentions without an identifier on either side are right, whichever entity they are of"
    yield from _nothing(*([one for document in documents for one in document[side]] for side in ("gold", "pred")))


def sentiment_graph(gold: Records, predicted: Records) -> Iterator[str]:
    """Nothing matched one to one; whole sentences; weights from another polarity; no expression; 0/0.

    Both sides must have the same sentences in the same order.
    """
    again, several = _degrees(gold, predicted)
    if again:
        yield f"nothing is matched one to one: {again} more predictions are right for gold that is found already"
    if several:
        yield f"nothing is matched one to one: {several} predictions find several gold opinions each"
    found = [(sentence["text"], one["Polar_expression"][1]) for sentence in predicted for one in sentence["opinions"]]
    if blind := sum(f"0:{len(text)}" in ranges for text, ranges in found):
        yield f"{blind} predictions have a whole sentence as expression, which finds gold without reading it"
    if bare := sum(not ranges for _, ranges in found):
        yield f"{bare} predictions have no expression and can match nothing"
    if not _same_apart(gold, predicted):
        yield "the weight of a match comes from an opinion of another polarity"
    yield from _nothing(*([one for sentence in side for one in sentence["opinions"]] for side in (gold, predicted)))


def _degrees(gold: Records, predicted: Records) -> tuple[int, int]:
    """How many predictions too many match gold, and how many match several."""
    again = several = 0
    for known, found in zip(gold, predicted, strict=True):
        pairs = product(enumerate(known["opinions"]), enumerate(found["opinions"]))
        matches = [(i, j) for (i, one), (j, other) in pairs if _match(known, one, other)]
        again += sum(times - 1 for times in Counter(i for i, _ in matches).values())
        several += sum(times > 1 for times in Counter(j for _, j in matches).values())
    return again, several


def _match(sentence: Record, one: Record, other: Record) -> bool:
    sides = [{**sentence, "opinions": [opinion]} for opinion in (one, other)]
    return _sentiment_graph.score(sides[:1], sides[1:])["overlap_unweighted"]["F"] > 0


def _same_apart(gold: Records, predicted: Records) -> bool:
    """Whether the weights stay the same where each polarity is scored by itself."""
    used = {one["Polarity"] for sentence in (*gold, *predicted) for one in sentence["opinions"]}
    sides = [[[_only(sentence, polarity) for sentence in side] for side in (gold, predicted)] for polarity in used]
    sums = zip(*(_weights(*apart) for apart in sides), _weights(gold, predicted), strict=True)
    return all(isclose(sum(parts), whole, abs_tol=1e-9) for *parts, whole in sums)


def _only(sentence: Record, polarity: str) -> Record:
    return {**sentence, "opinions": [one for one in sentence["opinions"] if one["Polarity"] == polarity]}


def _weights(gold: Records, predicted: Records) -> tuple[float, float]:
    """What the predictions weigh together, and what the gold does."""
    found = _sentiment_graph.score(gold, predicted)["SF1"]
    known, made = (sum(len(sentence["opinions"]) for sentence in side) for side in (gold, predicted))
    return found["P"] * made, found["R"] * known


def quantities(gold: Records, predicted: Records) -> Iterator[str]:
    """Tokens that are counted and not compared; a best F1 for every pair; a free second unit; the order of gold."""
    touched = _touched(gold, predicted)
    pairs = [(one, found) for found, near in zip(predicted, touched, strict=True) for one in near]
    if cut := [f"{quote(found['text'])} against {quote(one['text'])}" for one, found in pairs if _cut(one, found)]:
        yield f"tokens are counted, not compared: a part is as good as a whole one in {len(cut)} pairs, as {cut[0]}"
    if several := sum(len(near) > 1 for near in touched):
        yield f"{several} predictions touch several gold quantities, and have their best F1 in each of those pairs"
    units: defaultdict[tuple[str, Any], set[bool]] = defaultdict(set)
    for found, near in zip(predicted, touched, strict=True):
        if near and found["unit"]:
            units[near[-1]["doc"], near[-1]["set"]].add(found["unit"] == near[-1]["unit"])
    if free := sum(len(kinds) > 1 for kinds in units.values()):
        yield f"a second, wrong unit is free beside the right one of {free} gold quantities"
    if _quantities.score(gold, predicted) != _quantities.score(gold[::-1], predicted):
        yield "the order of gold decides which gold quantity a unit or modifier belongs to"


def _touched(gold: Records, predicted: Records) -> list[Records]:
    """The gold that each prediction touches, in list order; intervals are closed."""
    own: defaultdict[str, list[Record]] = defaultdict(list)
    for one in gold:
        own[one["doc"]].append(one)
    return [
        [one for one in own[found["doc"]] if one["start"] <= found["end"] and found["start"] <= one["end"]]
        for found in predicted
    ]


def _cut(one: Record, other: Record) -> bool:
    """Whether a token that two quantities share goes on in one of them only, as "2" goes on in "2,000"."""
    start, end = max(one["start"], other["start"]), min(one["end"], other["end"])
    return start < end and any(
        _inside(side, place) for side in (one, other) for place in (start, end) if side["start"] < place < side["end"]
    )


def _inside(side: Record, place: int) -> bool:
    """Whether a place is inside a token of a quantity."""
    before, after = side["text"][place - side["start"] - 1], side["text"][place - side["start"]]
    return not (before.isspace() or after.isspace())


def _nothing(gold: Collection[Any], predicted: Collection[Any]) -> Iterator[str]:
    empty = [name for name, side in (("gold", gold), ("predictions", predicted)) if not side]
    if empty:
        yield f"0/0 is 0, as there are no {' and no '.join(empty)}"
