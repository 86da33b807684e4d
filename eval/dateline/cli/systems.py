"""Commands that run extractors: systems, run, leaderboard."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from dateline.cli.common import FORMATS, Commands, add_output, here, written


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add systems, run and leaderboard to the commands."""
    systems = commands.add_parser("systems", help="list the systems that can be run")
    systems.set_defaults(command=_systems)
    one = commands.add_parser("run", help="run a system and write its predictions", description=_run.__doc__)
    one.add_argument("system", help="a name that `dateline systems` lists")
    one.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    one.set_defaults(command=_run)
    board = commands.add_parser("leaderboard", help="run all installed systems and compare them")
    board.add_argument("systems", nargs="*", metavar="SYSTEM", help="only these")
    add_output(board, FORMATS)
    board.set_defaults(command=_leaderboard)


def _systems(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.leaderboard import listing

    return written(listing(), None, out)


def _run(args: argparse.Namespace, out: TextIO) -> int:
    """Run a system on the raw text of every document and write its predictions as JSON Lines."""
    from dateline.corpus import load
    from dateline.predictions import as_lines
    from dateline.systems import predict

    gold = load(here())
    concepts = tuple(gold.concepts.values())
    predictions = [predict(args.system, document.text, document.doc_id, concepts) for document in gold.documents]
    return written(as_lines(predictions), args.output, out)


def _leaderboard(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.corpus import load
    from dateline.leaderboard import leaderboard
    from dateline.reports.leaderboard import render

    return written(render(leaderboard(args.systems or None, load(here())), args.format), args.output, out)
