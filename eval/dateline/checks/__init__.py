"""Proof of the gold: every problem that the schemas and the rules find, with its place and the guideline it is about.

Each rule is a generator over a view of the data, and its docstring says what holds. RULES is all of them by code.
A warning that was looked at and stays is listed, with the reason, in annotations/accepted.jsonl.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dateline.checks import consistency, documents, entities, figures, segments, stances, text
from dateline.checks.reading import Reader
from dateline.checks.view import Accepted, Flaw, Place, Rule, View
from dateline.errors import Problem
from dateline.files import fail
from dateline.validation import quote
from dateline.vocabulary import data_root

RULES: dict[str, Rule] = {
    **text.RULES,
    **documents.RULES,
    **segments.RULES,
    **entities.RULES,
    **figures.RULES,
    **stances.RULES,
    **consistency.RULES,
}


def check(root: Path | str | None = None, paths: Sequence[Path | str] = ()) -> list[Problem]:
    """All problems of a data root by file, line and code; with `paths`, only those in these files and folders.

    `root` is a data root or something in it, by default the gold of the installation; paths may lie in other roots.
    Bad data never raises; InputError is raised for a path that does not exist (missing-file), that is in no data
    root (missing-corpus), or that is no part of its gold (not-gold).
    """
    start = data_root() if root is None else Path(root)
    wanted = [_existing(start, Path(path)) for path in paths or [start]]
    home = _data_root(start.resolve())
    bases = dict.fromkeys(_base(path) for path in wanted)
    found = [problem for base in bases for problem in _problems(base, wanted)]
    shown = (problem._replace(file=_shown(Path(problem.file), home)) for problem in found)
    return sorted(shown, key=lambda problem: (problem.file, problem.line, problem.code, problem.message))


def _existing(root: Path, path: Path) -> Path:
    """A path, taken from the working directory or else from the data root."""
    for candidate in (path, root / path):
        if candidate.exists():
            return candidate.resolve()
    raise fail("missing-file", path, "there is no such file or folder", "a data root, or something in it")


def _base(path: Path) -> Path:
    """The data root of a path that holds gold: the root itself, corpus/, annotations/ or something in these."""
    base = _data_root(path)
    if path == base or any(path.is_relative_to(base / folder) for folder in ("corpus", "annotations")):
        return base
    raise fail("not-gold", path, "nothing here is checked", "a data root, or something in its corpus/ or annotations/")


def _data_root(path: Path) -> Path:
    for folder in (path, *path.parents):
        if (folder / "corpus").is_dir():
            return folder
    raise fail("missing-corpus", path, "there is no corpus/ folder here or above", "a data root, or something in it")


def _shown(file: Path, home: Path) -> str:
    """A file as messages name it: relative to the data root if it is in there."""
    return (file.relative_to(home) if file.is_relative_to(home) else file).as_posix()


def _problems(base: Path, wanted: Sequence[Path]) -> Iterator[Problem]:
    """The problems of one data root in the wanted places, with absolute file names."""
    reader = Reader(base)
    view = reader.view()
    for problem in (*reader.problems, *_broken(view)):
        file = base / problem.file
        if any(file.is_relative_to(path) for path in wanted):
            yield problem._replace(file=str(file))


def _broken(view: View) -> Iterator[Problem]:
    """What the rules find and nobody has accepted, and exceptions that nothing needs."""
    accepted = {_key(at.record.code, at.record) for at in view.accepted if _still_there(at.record, view)}
    needed = set()
    for code, rule in RULES.items():
        for flaw in rule.find(view) if view.whole or not rule.whole else ():
            key = _key(code, flaw.place)
            if rule.level == "warning" and key in accepted:
                needed.add(key)
            else:
                yield _problem(code, rule.level, flaw, rule.anchor)
    for at in view.accepted if view.whole else ():
        if _key(at.record.code, at.record) not in needed:
            message = f"no {at.record.code} at {quote(at.record.text)}, {at.record.start} to {at.record.end}"
            yield _problem("stale-exception", "warning", at.flaw(message, "warnings that there are"))


def _key(code: str, where: Place | Accepted) -> tuple[str, str, int | None, int | None]:
    return code, where.doc_id, where.start, where.end


def _still_there(exception: Accepted, view: View) -> bool:
    texts = {document.doc_id: document.text for document in view.documents}
    return texts.get(exception.doc_id, "")[exception.start : exception.end] == exception.text


def _problem(code: str, level: str, flaw: Flaw, anchor: str = "") -> Problem:
    place = flaw.place
    return Problem(code, level, place.file, place.line, place.record, flaw.message, flaw.allowed, anchor)
