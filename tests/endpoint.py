"""A chat-completions endpoint on loopback that answers as scripted, and misbehaves on purpose."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-loopback-5d0c1f2b9a"
"""The key of the tests: it must turn up nowhere."""

MODEL = "scripted"
MEBIBYTE = b" " * 2**20

Act = Callable[["Handler"], None]
"""What the server does about one request."""


class Handler(BaseHTTPRequestHandler):
    """Keeps each request, and does what comes next in the script; after the last, what the last one did."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.request_body: dict[str, Any] = json.loads(content)
        with self.server.lock:
            number = len(self.server.requests)
            self.server.requests.append(
                {
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    **self.request_body,
                }
            )
        self.server.script[min(number, len(self.server.script) - 1)](self)

    def send(self, content: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """A response; its Content-Length is right unless it is among the headers."""
        self.send_response(status)
        given = {"Content-Type": kind, "Content-Length": str(len(content))}
        for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def hang_up(self) -> None:
        """Close the connection."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: standard error is the user's."""


class Server(ThreadingHTTPServer):
    """The server with its script and the requests that it has had."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Sequence[Act]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()

    @property
    def base_url(self) -> str:
        """Where it is, as a client wants it."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence: clients that go away are part of the game."""


@contextmanager
def serving(*script: Act) -> Iterator[Server]:
    """A server that runs while the context lasts."""
    with Server(script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def completion(content: str | None, finish_reason: str = "stop", **message: Any) -> dict[str, Any]:
    """The body of a chat completion."""
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200},
    }


def body(value: object, status: int = 200, **headers: str) -> Act:
    """Send a JSON value."""
    return lambda handler: handler.send(json.dumps(value).encode(), status, **headers)


def says(content: str | None, finish_reason: str = "stop", **message: Any) -> Act:
    """Send a completion with this content."""
    return body(completion(content, finish_reason, **message))


def error(status: int, message: str, **more: Any) -> Act:
    """Send an error as OpenAI does; headers are those whose names have a capital."""
    headers = {name: more.pop(name) for name in [*more] if name[0].isupper()}
    return body(
        {"error": {"message": message, "type": "error", "param": None, "code": None, **more}}, status, **headers
    )


def raw(content: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Act:
    """Send these bytes."""
    return lambda handler: handler.send(content, status, kind, **headers)


def late(seconds: float) -> Act:
    """Send nothing for so long."""

    def act(handler: Handler) -> None:
        handler.server.closing.wait(seconds)

    return act


def dribbles(handler: Handler) -> None:
    """Send a byte every hundredth of a second: no single read takes long."""
    handler.send(b"{", Content_Length="100000")
    while not handler.server.closing.wait(0.01):
        handler.wfile.write(b" ")


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.hang_up()


def breaks_off(handler: Handler) -> None:
    """Close the connection in the middle of the body."""
    handler.send(b'{"choices": [', Content_Length="100000")
    handler.hang_up()


def endless(handler: Handler) -> None:
    """Send a body without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.server.closing.is_set():
        handler.wfile.write(MEBIBYTE)


def repeats_key(handler: Handler) -> None:
    """Send the key back in an error."""
    error(401, f"Incorrect API key provided: {handler.headers['Authorization']}")(handler)


def accepts(*kinds: str, otherwise: Act, answer: Act) -> Act:
    """Answer requests that ask for one of these kinds of answer, and do something else about others."""

    def act(handler: Handler) -> None:
        kind = handler.request_body.get("response_format", {"type": "text"})["type"]
        (answer if kind in kinds else otherwise)(handler)

    return act
