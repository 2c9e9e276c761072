"""What counts as an answer to a callback, and who is never called."""

from __future__ import annotations

import pytest

from harness.core.dialects import callback_form
from harness.processes.serving import listen
from harness.simulator.notifier import delivery as sending
from tests.simulator.notifier.conftest import DAY, Merchant, paid, paid_then, play, world_of


def test_a_redirect_is_a_failure_and_is_not_followed(merchant: Merchant) -> None:
    world = play(paid(f"{merchant.base}/moved"))
    assert [(each.status, each.accepted) for each in world.deliveries] == [(307, False)]
    assert len(merchant.received) == 1


def test_a_merchant_that_is_down_is_a_failure_with_a_reason() -> None:
    listener = listen()
    port = listener.getsockname()[1]
    listener.close()
    world = play(paid(f"http://127.0.0.1:{port}/notify"))
    assert world.deliveries[0].status is None
    assert not world.deliveries[0].accepted
    assert "ConnectError" in (world.deliveries[0].error or "")


@pytest.mark.parametrize(("form", "seconds"), [("apiv3", 5.0), ("envelope", 5.0), ("alipay", 10.0)])
def test_the_deadline_is_the_forms(form: str, seconds: float) -> None:
    assert callback_form(form).redelivery.answer_s == seconds


@pytest.mark.parametrize("path", ["silent", "trickle"])
def test_an_answer_after_the_deadline_is_a_failure(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    world_of(monkeypatch, answer_s=0.2)
    world = play(paid(f"{merchant.base}/{path}"))
    (delivery,) = world.deliveries
    assert (delivery.status, delivery.accepted) == (None, False)
    assert "within 0.2 s" in (delivery.error or "")
    assert 0.2 <= delivery.duration_s < 5


def test_an_endless_answer_does_not_hold_the_platform(merchant: Merchant) -> None:
    world = play(paid(f"{merchant.base}/endless"))
    assert world.deliveries[0].accepted


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/notify",
        "http://192.168.1.10/notify",
        "http://127.0.0.1.example.com/notify",
        "http://[2001:db8::1]/notify",
        "ftp://127.0.0.1/notify",
        "not an address",
        "http://127.0.0.1:notaport/",
    ],
)
def test_a_stranger_is_never_called(url: str) -> None:
    world = play(paid_then(url, DAY))
    (delivery,) = world.deliveries
    assert not delivery.accepted
    assert (delivery.error or "").startswith("not sent:")
    assert delivery.signature_kind == "lost"


@pytest.mark.parametrize(
    "url", ["http://localhost:1/n", "http://127.8.9.1:1/n", "https://[::1]:1/n", "http://merchant.test/n"]
)
def test_loopback_and_allowed_hosts_may_be_called(url: str) -> None:
    assert sending.Sender(frozenset({"merchant.test"})).objection(url) is None
