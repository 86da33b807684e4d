"""One endpoint: asking it, with bounded time, size and patience."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from dateline.errors import DatelineError
from dateline.systems.base import FailedError
from dateline.systems.openai.completions import Completion, Fault, Unreachable, completion, content, said
from dateline.systems.openai.forms import Form
from dateline.systems.openai.patience import Patience, asked_for

LOG = logging.getLogger(__name__)

MAX_BODY = 16 * 1024 * 1024  # bytes; a response is held in memory whole
REFUSED = (400, 422)
TRANSIENT = (408, 409, 425, 429)
"""Statuses after which the same request may succeed; so it may after any from 500."""
HOPELESS = (401, 402, 404)
"""Statuses that every document would meet."""
NO_CREDIT = "insufficient_quota"  # the code of a 429 that no waiting mends
SHORTEST_SECRET = 8  # characters; a shorter key is a word that local endpoints ask for, and may stand in any text

Messages = Sequence[Mapping[str, str]]


class EndpointError(DatelineError):
    """An endpoint that would answer for no document: key, address, model or account are wrong."""


class Refusal(Fault):
    """The endpoint does not take the request in this form."""


class Reply(NamedTuple):
    """The text of an answer, and the form in which it was asked for."""

    content: str
    form: Form


class Endpoint:
    """A model behind an address. Many threads may ask it; what one learns of the form, the others use.

    `client` is one of the `openai` package that does not try again by itself. `timeout` is in seconds and bounds each
    request. `secret` is left out of everything that is given back.
    """

    def __init__(
        self, client: Any, model: str, timeout: float, max_tokens: int | None, patience: Patience, secret: str
    ) -> None:
        self.client = client
        self.model = model
        self.timeout = timeout
        self.max_tokens = max_tokens
        self.patience = patience
        self.secret = secret
        self.base_url = str(client.base_url).rstrip("/")
        self.form = Form()

    def ask(self, messages: Messages, schema: Mapping[str, Any], usage: Counter[str]) -> Reply:
        """The answer to some messages; what it takes is added to `usage`. Raises FailedError, EndpointError."""
        try:
            found, form = self._in_some_form(messages, schema, usage)
            reply = Reply(self._hidden(content(found, self.max_tokens)), form)
        except Fault as fault:
            raise FailedError(self._hidden(str(fault)), fault.raw and self._hidden(fault.raw)) from None
        except EndpointError as error:
            raise EndpointError(self._hidden(str(error))) from None
        usage[f"answers as {form}"] += 1
        return reply

    def _in_some_form(
        self, messages: Messages, schema: Mapping[str, Any], usage: Counter[str]
    ) -> tuple[Completion, Form]:
        """Ask in the form that worked last, then in what is left of it when the endpoint refuses it."""
        form = self.form
        while True:
            try:
                found = self._patiently({"messages": messages, **form.parameters(schema, self.max_tokens)}, usage)
            except Refusal as refusal:
                eased = form.eased(str(refusal))
                if eased is None:
                    raise
                LOG.warning("%s: %s; going on with %s", self.base_url, self._hidden(str(refusal)), eased)
                form = eased
            else:
                self.form = form
                return found, form

    def _patiently(self, parameters: Mapping[str, Any], usage: Counter[str]) -> Completion:
        """Ask until there is an answer, or no hope of one."""
        tried = 0
        while True:
            tried += 1
            try:
                return self._once(parameters, usage)
            except Fault as fault:
                if last := self._given_up(fault, tried):
                    raise last from None
                usage["retries"] += 1
                self.patience.wait(tried, fault.after)

    def _given_up(self, fault: Fault, tried: int) -> Fault | EndpointError | None:
        """What to raise after a number of tries; None where the request shall be tried again."""
        if not fault.again:
            return fault
        if fault.after is not None and fault.after > self.patience.longest:
            return Fault(f"{fault}; it asks to wait for {fault.after:g} s, more than {self.patience.longest:g} s")
        if tried < self.patience.tries:
            return None
        told = f"{fault} (tried {tried} times)"
        return EndpointError(f"{self.base_url}: {told}") if isinstance(fault, Unreachable) else Fault(told)

    def _once(self, parameters: Mapping[str, Any], usage: Counter[str]) -> Completion:
        usage["requests"] += 1
        found = completion(self._sent(parameters))
        counted = found.usage
        if counted is None or counted.prompt_tokens is None or counted.completion_tokens is None:
            usage["answers without token count"] += 1
        else:
            usage["input tokens"] += counted.prompt_tokens
            usage["output tokens"] += counted.completion_tokens
        return found

    def _sent(self, parameters: Mapping[str, Any]) -> bytes:
        """The body of the response to one request. Raises Fault, EndpointError."""
        import openai

        create, deadline = self.client.chat.completions.with_streaming_response.create, time.monotonic() + self.timeout
        try:
            with create(model=self.model, timeout=self.timeout, **parameters) as response:
                body = b"".join(self._bounded(response.iter_bytes(), deadline))
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except (openai.APIError, _transport_error()) as error:
            raise self._broken(error) from None
        return self._hidden(body.decode("latin-1")).encode("latin-1")  # byte by byte, whatever they are

    def _bounded(self, chunks: Iterator[bytes], deadline: float) -> Iterator[bytes]:
        """The chunks of a body, while it is neither too large nor too late."""
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BODY:
                raise Fault(f"the response is larger than {MAX_BODY} bytes")
            if time.monotonic() > deadline:
                raise self._late()
            yield chunk

    def _late(self) -> Fault:
        return Fault(f"no whole response within {self.timeout:g} s", again=True)

    def _broken(self, error: Exception) -> Fault:
        """A request without a whole response: too late, or the connection failed."""
        cause = error.__cause__ or error
        if "Timeout" in type(cause).__name__:
            return self._late()
        told = f"the connection failed: {str(cause) or type(cause).__name__}"
        return Unreachable(told) if type(cause).__name__ == "ConnectError" else Fault(told, again=True)

    def _refused(self, error: Any) -> Exception:
        """A response with a status of an error."""
        body = json.loads(self._hidden(json.dumps(error.body)))  # before it is shortened: no part of the key is left
        status, told = error.status_code, f"status {error.status_code}: {said(body)}"
        if status in HOPELESS or error.code == NO_CREDIT:
            return EndpointError(f"{self.base_url}: model {self.model!r}: {told}")
        if status in REFUSED:
            return Refusal(told)
        return Fault(told, again=status in TRANSIENT or status >= 500, after=asked_for(error.response.headers))

    def _hidden(self, text: str) -> str:
        """The text without the key: an endpoint may repeat it."""
        return text.replace(self.secret, "[key]") if len(self.secret) >= SHORTEST_SECRET else text


@contextmanager
def connected(key: str, base_url: str | None) -> Iterator[Any]:
    """A client of the `openai` package that does not try again by itself: we count, so that users see it."""
    from openai import OpenAI

    with OpenAI(api_key=key or "none", base_url=base_url, max_retries=0) as client:
        yield client


def _transport_error() -> type[Exception]:
    """What the client lets through while a body is read: the error of its HTTP library, httpx, or httpx2 since 3.0."""
    from openai import DefaultHttpxClient

    library = import_module(DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
    error: type[Exception] = library.HTTPError
    return error
