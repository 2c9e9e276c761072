"""How a shop shows that those who watch it are told what is not so."""

from __future__ import annotations

from harness.levers.models import Fault
from tests.shop.conftest import Trade


def figure(trade: Trade, name: str) -> float:
    text = trade.observer.metrics()
    return next((float(each.rpartition(" ")[2]) for each in text.splitlines() if each.startswith(name)), 0.0)


def _an_order_fails(trade: Trade) -> None:
    trade.levers.add_fault(Fault(operation="create", action="status", value=400, times=100))
    trade.ask()
    trade.levers.clear_faults()


def has_a_rate_without_failures(trade: Trade) -> bool:
    trade.levers.pay(out_trade_no=trade.order())
    _an_order_fails(trade)
    return figure(trade, "golive_shop_payment_success_ratio ") == 1


def tells_milliseconds_for_seconds(trade: Trade) -> bool:
    before = figure(trade, "golive_shop_order_seconds_sum")
    trade.order()
    return figure(trade, "golive_shop_order_seconds_sum") - before > 1


def counts_no_forgery(trade: Trade) -> bool:
    name = 'golive_shop_callbacks_total{result="unverified"}'
    before = figure(trade, name)
    trade.merchant.deliver((), b"{}")
    return figure(trade, name) == before


def adds_up_yuan(trade: Trade) -> bool:
    before = figure(trade, "golive_shop_paid_fen_total")
    trade.levers.pay(out_trade_no=trade.order("19.90"))
    return 0 < figure(trade, "golive_shop_paid_fen_total") - before < 100


def logs_no_request_id(trade: Trade) -> bool:
    return "request_id" in trade.running.shop.practices.log_leaves_out


def logs_phones_as_they_are(trade: Trade) -> bool:
    return trade.running.shop.practices.masked("19900000001").isdigit()


def logs_its_settings(trade: Trade) -> bool:
    return bool(trade.running.shop.noted)


def has_an_alert_for_no_label_of_its(trade: Trade) -> bool:
    return 'payments_total{result="failed"}' not in trade.running.shop.practices.alert_rules()


def has_an_alert_that_compares_a_total(trade: Trade) -> bool:
    return "increase" not in trade.running.shop.practices.alert_rules()
