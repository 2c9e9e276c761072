"""What may leave this machine for a real endpoint: named hosts, https, a pace, and a budget in fen.

Every gateway asks its guard before it sends. `UNGUARDED` lets everything pass; a `Lookout` everything until
nothing is answered any more; where requests may reach real money, `Guard` counts before anything is sent.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping

from harness.core.errors import GoLiveError, UnsafeRequest
from harness.core.money import Fen
from harness.core.patience import Patience
from harness.core.payment import Provider
from harness.core.trust import public_roots
from harness.settings.addresses import Malformed, is_loopback, parse_address


class Unguarded:
    """Holds nothing back."""

    verify: ssl.SSLContext | None = None
    """Whose certificates are believed; None: those that a client believes by itself."""
    pause_s: float = 0.0
    """Seconds between two requests."""
    proxied: bool = False
    """Whether a proxy of the environment may stand between; never for this machine."""

    def roots(self, host: str) -> ssl.SSLContext:
        """Whose certificates are believed of this host."""
        return self.verify or public_roots(environment=not is_loopback(host))

    def spend(self, out_trade_no: str, amount: int, *, provider: Provider = Provider.WECHAT) -> None:
        """Note that an order of this amount, in fen, is about to be asked for."""

    def turn(self, url: str) -> float:
        """Seconds to wait before a request to this address may be sent; the turn is taken."""
        return 0.0

    def leaves(self) -> None:
        """The request whose turn was waited for leaves now."""

    def wait(self, url: str) -> None:
        """Wait for the turn."""

    def ended(self, error: GoLiveError) -> None:
        """Note that a request got no answer."""


UNGUARDED = Unguarded()
"""For a merchant's own use of the gateways."""


class Lookout(Unguarded):
    """Holds everything back once the endpoint has left two requests without an answer: it is not answering.

    Thread-safe, shared by all gateways of a run; for a platform that is played.
    """

    def __init__(self) -> None:
        self._patience = Patience("the endpoint")

    def turn(self, url: str) -> float:
        """Seconds to wait: none.

        Raises:
            EnvironmentUnreachable: it is not answering.
        """
        self._patience.require(url)
        return 0.0

    def wait(self, url: str) -> None:
        """As `turn`."""
        self.turn(url)

    def ended(self, error: GoLiveError) -> None:
        """Note that a request got no answer."""
        self._patience.note(error)


class Guard(Lookout):
    """Holds everything back that was not allowed on the command line. Thread-safe, shared by all gateways.

    Args:
        hosts: host and port of everything that may be asked, e.g. `("api.mch.weixin.qq.com", 443)`.
        budget: what all orders together may be worth, in fen. Each create counts, also one that is refused or
            repeated: it counts what could be paid at worst.
        rate: requests a second, over all hosts.
        verify: whose certificates are believed.
        now: a monotonic clock in seconds; injected by tests.
        sleep: pauses; injected by tests.
    """

    on_order: Callable[[str, Fen], None] | None = None
    """Hears of every order before it is sent; where it raises, nothing is."""

    def __init__(
        self,
        *,
        hosts: Collection[tuple[str, int]],
        budget: Fen,
        rate: float,
        verify: ssl.SSLContext,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self.verify = verify
        self.pause_s = 1 / rate
        self.budget = budget
        self._hosts = frozenset(hosts)
        self.proxied = not all(is_loopback(host) for host, _ in self._hosts)
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = now()
        self._spent = Fen(0)
        self._asked: dict[str, Fen] = {}
        self._providers: dict[str, Provider] = {}

    @property
    def spent(self) -> Fen:
        """What was asked for so far."""
        return self._spent

    @property
    def asked(self) -> Mapping[str, Fen]:
        """Every order that was asked for, by `out_trade_no`, with what it could be worth, in order."""
        with self._lock:
            return dict(self._asked)

    def provider_of(self, out_trade_no: str) -> Provider:
        """Whom an order was asked for of; WeChat where nobody said otherwise."""
        with self._lock:
            return self._providers.get(out_trade_no, Provider.WECHAT)

    def spend(self, out_trade_no: str, amount: int, *, provider: Provider = Provider.WECHAT) -> None:
        """Count an order before it is asked for.

        Raises:
            UnsafeRequest: it does not fit into what is left of the budget; nothing is counted.
        """
        with self._lock:
            left = self.budget - self._spent
            if amount > left:
                raise UnsafeRequest(
                    f"refused before sending: an order of {int(amount)} fen does not fit into the {left} fen "
                    f"that are left of the budget of {self.budget} fen",
                    where="--budget-fen",
                    remedy="allow more with --budget-fen, if you mean it; each order counts, paid or not",
                )
            worth = Fen(max(amount, self._asked.get(out_trade_no, 0)))
            if self.on_order is not None and worth != self._asked.get(out_trade_no):
                self.on_order(out_trade_no, worth)
            self._spent += amount
            self._asked[out_trade_no] = worth
            self._providers[out_trade_no] = provider

    def turn(self, url: str) -> float:
        """Seconds to wait before a request to this address may be sent; the turn is taken.

        Raises:
            UnsafeRequest: the address is not https, or of a host that was not allowed.
            EnvironmentUnreachable: the endpoint is not answering.
        """
        self._allowed(url)
        super().turn(url)
        with self._lock:
            now = self._now()
            turn = max(self._next, now)
            self._next = turn + self.pause_s
            return turn - now

    def wait(self, url: str) -> None:
        """Wait for the turn.

        Raises:
            UnsafeRequest: as `turn`.
        """
        if (seconds := self.turn(url)) > 0:
            self._sleep(seconds)
        self.leaves()

    def leaves(self) -> None:
        """Who overslept his turn does not shorten the pause after him."""
        with self._lock:
            self._next = max(self._next, self._now() + self.pause_s)

    def _allowed(self, url: str) -> None:
        try:
            address = parse_address(url.partition("?")[0])
        except Malformed as error:
            raise _refused(error.reason, "address") from None
        if address.scheme != "https":
            raise _refused(f"{address.origin} is not https", address.host)
        if (address.host, address.effective_port) not in self._hosts:
            raise _refused(f"{address.origin} is no host of this run", address.host)


def _refused(what: str, where: str) -> UnsafeRequest:
    return UnsafeRequest(
        f"refused before sending: {what}",
        where=where,
        remedy="a run asks only the https hosts that its target and settings name",
    )
