"""Pages are handed to a Prometheus once they are wanted, and what it tells of alerts is heard."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from harness.monitoring.outpost import Outpost, outpost

ALERTS = "/api/v2/alerts"


def page() -> httpx.Response:
    return httpx.Response(200, text="paid_total 3\n", headers={"Content-Type": "text/plain; version=0.0.4"})


def hanging() -> httpx.Response:
    raise httpx.ReadTimeout("")


@pytest.fixture(scope="module")
def post() -> Iterator[Outpost]:
    with outpost(2) as found:
        yield found


def asked(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False)


def test_a_page_is_empty_until_it_is_wanted(post: Outpost) -> None:
    assert asked(post.addresses[0]).text == ""
    post.pages = [page, hanging]
    assert asked(post.addresses[0]).text == "paid_total 3\n"
    assert asked(post.addresses[1]).status_code == 504


def test_alerts_are_told_apart_by_when_they_end(post: Outpost) -> None:
    told = [
        {"labels": {"alertname": "Down"}, "endsAt": "2999-01-01T00:00:00.123456789Z"},
        {"labels": {"alertname": "Over"}, "endsAt": "2001-01-01T00:00:00Z"},
    ]
    httpx.post(f"http://{post.host}{ALERTS}", json=told, trust_env=False)
    assert post.first("Down", firing=True, since=0) is not None
    assert post.first("Over", firing=False, since=0) is not None
    assert post.first("Over", firing=True, since=0) is None
    assert post.first("Down", firing=True, since=float("inf")) is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", json.dumps([{"labels": {}, "endsAt": 3}]).encode(), b"[" * 100_000]
)
def test_what_is_no_alert_is_nothing(post: Outpost, body: bytes) -> None:
    before = len(post.alerts)
    answer = httpx.post(f"http://{post.host}{ALERTS}", content=body, trust_env=False)
    assert (answer.status_code, len(post.alerts)) == (200, before)
