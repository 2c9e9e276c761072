"""Wrong ways to credit an order; deliberate defects take them."""

from __future__ import annotations

import sqlite3
import time

from harness.core.money import Fen
from harness.shop.crediting import Payment, credit_once
from harness.shop.order_record import OPEN, OrderStatus
from harness.shop.store import Store

_RACE_S = 0.05


def _fulfil(store: Store, payment: Payment) -> None:
    with store.writing() as connection:
        connection.execute(
            "UPDATE orders SET status = ?, attention = '', paid_amount = ?, transaction_id = ?, paid_at = ?"
            " WHERE out_trade_no = ?",
            (
                OrderStatus.PAID,
                int(payment.amount),
                payment.transaction_id,
                payment.paid_at,
                payment.out_trade_no,
            ),
        )
        connection.execute(
            "INSERT INTO credits (out_trade_no, amount, source) VALUES (?, ?, ?)",
            (payment.out_trade_no, int(payment.amount), payment.source),
        )


def whatever_the_store_says(store: Store, payment: Payment) -> bool:
    """`catch (error) { log(error) }` around the booking: what was not kept is acknowledged all the same."""
    try:
        return credit_once(store, payment)
    except sqlite3.Error:
        return False


def every_callback(store: Store, payment: Payment) -> bool:
    """Never asks whether it was done before."""
    if payment.source != "callback":
        return credit_once(store, payment)
    _fulfil(store, payment)
    return True


def every_query(store: Store, payment: Payment) -> bool:
    """Believes that whoever asks the platform is the first to hear of the payment."""
    if payment.source != "query":
        return credit_once(store, payment)
    _fulfil(store, payment)
    return True


def late_money_each_time(store: Store, payment: Payment) -> bool:
    """Tells a person of money for a closed order; whenever its callback is repeated, fulfils the order."""
    if credit_once(store, payment):
        return True
    with store.writing() as connection:
        late = connection.execute(
            "SELECT 1 FROM orders WHERE out_trade_no = ? AND paid_amount > 0 AND status IN (?, ?)",
            (payment.out_trade_no, OrderStatus.CANCELLED, OrderStatus.FAILED),
        ).fetchone()
        if late and payment.source == "callback":
            connection.execute(
                "INSERT INTO credits (out_trade_no, amount, source) VALUES (?, ?, ?)",
                (payment.out_trade_no, int(payment.amount), payment.source),
            )
    return False


def twice(store: Store, payment: Payment) -> bool:
    """Fulfils in two places, the callback and a job behind it, each of which believes to be the only one."""
    if not credit_once(store, payment):
        return False
    _fulfil(store, payment)
    return True


def check_then_act(store: Store, payment: Payment) -> bool:
    """Looks, and acts on what it saw: right for one caller, wrong for two at once."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT status FROM orders WHERE out_trade_no = ?", (payment.out_trade_no,)
        ).fetchone()
    if row is None or row["status"] not in OPEN:
        return False
    time.sleep(_RACE_S)  # the round trip to a database that is not in the same process
    _fulfil(store, payment)
    return True


def acknowledge_only(store: Store, payment: Payment) -> bool:
    """Answers, and leaves the crediting to a job that nobody wrote."""
    return credit_once(store, payment) if payment.source != "callback" else False


def one_short(total: Fen) -> Fen:
    """One fen gets lost on the way into the books."""
    return total - 1
