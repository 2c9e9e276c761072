"""What a forged answer says in place of the platform's: another code, or that the order is paid."""

from __future__ import annotations

from collections.abc import Mapping

from harness.levers.actions import FORGED_CODE
from harness.simulator.wire.apiv3.call import AnyReply, Call, Reply
from harness.simulator.wire.kit.transaction import transaction


def forged(call: Call, genuine: AnyReply) -> AnyReply:
    """The same answer, and what matters in it is untrue; an answer that says neither stays as it is."""
    told: Mapping[str, object] | None = genuine.payload
    if told is None:
        return genuine
    if "code_url" in told:
        told = {**told, "code_url": FORGED_CODE}
    elif "trade_state" in told:
        told = transaction(call.merchant.account.as_if_paid(str(told["out_trade_no"])))
    return Reply(genuine.status, told, genuine.request_id)
