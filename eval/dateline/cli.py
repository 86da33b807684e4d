"""The command `dateline`: each subcommand parses, calls one public function, and prints what it returns.

In a checkout, commands speak of its gold, elsewhere of the installed one.

Exit codes: 0 done; 1 `check` found errors, `build --check` something out of date, `verify` a difference, or
`adjudicate` open decisions; 2 bad input or usage.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dateline import __version__
from dateline.errors import DatelineError, InputError

if TYPE_CHECKING:
    from dateline.reports.beside import Beside
    from dateline.scoring import Scores

FORMATS = ("text", "json", "markdown")


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
    _add_scoring(commands)
    _add_results(commands)
    _add_systems(commands)
    _add_corpus(commands)
    _add_annotation(commands)
    return main_parser


Commands = argparse._SubParsersAction  # the type has no public name


def _add_scoring(commands: Commands[argparse.ArgumentParser]) -> None:
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
    score.add_argument("--on-error", default="stop", metavar="POLICY", help="bad records: stop (default) or spurious")
    score.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")
    score.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1); no number changes")
    _add_output(score, FORMATS)
    score.set_defaults(command=_score)
    compare = commands.add_parser("compare", help="compare prediction files", description=_compare.__doc__)
    compare.add_argument("predictions", type=Path, nargs="+", help="JSON Lines; the file's name is the system's")
    compare.add_argument("--seed", type=int, default=0, help="of the random draws (default: 0)")
    compare.add_argument("--resamples", type=int, default=10_000, help="random exchanges in a test (default: 10000)")
    _add_output(compare, (*FORMATS, "csv", "latex"))
    compare.set_defaults(command=_compare)
    measures = commands.add_parser("measures", help="list the measures with their definitions")
    measures.set_defaults(command=_measures)


def _add_results(commands: Commands[argparse.ArgumentParser]) -> None:
    verify = commands.add_parser("verify", help="score again what somebody reports", description=_verify.__doc__)
    verify.add_argument("scores", type=Path, help="what `dateline score --format json` wrote")
    verify.add_argument("predictions", type=Path, help="the predictions that it was made from")
    verify.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")
    verify.set_defaults(command=_verify)
    networks = commands.add_parser("networks", help="show who agrees with whom", description=_networks.__doc__)
    networks.add_argument("predictions", type=Path, nargs="?", help="JSON Lines; default: the gold")
    networks.add_argument("--kind", default="matrix", help="matrix (default), congruence or conflict")
    networks.add_argument("--optional", action="store_true", help="count optional records too")
    networks.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")
    _add_output(networks, (*FORMATS, "csv"))
    networks.set_defaults(command=_networks)


def _add_systems(commands: Commands[argparse.ArgumentParser]) -> None:
    systems = commands.add_parser("systems", help="list the systems that can be run")
    systems.set_defaults(command=_systems)
    one = commands.add_parser("run", help="run a system and write its predictions", description=_run.__doc__)
    one.add_argument("system", help="a name that `dateline systems` lists")
    one.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    one.set_defaults(command=_run)
    board = commands.add_parser("leaderboard", help="run all installed systems and compare them")
    board.add_argument("systems", nargs="*", metavar="SYSTEM", help="only these")
    _add_output(board, FORMATS)
    board.set_defaults(command=_leaderboard)


def _add_corpus(commands: Commands[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="prove the gold against schemas, rules and guidelines")
    check.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="data folders or files; default: this folder"
    )
    _add_output(check, ("text", "json"))
    check.set_defaults(command=_check)
    stats = commands.add_parser("stats", help="count what the corpus holds, and what it cannot test")
    _add_output(stats, FORMATS)
    stats.set_defaults(command=_stats)
    gold = commands.add_parser("gold", help="write the gold in the form of predictions")
    gold.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")
    gold.set_defaults(command=_gold)
    build = commands.add_parser("build", help="renew the generated files of a checkout")
    build.add_argument("root", nargs="?", type=Path, default=Path(), help="the checkout; default: this folder")
    build.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is out of date")
    build.set_defaults(command=_build)


def _add_annotation(commands: Commands[argparse.ArgumentParser]) -> None:
    agree = commands.add_parser("agree", help="measure how well annotators agree", description=_agree.__doc__)
    agree.add_argument(
        "passes", nargs="+", metavar="DIR", help="the folder of an annotation pass, or gold; at least two"
    )
    agree.add_argument("--seed", type=int, default=0, help="of the random draws (default: 0)")
    agree.add_argument("--resamples", type=int, default=1000, help="of the units, for coefficients (default: 1000)")
    agree.add_argument("--gamma", action="store_true", help="also gamma of labelled spans; slow, needs dateline[gamma]")
    agree.add_argument("--disagreements", type=Path, metavar="FILE", help="also write what two passes differ in")
    agree.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")
    _add_output(agree, FORMATS)
    agree.set_defaults(command=_agree)
    decide = commands.add_parser("adjudicate", help="make gold of two passes", description=_adjudicate.__doc__)
    decide.add_argument("first", help="the folder of an annotation pass, A in the decisions")
    decide.add_argument("second", help="the folder of another, B in the decisions")
    decide.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the gold, as in a checkout")
    decide.add_argument("--decisions", type=Path, metavar="FILE", help="default: adjudication.jsonl in DIR")
    decide.add_argument("--gold", type=Path, metavar="DIR", help="a checkout; default: this folder, or the installed")
    decide.add_argument("--identifiers", type=Path, metavar="FILE", help="names and identifiers that were looked up")
    decide.set_defaults(command=_adjudicate)


def _add_output(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    command.add_argument("--format", choices=formats, default="text")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of standard output")


def here() -> Path | None:
    """This folder, if it is a checkout: an installed dateline then speaks of what is edited here."""
    marks = ("corpus", "annotations", "schema")
    return Path() if all(Path(mark).is_dir() for mark in marks) else None


def _score(args: argparse.Namespace, out: TextIO) -> int:
    """Score predictions against the gold. Bad records are all named, and stop the run unless --on-error spurious."""
    from dateline.corpus import load
    from dateline.reports import report
    from dateline.reports.progress import bar
    from dateline.reports.tables import signatures
    from dateline.scoring import score

    gold, asked = load(args.gold or here()), {name: getattr(args, name) for name in ("by", "convention", "jobs")}
    with bar(sys.stderr) as progress:
        scores = score(args.predictions, gold, args.layer, args.level, args.on_error, progress=progress, **asked)
    if args.signature:
        return _write(signatures(scores), args.output, out)
    return _write(report(args.format)(scores, _beside(scores, args)), args.output, out)


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
    from dateline.reports.comparison import render
    from dateline.scoring import score

    gold = load(here())
    if len(set(args.predictions)) < len(args.predictions):
        raise DatelineError("a prediction file is given twice; each once")
    stems = [path.stem for path in args.predictions]
    named = {path.stem if stems.count(path.stem) == 1 else str(path): score(path, gold) for path in args.predictions}
    comparison = compare(named, resamples=args.resamples, seed=args.seed)
    return _write(render(comparison, args.format), args.output, out)


def _verify(args: argparse.Namespace, out: TextIO) -> int:
    """Score predictions as the signature in a file of scores says, and compare every number exactly."""
    from dateline.corpus import load
    from dateline.reports.verification import render
    from dateline.verification import verify

    found = verify(args.scores, args.predictions, load(args.gold or here()))
    return _write(render(found), None, out) or int(not found.same)


def _networks(args: argparse.Namespace, out: TextIO) -> int:
    """Show who takes which positions, or how far each two holders agree or differ, from the gold or predictions."""
    from dateline.corpus import load
    from dateline.networks import network
    from dateline.predictions import read
    from dateline.reports.networks import render

    gold = load(args.gold or here())
    predictions = read(args.predictions, gold) if args.predictions else None
    return _write(render(network(args.kind, gold, predictions, args.optional), args.format), args.output, out)


def _measures(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.measures import listing

    return _write(listing(), None, out)


def _systems(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.reports.leaderboard import listing

    return _write(listing(), None, out)


def _run(args: argparse.Namespace, out: TextIO) -> int:
    """Run a system on the raw text of every document and write its predictions as JSON Lines."""
    from dateline.corpus import load
    from dateline.predictions import as_lines
    from dateline.systems import predict

    gold = load(here())
    concepts = tuple(gold.concepts.values())
    predictions = [predict(args.system, document.text, document.doc_id, concepts) for document in gold.documents]
    return _write(as_lines(predictions), args.output, out)


def _leaderboard(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.corpus import load
    from dateline.leaderboard import leaderboard
    from dateline.reports.leaderboard import render

    return _write(render(leaderboard(args.systems or None, load(here())), args.format), args.output, out)


def _check(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.checks import check
    from dateline.reports.problems import render

    found = check(here(), args.paths)
    _write(render(found, args.format), args.output, out)
    return int(any(problem.level == "error" for problem in found))


def _stats(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.inventory import stats
    from dateline.reports.inventory import render

    return _write(render(stats(here()), args.format), args.output, out)


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
    return _write(render(found, args.format), args.output, out)


def _adjudicate(args: argparse.Namespace, out: TextIO) -> int:
    """Write what two annotators differ in as a decision file; once all is decided, write the gold."""
    from dateline.adjudication import adjudicate
    from dateline.corpus import load

    gold = load(args.gold or here())
    outcome = adjudicate(args.first, args.second, args.output, args.decisions, args.identifiers, gold)
    if outcome.open:
        how = "fill in decision (A, B, both, neither, edited), reason and anchor, and run the same again"
        return _write(f"{outcome.decisions}: {outcome.open} open decisions; {how}", None, out) or 1
    return _write("".join(f"{path}: written\n" for path in outcome.written), None, out)


def _gold(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.corpus import load
    from dateline.predictions import as_lines
    from dateline.scoring import gold_predictions

    return _write(as_lines(gold_predictions(load(here()))), args.output, out)


def _build(args: argparse.Namespace, out: TextIO) -> int:
    from dateline.build import build, outdated
    from dateline.checks import check

    if errors := [problem for problem in check(args.root) if problem.level == "error"]:
        raise InputError(errors)
    changed = outdated(args.root) if args.check else build(args.root)
    said = "out of date" if args.check else "renewed"
    _write("".join(f"{path}: {said}\n" for path in changed) or "all up to date\n", None, out)
    return int(args.check and bool(changed))


def _write(content: str, path: Path | None, out: TextIO) -> int:
    """To a file, whole or not at all, or to standard output; both end with a line end."""
    from dateline.files import write_bytes

    text = content if content.endswith("\n") or not content else f"{content}\n"
    if path is None:
        out.write(text)
    else:
        write_bytes(path, text.encode(errors="replace"))
    return 0


def _refuse(error: InputError, err: TextIO) -> None:
    from dateline.reports.problems import first

    for line in first(error.problems):
        print(line, file=err)
