"""Commands that exchange data with other programs: inputs, prompt, convert, formats, labels."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TextIO

from dateline.cli.common import Commands, add_gold, add_reading, here, written


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add inputs, prompt, convert, formats and labels to the commands."""
    inputs = commands.add_parser(
        "inputs", help="write what a system gets: texts, segments, labels, codebook", description=_inputs.__doc__
    )
    inputs.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    add_gold(inputs)
    inputs.set_defaults(command=_inputs)
    prompt = commands.add_parser(
        "prompt", help="print an instruction for a language model", description=_prompt.__doc__
    )
    prompt.add_argument("--layer", action="append", metavar="L", help="ask for this layer only; repeatable")
    what = prompt.add_mutually_exclusive_group()
    what.add_argument("--document", metavar="DOC_ID", help="with the document's segments, ready to be pasted")
    what.add_argument("--schema", action="store_true", help="the JSON Schema of the answer alone")
    prompt.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    add_gold(prompt)
    prompt.set_defaults(command=_prompt)
    convert = commands.add_parser(
        "convert",
        help="convert annotations from one format to another",
        description=_convert.__doc__,
    )
    convert.add_argument(
        "--from",
        dest="come_from",
        required=True,
        metavar="FORMAT",
        help="the format of IN, as `dateline formats` lists them",
    )
    convert.add_argument("--to", required=True, metavar="FORMAT", help="the format of OUT")
    convert.add_argument("source", type=Path, nargs="?", metavar="IN", help="file or folder; none with --from gold")
    convert.add_argument("target", type=Path, metavar="OUT", help="right after IN; written whole or not at all")
    convert.add_argument(
        "--scheme", metavar="S", help="of conll: BIO, IOB1, BIOES or BILOU; default: recognised, or BIO"
    )
    convert.add_argument("--annotator", metavar="NAME", help="of labelstudio: whose annotations; default: the newest")
    add_reading(convert, "types of IN may be those of this label map, and are kept")
    convert.set_defaults(command=_convert)
    formats = commands.add_parser("formats", help="list the formats that convert reads and writes")
    formats.set_defaults(command=_formats)
    labels = commands.add_parser("labels", help="list the label maps, or show one", description=_labels.__doc__)
    labels.add_argument("map", nargs="?", metavar="NAME|FILE", help="show this one, as Markdown")
    labels.set_defaults(command=_labels)


def _convert(args: argparse.Namespace, out: TextIO) -> int:
    """Convert annotations from one format to another, and say on standard error what was lost.

    Quotes are looked up in the text. Bad records stop the conversion unless --on-error spurious; prediction files keep
    them then, as they keep quotes without a place, so that scoring counts them.
    """
    from dateline.corpus import load
    from dateline.formats.common import is_loss
    from dateline.formats.conversion import convert
    from dateline.reports.conversion import notes
    from dateline.reports.problems import first

    gold, own = load(args.gold or here()), ("scheme", "annotator")
    options = {name: getattr(args, name) for name in own if getattr(args, name)}
    done = convert(
        args.source, args.target, args.come_from, args.to, gold, args.on_error, args.fuzzy, options, args.labels
    )
    named = first([problem for problem in done.problems if not is_loss(problem)])
    print(*named, *notes(done), sep="\n", file=sys.stderr)
    return 0


def _inputs(args: argparse.Namespace, out: TextIO) -> int:
    """Write each document as a system may see it, as JSON Lines: no gold but its segments and its clean text."""
    from dateline.corpus import load
    from dateline.files import as_jsonl
    from dateline.inputs import tasks

    return written(as_jsonl(tasks(load(args.gold or here()))).decode(), args.output, out)


def _prompt(args: argparse.Namespace, out: TextIO) -> int:
    """Print what a language model must be told to annotate a document, with the JSON Schema of its answer."""
    import json

    from dateline.corpus import load
    from dateline.inputs import task_of
    from dateline.prompts import LAYERS, answer_schema, instruction, messages

    gold, layers = load(args.gold or here()), args.layer or LAYERS
    if args.schema:
        text = json.dumps(answer_schema(layers, gold.concepts), indent=1, ensure_ascii=False)
    elif args.document:
        chat = messages(task_of(gold.document(args.document), gold), layers)
        text = "\n\n".join(message["content"] for message in chat)
    else:
        text = instruction(gold.concepts.values(), layers)
    return written(text, args.output, out)


def _formats(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.formats import listing

    return written(listing(), None, out)


def _labels(args: argparse.Namespace, out: TextIO) -> int:
    """List the label maps that come with dateline, or show one with the meaning of each row and its source."""
    from dateline.reports.labels import listing, render

    return written(render(args.map) if args.map else listing(), None, out)
