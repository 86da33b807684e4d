"""The sections that annotations/GUIDELINES.md must have: `<a id="figures-status"></a>`, `figures-status-actual`."""

from __future__ import annotations

from functools import cache

from dateline.vocabulary import schema

LAYERS = {
    "segment": "segments",
    "erratum": "errata",
    "entity": "entities",
    "mention": "entities",
    "figure": "figures",
    "stance": "stances",
    "concept": "concepts",
}
"""Record kind -> the layer that its sections are named after."""

_LISTED = ("term", "ucum")  # vocabularies of words and codes, each explained as a whole under its field


@cache
def anchors() -> dict[str, str]:
    """Anchor -> what its section explains: every field of every layer, and every label that an annotator chooses."""
    fields = {
        f"{layer}-{field}": f"{field} of {layer}"
        for kind, layer in LAYERS.items()
        for field in (*schema(kind)["properties"], *schema(kind)["$defs"])
    }
    labels = {
        f"{layer}-{field}-{entry['const']}": f"the label {entry['const']} of {field}"
        for kind, layer in LAYERS.items()
        for field, vocabulary in schema(kind)["$defs"].items()
        for entry in vocabulary["oneOf"]
        if field not in _LISTED
    }
    return {**fields, **labels}
