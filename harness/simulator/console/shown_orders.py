"""An order as the console shows it: a line of the list, and everything there is about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from harness.callbacks.attack import Attack
from harness.callbacks.forms import form_of
from harness.core.payment import TradeState
from harness.levers.models import AuditEvent, LedgerEntry
from harness.simulator.console.attempts import Attempt
from harness.simulator.console.exchanges import Exchange
from harness.simulator.console.finding import Placed
from harness.simulator.console.shown_exchanges import Shown, callback, in_short
from harness.simulator.platform.refund import PlatformRefund


def line(placed: Placed) -> Shown:
    """A line of the list."""
    account, order = placed
    told = [each for refund in order.refunds for each in refund.deliveries]
    last = max((*order.trail.deliveries, *told), key=lambda each: each.sent, default=None)
    return {
        "account": account.mchid,
        "provider": placed.row.provider.value,
        "number": order.out_trade_no,
        "state": order.state.value,
        "total": int(order.total),
        "product": order.request.product.value,
        "dialect": placed.row.id,
        "description": order.request.description,
        "created": _unix(order.created),
        "callback": None if last is None else {"status": last.status, "accepted": last.accepted},
    }


def everything(
    placed: Placed,
    *,
    events: Sequence[AuditEvent],
    ledger: Sequence[LedgerEntry],
    exchanges: Sequence[Exchange],
    attempts: Sequence[Attempt],
    apiv3_key: str = "",
) -> Shown:
    """All of it.

    Args:
        events: what happened to it.
        ledger: the entries about it.
        exchanges: the requests about it that are still remembered, oldest first.
        attempts: the callbacks about it that are still remembered, oldest first.
        apiv3_key: opens what is sealed in them; empty: nothing is.
    """
    account, order = placed
    request = order.request
    form = form_of(placed.row.callbacks)
    why_not = account.why_not_payable(order)
    return line(placed) | {
        "title": placed.row.title.model_dump(),
        "attach": request.attach or "",
        "notify_url": request.notify_url,
        "transaction_id": order.transaction_id or "",
        "payer": order.payer or "",
        "coupon": order.coupon,
        "code_url": order.handle.code_url or "",
        "h5_url": order.handle.h5_url or "",
        "payable_until": _unix(order.payable_until if order.closes_at is None else order.closes_at),
        "success_time": None if order.success_time is None else _unix(order.success_time),
        "payable": why_not is None,
        "why_not_payable": "" if why_not is None else why_not.value,
        "unpaid": order.state is TradeState.NOTPAY,
        "rest": rest(placed),
        "events": [{"at": _unix(each.at), "kind": each.kind, "detail": each.detail} for each in events],
        "callbacks": _callbacks(placed, attempts, apiv3_key),
        "refunds": [_refund(each) for each in order.refunds],
        "ledger": [entry(each) for each in ledger],
        "requests": [in_short(each) for each in exchanges],
        "attacks": [_attack(each) for each in form.attacks.ATTACKS],
        "variations": [_attack(each) for each in form.variations],
    }


def rest(placed: Placed) -> int:
    """Fen of a paid order that can still be given back."""
    order = placed.order
    taken = sum(each.refund for each in order.refunds if each.counts)
    return int(order.total) - taken if order.money_taken else 0


def entry(booked: LedgerEntry) -> Shown:
    """A line of the book."""
    return {
        "at": _unix(booked.at),
        "debit": booked.debit,
        "credit": booked.credit,
        "amount": int(booked.amount),
        "number": booked.out_trade_no,
        "refund": booked.out_refund_no,
        "reason": booked.reason,
    }


def _callbacks(placed: Placed, attempts: Sequence[Attempt], apiv3_key: str) -> list[Shown]:
    """Every attempt of the audit trail, with what was sent where that is remembered; and what was forged."""
    order = placed.order
    sent = {(each.about[2], each.number): each for each in attempts if each.number}
    told = [("", each) for each in order.trail.deliveries]
    told += [(refund.request.out_refund_no, each) for refund in order.refunds for each in refund.deliveries]
    found: list[tuple[float, Shown]] = []
    for refund, each in told:
        known = sent.get((refund, each.attempt))
        shown: Shown = {
            "at": _unix(each.sent),
            "due": _unix(each.due),
            "attempt": each.attempt,
            "refund": refund,
            "attack": "",
            "signature": each.signature_kind,
            "status": each.status,
            "ms": each.duration_s * 1000,
            "accepted": each.accepted,
            "error": each.error or "",
            "sent": None if known is None else callback(known, apiv3_key),
        }
        found.append((_unix(each.sent), shown))
    found += [(each.at, _forged(each, apiv3_key)) for each in attempts if each.attack]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _forged(attempt: Attempt, apiv3_key: str) -> Shown:
    return {
        "at": attempt.at,
        "due": None,
        "attempt": 0,
        "refund": "",
        "attack": attempt.attack,
        "judged": attempt.judged,
        "signature": "forged",
        "status": attempt.answer.status,
        "ms": attempt.answer.duration_s * 1000,
        "accepted": attempt.answer.accepted,
        "error": attempt.answer.error or "",
        "sent": callback(attempt, apiv3_key),
    }


def _refund(refund: PlatformRefund) -> Shown:
    return {
        "number": refund.request.out_refund_no,
        "id": refund.refund_id,
        "status": refund.status.value,
        "refund": refund.refund,
        "reason": refund.request.reason,
        "created": _unix(refund.created),
        "told": bool(refund.deliveries),
    }


def _attack(attack: Attack) -> Shown:
    return {"id": attack.id, "control": attack.control, "text": attack.text.model_dump()}


def _unix(moment: datetime) -> float:
    return moment.timestamp()
