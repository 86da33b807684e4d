from __future__ import annotations

import io

import pytest
from tiny import corpus, document, placed

from dateline.corpus import Corpus
from dateline.errors import DatelineError
from dateline.layers.counts import Row, tabled
from dateline.reports.progress import bar
from dateline.scoring import Scores, score
from dateline.workers import rows

TEXT = "Bangui and Bria."
CITIES = [{"at": city, "type": "location", "entity_id": city} for city in ("Bangui", "Bria")]
MANY = 150


def gold() -> Corpus:
    return corpus(*(document(TEXT, f"d{number:03}", entities=CITIES) for number in range(MANY)))


def scored(**options: object) -> Scores:
    made = [{"doc_id": f"d{number:03}", "entities": placed(CITIES[: number % 3], TEXT)} for number in range(MANY)]
    return score(made, gold(), **options)  # type: ignore[arg-type]  # options of several types


@pytest.mark.parametrize("jobs", [2, 3, 1000])
def test_several_processes_give_the_same_rows_in_the_same_order(jobs: int) -> None:
    alone, together = scored(), scored(jobs=jobs)
    assert (together.rows, together.scores) == (alone.rows, alone.scores)


def test_slices_by_functions_of_ones_own_work_in_several_processes() -> None:
    by = {"initial": lambda record: TEXT[record.start]}
    assert scored(by=by, jobs=2).rows == scored(by=by).rows


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_goes_up_to_all_documents(jobs: int) -> None:
    told: list[tuple[int, int]] = []
    scored(jobs=jobs, progress=lambda done, of: told.append((done, of)))
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == (MANY, MANY)


def test_no_documents_have_no_rows() -> None:
    assert rows(lambda places: [tabled([Row("d", "", "", "", "", 0, 0, 0, 0)])], 0, jobs=4) == []


def test_less_than_one_job_is_refused() -> None:
    with pytest.raises(DatelineError, match="jobs is 0; it must be at least 1"):
        scored(jobs=0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_there_is_no_bar_where_nobody_looks() -> None:
    with bar(io.StringIO()) as progress:
        assert progress is None


@pytest.mark.parametrize(("patience", "shown"), [(-1.0, True), (60.0, False)])
def test_a_bar_shows_after_a_while(patience: float, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.reports.progress.PATIENCE", patience)
    stream = Terminal()
    with bar(stream) as progress:
        assert progress
        progress(1, 2)
        progress(2, 2)
    assert bool(stream.getvalue()) == shown
