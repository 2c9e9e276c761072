"""Who is told, at once, of what has changed, so that it can be kept. Nobody, where nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.simulator.platform.orders import Intent, PlatformOrder


class Changes(Protocol):
    """Is told under the platform's lock, and therefore only notes it."""

    def order(self, order: PlatformOrder) -> None:
        """Something about it, its refunds included, is new."""
        ...

    def account(self) -> None:
        """There is another one, or one is set up otherwise."""
        ...

    def intent(self, intent: Intent) -> None:
        """It was accepted."""
        ...
