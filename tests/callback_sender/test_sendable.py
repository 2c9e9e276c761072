"""Whatever is listed can be sent, in every form; and each kind of callback tells what its name says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from harness.callback_sender.sendable import COPIES, chosen, sendables_of, spoilt
from harness.callbacks.alipay.form_body import members_of
from harness.callbacks.answers import Expected
from harness.callbacks.apiv3.header_lines import SIGNATURE, TIMESTAMP, header
from harness.callbacks.callback import Callback
from harness.callbacks.forms import form_of
from harness.core.clock import rfc3339
from harness.core.dialects import callback_forms
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.signing.alipay import SIGN, sign_notify
from harness.signing.wechat_v3 import PROBE_PREFIX, Verifier, decrypt_resource
from tests.callback_sender.conftest import PAID, OrderOf

FORMS = [each.id for each in callback_forms()]


def made(order_of: OrderOf, form: str, kind: str, **said: object) -> list[Callback]:
    order = order_of(form, **said)
    sendable = sendables_of(order.form)[kind]
    return list(islice(sendable.made(order), sendable.count))


def opened(order_of: OrderOf, kind: str, **said: object) -> dict[str, Any]:
    """What the one callback of a kind tells, once its signature was verified."""
    (callback,) = made(order_of, "apiv3", kind, **said)
    issuer = order_of("apiv3").issuer
    Verifier({issuer.serial: issuer.private_key.public_key()}).verify(callback.headers, callback.body)
    notice = json.loads(callback.body)
    told: dict[str, Any] = json.loads(decrypt_resource(issuer.apiv3_key, notice["resource"]))
    return {**told, "event": notice["event_type"]}


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_listed_can_be_made(order_of: OrderOf, form: str) -> None:
    every = sendables_of(form_of(form))
    counts = {name: len(made(order_of, form, name)) for name in every}
    several = {name: count for name, count in counts.items() if count != 1}
    assert several == {"duplicate": COPIES, "reordered": 2}
    assert len(counts) > 50


@pytest.mark.parametrize("form", FORMS)
def test_a_careful_merchant_refuses_what_nobody_but_a_forger_sends(form: str) -> None:
    attacks = form_of(form).attacks.ATTACKS
    refused = {each.id for each in sendables_of(form_of(form)).values() if each.expected is Expected.REFUSED}
    assert refused == {"probe"} | {
        each.id for each in attacks if not each.harmless and not each.may_be_acknowledged
    }


def test_a_genuine_one_tells_of_the_payment_and_a_late_one_that_it_was_a_while_ago(order_of: OrderOf) -> None:
    told = opened(order_of, "genuine")
    assert told == {**order_of("apiv3").resource, "event": "TRANSACTION.SUCCESS"}
    assert told["success_time"] == rfc3339(PAID)
    assert opened(order_of, "late", late_s=60)["success_time"] == rfc3339(PAID - timedelta(seconds=60))


def test_refunds_tell_how_much_went_back(order_of: OrderOf) -> None:
    whole, part = opened(order_of, "refund"), opened(order_of, "partial-refund", refund_part=Fen(500))
    assert (whole["event"], whole["refund_status"], whole["amount"]["refund"]) == (
        "REFUND.SUCCESS",
        "SUCCESS",
        1990,
    )
    assert part["amount"] == {"total": 1990, "refund": 500, "payer_total": 1990, "payer_refund": 500}
    assert whole["out_refund_no"] != part["out_refund_no"]


def test_a_coupon_leaves_the_order_its_price(order_of: OrderOf) -> None:
    told = opened(order_of, "coupon", given=Fen(90))
    assert (told["amount"]["total"], told["amount"]["payer_total"]) == (1990, 1900)
    assert told["promotion_detail"][0]["amount"] == 90


def test_unknown_members_stand_beside_the_known_ones(order_of: OrderOf) -> None:
    told = opened(order_of, "unknown-member")
    assert told.keys() > {*order_of("apiv3").resource}


def test_twenty_copies_are_one_notification_each_signed_by_itself(order_of: OrderOf) -> None:
    copies = made(order_of, "apiv3", "duplicate")
    assert len({each.body for each in copies}) == 1
    assert len({header(each, SIGNATURE) for each in copies}) == COPIES


def test_of_two_reordered_ones_the_older_comes_last(order_of: OrderOf) -> None:
    first, last = made(order_of, "apiv3", "reordered")
    assert first.body == last.body
    assert 59 <= int(header(first, TIMESTAMP)) - int(header(last, TIMESTAMP)) <= 61


def test_a_probe_is_the_platforms_own(order_of: OrderOf) -> None:
    (probe,) = made(order_of, "apiv3", "probe")
    assert header(probe, SIGNATURE).startswith(PROBE_PREFIX)


def test_alipay_tells_the_same_in_its_own_words(order_of: OrderOf) -> None:
    def told(kind: str, **said: object) -> Mapping[str, str]:
        (callback,) = made(order_of, "alipay", kind, **said)
        members = members_of(callback.body)
        assert members[SIGN] == sign_notify(order_of("alipay").issuer.private_key, members)
        return members

    genuine, late = told("genuine"), told("late", late_s=3600)
    assert (genuine["trade_status"], genuine["total_amount"]) == ("TRADE_SUCCESS", "19.90")
    assert (genuine["gmt_payment"], late["gmt_payment"]) == ("2026-11-23 12:30:00", "2026-11-23 11:30:00")
    whole, part = told("refund"), told("partial-refund", refund_part=Fen(500))
    assert (whole["trade_status"], whole["refund_fee"]) == ("TRADE_CLOSED", "19.90")
    assert (part["trade_status"], part["refund_fee"]) == ("TRADE_SUCCESS", "5.00")
    assert "fund_bill_list" not in whole.keys() | part.keys()
    coupon = told("coupon", given=Fen(90))
    assert (coupon["total_amount"], coupon["buyer_pay_amount"]) == ("19.90", "19.00")


def test_an_envelope_tells_of_refunds_and_of_no_coupon(order_of: OrderOf) -> None:
    (refund,) = made(order_of, "envelope", "refund", refund_no="R1")
    assert json.loads(refund.body)["outRefundNo"] == "R1"
    assert "coupon" not in sendables_of(form_of("envelope"))


def test_of_a_refund_that_nobody_asked_for_either_answer_will_do(order_of: OrderOf) -> None:
    refund = sendables_of(form_of("apiv3"))["refund"]
    assert refund.expects(order_of("apiv3")) is Expected.ANY
    assert refund.expects(order_of("apiv3", refund_no="R1")) is Expected.TAKEN_OVER


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("amount", "asked_for"), [(None, "refund"), (500, "partial-refund"), (1990, "refund")]
)
def test_a_file_names_one_refund_and_its_merchant_may_refuse_another_of_that_number(
    order_of: OrderOf, form: str, amount: int | None, asked_for: str
) -> None:
    order = order_of(form, refund_no="R1", refund_part=None if amount is None else Fen(amount))
    expected = {kind: sendables_of(order.form)[kind].expects(order) for kind in ("refund", "partial-refund")}
    assert [kind for kind, each in expected.items() if each is Expected.TAKEN_OVER] == [asked_for]
    assert set(expected.values()) == {Expected.TAKEN_OVER, Expected.ANY}


@pytest.mark.parametrize("kind", ["coupon", "partial-refund"])
def test_an_order_of_a_fen_has_no_parts(order_of: OrderOf, kind: str) -> None:
    with pytest.raises(UsageError, match="cannot be 0 fen"):
        made(order_of, "apiv3", kind, total=1)


def test_callbacks_are_chosen_by_id_by_control_or_all_forgeries_at_once() -> None:
    form = form_of("apiv3")
    assert [each.id for each in chosen(form, ["late", "genuine"])] == ["late", "genuine"]
    assert {each.control for each in chosen(form, ["cbk-04"])} == {"CBK-04"}
    assert len(chosen(form, ["forged"])) == len(form.attacks.ATTACKS)
    with pytest.raises(UsageError, match="did you mean genuine"):
        chosen(form, ["genuin"])


def test_what_was_spoilt_is_spoilt_again(order_of: OrderOf) -> None:
    order = order_of("apiv3")
    again = {
        kind: spoilt(order.form, kind, order.payment)
        for kind in ("genuine", "lost", "none", "probe", "wrong")
    }
    assert [kind for kind, sendable in again.items() if sendable is None] == ["genuine", "lost", "none"]


@pytest.mark.parametrize("form", ["apiv3", "alipay", "envelope"])
def test_what_a_file_altered_a_careful_merchant_may_refuse(order_of: OrderOf, form: str) -> None:
    genuine, probe = (sendables_of(form_of(form))[name] for name in ("genuine", "probe"))
    altered = order_of(form, altered=True)
    assert [genuine.expects(order_of(form)), genuine.expects(altered)] == [Expected.TAKEN_OVER, Expected.ANY]
    assert probe.expects(altered) is Expected.REFUSED


def test_a_notice_that_names_no_order_by_its_signature_may_be_acknowledged() -> None:
    wrapped = sendables_of(form_of("envelope"))["envelope-payment-inside-unsigned-data"]
    assert wrapped.expected is Expected.ANY
