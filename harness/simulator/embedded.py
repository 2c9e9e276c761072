"""A simulator inside this process, on a thread and a free port of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.levers.models import LEVERS
from harness.processes.serving import Tls, base_url, listen, serving
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.https_door import HttpsDoor
from harness.simulator.server import Simulator


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulator that answers at `base_url` until its block ends."""

    base_url: str
    simulator: Simulator
    door: HttpsDoor | None = None
    """The same over https."""

    @property
    def levers_url(self) -> str:
        """Where `LeversClient` finds it."""
        return f"{self.base_url}{LEVERS}"

    @property
    def levers_token(self) -> str:
        """What `LeversClient` must show."""
        return self.simulator.identity.levers_token

    def environment(self, *, notify_url: str, mcp_enabled: bool = True) -> dict[str, str]:
        """The settings that make a merchant its customer, spoilt as its defects say."""
        return self.simulator.environment(
            base_url=self.base_url, notify_url=notify_url, mcp_enabled=mcp_enabled
        )


@contextmanager
def running_simulator(
    *,
    port: int = 0,
    defects: Collection[str] = (),
    experience: bool = True,
    key_mode: KeyMode = KeyMode.SWITCHING,
    alipay_certified: bool = False,
    tls: Tls | None = None,
    https: bool = False,
) -> Iterator[RunningSimulator]:
    """Run a simulator with a fresh identity until the block ends.

    Args:
        port: 0 takes a free one.
        defects: names out of `harness.simulator.defects`.
        experience: whether it is the experience edition with its limits, or the formal one without.
        key_mode: by which of its credentials the platform is known to the merchant account.
        alipay_certified: whether its application on Alipay's platform is of certificates.
        tls: serve https with this certificate.
        https: serve it over https as well, on a port of its own, with certificates that tests exchange.

    Raises:
        EnvironmentUnreachable: the port is taken.
        UsageError: no such defect.
    """
    listener = listen(port)
    door = HttpsDoor(listen(), listener.getsockname()[1]) if https else None
    simulator = Simulator(
        defects=defects,
        experience=experience,
        key_mode=key_mode,
        alipay_certified=alipay_certified,
        door=door,
    )
    with serving(simulator, listener, tls):
        yield RunningSimulator(base_url(listener, tls), simulator, door)
