"""How a phone's own app, played by the harness, asks the simulated cashier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.errors import EnvironmentUnreachable
from harness.core.trust import public_roots

LIMIT_S = 30.0


class CashierLine:
    """One path of the cashier, spoken to with the app's user agent."""

    def __init__(self, simulator_url: str, path: str, *, user_agent: str) -> None:
        self._address = simulator_url.rstrip("/") + path
        self._http = BoundedClient(
            headers={"User-Agent": user_agent}, limit_s=LIMIT_S, verify=public_roots(), trust_env=False
        )

    def ask(self, asked: Mapping[str, object]) -> Mapping[str, Any]:
        """Post JSON, and return the JSON that is answered.

        Raises:
            EnvironmentUnreachable: no cashier is there.
        """
        try:
            answer = self._http.post(self._address, json=asked)
        except httpx.TransportError as error:
            raise EnvironmentUnreachable(
                "the cashier does not answer", where=self._address, remedy="start the simulator"
            ) from error
        if answer.status_code != httpx.codes.OK:
            raise EnvironmentUnreachable(
                f"the cashier answered HTTP {answer.status_code}",
                where=self._address,
                remedy="point the stand-in at the simulator's own address",
            )
        said: Mapping[str, Any] = answer.json()
        return said

    def redirected(self, address: str) -> str:
        """Where a GET of an address is sent on to; empty: nowhere, a page came.

        Raises:
            EnvironmentUnreachable: nothing is there.
        """
        try:
            answer = self._http.get(address)
        except httpx.TransportError as error:
            raise EnvironmentUnreachable(
                "the cashier does not answer", where=self._address, remedy="start the simulator"
            ) from error
        return answer.headers.get("Location", "") if answer.has_redirect_location else ""

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
