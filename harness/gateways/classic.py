"""What the gateways to a provider's own API have in common: MCP is not their business."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from harness.gateways.protocol import EndpointStatus
from harness.gateways.refusals import NotSpoken
from harness.gateways.service_status import WITHOUT_MCP, ServiceStatus


class _Transport(Protocol):
    def close(self) -> None: ...


class ClassicGateway(ABC):
    """Is recognised by the answer to its probe, which is signed."""

    can_close = True
    probed: str
    """The operation that its probe asks for."""
    _transport: _Transport

    @abstractmethod
    def probe(self) -> EndpointStatus:
        """Ask for what does no harm, and read the platform's clock from the answer."""

    def recognise(self) -> None:
        """Probe, which is answered with a signature.

        Raises:
            NotSpoken: no believable answer came.
        """
        found = self.probe()
        if not found.trusted:
            raise NotSpoken(0, "", found.detail, where=self.probed)

    def status(self) -> ServiceStatus:
        """MCP is switched off, which needs no request to know."""
        return WITHOUT_MCP

    def close_connections(self) -> None:
        """Give back the sockets."""
        self._transport.close()
