"""What a request of a load was for: the key that criteria name and measurements count by."""

from __future__ import annotations

from typing import NamedTuple

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Each part of a key."""
MERCHANT = "merchant"
"""As a dialect: the merchant was asked, and not the endpoint."""


class Key(NamedTuple):
    """What a request was for. Each part is a short stable word, for criteria name them."""

    endpoint: str
    """The operation: `create`, `query`, `close`, `pay`, `callback`, `journey`."""
    scenario: str
    """The case of it: `h5`, `native`, `jsapi`; of callbacks `genuine`, `duplicate`, `forged` …"""
    dialect: str
    """The wire: the id of a row of `harness.core.dialects`, or `merchant` where the merchant is asked."""

    @property
    def is_request(self) -> bool:
        """Whether we sent it: a whole journey, or a callback that came to us, is none."""
        return self.endpoint != "journey" and (self.endpoint != "callback" or self.dialect == MERCHANT)

    @property
    def name(self) -> str:
        """The three parts as one text, e.g. `create/h5/mcp`."""
        return "/".join(self)
