"""The actor by concept matrix and the networks of actors as text, Markdown, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import combinations
from math import isnan

from dateline.networks import Network, levels
from dateline.reports import as_json as to_json
from dateline.reports.errors import visible
from dateline.reports.forms import drawn, rendered
from dateline.reports.tables import Table, signed


def tables(network: Network) -> Iterator[Table]:
    """The cells of the matrix, or the ties of a network, the strongest first; what is 0 is left out."""
    if network.kind == "matrix":
        rows = tuple((holder, concept, *map(_number, held)) for holder, concept, held in _cells(network))
        yield Table("Positions", ("holder", "concept", *levels()), rows, words=True)
    else:
        rows = tuple((first, second, _number(weight)) for first, second, weight in _ties(network))
        yield Table(network.kind.capitalize(), ("holder", "holder", "weight"), rows, words=True)


def notes(network: Network) -> list[str]:
    """The signature in one line, the digest shortened; what is counted; who has no tie."""
    lines = [signed(network.signature), "Positions of a document count once; neutral ones are left out."]
    if network.kind != "matrix":
        tied = {holder for first, second, _ in _ties(network) for holder in (first, second)}
        alone = [holder for holder in network.frame.index if holder not in tied]
        lines += [f"Without a tie: {', '.join(alone)}."] if alone else []
    return lines


def as_json(network: Network) -> str:
    """`{"signature", "kind", "holders", "positions" or "ties"}`; what is 0 is left out."""
    if network.kind == "matrix":
        cells = [
            {"holder": holder, "concept_id": concept, **dict(zip(levels(), held, strict=True))}
            for holder, concept, held in _cells(network)
        ]
        found = {"positions": cells}
    else:
        found = {"ties": [dict(zip(("first", "second", "weight"), tie, strict=True)) for tie in _ties(network)]}
    holders = list(network.frame.index)
    return to_json.page({"signature": network.signature, "kind": network.kind, "holders": holders, **found})


def as_csv(network: Network) -> str:
    """The whole frame after the signature as a line that starts with "#".

    A row for each holder; columns are concepts with their level, such as "sanctions:-1", or the holders again. The
    diagonal of a network is empty.
    """
    out = io.StringIO()
    out.write(f"# {visible(json.dumps(network.signature, ensure_ascii=False))}\n")
    writer = csv.writer(out, lineterminator="\n")
    columns = [":".join(map(str, name)) if isinstance(name, tuple) else name for name in network.frame.columns]
    writer.writerow(["holder", *map(visible, columns)])
    for holder, row in zip(network.frame.index, network.frame.to_numpy().tolist(), strict=True):
        writer.writerow([visible(holder), *("" if isnan(cell) else _number(cell) for cell in row)])
    return out.getvalue()


FORMS: dict[str, Callable[[Network], str]] = {
    **drawn(notes, tables),
    "json": as_json,
    "csv": as_csv,
}
"""Name of a form -> what renders it."""


def render(network: Network, form: str = "text") -> str:
    """The network in a form. Raises UnknownNameError."""
    return rendered("network", FORMS, network, form)


def _cells(network: Network) -> Iterator[tuple[str, str, list[int]]]:
    """Holder, concept and the positions at each level, where there are any."""
    concepts = list(dict.fromkeys(network.frame.columns.get_level_values(0)))
    step = len(levels())
    for holder, row in zip(network.frame.index, network.frame.to_numpy().tolist(), strict=True):
        for place, concept in enumerate(concepts):
            held = row[place * step : (place + 1) * step]
            if any(held):
                yield holder, concept, held


def _ties(network: Network) -> list[tuple[str, str, float]]:
    """The pairs of holders with a weight, the heaviest first, then by names."""
    weights: list[list[float]] = network.frame.to_numpy().tolist()
    pairs = combinations(enumerate(network.frame.index), 2)
    found = [(first, second, weights[i][j]) for (i, first), (j, second) in pairs if weights[i][j]]
    return sorted(found, key=lambda tie: (-tie[2], tie[0], tie[1]))


def _number(value: float) -> str:
    return f"{value:.12g}"
