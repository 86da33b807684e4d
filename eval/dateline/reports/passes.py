"""AGREEMENT.md of a document: how well its passes agree, with each other and with the gold that was made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dateline.agreement import Agreement, agree
from dateline.corpus import Corpus
from dateline.passes import as_corpus, gold_pass
from dateline.reports import agreement as report
from dateline.reports import markdown
from dateline.reports.tables import Table, rounded

FILE = "AGREEMENT.md"

TARGETS = {
    "segments.exact.f1": 0.98,
    "entities.names.strict.f1": 0.98,
    "entities.all.strict.f1": 0.90,
    "entities.all.coref.conll.f1": 0.90,
    "figures.exact.f1": 0.95,
    "figures.overlap.f1": 0.97,
    "figures.value.accuracy": 0.98,
    "figures.category.kappa": 0.90,
    "figures.status.kappa": 0.90,
    "figures.time.accuracy": 0.85,
    "figures.place.accuracy": 0.85,
    "stances.position.f1": 0.80,
    "stances.record.f1": 0.80,
    "stances.polarity.alpha": 0.90,
    "stances.act.kappa": 0.65,
}
"""What a fresh annotator with the guidelines alone was to reach, against the gold; set before anybody annotated."""

_INTRODUCTION = """# Agreement on {doc_id}

Made by `dateline build` from the passes; [passes/README.md](passes/README.md) says who made them and what each could
see: read that first. {made} are the two independent passes that the gold was made of. {fresh}

No human has annotated so far, and all annotators are instances of one language model: what follows is how well one
reader repeats itself under these guidelines, an upper bound on the agreement of different readers. The guidelines were
written and mended with their documents in sight; the columns "unquoted" leave out what they quote, but not what they
were made for. [passes/README.md](passes/README.md) says how they did on a text that they had not seen.
"""


def folders(corpus: Corpus, doc_id: str) -> list[Path]:
    """The passes over a document, by name: the first two are those that the gold was made of."""
    home = corpus.root / "annotations" / doc_id / "passes"
    return sorted(path for path in home.iterdir() if path.is_dir()) if home.is_dir() else []


def page(corpus: Corpus, doc_id: str) -> str:
    """The passes of a document against each other and, from the third on, against the gold.

    Raises InputError for a pass that is none.
    """
    first, second, *fresh = folders(corpus, doc_id)
    alone = as_corpus(gold_pass(corpus), corpus, [doc_id])
    between = agree(first, second, corpus=alone)
    later = [agree(one, gold_pass(alone), corpus=alone) for one in fresh]
    return "\n".join((_introduced(doc_id, between, later), *_sections(between, later)))


def _introduced(doc_id: str, between: Agreement, later: list[Agreement]) -> str:
    made = " and ".join((between.pairs[0].first, between.pairs[0].second))
    names = " and ".join(one.pairs[0].first for one in later)
    fresh = f"{names} came later, with the mended guidelines, and changed no gold." if later else "None came later."
    return _INTRODUCTION.format(doc_id=doc_id, made=made, fresh=fresh)


def _sections(between: Agreement, later: list[Agreement]) -> Iterator[str]:
    yield markdown.page((), [_targets(between, later)])
    for one in (between, *later):
        pair = one.pairs[0]
        yield f"# {pair.first} and {pair.second}\n\n{report.render(one, 'markdown')}"


def _targets(between: Agreement, later: list[Agreement]) -> Table:
    """The targets beside what was reached, on all records and on those that no guideline quotes."""
    pairs = [one.pairs[0] for one in (between, *later)]
    heads = [f"{pair.first}-{pair.second}{scope}" for pair in pairs for scope in ("", ", unquoted")]
    values = {
        (pair.first, number.name, number.scope): rounded(number.value) for pair in pairs for number in pair.numbers
    }
    rows = (
        (name, rounded(target), *(values[pair.first, name, scope] for pair in pairs for scope in ("all", "unquoted")))
        for name, target in TARGETS.items()
    )
    return Table("Targets", ("", "target", *heads), tuple(rows))
