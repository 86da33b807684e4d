"""What the families of commands share: output, its formats, and whose gold is meant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

FORMATS = ("text", "json", "markdown")

Commands = argparse._SubParsersAction  # the type has no public name


def here() -> Path | None:
    """This folder, if it is a checkout: an installed dateline then speaks of what is edited here."""
    marks = ("corpus", "annotations", "schema")
    return Path() if all(Path(mark).is_dir() for mark in marks) else None


def add_output(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """Add --format and --output to a command."""
    command.add_argument("--format", choices=formats, default="text")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")


def add_labels(command: argparse.ArgumentParser, what: str) -> None:
    """Add --labels to a command."""
    command.add_argument("--labels", metavar="NAME|FILE", help=f"{what}: one that `dateline labels` lists, or a file")


def add_gold(command: argparse.ArgumentParser) -> None:
    """Add --gold to a command."""
    command.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")


def add_reading(command: argparse.ArgumentParser, labels: str) -> None:
    """Add to a command how predictions are read: --on-error, --fuzzy, --labels and --gold."""
    command.add_argument("--on-error", default="stop", metavar="POLICY", help="bad records: stop (default) or spurious")
    command.add_argument("--fuzzy", action="store_true", help="look up quotes with a slip in them, too; never figures")
    add_labels(command, labels)
    add_gold(command)


def written(content: str, path: Path | None, out: TextIO) -> int:
    """To a file, whole or not at all, or to standard output; both end with a line end."""
    from dateline.files import write_bytes

    text = content if content.endswith("\n") or not content else f"{content}\n"
    if path is None:
        out.write(text)
    else:
        write_bytes(path, text.encode(errors="replace"))
    return 0
