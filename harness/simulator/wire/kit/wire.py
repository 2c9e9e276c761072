"""What a wire is to the simulator that serves it, and what the simulator lends to each.

A row of `harness.core.dialects` names the function that makes one: `open_wire(context) -> Wire`. Nothing else
is needed to have a dialect served, called back, and written into the settings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.types import Receive, Scope, Send

from harness.simulator.account.identity import Identity
from harness.simulator.account.merchant_certificates import MerchantCertificates
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.practices import Practices
from harness.simulator.signatures.refused import RefusedSignatures
from harness.simulator.wire.kit.described import Described
from harness.simulator.wire.kit.faults import Faults
from harness.simulator.wire.kit.refund import refund_notice
from harness.simulator.wire.kit.transaction import transaction


class Enqueue(Protocol):
    """Schedules a callback in a dialect's form."""

    async def __call__(
        self,
        out_trade_no: str,
        notify_url: str,
        resource: Mapping[str, object],
        event_type: str = "TRANSACTION.SUCCESS",
        *,
        mchid: str,
        dialect: str,
        out_refund_no: str = "",
        due: datetime | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant account as wires see it: its credentials, and what its owner may ask."""

    identity: Identity
    account: Account
    certificates: MerchantCertificates
    """What its requests are signed by."""
    alipay: AlipayAccount
    """The same merchant on Alipay's platform."""

    @property
    def accounts(self) -> tuple[MerchantAccount, ...]:
        """Both."""
        return self.account, self.alipay

    @property
    def numbers(self) -> tuple[str, ...]:
        """What either platform calls it."""
        return tuple(each.mchid for each in self.accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireContext:
    """What one simulator lends to one of its wires."""

    dialect: str
    """The id of the row it was opened for; orders that come this way carry it."""
    merchants: Mapping[str, Merchant]
    """By mchid; more may come while it serves. The first is who is meant where nobody is named."""
    faults: Faults
    enqueue: Enqueue
    practices: Practices
    refused: RefusedSignatures = field(default_factory=RefusedSignatures)
    """Where requests go that are refused for their signature."""
    signing_clock: Callable[[], float]
    """Unix seconds that answers carry; another than real time only as a defect."""

    @property
    def merchant(self) -> Merchant:
        """The first one."""
        return next(iter(self.merchants.values()))


class Wire(ABC):
    """One dialect as this simulator speaks it."""

    name: str
    """What it is called, in a word or two."""
    shown: str
    """Its paths in words, for whoever starts a simulator by hand."""

    @abstractmethod
    def handles(self, path: str) -> bool:
        """Whether a request to this path is this wire's."""

    @abstractmethod
    def app(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request. `send` is uvicorn's own, because faults hang up."""

    @abstractmethod
    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """What a merchant's settings say of it, by variable."""

    @property
    def operations(self) -> Collection[str]:
        """What its requests ask for, as faults call it; none where it does not say."""
        return ()

    def described(self) -> Iterable[Described]:
        """Its operations, for whoever writes a client; none where they are told over the wire itself."""
        return ()

    def told(self, order: PlatformOrder) -> Mapping[str, object]:
        """What a callback of a paid order carries, as the dialect's form of callbacks takes it."""
        return transaction(order)

    def over_told(self, order: PlatformOrder) -> Mapping[str, object] | None:
        """What a callback carries of an order whose time is over; None: its form has no word for that."""
        return self.told(order)

    def refund_told(self, refund: PlatformRefund) -> Mapping[str, object]:
        """What a callback of a refund that has ended carries."""
        return refund_notice(refund)

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Entered where the server's lifespan begins."""
        return nullcontext()
