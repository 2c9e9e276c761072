"""What a row of the table of dialects says, and a row of their forms of callbacks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.core.control import Text
from harness.core.payment import Product, Provider
from harness.core.redelivery import WECHAT, Redelivery

ALL_PRODUCTS = (Product.NATIVE, Product.JSAPI, Product.H5, Product.APP)


class Operation(StrEnum):
    """What a merchant may ask."""

    HANDSHAKE = "handshake"
    """To open a session and be told what is offered."""
    CREATE = "create"
    QUERY = "query"
    QUERY_TRANSACTION = "query-transaction"
    """By the platform's own number."""
    CLOSE = "close"
    REFUND = "refund"


ORDERS = frozenset({Operation.CREATE, Operation.QUERY})
"""What every dialect can."""


class Telling(StrEnum):
    """What a message of a platform says of itself, beside its business."""

    SIGNATURE = "signature"
    SERIAL = "serial"
    """Which of its keys signed."""
    MOMENT = "moment"
    """When it signed, under the signature."""
    ACCOUNT = "account"
    """Whose order it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackForm:
    """The form in which a platform tells a merchant of a payment; several dialects may share one."""

    id: str
    package: str
    """Has the modules `genuine` (builds it) and `attacks` (`ATTACKS`: every forged one to be refused)."""
    control: str
    """What a forged signature exercises, e.g. `CBK-02`."""
    says_fail: bool
    """Whether a refusal is to say `FAIL` in its body."""
    reader: str
    """Makes its reader in the shop, our own merchant: `module:function`."""
    tells: frozenset[Telling] = frozenset({Telling.SIGNATURE})
    """What a callback in it says of itself: what it does not say, no fault can spoil."""
    had_another: bool = False
    """Whether refunds were told in another form before it, which its `genuine` still has."""
    redelivery: Redelivery = WECHAT
    """How often it is sent again, and which answer ends that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectSpec:
    """One row: a wire format of one provider."""

    id: str
    """As settings, records and marks name it, e.g. `apiv3`."""
    provider: Provider
    title: Text
    classic: bool
    """The provider's own API; the others lead to it through an MCP endpoint, and it stands behind them."""
    operations: frozenset[Operation]
    products: tuple[Product, ...]
    callbacks: str
    """The id of the form its orders are called back in."""
    settings: tuple[str, ...]
    """The variables it reads; the first is where its endpoint is."""
    experience: bool
    """Whether the platform has an edition of it in which no real money moves."""
    gateway: str
    """Makes its client: `module:function`."""
    wire: str
    """Makes its server in the simulator: `module:function`."""
    load_wire: str
    """Makes its requests for a load: `module:function`."""
    answers_tell: frozenset[Telling] = frozenset({Telling.SIGNATURE})
    """What its answers say of themselves: what they do not say, no fault can spoil."""
    bodiless: frozenset[str] = frozenset()
    """Operations that succeed without a body."""
    files: frozenset[str] = frozenset()
    """Operations that are answered with a file, which nothing signs and which has no members."""
    sampled: bool = False
    """Whether only scenarios that ask for it are played over it: what has been judged on a wire of the same
    form is not judged once more. Whoever asks for no sample never meets it."""
    drift: str = ""
    """Makes what asks it for a capture: `module:function`; empty: nothing of it can be captured."""

    def can(self, operation: Operation) -> bool:
        """Whether it has this operation at all."""
        return operation in self.operations

    @property
    def endpoint(self) -> str:
        """The variable that says where its endpoint is."""
        return self.settings[0]
