"""CoNLL: tokens against the text, documents by name or order, repairs and losses counted, names written exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import GOLD, TEXT, TWO, converted, lines, predictions, refused, texts, there_and_back
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import corpus, document, span

from dateline.corpus import load
from dateline.errata import clean
from dateline.errors import DatelineError
from dateline.formats.conll import read, write
from dateline.formats.conversion import convert
from dateline.formats.tags import SCHEMES
from dateline.formats.tokens import tokens
from dateline.scoring import score

WORDS = (
    "Ann met Ben (in \U0001d518lm). 2,000 men left Ulm.".replace("(", "( ")
    .replace(")", " )")
    .replace(".", " .")
    .split()
)
PERSONS = {"Ann": "B-person", "Ben": "B-person", "\U0001d518lm": "B-location"}


def tagged(separator: str = "\t", head: str = "", words: list[str] = WORDS) -> str:
    return head + "".join(f"{word}{separator}{PERSONS.get(word, 'O')}\n" for word in words)


def entities(path: Path) -> list[tuple[int, int, str]]:
    [prediction] = predictions([json.loads(line) for line in path.read_text().splitlines()], GOLD)
    return [(one.start, one.end, one.type) for one in prediction.entities or ()]


EXPECTED = [(0, 3, "person"), (8, 11, "person"), (16, 19, "location")]


@pytest.mark.parametrize(
    "content",
    [
        tagged(),
        tagged(" "),
        tagged(" X Y "),
        tagged(head="-DOCSTART- -X- O O\n\n"),
        tagged(head="# doc_id = d1\n"),
        tagged(head="# newdoc id = d1\n# text = Ann met\n"),
        tagged(head="\ufeff"),
        tagged().replace("\n", "\r\n"),
        tagged().replace("(\t", "-LRB-\t"),
        tagged(words=WORDS[:-4]),
    ],
    ids=["tabs", "blanks", "four columns", "docstart", "doc_id", "conll-u", "bom", "crlf", "escaped", "cut off"],
)
def test_names_are_read(content: str, tmp_path: Path) -> None:
    converted("conll", content, tmp_path)
    assert entities(tmp_path / "out.jsonl") == EXPECTED


def test_the_raw_text_is_meant_where_tokens_fit_both(tmp_path: Path) -> None:
    gold = corpus(document("Ann  met\nBen.\n", "d1", segments=[{"start": 0, "end": 13, "kind": "sentence"}]))
    found = read(_file(tmp_path, "Ann\tO\nmet\tO\nBen\tB-person\n.\tO\n"), gold)
    assert "offsets" not in found.documents[0]


def _file(folder: Path, content: str) -> Path:
    path = folder / "a.conll"
    path.write_text(content, encoding="utf-8", newline="")
    return path


def test_the_article_s_clean_tokens_are_taken_in_clean_offsets(tmp_path: Path) -> None:
    gold = load()
    article = gold.documents[0]
    text = clean(article.text, article.segments, article.errata).text
    content = "".join(f"{text[start:end]}\tO\n" for start, end in tokens(text, ()))
    assert read(_file(tmp_path, content), gold).documents[0]["offsets"] == "clean"


def test_a_token_that_is_not_next_is_named_with_its_line(tmp_path: Path) -> None:
    [problem] = refused("conll", "Ann\tB-person\nsaw\tO\n", tmp_path)
    assert (problem.code, problem.line) == ("other-text", 2)
    assert '"saw" is not next in the raw text at 3' in problem.message


def test_text_behind_the_last_token_is_told(tmp_path: Path) -> None:
    done = converted("conll", "Ann\tB-person\n", tmp_path)
    assert [problem.code for problem in done.problems] == ["uncovered-text"]


def test_broken_tags_are_repaired_and_counted(tmp_path: Path) -> None:
    done = converted("conll", tagged().replace("Ben\tB-", "Ben\tI-"), tmp_path)
    assert entities(tmp_path / "out.jsonl") == EXPECTED
    assert [(problem.code, problem.line) for problem in done.problems] == [("repaired-tags", 3)]


def test_a_sentence_ends_a_chunk(tmp_path: Path) -> None:
    converted("conll", "Ann\tB-person\n\nmet\tI-person\n", tmp_path)
    assert entities(tmp_path / "out.jsonl") == [(0, 3, "person"), (4, 7, "person")]


def test_unnamed_documents_are_those_of_the_corpus_in_order(tmp_path: Path) -> None:
    start = "-DOCSTART-\n\n"
    content = start + tagged() + start + "Ben\tB-person\nis\tO\nhere\tO\n.\tO\n"
    assert [one["doc_id"] for one in read(_file(tmp_path, content), TWO).documents] == ["d1", "d2"]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (tagged(), "unnamed-document", 1),
        (tagged(head="# doc_id = d9\n"), "unknown-document", 1),
        (tagged(head="# doc_id = d1\n") * 2, "duplicate-document", 15),
    ],
)
def test_documents_that_cannot_be_told_are_refused(content: str, code: str, line: int, tmp_path: Path) -> None:
    assert [(problem.code, problem.line) for problem in refused("conll", content, tmp_path, TWO)] == [(code, line)]


@pytest.mark.parametrize(
    ("content", "code"), [("Ann\n", "not-a-token"), ("Ann\tPER\n", "unknown-tag"), ("Ann\tB-\n", "unknown-tag")]
)
def test_lines_without_a_tag_are_refused(content: str, code: str, tmp_path: Path) -> None:
    assert [(problem.code, problem.line) for problem in refused("conll", content, tmp_path)] == [(code, 1)]


def test_an_unknown_type_is_named_with_its_line(tmp_path: Path) -> None:
    [problem] = refused("conll", tagged().replace("Ben\tB-person", "Ben\tB-PER"), tmp_path)
    assert (problem.code, problem.line) == ("unknown-label", 3)


PARTS = st.tuples(st.integers(0, 39), st.integers(1, 8), st.sampled_from(["person", "location"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=texts, parts=st.lists(PARTS, max_size=6), scheme=st.sampled_from(list(SCHEMES)))
def test_what_is_not_counted_as_lost_comes_back(
    text: str, parts: list[tuple[int, int, str]], scheme: str, tmp_path: Path
) -> None:
    places = [(start, min(start + length, len(text)), kind) for start, length, kind in parts if start < len(text)]
    gold = corpus(document(text, "d1"))
    found = predictions([{"doc_id": "d1", "entities": [*map(_entity, places)]}], gold)
    problems = write(found, gold, tmp_path / "a.conll", scheme)
    back = read(tmp_path / "a.conll", gold, scheme).documents[0]["entities"]
    lost = sum(int(problem.message.split()[0]) for problem in problems if problem.code == "lost-nested")
    trimmed = {(*_trimmed(text, start, end), kind) for start, end, kind in places}
    assert {(one["start"], one["end"], one["type"]) for one in back} <= trimmed
    blank = sum(not text[start:end].strip() for start, end, _ in places)
    assert len(back) == len(places) - lost - blank


def _entity(place: tuple[int, int, str]) -> dict[str, Any]:
    return {"start": place[0], "end": place[1], "type": place[2]}


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def test_all_schemes_say_the_same_of_the_article(tmp_path: Path) -> None:
    found = set()
    for scheme in SCHEMES:
        convert(None, tmp_path / scheme, "gold", "conll", load(), options={"scheme": scheme})
        convert(tmp_path / scheme, tmp_path / f"{scheme}.jsonl", "conll", "prediction", load())
        found.add((tmp_path / f"{scheme}.jsonl").read_bytes())
    assert len(found) == 1


def test_the_article_s_names_score_as_they_were_but_for_the_nested_ones(tmp_path: Path) -> None:
    done = convert(None, tmp_path / "a.conll", "gold", "conll", load())
    convert(tmp_path / "a.conll", tmp_path / "a.jsonl", "conll", "prediction", load())
    lost = {problem.code: int(problem.message.split()[0]) for problem in done.problems}
    [strict] = [
        one
        for one in score(tmp_path / "a.jsonl", load()).scores
        if (one.measure, one.group) == ("entities.strict.precision", "overall")
    ]
    names = sum(one.level == "name" for one in load().documents[0].entities)
    assert (strict.value, strict.predicted) == (1.0, names - lost["lost-nested"])


def test_what_tags_cannot_say_is_counted(tmp_path: Path) -> None:
    line = {
        "doc_id": "d1",
        "system": "x",
        "entities": [
            {**span("Ann", TEXT), "type": "person", "subtype": None, "entity_id": "ann"},
            {**span("men", TEXT), "type": "person", "level": "nominal"},
            {"start": 3, "end": 7, "type": "person"},
        ],
        "figures": [span("2,000", TEXT)],
    }
    problems = write(predictions([line], GOLD), GOLD, tmp_path / "a.conll")
    assert {problem.code: problem.message for problem in problems} == {
        "lost-other-levels": "1 not carried over",
        "lost-white-space": "1 not carried over",
        "lost-figures": "1 not carried over",
        "lost-system": "1 not carried over",
        "lost-entities.entity_id": "1 not carried over",
    }


def test_a_document_without_names_stays_attempted(tmp_path: Path) -> None:
    found = predictions([{"doc_id": "d1", "entities": []}], GOLD)
    assert there_and_back(found, GOLD, "conll", tmp_path / "a.conll") == lines(found)


def test_predictions_without_entities_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="no prediction has entities"):
        write(predictions([{"doc_id": "d1", "figures": []}], GOLD), GOLD, tmp_path / "a.conll")
