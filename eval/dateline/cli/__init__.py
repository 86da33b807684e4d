"""The command `dateline`: each subcommand parses, calls one public function, and prints what it returns.

In a checkout, commands speak of its gold, elsewhere of the installed one.

Exit codes: 0 done; 1 `check` found errors, `build --check` something out of date, `verify` a difference, `adjudicate`
open decisions, or documents of a `run` failed; 2 bad input or usage; 130 broken off with Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from dateline import __version__
from dateline.cli import annotation, corpus, exchange, results, scoring, systems
from dateline.errors import DatelineError, InputError

FAMILIES = (scoring, results, systems, exchange, corpus, annotation)
"""The modules of commands in the order of the help; each has `add`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command on the process's own arguments and streams."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without these characters shows question marks
    return run(sys.argv[1:] if argv is None else argv, sys.stdout, sys.stderr)


def run(argv: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Run one command line; returns the exit code. What dateline refuses is told on `err`, without a traceback."""
    args = parser().parse_args(argv)
    try:
        code: int = args.command(args, out)
        out.flush()
    except InputError as error:
        _refuse(error, err)
        return 2
    except DatelineError as error:
        print(f"dateline: {error}", file=err)
        return 2
    except KeyboardInterrupt:  # a run says itself how it goes on
        print("dateline: broken off", file=err)
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter tries once more at exit
        return 0
    except OSError as error:
        print(f"dateline: {error.filename or 'output'}: {error.strerror}", file=err)
        return 2
    return code


def parser() -> argparse.ArgumentParser:
    """The command line, with its help."""
    main_parser = argparse.ArgumentParser(prog="dateline", description="Score extractors of crisis reporting on gold.")
    main_parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = main_parser.add_subparsers(required=True, metavar="COMMAND")
    for family in FAMILIES:
        family.add(commands)
    return main_parser


def _refuse(error: InputError, err: TextIO) -> None:
    from dateline.reports.problems import first

    for line in first(error.problems):
        print(line, file=err)
