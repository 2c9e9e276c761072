"""Whatever a merchant answers, sending ends in time and in a verdict."""

from __future__ import annotations

import gzip

import pytest

from harness.callback_sender.sendable import chosen, sendables_of
from harness.callback_sender.sending import LONGEST_ANSWER, post, send
from harness.callback_sender.verdicts import Answer, Delivery, Sent, exit_code, judged
from harness.callbacks.answers import Expected, Verdict
from harness.callbacks.callback import Callback
from harness.core.errors import UsageError
from harness.core.redelivery import ALIPAY, WECHAT, Redelivery
from harness.processes.serving import base_url, listen
from tests.callback_sender.conftest import OrderOf
from tests.callback_sender.misbehaving import Act, hangs, merchant, resets, says, trickles

CALLBACK = Callback((("Content-Type", "application/json"),), b"{}")
SHORT_S, LONG_S = 0.25, 20.0
"""How long whoever never answers is waited for, and how long nobody need be."""
TAKEN, REFUSED, ANY = Expected.TAKEN_OVER, Expected.REFUSED, Expected.ANY


def packed(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(body)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(hangs, "no complete answer within", id="hangs"),
        pytest.param(trickles, "no complete answer within", id="trickles"),
        pytest.param(says(b""), "RemoteProtocolError", id="closes"),
        pytest.param(resets, "ReadError", id="resets"),
        pytest.param(says(b"no http at all\r\n\r\n"), "RemoteProtocolError", id="garbage"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), "RemoteProtocolError", id="cut"),
        pytest.param(says(packed(bytes(2 << 20))), "ReadError", id="unpacks into much"),
    ],
)
def test_what_is_no_answer_is_none_and_in_time(act: Act, why: str) -> None:
    limit_s = SHORT_S if "within" in why else LONG_S
    with merchant(act) as url:
        answer = post(url, CALLBACK, limit_s=limit_s)
    assert answer.duration_s < LONG_S
    assert answer.status is None
    assert why in answer.error
    assert {judged(each, answer, WECHAT) for each in Expected} == {Verdict.CARELESS}


def test_a_long_answer_is_read_as_far_as_anybody_would() -> None:
    with merchant(says(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * (1 << 20))) as url:
        answer = post(url, CALLBACK, limit_s=LONG_S)
    assert answer.status == 200
    assert LONGEST_ANSWER <= len(answer.body) < 4 * LONGEST_ANSWER


def test_a_refusal_before_the_body_was_read_is_heard() -> None:
    with merchant(says(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")) as url:
        assert post(url, Callback((), bytes(10 << 20)), limit_s=LONG_S).status == 413


def test_a_redirect_is_an_answer_and_nobody_follows_it() -> None:
    came: list[object] = []
    with merchant(came.append) as elsewhere:
        where = elsewhere.encode()
        with merchant(
            says(b"HTTP/1.1 307 Go\r\nContent-Length: 0\r\nLocation: " + where + b"\r\n\r\n")
        ) as url:
            answer = post(url, CALLBACK, limit_s=LONG_S)
    assert (answer.status, came) == (307, [])
    assert judged(TAKEN, answer, WECHAT) is judged(REFUSED, answer, WECHAT) is Verdict.CARELESS


def test_nobody_there_is_not_a_careless_merchant() -> None:
    with listen() as free:
        url = base_url(free)
    answer = post(url, CALLBACK, limit_s=LONG_S)
    assert judged(ANY, answer, WECHAT) is Verdict.UNREACHED


@pytest.mark.parametrize(
    ("rules", "status", "body", "careful"),
    [
        (WECHAT, 200, b"", {TAKEN, ANY}),
        (WECHAT, 204, b"", {TAKEN, ANY}),
        (WECHAT, 200, b'{"code":"FAIL"}', {ANY}),
        (WECHAT, 201, b"", set()),
        (WECHAT, 302, b"", set()),
        (WECHAT, 401, b"", {REFUSED, ANY}),
        (WECHAT, 500, b"", {REFUSED, ANY}),
        (ALIPAY, 200, b"success", {TAKEN, ANY}),
        (ALIPAY, 200, b"success\n", set()),
        (ALIPAY, 200, b"SUCCESS", set()),
        (ALIPAY, 200, b"fail", {REFUSED, ANY}),
    ],
)
def test_an_answer_is_judged_as_its_platform_reads_it(
    rules: Redelivery, status: int, body: bytes, careful: set[Expected]
) -> None:
    answer = Answer(status, 0.0, body=body)
    found = {each: judged(each, answer, rules) for each in Expected}
    right = {each for each, verdict in found.items() if verdict is not Verdict.CARELESS}
    assert right == careful
    assert {each for each in right if found[each] is Verdict.OPEN} == careful & {ANY}


def test_who_answers_nothing_three_times_is_asked_no_more(order_of: OrderOf) -> None:
    order = order_of("apiv3")
    sendables = chosen(order.form, ["duplicate", "reordered", "genuine", "late", "probe"])
    with merchant(says(b"")) as url:
        sent = send(sendables, order, url)
    assert [each.sendable.id for each in sent] == ["duplicate", "reordered", "genuine"]
    assert exit_code(sent, len(sendables)) == 1


def test_what_was_sent_is_as_careful_as_its_worst_answer(order_of: OrderOf) -> None:
    sendable = sendables_of(order_of("apiv3").form)["duplicate"]

    def of(*verdicts: Verdict) -> Sent:
        return Sent(sendable, TAKEN, tuple(Delivery(CALLBACK, Answer(None, 0.0), each) for each in verdicts))

    careful, unclear, careless, gone = (
        of(Verdict.CAREFUL),
        of(Verdict.CAREFUL, Verdict.OPEN),
        of(Verdict.CAREFUL, Verdict.CARELESS, Verdict.UNREACHED),
        of(Verdict.UNREACHED),
    )
    assert [each.verdict for each in (careful, unclear, careless, gone)] == [*Verdict]
    assert [
        exit_code([careful], 1),
        exit_code([careful], 2),
        exit_code([careful, careless], 2),
        exit_code([careful, gone], 2),
        exit_code([gone], 1),
        exit_code([careful, unclear], 2),
        exit_code([unclear, careless], 2),
        exit_code([unclear], 2),
    ] == [0, 1, 1, 1, 3, 2, 1, 2]


def test_where_one_cannot_be_made_nothing_is_sent(order_of: OrderOf) -> None:
    order = order_of("apiv3", total=1)
    told: list[Sent] = []
    for lacking in ("coupon", "partial-refund"):
        with pytest.raises(UsageError, match="of an order of 1 fen"):
            send(chosen(order.form, ["genuine", lacking]), order, "http://127.0.0.1:1/", tell=told.append)
    assert told == []
