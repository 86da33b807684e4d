"""`python -m dateline.bench`: how long scoring takes beside reading the same files and beside nervaluate.

Corpora are synthetic and seeded. Every figure is the best of several runs in one process, in seconds of the processor,
which others who use the machine change least; ratios carry over to other machines, seconds do not.

The decoding that scoring is held against is what anyone would write: a plain msgspec struct, over which the garbage
collector walks. The records of `dateline.model` hold no cycles and are kept from it, which makes both decoding and
scoring faster, decoding more so; what decoding into those takes is given beside it.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import structs

from dateline.corpus import Corpus, GoldDocument
from dateline.model import Document, Mention, Prediction, Record
from dateline.reports import text
from dateline.reports.beside import Beside
from dateline.scoring import score
from dateline.vocabulary import labels

S = TypeVar("S", bound=msgspec.Struct)

SHAPES = ((2000, 14), (500, 140))
"""Documents, and mentions in each."""

SERIES = ((1000, 10), (1000, 100), (1000, 1000))
REPEATS = 7
_GAP = 20  # code points from the start of a mention to that of the next, on average
_WRONG = {"boundary": 0.08, "type": 0.05, "missed": 0.07, "spurious": 0.05}
_LONGEST = 4 * _GAP


class Files(NamedTuple):
    """A synthetic corpus: gold and predictions as prediction files, and how many mentions the gold has."""

    gold: Path
    predicted: Path
    documents: int
    mentions: int


class Timing(NamedTuple):
    """Seconds for decoding both files into plain structs and into our records, for scoring them from disk to the
    printed table, for the intervals and printing in that, and for nervaluate alone.

    nervaluate is None where it was left out or is not installed.
    """

    documents: int
    mentions: int
    decode: float
    records: float
    score: float
    printed: float
    nervaluate: float | None


def synthetic(folder: Path, documents: int, mentions: int, seed: int = 0) -> Files:
    """Gold and predictions on disk; some predictions have the wrong span or type, are missing, or are too many."""
    draw = random.Random(seed)
    types = list(labels("entity", "type"))
    gold, predicted = folder / f"gold-{documents}-{mentions}.jsonl", folder / f"predicted-{documents}-{mentions}.jsonl"
    with gold.open("w", encoding="utf-8") as one, predicted.open("w", encoding="utf-8") as other:
        for number in range(documents):
            made = list(_mentions(draw, mentions, types))
            for file, records in ((one, made), (other, list(_mistaken(draw, made, types)))):
                file.write(json.dumps({"doc_id": f"d{number}", "entities": records}) + "\n")
    return Files(gold, predicted, documents, mentions)


def timing(files: Files, repeats: int = REPEATS, peer: bool = True) -> Timing:
    """The best of several runs of each, in turn: what else the machine does then touches all alike."""
    both = files.gold, files.predicted
    decode, records, scoring = _best(
        repeats,
        lambda: [_decoded(path, _PLAIN) for path in both],
        lambda: [_decoded(path, Prediction) for path in both],
        lambda: scored(files),
    )
    found = score(files.predicted, corpus(files.gold))
    (printed,) = _best(repeats, lambda: text.render(found))
    beside = _nervaluate(files) if peer else None
    return Timing(files.documents, files.mentions, decode, records, scoring, printed, beside)


def scored(files: Files) -> str:
    """The tables of a prediction file against a gold file: all span measures of entities, and error categories."""
    scores = score(files.predicted, corpus(files.gold))
    return text.render(scores, Beside(tallies=scores.tallies()))


def corpus(gold: Path) -> Corpus:
    """A corpus whose gold is a prediction file; its texts are blank."""
    fields: dict[str, Any] = dict.fromkeys(Document.__struct_fields__, "")
    blank = Document(**fields)
    return Corpus(Path(), "0.0.0", "", tuple(_document(line, blank) for line in _decoded(gold, Prediction)), {}, {})


def _document(line: Prediction, blank: Document) -> GoldDocument:
    mentions = line.entities or ()
    length = max((mention.end for mention in mentions), default=0) + _LONGEST
    return GoldDocument(structs.replace(blank, doc_id=line.doc_id), " " * length, (), (), mentions, (), ())


def _decoded(path: Path, kind: type[S]) -> list[S]:
    """What a reader that checks nothing takes: the lines as typed structs."""
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(line) for line in path.read_bytes().splitlines()]


def _plain(kind: type[Record], **types: Any) -> type[msgspec.Struct]:
    """A struct of the same fields that the garbage collector walks over, as it does by default."""
    fields = [(field.name, types.get(field.name, field.type), _default(field)) for field in structs.fields(kind)]
    return msgspec.defstruct(kind.__name__, fields, kw_only=True)


def _default(field: structs.FieldInfo) -> Any:
    return (
        field.default
        if field.default_factory is msgspec.NODEFAULT
        else msgspec.field(default_factory=field.default_factory)
    )


_PLAIN = _plain(Prediction, entities=tuple[_plain(Mention), ...])  # type: ignore[misc]  # a type made at run time


def _mentions(draw: random.Random, count: int, types: list[str]) -> Iterator[dict[str, Any]]:
    end = 0
    for _ in range(count):
        start = end + draw.randrange(2, _GAP)
        end = start + draw.randrange(2, _GAP)
        yield {"start": start, "end": end, "type": draw.choice(types)}


def _mistaken(draw: random.Random, gold: list[dict[str, Any]], types: list[str]) -> Iterator[dict[str, Any]]:
    for mention in gold:
        what = next(iter(draw.choices([*_WRONG, "right"], [*_WRONG.values(), 1 - sum(_WRONG.values())])))
        if what == "missed":
            continue
        wrong = {"boundary": {"end": mention["end"] + 1}, "type": {"type": draw.choice(types)}}
        yield {**mention, **wrong.get(what, {})}
        if what == "spurious":
            yield {**mention, "start": mention["start"] + _GAP, "end": mention["end"] + _GAP}


def _best(repeats: int, *runs: Callable[[], object]) -> list[float]:
    rounds = [[_seconds(run) for run in runs] for _ in range(repeats)]
    return [min(found) for found in zip(*rounds, strict=True)]


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _nervaluate(files: Files) -> float | None:
    """Seconds of nervaluate's evaluate() alone, with its data already in memory; it is slow, so once."""
    try:
        from nervaluate.evaluator import Evaluator
    except ImportError:
        return None

    def spans(path: Path) -> list[list[dict[str, Any]]]:
        return [[_span(mention) for mention in line.entities or ()] for line in _decoded(path, Prediction)]

    types = list(labels("entity", "type"))
    evaluator = Evaluator(spans(files.gold), spans(files.predicted), tags=types, loader="dict")
    return _seconds(evaluator.evaluate)


def _span(mention: Mention) -> dict[str, Any]:
    return {"label": mention.type, "start": mention.start, "end": mention.end - 1}


def report(timings: list[Timing]) -> str:
    """The timings as a Markdown table."""
    lines = [
        "| documents x mentions | decode, s | our records, s | score, s | of that printing, s | score / decode "
        "| nervaluate / score |",
        "| :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for one in timings:
        peer = "-" if one.nervaluate is None else f"{one.nervaluate / one.score:.0f}"
        shape = f"{one.documents:,} x {one.mentions:,}"
        seconds = f"{one.decode:.3f} | {one.records:.3f} | {one.score:.3f} | {one.printed:.3f}"
        lines.append(f"| {shape} | {seconds} | {one.score / one.decode:.1f} | {peer} |")
    return "\n".join(lines)


def machine() -> str:
    """What the figures were taken with."""
    names = ("dateline", "msgspec", "numpy", "scipy", "nervaluate")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {platform.python_version()}, {platform.machine()}, {versions}"


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m dateline.bench", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--series", action="store_true", help="also the scaling series, to a million mentions")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        timings = [timing(synthetic(Path(name), *shape, args.seed)) for shape in SHAPES]
        for shape in SERIES if args.series else ():
            timings.append(timing(synthetic(Path(name), *shape, args.seed), repeats=1, peer=False))
    sys.stdout.write(f"{machine()}\n\n{report(timings)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
