"""Sends a message: five seconds an attempt, few attempts, and no secret in whatever is said of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.plain_text import one_line
from harness.core.trust import public_roots
from harness.messages.configuration import Messages, Receiver, value_of
from harness.messages.message import Message
from harness.messages.services import SERVICES, Request, Service

TIMEOUT_S = 5.0
ATTEMPTS = 3
PAUSES_S = (1.0, 3.0)
LONGEST_PAUSE_S = 10.0
"""What a `Retry-After` may ask for."""
LARGEST_ANSWER = 64 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SHORTEST = 6
"""Parts of an address that are shorter hide nothing."""


class Sent(NamedTuple):
    """What became of a message at one receiver."""

    service: str
    """As people call it."""
    problem: str = ""
    """Why it did not arrive, without a secret; empty: it was taken."""


def send(
    message: Message,
    messages: Messages,
    *,
    environment: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> list[Sent]:
    """Send to every receiver; one that cannot be reached keeps no other from being told."""
    return [_sent(message, each, environment, sleep, now) for each in messages.to]


def _sent(
    message: Message,
    receiver: Receiver,
    environment: Mapping[str, str],
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> Sent:
    service = SERVICES[receiver.service]
    url = value_of(receiver.url_from, environment)
    secret = value_of(receiver.secret_from, environment) if receiver.secret_from else ""
    if problem := _unusable(receiver, url, secret):
        return Sent(service.title, problem)
    shaped = Request(url, service.shaped(message))
    hidden = _secrets(url, secret)
    problem = ""
    for attempt in range(ATTEMPTS):
        request = service.signed(shaped, secret, now()) if secret else shaped  # a signature grows old
        problem, again_s = _attempted(service, request)
        if not problem or again_s is None or attempt + 1 == ATTEMPTS:
            break
        sleep(again_s or PAUSES_S[attempt])
    return Sent(service.title, _hidden(problem, hidden))


def _unusable(receiver: Receiver, url: str, secret: str) -> str:
    if not url:
        return f"the environment variable {receiver.url_from} is not set"
    if receiver.secret_from and not secret:
        return f"the environment variable {receiver.secret_from} is not set"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{receiver.url_from} holds no address"
    if not host or not url.isprintable() or parts.scheme not in ("https", "http"):
        return f"{receiver.url_from} holds no address"
    if parts.scheme == "http" and host not in _LOOPBACK:
        return f"{receiver.url_from} is plain http: anybody on the way could read it, and send in its name"
    return ""


def _attempted(service: Service, request: Request) -> tuple[str, float | None]:
    """What went wrong, and after how many seconds it is worth trying again: 0 the usual, None never."""
    host = urlsplit(request.url).hostname or ""
    body = json.dumps(request.body, ensure_ascii=False).encode()
    try:
        with BoundedClient(
            limit_s=TIMEOUT_S,
            largest=LARGEST_ANSWER,
            verify=public_roots(environment=True),
            trust_env=host not in _LOOPBACK,  # loopback never goes through a proxy
            headers={"Content-Type": "application/json; charset=utf-8"},
        ) as client:
            answer = client.post(request.url, content=body)
    except httpx.ConnectTimeout:
        return f"{host} took no connection in time", 0.0
    except httpx.TimeoutException:
        return f"{host} did not answer within {TIMEOUT_S:g} s", None  # it may have been taken: never twice
    except httpx.ConnectError as error:
        return f"no connection to {host}: {error}", 0.0
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # the last: a host that no name is
        return f"{host} did not answer: {type(error).__name__}", None
    return _judged(service, answer)


def _judged(service: Service, answer: httpx.Response) -> tuple[str, float | None]:
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return f"HTTP {status}", _retry_after(answer)
    if not answer.is_success:
        return f"HTTP {status}", None
    if not service.code:
        return "", None
    try:
        said = json.loads(answer.content)
        code = said[service.code]
    except (ValueError, TypeError, KeyError):
        return "HTTP 200, and an answer that is none of this service: does the address lead there?", None
    if type(code) is int and code == 0:
        return "", None
    reason = one_line(str(said.get(service.reason, "")))[:200]
    again_s = 0.0 if type(code) is int and code in service.busy else None
    return f"refused with {service.code} {one_line(str(code))[:20]}: {reason}", again_s


def _retry_after(answer: httpx.Response) -> float:
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE_S) if asked.isascii() and asked.isdigit() else 0.0


def _secrets(url: str, secret: str) -> list[str]:
    """Every part of an address that could be its key, and the secret, longest first."""
    parts = urlsplit(url)
    pieces = [url, parts.path.lstrip("/"), parts.query, *parts.path.split("/")]
    pieces += [piece.partition("=")[2] for piece in parts.query.split("&")]
    found = {
        text for piece in (*pieces, secret) for text in (piece, unquote(piece)) if len(text) >= _SHORTEST
    }
    return sorted(found, key=len, reverse=True)


def _hidden(text: str, secrets: list[str]) -> str:
    for each in secrets:
        text = text.replace(each, "[redacted]")
    return one_line(text)


def shown(message: Message, messages: Messages) -> list[tuple[str, dict[str, Any]]]:
    """What would be sent to whom, without addresses and signatures."""
    return [(SERVICES[each.service].title, SERVICES[each.service].shaped(message)) for each in messages.to]
