"""How long to wait before an endpoint is asked again, and how often."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple


class Patience(NamedTuple):
    """The tries of a request, and the waits between them, in seconds: `first`, doubled each time up to `longest`.

    Nobody waits exactly as long as another (Brooker 2015): half of a wait is drawn. `sleep` and `draw` are what waits
    and what draws.
    """

    tries: int = 6
    first: float = 1.0
    longest: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random

    def wait(self, tried: int, after: float | None = None) -> None:
        """Wait after the given number of tries; never shorter than the endpoint asks for with `after`."""
        self.sleep(self.delay(tried, after))

    def delay(self, tried: int, after: float | None = None) -> float:
        """How long `wait` takes."""
        if after is not None:
            return after + self.draw() * self.first
        return min(self.longest, self.first * 2.0 ** (tried - 1)) * (1 + self.draw()) / 2


def asked_for(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that a response's headers name; None where they name none that can be read.

    `retry-after-ms` goes before `Retry-After`, which is a number of seconds or a date (RFC 9110, 10.2.3).
    """
    for header, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(headers[header]) / divisor)
        except (KeyError, ValueError):
            continue
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
