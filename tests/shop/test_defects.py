"""Each defect changes what it says, and the rest of the shop stays right."""

from __future__ import annotations

import gzip
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import date
from hashlib import sha1
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.browser.devices import PHONE, WECHAT_PHONE
from harness.callbacks.apiv3.forged_signatures import probe as as_probe
from harness.callbacks.callback import Callback
from harness.callbacks.envelope.attacks import ATTACKS as ENVELOPE_ATTACKS
from harness.callbacks.forms import form_of
from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.control import Defect
from harness.core.errors import (
    GoLiveError,
    MerchantFailure,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
    UsageError,
)
from harness.core.money import Fen
from harness.core.payment import Order, PayersCard, Product, RefundOrder
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.protocol import PaymentGateway
from harness.levers.actions import FORGED_CODE
from harness.levers.client import LeversClient
from harness.levers.models import Fault, FaultOperation, RefundAudit
from harness.merchant.answers import Answered, CallbackAnswer
from harness.merchant.client import MerchantClient
from harness.merchant.inner_details import inner_details
from harness.merchant.rungs.strangers import from_another_site, goes_along
from harness.processes.serving import listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.confirmations import PAGES
from harness.shop.defects.registry import DEFECTS, practices_with
from harness.shop.payment_api import PaymentApi
from harness.shop.practices import Practices
from harness.shop.reconciliation.comparison import Booked, DayBooks
from harness.shop.reconciliation.record import Kind
from harness.shop.refusal import Refusal
from harness.signing.envelope import Verifier
from harness.signing.keys import load_public_key
from harness.signing.wechat_v3 import verifies
from harness.simulator.account.throwaway_ca import throw_away_ca
from harness.simulator.wire.kit.bill_text import header, moved
from harness.simulator.wire.kit.trade_bill import COLUMNS, SUMMARY
from harness.simulator.wire.kit.trade_bill import TradeBill as BillKind
from tests.shop import alipay_order_probes, alipay_probes, https_probes, monitoring_probes
from tests.shop.conftest import Trade, issuer_of, new_order_id, trading

Probe = Callable[[Trade], bool]
"""Whether a shop shows the fault."""


def draws_another_url(trade: Trade) -> bool:
    practices = trade.running.shop.practices
    return practices.draw("weixin://wxpay/bizpayurl?pr=abc") != "weixin://wxpay/bizpayurl?pr=abc"


def believes_the_shopper(trade: Trade) -> bool:
    return trade.merchant.confirm(trade.order()).status == "paid"


def loses_a_fen_in_a_float(trade: Trade) -> bool:
    return trade.books(trade.order("19.90")).amount != Fen(1990)


def takes_a_new_number(trade: Trade) -> bool:
    order_id = new_order_id()
    return trade.order(order_id=order_id) != trade.order(order_id=order_id)


def makes_two_orders_of_two_clicks(trade: Trade) -> bool:
    order_id = new_order_id()
    with ThreadPoolExecutor(2) as pool:
        numbers = {each.out_trade_no for each in pool.map(lambda _: trade.ask(order_id=order_id), range(2))}
    return len(numbers - {None}) == 2


def shows_the_old_code_again(trade: Trade) -> bool:
    order_id = new_order_id()
    return trade.ask(order_id=order_id).code_url == trade.ask(order_id=order_id).code_url


def gives_up_what_it_did_not_close(trade: Trade) -> bool:
    number = trade.order()
    trade.merchant.advance(3600)
    given_up = trade.books(number).status == "cancelled"
    return given_up and trade.levers.audit(number).trade_state == "NOTPAY"


def forgets_late_money(trade: Trade) -> bool:
    number = trade.order()
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value="CLOSED")
    trade.levers.add_fault(said)
    trade.merchant.confirm(number)
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    return not books.paid_amount and not books.attention


def forgets_money_for_what_it_ended(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=9))
    trade.levers.pay(out_trade_no=number)
    trade.merchant.close_order(number)
    trade.levers.clear_faults()
    trade.levers.redeliver(number)
    books = trade.books(number)
    return not books.paid_amount and not books.attention


def takes_a_payment_back(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.pay(out_trade_no=number)
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="NOTPAY")
    trade.levers.add_fault(said)
    before = trade.books(number).status
    return before == "paid" and trade.merchant.confirm(number).status != "paid"


def credits_late_money_each_time(trade: Trade) -> bool:
    number = trade.order()
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value="CLOSED")
    trade.levers.add_fault(said)
    trade.merchant.confirm(number)
    trade.levers.pay(out_trade_no=number)
    told_once = trade.books(number).credits == 0
    trade.levers.redeliver(number)
    trade.levers.redeliver(number)
    return told_once and trade.books(number).credits == 2


def is_refused_on_reorder(trade: Trade) -> bool:
    order_id = new_order_id()
    trade.order(order_id=order_id)
    trade.merchant.advance(90)
    return not trade.ask(order_id=order_id).created


def hides_an_unknown_state(trade: Trade) -> bool:
    number = trade.order()
    fault = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="FROZEN")
    trade.levers.add_fault(fault)
    return trade.merchant.confirm(number).status == "pending"


def never_asks(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    trade.levers.pay(out_trade_no=number)
    trade.merchant.advance(3600)
    return trade.books(number).status != "paid"


def acknowledges_without_crediting(trade: Trade) -> bool:
    number = trade.order()
    accepted = deliver(trade, trade.callback(number)).status == 200
    return accepted and trade.books(number).credits == 0


def answers_too_late(trade: Trade) -> bool:
    return not deliver(trade, trade.callback(trade.order())).accepted


def credits_a_forged_signature(trade: Trade) -> bool:
    return believed(trade, "CBK-02", "other-key")


def acknowledges_the_probe(trade: Trade) -> bool:
    return attacked(trade, "CBK-03", "probe").status == 200


def credits_a_stale_callback(trade: Trade) -> bool:
    return believed(trade, "CBK-04", "past-1-hour")


def credits_without_a_header(trade: Trade) -> bool:
    return believed(trade, "CBK-06", "signature-missing")


def credits_duplicates(trade: Trade) -> bool:
    number = trade.order()
    for _ in range(3):
        deliver(trade, trade.callback(number))
    return trade.books(number).credits > 1


def credits_a_race(trade: Trade) -> bool:
    number = trade.order()
    copies = [trade.callback(number) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda each: deliver(trade, each), copies))
    return trade.books(number).credits > 1


def books_too_little(trade: Trade) -> bool:
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    return (books.status, books.paid_amount) == ("paid", books.amount - 1)


def believes_the_return(trade: Trade) -> bool:
    order_id = new_order_id()
    number = trade.order(order_id=order_id, kind="h5")
    address = f"{trade.profile.paths.payment_return}?orderId={order_id}"
    shown = trade.merchant.page(address, user_agent=str(PHONE["user_agent"])).text
    return 'data-status="paid"' in shown and trade.books(number).status == "paid"


def sends_no_referrer(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent="")
    return page.headers["referrer-policy"] == "no-referrer"


def signs_the_wrong_lines(trade: Trade) -> bool:
    parameters = trade.ask(kind="jsapi").jsapi_params
    lines = [parameters[name] for name in ("appId", "timeStamp", "nonceStr", "package")]
    key = load_public_key(trade.levers.keys().merchant_public_key_pem)
    return not verifies(key, "".join(f"{line}\n" for line in lines).encode(), parameters["paySign"])


def believes_the_bridge(trade: Trade) -> bool:
    return trade.merchant.bridge(trade.order(kind="jsapi"), "ok").status == "paid"


def boasts_of_mcp(trade: Trade) -> bool:
    created = trade.ask()
    audit = trade.levers.audit(str(created.out_trade_no))
    return created.mcp_enabled is True and audit.dialect == "apiv3"


def reports_what_is_not(trade: Trade) -> bool:
    return trade.merchant.status().alipay is True


def offers_a_code_inside_wechat(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent=str(WECHAT_PHONE["user_agent"]))
    assert page.shows(trade.profile.test_ids.type_jsapi)
    return page.shows(trade.profile.test_ids.type_qr)


def hands_over_a_bare_package(trade: Trade) -> bool:
    return not trade.ask(kind="miniprogram").mini_program_params["package"].startswith("prepay_id=")


def leaves_the_end_open(trade: Trade) -> bool:
    return trade.levers.audit(trade.order()).time_expire is None


def gives_up_with_mcp(trade: Trade) -> bool:
    trade.levers.add_fault(Fault(operation="create", action="refuse", dialect="mcp", times=50))
    created = trade.ask()
    trade.levers.clear_faults()
    return not created.created


def orders_twice(trade: Trade) -> bool:
    before = set(trade.levers.orders())
    trade.levers.add_fault(Fault(operation="create", action="drop_after_acceptance", dialect="mcp"))
    assert trade.ask().created
    trade.levers.clear_faults()
    return len(set(trade.levers.orders()) - before) > 1


def never_returns_to_mcp(trade: Trade) -> bool:
    before = trade.levers.audit(trade.order()).dialect
    trade.levers.add_fault(Fault(operation="any", action="refuse", dialect="mcp", times=1000))
    trade.ask()
    trade.levers.clear_faults()
    trade.merchant.advance(trade.profile.mcp_recovery_s)
    return before == "mcp" and trade.levers.audit(trade.order()).dialect != before


def ignores_the_switch(trade: Trade) -> bool:
    settings = Settings.load(EnvFile.of(trade.environment))
    off = replace(settings, mcp=replace(settings.mcp, enabled=False))
    gateway = trade.running.shop.practices.gateway(off, (), time.monotonic)
    try:
        return gateway.dialect != "apiv3"
    finally:
        gateway.close_connections()


def does_not_mind_the_limit(trade: Trade) -> bool:
    return trade.ask("100.01").status_code != 400


def warns_nobody(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent="")
    return not page.shows(trade.profile.test_ids.experience_warning)


def credits_an_unsigned_envelope(trade: Trade) -> bool:
    number = trade.order()
    (attack,) = (each for each in ENVELOPE_ATTACKS if each.id == "envelope-signature-stripped")
    deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number)))
    return trade.books(number).credits > 0


def believes_any_envelope_in_alipays_words(trade: Trade) -> bool:
    nobodys = {"status": "TRADE_SUCCESS", "signature": "bm9ib2R5"}
    with suppress(SignatureInvalid):
        verifier = Verifier(issuer_of(trade.levers).mcp_private_key.public_key())
        trade.running.shop.practices.verify_envelope(verifier, nobodys)
        return True
    return False


def deliver(trade: Trade, callback: Callback) -> CallbackAnswer:
    return trade.merchant.deliver(callback.headers, callback.body)


def attacked(trade: Trade, control: str, name: str, number: str | None = None) -> CallbackAnswer:
    (attack,) = (each for each in form_of("apiv3").attacks_for(control) if each.id == name)
    return deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number or trade.order())))


def believed(trade: Trade, control: str, name: str) -> bool:
    number = trade.order()
    attacked(trade, control, name, number)
    return trade.books(number).credits > 0


def credits_a_forged_signature_in_a_crowd(trade: Trade) -> bool:
    for _ in range(8):
        attacked(trade, "CBK-02", "other-key")
    return credits_a_forged_signature(trade)


def asks_a_price_of_its_own(trade: Trade) -> bool:
    return trade.books(trade.order("19.90")).amount == Fen(8800)


def asks_one_yuan(trade: Trade) -> bool:
    return trade.levers.audit(trade.order("19.90")).total == Fen(100)


def credits_what_it_refused(trade: Trade) -> bool:
    number = trade.order()
    answer = attacked(trade, "CBK-02", "other-key", number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    return answer.status == 401 and trade.books(number).credits > 0


def talks_to_an_impostor(trade: Trade) -> bool:
    """Over TLS to somebody whom no authority knows; a correct shop does not get as far as a question."""
    asked: list[str] = []

    async def impostor(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(status_code=404)

    app = Starlette(routes=[Route("/{path:path}", impostor)])
    with tempfile.TemporaryDirectory() as folder:
        tls = throw_away_ca(Path(folder)).tls
        with listen() as listener, serving(app, listener, tls) as address:
            values = {**trade.environment, "WECHAT_PAY_BASE_URL": address, "PAYMENT_MCP_ENABLED": "false"}
            settings = Settings.load(EnvFile.of(values, "an impostor's"), target="simulator")
            gateway = trade.running.shop.practices.gateway(settings, (), time.monotonic)
            with suppress(GoLiveError):
                gateway.query("N1")
            gateway.close_connections()
    return bool(asked)


def keeps_nothing_of_what_it_answered(trade: Trade) -> bool:
    shop, number = trade.running.shop, trade.order()
    accepted = deliver(trade, trade.callback(number)).accepted
    with shop.store.reading() as connection:
        kept = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    return shop.inbox is not None and accepted and not kept and trade.books(number).credits == 0


def acknowledges_what_its_store_refused(trade: Trade) -> bool:
    store, number = trade.running.shop.store, trade.order()
    breaks = "CREATE TRIGGER broken_{0} BEFORE {1} ON {0} BEGIN SELECT raise(ABORT, 'disk I/O error'); END"
    with store.writing() as connection:
        connection.execute(breaks.format("orders", "UPDATE"))
        connection.execute(breaks.format("inbox", "INSERT"))
    try:
        return deliver(trade, trade.callback(number)).accepted and trade.books(number).credits == 0
    finally:
        with store.writing() as connection:
            connection.execute("DROP TRIGGER broken_orders")
            connection.execute("DROP TRIGGER broken_inbox")


def credits_a_probe_with_the_genuine_signature_behind_it(trade: Trade) -> bool:
    return believed(trade, "CBK-03", "probe-before-real-signature")


def reads_the_first_of_two_headers(trade: Trade) -> bool:
    return believed(trade, "CBK-06", "signature-twice-real-first")


def credits_one_payment_twice(trade: Trade) -> bool:
    number = trade.order()
    deliver(trade, trade.callback(number))
    return trade.books(number).credits == 2


def credits_an_envelopes_probe(trade: Trade) -> bool:
    number = trade.order()
    (attack,) = (each for each in ENVELOPE_ATTACKS if each.id == "envelope-probe")
    deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number)))
    return trade.books(number).credits > 0


def verifies_what_it_wrote_itself(trade: Trade) -> bool:
    return believed(trade, "CBK-07", "body-blank-inside")


def ignores_the_serial(trade: Trade) -> bool:
    return believed(trade, "CBK-05", "serial-of-zeros")


def acknowledges_an_unknown_serial(trade: Trade) -> bool:
    number = trade.order()
    answer = attacked(trade, "CBK-05", "serial-of-no-certificate", number)
    return answer.status == 200 and trade.books(number).credits == 0


def ignores_the_seals_tag(trade: Trade) -> bool:
    return believed(trade, "CBK-08", "seal-tag-of-zeros")


def credits_a_hundredth(trade: Trade) -> bool:
    return believed(trade, "CBK-09", "amount-a-hundredth")


def credits_what_is_unpaid(trade: Trade) -> bool:
    return believed(trade, "CBK-10", "state-notpay")


def refuses_a_new_member(trade: Trade) -> bool:
    (more,) = (each for each in form_of("apiv3").variations if each.id == "more-members-outside")
    sent = more.forge(issuer_of(trade.levers), trade.resource(trade.order()))
    return deliver(trade, sent).status == 401


def acknowledges_what_it_cannot_read(trade: Trade) -> bool:
    return attacked(trade, "CBK-14", "body-null").status == 200


def credits_the_number_beside_the_seal(trade: Trade) -> bool:
    return believed(trade, "CBK-15", "replay-under-another-number")


def credits_what_does_not_decode(trade: Trade) -> bool:
    return believed(trade, "CBK-02", "signature-not-base64")


def credits_a_query_after_a_callback(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.pay(out_trade_no=number)
    before = trade.books(number).credits
    trade.running.shop.queries.look(number)
    return trade.books(number).credits > before


def gives_up_what_is_being_paid(trade: Trade) -> bool:
    number = trade.order()
    fault = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="USERPAYING")
    trade.levers.add_fault(fault)
    return trade.merchant.confirm(number).status == "failed"


def refuses_a_coupon(trade: Trade) -> bool:
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number, coupon=Fen(100))
    return trade.levers.audit(number).deliveries[0].status == 400


def cancels_what_anybody_calls_closed(trade: Trade) -> bool:
    number = trade.order()
    attacked(trade, "CBK-02", "other-key-says-closed", number)
    return trade.books(number).status == "cancelled"


def gives_in_when_told_often(trade: Trade) -> bool:
    sent = as_probe(trade.callback(trade.order()))
    answers = [deliver(trade, sent).status for _ in range(21)]
    return (answers[0], answers[-1]) == (401, 200)


def stops_at_an_event_of_tomorrow(trade: Trade) -> bool:
    number = trade.order()
    attacked(trade, "CBK-13", "event-of-tomorrow", number)
    return deliver(trade, trade.callback(number)).status == 503


@contextmanager
def classic_gateway(trade: Trade) -> Iterator[PaymentGateway]:
    """The shop's way to the classic API, MCP switched off."""
    settings = Settings.load(EnvFile.of(trade.environment))
    off = replace(settings, mcp=replace(settings.mcp, enabled=False))
    gateway = trade.running.shop.practices.gateway(off, (), time.monotonic)
    try:
        yield gateway
    finally:
        trade.levers.clear_faults()
        gateway.close_connections()


def new_order() -> Order:
    return Order(
        out_trade_no=new_order_id(),
        product=Product.NATIVE,
        amount=Fen(1990),
        description="龙井",
        notify_url="http://127.0.0.1:1/n",
    )


def shows_a_forged_code(trade: Trade, how: str) -> bool:
    with classic_gateway(trade) as gateway:
        trade.levers.add_fault(Fault(operation="create", action="forged_answer", value=how, dialect="apiv3"))
        try:
            return gateway.create(new_order()).code_url == FORGED_CODE
        except SignatureInvalid:
            return False


def believes_another_keys_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "another-key")


def believes_an_unsigned_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "unsigned")


def believes_a_kept_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "stale")


def believes_a_forged_query(trade: Trade) -> bool:
    forged = Fault(operation="query", action="forged_answer", value="tampered", dialect="apiv3")
    with classic_gateway(trade) as gateway:
        order = new_order()
        gateway.create(order)
        trade.levers.add_fault(forged)
        try:
            return gateway.query(order.out_trade_no).trade_state == "SUCCESS"
        except SignatureInvalid:
            return False


def outlasts_a_trickle(trade: Trade) -> bool:
    with classic_gateway(trade) as gateway:
        trade.levers.add_fault(Fault(operation="create", action="trickle", value=6, dialect="apiv3"))
        try:
            return bool(gateway.create(new_order()).code_url)
        except UnknownOutcome:
            return False


@contextmanager
def broken(
    trade: Trade, operation: FaultOperation, action: str, value: int | None = None
) -> Iterator[Answered]:
    """What a shopper is answered while the platform is broken on every wire."""
    trade.levers.clear_faults()
    trade.levers.add_fault(Fault(operation=operation, action=action, value=value, times=1000))
    request = trade.merchant.order_request(order_id=new_order_id(), amount_yuan="19.90")
    yield trade.merchant.answer_to_order(request)
    trade.levers.clear_faults()
    trade.merchant.advance(trade.profile.mcp_recovery_s)


def storms_a_busy_platform(trade: Trade) -> bool:
    with broken(trade, "create", "status", 429):
        return len(trade.levers.faults_met()) > 10


def changes_the_number_after_an_error(trade: Trade) -> bool:
    with broken(trade, "create", "status", 500):
        return len({each.out_trade_no for each in trade.levers.faults_met()}) > 1


def shows_its_code(trade: Trade) -> bool:
    with broken(trade, "any", "refuse") as answered:
        return inner_details(answered.text) == "a Python traceback"


def hands_out_a_code_of_its_own(trade: Trade) -> bool:
    with broken(trade, "any", "refuse") as answered:
        return "weixin://" in answered.text


def calls_an_order_paid_that_nobody_answers_for(trade: Trade) -> bool:
    with broken(trade, "any", "reset") as answered:
        return answered.status == 409


def has_a_page_of_a_megabyte(trade: Trade) -> bool:
    return len(trade.merchant.page(str(trade.profile.paths.payment), user_agent="").text) > 1_000_000


def hands_its_settings_to_the_page(trade: Trade) -> bool:
    return "data-config" in trade.merchant.page("/payment", user_agent="Mozilla/5.0").text


def serves_its_key(trade: Trade) -> bool:
    return trade.merchant.page("/cert/apiclient_key.pem", user_agent="Mozilla/5.0").status_code == 200


SOMEBODY = "oSomebodyElse000000000000000"


def lets_others_name_the_payer(trade: Trade) -> bool:
    created = sent_with(trade, {"openid": SOMEBODY}, "jsapi")
    return trade.levers.audit(created).openid == SOMEBODY


def lets_others_number_its_orders(trade: Trade) -> bool:
    number = f"THEIRS{new_order_id()[-12:].replace('-', '')}"
    return sent_with(trade, {"outTradeNo": number}) == number


def lets_others_name_a_total(trade: Trade) -> bool:
    return trade.levers.audit(sent_with(trade, {"total": 1})).total == 1


def believes_the_pages_price(trade: Trade) -> bool:
    request = trade.merchant.order_request(order_id=new_order_id(), goods="audio-guide", amount_yuan="0.01")
    return trade.merchant.send_order(request).created


def sent_with(trade: Trade, further: dict[str, object], kind: str = "qr") -> str:
    request = trade.merchant.order_request(order_id=new_order_id(), amount_yuan="6", payment_type=kind)
    created = trade.merchant.send_order(request.with_members(further))
    assert created.out_trade_no, created.error
    return created.out_trade_no


def tells_its_key(trade: Trade) -> bool:
    answer = trade.merchant.deliver([("Content-Type", "application/json")], b"{")
    return b"apiV3Key=" in answer.body


def takes_orders_from_guests(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as guest:
        return guest.create_order(order_id=new_order_id(), amount_yuan="6").created


def takes_orders_from_any_site(trade: Trade) -> bool:
    request = from_another_site(trade.merchant.order_request(order_id=new_order_id(), amount_yuan="6"))
    with MerchantClient(trade.merchant.profile) as browser:
        browser.take(each for each in trade.merchant.cookies if goes_along(each, request.method))
        return browser.send_order(request).created


def tells_anybody_of_an_order(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as visitor:
        return visitor.query(trade.order("5")).status_code == 200


def tells_another_shopper_of_an_order(trade: Trade) -> bool:
    try:
        return bool(PaymentApi(trade.running.shop)._own("visitor@example.com", trade.order("5")))
    except Refusal:
        return False


def refunded(trade: Trade, action: str | None = None, value: object = None) -> str:
    """A paid order of ¥5, ¥0.50 of which the shop was asked to give back."""
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    if action is not None:
        asked = {"operation": "refund", "action": action, "value": value, "out_trade_no": number}
        trade.levers.add_fault(Fault.model_validate(asked))
    trade.merchant.refund(number, Fen(50), "probe")
    return number


class NothingGivenBack(Exception):
    """A shop that credits no order gives nothing back of it either: of its refunds nothing shows."""


def given_back(trade: Trade, number: str) -> RefundAudit:
    """The one refund of an order that the platform took."""
    refunds = trade.levers.audit(number).refunds
    if not refunds:
        raise NothingGivenBack(number)
    (there,) = refunds
    return there


def asks_for_more_than_is_left(trade: Trade) -> bool:
    number = refunded(trade)
    trade.merchant.refund(number, Fen(500), "all")
    kinds = [each.kind for each in trade.levers.audit(number).events]
    return "refund-refused" in kinds


def renumbers_a_refund(trade: Trade) -> bool:
    number = refunded(trade, "status_after_acceptance", 500)
    told = [each.detail for each in trade.levers.audit(number).events if each.kind.startswith("refund")]
    return len({each["out_refund_no"] for each in told}) > 1


def books_a_refund_that_was_accepted(trade: Trade) -> bool:
    return trade.books(refunded(trade)).refunded_amount > 0


def cannot_read_a_refunds_callback(trade: Trade) -> bool:
    there = given_back(trade, refunded(trade))
    return not trade.levers.end_refund(there.out_refund_no, "SUCCESS").deliveries[0].accepted


def takes_a_part_for_the_whole(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    trade.levers.end_refund(there.out_refund_no, "SUCCESS")
    trade.running.shop.queries.look(number)
    return trade.books(number).status != "paid"


def shows_a_coupons_share_as_the_shoppers(trade: Trade) -> bool:
    order_id = new_order_id()
    number = trade.order("5", order_id=order_id)
    trade.levers.pay(out_trade_no=number, coupon=Fen(100))
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    trade.merchant.refund(number, Fen(200), "probe")
    return "¥<span>2.00<" in trade.merchant.page(f"/payment/return?orderId={order_id}", user_agent="").text


def forgets_what_the_platform_gave_back(trade: Trade) -> bool:
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    settings, total = trade.running.shop.renewable.settings, trade.levers.audit(number).total
    gateway = trade.running.shop.practices.refund_gateway(settings, ())
    gateway.refund(
        RefundOrder(
            out_refund_no=f"EXPERIENCE-{number}",
            out_trade_no=number,
            refund=total,
            total=total,
            notify_url=settings.wechat.notify_url,
        )
    )
    gateway.close_connections()
    trade.levers.end_refund(f"EXPERIENCE-{number}", "SUCCESS")
    return trade.books(number).refunded_amount == 0


def card_seen(trade: Trade) -> str:
    """In what state a card came to the platform that an abnormal refund went to."""
    number = refunded(trade)
    there = given_back(trade, number)
    trade.levers.end_refund(there.out_refund_no, "ABNORMAL")
    card = PayersCard(bank_type="CMB_DEBIT", account="6225000000000253", name="测试顾客")
    trade.merchant.refund_to_card(number, "probe", card)
    events = trade.levers.audit(number).events
    return next((each.detail["card"] for each in events if each.kind == "refund-card"), "")


def sends_a_card_in_plain_text(trade: Trade) -> bool:
    return card_seen(trade) == "plain"


def seals_a_card_to_another_key(trade: Trade) -> bool:
    return card_seen(trade) == "unopened"


def never_asks_about_a_refund(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    lost = Fault(operation="refund-notify", action="lost", out_trade_no=number, times=20)
    trade.levers.add_fault(lost)
    trade.levers.end_refund(there.out_refund_no, "SUCCESS")
    trade.merchant.advance(301)
    return trade.books(number).refunded_amount == 0


def takes_xml_for_told(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    old = Fault(operation="refund-notify", action="old_form", out_trade_no=number, times=20)
    trade.levers.add_fault(old)
    told = trade.levers.end_refund(there.out_refund_no, "SUCCESS").deliveries[0]
    trade.merchant.advance(301)
    return told.status == 200 and trade.books(number).refunded_amount == 0


BILLED_DAY = date(2026, 11, 20)
BILL = (
    "\n".join(
        (
            header(COLUMNS[BillKind.ALL]).strip(),
            "`2026-11-20 10:01:02,`wx,`1,`0,`,`42,`paid,`o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`19.90,`0.00,`0,`0,"
            "`0.00,`0.00,`,`,`demo,`,`0.00,`0.00%,`19.90,`0.00,`",
            header(SUMMARY[BillKind.ALL]).strip(),
            "`1,`19.90,`0.00,`0.00,`0.00,`19.90,`0.00",
        )
    )
    + "\n"
)
BILLED = BilledPayment(out_trade_no="paid", transaction_id="42", total=Fen(1990))
BILLED_BACK = BilledRefund(
    out_refund_no="back", refund_id="5", out_trade_no="paid", refund=Fen(100), status="SUCCESS"
)


def opens(trade: Trade, text: str, announced: str | None = None) -> TradeBill | None:
    """What the shop's client reads of a downloaded bill; None: it does not believe it."""
    shop = trade.running.shop
    gateway = shop.practices.bill_gateway(shop.renewable.settings, ())
    assert isinstance(gateway, ApiV3Gateway)
    told = text.encode()
    try:
        return gateway.opens_bill(
            gzip.compress(told), announced or sha1(told, usedforsecurity=False).hexdigest(), BILLED_DAY
        )
    except TargetFailure:
        return None
    finally:
        gateway.close_connections()


def believes_a_bill_of_another_hash(trade: Trade) -> bool:
    return opens(trade, BILL, "0" * 40) is not None


def needs_columns_in_their_order(trade: Trade) -> bool:
    read = opens(trade, "".join(moved(f"{line}\n" for line in BILL.splitlines())))
    return read is None or [each.out_trade_no for each in read.payments] != ["paid"]


def loses_a_fen_of_a_bill(trade: Trade) -> bool:
    read = opens(trade, BILL)
    return read is not None and read.payments[0].total == Fen(1989)


def takes_a_bill_in_making_for_none(trade: Trade) -> bool:
    return "STATEMENT_CREATING" in trade.running.shop.practices.no_bill_codes


def never_ends_a_day_without_trade(trade: Trade) -> bool:
    return "NO_STATEMENT_EXIST" not in trade.running.shop.practices.no_bill_codes


def raised(trade: Trade, bill: TradeBill, books: DayBooks) -> set[Kind]:
    return {each.kind for each in trade.running.shop.practices.bill_differences(bill, books)}


def misses_what_is_missing_here(trade: Trade) -> bool:
    return not raised(trade, TradeBill(day=BILLED_DAY, payments=(BILLED,)), DayBooks())


def misses_what_is_missing_there(trade: Trade) -> bool:
    books = DayBooks(payments={"paid": Booked("paid", Fen(1990))}, payments_of_day=frozenset({"paid"}))
    return not raised(trade, TradeBill(day=BILLED_DAY), books)


def misses_another_amount(trade: Trade) -> bool:
    books = DayBooks(payments={"paid": Booked("paid", Fen(1989))})
    return not raised(trade, TradeBill(day=BILLED_DAY, payments=(BILLED,)), books)


def compares_no_refunds(trade: Trade) -> bool:
    bill = TradeBill(day=BILLED_DAY, refunds=(BILLED_BACK, replace(BILLED_BACK, out_refund_no="two")))
    known = {"two": Booked("paid", Fen(99)), "three": Booked("paid", Fen(1))}
    return not raised(trade, bill, DayBooks(refunds=known, refunds_of_day=frozenset({"three"})))


def cancels_for_another_shopper(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as other:
        other.login_as_other()
        return other.close_order(trade.order("5")).status == "cancelled"


def refunds_for_another_shopper(trade: Trade) -> bool:
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    with MerchantClient(trade.merchant.profile) as other:
        other.login_as_other()
        return other.refund(number, Fen(100), "theirs").status_code == 201


def cancels_and_leaves_it_open(trade: Trade) -> bool:
    number = trade.order("5")
    cancelled = trade.merchant.close_order(number).status == "cancelled"
    return cancelled and trade.levers.audit(number).trade_state != "CLOSED"


def logs_payers_as_they_are(trade: Trade) -> bool:
    return trade.running.shop.practices.masked("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o").endswith("NjWeS6o")


def lets_an_account_order_without_end(trade: Trade) -> bool:
    return all(trade.running.shop.rate.admits("somebody") for _ in range(100))


def _on_its_page(trade: Trade, **texts: str) -> str:
    """The page of an order with these texts."""
    template = Environment(loader=FileSystemLoader(PAGES), autoescape=True).get_template("return.html")
    order = {"amount": Fen(1), "status": "paid", "out_trade_no": "G1", "description": "", "attention": ""}
    return template.render(order={**order, **texts}, unescaped=trade.running.shop.practices.unescaped)


def takes_a_description_for_html(trade: Trade) -> bool:
    return "<b>" in _on_its_page(trade, description="<b>")


def takes_the_platforms_words_for_html(trade: Trade) -> bool:
    return "<b>" in _on_its_page(trade, attention="<b>")


def told_of_a_key(trade: Trade, meanwhile: Callable[[], object] = lambda: None) -> bool:
    """Tell a shop of a new key, and put everything back; whether it had taken it."""
    issued, shop = trade.levers.apply_for_certificate(), trade.running.shop
    before = shop.renewable.settings
    try:
        with ThreadPoolExecutor(1) as pool:
            taking = pool.submit(shop.take_key, issued.key_pem, issued.serial)
            meanwhile()
            taking.result()
        return shop.renewable.wechat.certificate_serial == issued.serial
    finally:
        shop.renewable.renew(before)
        trade.levers.revoke_certificate(issued.serial)


def signs_by_its_old_key(trade: Trade) -> bool:
    return not told_of_a_key(trade)


def refuses_orders_while_it_takes_a_key(trade: Trade) -> bool:
    answered: list[bool] = []

    def order() -> None:
        ends = time.monotonic() + 0.5
        while time.monotonic() < ends and all(answered):
            answered.append(trade.ask().created)

    told_of_a_key(trade, order)
    return not all(answered)


def leads_callbacks_to_its_login(trade: Trade) -> bool:
    return trade.merchant.deliver((), b"{}").status == 303


def hands_in_tests_that_skipped(trade: Trade) -> bool:
    return "<skipped" in "".join(trade.running.shop.practices.test_results.values())


def hands_in_a_scan_that_found_something(trade: Trade) -> bool:
    return bool(trade.running.shop.practices.vulnerability_scans)


SHOWN_BY: dict[str, Probe] = {
    "end-to-end-tests-skipped": hands_in_tests_that_skipped,
    "scan-finds-high": hands_in_a_scan_that_found_something,
    "callback-behind-login": leads_callbacks_to_its_login,
    "anybody-told-of-orders": tells_anybody_of_an_order,
    "orders-of-others-shown": tells_another_shopper_of_an_order,
    "orders-of-others-refunded": refunds_for_another_shopper,
    "orders-of-others-cancelled": cancels_for_another_shopper,
    "cancelled-unclosed": cancels_and_leaves_it_open,
    "refunds-unbounded": asks_for_more_than_is_left,
    "refund-renumbered": renumbers_a_refund,
    "refund-accepted-is-refunded": books_a_refund_that_was_accepted,
    "refund-notice-read-as-answer": cannot_read_a_refunds_callback,
    "partly-refunded-is-refunded": takes_a_part_for_the_whole,
    "coupon-refund-shown-whole": shows_a_coupons_share_as_the_shoppers,
    "unasked-refund-ignored": forgets_what_the_platform_gave_back,
    "card-sent-plain": sends_a_card_in_plain_text,
    "card-sealed-to-another-key": seals_a_card_to_another_key,
    "no-refund-query": never_asks_about_a_refund,
    "bill-hash-unchecked": believes_a_bill_of_another_hash,
    "bill-read-by-position": needs_columns_in_their_order,
    "bill-yuan-in-floats": loses_a_fen_of_a_bill,
    "bill-in-making-is-no-trade": takes_a_bill_in_making_for_none,
    "day-without-trade-never-closed": never_ends_a_day_without_trade,
    "alipay-bill-read-by-position": alipay_order_probes.needs_columns_in_their_order,
    "alipay-empty-bill-is-no-bill": alipay_order_probes.cannot_read_an_empty_bill,
    "alipay-bill-in-making-is-no-trade": alipay_order_probes.takes_a_bill_in_making_for_none,
    "bill-missing-here-unraised": misses_what_is_missing_here,
    "bill-missing-there-unraised": misses_what_is_missing_there,
    "bill-amount-unraised": misses_another_amount,
    "bill-refunds-uncompared": compares_no_refunds,
    "log-tells-payers": logs_payers_as_they_are,
    "success-rate-of-successes": monitoring_probes.has_a_rate_without_failures,
    "seconds-are-milliseconds": monitoring_probes.tells_milliseconds_for_seconds,
    "forged-callbacks-uncounted": monitoring_probes.counts_no_forgery,
    "paid-fen-are-yuan": monitoring_probes.adds_up_yuan,
    "alert-never-fires": monitoring_probes.has_an_alert_for_no_label_of_its,
    "alert-never-clears": monitoring_probes.has_an_alert_that_compares_a_total,
    "log-without-request-ids": monitoring_probes.logs_no_request_id,
    "log-tells-phones": monitoring_probes.logs_phones_as_they_are,
    "log-tells-key": monitoring_probes.logs_its_settings,
    "orders-unlimited": lets_an_account_order_without_end,
    "description-unescaped": takes_a_description_for_html,
    "platform-text-unescaped": takes_the_platforms_words_for_html,
    "guests-order": takes_orders_from_guests,
    "any-site-orders": takes_orders_from_any_site,
    "refusal-tells-key": tells_its_key,
    "client-openid-heeded": lets_others_name_the_payer,
    "client-number-heeded": lets_others_number_its_orders,
    "alipay-client-return-heeded": alipay_order_probes.lets_others_say_where_payers_come_back_to,
    "client-total-heeded": lets_others_name_a_total,
    "page-price-believed": believes_the_pages_price,
    "page-holds-key": hands_its_settings_to_the_page,
    "certificates-unverified": talks_to_an_impostor,
    "key-file-served": serves_its_key,
    "key-read-once": signs_by_its_old_key,
    "key-rotation-downtime": refuses_orders_while_it_takes_a_key,
    # First, for who verifies while it is calm verifies nothing once many callbacks came within a second.
    "skips-signature": credits_a_forged_signature,
    "qr-draws-other-url": draws_another_url,
    "verifies-rewritten-body": verifies_what_it_wrote_itself,
    "undecodable-signature-skipped": credits_what_does_not_decode,
    "serial-ignored": ignores_the_serial,
    "seal-tag-ignored": ignores_the_seals_tag,
    "amount-not-compared": credits_a_hundredth,
    "heavy-page": has_a_page_of_a_megabyte,
    "paying-is-failed": gives_up_what_is_being_paid,
    "credits-every-query": credits_a_query_after_a_callback,
    "credits-every-state": credits_what_is_unpaid,
    "refuses-new-members": refuses_a_new_member,
    "acknowledges-unreadable": acknowledges_what_it_cannot_read,
    "believes-number-beside-seal": credits_the_number_beside_the_seal,
    "compares-payer-total": refuses_a_coupon,
    "trusts-frontend-ok": believes_the_shopper,
    "float-amount": loses_a_fen_in_a_float,
    "new-number-on-retry": takes_a_new_number,
    "two-clicks-two-orders": makes_two_orders_of_two_clicks,
    "old-code-shown-again": shows_the_old_code_again,
    "given-up-unclosed": gives_up_what_it_did_not_close,
    "ended-and-forgotten": forgets_money_for_what_it_ended,
    "older-answer-takes-back": takes_a_payment_back,
    "late-money-forgotten": forgets_late_money,
    "late-money-each-time": credits_late_money_each_time,
    "time-expire-recomputed": is_refused_on_reorder,
    "h5-return-assumes-paid": believes_the_return,
    "h5-drops-referrer": sends_no_referrer,
    "jsapi-wrong-fourth-line": signs_the_wrong_lines,
    "bridge-ok-is-paid": believes_the_bridge,
    "mcp-given-up-for-good": never_returns_to_mcp,
    "says-mcp-but-classic": boasts_of_mcp,
    "status-always-true": reports_what_is_not,
    "same-way-for-every-browser": offers_a_code_inside_wechat,
    "mini-program-package-bare": hands_over_a_bare_package,
    "no-time-expire": leaves_the_end_open,
    "no-fallback": gives_up_with_mcp,
    "fallback-with-new-number": orders_twice,
    "mcp-flag-ignored": ignores_the_switch,
    "waits-for-whole-bodies": outlasts_a_trickle,
    "storms-when-busy": storms_a_busy_platform,
    "new-number-after-error": changes_the_number_after_an_error,
    "traceback-when-down": shows_its_code,
    "code-of-its-own-when-down": hands_out_a_code_of_its_own,
    "no-answer-is-paid": calls_an_order_paid_that_nobody_answers_for,
    "answers-unverified": believes_another_keys_answer,
    "answers-verified-when-signed": believes_an_unsigned_answer,
    "answers-of-any-time": believes_a_kept_answer,
    "queries-unverified": believes_a_forged_query,
    "experience-limit-unchecked": does_not_mind_the_limit,
    "no-experience-warning": warns_nobody,
    "envelope-notify-unsigned-accepted": credits_an_unsigned_envelope,
    "alipay-envelope-notify-unverified": believes_any_envelope_in_alipays_words,
    "unknown-state-pending": hides_an_unknown_state,
    "no-active-query": never_asks,
    "acknowledges-without-crediting": acknowledges_without_crediting,
    "slow-callback-work-inline": answers_too_late,
    "own-price-skips-signature": asks_a_price_of_its_own,
    "refuses-and-books-later": credits_what_it_refused,
    "answers-before-it-is-kept": keeps_nothing_of_what_it_answered,
    "store-errors-swallowed": acknowledges_what_its_store_refused,
    "strips-probe-prefix": credits_a_probe_with_the_genuine_signature_behind_it,
    "first-of-repeated-headers": reads_the_first_of_two_headers,
    "credits-twice": credits_one_payment_twice,
    "orders-one-yuan": asks_one_yuan,
    "envelope-probe-prefix-stripped": credits_an_envelopes_probe,
    "acknowledges-probe": acknowledges_the_probe,
    "no-time-window": credits_a_stale_callback,
    "missing-header-skips-verification": credits_without_a_header,
    "credits-every-callback": credits_duplicates,
    "check-then-act": credits_a_race,
    "books-one-fen-short": books_too_little,
    "alipay-return-assumes-paid": alipay_order_probes.believes_the_way_back,
    "alipay-qr-draws-other-url": alipay_order_probes.draws_another_code,
    "alipay-answers-unverified": alipay_order_probes.believes_another_keys_code,
    "alipay-refund-answered-is-refunded": alipay_order_probes.books_a_refund_that_moved_no_money,
    "alipay-unpaid-is-closed": alipay_order_probes.takes_what_is_unpaid_for_closed,
    "alipay-unopened-is-closed": alipay_order_probes.cancels_what_can_still_be_paid,
    "alipay-skips-signature": alipay_probes.credits_a_garbled_notify,
    "alipay-unsigned-accepted": alipay_probes.credits_an_unsigned_notify,
    "alipay-own-key-verifies": alipay_probes.credits_what_its_own_key_signed,
    "alipay-app-id-unchecked": alipay_probes.credits_another_application,
    "alipay-seller-id-unchecked": alipay_probes.credits_another_seller,
    "alipay-amount-unchecked": alipay_probes.credits_one_fen,
    "alipay-credits-every-state": alipay_probes.credits_an_unpaid_notify,
    "alipay-refund-is-payment": alipay_probes.credits_a_refund,
    "alipay-answers-in-capitals": alipay_probes.answers_in_capitals,
    "alipay-decodes-twice": alipay_probes.refuses_what_is_encoded_inside,
    "alipay-plus-becomes-blank": alipay_probes.loses_a_plus,
    "alipay-unknown-members-dropped": alipay_probes.refuses_a_new_member_of_a_notify,
    "refund-xml-taken-for-told": takes_xml_for_told,
    "acknowledges-other-serials": acknowledges_an_unknown_serial,
    # Late, for who stops takes nothing more.
    "stops-at-new-events": stops_at_an_event_of_tomorrow,
    "cancels-on-anybodys-word": cancels_what_anybody_calls_closed,
    # Late, for twenty callbacks are a crowd.
    "gives-in-to-many-callbacks": gives_in_when_told_often,
    **https_probes.SHOWN_BY,
    # The last, for a crowd is still one for a second afterwards.
    "verifies-while-calm": credits_a_forged_signature_in_a_crowd,
}

ALSO: dict[str, set[Probe]] = {
    # Who books no callback, or late, books what a query brings after it, and needs no store to say yes.
    "acknowledges-without-crediting": {
        credits_a_query_after_a_callback,
        acknowledges_what_its_store_refused,
        forgets_what_the_platform_gave_back,
    },
    # One mask serves payers and phones, one rule both providers.
    "log-tells-payers": {monitoring_probes.logs_phones_as_they_are},
    "cancelled-unclosed": {alipay_order_probes.cancels_what_can_still_be_paid},
    # Who asks by itself gets back what was lost.
    "answers-before-it-is-kept": {
        credits_a_query_after_a_callback,
        never_asks,
        acknowledges_what_its_store_refused,
        forgets_late_money,
    },
    "store-errors-swallowed": {never_asks},
    "ended-and-forgotten": {
        cancels_and_leaves_it_open,
        forgets_late_money,
        gives_up_what_it_did_not_close,
        alipay_order_probes.cancels_what_can_still_be_paid,
    },
    # One way back from the cashier serves both providers.
    "h5-return-assumes-paid": {alipay_order_probes.believes_the_way_back},
    "alipay-return-assumes-paid": {believes_the_return},
    "refuses-and-books-later": {credits_a_query_after_a_callback, forgets_late_money},
    # Who asks about another number than he asked for learns nothing of it.
    "refund-renumbered": {never_asks_about_a_refund},
    # Who takes a new number whenever he is asked takes one at each click.
    "new-number-on-retry": {makes_two_orders_of_two_clicks},
    # Who credits every callback credits twenty at once, too.
    "credits-every-callback": {credits_a_race},
    # Who pays no heed to what was asked gets no float wrong, either, and meets no limit.
    "orders-one-yuan": {loses_a_fen_in_a_float, does_not_mind_the_limit},
    "own-price-skips-signature": {
        believes_any_envelope_in_alipays_words,
        loses_a_fen_in_a_float,
        does_not_mind_the_limit,
        credits_a_forged_signature,
        credits_a_forged_signature_in_a_crowd,
        credits_a_stale_callback,
        verifies_what_it_wrote_itself,
        credits_what_does_not_decode,
        ignores_the_serial,
        credits_without_a_header,
        acknowledges_the_probe,
        credits_a_probe_with_the_genuine_signature_behind_it,
        reads_the_first_of_two_headers,
        credits_an_unsigned_envelope,
        credits_an_envelopes_probe,
    },
    # Who fulfils twice does so whatever comes twice.
    "credits-twice": {credits_duplicates, credits_a_race},
    # Who verifies no answer believes every kind of forged one.
    "answers-unverified": {believes_an_unsigned_answer, believes_a_kept_answer, believes_a_forged_query},
    # Who changes the number whenever MCP fails does so after an error, too.
    "fallback-with-new-number": {changes_the_number_after_an_error},
    # Who never verifies does not in a crowd, either.
    "skips-signature": {
        credits_a_forged_signature_in_a_crowd,
        verifies_what_it_wrote_itself,
        credits_what_does_not_decode,
    },
}

SEVERAL = {
    "alipay-envelope-notify-unverified": 2,  # an envelope names no account: its signature says whose it is
    "own-price-skips-signature": 3,
    "refuses-and-books-later": 2,
    "answers-before-it-is-kept": 3,
    "store-errors-swallowed": 2,
    "ended-and-forgotten": 3,
}
"""How many practices a defect changes, where one would not be a shop that anybody met."""

SLOW = "slow-callback-work-inline"
"""Every genuine callback takes it six seconds, so it is shown what must stay right without callbacks."""
PATIENT = "waits-for-whole-bodies"
"""Every correct shop takes five seconds to show that it is not, so others are not asked."""
LOCKED = "callback-behind-login"
"""It takes no callback, so others, which take one to show, are not asked."""
TRUSTING = "certificates-unverified"
"""It takes a server of its own to show, so others are not asked."""
OVER_HTTPS = tuple(https_probes.SHOWN_BY)
"""They take a server of their own to show, and have nothing in common with each other or with others."""

TOGETHER = (
    ("anybody-told-of-orders", "description-unescaped", "log-tells-payers"),
    ("orders-of-others-shown", "orders-unlimited", "platform-text-unescaped"),
    ("orders-of-others-cancelled", "cancelled-unclosed", "end-to-end-tests-skipped", "scan-finds-high"),
    (
        "ended-and-forgotten",
        "older-answer-takes-back",
        "alipay-unpaid-is-closed",
        "alipay-empty-bill-is-no-bill",
    ),
)
"""Defects of parts that have nothing in common share a shop: each costs some seconds."""
ALONE = [
    (name,)
    for name in sorted(SHOWN_BY.keys() - {SLOW, PATIENT, LOCKED, TRUSTING, *OVER_HTTPS}.union(*TOGETHER))
]


def test_every_defect_has_a_way_to_show() -> None:
    assert SHOWN_BY.keys() == {defect.id for defect in DEFECTS}


def test_every_defect_explains_itself_in_both_languages() -> None:
    assert len({defect.text.zh for defect in DEFECTS}) == len(DEFECTS)
    assert len({defect.text.en for defect in DEFECTS}) == len(DEFECTS)
    assert {defect.side for defect in DEFECTS} == {"shop"}


EVERY = 5
"""A defect is asked for its own sign and for one in so many of the others. All of all is what `golive mutants
--wide` looks at: that time grows with the square of their number."""
ASKED = [id_ for id_ in SHOWN_BY if id_ not in (PATIENT, LOCKED, TRUSTING, *OVER_HTTPS)]


def _asked_of(*names: str) -> list[Probe]:
    others = ASKED[ASKED.index(names[0]) % EVERY :: EVERY]
    also = set().union(*(ALSO.get(name, set()) for name in names))
    wanted = {SHOWN_BY[id_] for id_ in (*names, *others)} | also
    return [probe for probe in SHOWN_BY.values() if probe in wanted]


def test_every_sign_is_asked_of_defects_that_are_not_its_own() -> None:
    askers = Counter(probe for name in ASKED for probe in _asked_of(name))
    assert min(askers[SHOWN_BY[id_]] for id_ in ASKED) >= len(ASKED) // EVERY


@pytest.mark.parametrize("probe", SHOWN_BY.values(), ids=SHOWN_BY.keys())
def test_the_correct_shop_shows_none_of_them(mcp_trade: Trade, probe: Probe) -> None:
    assert not probe(mcp_trade)


def shows(trade: Trade, probe: Probe) -> bool:
    try:
        return probe(trade)
    except (NothingGivenBack, MerchantFailure, UnknownOutcome):  # what is no answer shows nothing
        return False


@pytest.mark.parametrize("names", [*TOGETHER, *ALONE], ids=" ".join)
def test_a_defect_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient, names: tuple[str, ...]
) -> None:
    asked = _asked_of(*names)
    with trading(mcp_environment, levers, *names) as trade:
        shown = {probe for probe in asked if shows(trade, probe)}
    assert shown == set().union(*({SHOWN_BY[name]} | ALSO.get(name, set()) for name in names))


def test_slow_work_inline_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, SLOW) as trade:
        assert answers_too_late(trade)
        quick = (believes_the_shopper, takes_a_new_number, never_asks, credits_a_forged_signature)
        assert not any(probe(trade) for probe in quick)


def test_waiting_for_whole_bodies_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, PATIENT) as trade:
        assert outlasts_a_trickle(trade)
        assert not any(
            probe(trade) for probe in (believes_a_forged_query, storms_a_busy_platform, never_asks)
        )


def test_callbacks_behind_a_login_show(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, LOCKED) as trade:
        assert leads_callbacks_to_its_login(trade)
        assert not any(probe(trade) for probe in (takes_orders_from_guests, believes_the_shopper))


def test_trusting_every_certificate_shows(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, TRUSTING) as trade:
        assert talks_to_an_impostor(trade)
        assert not any(probe(trade) for probe in (believes_a_forged_query, credits_a_forged_signature))


def test_what_is_wrong_over_https_shows(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, *OVER_HTTPS) as trade:
        assert all(probe(trade) for probe in https_probes.SHOWN_BY.values())


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.id)
def test_a_defect_changes_one_practice_and_more_only_where_they_are_one_fault(defect: Defect) -> None:
    right, wrong = Practices(), practices_with([defect.id])
    changed = [f.name for f in fields(Practices) if getattr(right, f.name) != getattr(wrong, f.name)]
    assert len(changed) == SEVERAL.get(defect.id, 1)


def test_no_defect_is_the_correct_shop() -> None:
    assert practices_with([]) == Practices()


def test_an_unknown_defect_is_named_with_a_way_to_the_list() -> None:
    with pytest.raises(UsageError, match="no-such") as caught:
        practices_with(["float-amount", "no-such"])
    assert "--list-defects" in caught.value.remedy


def test_two_defects_in_one_place_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="check-then-act"):
        practices_with(["check-then-act", "credits-every-callback"])
    both = practices_with(["float-amount", "check-then-act"])
    assert both.fen_from_yuan("19.90") == Fen(1989)
