"""What the signature of a message is over, as text: for people who look at a recorded message later.

Nothing is verified here, and no message is an error: what carries no signature has no such text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from harness.signing import alipay, envelope, wechat_v3

BODY = "{body}"
"""Stands in the text where the message's whole body stands, which is not written twice."""
_NODE = re.compile(r'\s*\{\s*"[a-z_]+_response"\s*:\s*')
_NOTIFY = ("notify_type", "notify_id")


def request_text(method: str, url: str, headers: Mapping[str, str], body: str) -> str:
    """What a request's signature is over; empty where none is known.

    Args:
        url: with its query, as sent.
        body: as sent; where parts of it are hidden, they are hidden in the text too.
    """
    named = _lower(headers)
    try:
        place = urlsplit(url)
    except ValueError:
        return ""
    path = place.path + (f"?{place.query}" if place.query else "")
    return (
        _authorized(named.get("authorization", ""), method, path)
        or _callback(named)
        or _form(place.query, body)
        or _envelope(body)
    )


def answer_text(headers: Mapping[str, str], body: str) -> str:
    """What an answer's signature is over; empty where none is known."""
    return _callback(_lower(headers)) or _node(body) or _envelope(body)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _authorized(header: str, method: str, path: str) -> str:
    try:
        if header.startswith(wechat_v3.SCHEME):
            found = wechat_v3.parse_authorization(header)
            return wechat_v3.request_message(
                method, path, found.timestamp, found.nonce_str, BODY.encode()
            ).decode()
        if header.startswith(alipay.SCHEME):
            signed, _ = alipay.v3_authorization(header)
            return alipay.v3_request_message(signed, method, path, BODY.encode()).decode()
    except ValueError:
        pass  # a header that is none: there is no text that it signs
    return ""


def _callback(headers: Mapping[str, str]) -> str:
    """WeChat's callbacks and answers, and Alipay's answers of V3: a moment, a nonce, the body."""
    for name, message in (
        ("wechatpay", wechat_v3.response_message),
        ("alipay", alipay.v3_answer_message),
    ):
        moment, nonce = headers.get(f"{name}-timestamp"), headers.get(f"{name}-nonce")
        if moment is not None and nonce is not None and f"{name}-signature" in headers:
            return message(moment, nonce, BODY.encode()).decode()
    return ""


def _form(query: str, body: str) -> str:
    """Alipay's gateway, notifies and returns: members of the address and of a form."""
    members: dict[str, str] = {}
    for text in (query, body):
        try:
            members |= dict(parse_qsl(text, keep_blank_values=True, max_num_fields=500))
        except ValueError:
            continue
    if alipay.SIGN not in members or "app_id" not in members:
        return ""
    told = any(name in members for name in _NOTIFY) or members.get("method", "").endswith(".return")
    return alipay.notify_text(members) if told else alipay.text_to_sign(members)


def _node(body: str) -> str:
    """An answer of Alipay's gateway: its node, as it stands in the body."""
    begins = _NODE.match(body)
    if begins is None:
        return ""
    try:
        _, end = json.JSONDecoder().raw_decode(body, begins.end())
    except (ValueError, RecursionError):
        return ""
    return body[begins.end() : end] if '"sign"' in body[end:] else ""


def _envelope(body: str) -> str:
    if f'"{envelope.SIGNATURE}"' not in body:
        return ""
    try:
        fields = json.loads(body)
        if not isinstance(fields, dict) or not isinstance(fields.get(envelope.SIGNATURE), str):
            return ""
        return envelope.canonical(fields)
    except (ValueError, RecursionError, OverflowError):
        return ""
