"""Label maps: types of entities of another scheme, and those of this corpus, as common labels that both can say.

A map is data, as schema/labelmap.schema.json says: one of schema/labels/, or a file of the user's own. The common
labels part either side: every label has one or, where the other side has no one label for it, none.
"""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.errors import InputError, Problem, UnknownNameError
from dateline.files import NOT_JSON, fail, read_bytes
from dateline.model import Record
from dateline.validation import Finding, dotted, problems, quote
from dateline.vocabulary import data_root, labels

MAX_FILE = 2**20
"""Bytes of a file that are read."""

RESERVED = ("missed", "null", "spurious", "unreadable")
"""Words that stand for no label in scores, so that no common label can be one of them."""

_EXPECTED = "expected a label map as schema/labelmap.schema.json says"
_PREFIX = re.compile("[BIOESLU]-")


class Common(Record, frozen=True, kw_only=True):
    """A label that is scored."""

    label: str
    definition: str


class Foreign(Record, frozen=True, kw_only=True):
    """A label of the other scheme; without a common label, it says what this corpus does not annotate."""

    label: str
    meaning: str
    common: str | None


class Own(Record, frozen=True, kw_only=True):
    """A label of this corpus; without a common label, the other scheme has no one label for it."""

    type: str
    subtype: str | None
    common: str | None
    reason: str

    @property
    def label(self) -> str:
        """Type and subtype in one word, such as "location/city"."""
        return named(self.type, self.subtype)


class Content(Record, frozen=True, kw_only=True):
    """What a file of a map holds."""

    title: str
    source: str
    note: str
    common: tuple[Common, ...]
    foreign: tuple[Foreign, ...]
    dateline: tuple[Own, ...]


class LabelMap(NamedTuple):
    """A map that was checked: its name, or the path of its file, and the SHA-256 of that file.

    `foreign` is label -> common label, `own` is (type, subtype) -> common label. `types` are what the type of a
    predicted mention may be: the foreign labels, then this corpus's own types.
    """

    name: str
    digest: str
    content: Content
    foreign: Mapping[str, str | None]
    own: Mapping[tuple[str, str | None], str | None]
    types: tuple[str, ...]

    @property
    def common(self) -> tuple[str, ...]:
        """The common labels in their order."""
        return tuple(row.label for row in self.content.common)

    def accepted(self, kind: str, subtype: str | None) -> tuple[str, ...]:
        """The common labels that a type and subtype of this corpus may have: one, or none.

        A type without the subtype that it should have may be any of its subtypes, and has the labels of all of them.
        """
        known = (kind, subtype) in self.own
        found = [common for key, common in self.own.items() if key == (kind, subtype) or (not known and key[0] == kind)]
        return tuple(dict.fromkeys(common for common in found if common is not None))

    def said(self, kind: str, subtype: str | None) -> str | None:
        """The common label of what a system says; None where that is set apart.

        What is no foreign label is one of this corpus's own; one that leaves open which of several common labels it
        has is none of them, but itself: such as "location/null".
        """
        if kind in self.foreign:
            return self.foreign[kind]
        found = self.accepted(kind, subtype)
        return named(kind, "null") if len(found) > 1 else next(iter(found), None)


def named(kind: str, subtype: str | None) -> str:
    """A type and its subtype in one word; the type where it has none."""
    return f"{kind}/{subtype}" if subtype else kind


def known() -> tuple[str, ...]:
    """The names of the maps that come with dateline."""
    return tuple(sorted(path.stem for path in (data_root() / "schema" / "labels").glob("*.json")))


def is_shipped(used: LabelMap) -> bool:
    """Whether a map is one of those that come with dateline, by its content: a file may have any name."""
    return used.digest in {labelmap(name).digest for name in known()}


def labelmap(name: str | PathLike[str]) -> LabelMap:
    """The map of that name, else the file at that path: what ends with .json or names a folder is a path.

    Raises UnknownNameError, and InputError with all that is wrong with a file and in which of its rows: the codes of
    `files.read_bytes` and `validation.problems`, malformed-json, duplicate-label, missing-label, unknown-label,
    unknown-common, unused-common, reserved-label, iob-prefix.
    """
    word = str(name)
    if word in known():
        return _shipped(word)
    path = Path(word)
    if path.suffix != ".json" and path.name == word and not path.is_file():
        raise UnknownNameError("label map", word, (*known(), "or the path of a file"))
    return _read(word, path)


@cache
def _shipped(name: str) -> LabelMap:
    return _read(name, data_root() / "schema" / "labels" / f"{name}.json")


def _read(name: str, path: Path) -> LabelMap:
    content = read_bytes(path, f"{_EXPECTED}, or one of: {', '.join(known())}", MAX_FILE)
    try:
        value = msgspec.json.decode(content.removeprefix(BOM_UTF8))
    except NOT_JSON as error:
        raise fail("malformed-json", path, f"not JSON: {error}", _EXPECTED) from None
    _refuse(problems("labelmap", value), path)
    found = msgspec.convert(value, Content)
    _refuse(_unsound(found), path)
    foreign = {row.label: row.common for row in found.foreign}
    own = {(row.type, row.subtype): row.common for row in found.dateline}
    types = tuple(dict.fromkeys((*foreign, *labels("entity", "type"))))
    return LabelMap(name, hashlib.sha256(content).hexdigest(), found, foreign, own, types)


def _refuse(findings: Iterable[Finding], path: Path) -> None:
    """Raise what was found, if it was anything. The record is the row: `foreign[3].common`, counted from 0."""
    found = [Problem(one.code, "error", str(path), 0, dotted(one.path), *one[2:]) for one in findings]
    if found:
        raise InputError(found)


def _unsound(content: Content) -> Iterator[Finding]:
    """What no schema can say: which labels there must be, each once, and that common labels part both sides."""
    yield from _repeated(content)
    yield from _own_labels(content)
    yield from _common_labels(content)
    for index, row in enumerate(content.foreign):
        if _PREFIX.match(row.label):
            allowed = "give the label without its prefix, once"
            yield Finding(("foreign", index, "label"), "iob-prefix", f"{quote(row.label)} is a tag", allowed)


def _repeated(content: Content) -> Iterator[Finding]:
    sides: dict[str, tuple[Common | Foreign | Own, ...]]
    sides = {"common": content.common, "foreign": content.foreign, "dateline": content.dateline}
    for side, rows in sides.items():
        seen: Counter[str] = Counter()
        for index, row in enumerate(rows):
            seen[row.label] += 1
            if seen[row.label] > 1:
                message = f"{quote(row.label)} has a row before this one"
                yield Finding((side, index), "duplicate-label", message, "each label once")


def _own_labels(content: Content) -> Iterator[Finding]:
    needed, given = own_labels(), {row.label for row in content.dateline}
    for index, row in enumerate(content.dateline):
        if row.label not in needed:
            message = f"{quote(row.label)} is not a label of this corpus"
            yield Finding(("dateline", index), "unknown-label", message, f"known: {', '.join(needed)}")
    for label in needed:
        if label not in given:
            yield Finding(
                ("dateline",), "missing-label", f"no row for {quote(label)}", "each label of this corpus once"
            )


def own_labels() -> tuple[str, ...]:
    """The labels of this corpus that a map speaks of: subtypes with their types, and types that have none."""
    subtypes = {subtype: entry["x-type"] for subtype, entry in labels("entity", "subtype").items()}
    return tuple(
        label
        for kind in labels("entity", "type")
        for label in [named(kind, subtype) for subtype, owner in subtypes.items() if owner == kind] or [kind]
    )


def _common_labels(content: Content) -> Iterator[Finding]:
    """Common labels that nobody defines, that a side cannot say, or that scores need for something else."""
    defined = [row.label for row in content.common]
    sides: dict[str, tuple[Foreign | Own, ...]] = {"foreign": content.foreign, "dateline": content.dateline}
    for side, rows in sides.items():
        for index, row in enumerate(rows):
            if row.common is not None and row.common not in defined:
                message, allowed = f"{quote(row.common)} is not a common label", f"known: {', '.join(defined)}, or null"
                yield Finding((side, index, "common"), "unknown-common", message, allowed)
    for index, label in enumerate(defined):
        if label in RESERVED:
            message = f"{quote(label)} stands for no label in scores"
            yield Finding(("common", index, "label"), "reserved-label", message, f"not: {', '.join(RESERVED)}")
        for side, rows in sides.items():
            if label not in {row.common for row in rows}:
                message, allowed = f"no {side} label is projected to {quote(label)}", "give the other side null instead"
                yield Finding(("common", index), "unused-common", message, allowed)


def familiar(value: Any, used: LabelMap | None) -> Any:
    """A predicted mention as the prediction schema has it: without a type and a subtype that only the map allows."""
    if used is None or not isinstance(value, dict) or value.get("type") not in used.types:
        return value
    changed = {"type": next(iter(labels("entity", "type")))}
    return {**value, **changed, **({"subtype": None} if isinstance(value.get("subtype"), str) else {})}


def explained(finding: Finding, value: Any, used: LabelMap | None) -> Finding:
    """The finding on a predicted mention; of an unknown type, with the labels of the map, or with what would help."""
    if (finding.path, finding.code) != (("type",), "unknown-label"):
        return finding
    said = value["type"]
    if used is None:
        fitting = [name for name in known() if _bare(said) in labelmap(name).foreign]
        hint = f"; pass --labels {' or '.join(fitting)}" if fitting else ""
        return finding._replace(allowed=f"{finding.allowed}{hint}")
    own = ", ".join(labels("entity", "type"))
    tag = "; a prefix of IOB tags is no part of a label" if said != _bare(said) in used.foreign else ""
    allowed = f"known to {used.name}: {', '.join(used.foreign)}; or this corpus's own: {own}{tag}"
    return finding._replace(message=f"{quote(said)} is not a label of {used.name}", allowed=allowed)


def _bare(label: str) -> str:
    """A label without a prefix of IOB tags."""
    return _PREFIX.sub("", label, count=1)
