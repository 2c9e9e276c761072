"""What Alipay was asked for: an order call makes an intent, and only a payer makes a trade of it.

Several intents may name one number, with other data even; the first that a payer opens decides what the trade
is (facts alipay 2.13). An intent can be opened until it dies; what a merchant closes before is no trade, and
the code stays payable (facts alipay 2.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an Alipay order says beside what every platform's does. Moments are business time."""

    product_code: str = ""
    timeout: timedelta | None = None
    """`timeout_express`: how long the trade may stay unpaid; None: as long as its product lets it."""
    code_timeout: timedelta | None = None
    """`qr_code_timeout_express`, from the request on."""
    return_url: str = ""
    """Where the cashier sends a browser after payment; empty: nowhere."""
    quit_url: str = ""
    """Where the wap cashier's way out leads; empty: nowhere."""
    body: str = ""
    """Told back in notifies and bills."""
    charset: str = "utf-8"
    """In which its notifies and its return are written."""
    method: str = ""
    """The call that asked, e.g. `alipay.trade.wap.pay`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One order call that was accepted."""

    request: OrderRequest
    terms: Terms
    asked: datetime
    handle: Handle
    """`prepay_id` is the token that names this intent at the cashier, and cannot be guessed; `code_url` is
    what precreate hands out; `dies` is when nobody can open it any more."""
    order: PlatformOrder

    @property
    def token(self) -> str:
        """Names it at the cashier."""
        return self.handle.prepay_id

    def asks_for_the_same(self, other: OrderRequest) -> bool:
        """Whether its amount and its subject are that one's: the data that a number stands for."""
        mine = self.request
        return (mine.total, mine.description) == (other.total, other.description)
