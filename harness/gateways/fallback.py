"""Two channels to one platform: the first as long as it works, the second when it does not.

An order is the same order whichever channel brings it, so a change of channel keeps every parameter. What
the first channel may have accepted is looked up over the second before it is placed there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from harness.core.errors import EnvironmentUnreachable, PlatformRefusal, TargetFailure, UnknownOutcome
from harness.core.payment import Order, Prepared, TradeState, Transaction
from harness.gateways.protocol import EndpointStatus, PaymentGateway
from harness.gateways.refusals import ChannelRefusal, NotSold
from harness.gateways.service_status import ServiceStatus

_T = TypeVar("_T")

_OPEN = (TradeState.NOTPAY, TradeState.USERPAYING, TradeState.PAYERROR)
"""May be placed again for a fresh handle."""


class FallbackGateway:
    """A primary gateway, and a secondary one for when it fails. Thread-safe.

    Args:
        primary: tried first.
        secondary: must know the same orders.
        now: a monotonic clock in seconds; injected by tests.
        retry_after_s: how long a primary that failed is left alone. Then one call tries it.
    """

    can_close = True

    def __init__(
        self,
        primary: PaymentGateway,
        secondary: PaymentGateway,
        *,
        now: Callable[[], float] = time.monotonic,
        retry_after_s: float = 30.0,
    ) -> None:
        self._primary = primary
        self._secondary = secondary
        self._now = now
        self._retry_after_s = retry_after_s
        self._lock = threading.Lock()
        self._left_alone_until: float | None = None
        self._unsettled: set[str] = set()

    @property
    def dialect(self) -> str:
        """The primary's; `Prepared.dialect` tells who brought an order in the end."""
        return self._primary.dialect

    def create(self, order: Order) -> Prepared:
        """Place the order over whichever channel works.

        Raises:
            PlatformRefusal: the platform will not have the order, which no other channel changes.
            UnknownOutcome: the primary may have accepted it and the secondary cannot say, or it is settled
                already: query it.
        """
        number = order.out_trade_no
        if number in self._unsettled:
            return self._placed_after_query(order, "an earlier attempt ended unclear")
        if self._takes():
            try:
                prepared = self._tried(lambda: self._primary.create(order))
            except (EnvironmentUnreachable, ChannelRefusal):
                return self._secondary.create(order)
            except TargetFailure as error:
                if _decided(error):
                    raise
                self._unsettled.add(number)
                return self._placed_after_query(order, error.what)
            return prepared
        return self._secondary.create(order)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask over whichever channel works."""
        return self._either(
            lambda: self._primary.query(out_trade_no), lambda: self._secondary.query(out_trade_no)
        )

    def close(self, out_trade_no: str) -> None:
        """Close over whichever channel works; closing twice is fine."""
        if not self._primary.can_close:
            self._secondary.close(out_trade_no)
            return
        self._either(lambda: self._primary.close(out_trade_no), lambda: self._secondary.close(out_trade_no))

    def probe(self) -> EndpointStatus:
        """Both channels: reachable and trusted only when both are; the clock that is further off."""
        first, second = self._primary.probe(), self._secondary.probe()
        return EndpointStatus(
            reachable=first.reachable and second.reachable,
            clock_skew_s=max(first.clock_skew_s, second.clock_skew_s, key=abs),
            detail=f"{self._primary.dialect}: {first.detail}; {self._secondary.dialect}: {second.detail}",
            trusted=first.trusted and second.trusted,
        )

    def status(self) -> ServiceStatus:
        """What the primary says of itself now, and who stands in for it."""
        told = self._primary.status()
        if told.wechat:
            return told
        return ServiceStatus(
            enabled=told.enabled,
            wechat=False,
            alipay=told.alipay,
            detail=f"{told.detail}; {self._secondary.dialect} takes payments instead",
        )

    def close_connections(self) -> None:
        """Give back what both hold."""
        try:
            self._primary.close_connections()
        finally:
            self._secondary.close_connections()

    def _placed_after_query(self, order: Order, why: str) -> Prepared:
        """Find out over the secondary, and place the same order there if it may still be paid."""
        number = order.out_trade_no
        try:
            self._require_open(number, why)
            prepared = self._secondary.create(order)
        except PlatformRefusal as error:
            if error.status >= 500:
                raise _unclear(number, f"{why}; then {error.what}") from error
            self._unsettled.discard(number)
            raise
        except EnvironmentUnreachable as error:
            raise _unclear(number, f"{why}; then {error.what}") from error
        self._unsettled.discard(number)
        return prepared

    def _require_open(self, number: str, why: str) -> None:
        try:
            found = self._secondary.query(number)
        except PlatformRefusal as error:
            if error.status == 404:
                return  # The platform does not know it: placing it is the first time.
            raise _unclear(number, f"{why}; then {error.what}") from error
        if found.state in _OPEN:
            return
        if found.state is not None:
            self._unsettled.discard(number)
        raise _unclear(number, f"{why}, and the order reads {found.trade_state}")

    def _either(self, primary: Callable[[], _T], secondary: Callable[[], _T]) -> _T:
        """A request that may be sent twice."""
        if not self._takes():
            return secondary()
        try:
            return self._tried(primary)
        except (EnvironmentUnreachable, TargetFailure) as error:
            if _decided(error):
                raise
            return secondary()

    def _takes(self) -> bool:
        """Whether the primary is to be tried now: it works, or it is this call's turn to find out."""
        with self._lock:
            until = self._left_alone_until
            if until is None:
                return True
            now = self._now()
            if now < until:
                return False
            # Everyone else stays with the secondary until this call knows.
            self._left_alone_until = now + self._retry_after_s
            return True

    def _tried(self, work: Callable[[], _T]) -> _T:
        """Do it over the primary, and remember whether the primary works."""
        try:
            result = work()
        except (EnvironmentUnreachable, TargetFailure) as error:
            with self._lock:
                # What it does not sell it was not asked for.
                working = _decided(error) or isinstance(error, NotSold)
                self._left_alone_until = None if working else self._now() + self._retry_after_s
            raise
        with self._lock:
            self._left_alone_until = None
        return result


def _decided(error: Exception) -> bool:
    """Whether the platform itself said no: the channel works, and another one would hear the same."""
    return isinstance(error, PlatformRefusal) and not isinstance(error, ChannelRefusal) and error.status < 500


def _unclear(number: str, what: str) -> UnknownOutcome:
    return UnknownOutcome(
        what,
        where=f"create {number}",
        remedy="query the order and act on what it says; do not place it again",
    )
