"""Alipay's notify is sent eight times within 24 h 24 min, and seven letters end that (facts alipay 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.callbacks.alipay.form_body import members_of
from harness.core.errors import SignatureInvalid
from harness.core.redelivery import ALIPAY
from harness.levers.models import Fault
from harness.processes.serving import listen, serving
from harness.signing.alipay import NotifyVerifier
from tests.simulator.notifier.conftest import ISSUER, MCHID, ORDER, World, play

RESOURCE = {
    "app_id": "9021000199990001",
    "out_trade_no": ORDER,
    "trade_no": "2026110522001404211400000107",
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "19.90",
    "buyer_id": "2088999900004217",
    "seller_id": "2088999900000013",
    "body": "",
}
STRANGE = {
    "capitals": b"SUCCESS",
    "blank-behind": b"success ",
    "line-end": b"success\n",
    "mark-before": b"\xef\xbb\xbfsuccess",
    "quotes": b'"success"',
    "page": b"<html>success</html>",
    "json": b'{"code":"SUCCESS"}',
    "fail": b"fail",
    "nothing": b"",
}


Received = tuple[dict[str, str], bytes]
"""Headers and body of what came."""


@contextmanager
def answering(*answers: Response) -> Iterator[tuple[str, list[Received]]]:
    """A merchant that answers in turn, the last one for ever; its address, and what came."""
    received: list[Received] = []
    left = list(answers)

    async def notify(request: Request) -> Response:
        received.append((dict(request.headers), await request.body()))
        return left.pop(0) if len(left) > 1 else left[0]

    with serving(Starlette(routes=[Route("/notify", notify, methods=["POST"])]), listen()) as base:
        yield f"{base}/notify", received


def told(url: str, later: timedelta = timedelta(), fault: Fault | None = None) -> World:
    """One payment, and time that passes then."""

    async def scene(world: World) -> None:
        if fault is not None:
            world.faults.add(fault)
        await world.notifier.enqueue(ORDER, url, RESOURCE, mchid=MCHID, dialect="alipay")
        await world.notifier.drain()
        await world.pass_time(later)

    return play(scene)


def test_the_steps_are_the_documented_ones() -> None:
    minutes = [step.total_seconds() / 60 for step in ALIPAY.ladder]
    assert minutes == [4, 10, 10, 60, 120, 360, 900]
    assert ALIPAY.offsets[-1] == timedelta(hours=24, minutes=24)


def test_seven_letters_end_it() -> None:
    with answering(Response(b"success")) as (url, received):
        world = told(url, timedelta(days=2))
    (delivery,) = world.deliveries
    assert (delivery.status, delivery.accepted, delivery.error) == (200, True, None)
    assert len(received) == 1


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
def test_any_other_body_is_sent_again_up_to_eight_times(body: bytes) -> None:
    with answering(Response(body)) as (url, _):
        world = told(url, timedelta(days=2))
    first = world.deliveries[0]
    assert [each.due - first.due for each in world.deliveries] == list(ALIPAY.offsets)
    assert not any(each.accepted for each in world.deliveries)
    assert "body" in (first.error or "")


@pytest.mark.parametrize(
    "answer",
    [Response(b"success", 201), Response(b"success", 204), Response(b"success", 500)],
    ids=lambda answer: str(answer.status_code),
)
def test_any_other_status_is_a_failure_whatever_the_body(answer: Response) -> None:
    with answering(answer) as (url, _):
        world = told(url)
    assert [each.accepted for each in world.deliveries] == [False]


def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    with answering(RedirectResponse("/elsewhere", 302)) as (url, received):
        world = told(url)
    assert [(each.status, each.accepted) for each in world.deliveries] == [(302, False)]
    assert len(received) == 1


def test_a_resend_keeps_its_number_and_is_signed_afresh() -> None:
    with answering(Response(b"fail"), Response(b"success")) as (url, received):
        told(url, timedelta(minutes=4))
    first, second = (members_of(body) for _, body in received)
    assert ISSUER.alipay_private_key is not None
    verifier = NotifyVerifier(ISSUER.alipay_private_key.public_key())
    verifier.verify(first)
    verifier.verify(second)
    assert first["notify_id"] == second["notify_id"]
    assert {name: value for name, value in first.items() if name not in ("notify_time", "sign")} == {
        name: value for name, value in second.items() if name not in ("notify_time", "sign")
    }


def test_two_events_have_two_numbers() -> None:
    async def scene(world: World) -> None:
        for _ in range(2):
            await world.notifier.enqueue(ORDER, url, RESOURCE, mchid=MCHID, dialect="alipay")
        await world.notifier.drain()

    with answering(Response(b"success")) as (url, received):
        play(scene)
    assert len({members_of(body)["notify_id"] for _, body in received}) == 2


def test_it_looks_as_alipays_does_on_the_wire() -> None:
    with answering(Response(b"success")) as (url, received):
        told(url)
    ((headers, body),) = received
    assert headers["user-agent"] == "Mozilla/4.0"
    assert headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"
    members = members_of(body)
    assert len(members["notify_id"]) == 34
    assert members["notify_id"][20:24] == "0421"
    assert {"notify_type", "version", "charset", "sign_type", "notify_time"} <= members.keys()
    assert "body" not in members, "an empty member is not sent"
    assert b"notify_time=" in body
    assert b" " not in body


def test_a_spoilt_one_is_spoilt() -> None:
    fault = Fault(operation="notify", action="wrong_signature")
    with answering(Response(b"fail")) as (url, received):
        world = told(url, fault=fault)
    members = members_of(received[0][1])
    assert ISSUER.alipay_private_key is not None
    with pytest.raises(SignatureInvalid):
        NotifyVerifier(ISSUER.alipay_private_key.public_key()).verify(members)
    assert [each.signature_kind for each in world.deliveries] == ["wrong"]
