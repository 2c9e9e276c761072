"""One simulated platform, a merchant's mailbox, and the third-party SDK between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from harness.levers.client import LeversClient
from harness.processes.serving import listen, serving
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.interop.sdk_side import Mailbox, connect, sdk_mode


@pytest.fixture(autouse=True, scope="session")
def _loopback_without_proxy() -> Iterator[None]:
    """The SDK reads proxy variables; loopback must never go through one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session")
def key_mode(request: pytest.FixtureRequest) -> KeyMode:
    """By which of its credentials the platform is known; `on_both_accounts` tries the other two."""
    mode: KeyMode = getattr(request, "param", KeyMode.SWITCHING)
    return mode


@pytest.fixture(scope="session")
def simulator(key_mode: KeyMode) -> Iterator[RunningSimulator]:
    """The platform."""
    with running_simulator(experience=False, key_mode=key_mode) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def _mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with serving(mailbox.app(), listen()) as base:
        mailbox.url = f"{base}/notify"
        yield mailbox


@pytest.fixture
def mailbox(_mailbox: Mailbox) -> Mailbox:
    """The merchant's callback address, empty at the start of each test."""
    _mailbox.received.clear()
    return _mailbox


@pytest.fixture(scope="session")
def environment(simulator: RunningSimulator, _mailbox: Mailbox) -> dict[str, str]:
    """The merchant's settings."""
    return simulator.environment(notify_url=_mailbox.url)


@pytest.fixture
def levers(simulator: RunningSimulator) -> Iterator[LeversClient]:
    """The payer, and the platform's records; no fault outlives a test."""
    with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
        yield levers
        levers.clear_faults()


@pytest.fixture
def sdk(key_mode: KeyMode, simulator: RunningSimulator, environment: dict[str, str]) -> Any:
    """The SDK in the account's key mode."""
    return connect(environment, sdk_mode(key_mode), simulator.base_url)


@pytest.fixture(scope="session")
def new_number() -> Callable[[], str]:
    """Order numbers that never repeat within a run."""
    numbers = count(1)
    return lambda: f"interop-{next(numbers):06d}"
