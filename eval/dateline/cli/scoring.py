"""Commands that hold predictions against the gold: score, compare, measures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dateline.cli.common import FORMATS, Commands, add_output, add_reading, here, written
from dateline.errors import DatelineError

if TYPE_CHECKING:
    from dateline.predictions import Predictions
    from dateline.reports.beside import Beside
    from dateline.scoring import Scores

_LABELS = "project types of entities by this label map"


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add score, compare and measures to the commands."""
    score = commands.add_parser("score", help="score a prediction file", description=_score.__doc__)
    score.add_argument("predictions", type=Path, help="JSON Lines, as schema/prediction.schema.json says")
    score.add_argument("--layer", action="append", metavar="L", help="score this layer only; repeatable")
    score.add_argument("--level", default="name", help="mentions to score: name (default), nominal, pronoun or all")
    score.add_argument(
        "--by", action="append", default=[], metavar="FIELD", help="give numbers apart by it; repeatable"
    )
    score.add_argument("--errors", action="store_true", help="count and list missed, spurious and wrong records")
    score.add_argument(
        "--confusion", action="append", default=[], metavar="FIELD", help="such as entities.type; repeatable"
    )
    score.add_argument("--convention", metavar="NAME", help="how vague numbers may be read: acled, emdat or range")
    score.add_argument("--compat", action="store_true", help="also what the reference scorers would say, and why not")
    score.add_argument("--signature", action="store_true", help="print the signatures of the headline measures alone")
    add_reading(score, _LABELS)
    score.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1); no number changes")
    add_output(score, FORMATS)
    score.set_defaults(command=_score)
    compare = commands.add_parser("compare", help="compare prediction files", description=_compare.__doc__)
    compare.add_argument("predictions", type=Path, nargs="+", help="JSON Lines; the file's name is the system's")
    compare.add_argument(
        "--by", action="append", default=[], metavar="FIELD", help="compare in its groups, too; repeatable"
    )
    add_reading(compare, _LABELS)
    compare.add_argument("--seed", type=int, default=0, help="of the random draws (default: 0)")
    compare.add_argument("--resamples", type=int, default=10_000, help="random exchanges in a test (default: 10000)")
    add_output(compare, (*FORMATS, "csv", "latex"))
    compare.set_defaults(command=_compare)
    measures = commands.add_parser("measures", help="list the measures with their definitions")
    measures.set_defaults(command=_measures)


def _score(args: argparse.Namespace, out: TextIO) -> int:
    """Score predictions against the gold. Bad records are all named, and stop the run unless --on-error spurious."""
    from dateline.corpus import load
    from dateline.reports import report
    from dateline.reports.progress import bar
    from dateline.reports.tables import signatures
    from dateline.scoring import score

    gold = load(args.gold or here())
    asked = {name: getattr(args, name) for name in ("by", "convention", "jobs", "fuzzy", "labels")}
    with bar(sys.stderr) as progress:
        scores = score(args.predictions, gold, args.layer, args.level, args.on_error, progress=progress, **asked)
    if args.signature:
        return written(signatures(scores), args.output, out)
    return written(report(args.format)(scores, _beside(scores, args)), args.output, out)


def _beside(scores: Scores, args: argparse.Namespace) -> Beside:
    """What was asked for beside the scores."""
    from dateline.compatibility import reference_scores
    from dateline.reports.beside import Beside
    from dateline.reports.errors import mistakes

    return Beside(
        tallies=scores.tallies() if args.errors else (),
        confusions={field: scores.confusion(field) for field in args.confusion},
        references=reference_scores(scores) if args.compat else (),
        mistakes=mistakes(scores) if args.errors else (),
    )


def _compare(args: argparse.Namespace, out: TextIO) -> int:
    """Compare systems on the headline measures: intervals, paired tests, and what they cannot show."""
    from dateline.comparison import compare
    from dateline.corpus import load
    from dateline.predictions import read
    from dateline.reports.comparison import render
    from dateline.scoring import score

    gold = load(args.gold or here())
    if len(set(args.predictions)) < len(args.predictions):
        raise DatelineError("a prediction file is given twice; each once")
    stems = [path.stem for path in args.predictions]
    found = {
        path.stem if stems.count(path.stem) == 1 else str(path): read(
            path, gold, args.on_error, args.fuzzy, args.labels
        )
        for path in args.predictions
    }
    fields = _fields(args.by, found)
    named = {name: score(predictions, gold, by=fields[name]) for name, predictions in found.items()}
    comparison = compare(named, resamples=args.resamples, seed=args.seed)
    return written(render(comparison, args.format), args.output, out)


def _fields(by: Sequence[str], found: Mapping[str, Predictions]) -> dict[str, list[str]]:
    """The fields of each system: those that a layer of its own has. Raises UnknownNameError for one of no system."""
    from dateline.layers.slices import makers
    from dateline.scoring import chosen_layers

    layers = {name: chosen_layers(predictions) for name, predictions in found.items()}
    having = {field: makers([field], {layer for own in layers.values() for layer in own}) for field in by}
    return {name: [field for field in by if any(having[field][layer] for layer in own)] for name, own in layers.items()}


def _measures(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.measures import listing

    return written(listing(), None, out)
