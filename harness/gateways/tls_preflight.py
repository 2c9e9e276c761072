"""The first contact with a real endpoint: its certificate is trusted, and it redirects nobody.

One `HEAD` without a credential and without an order. Any HTTP answer counts as an answer (envelope facts 1).
"""

from __future__ import annotations

import ssl

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.distrust import distrust
from harness.core.errors import EnvironmentUnreachable, UnsafeRequest
from harness.core.no_answer import reason_of
from harness.gateways.guard import Guard
from harness.settings.addresses import is_loopback, parse_address

PATIENCE_S = 5.0


def tls_preflight(url: str, guard: Guard) -> None:
    """Return when the endpoint answered over a connection that is trusted.

    Raises:
        UnsafeRequest: its certificate is not trusted, or it redirects; nothing else was sent.
        EnvironmentUnreachable: nothing answered.
    """
    address = parse_address(url)
    guard.wait(url)
    client = BoundedClient(
        limit_s=PATIENCE_S,
        verify=guard.roots(address.host),
        trust_env=not is_loopback(address.host),
    )
    with client:
        try:
            answer = client.head(url)
        except httpx.HTTPError as error:
            if problem := _tls_problem(error):
                raise UnsafeRequest(
                    f"the certificate of {address.origin} is not trusted: {problem}",
                    where=address.host,
                    remedy="correct the address, or the machine's clock; for a test endpoint with a CA of "
                    "its own pass --ca-file CA.pem (its evidence then counts as simulated)",
                ) from None
            raise EnvironmentUnreachable(
                f"nothing answers at {address.origin} ({reason_of(error)})",
                where=address.host,
                remedy="start the endpoint, or check the address, the network and the proxy",
            ) from None
    if answer.is_redirect:
        raise UnsafeRequest(
            f"{address.origin} redirects (HTTP {answer.status_code}), and no paying call follows a redirect",
            where=address.host,
            remedy="name the endpoint that answers itself, in the target and in the settings",
        )


def _tls_problem(error: BaseException | None) -> str:
    """What TLS found wrong, if it was TLS; the library wraps it more than once."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return distrust(error)
        if isinstance(error, ssl.SSLError):
            return f"no TLS could be agreed ({error.reason or 'connection broken'})"
        error = error.__cause__ or error.__context__
    return ""
