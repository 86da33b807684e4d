"""What every number depends on, in one place that goes with the numbers."""

from __future__ import annotations

from collections.abc import Iterable

import dateline
from dateline.corpus import Corpus
from dateline.predictions import Predictions

Signature = dict[str, str | int | list[str]]


def signature(corpus: Corpus, predictions: Predictions, layers: Iterable[str], level: str) -> Signature:
    """Version and data, what was scored, and how.

    `documents` counts the gold's documents, `predicted` those that the predictions speak of.
    """
    return {
        "dateline": dateline.__version__,
        "corpus": corpus.version,
        "digest": corpus.digest,
        "documents": len(corpus.documents),
        "predicted": len(predictions.documents),
        "systems": sorted({found.system for found in predictions.documents.values() if found.system}),
        "layers": list(layers),
        "level": level,
        "on_error": predictions.on_error,
    }
