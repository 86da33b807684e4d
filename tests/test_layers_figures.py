from __future__ import annotations

from typing import Any

import pytest
from layer_cases import counts, run
from tiny import cases


@pytest.mark.parametrize("case", cases("figures"), ids=lambda case: str(case["name"]))
def test_counts_are_those_of_the_case(case: dict[str, Any]) -> None:
    assert counts(run("figures", case), case["expected"]) == case["expected"]
