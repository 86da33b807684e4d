"""What the corpus holds, in numbers: records, labels, nesting, chains of mentions, facts and positions.

Optional records count wherever it does not say `required`. A record counts for its own label; alternatives do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

import dateline
from dateline.corpus import Corpus, GoldDocument, load
from dateline.layers.entities import ALL_LEVELS
from dateline.model import Mention
from dateline.passes import LAYERS, REGISTRY
from dateline.references import identity
from dateline.signature import Signature
from dateline.vocabulary import labels, schema

FEW = 10
"""A label with fewer required records than this is hardly tested."""

IN_TEXT = {name: kind for name, (kind, _) in LAYERS.items() if name != REGISTRY}
"""Layer of a document -> the kind of its records in schema/."""

BESIDE = {"registry": "entity", "concepts": "concept"}
"""What all documents share -> the kind of its records."""

Steps = tuple[str, ...]
"""The way to a field inside a record: ("unit", "ucum")."""


class Count(NamedTuple):
    """Records; of them, how many are optional and how many not; how many start in each kind of segment, if in any."""

    records: int
    optional: int
    required: int
    by_segment: dict[str, int]


class Layer(NamedTuple):
    """The `Count` of a layer, and its records per 1,000 code points; None where they stand in no text."""

    records: int
    optional: int
    required: int
    by_segment: dict[str, int]
    density: float | None


class Field(NamedTuple):
    """The records of every label of a field, in the order of its vocabulary, and those for which it is null."""

    labels: dict[str, Count]
    null: Count

    def few(self) -> dict[str, int]:
        """The labels with fewer than FEW required records, with their number."""
        return {label: count.required for label, count in self.labels.items() if count.required < FEW}


class Coverage(NamedTuple):
    """The labels of the schemas: how many, how many of them with fewer than `limit` required records, and which.

    A vocabulary that two fields share counts for each. Fields without such labels are left out.
    """

    limit: int
    labels: int
    below: int
    fields: dict[str, dict[str, int]]


class Spread(NamedTuple):
    """Some numbers: how many, their mean, median and largest; None where there are none."""

    number: int
    mean: float | None
    median: float | None
    largest: int | None


class Chains(NamedTuple):
    """The mentions of one level, or of all. A chain is what one entity has of them in one document.

    `entities` are those that are mentioned, `singletons` the chains of one, `mentions` the sizes of the chains.
    `segments` and `code_points` are the distances, from start to start, of such a mention from the one before it of
    the same entity, whatever the level of that one.
    """

    entities: int
    singletons: int
    mentions: Spread
    segments: Spread
    code_points: Spread


class Mentions(NamedTuple):
    """How many mentions stand inside another, inside how many at most, and the chains by level, "all" first."""

    nested: int
    depth: int
    chains: dict[str, Chains]


class Facts(NamedTuple):
    """The facts of all documents, the figures of a fact, and how many figures have a source, a place and a time."""

    facts: int
    figures: Spread
    with_source: int
    with_place: int
    with_time: int


class Positions(NamedTuple):
    """The holders, the positions (holder, concept and polarity in a document), the stances of a position, and the
    evidence segments of a stance.
    """

    holders: int
    positions: int
    stances: Spread
    evidence: Spread


class Inventory(NamedTuple):
    """The contents of a corpus. Fields bear the name of their layer: "figures.unit.ucum".

    `concepts` is how often stances use each entry of the codebook.
    """

    signature: Signature
    layers: dict[str, Layer]
    fields: dict[str, Field]
    coverage: Coverage
    concepts: Field
    mentions: Mentions
    figures: Facts
    stances: Positions


class _Found(NamedTuple):
    """A record with the kind of the segment that it starts in."""

    record: Any
    segment: str | None


class _Link(NamedTuple):
    """A mention in a chain, with the number of the segment that it starts in."""

    mention: Mention
    segment: int


def stats(corpus: Corpus | Path | str | None = None) -> Inventory:
    """Count a corpus, or that of a root; by default the installed one.

    A label that is not in its vocabulary is counted nowhere: `dateline check` names it. Raises InputError.
    """
    gold = corpus if isinstance(corpus, Corpus) else load(corpus)
    found = _records(gold)
    fields = dict(_fields(found))
    return Inventory(
        signature=_signature(gold),
        layers={name: Layer(*_count(records), _density(name, records, gold)) for name, records in found.items()},
        fields=fields,
        coverage=_coverage(fields),
        concepts=_field(found["stances"], ("concept_id",), gold.concepts),
        mentions=_mentions(gold.documents),
        figures=_facts(gold.documents),
        stances=_positions(gold.documents),
    )


def _signature(corpus: Corpus) -> Signature:
    return {
        "dateline": dateline.__version__,
        "corpus": corpus.version,
        "digest": corpus.digest,
        "documents": len(corpus.documents),
        "code_points": _length(corpus),
    }


def _length(corpus: Corpus) -> int:
    return sum(len(document.text) for document in corpus.documents)


def _records(corpus: Corpus) -> dict[str, list[_Found]]:
    """All records by layer."""
    found = {name: [one for document in corpus.documents for one in _placed(document, name)] for name in IN_TEXT}
    beside = {"registry": corpus.registry.values(), "concepts": corpus.concepts.values()}
    return found | {name: [_Found(record, None) for record in beside[name]] for name in BESIDE}


def _placed(document: GoldDocument, layer: str) -> Iterator[_Found]:
    kinds = {segment.id: segment.kind for segment in document.segments}
    return (_Found(record, kinds.get(document.segment_id(record.start))) for record in getattr(document, layer))


def _count(found: Iterable[_Found]) -> Count:
    records = list(found)
    optional = sum(getattr(one.record, "optional", False) for one in records)
    kinds = Counter(one.segment for one in records)
    by_segment = {kind: kinds[kind] for kind in labels("segment", "kind")}
    return Count(len(records), optional, len(records) - optional, by_segment)


def _density(layer: str, found: list[_Found], corpus: Corpus) -> float | None:
    length = _length(corpus)
    return 1000 * len(found) / length if length and layer in IN_TEXT else None


def vocabularies(kind: str) -> dict[Steps, tuple[str, ...]]:
    """The fields of a record kind that have a vocabulary in schema/, with their labels. Raises UnknownNameError."""
    return dict(_labelled(kind, schema(kind), ()))


def _labelled(kind: str, part: dict[str, Any], steps: Steps) -> Iterator[tuple[Steps, tuple[str, ...]]]:
    for name, declared in part.get("properties", {}).items():
        for inner in (declared, *declared.get("anyOf", ())):
            if "$ref" in inner:
                owner, _, vocabulary = inner["$ref"].rpartition("#/$defs/")
                known = labels(owner.removeprefix("urn:dateline:schema:") or kind, vocabulary)
                yield (*steps, name), tuple(known)
        yield from _labelled(kind, declared, (*steps, name))


def _fields(found: Mapping[str, list[_Found]]) -> Iterator[tuple[str, Field]]:
    for layer, kind in (IN_TEXT | BESIDE).items():
        for steps, known in vocabularies(kind).items():
            yield ".".join((layer, *steps)), _field(found[layer], steps, known)


def _field(found: Iterable[_Found], steps: Steps, known: Iterable[str]) -> Field:
    having: defaultdict[str | None, list[_Found]] = defaultdict(list)
    for one in found:
        having[_label(one.record, steps)].append(one)
    return Field({label: _count(having[label]) for label in known}, _count(having[None]))


def _label(record: Any, steps: Steps) -> str | None:
    """The label there; None also where the way to it ends before, as for the code of no unit."""
    found: str | None = reduce(lambda part, name: None if part is None else getattr(part, name), steps, record)
    return found


def _coverage(fields: Mapping[str, Field]) -> Coverage:
    few = {name: field.few() for name, field in fields.items()}
    return Coverage(
        limit=FEW,
        labels=sum(len(field.labels) for field in fields.values()),
        below=sum(map(len, few.values())),
        fields={name: found for name, found in few.items() if found},
    )


def _spread(numbers: Iterable[int]) -> Spread:
    found = list(numbers)
    return Spread(len(found), fmean(found), float(median(found)), max(found)) if found else Spread(0, None, None, None)


def _mentions(documents: Iterable[GoldDocument]) -> Mentions:
    depths = [depth for document in documents for depth in _depths(document.entities)]
    chains = [chain for document in documents for chain in _by_entity(document)]
    return Mentions(
        nested=sum(depth > 0 for depth in depths),
        depth=max(depths, default=0),
        chains={level: _chains(chains, level) for level in (ALL_LEVELS, *labels("mention", "level"))},
    )


def _depths(mentions: Iterable[Mention]) -> Iterator[int]:
    """For each mention, in how many other spans it stands: spans never cross, so that it is in all that are open."""
    around: list[tuple[int, int]] = []
    for start, end in sorted(((one.start, one.end) for one in mentions), key=lambda span: (span[0], -span[1])):
        while around and (around[-1][1] < end or around[-1] == (start, end)):
            around.pop()
        yield len(around)
        around.append((start, end))


def _by_entity(document: GoldDocument) -> Iterable[list[_Link]]:
    """The mentions of each entity in text order."""
    place = {segment.id: number for number, segment in enumerate(document.segments)}
    chains: defaultdict[str, list[_Link]] = defaultdict(list)
    for mention in sorted(document.entities, key=lambda one: (one.start, -one.end)):
        if mention.entity_id:
            chains[mention.entity_id].append(_Link(mention, place.get(document.segment_id(mention.start), 0)))
    return chains.values()


def _chains(chains: Iterable[list[_Link]], level: str) -> Chains:
    def chosen(link: _Link) -> bool:
        return level in (ALL_LEVELS, link.mention.level)

    parts = [part for chain in chains if (part := [link for link in chain if chosen(link)])]
    pairs = [(before, after) for chain in chains for before, after in pairwise(chain) if chosen(after)]
    return Chains(
        entities=len({link.mention.entity_id for part in parts for link in part}),
        singletons=sum(len(part) == 1 for part in parts),
        mentions=_spread(map(len, parts)),
        segments=_spread(after.segment - before.segment for before, after in pairs),
        code_points=_spread(after.mention.start - before.mention.start for before, after in pairs),
    )


def _facts(documents: Iterable[GoldDocument]) -> Facts:
    figures = [(document.doc_id, figure) for document in documents for figure in document.figures]
    facts = Counter((doc_id, figure.fact_id) for doc_id, figure in figures if figure.fact_id)
    return Facts(
        facts=len(facts),
        figures=_spread(facts.values()),
        with_source=sum(bool(figure.source) for _, figure in figures),
        with_place=sum(bool(figure.place) for _, figure in figures),
        with_time=sum(figure.time is not None for _, figure in figures),
    )


def _positions(documents: Iterable[GoldDocument]) -> Positions:
    stances = [(document.doc_id, stance) for document in documents for stance in document.stances]
    held = Counter((doc_id, identity(one.holder), one.concept_id, one.polarity) for doc_id, one in stances)
    return Positions(
        holders=len({holder for _, holder, _, _ in held}),
        positions=len(held),
        stances=_spread(held.values()),
        evidence=_spread(len(one.segment_ids) for _, one in stances),
    )
