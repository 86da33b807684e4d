"""Commands that run extractors: systems, run, leaderboard."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dateline.cli.common import FORMATS, Commands, add_gold, add_labels, add_output, here, written

if TYPE_CHECKING:
    from dateline.systems.base import Options

_OPTIONS = (
    ("--jobs", int, "N", "ask about so many documents at a time (default: 1)"),
    ("--timeout", float, "SECONDS", "how long a document may take"),
    ("--base-url", str, "URL", "of an endpoint"),
    ("--max-tokens", int, "N", "of an answer"),
    ("--price-in", float, "PRICE", "of a million tokens sent, to add up the cost"),
    ("--price-out", float, "PRICE", "of a million tokens received"),
    ("--cache", Path, "DIR", "where answers of an endpoint are kept"),
)
"""Options that some systems take: `dateline systems` says which; another system refuses them."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add systems, run and leaderboard to the commands."""
    systems = commands.add_parser("systems", help="list the systems that can be run")
    systems.set_defaults(command=_systems)
    one = commands.add_parser("run", help="run a system and write its predictions", description=_run.__doc__)
    one.add_argument("system", help="as `dateline systems` lists them: rules, spacy:MODEL, command:PROGRAM, ...")
    one.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    add_gold(one)
    one.add_argument("--layer", action="append", default=[], metavar="L", help="this layer only; repeatable")
    one.add_argument("--restart", action="store_true", help="throw away what a broken-off run has in FILE.partial")
    one.add_argument("--retry", action="store_true", help="ask again about the documents that failed")
    for flag, kind, metavar, what in _OPTIONS:
        one.add_argument(flag, type=kind, metavar=metavar, help=what)
    one.set_defaults(command=_run)
    board = commands.add_parser("leaderboard", help="run all installed systems and compare them")
    board.add_argument("systems", nargs="*", metavar="SYSTEM", help="only these")
    add_labels(board, "project types of entities by this label map")
    add_gold(board)
    add_output(board, FORMATS)
    board.set_defaults(command=_leaderboard)


def _systems(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.leaderboard import listing

    return written(listing(), None, out)


def _run(args: argparse.Namespace, out: TextIO) -> int:
    """Ask a system about every document and write its predictions as JSON Lines; what it cannot be asked is refused.

    With -o, each finished document is kept at once in FILE.partial: the same command goes on from there. A document
    that fails is named with its reason in its line. Exit code 1: documents failed; 130: broken off.
    """
    from dateline.corpus import load
    from dateline.reports.progress import bar
    from dateline.reports.runs import interrupted, notes
    from dateline.runs import run

    given = _options(args)
    try:
        with bar(sys.stderr, "asking") as progress:
            outcome = run(args.system, load(args.gold or here()), given, args.restart, args.retry, progress)
    except KeyboardInterrupt:
        print(interrupted(args.output), file=sys.stderr)
        return 130
    if args.output is None:
        written(outcome.content.decode(), None, out)
    for note in notes(outcome, args.output):
        print(note, file=sys.stderr)
    return int(bool(outcome.failed))


def _options(args: argparse.Namespace) -> Options:
    """The options of a run that were given."""
    from dateline.systems.base import Options

    asked = {name: getattr(args, name) for name in Options._fields if getattr(args, name, None) is not None}
    return Options(layers=tuple(args.layer), **asked)


def _leaderboard(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.corpus import load
    from dateline.leaderboard import leaderboard
    from dateline.reports.leaderboard import render

    board = leaderboard(args.systems or None, load(args.gold or here()), args.labels)
    return written(render(board, args.format), args.output, out)
