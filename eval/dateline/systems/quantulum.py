"""quantulum3: quantities with units, as it reads them."""

from __future__ import annotations

import logging
import warnings
from fractions import Fraction
from functools import cache
from math import isfinite
from typing import Any

from dateline.inputs import Task
from dateline.model import Bound, Figure, Prediction, Unit
from dateline.numerals import number, unit_code

_CATEGORIES = {"time": "duration", "length": "distance", "mass": "mass"}


def predict(task: Task) -> Prediction:
    """Its quantities as figures; a value with an uncertainty is a range around the value."""
    quantities = _parser().parse(task.text) if task.text.strip() else ()
    return Prediction(doc_id=task.doc_id, figures=tuple(_figure(task.text, quantity) for quantity in quantities))


@cache
def _parser() -> Any:
    """Its parser, without the classifier: the shipped one loads with a single version of scikit-learn only."""
    logging.getLogger("quantulum3").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from quantulum3 import classifier, parser
    classifier.USE_CLF = False
    return parser


def _figure(text: str, quantity: Any) -> Figure:
    start, end = quantity.span
    bare = quantity.unit.name == "dimensionless"
    return Figure(
        start=start,
        end=end,
        text=text[start:end],
        unit=None if bare else Unit(text=quantity.unit.name, ucum=_code(quantity.unit.name)),
        category=_CATEGORIES.get(quantity.unit.entity.name),
        **_amount(quantity.value, quantity.uncertainty),
    )


def _amount(value: float, uncertainty: float | None) -> dict[str, Any]:
    """The fields of a value, or of a range around it; none where it has read "1e999" as infinite."""
    if not isfinite(value + (uncertainty or 0)):
        return {}
    if not uncertainty:
        return {"value": number(Fraction(value))}
    lower, upper = (Bound(value=number(Fraction(value + sign * uncertainty)), inclusive=True) for sign in (-1, 1))
    return {"comparator": "between", "lower": lower, "upper": upper}


def _code(unit: str) -> str | None:
    return "%" if unit == "percentage" else unit_code(unit)
