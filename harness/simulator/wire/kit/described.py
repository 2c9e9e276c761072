"""What a wire tells of one of its operations, for a document that generators of clients read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.simulator.wire.kit.answered import Answer
from harness.simulator.wire.kit.json_schema import Schema

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """Of path, query or header."""

    name: str
    place: str
    """`path`, `query` or `header`."""
    schema: Schema
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One operation as it is served: method, path and what a request may hold."""

    method: str
    """In capitals."""
    path: str
    """With `{name}` for each place in it."""
    summary: str
    """Chinese, then English, parted by ` / `."""
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    """By media type; empty: none is read."""
    status: int = 200
    """Of a success."""
    signed: str | None = None
    """How a request is signed, one of `SIGNING`; None: not at all."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What a success holds, by media type; empty: it has no body."""
    refusals: Mapping[str, Answer] = field(default_factory=dict)
    """What any other answer holds, by media type; empty: nothing is told of it."""
    leads: str = ""
    """Where a 302 leads, Chinese and English; empty: there is none."""
    same_as: str = ""
    """The path under which the same is told first; empty: this is the first."""


SIGNING: Mapping[str, str] = {
    "wechatpay": (
        "`Authorization: WECHATPAY2-SHA256-RSA2048 mchid=…,nonce_str=…,timestamp=…,serial_no=…,signature=…`，"
        "对 方法、URL、时间戳、随机串、请求体 各一行签名"
        " / over method, URL, timestamp, nonce and body, each on a line of its own"
    ),
    "alipay": (
        "`Authorization: ALIPAY-SHA256withRSA app_id=…,nonce=…,timestamp=…,sign=…`，"
        "对 认证串、方法、URL、请求体 各一行签名"
        " / over the authorization without its sign, method, URL and body, each on a line of its own"
    ),
}
"""The signatures that stand in the header `Authorization`, by name; those within a body are told there."""
