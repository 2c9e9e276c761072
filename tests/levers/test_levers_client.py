"""The levers client against a real simulator, whose merchant is a server of the test."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.core.clock import wire_now
from harness.core.errors import EnvironmentUnreachable
from harness.core.money import Fen
from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Fault, PlatformKeys
from harness.processes.serving import listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import RequestSigner, Verifier, decrypt_resource
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.hostile.misbehaving import OVERDUE, misbehaving

NATIVE = "/v3/pay/transactions/native"
MINUTE = 60


class Shop:
    """Receives callbacks and answers as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 204
        self.received: list[Request] = []
        self.bodies: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.app = Starlette(routes=[Route("/callbacks", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.received.append(request)
        self.bodies.append(await request.body())
        return Response(status_code=self.status, headers=self.headers)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as simulator:
        yield simulator


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    with serving(shop.app, listen()) as base:
        shop.url = f"{base}/callbacks"
        yield shop


@pytest.fixture
def levers(running: RunningSimulator) -> Iterator[LeversClient]:
    with LeversClient(running.levers_url, running.levers_token) as client:
        yield client
        client.clear_faults()


def order(
    running: RunningSimulator, number: str, notify_url: str, *, serial: str | None = None, total: int = 1990
) -> str:
    """Order something and return its code."""
    identity = running.simulator.identity
    signer = RequestSigner(identity.mchid, identity.merchant_serial, identity.merchant_key)
    body = json.dumps(
        {
            "appid": identity.appid,
            "mchid": identity.mchid,
            "description": "tea",
            "out_trade_no": number,
            "notify_url": notify_url,
            "amount": {"total": total},
        }
    ).encode()
    answer = httpx.post(
        running.base_url + NATIVE,
        content=body,
        headers={
            "Authorization": signer.authorization("POST", NATIVE, body),
            "Content-Type": "application/json",
            "Wechatpay-Serial": serial or identity.public_key_id,
        },
        trust_env=False,
    )
    assert answer.status_code == 200
    return str(answer.json()["code_url"])


def verified(known: PlatformKeys, request: Request, body: bytes) -> None:
    """Raise unless the callback is signed with the credential that signs this account's."""
    key = keys.load_private_key(known.callback_key_pem).public_key()
    Verifier({known.callbacks_by: key}).verify(request.headers.items(), body)


def test_a_payment_returns_when_the_merchant_was_told(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    code = order(running, "pay-0001", shop.url)
    payment = levers.pay(code_url=code)
    assert (payment.trade_state, payment.total, payment.payer_total) == ("SUCCESS", Fen(1990), Fen(1990))
    assert len(shop.bodies) == 1
    audit = levers.audit("pay-0001")
    assert [event.kind for event in audit.events] == ["created", "paid", "notify-attempt"]
    (delivery,) = audit.deliveries
    assert (delivery.attempt, delivery.status, delivery.accepted) == (1, 204, True)


@pytest.mark.parametrize("named", ["public key", "certificate"])
def test_a_callback_is_genuine_and_opens_to_what_notification_shows(
    running: RunningSimulator, levers: LeversClient, shop: Shop, named: str
) -> None:
    known = levers.keys()
    number = f"genuine-{named[:6]}".replace(" ", "")
    order(running, number, shop.url, serial=known.public_key_id if named == "public key" else known.serial)
    levers.pay(out_trade_no=number)
    (request,) = shop.received
    assert known.callbacks_by == known.public_key_id
    verified(known, request, shop.bodies[0])
    sealed = json.loads(shop.bodies[0])["resource"]
    assert json.loads(decrypt_resource(known.apiv3_key, sealed)) == levers.notification(number)
    assert levers.notification(number)["out_trade_no"] == number


@pytest.mark.parametrize("mode", [KeyMode.CERTIFICATE, KeyMode.PUBLIC_KEY])
def test_callbacks_are_signed_as_the_accounts_mode_says_whatever_a_request_names(
    shop: Shop, mode: KeyMode
) -> None:
    with (
        running_simulator(experience=False, key_mode=mode) as running,
        LeversClient(running.levers_url, running.levers_token) as levers,
    ):
        known = levers.keys()
        assert known.callbacks_by == (known.serial if mode is KeyMode.CERTIFICATE else known.public_key_id)
        for number, named in (("mode-0001", known.public_key_id), ("mode-0002", known.serial)):
            order(running, number, shop.url, serial=named)
            levers.pay(out_trade_no=number)
            verified(known, shop.received[-1], shop.bodies[-1])
        assert len(shop.received) == 2


@pytest.mark.parametrize("named", ["public key", "certificate"])
def test_the_self_test_calls_back_too(
    running: RunningSimulator, levers: LeversClient, shop: Shop, named: str
) -> None:
    identity, known = running.simulator.identity, levers.keys()
    signer = RequestSigner(identity.mchid, identity.merchant_serial, identity.merchant_key)
    body = json.dumps({"echo_message": "hello", "notify_url": shop.url}).encode()
    answer = httpx.post(
        running.base_url + "/v3/security/echo",
        content=body,
        headers={
            "Authorization": signer.authorization("POST", "/v3/security/echo", body),
            "Content-Type": "application/json",
            "Wechatpay-Serial": known.public_key_id if named == "public key" else known.serial,
        },
        trust_env=False,
    )
    assert answer.status_code == 200
    levers.advance(0)
    (request,) = shop.received
    verified(known, request, shop.bodies[0])
    told = json.loads(shop.bodies[0])
    assert (told["event_type"], told["summary"]) == ("SECURITY_ECHO.SUCCESS", "回调通知成功")
    opened = json.loads(decrypt_resource(known.apiv3_key, told["resource"]))
    assert opened["echo_message"] == "hello"
    sealed = base64.b64decode(opened["encrypt_echo_message"])
    padding = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303
    assert identity.merchant_key.decrypt(sealed, padding) == b"hello"


@pytest.mark.parametrize(
    "url",
    [
        "https://xn--/x",
        "https://xn--a/x",
        "http://" + "a" * 64 + "/x",
        "http://a..b/x",
        "http://./x",
        "http://[shop/x",
        "http://127.0.0.1:99999/x",
        "http://127.0.0.1:0/x",
        "http://127.0.0.1:port/x",
        "http://127.0.0.1:1:2/x",
        "http://127.0.0.1\x01/x",
        "http://１２７.0.0.1/x",
        "http://\u200b/x",
        "http://127.0.0.1%00/x",
        "http://%/x",
        "http://user:password@127.0.0.1:1/x",
        "http://shop.example/x",
        "https://shop.example",
    ],
    ids=ascii,
)
def test_no_address_of_an_order_makes_a_lever_fail(
    running: RunningSimulator, levers: LeversClient, url: str
) -> None:
    number = f"addr-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
    order(running, number, url)
    assert levers.pay(out_trade_no=number).trade_state == "SUCCESS"
    (delivery,) = levers.audit(number).deliveries
    assert (delivery.status, delivery.accepted) == (None, False)
    assert delivery.error
    assert not levers.redeliver(number).accepted
    levers.advance(1)


def test_a_merchant_that_redirects_nowhere_makes_no_lever_fail(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    shop.status, shop.headers = 302, {"Location": "https://xn--/x"}
    order(running, "redirect-1", shop.url)
    assert levers.pay(out_trade_no="redirect-1").trade_state == "SUCCESS"
    assert not levers.redeliver("redirect-1").accepted
    assert [each.accepted for each in levers.audit("redirect-1").deliveries] == [False, False]


def test_a_coupon_and_a_payer_are_passed_on(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    order(running, "coupon-1", shop.url)
    payment = levers.pay(out_trade_no="coupon-1", openid="o" + "y" * 27, coupon=Fen(90))
    assert payment.payer_total == Fen(1900)
    assert levers.notification("coupon-1")["payer"] == {"openid": "o" + "y" * 27}


@pytest.mark.parametrize("outcome", ["cancel", "fail"])
def test_walking_away_tells_nobody(
    running: RunningSimulator, levers: LeversClient, shop: Shop, outcome: str
) -> None:
    number = f"outcome-{outcome}"
    order(running, number, shop.url)
    payment = levers.pay(out_trade_no=number, outcome=outcome)  # type: ignore[arg-type]
    assert (payment.trade_state, payment.payer_total, payment.success_time) == ("NOTPAY", Fen(0), None)
    assert shop.bodies == []
    with pytest.raises(LeverRefused) as refused:
        levers.notification(number)
    assert refused.value.reason == "not-paid"


def test_creations_name_what_was_placed_since_then(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    order(running, "since-0001", shop.url)
    begun = wire_now()
    order(running, "since-0002", shop.url)
    order(running, "since-0002", shop.url)
    seen = levers.creations(begun)
    assert [each.out_trade_no for each in seen] == ["since-0002", "since-0002"]
    assert {(each.product, each.notify_url) for each in seen} == {("native", shop.url)}
    assert levers.creations(wire_now()) == []


def test_only_the_experience_edition_limits_days(levers: LeversClient) -> None:
    assert levers.limits_days() is False
    with (
        running_simulator() as limited,
        LeversClient(limited.levers_url, limited.levers_token) as theirs,
    ):
        assert theirs.limits_days() is True


def test_advancing_returns_when_every_due_attempt_has_ended(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    shop.status = 500
    order(running, "ladder-1", shop.url)
    levers.pay(out_trade_no="ladder-1")
    assert len(shop.bodies) == 1
    before = running.simulator.clock.now()
    now = levers.advance(MINUTE)
    assert now - before >= timedelta(seconds=MINUTE)
    assert len(shop.bodies) == 4
    shop.status = 200
    levers.advance(24 * 60 * MINUTE)
    assert len(shop.bodies) == 5
    assert [one.accepted for one in levers.audit("ladder-1").deliveries] == [False] * 4 + [True]


def test_a_redelivery_is_one_more_genuine_attempt(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    order(running, "again-01", shop.url)
    with pytest.raises(LeverRefused) as refused:
        levers.redeliver("again-01")
    assert refused.value.reason == "not-paid"
    levers.pay(out_trade_no="again-01")
    delivery = levers.redeliver("again-01")
    assert (delivery.attempt, delivery.accepted, delivery.signature_kind) == (2, True, "genuine")
    assert len(shop.bodies) == 2


def test_a_lost_callback_counts_as_an_attempt(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    order(running, "lost-001", shop.url)
    levers.add_fault(Fault(operation="notify", action="lost", out_trade_no="lost-001"))
    levers.pay(out_trade_no="lost-001")
    assert shop.bodies == []
    (delivery,) = levers.audit("lost-001").deliveries
    assert delivery.signature_kind == "lost"
    levers.advance(20)
    assert len(shop.bodies) == 1


def test_cleared_faults_are_gone(running: RunningSimulator, levers: LeversClient, shop: Shop) -> None:
    levers.add_fault(Fault(operation="create", action="status", value=500, times=9))
    levers.clear_faults()
    order(running, "clear-01", shop.url)
    assert "clear-01" in levers.orders()


def test_the_ledger_comes_whole(running: RunningSimulator, levers: LeversClient, shop: Shop) -> None:
    order(running, "ledger-1", shop.url, total=1)
    levers.pay(out_trade_no="ledger-1")
    ledger = levers.ledger()
    assert ledger.paid["ledger-1"] == Fen(1)
    assert sum(ledger.balances.values()) == 0
    assert {entry.out_trade_no for entry in ledger.entries} >= {"ledger-1"}


def test_the_ledger_without_its_entries_says_the_same_of_every_fen(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    order(running, "ledger-2", shop.url, total=1)
    levers.pay(out_trade_no="ledger-2")
    whole, short = levers.ledger(), levers.ledger(entries=False)
    assert short == whole.model_copy(update={"entries": ()})
    assert whole.entries


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda levers: levers.audit("nowhere"), "unknown"),
        (lambda levers: levers.pay(out_trade_no="nowhere"), "unknown"),
        (lambda levers: levers.pay(code_url="weixin://wxpay/bizpayurl?pr=000000000"), "unknown"),
        (lambda levers: levers.notification("nowhere"), "unknown"),
        (lambda levers: levers.redeliver("nowhere"), "unknown"),
        (lambda levers: levers.advance(-1), "invalid"),
        (lambda levers: levers.pay(), "invalid"),
    ],
    ids=["audit", "pay by number", "pay by code", "notification", "redeliver", "advance", "pay nothing"],
)
def test_a_lever_that_cannot_be_pulled_says_why(levers: LeversClient, call: object, reason: str) -> None:
    assert callable(call)
    with pytest.raises(LeverRefused) as refused:
        call(levers)
    assert refused.value.reason == reason


def test_reasons_name_what_became_of_an_order(
    running: RunningSimulator, levers: LeversClient, shop: Shop
) -> None:
    old = order(running, "reason-1", shop.url)
    order(running, "reason-1", shop.url)
    with pytest.raises(LeverRefused) as replaced:
        levers.pay(code_url=old)
    levers.pay(out_trade_no="reason-1")
    with pytest.raises(LeverRefused) as paid:
        levers.pay(out_trade_no="reason-1")
    order(running, "reason-2", shop.url)
    levers.advance(2 * 60 * MINUTE)
    with pytest.raises(LeverRefused) as expired:
        levers.pay(out_trade_no="reason-2")
    assert [one.value.reason for one in (replaced, paid, expired)] == ["replaced", "paid", "expired"]


def test_a_wrong_token_is_refused_and_never_shown(running: RunningSimulator) -> None:
    with LeversClient(running.levers_url, "wrong-token-value") as stranger:
        assert stranger.health() is False
        with pytest.raises(LeverRefused) as refused:
            stranger.ledger()
    assert refused.value.reason == "forbidden"
    assert "wrong-token-value" not in str(refused.value)


def test_a_refused_signature_is_told_with_the_string_to_sign(
    running: RunningSimulator, levers: LeversClient
) -> None:
    identity = running.simulator.identity
    signer = RequestSigner(identity.mchid, identity.merchant_serial, identity.merchant_key)
    target = f"/v3/pay/transactions/out-trade-no/N1?mchid={identity.mchid}"
    headers = {"Authorization": signer.authorization("GET", target.partition("?")[0], b"")}
    assert httpx.get(running.base_url + target, headers=headers, trust_env=False).status_code == 401
    (told,) = levers.refused_signatures(last=1)
    assert (told.cause, told.out_trade_no) == ("query-left-out", "N1")
    assert told.expected.splitlines()[:2] == ["GET", target]


@pytest.mark.parametrize("name", OVERDUE)
def test_whoever_answers_byte_by_byte_holds_it_no_longer_than_its_limit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.levers.client.LIMIT_S", 0.5)
    with misbehaving(OVERDUE[name]) as address, LeversClient(f"{address}/_golive", "any") as client:
        begun = time.monotonic()
        with pytest.raises(EnvironmentUnreachable, match=r"no complete answer within 0\.5 s") as refused:
            client.orders()
        assert time.monotonic() - begun < 2.5
    assert "GET http://" in str(refused.value)


def test_health_says_whether_somebody_is_there(levers: LeversClient) -> None:
    assert levers.health() is True
    with listen() as taken:
        port = taken.getsockname()[1]
    with LeversClient(f"http://127.0.0.1:{port}/_golive", "x") as nobody:
        assert nobody.health() is False
        with pytest.raises(EnvironmentUnreachable, match="do not answer"):
            nobody.orders()


def test_something_else_that_answers_is_not_taken_for_a_simulator(shop: Shop) -> None:
    async def page(request: Request) -> Response:
        return Response("<html>", media_type="text/html")

    with (
        serving(Starlette(routes=[Route("/orders", page)]), listen()) as base,
        LeversClient(base, "x") as client,
        pytest.raises(EnvironmentUnreachable, match="something else"),
    ):
        client.orders()


def test_a_whole_payment_takes_no_time(running: RunningSimulator, levers: LeversClient, shop: Shop) -> None:
    order(running, "speedy-1", shop.url)
    started = time.monotonic()
    levers.pay(out_trade_no="speedy-1")
    assert time.monotonic() - started < 1.0
