"""What is said of a conversion when it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dateline.formats.common import is_loss
from dateline.formats.conversion import Conversion


def notes(conversion: Conversion) -> list[str]:
    """What was read, where quotes stand, and what is lost; the other problems are told apart."""
    noun = "document" if conversion.documents == 1 else "documents"
    there = Counter(conversion.used) + Counter(conversion.kept)
    left_out = {layer: number - there[layer] for layer, number in conversion.read.items()}
    kept = _counts(conversion.kept)
    lost = [f"{one.code.removeprefix('lost-')}: {one.message}" for one in conversion.problems if is_loss(one)]
    if any(left_out.values()):
        lost.append(f"left out, where `dateline score` counts each as spurious: {_counts(left_out)}")
    return [
        f"{conversion.documents} {noun}: {_counts(conversion.read) or 'no records'}",
        *(f"{layer}: {_counts(outcomes)}" for layer, outcomes in _by_layer(conversion.anchored).items()),
        *([f"kept as they are, so that `dateline score` counts each as spurious: {kept}"] if kept else []),
        *([f"lost: {one}" for one in lost] or ["nothing lost"]),
    ]


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items() if number)


def _by_layer(anchored: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (layer, outcome), number in anchored.items():
        found.setdefault(layer, {})[outcome] = number
    return found
