"""Runs a language-neutral scoring case: text, gold and predicted records of one layer, expected counts.

`expected` maps a measure, "@" and a group (or the measure alone) to numerator and denominator.
"""

from __future__ import annotations

from typing import Any

from tiny import corpus, document, placed

from dateline.scoring import Scores, score


def run(layer: str, case: dict[str, Any]) -> Scores:
    """The scores of a case."""
    text = case["text"]
    gold = document(text, **{**case.get("beside", {}), layer: case["gold"]})
    made = corpus(gold, registry=case.get("registry"), concepts=case.get("concepts", ()))
    prediction = {
        "doc_id": "d1",
        layer: placed(case["predicted"], text),
        **placed(case.get("predicted_beside", {}), text),
    }
    return score([prediction], made, [layer], level=case.get("level", "name"))


def counts(scores: Scores, expected: dict[str, Any]) -> dict[str, list[float]]:
    """What was counted for the measures that a case expects."""
    found = {(one.measure, one.group): [one.numerator, one.denominator] for one in scores.scores}
    keys = {key: key.partition("@") for key in expected}
    return {key: found.get((measure, group or "overall"), [0, 0]) for key, (measure, _, group) in keys.items()}
