"""How a request is put, and what becomes of it when an endpoint refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

SEED = 0
NAME = "dateline_answer"
"""The name that the JSON Schema of an answer is given."""

LOOSER = {"json_schema": "json_object", "json_object": "text"}
TOO_LONG = ("context length", "context_length")  # no form mends that


class Form(NamedTuple):
    """The parameters that endpoints differ in. The defaults are what is wanted."""

    answer: str = "json_schema"
    temperature: bool = True
    seed: bool = True
    limit: str = "max_tokens"

    def eased(self, refusal: str) -> Form | None:
        """The form without what a refusal names, else with a looser kind of answer; None where nothing is left."""
        if any(words in refusal for words in TOO_LONG):
            return None
        if self.limit == "max_tokens" and "max_completion_tokens" in refusal:
            return self._replace(limit="max_completion_tokens")
        if self.temperature and "temperature" in refusal:
            return self._replace(temperature=False)
        if self.seed and "seed" in refusal:
            return self._replace(seed=False)
        return self._replace(answer=LOOSER[self.answer]) if self.answer in LOOSER else None

    def parameters(self, schema: Mapping[str, Any], max_tokens: int | None) -> dict[str, Any]:
        """The parameters of a request beside its model and messages."""
        given = {
            "response_format": self._response_format(schema),
            "temperature": 0 if self.temperature else None,
            "seed": SEED if self.seed else None,
            self.limit: max_tokens,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _response_format(self, schema: Mapping[str, Any]) -> dict[str, Any] | None:
        if self.answer == "text":
            return None
        strict = {"name": NAME, "strict": True, "schema": schema}
        return {"type": self.answer, **({"json_schema": strict} if self.answer == "json_schema" else {})}

    def __str__(self) -> str:
        """The kind of answer, and what could not be asked for."""
        without = [f"without {field}" for field in ("temperature", "seed") if not getattr(self, field)]
        return ", ".join([self.answer, *without])
