"""What a chat-completions endpoint sends back, and what of that is no answer."""

from __future__ import annotations

from typing import Any

import msgspec

from dateline.files import NOT_JSON
from dateline.systems.base import shown
from dateline.validation import quote


class Fault(Exception):
    """What came of a request in place of an answer.

    `again` says whether the same request may succeed later, and `after` in how many seconds at the earliest. `raw` is
    the answer that cannot be used.
    """

    def __init__(self, reason: str, again: bool = False, after: float | None = None, raw: str | None = None) -> None:
        super().__init__(reason)
        self.again = again
        self.after = after
        self.raw = raw


class Unreachable(Fault):
    """Nobody answers at the address: no document will fare better. The same request may succeed later."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, again=True)


class Message(msgspec.Struct, frozen=True):
    """What the model says."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None


class Choice(msgspec.Struct, frozen=True):
    """One of the answers; we ask for one."""

    message: Message
    finish_reason: str | None = None


class Tokens(msgspec.Struct, frozen=True):
    """What was counted of the request and of the answer."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Completion(msgspec.Struct, frozen=True):
    """The body of a response, as far as it is used."""

    choices: list[Choice] = []
    usage: Tokens | None = None
    error: Any = None


def completion(body: bytes) -> Completion:
    """A response's body as a completion. Raises Fault.

    A body that was broken off may come whole another time; a web page is what another address than the endpoint's
    sends.
    """
    if not body.strip():
        raise Fault("the response is empty", again=True)
    if body.lstrip().startswith(b"<"):
        raise Fault(f"the response is a web page: {shown(body)}; is this the address of the endpoint (often .../v1)?")
    try:
        found = msgspec.json.decode(body, type=Completion)
    except msgspec.ValidationError as error:
        raise Fault(f"the response is no chat completion: {error}: {shown(body)}") from None
    except NOT_JSON as error:
        raise Fault(f"the response is no JSON: {error}: {shown(body)}", again=True) from None
    if found.error is not None:
        raise Fault(f"the response is an error: {said(found.error)}", again=True)
    return found


def content(found: Completion, max_tokens: int | None) -> str:
    """The text of the answer, whole. Raises Fault."""
    if not found.choices:
        raise Fault("the response has no choices")
    message, ended = found.choices[0].message, found.choices[0].finish_reason
    if message.refusal:
        raise Fault(f"the model refuses: {quote(message.refusal)}", raw=message.refusal)
    if ended == "length":
        limit = f"--max-tokens {max_tokens}" if max_tokens else "the endpoint's own limit; set --max-tokens"
        raise Fault(f"the answer is cut off at {limit}", raw=message.content)
    if ended == "content_filter":
        raise Fault("the answer is held back by the endpoint's content filter", raw=message.content)
    if message.content is None:
        what = "is a tool call" if message.tool_calls else "has no content"
        raise Fault(f"the answer {what}; expected text")
    return message.content


def said(error: object) -> str:
    """The message in an endpoint's error, whatever its shape, with the parameter that it blames."""
    inner = error.get("error", error) if isinstance(error, dict) else error
    if not isinstance(inner, dict):
        return quote(inner) if inner else "no message"
    message, blamed = inner.get("message") or inner.get("detail") or inner, inner.get("param")
    return f"{quote(message)} ({blamed})" if blamed else quote(message)
