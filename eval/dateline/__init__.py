"""Dateline: a gold corpus of crisis reporting and the harness that scores any extraction system against it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dateline.adjudication import adjudicate as adjudicate
    from dateline.agreement import agree as agree
    from dateline.checks import check as check
    from dateline.comparison import compare as compare
    from dateline.corpus import load as load
    from dateline.hub import load_dataset as load_dataset
    from dateline.inventory import stats as stats
    from dateline.scoring import score as score
    from dateline.verification import verify as verify

__version__ = "0.3.0"

# name -> the module that has it; no name here is also a module's, since importing that would hide the function
PUBLIC = {
    "load": "dateline.corpus",
    "load_dataset": "dateline.hub",
    "check": "dateline.checks",
    "score": "dateline.scoring",
    "compare": "dateline.comparison",
    "verify": "dateline.verification",
    "stats": "dateline.inventory",
    "agree": "dateline.agreement",
    "adjudicate": "dateline.adjudication",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for on first use (PEP 562), so that `import dateline` stays fast."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
