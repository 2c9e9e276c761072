"""Refuses a load to anything but this machine, and the experience edition as a probe; production never.

No flag changes that. Law 6 of the architecture, in code.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from harness.core.dialects import Operation, dialects
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.core.platform_hosts import PLATFORM_HOSTS
from harness.settings.addresses import Malformed, is_loopback, parse_address
from harness.settings.model import Settings
from load.arrivals import Schedule
from load.criteria.model import User
from load.flows import FLOWS

PROBE_RATE = 1.0
"""Requests a second that the experience edition is asked at most."""
_ONE_AT_A_TIME = 1 / PROBE_RATE


def permit(
    settings: Settings,
    *,
    origins: Mapping[str, str],
    merchant: str = "",
    target: str,
    users: Sequence[User],
    schedule: Schedule,
    amount: Fen,
    budget_fen: int | None,
    workers: int,
    waiting: int,
) -> bool:
    """Look at everything a load would do before it does any of it; whether it probes the experience edition.

    Args:
        origins: where the requests of each dialect go, as the wires that send them say it.
        merchant: address of the merchant at whose checkout shoppers order; empty: nobody does.
        target: what the settings were loaded for: `simulator`, `experience` or `production`.
        amount: of every order.
        budget_fen: what the orders of a probe may be worth together; None: not given.
        workers: processes that send.
        waiting: orders that are placed before the start.

    Raises:
        UnsafeRequest: any part of it might load or pay what it must not.
    """
    addresses = list(_addresses(settings, origins, users, merchant))
    if target == "production" or not addresses:
        raise _unsafe("load never goes to a production environment", target)
    if all(is_loopback(host) for host in addresses):
        return False
    foreign = next(host for host in addresses if not is_loopback(host))
    if target != "experience":
        raise _unsafe("that host is not this machine", foreign)
    if foreign not in PLATFORM_HOSTS or len(set(addresses)) > 1:
        raise _unsafe("that host is not the platform's own, so nothing says what it is", foreign)
    if not settings.mcp.experience:
        raise _unsafe("WECHAT_MCP_EXPERIENCE is not true: this is a production endpoint", foreign)
    worth = Fen(math.ceil(schedule.expected) * amount + waiting * amount)
    _check_probe(users, schedule, worth=worth, budget_fen=budget_fen, workers=workers, host=foreign)
    return True


def _addresses(
    settings: Settings, origins: Mapping[str, str], users: Iterable[User], merchant: str
) -> Iterable[str]:
    """Every host that would be sent to."""
    for user in users:
        if user.flow == "checkout" and not merchant:
            continue  # it is missed before anything is sent
        asked = merchant if user.flow == "checkout" else settings.wechat.notify_url
        url = origins[user.dialect] if user.dialect else asked
        try:
            yield parse_address(url).host
        except Malformed as error:
            raise _unsafe(f"an address cannot be used: {error.reason}", "settings") from None


def _check_probe(
    users: Sequence[User],
    schedule: Schedule,
    *,
    worth: Fen,
    budget_fen: int | None,
    workers: int,
    host: str,
) -> None:
    check_probe_users(users, host)
    if workers > 1 or schedule.peak_rate > PROBE_RATE:
        raise _unsafe(f"the experience edition is asked at most {PROBE_RATE:g} times a second", host)
    if budget_fen is None or worth > budget_fen:
        raise _unsafe(
            f"orders worth up to {int(worth)} fen would stand open, and the budget is {budget_fen or 0}", host
        )


def check_probe_users(users: Sequence[User], where: str) -> None:
    """The experience edition is asked for nothing that pays, and only where orders can be closed again.

    Args:
        where: what is to be mended.

    Raises:
        UnsafeRequest: it would be asked for more.
    """
    wrong = sorted({each.flow for each in users if not FLOWS[each.flow].probe})
    if wrong:
        raise _unsafe(
            f"the experience edition is asked with create and query only, not {', '.join(wrong)}", where
        )
    probed = dialects(experience=True, can=Operation.CLOSE)
    foreign = sorted({each.dialect for each in users if each.dialect} - set(probed))
    if foreign:
        raise _unsafe(
            f"only {' or '.join(probed).upper()} has an experience edition whose orders can be closed, "
            f"not {foreign[0]}",
            where,
        )


def refuse_unasked(
    requests: float, seconds: float, *, most: tuple[int, float], where: str, remedy: str
) -> None:
    """A load of more than `most` requests and seconds is a slip of the pen, unless it was said.

    Args:
        remedy: what can be done there, where it was asked for.

    Raises:
        UsageError: it is larger.
    """
    if requests > most[0] or seconds > most[1]:
        raise UsageError(
            f"{requests:.0f} requests in {seconds:.0f} s are more than a load may be unasked: "
            f"{most[0]} requests, {most[1]:g} s",
            where=where,
            remedy=remedy,
        )


def _unsafe(what: str, where: str) -> UnsafeRequest:
    return UnsafeRequest(
        f"refused before sending: {what}",
        where=where,
        remedy="load a simulator on this machine (golive simulator), or probe the experience edition over "
        "mcp with --target experience, at most 1 request/s and --budget-fen FEN",
    )


class Turnstile:
    """Lets one request through, then none for a second: the rate that no schedule and no bug can exceed.

    Args:
        sleep: of the loop it runs in; it gives others their turn.
    """

    def __init__(self, sleep: Callable[[float], object]) -> None:
        self._sleep = sleep
        self._free = 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        mine = max(self._free, now)
        self._free = mine + _ONE_AT_A_TIME
        if mine > now:
            self._sleep(mine - now)
