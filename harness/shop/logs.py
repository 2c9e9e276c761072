"""What the shop writes down: one JSON line an event, with order number and Request-ID, without secrets.

Personal data is masked by the name of its field, and every secret the settings hold is struck out of
whatever is left, so that a careless line cannot leak one (facts 8.3, C43).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from harness.core.exchange import Exchange

LOGGER = logging.getLogger("golive.shop")

_PERSONAL = frozenset({"openid", "email", "account", "phone"})
_SHORTEST_SECRET = 6
_REQUEST_IDS = ("request-id", "trace_id", "alipay-trace-id")
"""What platforms call their name for a request (facts 1.5; facts alipay 2)."""


def masked(value: str) -> str:
    """Enough of a personal value to tell two apart, not enough to know it."""
    return f"{value[:2]}***{value[-2:]}" if len(value) > 8 else "***"


class Log:
    """Writes events to the logger `golive.shop`.

    Args:
        secrets: texts that must never appear.
        mask: what stands in the place of a personal value.
        leaves_out: names of fields that it does without.
    """

    def __init__(
        self,
        secrets: Sequence[str] = (),
        mask: Callable[[str], str] = masked,
        leaves_out: Collection[str] = (),
    ) -> None:
        self._mask = mask
        self._leaves_out = frozenset(leaves_out)
        long_enough = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        written = long_enough | {json.dumps(secret, ensure_ascii=False)[1:-1] for secret in long_enough}
        self._secrets = tuple(sorted(written, key=len, reverse=True))

    def event(self, name: str, /, **fields: object) -> None:
        """One line: `{"event": name, …}`."""
        self._write(logging.INFO, name, fields)

    def warning(self, name: str, /, **fields: object) -> None:
        """The same for something a person should look at."""
        self._write(logging.WARNING, name, fields)

    def exchange(self, exchange: Exchange) -> None:
        """A gateway's Listener: every request with its order number and Request-ID; never a body."""
        headers = {name.lower(): value for name, value in exchange.response_headers.items()}
        self.event(
            "endpoint",
            dialect=exchange.dialect,
            operation=exchange.operation,
            out_trade_no=exchange.out_trade_no,
            status=exchange.status,
            request_id=next((headers[each] for each in _REQUEST_IDS if each in headers), None),
            verified=exchange.verified,
            error=exchange.error,
            duration_ms=round(exchange.duration_s * 1000),
        )

    def _write(self, level: int, name: str, fields: dict[str, object]) -> None:
        if not LOGGER.isEnabledFor(level):
            return
        shown = {
            key: self._mask(str(value)) if key in _PERSONAL else value
            for key, value in fields.items()
            if value not in (None, "") and key not in self._leaves_out
        }
        line = json.dumps({"event": name, **shown}, ensure_ascii=False, default=str)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        LOGGER.log(level, "%s", line)


def write_to(stream: TextIO) -> logging.Handler:
    """Send the shop's lines to a stream, with their time; for the command in the foreground."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return handler


@contextmanager
def written_to(file: Path) -> Iterator[None]:
    """Send them to a file until the block ends; for a shop inside another program."""
    level, propagated = LOGGER.level, LOGGER.propagate
    with file.open("w", encoding="utf-8", buffering=1) as opened:
        handler = write_to(opened)
        try:
            yield
        finally:
            LOGGER.removeHandler(handler)
            LOGGER.setLevel(level)
            LOGGER.propagate = propagated
