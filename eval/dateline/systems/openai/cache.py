"""Answers that are kept, so that no document is paid for twice."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import msgspec

from dateline.files import NOT_JSON, write_bytes
from dateline.model import Record

LOG = logging.getLogger(__name__)


class Entry(Record, frozen=True, kw_only=True):
    """An answer with what was asked, by its key, and `form`, how it was asked in the end."""

    key: str
    model: str
    base_url: str
    form: str
    content: str


def key_of(request: dict[str, Any]) -> str:
    """SHA-256 of all that an answer depends on, as hexadecimal."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


class AnswerCache:
    """A folder with a file for each answer; without a folder, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, key: str) -> Entry | None:
        """The entry of a key. One that cannot be used is named in a warning, and is as if it were not there."""
        path = self._path(key)
        if path is None or not path.exists():
            return None
        try:
            entry = msgspec.json.decode(path.read_bytes(), type=Entry)
        except (OSError, *NOT_JSON) as error:
            LOG.warning("%s: this cached answer cannot be read and is asked for again: %s", path, error)
            return None
        if entry.key != key:
            LOG.warning("%s: this cached answer is that of another question and is asked for again", path)
            return None
        return entry

    def put(self, entry: Entry) -> None:
        """Keep an answer: its file is whole or not there. Raises OSError."""
        path = self._path(entry.key)
        if path:
            write_bytes(path, msgspec.json.encode(entry) + b"\n")

    def _path(self, key: str) -> Path | None:
        return self.folder / f"{key}.json" if self.folder else None
