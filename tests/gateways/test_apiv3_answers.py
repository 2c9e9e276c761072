"""What the gateway believes: signed successes, byte for byte, and the platform's own refusals."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from harness.core.clock import wire_now
from harness.core.errors import (
    EnvironmentUnreachable,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
)
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.clock_skew import skew_s
from harness.processes.serving import listen
from harness.settings.model import WeChatSettings
from harness.signing.keys import generate, public_pem
from harness.signing.wechat_v3 import encrypt_resource, signature_headers

if TYPE_CHECKING:
    from tests.gateways.conftest import FakePlatform

NUMBER = "GL20260101000000AAAA"
PAID: dict[str, object] = {
    "appid": "wxd678efh567hg6787",
    "mchid": "1900007291",
    "out_trade_no": NUMBER,
    "transaction_id": "4200001234202601010000000001",
    "trade_type": "NATIVE",
    "trade_state": "SUCCESS",
    "success_time": "2026-01-01T12:00:00+08:00",
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "amount": {"total": 1990, "payer_total": 990, "currency": "CNY", "payer_currency": "CNY"},
}


def test_a_paid_order_is_read_whole(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers(PAID)
    found = gateway.query(NUMBER)
    assert found.money_taken
    assert (found.total, found.payer_total, found.currency) == (Fen(1990), Fen(990), "CNY")
    assert found.success_time == datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
    assert gateway.query_by_transaction_id("4200001234202601010000000001") == found


def test_an_answer_about_another_merchant_account_is_not_used(
    gateway: ApiV3Gateway, platform: FakePlatform
) -> None:
    platform.answers({**PAID, "mchid": "1900000000"})
    with pytest.raises(TargetFailure, match="another merchant account"):
        gateway.query(NUMBER)
    with pytest.raises(TargetFailure, match="another merchant account"):
        gateway.query_by_transaction_id("4200001234202601010000000001")


def test_members_it_does_not_know_are_tolerated(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers({"new": [{"deep": None}], **PAID, "amount": {"total": 1990, "discount": 0.5}})
    assert gateway.query(NUMBER).total == Fen(1990)


def test_an_unknown_state_is_kept_as_text(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers({"out_trade_no": NUMBER, "trade_state": "FROZEN"})
    found = gateway.query(NUMBER)
    assert (found.trade_state, found.state, found.money_taken) == ("FROZEN", None, False)


def test_one_changed_byte_is_refused_wherever_it_is(
    gateway: ApiV3Gateway, platform: FakePlatform, exchanges: list[Exchange]
) -> None:
    body = json.dumps(PAID).encode()
    for at in range(0, len(body), 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        platform.answers(body=body, sent_body=changed)
        with pytest.raises(SignatureInvalid):
            gateway.query(NUMBER)
    assert {exchange.verified for exchange in exchanges} == {False}
    assert len(exchanges) == len(range(0, len(body), 7))


@pytest.mark.parametrize("status", [200, 204])
def test_a_success_without_a_signature_is_refused(
    gateway: ApiV3Gateway, platform: FakePlatform, status: int
) -> None:
    platform.answers(status=status, body=b"", headers={})
    with pytest.raises(SignatureInvalid):
        gateway.close(NUMBER)


def test_a_signed_empty_204_is_believed(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers(status=204, body=b"")
    gateway.close(NUMBER)
    assert len(platform.received) == 1


def test_an_answer_signed_by_another_key_is_refused(
    gateway: ApiV3Gateway, platform: FakePlatform, settings: WeChatSettings
) -> None:
    body = json.dumps(PAID).encode()
    forged = signature_headers(generate(), settings.platform_key_id, body)
    platform.answers(body=body, headers=forged)
    with pytest.raises(SignatureInvalid):
        gateway.query(NUMBER)


def test_a_signed_answer_about_another_order_is_refused(
    gateway: ApiV3Gateway, platform: FakePlatform
) -> None:
    platform.answers(PAID)
    with pytest.raises(TargetFailure, match="another order"):
        gateway.query("GL20260101000000BBBB")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": {"total": 19.9}},
        {"amount": {"total": "1990"}},
        {"amount": {"total": True}},
        {"amount": [1990]},
        {"success_time": "yesterday"},
        {"success_time": "2026-01-01T12:00:00"},
        {"trade_state": 7},
        {"trade_state": None},
        {"payer": "oUpF8uMuAJO"},
    ],
)
def test_a_signed_answer_with_a_member_of_the_wrong_kind_is_a_failure_of_the_target(
    gateway: ApiV3Gateway, platform: FakePlatform, wrong: dict[str, object]
) -> None:
    platform.answers({**PAID, **wrong})
    with pytest.raises(TargetFailure):
        gateway.query(NUMBER)


@pytest.mark.parametrize("body", [b"", b"[]", b"not json", b"[" * 100_000])
def test_a_signed_answer_that_is_no_object_is_a_failure_of_the_target(
    gateway: ApiV3Gateway, platform: FakePlatform, body: bytes
) -> None:
    platform.answers(body=body)
    with pytest.raises(TargetFailure):
        gateway.query(NUMBER)


def test_a_refusal_speaks_in_the_platforms_words_and_needs_no_signature(
    gateway: ApiV3Gateway, platform: FakePlatform
) -> None:
    words = json.dumps({"code": "OUT_TRADE_NO_USED", "message": "商户订单号重复"}).encode()
    platform.answers(status=403, body=words, headers={"Request-ID": "08F2-268498688"})
    with pytest.raises(PlatformRefusal) as caught:
        gateway.query(NUMBER)
    error = caught.value
    assert (error.status, error.code, error.message) == (403, "OUT_TRADE_NO_USED", "商户订单号重复")
    assert error.request_id == "08F2-268498688"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"\xff", b'{"code":null}'])
def test_a_refusal_without_words_is_still_a_refusal(
    gateway: ApiV3Gateway, platform: FakePlatform, body: bytes, exchanges: list[Exchange]
) -> None:
    platform.answers(status=404, body=body, headers={})
    with pytest.raises(PlatformRefusal) as caught:
        gateway.query(NUMBER)
    assert (caught.value.status, caught.value.code) == (404, "")
    assert exchanges[0].verified is None


def test_no_redirect_is_followed(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers(status=307, headers={"Location": "/elsewhere"})
    with pytest.raises(UnknownOutcome):
        gateway.query(NUMBER)
    assert len(platform.received) == 1


def test_accepted_but_not_finished_settles_nothing(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers({"code": "USER_PAYING"}, status=202)
    with pytest.raises(UnknownOutcome):
        gateway.close(NUMBER)


def test_nothing_listening_means_nothing_was_sent(
    settings: WeChatSettings, exchanges: list[Exchange]
) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
    gateway = ApiV3Gateway(
        replace(settings, base_url=f"http://127.0.0.1:{port}"), listeners=(exchanges.append,)
    )
    with pytest.raises(EnvironmentUnreachable):
        gateway.query(NUMBER)
    gateway.close_connections()
    assert exchanges[0].status is None
    assert exchanges[0].error is not None


class Mute:
    """Takes connections and does what `behave` says with them."""

    def __init__(self, chunk: bytes, pause_s: float) -> None:
        self.listener = listen()
        self._chunk, self._pause_s = chunk, pause_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _run(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            if self._chunk:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
            while not self._over.wait(self._pause_s):
                try:
                    connection.sendall(self._chunk)
                except OSError:
                    return

    def close(self) -> None:
        self._over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(5)


@pytest.mark.parametrize("chunk", [b"", b"x"], ids=["silent", "trickling"])
def test_waiting_ends_and_the_outcome_is_unknown(
    settings: WeChatSettings, exchanges: list[Exchange], chunk: bytes
) -> None:
    mute = Mute(chunk, 0.05)
    gateway = ApiV3Gateway(
        replace(settings, base_url=mute.base_url), listeners=(exchanges.append,), timeout_s=0.4
    )
    begun = time.monotonic()
    try:
        with pytest.raises(UnknownOutcome):
            gateway.query(NUMBER)
        assert time.monotonic() - begun < 2.0
    finally:
        gateway.close_connections()
        mute.close()
    assert [exchange.status for exchange in exchanges] == [None]


def test_an_endless_answer_is_cut_off(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers(body=b"x" * (2 << 20))
    with pytest.raises(UnknownOutcome):
        gateway.query(NUMBER)


def test_certificates_are_opened_with_our_key(
    gateway: ApiV3Gateway, platform: FakePlatform, settings: WeChatSettings
) -> None:
    pem = public_pem(settings.platform_public_key)
    sealed = encrypt_resource(settings.apiv3_key, pem.encode(), associated_data="certificate")
    entry = {"serial_no": "AB" * 20, "effective_time": "a", "expire_time": "b", "encrypt_certificate": sealed}
    platform.answers({"data": [entry]})
    (found,) = gateway.certificates()
    assert (found.pem, found.serial_no) == (pem, "AB" * 20)
    platform.answers({"data": [{**entry, "encrypt_certificate": {**sealed, "nonce": "aaaaaaaaaaaa"}}]})
    with pytest.raises(SignatureInvalid):
        gateway.certificates()


def test_a_probe_finds_a_healthy_endpoint_in_step(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers({"echo_message": "golive"})
    status = gateway.probe()
    assert (status.reachable, status.trusted, status.clock_skew_s) == (True, True, 0.0)
    assert json.loads(platform.received[0].body) == {"echo_message": "golive"}


@pytest.mark.parametrize("minutes", [-7, 7])
def test_a_probe_measures_a_clock_that_is_off(
    gateway: ApiV3Gateway, platform: FakePlatform, settings: WeChatSettings, minutes: int
) -> None:
    moment = int((wire_now() + timedelta(minutes=minutes)).timestamp())
    late = signature_headers(platform.key, settings.platform_key_id, b"{}", timestamp=moment)
    platform.answers(body=b"{}", headers=late)
    status = gateway.probe()
    assert status.clock_skew_s == pytest.approx(minutes * 60, abs=2)
    assert (status.reachable, status.trusted) == (True, False)


@pytest.mark.parametrize(
    ("headers", "skew"),
    [
        ({"Date": "Thu, 01 Jan 1970 00:20:00 GMT"}, 200.0),
        ({"Date": "Thu, 01 Jan 1970 00:20:00 GMT", "Wechatpay-Timestamp": "1060"}, 60.0),
        ({"Wechatpay-Timestamp": "999"}, 0.0),
        ({"Wechatpay-Timestamp": "1000"}, 0.0),
        ({"Wechatpay-Timestamp": "998"}, -2.0),
        ({"Date": "yesterday"}, 0.0),
        ({"Wechatpay-Timestamp": "٣"}, 0.0),
        ({}, 0.0),
    ],
)
def test_skew_is_read_from_the_signed_time_or_else_the_date(headers: dict[str, str], skew: float) -> None:
    assert skew_s(httpx.Headers(headers, encoding="utf-8"), 999.5, 1000.5) == skew


def test_a_probe_of_nothing_says_so(settings: WeChatSettings) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
    gateway = ApiV3Gateway(replace(settings, base_url=f"http://127.0.0.1:{port}"))
    assert not gateway.probe().reachable
    gateway.close_connections()


REFUNDED: dict[str, object] = {
    "refund_id": "50300000002026010100000000001",
    "out_refund_no": "R1",
    "out_trade_no": NUMBER,
    "status": "SUCCESS",
    "amount": {"refund": 1000, "total": 1990, "payer_refund": 749, "currency": "CNY"},
}


def test_a_refund_is_read_and_an_unknown_status_is_kept(
    gateway: ApiV3Gateway, platform: FakePlatform
) -> None:
    platform.answers(REFUNDED)
    assert gateway.query_refund("R1").payer_refund == Fen(749)
    platform.answers({**REFUNDED, "status": "PONDERING"})
    found = gateway.query_refund("R1")
    assert (found.status, found.state) == ("PONDERING", None)


@pytest.mark.parametrize(
    "changes",
    [{"out_refund_no": "R2"}, {"status": None}, {"refund_id": 5}, {"amount": {"refund": 10.0}}],
    ids=str,
)
def test_an_answer_that_is_not_this_refund_is_not_used(
    gateway: ApiV3Gateway, platform: FakePlatform, changes: dict[str, object]
) -> None:
    platform.answers({**REFUNDED, **changes})
    with pytest.raises(TargetFailure):
        gateway.query_refund("R1")
