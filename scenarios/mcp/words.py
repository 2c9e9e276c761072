"""What the scenarios of the protocol say to an endpoint's tools: names and arguments, by provider."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.payment import Provider

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One provider's tools, as a scenario calls them by hand."""

    tools: frozenset[str]
    """Those that have to be there."""
    create: str
    query: str
    others: tuple[str, ...]
    """Further tools whose results are looked at: of an order, or of the service."""
    read_only: frozenset[str]
    number: str
    amount: str
    goods: str
    notify: str
    bad: Mapping[str, Arguments]
    """What no order may look like: the members that are changed, `...` where one is missing."""
    pinned: str
    """The file with the digests of its contracts."""
    in_yuan: bool = False
    """Whether amounts are in yuan; else in fen."""
    exists_unopened: bool = True
    """Whether an order can be looked up and closed that no payer has opened."""

    def order(self, notify_url: str) -> Arguments:
        """The arguments of a valid order over ¥1.00."""
        return {
            self.number: f"MCP{secrets.token_hex(10)}",
            self.amount: 1.0 if self.in_yuan else 100,
            self.goods: "协议检查",
            self.notify: notify_url,
        }


_CLOSE, _STATUS = "close-order", "get-service-status"
WECHAT = Words(
    tools=frozenset(
        {
            "create-h5-payment",
            "create-native-payment",
            "create-jsapi-payment",
            "query-order-by-out-trade-no",
            _CLOSE,
            _STATUS,
        }
    ),
    create="create-native-payment",
    query="query-order-by-out-trade-no",
    others=(_STATUS, _CLOSE),
    read_only=frozenset({"query-order-by-out-trade-no", _STATUS, "query-refund-by-out-refund-no"}),
    number="out_trade_no",
    amount="amount",
    goods="description",
    notify="notify_url",
    bad={
        "missing amount": {"amount": ...},
        "amount as text": {"amount": "100"},
        "negative amount": {"amount": -100},
        "fractional amount": {"amount": 100.5},
        "enormous amount": {"amount": 10**30},
        "zero amount": {"amount": 0},
        "injection text": {"out_trade_no": "x'; DROP TABLE orders; --"},
        "unknown member": {"discount": 99},
        "description of 10,000 characters": {"description": "长" * 10_000},
    },
    pinned="tools.contracts",
)
ALIPAY = Words(
    tools=frozenset(
        {
            "create-mobile-alipay-payment",
            "create-web-page-alipay-payment",
            "query-alipay-payment",
            "refund-alipay-payment",
            "query-alipay-refund",
        }
    ),
    create="create-mobile-alipay-payment",
    query="query-alipay-payment",
    others=(),
    read_only=frozenset({"query-alipay-payment", "query-alipay-refund"}),
    number="outTradeNo",
    amount="totalAmount",
    goods="orderTitle",
    notify="notifyUrl",
    bad={
        "missing amount": {"totalAmount": ...},
        # In yuan a text is as good as a number (facts alipay 9.38); a word is neither.
        "amount as text": {"totalAmount": "one"},
        "negative amount": {"totalAmount": -1},
        "fractional amount": {"totalAmount": 1.005},
        "enormous amount": {"totalAmount": 10**30},
        "zero amount": {"totalAmount": 0},
        "injection text": {"outTradeNo": "x'; DROP TABLE orders; --"},
        "unknown member": {"discount": 99},
        "description of 10,000 characters": {"orderTitle": "长" * 10_000},
    },
    pinned="alipay_tools.contracts",
    in_yuan=True,
    exists_unopened=False,
)
WORDS = {Provider.WECHAT: WECHAT, Provider.ALIPAY: ALIPAY}
CASES = tuple(WECHAT.bad)
"""The same of either provider."""
