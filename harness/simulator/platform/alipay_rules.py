"""Alipay's rules: how long orders and their codes live, and what they are called (facts alipay 0.2, 2.3)."""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timedelta

from harness.core.clock import BEIJING
from harness.core.payment import Product
from harness.simulator.platform.orders import Handle

CODE = timedelta(hours=2)
"""How long a code of precreate can be scanned at most."""
BILL_LINK = timedelta(seconds=30)
"""How long the address of a bill lives (facts alipay 8.1)."""
FACE_TO_FACE = timedelta(hours=3)
WEB_AND_APP = timedelta(days=15)
SHORTEST_WEB = timedelta(minutes=5)
"""What a shorter timeout counts as on the web and in apps."""
REFUNDED_WITHIN = timedelta(days=365)
"""After the payment; then the trade is finished (facts alipay 9.41)."""
CASHIER = "/alipay/cashier"
"""The path below which a payer's pages are."""

TOLD_WHEN_CLOSED = frozenset({Product.H5, Product.APP})
"""Whose merchants are told of TRADE_CLOSED and TRADE_FINISHED, not of payments alone (facts alipay 3.5)."""
CANCEL_WITHIN = timedelta(days=1)

_FACE_TO_FACE = frozenset({Product.NATIVE, Product.JSAPI})
_FROM_OPENING = frozenset({Product.H5, Product.APP, Product.JSAPI})
_LOWER = string.ascii_lowercase + string.digits


class AlipayRules:
    """`Rules` as Alipay has them, and what only it decides."""

    live = "https://openapi.alipay.com"

    def closes_at(self, created: datetime, payable_until: datetime) -> datetime | None:
        """What was only asked for does not close: it is no trade."""
        return None

    def payable_until(self, created: datetime, time_expire: datetime | None) -> datetime:
        """The moment that the merchant named, or the longest there is."""
        return created + WEB_AND_APP if time_expire is None else time_expire

    def refunded_by(self, accepted: datetime) -> datetime:
        """At once (facts alipay 2.8)."""
        return accepted

    def issue(self, product: Product, now: datetime, expire_time: datetime | None, base_url: str) -> Handle:
        """A token for the cashier, and for precreate a code; it dies when the merchant's moment comes."""
        token = secrets.token_urlsafe(24)
        longest = CODE if product is Product.NATIVE else WEB_AND_APP
        dies = now + longest if expire_time is None else min(now + longest, expire_time)
        on_the_web = product in (Product.H5, Product.PAGE)
        return Handle(
            dies,
            token,
            code_url=_code_url() if product is Product.NATIVE else None,
            h5_url=f"{base_url}{CASHIER}/{token}" if on_the_web else None,
            expire_time=expire_time,
        )

    def transaction_id(self, now: datetime, running: int, payer: str) -> str:
        """28 digits: the Beijing day, `22001`, `4`, four of the payer's number, and a running number."""
        shown = payer[11:15] if len(payer) == 16 and payer.isdigit() else "0000"
        return f"{now.astimezone(BEIJING):%Y%m%d}220014{shown}{running % 10**10:010d}"

    def refund_id(self, now: datetime, running: int) -> str:
        """Alipay tells none; ours finds the refund."""
        return f"R{now.astimezone(BEIJING):%Y%m%d}{running % 10**11:011d}"


def trade_closes_at(
    product: Product,
    *,
    asked: datetime,
    opened: datetime,
    timeout: timedelta | None,
    expires: datetime | None,
) -> datetime:
    """When a trade that a payer made at `opened` closes unpaid (facts alipay 2.3).

    Args:
        timeout: what the order wants; None: what its product has.
        expires: the moment that the order names, which wins.
    """
    if expires is not None:
        return expires
    if timeout is None:
        timeout = FACE_TO_FACE if product in _FACE_TO_FACE else WEB_AND_APP
    elif product not in _FACE_TO_FACE:
        timeout = max(timeout, SHORTEST_WEB)
    return (opened if product in _FROM_OPENING else asked) + timeout


def _code_url() -> str:
    """`bax`, five digits, twelve letters or digits, four of hex; drawn at once, as every order has one."""
    drawn = secrets.randbits(128)
    drawn, digits = divmod(drawn, 10**5)
    middle = ""
    for _ in range(12):
        drawn, at = divmod(drawn, len(_LOWER))
        middle += _LOWER[at]
    return f"https://qr.alipay.com/bax{digits:05d}{middle}{drawn & 0xFFFF:04x}"
