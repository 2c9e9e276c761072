"""One order as the merchant tells it. What it does not tell is unknown, and whoever reads that learns so."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from harness.core.money import Fen
from harness.merchant.gap import ProfileGap

T = TypeVar("T")
OrderState = Literal["pending", "paid", "failed", "cancelled", "refunded", "unknown"]
"""What an order can have become."""


class MerchantOrder(BaseModel):
    """One order in the merchant's books. Amounts in fen; further members are welcome and ignored.

    A member that the observer does not tell raises `ProfileGap` when it is read: it is not zero.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    out_trade_no: str
    order_id: str = ""
    told_status: OrderState | None = Field(default=None, alias="status")
    told_amount: Fen | None = Field(default=None, alias="amount")
    told_paid_amount: Fen | None = Field(default=None, alias="paid_amount")
    told_refunded_amount: Fen | None = Field(default=None, alias="refunded_amount")
    told_credits: int | None = Field(default=None, alias="credits")
    told_attention: str | None = Field(default=None, alias="attention")
    told_transaction_id: str | None = Field(default=None, alias="transaction_id")
    dialect: str = ""
    """The wire that brought the order in the end: `mcp`, `envelope`, `apiv3`; empty when not told."""
    request_id: str = ""
    """The request that brought it; empty when not told."""
    unlocks: str = ""
    """What in the profile would tell more."""
    other_word: str | None = None
    """What the app calls its state, where the profile has no such word: the rest is told all the same."""
    words_at: str = ""
    """Where the profile's words stand, and which would be near."""

    @property
    def status(self) -> OrderState:
        """What it has become."""
        if self.other_word is not None:
            raise ProfileGap(
                f"the app calls the order {self.other_word!r}, and the profile has no word of that kind",
                where=self.words_at,
                remedy=f'add it, e.g. paid = ["{self.other_word}"]; {self.unlocks}',
            )
        return self._told("status", self.told_status)

    @property
    def amount(self) -> Fen:
        """What the order costs."""
        return self._told("amount", self.told_amount)

    @property
    def paid_amount(self) -> Fen:
        """What the merchant's books say came in."""
        return self._told("paid_amount", self.told_paid_amount)

    @property
    def refunded_amount(self) -> Fen:
        """What of it the merchant's books say went back."""
        return self._told("refunded_amount", self.told_refunded_amount)

    @property
    def credits(self) -> int:
        """How many times the order was fulfilled."""
        return self._told("credits", self.told_credits)

    @property
    def attention(self) -> str:
        """What the merchant wants a person to look at; empty when all is well."""
        return self._told("attention", self.told_attention)

    @property
    def tells_payment(self) -> bool:
        """Whether anything is told by which a payment would show."""
        return any(each is not None for each in (self.told_status, self.told_paid_amount, self.told_credits))

    @property
    def settled(self) -> bool:
        """Whether a payment of it is booked, whatever the order became by that."""
        booked = (self.told_credits or 0) > 0 or (self.told_paid_amount or 0) > 0
        return booked or self.told_status == "paid"

    @property
    def put_aside(self) -> bool:
        """Whether it waits for a person, who sees what came in, and is told to have been fulfilled never."""
        return self.told_status == "unknown" and self.told_credits == 0

    @property
    def paid_once(self) -> bool:
        """Whether it is paid by all that is told, and fulfilled no more than once."""
        return self.settled and self.told_status in ("paid", None) and self.told_credits in (1, None)

    @property
    def standing(self) -> tuple[str, int, int, str, Fen | None]:
        """All that a payment, a refund or a closing changes; what is not told counts as untouched.

        What a person is asked to look at is none of it: a merchant may well alarm somebody about a forgery.
        """
        return (
            self.told_status or self.other_word or "pending",
            self.told_paid_amount or 0,
            self.told_credits or 0,
            self.told_transaction_id or "",
            self.told_amount,
        )

    @property
    def booked(self) -> Fen:
        """What came in by its books in all: an order fulfilled twice gave away its price twice."""
        return Fen(self.paid_amount * max(self.told_credits or 1, 1))

    @property
    def summary(self) -> str:
        """What is told of it, in a few words."""
        told = [
            self.told_status if self.other_word is None else repr(self.other_word),
            None if self.told_paid_amount is None else f"{self.told_paid_amount} fen",
            None if self.told_credits is None else f"credited {self.told_credits}×",
        ]
        return ", ".join(each for each in told if each is not None) or "nothing that can be seen"

    def _told(self, member: str, value: T | None) -> T:
        if value is None:
            raise ProfileGap(
                f"nothing tells the order's {member}, and this check rests on it",
                where="observer in the merchant profile",
                remedy=self.unlocks or f"let [observer] tell {member}",
            )
        return value
