"""Bodies that are no notification in any form; each is made when it is sent, for some are large."""

from __future__ import annotations

from collections.abc import Callable

DEPTH = 100_000
TEN_MB = 10 * 1024 * 1024

NONSENSE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "not-json": lambda: b"out_trade_no=1&result_code=SUCCESS",
    "not-utf-8": lambda: b'{"id":"\xff\xfe"}',
    "null": lambda: b"null",
    "a-list": lambda: b"[]",
    "nested": lambda: b'{"id":' * DEPTH + b"1" + b"}" * DEPTH,
    "ten-megabytes": lambda: b'{"id":"' + b"a" * TEN_MB + b'"}',
}
