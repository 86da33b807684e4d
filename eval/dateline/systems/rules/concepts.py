"""Which concept of the codebook a passage is about: the one that shares the most telling words with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from math import log

from dateline.model import Concept
from dateline.systems.rules.lexicon import COMMON, FUNCTION_WORDS, KINDRED

_STEM = 6  # letters of a word that count
_WORD = re.compile(r"[^\W\d_]{3,}|[A-Z]{2,}")
_ENDING = re.compile(r"(?<=\w{4})(?:ing|ed|es|e)$|(?<=\w{3})(?<!s)s$")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_DOTTED = re.compile(r"\b(?:[A-Z]\. ?){2,}")
_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_KINDRED = {word: f"~{index}" for index, group in enumerate(KINDRED) for word in group}
_JUDGING = frozenset({"criticises", "denies", "doubts", "supports", "warns"})
_DECIDING = frozenset({"enacts", "hesitates", "intends", "leaves_open", "withholds"})
_BEYOND = 0.3  # what a word in the rest of the passage counts, of one in the complement
_LEAST = 1.0  # the score from which a concept is meant, in weights of a word that only one concept has
_OBJECT = 25  # code points at the head of a complement in which the actor of a conduct is its object
_EXTRA = 0.6  # what it adds that the actor is the object, or that a concept covers all words of the complement
_LEAST_CONDUCT = 0.6  # the same for conduct, whose actor is enough
_MOST = 0.75  # share of a complement that a concept must cover for the words of its definition to tell it
_SHARED = 2  # stems that must be shared, where none of them is the concept's alone


@lru_cache(maxsize=2**12)
def stems(text: str) -> frozenset[str]:
    """What the content words of a text are compared by.

    These are the beginnings of the words, the initials of names, and a sign for each group of kindred words.
    """
    plain = _DOTTED.sub(lambda match: re.sub(r"[. ]", "", match[0]) + " ", text)
    found = [word for word in _WORD.findall(plain) if word.lower() not in FUNCTION_WORDS | COMMON]
    initials = {"".join(word[0] for word in name.split()).lower() for name in _NAME.findall(plain)}
    kindred = {_KINDRED[word.lower()] for word in found if word.lower() in _KINDRED}
    return frozenset({_stem(word.lower()) for word in found} | initials | kindred)


def _stem(word: str) -> str:
    return _DOUBLED.sub(r"\1", _ENDING.sub("", word))[:_STEM]


class Topic:
    """A concept with the stems of its wording; `own` are those of its proposition, which count more."""

    def __init__(self, concept: Concept) -> None:
        self.concept = concept
        self.own = stems(concept.proposition) - stems("conduct")
        self.more = stems(" ".join((concept.definition, *concept.includes))) - self.own
        excluded = " ".join(near.rpartition(":")[0] or near for near in concept.excludes)
        self.near = stems(excluded) - self.own - self.more

    @cached_property
    def all(self) -> frozenset[str]:
        """All stems that speak for the concept."""
        return self.own | self.more

    @property
    def least(self) -> float:
        """The score from which the concept is meant."""
        return _LEAST_CONDUCT if self.concept.kind == "conduct" else _LEAST

    def takes(self, act: str) -> bool:
        """Whether one can do this with such a thing: conduct is judged, an event is not decided."""
        if self.concept.kind == "conduct":
            return act in _JUDGING
        return self.concept.kind != "event" or act not in _DECIDING


class Codebook:
    """The concepts with weights: the fewer of them share a stem, the more it counts."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.topics = [Topic(concept) for concept in concepts]
        self.counts = Counter(stem for topic in self.topics for stem in topic.all)
        most = log(1 + len(concepts)) or 1.0
        self.weights = {stem: log(1 + len(concepts) / count) / most for stem, count in self.counts.items()}

    def best(self, act: str, complement: str, rest: str) -> Topic | None:
        """The topic of a trigger with its complement, in the rest of its passage; None where none fits well."""
        near, far = stems(complement), frozenset(_words(stems(rest)))
        head = stems(complement.strip()[:_OBJECT])
        scores = {
            topic: self._score(topic, near, far) + _object(topic, near if act == "denies" else head)
            for topic in self.topics
            if topic.takes(act)
        }
        best = max(scores, key=scores.__getitem__, default=None)
        return best if best and scores[best] >= best.least else None

    def _score(self, topic: Topic, near: frozenset[str], far: frozenset[str]) -> float:
        shared = topic.all & near | topic.own & far
        if not self._tells(topic, shared, near):
            return 0.0
        own = self._sum(topic.own & near) + _BEYOND * self._sum(topic.own & far - near)
        more = self._sum(topic.more & near) + _BEYOND * self._sum(topic.more & far - near)
        return own + more / 2 - self._sum(topic.near & near) / 4 + _EXTRA * _coverage(topic, near)

    def _tells(self, topic: Topic, shared: frozenset[str], near: frozenset[str]) -> bool:
        """Whether what is shared says enough: the actor of a conduct; else two stems, or one that is its alone."""
        if topic.concept.kind == "conduct":
            return any(self.counts[stem] <= _SHARED for stem in topic.own & near)
        telling = topic.all if _coverage(topic, near) >= _MOST else topic.own
        alone = any(self.counts[stem] == 1 for stem in telling & near)
        return alone or len({*_words(shared)}) >= _SHARED

    def _sum(self, shared: Iterable[str]) -> float:
        return sum(self.weights.get(stem, 1.0) for stem in shared)


def _coverage(topic: Topic, near: frozenset[str]) -> float:
    """The share of the stems of a complement that speak for a topic; kindred signs are left out."""
    words = {*_words(near)}
    return len(words & topic.all) / len(words) if words else 0.0


def _object(topic: Topic, head: frozenset[str]) -> float:
    """The extra of a conduct whose actor is the object of the verb."""
    return _EXTRA if topic.concept.kind == "conduct" and topic.own & head else 0.0


def _words(shared: Iterable[str]) -> Iterator[str]:
    return (stem for stem in shared if not stem.startswith("~"))
