"""What an order call of Alipay's says beside what every platform's does (facts alipay 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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
