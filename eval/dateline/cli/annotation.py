"""Commands for annotators: agree, adjudicate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from dateline.cli.common import FORMATS, Commands, add_gold, add_output, here, written
from dateline.errors import DatelineError


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add agree and adjudicate to the commands."""
    agree = commands.add_parser("agree", help="measure how well annotators agree", description=_agree.__doc__)
    agree.add_argument(
        "passes", nargs="+", metavar="DIR", help="the folder of an annotation pass, or gold; at least two"
    )
    agree.add_argument("--seed", type=int, default=0, help="of the random draws (default: 0)")
    agree.add_argument("--resamples", type=int, default=1000, help="of the units, for coefficients (default: 1000)")
    agree.add_argument("--gamma", action="store_true", help="also gamma of labelled spans; slow, needs dateline[gamma]")
    agree.add_argument("--disagreements", type=Path, metavar="FILE", help="also write what two passes differ in")
    add_gold(agree)
    add_output(agree, FORMATS)
    agree.set_defaults(command=_agree)
    decide = commands.add_parser("adjudicate", help="make gold of two passes", description=_adjudicate.__doc__)
    decide.add_argument("first", help="the folder of an annotation pass, A in the decisions")
    decide.add_argument("second", help="the folder of another, B in the decisions")
    decide.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the gold, as in a checkout")
    decide.add_argument("--decisions", type=Path, metavar="FILE", help="default: adjudication.jsonl in DIR")
    add_gold(decide)
    decide.add_argument("--identifiers", type=Path, metavar="FILE", help="names and identifiers that were looked up")
    decide.set_defaults(command=_adjudicate)


def _agree(args: argparse.Namespace, out: TextIO) -> int:
    """Measure the agreement of annotation passes, pair by pair: F1 in both directions, and coefficients of labels."""
    from dateline.agreement import agree
    from dateline.corpus import load
    from dateline.decisions import as_jsonl, undecided
    from dateline.files import write_bytes
    from dateline.passes import read_pass
    from dateline.reports.agreement import render

    corpus, file = load(args.gold or here()), args.disagreements
    if file and len(args.passes) != 2:
        raise DatelineError(f"--disagreements is of two passes; {len(args.passes)} are given")
    if file and file.exists():
        raise DatelineError(f"{file} exists and may hold decisions; name a new file")
    found = agree(*args.passes, corpus=corpus, seed=args.seed, resamples=args.resamples, gamma=args.gamma)
    if file:
        first, second = (read_pass(folder, corpus) for folder in args.passes)
        write_bytes(file, as_jsonl(undecided(first, second, corpus)))
    return written(render(found, args.format), args.output, out)


def _adjudicate(args: argparse.Namespace, out: TextIO) -> int:
    """Write what two annotators differ in as a decision file; once all is decided, write the gold."""
    from dateline.adjudication import adjudicate
    from dateline.corpus import load

    gold = load(args.gold or here())
    outcome = adjudicate(args.first, args.second, args.output, args.decisions, args.identifiers, gold)
    if outcome.open:
        how = "fill in decision (A, B, both, neither, edited), reason and anchor, and run the same again"
        return written(f"{outcome.decisions}: {outcome.open} open decisions; {how}", None, out) or 1
    return written("".join(f"{path}: written\n" for path in outcome.written), None, out)
