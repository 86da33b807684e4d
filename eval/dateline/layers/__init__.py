"""The layers of annotation: each turns a document's gold and prediction into additive count rows."""

from __future__ import annotations

from types import ModuleType

from dateline.errors import UnknownNameError
from dateline.layers import entities, figures, segments, stances

LAYERS: dict[str, ModuleType] = {
    "segments": segments,
    "entities": entities,
    "figures": figures,
    "stances": stances,
}
"""Layer -> its module: `MEASURES`, the label fields `FIELDS`, the `Scheme` of its `ERRORS`, and `rows`, `aligned` and
`differences`, all of a `Case`."""


def layer(name: str) -> ModuleType:
    """The module of a layer. Raises UnknownNameError."""
    if name not in LAYERS:
        raise UnknownNameError("layer", name, LAYERS)
    return LAYERS[name]
