"""Whether who comes over plain http is led to https (SEC-02)."""

from __future__ import annotations

import ssl
from urllib.parse import urljoin, urlsplit

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.no_answer import reason_of
from harness.scans.findings import Findings
from harness.settings.addresses import Address

LIMIT_S = 5.0
"""For each step."""
MOST_STEPS = 5
LARGEST = 1 << 20


def ask_in_clear(address: Address, roots: ssl.SSLContext) -> Findings:
    """Ask for the first page over plain http, and go where it leads, until that is https."""
    url, found = f"{address.origin}/", Findings()
    with BoundedClient(limit_s=LIMIT_S, largest=LARGEST, verify=roots, trust_env=False) as client:
        for _ in range(MOST_STEPS):
            try:
                answer = client.get(url)
            except httpx.ConnectError:
                found.seen.append(f"nobody listens for plain http at {address.origin}")
                return found
            except httpx.HTTPError as error:
                found.open.append(f"plain http at {address.origin} came to no answer: {reason_of(error)}")
                return found
            if not answer.has_redirect_location:
                _judge(found, url, answer.status_code)
                return found
            led = _joined(url, answer.headers["location"])
            if led.lower().startswith("https://"):
                found.seen.append(f"plain http leads to https: HTTP {answer.status_code}")
                return found
            if _host(led) != address.host:
                found.wrong.append(f"plain http leads to another host, and not to https: {_host(led)}")
                return found
            url = led
    found.wrong.append("plain http leads from one address to the next, and never to https")
    return found


def _judge(found: Findings, url: str, status: int) -> None:
    """What an answer that leads nowhere comes to."""
    if status < 400:
        found.wrong.append(f"plain http is answered in the clear, not led to https: {url} HTTP {status}")
    elif status < 500:
        found.seen.append(f"plain http is refused: HTTP {status}")
    else:
        found.open.append(f"plain http is answered with HTTP {status}, which shows nothing")


def _joined(url: str, led: str) -> str:
    try:
        return urljoin(url, led)
    except ValueError:  # it is no address
        return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
