"""Programs that tests write and run as systems, and checkouts that they read: real processes, real files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import msgspec
from tiny import corpus, document

from dateline.corpus import Corpus
from dateline.files import as_jsonl

TEXT = "Bangui is calm.\nBouar is not."
CITY = {"start": 0, "end": 6, "type": "location"}

_PROGRAM = """
import json, os, pathlib, signal, sys, time

folder = pathlib.Path({folder!r})
start = os.getppid()

def say(value):
    sys.stdout.write(json.dumps(value) + chr(10))

def wait_for(condition):
    while os.getppid() == start:
        if condition():
            return
        time.sleep(0.01)
    sys.exit()  # dateline was killed

for line in sys.stdin:
    doc_id = json.loads(line)["doc_id"]
    good = {{"doc_id": doc_id, "entities": [{city}]}}
{body}
    with (folder / "asked").open("a") as log:
        log.write(doc_id + chr(10))
    say(good)
"""


def program(folder: Path, body: str = "") -> str:
    """A system: a program that notes each document in folder/asked and answers with one city.

    `body` is done first for each document; it may use `doc_id`, `good`, `say` and `wait_for`.
    """
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    script = folder / "program.py"
    script.write_text(_PROGRAM.format(folder=str(folder), city=CITY, body=lines), encoding="utf-8")
    return f"command:{shlex.join([sys.executable, str(script)])}"


def on(doc_id: str, *statements: str) -> str:
    """A body that does something for one document only."""
    return "\n".join([f"if doc_id == {doc_id!r}:", *(f"    {statement}" for statement in statements)])


def asked(folder: Path) -> list[str]:
    """The documents that a program has answered or was about to, in order."""
    log = folder / "asked"
    return log.read_text(encoding="utf-8").split() if log.exists() else []


def small(documents: int) -> Corpus:
    """A corpus of documents d1, d2, ..."""
    return corpus(*(document(TEXT, f"d{number}") for number in range(1, documents + 1)))


def written(root: Path, gold: Corpus) -> Path:
    """A corpus as a checkout on disk."""
    for name in ("entities", "concepts"):
        (root / "annotations").mkdir(parents=True, exist_ok=True)
        (root / f"annotations/{name}.jsonl").write_bytes(b"")
    for each in gold.documents:
        source, annotations = root / "corpus" / each.doc_id, root / "annotations" / each.doc_id
        source.mkdir(parents=True)
        annotations.mkdir()
        (source / "document.json").write_bytes(msgspec.json.encode(each.document))
        (source / "text.txt").write_bytes(each.text.encode())
        for folder, layers in ((source, ("segments", "errata")), (annotations, ("entities", "figures", "stances"))):
            for layer in layers:
                (folder / f"{layer}.jsonl").write_bytes(as_jsonl(getattr(each, layer)))
    (root / "corpus/VERSION").write_text("1.0\n", encoding="utf-8")
    return root
