"""The services that take a message: how each wants it, how large, how signed, and how it says no.

Sizes and signatures are those of the services' own pages on their group robots, as of November 2026. 飞书's
page says 20 KB for a whole request; older ones say 30, and the smaller is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus

from harness.messages.inert import cut
from harness.messages.message import Message

_COLOURS = {"good": "info", "open": "comment", "bad": "warning"}
"""企业微信's three colours."""
_TEMPLATES = {"good": "green", "open": "orange", "bad": "red"}
"""飞书's headers."""


_LARGEST = 256 * 1024
"""Bytes of the largest message that anybody gets."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted: the address that is asked, and the JSON."""

    url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One kind of webhook."""

    name: str
    """As in golive.toml."""
    title: str
    """As people call it."""
    shaped: Callable[[Message], dict[str, Any]]
    """Its JSON, within the service's size."""
    signed: Callable[[Request, str, float], Request]
    """The same with a signature, made with a secret at a wire time in seconds."""
    code: str
    """The member of an answer that is 0 when the message was taken; empty: HTTP alone says so."""
    reason: str = ""
    """The member that says why not."""
    busy: frozenset[int] = frozenset()
    """Codes after which the same may be sent again in a moment."""


def size_of(body: Mapping[str, Any]) -> int:
    """Bytes of a body as it is sent."""
    return len(json.dumps(body, ensure_ascii=False).encode())


def _fitting(
    message: Message,
    shape: Callable[[Message], dict[str, Any]],
    most: int,
    size: Callable[[dict[str, Any]], int],
) -> dict[str, Any]:
    """The largest message that fits: the last lines go first, then the end of the title."""

    def fits(shorter: Message) -> bool:
        return size(shape(shorter)) <= most

    lines: list[str] = []
    for line in message.lines:
        if not fits(_with(message, [*lines, line])):
            kept = tuple(lines)
            rest = _longest(line, lambda shorter: fits(_with(message, [*kept, shorter])))  # noqa: B023 - ends here
            lines += [rest] if rest else []
            break
        lines.append(line)
    whole = _with(message, lines)
    if not fits(whole):
        whole = replace(whole, title=_longest(message.title, lambda title: fits(replace(whole, title=title))))
    return shape(whole if fits(whole) else Message("", (), mood=message.mood))


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of a text that fits."""
    least, most = 0, min(len(text.encode()), _LARGEST)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(cut(text, middle)) else (least, middle - 1)
    return cut(text, least)


def _with(message: Message, lines: list[str]) -> Message:
    return replace(message, lines=tuple(lines))


def _linked(message: Message) -> list[str]:
    return [f"[{message.link_word}]({message.link})"] if message.link else []


def _wecom(message: Message) -> dict[str, Any]:
    coloured = ('**<font color="', _COLOURS[message.mood], '">', message.title, "</font>**")
    text = "\n".join(["".join(coloured), *_linked(message), *(f"> {line}" for line in message.lines)])
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _dingtalk(message: Message) -> dict[str, Any]:
    text = "\n\n".join([f"### {message.title}", *_linked(message), *(f"- {line}" for line in message.lines)])
    return {
        "msgtype": "markdown",
        "markdown": {"title": cut(message.title, 200), "text": text},
        "at": {"isAtAll": False},
    }


def _feishu(message: Message) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [
        {"tag": "div", "text": {"tag": "plain_text", "content": line}} for line in message.lines
    ]
    if message.link:
        button = {"tag": "button", "text": {"tag": "plain_text", "content": message.link_word}}
        elements.insert(0, {"tag": "action", "actions": [button | {"type": "primary", "url": message.link}]})
    header = {
        "title": {"tag": "plain_text", "content": message.title},
        "template": _TEMPLATES[message.mood],
    }
    card = {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}
    return {"msg_type": "interactive", "card": card}


def _json(message: Message) -> dict[str, Any]:
    return {
        "schema": 1,
        "title": message.title,
        "lines": list(message.lines),
        "link": message.link,
        "mood": message.mood,
        **message.facts,
    }


def _unsigned(request: Request, secret: str, now: float) -> Request:
    return request


def _mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _dingtalk_signed(request: Request, secret: str, now: float) -> Request:
    """Milliseconds and a signature of them, keyed with the secret, join the address."""
    stamp = str(round(now * 1000))
    joint = "&" if "?" in request.url else "?"
    sign = quote_plus(_mac(secret, f"{stamp}\n{secret}"))
    return Request(f"{request.url}{joint}timestamp={stamp}&sign={sign}", request.body)


def _feishu_signed(request: Request, secret: str, now: float) -> Request:
    """Seconds and a signature of nothing, keyed with seconds and secret, join the JSON."""
    stamp = str(int(now))
    return Request(request.url, {"timestamp": stamp, "sign": _mac(f"{stamp}\n{secret}", ""), **request.body})


def _json_signed(request: Request, secret: str, now: float) -> Request:
    """Seconds, and a signature over them and the lines, join the JSON."""
    stamp = str(int(now))
    told = json.dumps(request.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Request(
        request.url, {**request.body, "timestamp": stamp, "sign": _mac(secret, f"{stamp}\n{told}")}
    )


_SIGNATURE = 200
"""Bytes that a signature may add."""

SERVICES: Mapping[str, Service] = {
    each.name: each
    for each in (
        Service(
            name="wecom",
            title="企业微信",
            shaped=lambda message: _fitting(
                message, _wecom, 4096, lambda body: len(body["markdown"]["content"].encode())
            ),
            signed=_unsigned,
            code="errcode",
            reason="errmsg",
            busy=frozenset({-1}),  # 45009, too many a minute, ends by waiting longer than anybody does here
        ),
        Service(
            name="dingtalk",
            title="钉钉",
            shaped=lambda message: _fitting(message, _dingtalk, 20_000 - _SIGNATURE, size_of),
            signed=_dingtalk_signed,
            code="errcode",
            reason="errmsg",
            busy=frozenset({-1}),  # after 130101, too many, it is deaf for ten minutes
        ),
        Service(
            name="feishu",
            title="飞书",
            shaped=lambda message: _fitting(message, _feishu, 20_000 - _SIGNATURE, size_of),
            signed=_feishu_signed,
            code="code",
            reason="msg",
            busy=frozenset({11232}),  # five a second, over all robots of a group
        ),
        Service(
            name="json",
            title="JSON",
            shaped=lambda message: _fitting(message, _json, _LARGEST, size_of),
            signed=_json_signed,
            code="",
        ),
    )
}
