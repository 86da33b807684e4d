"""Commands on the gold: check, stats, gold, build."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from dateline.cli.common import FORMATS, Commands, add_gold, add_output, here, written
from dateline.errors import InputError


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add check, stats, gold and build to the commands."""
    check = commands.add_parser("check", help="prove the gold against schemas, rules and guidelines")
    check.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="data folders or files; default: this folder"
    )
    add_output(check, ("text", "json"))
    check.set_defaults(command=_check)
    stats = commands.add_parser("stats", help="count what the corpus holds, and what it cannot test")
    add_output(stats, FORMATS)
    add_gold(stats)
    stats.set_defaults(command=_stats)
    gold = commands.add_parser("gold", help="write the gold in the form of predictions")
    gold.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    add_gold(gold)
    gold.set_defaults(command=_gold)
    build = commands.add_parser("build", help="renew the generated files of a checkout")
    build.add_argument("root", nargs="?", type=Path, default=Path(), help="the checkout; default: this folder")
    build.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is out of date")
    build.set_defaults(command=_build)


def _check(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.checks import check
    from dateline.reports.problems import render

    found = check(here(), args.paths)
    written(render(found, args.format), args.output, out)
    return int(any(problem.level == "error" for problem in found))


def _stats(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.inventory import stats
    from dateline.reports.inventory import render

    return written(render(stats(args.gold or here()), args.format), args.output, out)


def _gold(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.corpus import load
    from dateline.predictions import as_lines
    from dateline.scoring import gold_predictions

    return written(as_lines(gold_predictions(load(args.gold or here()))), args.output, out)


def _build(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.build import build, outdated
    from dateline.checks import check

    if errors := [problem for problem in check(args.root) if problem.level == "error"]:
        raise InputError(errors)
    changed = outdated(args.root) if args.check else build(args.root)
    said = "out of date" if args.check else "renewed"
    written("".join(f"{path}: {said}\n" for path in changed) or "all up to date\n", None, out)
    return int(args.check and bool(changed))
