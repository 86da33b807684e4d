"""Microsoft Recognizers-Text for English: numbers, percentages and dimensions, as it reads them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dateline.inputs import Task
from dateline.model import Figure, Prediction, Unit
from dateline.numerals import number, unit_code


def predict(task: Task) -> Prediction:
    """Its results as figures; a number inside a percentage or a dimension is a part of that."""
    figures: list[Figure] = []
    for result in _results(task.text):
        figure = _figure(task.text, result)
        if all(figure.end <= other.start or other.end <= figure.start for other in figures):
            figures.append(figure)
    return Prediction(doc_id=task.doc_id, figures=tuple(sorted(figures, key=lambda figure: figure.start)))


def _results(text: str) -> list[Any]:
    """Results of the three recognisers, the specific ones first."""
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_dimension

    same_length = text.replace("\u0130", "I")  # the one character that is longer in lower case, which it searches in
    recognisers = (recognize_dimension, recognize_percentage, recognize_number)
    return [result for recognise in recognisers for result in recognise(same_length, "en-us")]


def _figure(text: str, result: Any) -> Figure:
    """A result as a figure; its `end` names the last character, and a result may lack a value."""
    start, end = result.start, result.end + 1
    resolution = result.resolution or {}
    value = (resolution.get("value") or "").rstrip("%")
    return Figure(
        start=start, end=end, text=text[start:end], value=number(Fraction(value)) if value else None, unit=_unit(result)
    )


def _unit(result: Any) -> Unit | None:
    """The unit under its name in the library."""
    if result.type_name == "percentage":
        return Unit(text="%", ucum="%")
    if result.type_name != "dimension":
        return None
    name = result.resolution["unit"]
    return Unit(text=name, ucum=unit_code(name))
