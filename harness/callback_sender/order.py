"""What callbacks tell of: an order, as its platform knows it, and whoever signs for that platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from typing import Literal

from harness.callbacks.attack import Original
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import Form
from harness.callbacks.made_up import GivenBack, Resource
from harness.core.clock import wire_now
from harness.core.errors import UsageError
from harness.core.money import Fen

Standing = Literal["paid", "unpaid", "made-up"]
PAYMENT = "TRANSACTION.SUCCESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification: what it tells, and as what."""

    resource: Resource
    event_type: str = PAYMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOrder:
    """An order to tell of."""

    form: Form
    issuer: Issuer
    out_trade_no: str
    resource: Resource
    """Of its payment."""
    notify_url: str
    """Where its merchant is called back; empty: nobody said."""
    source: str
    """Who says so, in a few words: a file, or an order of the simulator."""
    standing: Standing
    """Whether a simulator has this payment, has the order alone, or knows of neither."""
    late_s: int
    """How long ago a late one was paid."""
    given: Fen | None = None
    """What a coupon gives; None: half."""
    refunds: Mapping[str, Notice] = field(default_factory=dict)
    """Those that really ended, by `whole` or `part`; what is missing is made up."""
    refund_no: str = ""
    """What a made-up refund is called; empty: something new."""
    refund_part: Fen | None = None
    """What a made-up refund of a part gives back; None: half."""
    altered: bool = False
    """Whether it says something else than its order does: a careful merchant may well refuse that."""
    earlier: Resource = field(default_factory=dict)
    """Of another order's payment; empty: there is none."""
    questions: Callable[[], int] | None = None
    """How often its merchant has asked the platform for it until now; None: nobody sees that."""

    @property
    def total(self) -> Fen:
        """What the order costs."""
        return self.form.made_up.total(self.resource)

    @property
    def payment(self) -> Notice:
        """That it was paid."""
        return Notice(resource=self.resource)

    def original(self) -> Original:
        """What attacks and variations start from, signed now."""
        genuine = self.form.genuine.build(self.issuer, self.resource)
        return Original(self.issuer, self.resource, genuine, self.earlier)

    def body(self, notice: Notice) -> bytes:
        """What every delivery of a notification has in common."""
        return self.form.genuine.compose(self.issuer, notice.resource, event_type=notice.event_type)

    def signed(self, body: bytes, *, before_s: int = 0) -> Callback:
        """One delivery of it, signed now or so many seconds ago."""
        genuine = self.form.genuine
        if before_s:
            return genuine.signed_before(self.issuer, body, before_s)
        return genuine.signed(self.issuer, body)

    def late(self) -> Notice:
        """That it was paid a while ago."""
        return Notice(resource=self.form.made_up.earlier(self.resource, self.late_s))

    def coupon(self) -> Notice:
        """That it was paid, a part of it by a coupon.

        Raises:
            UsageError: it costs a fen.
        """
        given = self._part("coupon", self.given)
        return Notice(resource=self.form.made_up.coupon(self.resource, given))

    def knows_refund(self, *, part: bool) -> bool:
        """Whether the merchant can know of the refund: it was really asked for, or a file says so.

        A file names one refund: of the amount that it says, or of all.
        """
        in_part = self.refund_part is not None and self.refund_part < self.total
        said = bool(self.refund_no) and part is in_part
        return said or ("part" if part else "whole") in self.refunds

    def refund(self, *, part: bool) -> Notice:
        """That it was given back, wholly or in part: as it really was, or else as it could have been.

        Raises:
            UsageError: it costs a fen, and a part of it is to be given back.
        """
        really = self.refunds.get("part" if part else "whole")
        if really is not None:
            return really
        amount = self._part("partial-refund", self.refund_part) if part else self.total
        number = self.refund_no or f"golive-refund-{token_hex(6)}"
        given = GivenBack(out_refund_no=number, amount=amount, at=wire_now() - timedelta(seconds=1))
        return Notice(resource=self.form.made_up.refund(self.resource, given), event_type="REFUND.SUCCESS")

    def _part(self, kind: str, asked: Fen | None) -> Fen:
        part = Fen(self.total // 2) if asked is None else asked
        if not 0 < part < self.total:
            raise UsageError(
                f"of an order of {int(self.total)} fen this cannot be {int(part)} fen",
                where=kind,
                remedy="take an order that costs more, or name a smaller part in the file",
            )
        return part
