"""Commands on what was scored or annotated: verify, networks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from dateline.cli.common import FORMATS, Commands, add_gold, add_output, here, written


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add verify and networks to the commands."""
    verify = commands.add_parser("verify", help="score again what somebody reports", description=_verify.__doc__)
    verify.add_argument("scores", type=Path, help="what `dateline score --format json` wrote")
    verify.add_argument("predictions", type=Path, help="the predictions that it was made from")
    add_gold(verify)
    verify.set_defaults(command=_verify)
    networks = commands.add_parser("networks", help="show who agrees with whom", description=_networks.__doc__)
    networks.add_argument("predictions", type=Path, nargs="?", help="JSON Lines; default: the gold")
    networks.add_argument("--kind", default="matrix", help="matrix (default), congruence or conflict")
    networks.add_argument("--optional", action="store_true", help="count optional records too")
    add_gold(networks)
    add_output(networks, (*FORMATS, "csv"))
    networks.set_defaults(command=_networks)


def _verify(args: argparse.Namespace, out: TextIO) -> int:
    """Score predictions as the signature in a file of scores says, and compare every number exactly."""
    from dateline.corpus import load
    from dateline.reports.verification import render
    from dateline.verification import verify

    found = verify(args.scores, args.predictions, load(args.gold or here()))
    return written(render(found), None, out) or int(not found.same)


def _networks(args: argparse.Namespace, out: TextIO) -> int:
    """Show who takes which positions, or how far each two holders agree or differ, from the gold or predictions."""
    from dateline.corpus import load
    from dateline.networks import network
    from dateline.predictions import read
    from dateline.reports.networks import render

    gold = load(args.gold or here())
    predictions = read(args.predictions, gold) if args.predictions else None
    return written(render(network(args.kind, gold, predictions, args.optional), args.format), args.output, out)
