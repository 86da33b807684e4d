"""Language models behind any endpoint that speaks OpenAI's chat-completions protocol: `openai:<model>`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dateline.answers import AnswerError, as_line, parsed
from dateline.errors import DatelineError
from dateline.inputs import Task
from dateline.prompts import answer_schema, messages
from dateline.systems.base import Answer, Ask, FailedError, Options
from dateline.systems.openai.cache import AnswerCache, Entry, key_of
from dateline.systems.openai.endpoint import Endpoint, Messages, Reply, connected
from dateline.systems.openai.forms import Form
from dateline.systems.openai.patience import Patience

KEY = "OPENAI_API_KEY"
TIMEOUT = 300.0  # seconds
MILLION = 1_000_000
ONCE_MORE = "This cannot be read as the answer that was asked for: {}. Answer once more, with the JSON object alone."


@contextmanager
def open(options: Options, patience: Patience = Patience()) -> Iterator[Ask]:  # noqa: B008  # it is immutable
    """Make the model `options.argument` ready. Raises DatelineError for options that do not go together.

    The key is that of the environment variable OPENAI_API_KEY, and may be missing where `base_url` is given.
    `timeout` bounds each request, by default TIMEOUT. Answers are kept in the folder `cache`, by default one beside the
    output; without an output there is none.
    """
    key = os.environ.get(KEY, "").strip()
    _check(options, key)
    with connected(key, options.base_url) as client:
        yield Model(
            Endpoint(client, options.argument, options.timeout or TIMEOUT, options.max_tokens, patience, key),
            AnswerCache(_folder(options)),
            options,
        ).ask


class Question(NamedTuple):
    """What is asked about a document, and the JSON Schema of the answer."""

    messages: Messages
    schema: Mapping[str, Any]

    def once_more(self, content: str, error: AnswerError) -> Question:
        """The question after an answer that cannot be read."""
        answer = {"role": "assistant", "content": content}
        return self._replace(messages=[*self.messages, answer, {"role": "user", "content": ONCE_MORE.format(error)}])


class Model(NamedTuple):
    """A model with what it is asked through, and what it is asked for."""

    endpoint: Endpoint
    cache: AnswerCache
    options: Options

    def ask(self, task: Task) -> Answer:
        """The answer about a document, as a line of a prediction file. Raises FailedError, EndpointError.

        An answer that cannot be read is asked for once more, with what is wrong. Only answers that can be read are
        kept, so that another run asks again for the others.
        """
        question = _question(task, self.options.layers)
        key = self._key(question)
        if kept := self._kept(task, key):
            return kept
        usage: Counter[str] = Counter()
        try:
            line, reply = self._answered(task, question, usage)
        except FailedError as error:
            raise FailedError(str(error), error.raw, self._priced(usage)) from None
        self._keep(key, reply)
        return Answer(line, reply.content, self._priced(usage))

    def _key(self, question: Question) -> str:
        """The key of all that an answer depends on."""
        parameters = Form().parameters(question.schema, self.options.max_tokens)
        where = {"base_url": self.endpoint.base_url, "model": self.endpoint.model}
        return key_of({**where, "messages": question.messages, **parameters})

    def _kept(self, task: Task, key: str) -> Answer | None:
        """The answer in the cache."""
        entry, usage = self.cache.get(key), Counter({"answers from cache": 1})
        if entry is None:
            return None
        try:
            return Answer(_line(task, entry.content, usage), entry.content, usage)
        except AnswerError:  # kept by a version that read it differently
            return None

    def _keep(self, key: str, reply: Reply) -> None:
        where = {"base_url": self.endpoint.base_url, "model": self.endpoint.model}
        self.cache.put(Entry(key=key, form=str(reply.form), content=reply.content, **where))

    def _answered(self, task: Task, question: Question, usage: Counter[str]) -> tuple[dict[str, Any], Reply]:
        """The line of an answer, and the answer itself."""
        reply = self.endpoint.ask(*question, usage)
        try:
            return _line(task, reply.content, usage), reply
        except AnswerError as error:
            usage["asked once more"] += 1
            reply = self.endpoint.ask(*question.once_more(reply.content, error), usage)
        try:
            return _line(task, reply.content, usage), reply
        except AnswerError as error:
            raise FailedError(f"{error} (asked twice)", reply.content) from None

    def _priced(self, usage: Counter[str]) -> Mapping[str, float]:
        """The usage with its cost, where prices are given."""
        price_in, price_out = self.options.price_in, self.options.price_out
        if price_in is None or price_out is None:
            return usage
        return {**usage, "cost": (usage["input tokens"] * price_in + usage["output tokens"] * price_out) / MILLION}


def _question(task: Task, layers: Sequence[str]) -> Question:
    return Question(messages(task, layers), answer_schema(layers, [concept.concept_id for concept in task.concepts]))


def _line(task: Task, content: str, usage: Counter[str]) -> dict[str, Any]:
    """An answer as a line of a prediction file; what was repaired is counted. Raises AnswerError."""
    found = parsed(content)
    line = as_line(found.answer, task.doc_id)
    usage.update(f"repaired {repair}" for repair in found.repairs)
    return line


def _check(options: Options, key: str) -> None:
    """Raises DatelineError for what cannot go well; the key is in no message."""
    if not key and not options.base_url:
        raise DatelineError(f"no key: set {KEY}, or --base-url for an endpoint that asks for none")
    if not key.isascii() or not key.isprintable():
        raise DatelineError(f"{KEY} holds characters that no key has; expected printable ASCII")
    if (options.price_in is None) != (options.price_out is None):
        raise DatelineError("--price-in and --price-out go together: a cost is of both")
    if options.base_url:
        _check_url(options.base_url)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.username or parts.password:
        raise DatelineError(f"--base-url holds a user or password; a key stands in {KEY} only")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DatelineError(f"--base-url {url!r} is no address; expected such as http://localhost:8000/v1")


def _folder(options: Options) -> Path | None:
    """Where answers are kept."""
    beside = options.output and options.output.with_name(f"{options.output.name}.cache")
    return options.cache or beside
