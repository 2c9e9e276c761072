"""What pages say over https is sane or not, and who comes over plain http is led to https."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.core.trust import public_roots
from harness.processes.serving import listen, serving
from harness.scans.findings import Findings
from harness.scans.plain_http import ask_in_clear
from harness.scans.web_rules import SeenCookie, judge_answer, judge_cookies, judge_page
from harness.settings.addresses import Address, parse_address

STRICT = "default-src 'self'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("told", "comes_to"),
    [
        ("max-age=31536000; includeSubDomains", ""),
        ('includeSubDomains; MAX-AGE="31536000"', ""),
        ("max-age=31536000, max-age=0", ""),
        ("max-age=0, max-age=31536000", "wrong"),
        ("max-age=3600", "unwise"),
        ("max-age=0", "wrong"),
        ("max-age=forever", "wrong"),
        ("", "wrong"),
    ],
)
def test_hsts_lasts_or_that_is_wrong(told: str, comes_to: str) -> None:
    assert _word(judge_answer("/", {"strict-transport-security": told})) == comes_to


@pytest.mark.parametrize(
    ("policy", "options", "comes_to"),
    [
        (STRICT, "", ""),
        ("default-src 'self'", "SAMEORIGIN", ""),
        ("default-src 'self'", "", "wrong"),
        ("default-src 'self'", "ALLOWALL", "wrong"),
        ("default-src 'self'; frame-ancestors *", "DENY", "wrong"),
        ("", "DENY", "wrong"),
        ("frame-ancestors 'none'", "", "unwise"),
        ("script-src https:; frame-ancestors 'none'", "", "unwise"),
        ("script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", "", "unwise"),
        ("script-src 'nonce-abc' 'unsafe-inline'; frame-ancestors 'none'", "", ""),
        ("script-src *; frame-ancestors 'none', script-src 'self'", "", ""),
        (";;,;", "", "wrong"),
    ],
)
def test_a_payment_page_holds_scripts_and_frames_back(policy: str, options: str, comes_to: str) -> None:
    told = {
        "content-security-policy": policy,
        "x-frame-options": options,
        "x-content-type-options": "nosniff",
    }
    assert _word(judge_page("/pay", told, pays=True)) == comes_to


def test_another_page_may_be_framed() -> None:
    told = {"content-security-policy": "default-src 'self'", "x-content-type-options": "nosniff"}
    assert _word(judge_page("/", told, pays=False)) == ""
    assert _word(judge_page("/", {**told, "x-content-type-options": ""}, pays=False)) == "unwise"


@pytest.mark.parametrize(
    ("cookie", "comes_to"),
    [
        (SeenCookie("sid", secure=True, http_only=True, same_site="lax"), ""),
        (SeenCookie("sid", secure=False, http_only=True, same_site="lax"), "wrong"),
        (SeenCookie("PHPSESSID", secure=True, http_only=False, same_site="lax"), "wrong"),
        (SeenCookie("XSRF-TOKEN", secure=True, http_only=False, same_site="strict"), ""),
        (SeenCookie("theme", secure=True, http_only=False, same_site="lax"), ""),
        (SeenCookie("sid", secure=True, http_only=True, same_site=""), "unwise"),
        (SeenCookie("sid", secure=True, http_only=True, same_site="none"), "unwise"),
    ],
)
def test_a_cookie_stays_on_https_and_away_from_scripts(cookie: SeenCookie, comes_to: str) -> None:
    assert _word(judge_cookies([cookie])) == comes_to


def _word(found: Findings) -> str:
    return "wrong" if found.wrong else "unwise" if found.unwise else ""


Answer = Callable[[Request], Response]


@dataclass
class Plain:
    """A server of plain http that answers as the test wants."""

    address: Address = field(default_factory=lambda: Address("http", "", None, ""))
    answer: Answer = lambda request: Response()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.answer(Request(scope))(scope, receive, send)


@pytest.fixture(scope="module")
def plain() -> Iterator[Plain]:
    server = Plain()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await server(scope, receive, send)

    with listen() as listener, serving(app, listener) as url:
        server.address = parse_address(url)
        yield server


def led(to: str) -> Answer:
    return lambda request: Response(status_code=301, headers={"Location": to})


@pytest.mark.parametrize(
    ("answer", "comes_to"),
    [
        (led("https://shop.example.com/"), "plain http leads to https: HTTP 301"),
        (led("HTTPS://shop.example.com/"), "plain http leads to https: HTTP 301"),
        (led("//shop.example.com/"), "plain http leads to another host, and not to https: shop.example.com"),
        (led("http://[nonsense/"), "plain http leads to another host, and not to https: "),
        (led("/again"), "plain http leads from one address to the next, and never to https"),
        (lambda request: Response("come in"), "plain http is answered in the clear, not led to https: "),
        (lambda request: Response(status_code=403), "plain http is refused: HTTP 403"),
        (lambda request: Response(status_code=502), "plain http is answered with HTTP 502"),
    ],
    ids=["https", "capitals", "another host", "nonsense", "round", "in the clear", "refused", "broken"],
)
def test_plain_http_leads_to_https_or_that_is_wrong(plain: Plain, answer: Answer, comes_to: str) -> None:
    plain.answer = answer
    begun = time.monotonic()
    found = ask_in_clear(plain.address, public_roots())
    assert time.monotonic() - begun < 5
    assert [each[: len(comes_to)] for each in (*found.wrong, *found.seen, *found.open)] == [comes_to]
    good = comes_to.startswith(("plain http leads to https", "plain http is refused"))
    assert bool(found.wrong) is not (good or "502" in comes_to)


def test_who_does_not_serve_plain_http_leads_nobody_astray() -> None:
    with listen() as nobody:
        address = Address("http", "127.0.0.1", nobody.getsockname()[1], "")
    assert ask_in_clear(address, public_roots()).seen == [
        f"nobody listens for plain http at {address.origin}"
    ]
