"""A table of merchants and kinds: who is careful, who is not, and of what no document says either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest

from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.sendable import COPIES, chosen
from harness.callback_sender.sending import send
from harness.callback_sender.verdicts import Sent, Why, exit_code
from harness.callbacks.answers import FIRST_RESEND_S, Verdict
from tests.callback_sender.conftest import OrderOf
from tests.callback_sender.foreign_merchants import (
    OK,
    Answers,
    Merchant,
    Reply,
    always,
    answers_first_and_locks,
    asks_the_platform,
    compares_what_the_payer_paid,
    knows_its_members,
    locks,
    looks_at_no_moment,
    plain,
    refuses_whatever_comes_at_once,
    refuses_when_once_seen,
    says,
    serve,
    takes,
    takes_over_what_is_not_its_own,
)

FORGED = {
    "apiv3": ("probe", "other-key", "signature-missing", "past-1-day"),
    "alipay": ("probe", "alipay-other-key", "alipay-sign-stripped", "alipay-rsa1"),
    "envelope": ("probe", "envelope-other-key", "envelope-signature-stripped", "envelope-stale"),
}
TRULY_SIGNED = {
    "apiv3": "amount-a-fen-less",
    "alipay": "alipay-amount-a-fen-less",
    "envelope": "envelope-amount-a-fen-less",
}
FIRST = "genuine"
COUPON = ("coupon",)
LATER = ("late", "duplicate", "reordered", "refund", "unknown-member")
"""Genuine ones of the same payment that come after the first; the refund is the merchant's own."""
EITHER = ("partial-refund", "truly-signed")
"""Of a refund that it has not asked for, and of an amount that is not its order's."""


def kinds(form: str) -> list[str]:
    coupon = () if form == "envelope" else COUPON
    return [FIRST, *LATER, *coupon, "partial-refund", TRULY_SIGNED[form], *FORGED[form]]


def spelt(form: str, groups: Iterable[str]) -> set[str]:
    """Kinds of a form by their ids, `forged` and `truly-signed` among them."""
    found: set[str] = set()
    for each in groups:
        found |= (
            set(FORGED[form])
            if each == "forged"
            else {TRULY_SIGNED[form] if each == "truly-signed" else each}
        )
    return found & set(kinds(form))


TAKEN = (FIRST, *LATER, *COUPON)
EVERYTHING = (*TAKEN, *EITHER, "forged")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A merchant, and where it is not simply careful."""

    answers: Answers
    careless: tuple[str, ...] = ()
    open_: tuple[str, ...] = EITHER
    alone: bool = False
    """Whether it serves one after another."""
    silent: bool = False
    """Whether it answers nothing, or too late: each kind is sent by a command of its own."""


def _json(text: str, status: int = 200) -> Reply:
    return Reply(status, text.encode(), {"Content-Type": "application/json"})


FAIL = _json('{"code":"FAIL","message":"失败"}', 500)
CAREFUL_V3 = {
    "204": says(Reply(204), FAIL),
    "200, empty": says(Reply(200), Reply(400)),
    "200, SUCCESS": says(_json('{"code":"SUCCESS","message":"成功"}'), FAIL),
    "200, success in small letters": says(_json('{"code": "success"}'), Reply(401, b"no")),
    "200, SUCCESS with null": says(_json('{ "code" : "SUCCESS", "message": null }'), Reply(403)),
    "200, XML": says(Reply(200, b"<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>"), Reply(500)),
    "200, a page": says(Reply(200, b"<html>ok</html>"), Reply(502, b"<html>Bad Gateway</html>")),
    "refuses by SUCCESS under 500": says(Reply(204), _json('{"code":"SUCCESS"}', 500)),
    "hands over what is not its own": takes_over_what_is_not_its_own,
    "takes 0.4 s": takes(0.4),
    "locks, 503": locks(Reply(503, b'{"code":"FAIL","message":"busy"}')),
    "locks, 409": locks(Reply(409)),
    "locks, 429": locks(Reply(429, b"", {"Retry-After": "1"})),
    "locks, no answer": locks(Reply(0)),
    "locks until it is booked": answers_first_and_locks,
}
CARELESS_V3 = {
    "verifies nothing": Row(answers=always(Reply(204)), careless=("forged",)),
    "refuses everything": Row(answers=always(Reply(500)), careless=TAKEN),
    "201": Row(answers=says(Reply(201), FAIL), careless=(*TAKEN, "partial-refund")),
    "202": Row(answers=says(Reply(202), FAIL), careless=(*TAKEN, "partial-refund")),
    "redirects": Row(answers=always(Reply(302, b"", {"Location": "/login"})), careless=EVERYTHING),
    "redirects what it does not believe": Row(
        answers=says(Reply(204), Reply(302, b"", {"Location": "/login"})),
        careless=("forged", "truly-signed"),
        open_=("partial-refund",),
    ),
    "says FAIL under 200": Row(answers=says(_json('{"code":"FAIL"}'), FAIL), careless=TAKEN),
    "says FAIL in XML under 200": Row(
        answers=says(Reply(200, b"<xml><return_code><![CDATA[FAIL]]></return_code></xml>"), FAIL),
        careless=TAKEN,
    ),
    "refuses by FAIL under 200": Row(
        answers=says(Reply(204), _json('{"code":"FAIL"}')), careless=("forged",)
    ),
    "refuses what it has": Row(answers=refuses_when_once_seen, careless=(*LATER, *COUPON)),
    "locks for good": Row(answers=refuses_whatever_comes_at_once, careless=(*LATER, *COUPON), open_=EITHER),
    "knows its members alone": Row(answers=knows_its_members, careless=("unknown-member",)),
    "compares what the payer paid": Row(answers=compares_what_the_payer_paid, careless=COUPON),
    "looks at no moment": Row(answers=looks_at_no_moment, careless=("past-1-day", "envelope-stale")),
    "answers nothing": Row(answers=always(Reply(0)), careless=EVERYTHING, silent=True),
    "answers late": Row(answers=takes(1.5), careless=EVERYTHING, silent=True),
}
CAREFUL_ALIPAY = {
    "success": plain,
    "success, else nothing": says(OK["alipay"], Reply(200)),
    "success, else a page": says(OK["alipay"], Reply(200, b"<html>sorry</html>")),
    "success, else 400": says(OK["alipay"], Reply(400, b"bad sign")),
    "success, else 500": says(OK["alipay"], Reply(500, b"success is not what this is")),
    "success as a page": says(Reply(200, b"success", {"Content-Type": "text/html"}), Reply(200, b"failure")),
    "success, else a redirect": says(OK["alipay"], Reply(302, b"", {"Location": "/login"})),
    "hands over what is not its own": takes_over_what_is_not_its_own,
    "takes 0.4 s": takes(0.4),
    "locks, fail": locks(Reply(200, b"fail")),
    "locks, 500": locks(Reply(500)),
    "locks until it is booked": answers_first_and_locks,
}


def _instead(taken: Reply) -> Row:
    return Row(answers=says(taken, Reply(200, b"fail")), careless=TAKEN)


def _misspelt(body: bytes, status: int = 200) -> Row:
    """Neither the word, nor a refusal."""
    return replace(_instead(Reply(status, body)), careless=(*TAKEN, "partial-refund"))


CARELESS_ALIPAY = {
    "a line feed behind": _misspelt(b"success\n"),
    "a blank before": _misspelt(b" success"),
    "a mark before": _misspelt(b"\xef\xbb\xbfsuccess"),
    "capitals": _misspelt(b"SUCCESS"),
    "a capital": _misspelt(b"Success"),
    "in markup": _misspelt(b"<html><body>success</body></html>"),
    "in quotes": _misspelt(b'"success"'),
    "success under 201": _misspelt(b"success", 201),
    "WeChat's": _instead(_json('{"code":"SUCCESS"}')),
    "empty": _instead(Reply(200)),
    "204": _instead(Reply(204)),
    "verifies nothing": Row(answers=always(Reply(200, b"success")), careless=("forged",)),
    "verifies nothing, in capitals": Row(answers=always(Reply(200, b"SUCCESS")), careless=EVERYTHING),
    "verifies nothing, with a line feed": Row(answers=always(Reply(200, b"success\n")), careless=EVERYTHING),
    "refuses everything": Row(answers=always(Reply(200, b"fail")), careless=TAKEN),
    "redirects": Row(answers=always(Reply(302, b"", {"Location": "/login"})), careless=TAKEN),
    "refuses what it has": Row(answers=refuses_when_once_seen, careless=(*LATER, *COUPON)),
    "locks for good": Row(answers=refuses_whatever_comes_at_once, careless=(*LATER, *COUPON)),
    "knows its members alone": Row(answers=knows_its_members, careless=("unknown-member",)),
    "compares what the payer paid": Row(answers=compares_what_the_payer_paid, careless=COUPON),
    "answers nothing": Row(answers=always(Reply(0)), careless=EVERYTHING, silent=True),
}
OPEN = {
    "apiv3": {"asks the platform": Row(answers=asks_the_platform, open_=(*TAKEN, *EITHER))},
    "alipay": {
        "asks the platform": Row(answers=asks_the_platform, open_=(*TAKEN, *EITHER)),
        "answers late": Row(answers=takes(1.5), open_=EVERYTHING, silent=True),
    },
    "envelope": {
        "asks the platform": Row(answers=asks_the_platform, open_=(*TAKEN, *EITHER)),
        "answers late": Row(answers=takes(1.5), open_=EVERYTHING, silent=True),
        "201": Row(answers=says(Reply(201), Reply(401)), open_=(*TAKEN, *EITHER)),
        "redirects": Row(answers=always(Reply(302)), open_=EVERYTHING),
    },
}
ALONE = {
    "one after another, 0.1 s each": Row(answers=takes(0.1), alone=True),
}
_ENVELOPE_TOO = {"201", "202", "redirects", "redirects what it does not believe", "answers late", *COUPON}
TABLE: dict[tuple[str, str], Row] = {
    **{("apiv3", name): Row(answers=answers) for name, answers in CAREFUL_V3.items()},
    **{("envelope", name): Row(answers=answers) for name, answers in CAREFUL_V3.items()},
    **{("alipay", name): Row(answers=answers) for name, answers in CAREFUL_ALIPAY.items()},
    **{("apiv3", name): row for name, row in CARELESS_V3.items()},
    **{("envelope", name): row for name, row in CARELESS_V3.items() if name not in _ENVELOPE_TOO},
    **{("alipay", name): row for name, row in CARELESS_ALIPAY.items()},
    **{(form, name): row for form, rows in OPEN.items() for name, row in rows.items()},
    **{(form, name): row for form in OK for name, row in ALONE.items()},
}


def impatient(order: CallbackOrder) -> CallbackOrder:
    """The same order of a platform that waits a second."""
    row = order.form.row
    rules = replace(row.redelivery, answer_s=1.0)
    return replace(order, form=replace(order.form, row=replace(row, redelivery=rules)))


def sent_to(order_of: OrderOf, form: str, row: Row, *words: str) -> list[Sent]:
    """What became of these kinds, each sent in turn as if by one command."""
    merchant = Merchant(row.answers, alone=row.alone)
    order = order_of(form, refund_no="R1", questions=lambda: merchant.asked, standing="unpaid")
    with serve(merchant, form, order.issuer) as url:
        order = impatient(order)
        sendables = chosen(order.form, words)
        commands = [[each] for each in sendables] if row.silent else [sendables]
        return [sent for each in commands for sent in send(each, order, url, pause=merchant.release)]


@pytest.mark.parametrize(("form", "name"), TABLE, ids=map(": ".join, TABLE))
def test_each_merchant_is_judged_as_the_documents_have_it(order_of: OrderOf, form: str, name: str) -> None:
    row = TABLE[form, name]
    sent = sent_to(order_of, form, row, *kinds(form))
    found = {each.sendable.id: each.verdict for each in sent}
    careless, left_open = spelt(form, row.careless), spelt(form, row.open_)
    assert {kind for kind, verdict in found.items() if verdict is Verdict.CARELESS} == careless
    assert {kind for kind, verdict in found.items() if verdict is Verdict.OPEN} == left_open - careless
    assert found.keys() == {*kinds(form)}
    undecided = left_open - careless - spelt(form, EITHER)
    assert exit_code(sent, len(sent)) == (1 if careless else 2 if undecided else 0)


@pytest.mark.parametrize("form", OK)
def test_whoever_locks_is_told_again_until_it_has_booked(order_of: OrderOf, form: str) -> None:
    (sent,) = sent_to(order_of, form, Row(answers=locks(Reply(503))), "duplicate")
    refused = [each for each in sent.deliveries if each.verdict is Verdict.CARELESS]
    assert 0 < len(refused) < len(sent.deliveries) == COPIES
    assert [each.verdict for each in sent.afterwards] == [Verdict.CAREFUL]
    booking, reordered = sent_to(order_of, form, Row(answers=answers_first_and_locks), "genuine", "reordered")
    assert (booking.afterwards, booking.verdict) == ((), Verdict.CAREFUL)
    assert [each.taken for each in reordered.every] == [False, False, False, True]


@pytest.mark.parametrize("form", OK)
def test_whoever_goes_on_refusing_is_waited_for_as_long_as_a_platform_waits(
    order_of: OrderOf, form: str
) -> None:
    waited: list[float] = []
    merchant = Merchant(refuses_whatever_comes_at_once)
    order = order_of(form)
    with serve(merchant, form, order.issuer) as url:
        (sent,) = send(chosen(order.form, ["duplicate"]), order, url, pause=waited.append)
    assert waited[:3] == [1.0, 2.0, 4.0]
    assert 14 < sum(waited) <= FIRST_RESEND_S
    assert {each.taken for each in sent.afterwards} == {False}
    assert sent.verdict is Verdict.CARELESS


@pytest.mark.parametrize("form", OK)
def test_who_takes_over_none_of_the_copies_is_not_asked_alone(order_of: OrderOf, form: str) -> None:
    (sent,) = sent_to(order_of, form, Row(answers=always(Reply(500))), "duplicate")
    assert (sent.afterwards, sent.verdict) == ((), Verdict.CARELESS)


@pytest.mark.parametrize("form", OK)
def test_of_a_made_up_order_nobody_sees_whether_its_merchant_asked(order_of: OrderOf, form: str) -> None:
    order = order_of(form)
    with serve(Merchant(asks_the_platform), form, order.issuer) as url:
        sent = send(chosen(order.form, ["genuine", "probe"]), order, url)
    assert [each.verdict for each in sent] == [Verdict.OPEN, Verdict.CAREFUL]
    assert (sent[0].deciding.why, exit_code(sent, 2)) == (Why.UNSEEN, 2)


def test_of_a_payment_that_is_as_it_was_told_asking_excuses_nothing(order_of: OrderOf) -> None:
    merchant = Merchant(asks_the_platform)
    order = order_of("apiv3", standing="paid", questions=lambda: merchant.asked)
    with serve(merchant, "apiv3", order.issuer) as url:
        sent = send(chosen(order.form, ["genuine", "late", "coupon"]), order, url)
    assert [each.verdict for each in sent] == [Verdict.CARELESS, Verdict.OPEN, Verdict.OPEN]
    assert [each.deciding.why for each in sent] == [None, Why.ASKED, Why.ASKED]
