"""What an endpoint can do wrong, and what the user sees of it. `python tests/faults.py` prints the table in Markdown."""

# ruff: noqa: E501  # what the user sees is a single line

from __future__ import annotations

import json
from html import escape
from typing import NamedTuple

from endpoint import (
    Act,
    accepts,
    body,
    breaks_off,
    completion,
    dribbles,
    endless,
    error,
    hangs_up,
    late,
    raw,
    repeats_key,
    says,
)


class Fault(NamedTuple):
    """What an endpoint does wrong, in words and as a script, and what the user sees of it; `{url}` is its address."""

    name: str
    does: str
    sees: str
    script: tuple[Act, ...]
    timeout: float = 30  # seconds that the client waits


ANSWER = '{"entities": [{"text": "Bangui", "segment_id": "s001", "type": "location"}], "figures": []}'
"""A good answer about a document whose first segment speaks of Bangui."""

GOOD = says(ANSWER)
WHOLE = json.dumps(completion(ANSWER)).encode()
FOREIGN = '{"entities": [{"text": "Bangui", "segment_id": "s001", "type": "GPE", "score": 0.9}]}'
QUOTA = "You exceeded your quota"
NO_SCHEMA = "response_format json_schema is not supported"
TRIES = 3

FAULTS = (
    Fault(
        "busy, with a wait",
        "429 with Retry-After: 7, then the answer",
        "the answer; retries 1; waited 7 s",
        (error(429, "Rate limit reached", Retry_After="7"), GOOD),
    ),
    Fault(
        "busy, without a wait",
        "429, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (error(429, "Rate limit reached"), GOOD),
    ),
    Fault(
        "busy for hours",
        "429 with Retry-After: 7200",
        'failed: status 429: "Rate limit reached"; it asks to wait for 7200 s, more than 120 s',
        (error(429, "Rate limit reached", Retry_After="7200"),),
    ),
    Fault(
        "busy for good",
        "429 each time",
        'failed: status 429: "Rate limit reached" (tried 3 times); retries 2; waited 0.5 + 1 s',
        (error(429, "Rate limit reached"),),
    ),
    Fault(
        "no credit",
        "429 with the code insufficient_quota",
        "the run stops: {url}: model 'scripted': status 429: \"You exceeded your quota\"",
        (error(429, QUOTA, code="insufficient_quota"),),
    ),
    Fault(
        "broken for a moment",
        "500, 503, then the answer",
        "the answer; retries 2; waited 0.5 + 1 s",
        (error(500, "Internal error"), error(503, "Overloaded"), GOOD),
    ),
    Fault(
        "broken",
        "500 each time",
        'failed: status 500: "Internal error" (tried 3 times); retries 2; waited 0.5 + 1 s',
        (error(500, "Internal error"),),
    ),
    Fault(
        "error inside a success",
        "200 with an error in place of choices, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (body({"error": {"message": "Provider returned error", "code": 502}}), GOOD),
    ),
    Fault(
        "truncated body",
        "JSON that ends in the middle, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (raw(WHOLE[:100]), GOOD),
    ),
    Fault(
        "disconnect in mid-body",
        "closes the connection in the middle of a body, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (breaks_off, GOOD),
    ),
    Fault(
        "disconnect",
        "closes the connection without a word each time",
        "failed: the connection failed: Server disconnected without sending a response. (tried 3 times); retries 2; waited 0.5 + 1 s",
        (hangs_up,),
    ),
    Fault(
        "slow",
        "no byte within the timeout, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (late(60), GOOD),
        0.5,
    ),
    Fault(
        "dribbling",
        "a byte every 0.01 s, each time",
        "failed: no whole response within 0.3 s (tried 3 times); retries 2; waited 0.5 + 1 s",
        (dribbles,),
        0.3,
    ),
    Fault("gigantic body", "a body without an end", "failed: the response is larger than 16777216 bytes", (endless,)),
    Fault("empty body", "200 and nothing, then the answer", "the answer; retries 1; waited 0.5 s", (raw(b""), GOOD)),
    Fault(
        "web page",
        "200 and HTML",
        'failed: the response is a web page: "<!DOCTYPE html><title>Welcome</title>"; is this the address of the endpoint (often .../v1)?',
        (raw(b"<!DOCTYPE html><title>Welcome</title>", kind="text/html"),),
    ),
    Fault(
        "web page as an error",
        "502 and HTML, then the answer",
        "the answer; retries 1; waited 0.5 s",
        (raw(b"<html>Bad gateway</html>", 502, "text/html"), GOOD),
    ),
    Fault("wrong content type", "the answer as text/plain", "the answer", (raw(WHOLE, kind="text/plain"),)),
    Fault(
        "another protocol",
        "JSON that is no completion",
        'failed: the response is no chat completion: Expected `object`, got `array`: "[\\"hello\\"]"',
        (body(["hello"]),),
    ),
    Fault(
        "wrong key",
        "401, repeating the key",
        "the run stops: {url}: model 'scripted': status 401: \"Incorrect API key provided: Bearer [key]\"",
        (repeats_key,),
    ),
    Fault(
        "unknown model",
        "404",
        "the run stops: {url}: model 'scripted': status 404: \"The model `scripted` does not exist\"",
        (error(404, "The model `scripted` does not exist", code="model_not_found"),),
    ),
    Fault(
        "no structured output",
        "400 on response_format json_schema",
        "the answer; answers as json_object 1",
        (accepts("json_object", "text", otherwise=error(400, NO_SCHEMA), answer=GOOD),),
    ),
    Fault(
        "no JSON mode either",
        "400 on any response_format",
        "the answer; answers as text 1",
        (accepts("text", otherwise=error(400, "Unknown field", param="response_format"), answer=GOOD),),
    ),
    Fault(
        "no temperature",
        "400 on temperature, then the answer",
        "the answer; answers as json_schema, without temperature 1",
        (error(400, "'temperature' does not support 0 with this model", param="temperature"), GOOD),
    ),
    Fault(
        "prompt too long",
        "400 on the length of the prompt",
        'failed: status 400: "This model\'s maximum context length is 4096 tokens"',
        (error(400, "This model's maximum context length is 4096 tokens", code="context_length_exceeded"),),
    ),
    Fault(
        "code fences",
        "the answer in code fences, after a sentence",
        "the answer; repaired surroundings 1",
        (says(f"Here you are:\n```json\n{ANSWER}\n```"),),
    ),
    Fault(
        "prose", "no JSON, then the answer", "the answer; asked once more 1", (says("I found one place: Bangui."), GOOD)
    ),
    Fault(
        "prose only",
        "no JSON, twice",
        'failed: there is no answer in "I found one place: Bangui."; expected an object with a list for each of segments, entities, figures, stances that was asked (asked twice); asked once more 1',
        (says("I found one place: Bangui."),),
    ),
    Fault(
        "truncated JSON in the answer",
        "JSON that ends in the middle, twice",
        "failed: the answer is cut off after 30 characters (asked twice); asked once more 1",
        (says(ANSWER[:30]),),
    ),
    Fault(
        "wrong schema",
        "records with unknown fields and labels",
        "the answer; scored with unknown-key, unknown-label",
        (says(FOREIGN),),
    ),
    Fault(
        "answer cut off",
        "finish_reason length",
        "failed: the answer is cut off at the endpoint's own limit; set --max-tokens",
        (says(ANSWER[:30], "length"),),
    ),
    Fault(
        "held back",
        "finish_reason content_filter",
        "failed: the answer is held back by the endpoint's content filter",
        (says(None, "content_filter"),),
    ),
    Fault(
        "refusal",
        "a refusal",
        'failed: the model refuses: "I cannot help with that."',
        (says(None, refusal="I cannot help with that."),),
    ),
    Fault(
        "no choices",
        "an empty list of choices",
        "failed: the response has no choices; answers without token count 1",
        (body({"choices": []}),),
    ),
    Fault("no content", "content null", "failed: the answer has no content; expected text", (says(None),)),
    Fault(
        "tool call",
        "a tool call in place of text",
        "failed: the answer is a tool call; expected text",
        (says(None, "tool_calls", tool_calls=[{"id": "t1", "type": "function"}]),),
    ),
)
"""The faults, in the order of the table."""


def table() -> str:
    """The faults as a table in Markdown."""
    rows = [("Fault", "The endpoint sends", "The user sees"), ("-", "-", "-"), *(fault[:3] for fault in FAULTS)]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    print(table(), end="")
