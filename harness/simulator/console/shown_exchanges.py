"""A request as the console shows it: what came, beside the exact text that it signs; its answer likewise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from harness.core.errors import GoLiveError
from harness.signing.signed_text import BODY, answer_text, request_text
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.console.attempts import Attempt
from harness.simulator.console.causes import Cause
from harness.simulator.console.exchanges import Exchange, RawHeaders

Shown = dict[str, object]
_CODE = re.compile(r'"sub_code"\s*:\s*"([\w.-]{1,64})"|"(?:code|status)"\s*:\s*"?([A-Za-z][\w.-]{1,63})"')


def in_short(exchange: Exchange) -> Shown:
    """A line of the list."""
    code = _CODE.search(_text(exchange.answer))
    return {
        "id": exchange.id,
        "at": exchange.at,
        "wire": exchange.wire,
        "method": exchange.method,
        "path": _text(exchange.raw_path),
        "status": exchange.status,
        "ms": None if exchange.duration_s is None else exchange.duration_s * 1000,
        "code": (code[1] or code[2]) if code else "",
    }


def in_full(exchange: Exchange, cause: Cause) -> Shown:
    """All that is known of it."""
    body, answer = _text(exchange.body), _text(exchange.answer)
    headers, answer_headers = _headers(exchange.headers), _headers(exchange.answer_headers)
    why = cause(exchange)
    signed = request_text(exchange.method, exchange.target, dict(headers), body)
    return in_short(exchange) | {
        "target": exchange.target,
        "headers": headers,
        "body": body,
        "body_size": exchange.body_size,
        "cut": exchange.body_size > len(exchange.body),
        "signed": _whole(signed, body),
        "cause": None if why is None else why.sentence.model_dump(),
        "certain": [] if why is None else [each.model_dump() for each in why.certain],
        "was_signed": why.signed if why is not None and why.signed != why.expected else None,
        "answer_headers": answer_headers,
        "answer": answer,
        "answer_cut": exchange.answer_size > len(exchange.answer),
        "answer_signed": _whole(answer_text(dict(answer_headers), answer), answer),
    }


def callback(attempt: Attempt, apiv3_key: str) -> Shown:
    """A callback that was sent, and what the merchant said to it.

    Args:
        apiv3_key: opens what is sealed in it; empty: nothing is.
    """
    body = _text(attempt.body)
    signed = answer_text(dict(attempt.headers), body) or request_text(
        "POST", attempt.url, dict(attempt.headers), body
    )
    return {
        "url": attempt.url,
        "headers": attempt.headers,
        "body": body,
        "cut": attempt.body_size > len(attempt.body),
        "signed": _whole(signed, body),
        "plain": _opened(body, apiv3_key),
        "said": _text(attempt.answer.said[:4096]),
    }


def _opened(body: str, apiv3_key: str) -> str:
    """What is sealed in a callback; empty where nothing is, or where it does not open."""
    try:
        sealed = json.loads(body)["resource"]
        return decrypt_resource(apiv3_key, sealed).decode() if apiv3_key else ""
    except (ValueError, KeyError, TypeError, RecursionError, GoLiveError):
        return ""


def about(exchange: Exchange, numbers: Iterable[str]) -> bool:
    """Whether any of these numbers stands in it, on its own and not as a part of a longer one."""
    texts = (exchange.raw_path, exchange.query_string, exchange.body, exchange.answer)
    found = _wanted(tuple(numbers))
    return any(found.search(text) for text in texts)


def _wanted(numbers: tuple[str, ...]) -> re.Pattern[bytes]:
    # In a form the three marks that a number may have are written with a percent sign.
    spelt = {spelling for each in numbers for spelling in (each, _quoted(each))}
    either = b"|".join(re.escape(each.encode()) for each in sorted(spelt, key=len, reverse=True))
    alone = rb"(?<![0-9A-Za-z_|*@-])(?:" + either + rb")(?![0-9A-Za-z_|*@-])"
    return re.compile(alone + rb"|%22(?:" + either + rb")%22")


def _quoted(number: str) -> str:
    return number.replace("|", "%7C").replace("*", "%2A").replace("@", "%40")


def _whole(signed: str, body: str) -> str:
    """The text with the body in its place, which it has where headers carry the signature."""
    head, mark, tail = signed.rpartition(BODY)
    return head + body + tail if mark and tail.endswith("\n") else signed


def _headers(raw: RawHeaders) -> list[tuple[str, str]]:
    return [(_text(name), value.decode("latin-1")) for name, value in raw]


def _text(raw: bytes) -> str:
    """UTF-8; what is none is taken for GBK, in which Alipay's clients may write."""
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
