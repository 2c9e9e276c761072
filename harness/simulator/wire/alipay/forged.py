"""What a forged answer says in place of the platform's: another code, or that the trade is paid."""

from __future__ import annotations

from collections.abc import Mapping

from harness.levers.actions import FORGED_CODE, Forgery
from harness.simulator.wire.alipay.call import Call, Members
from harness.simulator.wire.alipay.trade import told_trade


def forged(call: Call, genuine: Mapping[str, object], how: Forgery) -> Members:
    """The same answer, and what matters in it is untrue; one that says neither stays as it is.

    No v2 answer says when it was signed. One that somebody kept is therefore truly signed, and about another
    order: who takes it has not looked which.
    """
    told = dict(genuine)
    if "qr_code" in told:
        told["qr_code"] = FORGED_CODE
    elif "trade_status" in told:
        supposed = call.account.as_if_paid(str(told["out_trade_no"]))
        told = {**told_trade(supposed, call.identity, finished=False)}
    if how == "stale" and "out_trade_no" in told:
        told["out_trade_no"] = f"{told['out_trade_no']}"[::-1]
    return told
