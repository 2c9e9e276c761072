"""Takes secrets out of what is shown: the account's own by their value, a stranger's by their look."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from harness.simulator.account.identity import Identity

HIDDEN = "••••••"
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_BARE = re.compile(r"MII[A-Za-z0-9+/]{3}IBA[A-Za-z0-9+/=%\\\s]{40,}")
"""A private key of RSA without armour: a sequence that begins with version 0, as no public key and no
certificate does. Escaped, too."""
_KEY = re.compile(
    r"\b((?i:bearer)\s+|(?i:basic)\s+(?![A-Za-z]?[a-z]*(?![A-Za-z0-9_+/=-])))([^\s•]{1,4})[^\s\"',•]*"
)
"""A header's key. A plain word after "Basic" is none: goods are called so."""


class Hider:
    """Hides the secrets of some merchant accounts."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        found = {
            secret
            for each in identities
            for secret in (
                each.apiv3_key,
                each.api_key,
                each.mcp_api_key,
                each.alipay.mcp_api_key,
                each.levers_token,
                each.jwt_secret,
                each.jwt_access_secret,
                each.jwt_refresh_secret,
            )
        }
        self._own = re.compile("|".join(map(re.escape, sorted(found))))

    def text(self, text: str) -> str:
        """The same without secrets; of a key that nobody here knows its first characters stay."""
        text = self._own.sub(HIDDEN, text)
        text = _BARE.sub(HIDDEN, _PEM.sub(HIDDEN, text))
        return _KEY.sub(rf"\1\2{HIDDEN}", text)

    def all(self, value: Any) -> Any:
        """The same of every text in lists and members: whatever the console says passes here."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.all(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.all(each) for each in value]
        return value
