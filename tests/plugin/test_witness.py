"""Who tells whether a request had an effect."""

from __future__ import annotations

import pytest

from harness.core.errors import GoLiveError, PlatformRefusal, UnknownOutcome
from harness.core.payment import Transaction
from harness.plugin.fixtures.order_lookup import AskingWitness


class Platform:
    """Knows one order, and answers for the others as told."""

    def __init__(self, otherwise: GoLiveError) -> None:
        self.otherwise = otherwise

    def query(self, out_trade_no: str) -> Transaction:
        if out_trade_no != "KNOWN1":
            raise self.otherwise
        return Transaction(out_trade_no=out_trade_no, trade_state="NOTPAY")


def asking(otherwise: GoLiveError) -> AskingWitness:
    return AskingWitness(Platform(otherwise))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "refusal",
    [PlatformRefusal(404, "ORDER_NOT_EXIST", ""), PlatformRefusal(400, "PARAM_ERROR", "")],
    ids=["unknown", "illegal"],
)
def test_it_tells_the_orders_that_are_there_from_those_that_are_not(refusal: PlatformRefusal) -> None:
    assert asking(refusal).orders("KNOWN1", "UNKNOWN") == {"KNOWN1"}


@pytest.mark.parametrize(
    "error", [UnknownOutcome("no answer"), PlatformRefusal(500, "SYSTEM_ERROR", "")], ids=["mute", "broken"]
)
def test_an_answer_that_says_nothing_is_never_taken_for_no_order(error: GoLiveError) -> None:
    with pytest.raises(type(error)):
        asking(error).orders("UNKNOWN")
