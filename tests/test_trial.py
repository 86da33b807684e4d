"""The trial of the guidelines on an unseen text: its README says what is measured."""

from __future__ import annotations

import re
from pathlib import Path

from dateline.agreement import ALL, agree
from dateline.corpus import load
from dateline.passes import LAYERS, read_pass

TRIAL = Path(__file__).parent / "trial"


def test_the_passes_are_complete_and_sound() -> None:
    corpus = load(TRIAL)
    assert [set(read_pass(TRIAL / "passes" / name, corpus).layers) for name in "DE"] == [set(LAYERS)] * 2


def test_the_readme_gives_the_agreement_as_it_is_measured() -> None:
    told = dict(
        re.findall(r"^\| (\S+) \| ([\d.]+) \|$", (TRIAL / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    (pair,) = agree(TRIAL / "passes/D", TRIAL / "passes/E", corpus=TRIAL, resamples=1).pairs
    measured = {
        number.name: f"{number.value:.3f}" for number in pair.numbers if number.name in told and number.scope == ALL
    }
    assert told
    assert told == measured
