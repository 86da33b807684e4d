"""The short signature: one line, every parameter that is not empty, and nothing lost but the end of a digest."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import corpus, document

from dateline import statistics
from dateline.errors import DatelineError
from dateline.intervals import signature as with_interval
from dateline.reports.tables import signatures
from dateline.scoring import score
from dateline.signature import SHORT, Signature, parse, short

FULL: Signature = {
    "dateline": "0.2.0",
    "corpus": "0.2.0",
    "digest": "ab12cd34ef",
    "documents": 1,
    "systems": ["rules"],
    "layers": ["entities", "figures"],
    "level": "name",
    "on_error": "stop",
    "convention": "",
    "by": [],
    "unit": "segment",
    "interval": f"95% {statistics.JACKKNIFE}",
}


def test_the_line_is_the_documented_one() -> None:
    assert short(FULL, "entities.strict") == (
        "dateline:0.2.0|corpus:0.2.0+ab12cd|entities.strict|level:name|on_error:stop|"
        "ci:jackknife-t-logit,95%,segment|documents:1|systems:rules,|layers:entities,figures"
    )


def test_the_line_is_read_back_without_what_is_empty_and_the_end_of_the_digest() -> None:
    expected = {key: value for key, value in FULL.items() if value not in ("", [])} | {"digest": "ab12cd"}
    assert parse(short(FULL, "entities.strict")) == (expected, "entities.strict")


@pytest.mark.parametrize("method", [statistics.JACKKNIFE, statistics.WILSON, statistics.PERCENTILE])
def test_every_method_of_intervals_is_read_back(method: str) -> None:
    interval = f"95% {method}"
    assert parse(short({**FULL, "interval": interval}, "m"))[0]["interval"] == interval


WORDS = st.text(min_size=1)
VALUES = st.one_of(WORDS, st.integers(-(10**9), 10**9), st.lists(WORDS, min_size=1))


@given(WORDS, WORDS, st.dictionaries(st.sampled_from(["seed", "systems", "level", "unit"]), VALUES))
def test_every_parameter_is_read_back_whatever_its_characters(version: str, digest: str, more: dict[str, Any]) -> None:
    signed = {"dateline": version, "corpus": version, "digest": digest, **more}
    line = short(signed, "stances.position")
    assert parse(line) == ({**signed, "digest": digest[:SHORT]}, "stances.position")
    assert short(*parse(line)) == line
    assert re.fullmatch("[ -~]+", line)


def test_every_digest_is_shortened() -> None:
    assert short({**FULL, "predictions_digest": "f0123456789"}, "m").endswith("|predictions_digest:f01234")


@pytest.mark.parametrize("line", ["", "dateline:1", "dateline:1|corpus:1|m", "dateline:1|corpus:1+a|m|level", "x" * 99])
def test_what_is_no_signature_is_refused(line: str) -> None:
    with pytest.raises(DatelineError, match="no short signature"):
        parse(line)


@pytest.mark.parametrize("words", ["95%", "a,b", "a,b,c,d"])
def test_an_interval_without_its_three_parts_is_refused(words: str) -> None:
    with pytest.raises(DatelineError, match="expected method, confidence and unit"):
        parse(f"dateline:1|corpus:1+a|m|ci:{words}")


def test_there_is_a_line_for_each_headline_measure_that_was_scored() -> None:
    scores = score([{"doc_id": "d1", "entities": [], "figures": []}], corpus(document("Chad.")))
    found = [parse(line) for line in signatures(scores).splitlines()]
    assert [one.measure for one in found] == ["entities.strict", "figures.fact"]
    assert found[0].signature["unit"] == with_interval(scores)["unit"] == "segment"
