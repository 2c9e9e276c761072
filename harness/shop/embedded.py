"""A shop inside this process, for scenarios, tests and the rehearsal."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.clock import BusinessClock
from harness.core.exchange import Listener
from harness.processes.scratch import scratch
from harness.processes.serving import base_url, listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.app import create_app
from harness.shop.assembly import Shop, build_shop
from harness.shop.logs import written_to
from harness.shop.payment_api import RETURN_PATH
from harness.shop.variants.registry import environment_of

NOTIFY_PATH = "/api/payment/notify/wechat"
ALIPAY_NOTIFY_PATH = "/api/payment/notify/alipay"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningShop:
    """A shop that is up."""

    base_url: str
    notify_url: str
    observer_token: str = field(repr=False)
    log: Path | None = None
    """Its log; None: it keeps none."""
    shop: Shop = field(repr=False)
    """Its parts, for the shop's own tests; scenarios look through the observer."""

    @property
    def profile_values(self) -> dict[str, str]:
        """What `MerchantProfile.load("shop", …)` wants of a shop that chose its port itself."""
        return {"base_url": self.base_url, "observer_token": self.observer_token}


def origins_of(port: int) -> frozenset[str]:
    """The addresses under which pages of a shop on this machine are opened."""
    return frozenset(f"http://{host}:{port}" for host in ("127.0.0.1", "localhost"))


@contextmanager
def running_shop(
    environment: Mapping[str, str],
    *,
    port: int = 0,
    defects: Collection[str] = (),
    variants: Collection[str] = (),
    target: str = "simulator",
    listeners: Sequence[Listener] = (),
    logs: bool = False,
    clock: BusinessClock | None = None,
) -> Iterator[RunningShop]:
    """Run a shop on loopback until the block ends.

    Args:
        environment: what an .env file would say; callbacks and payers come to this shop whatever it says.
        port: 0 takes a free one.
        defects: deliberate faults, by name.
        variants: other rightful ways, by name.
        target: whose endpoint the environment names.
        listeners: hear the gateway's exchanges.
        logs: whether it keeps a log.
        clock: its business time; None: it begins at real time.

    Raises:
        EnvironmentUnreachable: the port is taken.
        ConfigurationError: the environment cannot be used; every bad variable is named.
        UsageError: a defect or a variant that is none.
    """
    with tempfile.TemporaryDirectory(prefix="shop-", dir=scratch()) as folder:
        listener = listen(port)
        try:
            address = base_url(listener)
            notify_url = address + NOTIFY_PATH
            values = {**environment, **environment_of(variants), "WECHAT_PAY_NOTIFY_URL": notify_url}
            if "ALIPAY_NOTIFY_URL" in environment:
                values["ALIPAY_NOTIFY_URL"] = address + ALIPAY_NOTIFY_PATH
                values["ALIPAY_RETURN_URL"] = address + RETURN_PATH
            shop = build_shop(
                Settings.load(EnvFile.of(values, "the shop's environment"), target=target),
                database=Path(folder) / "shop.sqlite3",
                origins=origins_of(listener.getsockname()[1]),
                observer_token=secrets.token_urlsafe(24),
                defects=defects,
                variants=variants,
                listeners=listeners,
                clock=clock,
            )
            log = Path(folder) / "shop.log" if logs else None
            with written_to(log) if log else nullcontext(), serving(create_app(shop), listener):
                yield RunningShop(
                    base_url=address,
                    notify_url=notify_url,
                    observer_token=shop.observer_token,
                    log=log,
                    shop=shop,
                )
        finally:
            listener.close()
