"""Which events of a trade Alipay's merchants are told, where, and what each says (facts alipay 3.2, 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest

from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Fault
from harness.signing.alipay import NotifyVerifier
from harness.simulator.embedded import running_simulator
from tests.simulator.alipay_side import NUMBER, PRODUCT_CODES, AlipaySide, order
from tests.simulator.merchant_side import MerchantSide
from tests.simulator.notifier.conftest import Merchant

DAY_S = 24 * 3600.0


class Deal:
    """A merchant that hears, a platform, and its levers."""

    def __init__(self, side: AlipaySide, levers: LeversClient, mail: Merchant) -> None:
        self.side, self.levers, self.mail = side, levers, mail

    def place(self, how: str, **changes: str) -> None:
        """An order of a product; `create` has a trade at once."""
        if how in PRODUCT_CODES:
            biz = order(product_code=PRODUCT_CODES[how], **changes)
            assert self.side.page(how, biz=biz, notify_url=self.mail.url).status == 302
            return
        biz = order(**changes)
        if how == "create":
            biz["buyer_id"] = self.side.identity.buyer_id
        answer = self.side.call(f"alipay.trade.{how}", biz, notify_url=self.mail.url)
        assert answer.members["code"] == "10000", answer.members

    def told(self) -> list[dict[str, str]]:
        """Every notify that came, verified; what came is forgotten."""
        verifier = NotifyVerifier(self.side.identity.platform_key.public_key())
        found = []
        for headers, body in self.mail.received:
            assert dict(headers)["content-type"].startswith("application/x-www-form-urlencoded")
            members = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True))
            verifier.verify(members)
            found.append(members)
        self.mail.received.clear()
        return found


@pytest.fixture
def deal(merchant: Merchant) -> Iterator[Deal]:
    merchant.answers, merchant.says = [200], b"success"
    with running_simulator(experience=False) as running:
        side = MerchantSide(running.simulator)
        with side.runner, LeversClient(running.levers_url, running.levers_token) as levers:
            yield Deal(AlipaySide(side), levers, merchant)


@pytest.mark.parametrize("how", ["precreate", "create", "page", "wap", "app"])
def test_a_payment_is_told_on_every_product(deal: Deal, how: str) -> None:
    deal.place(how, body="散装", passback_params="a%3D1%26b")
    deal.levers.pay(out_trade_no=NUMBER)
    (told,) = deal.told()
    identity = deal.side.identity
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert (told["app_id"], told["seller_id"]) == (identity.app_id, identity.seller_id)
    assert (told["out_trade_no"], told["total_amount"]) == (NUMBER, "19.90")
    assert (told["subject"], told["body"], told["passback_params"]) == ("龙井 250 克", "散装", "a%3D1%26b")
    assert told["fund_bill_list"] == '[{"amount":"19.90","fundChannel":"ALIPAYACCOUNT"}]'
    assert told["buyer_id"] == identity.buyer_id
    assert {"gmt_create", "gmt_payment", "notify_id", "notify_time"} <= set(told)
    assert not {"refund_fee", "gmt_refund", "gmt_close", "out_biz_no"} & set(told)


def test_a_part_given_back_is_told_as_success_again_and_says_how_much_in_all(deal: Deal) -> None:
    deal.place("create")
    deal.levers.pay(out_trade_no=NUMBER)
    deal.told()
    deal.side.refund("5.00", "R1")
    deal.side.refund("1.00", "R2")
    deal.levers.advance(1)
    first, second = sorted(deal.told(), key=lambda each: each["refund_fee"])
    assert (first["trade_status"], first["refund_fee"], first["out_biz_no"]) == (
        "TRADE_SUCCESS",
        "5.00",
        "R1",
    )
    assert (second["refund_fee"], second["out_biz_no"]) == ("6.00", "R2")
    assert first["notify_id"] != second["notify_id"]
    assert first["gmt_refund"][-4] == "."
    assert not {"receipt_amount", "fund_bill_list", "gmt_close"} & set(first)


@pytest.mark.parametrize(
    ("how", "told_of_it"), [("wap", True), ("app", True), ("page", False), ("create", False)]
)
def test_all_given_back_is_told_where_closing_is(deal: Deal, how: str, told_of_it: bool) -> None:
    deal.place(how)
    deal.levers.pay(out_trade_no=NUMBER)
    deal.told()
    deal.side.refund()
    deal.levers.advance(1)
    told = deal.told()
    assert [each["trade_status"] for each in told] == (["TRADE_CLOSED"] if told_of_it else [])
    assert all(each["refund_fee"] == "19.90" and each["gmt_close"] for each in told)


def test_the_same_refund_again_is_not_told_again(deal: Deal) -> None:
    deal.place("create")
    deal.levers.pay(out_trade_no=NUMBER)
    deal.told()
    for _ in range(3):
        deal.side.refund("5.00", "R1")
    deal.levers.advance(1)
    assert len(deal.told()) == 1


@pytest.mark.parametrize(
    ("how", "named", "told_of_it"),
    [("create", True, True), ("create", False, False), ("wap", False, True), ("page", False, False)],
)
def test_a_close_is_told_where_the_call_or_the_product_says(
    deal: Deal, how: str, named: bool, told_of_it: bool
) -> None:
    deal.place(how)
    deal.side.scan()
    deal.side.close(notify_url=deal.mail.url if named else None)
    deal.levers.advance(1)
    told = deal.told()
    assert [each["trade_status"] for each in told] == (["TRADE_CLOSED"] if told_of_it else [])
    assert all(each["gmt_close"] and each["refund_fee"] == "0.00" for each in told)


@pytest.mark.parametrize(("how", "told_of_it"), [("wap", True), ("page", False)])
def test_a_trade_that_nobody_pays_in_time_is_told_closed(deal: Deal, how: str, told_of_it: bool) -> None:
    deal.place(how, timeout_express="30m")
    deal.side.scan()
    deal.levers.advance(29 * 60)
    assert deal.told() == []
    deal.levers.advance(60)
    told = deal.told()
    assert [each["trade_status"] for each in told] == (["TRADE_CLOSED"] if told_of_it else [])
    assert all(each["refund_fee"] == "0.00" and "gmt_payment" not in each for each in told)
    assert deal.side.query().members["trade_status"] == "TRADE_CLOSED"


def test_a_year_later_the_trade_is_told_finished(deal: Deal) -> None:
    deal.place("wap")
    deal.levers.pay(out_trade_no=NUMBER)
    deal.told()
    deal.levers.advance(365 * DAY_S)
    (told,) = deal.told()
    assert (told["trade_status"], told["total_amount"]) == ("TRADE_FINISHED", "19.90")


def test_what_was_given_back_is_never_told_finished(deal: Deal) -> None:
    deal.place("wap")
    deal.levers.pay(out_trade_no=NUMBER)
    deal.side.refund()
    deal.levers.advance(1)
    deal.told()
    deal.levers.advance(365 * DAY_S)
    assert deal.told() == []


def test_an_order_without_an_address_is_told_to_nobody(deal: Deal) -> None:
    deal.side.call("alipay.trade.precreate", order())
    payment = deal.levers.pay(out_trade_no=NUMBER)
    assert payment.trade_state == "SUCCESS"
    assert deal.mail.received == []


def test_levers_find_an_order_of_either_platform(deal: Deal) -> None:
    deal.place("precreate")
    wechat = deal.side.merchant
    wechat.create(out_trade_no="of-wechat", notify_url=deal.mail.url)
    assert set(deal.levers.orders()) == {NUMBER, "of-wechat"}
    audit = deal.levers.audit(NUMBER)
    assert (audit.dialect, audit.product, audit.total) == ("alipay", "native", 1990)
    deal.levers.pay(out_trade_no="of-wechat")
    code = str(audit.code_url)
    assert deal.levers.pay(code_url=code).total == 1990
    ledger = deal.levers.ledger()
    assert ledger.paid == {NUMBER: 1990, "of-wechat": 1990}
    assert sum(ledger.balances.values()) == 0
    kinds = [each.kind for each in deal.levers.audit(NUMBER).events]
    assert kinds[:3] == ["created", "opened", "paid"]


def test_a_payer_opens_the_code_that_was_scanned_and_no_newer_one(deal: Deal) -> None:
    codes = [
        deal.side.call("alipay.trade.precreate", order(amount=amount)).members["qr_code"]
        for amount in ("0.01", "19.90")
    ]
    assert deal.levers.pay(code_url=codes[0], outcome="cancel").total == 1
    with pytest.raises(LeverRefused, match="number-used"):
        deal.levers.pay(code_url=codes[1])
    assert deal.levers.pay(code_url=codes[0]).total == 1


def test_a_fault_of_notifies_hits_them(deal: Deal) -> None:
    deal.place("precreate")
    deal.levers.add_fault(Fault(operation="notify", action="wrong_signature", out_trade_no=NUMBER))
    deal.levers.pay(out_trade_no=NUMBER)
    ((_, body),) = deal.mail.received
    members = dict(parse_qsl(body.decode()))
    with pytest.raises(Exception, match="does not hold"):
        NotifyVerifier(deal.side.identity.platform_key.public_key()).verify(members)
    assert deal.levers.audit(NUMBER).deliveries[0].signature_kind == "wrong"


def test_a_refund_of_alipay_has_its_levers_too(deal: Deal) -> None:
    deal.place("create")
    deal.levers.pay(out_trade_no=NUMBER)
    deal.levers.add_fault(Fault(operation="refund", action="refund_ends", value="PROCESSING"))
    deal.side.refund("5.00", "R1")
    deal.levers.advance(1)
    deal.told()
    assert deal.levers.refund("R1").status == "PROCESSING"
    deal.levers.end_refund("R1", "SUCCESS")
    (told,) = deal.told()
    assert told["refund_fee"] == "5.00"
    with pytest.raises(LeverRefused):
        deal.levers.refund("nobody")
