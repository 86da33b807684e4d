"""What holds of all predictions with quotes: they score what offsets score, no order matters, and none is forgotten."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_documents import TEXT, quoted_submissions, submissions

from dateline.anchoring import CODES
from dateline.corpus import Corpus
from dateline.decoding import KINDS
from dateline.predictions import read
from dateline.reports import report
from dateline.scoring import Scores, score

SLICES = ("type", "status", "polarity", "segment.kind", "document.publisher")
QUOTED = ("segments", "entities", "figures")

Line = dict[str, Any]
Submission = tuple[Corpus, list[Line]]


def scored(lines: list[Line], gold: Corpus) -> Scores:
    return score(lines, gold, list(KINDS), level="all", on_error="spurious", by=SLICES)


def stands_alone(record: Line, others: list[Line]) -> bool:
    """Whether a record has whole words that the text has once, and no other record has its span."""
    if not record or sum((one.get("start"), one.get("end")) == (record["start"], record["end"]) for one in others) > 1:
        return False
    words = TEXT[record["start"] : record["end"]]
    around = TEXT[max(record["start"] - 1, 0) : record["end"] + 1]
    whole = re.fullmatch(rf"\W?{re.escape(words)}\W?", around) is not None and words == words.strip()
    return whole and words[:1].isalnum() and words[-1:].isalnum() and TEXT.casefold().count(words.casefold()) == 1


def as_quote(record: Line) -> Line:
    kept = {key: value for key, value in record.items() if key not in ("start", "end")}
    return {**kept, "text": TEXT[record["start"] : record["end"]]}


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(submissions())
def test_quotes_of_words_that_stand_once_score_what_their_offsets_score(submission: Submission) -> None:
    gold, lines = submission
    in_quotes = [
        {**line, **{layer: [as_quote(one) if stands_alone(one, line[layer]) else one for one in line[layer]]}}
        for line in lines
        for layer in [random.Random(str(line)).choice(QUOTED)]
    ]
    one, other = scored(lines, gold), scored(in_quotes, gold)
    assert (one.scores, one.tallies()) == (other.scores, other.tallies())


@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(quoted_submissions(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing_where_some_are_quotes(submission: Submission, rng: random.Random) -> None:
    gold, lines = submission
    turned = [{**line, **{layer: rng.sample(line[layer], len(line[layer])) for layer in KINDS}} for line in lines]
    one, other = scored(lines, gold), scored(turned, gold)
    assert (one.scores, one.predictions.outcomes) == (other.scores, other.predictions.outcomes)


def nowhere(layer: str) -> Line:
    """A record that quotes what the text does not have, with labels that gold may have."""
    labels: dict[str, Line] = {
        "entities": {"type": "person"},
        "figures": {"status": "actual"},
        "stances": {"holder": "Ann", "concept_id": "one", "polarity": "favor"},
    }
    return {"text": "Atlantis", **labels.get(layer, {})}


@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(submissions(), st.sampled_from([*KINDS]), st.integers(1, 3))
def test_a_quote_without_a_place_is_what_a_bad_record_is_in_every_number(
    submission: Submission, layer: str, number: int
) -> None:
    gold, lines = submission
    one, other = (
        scored([{**line, layer: [*line[layer], *[more] * number]} for line in lines], gold)
        for more in (nowhere(layer), {})
    )
    assert (one.scores, one.tallies()) == (other.scores, other.tallies())


@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(quoted_submissions())
def test_the_counts_of_quotes_add_up_to_the_records_of_the_file(submission: Submission) -> None:
    gold, lines = submission
    found = read(lines, gold, "spurious")
    counted, bad = Counter[str](), Counter(layer for line in lines for layer in KINDS for one in line[layer] if not one)
    for (layer, _), count in found.outcomes.items():
        counted[layer] += count
    given = Counter({layer: sum(len(line[layer]) for line in lines) for layer in KINDS})
    assert not found.outcomes or counted + bad == +given


@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(quoted_submissions())
def test_what_is_counted_without_a_place_is_spurious_and_named(submission: Submission) -> None:
    gold, lines = submission
    found = read(lines, gold, "spurious")
    without = Counter(layer for (layer, name), count in found.outcomes.items() if name in CODES for _ in range(count))
    bad = Counter(layer for line in lines for layer in KINDS for one in line[layer] if not one)
    spurious = Counter(layer for (_, layer), count in found.spurious.items() for _ in range(count))
    assert without + bad == spurious
    assert sum(problem.code in CODES.values() for problem in found.problems) == without.total()


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(quoted_submissions())
def test_the_table_of_quotes_holds_every_count(submission: Submission) -> None:
    gold, lines = submission
    scores = scored(lines, gold)
    said = report("markdown")(scores).partition("## Quotes")[2].partition("\n## ")[0]
    numbers = sum(int(cell) for cell in re.findall(r"(?<=\| )\d+(?= \|)", said))
    assert numbers == sum(scores.predictions.outcomes.values())
