"""Who may come in: a host and an origin of this machine, and the merchant's API key.

Everything is decided before a byte of JSON is read. Refusals are HTTP statuses with a JSON-RPC error inside.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import Scope

from harness.simulator.account.identity import Identity
from harness.simulator.platform.notify_url import is_loopback
from harness.simulator.practices import Practices
from harness.simulator.wire.kit.wire import Merchant
from harness.simulator.wire.mcp.errors import RpcRefusal

METHODS = ("GET", "POST", "DELETE")


class Gatekeeper:
    """Lets a request in, or turns it away.

    Args:
        merchants: whose API key must be shown as `Authorization: Bearer`.
        practices: whether any origin and any key will do.
        key_of: which of a merchant's keys that is.
        realm: what a challenge names.
    """

    def __init__(
        self,
        merchants: Mapping[str, Merchant],
        practices: Practices,
        *,
        key_of: Callable[[Identity], str],
        realm: str,
    ) -> None:
        self._merchants = merchants
        self._practices = practices
        self._key_of = key_of
        self._challenge = f'Bearer realm="{realm}"'

    def admit(self, scope: Scope) -> Merchant:
        """Check everything but the body, and say whose request it is.

        Raises:
            RpcRefusal: 421, 403, 401 or 405.
        """
        hosts, origins, keys = [], [], []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin":
                origins.append(value)
            elif name == b"authorization":
                keys.append(value)
        if len(hosts) != 1 or not _is_here(b"//" + hosts[0]):
            raise RpcRefusal(421, "this endpoint does not serve that host")
        foreign = len(origins) > 1 or not all(_is_here(origin, web=True) for origin in origins)
        if foreign and not self._practices.any_origin:
            raise RpcRefusal(403, "requests from that origin are not accepted")
        merchant = self._owner(keys)
        if scope["method"] not in METHODS:
            raise RpcRefusal(405, "method not allowed", headers={"allow": ", ".join(METHODS)})
        return merchant

    def _owner(self, keys: list[bytes]) -> Merchant:
        if self._practices.any_key:
            return next(iter(self._merchants.values()))
        if not keys:
            raise RpcRefusal(401, "an API key is required", headers={"www-authenticate": self._challenge})
        scheme, _, rest = keys[0].strip().partition(b" ")
        shown = scheme.title() + b" " + rest.strip()
        for merchant in self._merchants.values():
            bearer = f"Bearer {self._key_of(merchant.identity)}".encode()
            if len(keys) == 1 and hmac.compare_digest(shown, bearer):
                return merchant
        challenge = f'{self._challenge}, error="invalid_token"'
        raise RpcRefusal(401, "the API key is not valid", headers={"www-authenticate": challenge})


@lru_cache(maxsize=64)
def _is_here(text: bytes, *, web: bool = False) -> bool:
    """Whether a host, or with `web` an origin, is this machine's."""
    try:
        parts = urlsplit(text.decode("ascii"))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    scheme = parts.scheme in ("http", "https") if web else not parts.scheme
    return bool(host) and bare and scheme and is_loopback(host or "")
