"""One TLS handshake as a browser makes it: whether the server is believed, and what was agreed with it."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass

from cryptography import x509

from harness.core.distrust import distrust
from harness.core.errors import EnvironmentUnreachable
from harness.settings.addresses import Address

LIMIT_S = 5.0
"""For all of it, the connection too: a server that says nothing, or a byte now and then, ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What a client of today came to."""

    protocol: str = ""
    """As OpenSSL writes it, e.g. `TLSv1.3`; empty: nothing was agreed."""
    suite: str = ""
    certificate: x509.Certificate | None = None
    """What the server showed, believed or not; None: nothing that can be read."""
    trouble: str = ""
    """Why it came to nothing; empty: the server is believed."""


def shake_hands(address: Address, roots: ssl.SSLContext, *, limit_s: float = LIMIT_S) -> Handshake:
    """Connect, agree, and hang up; nothing is asked.

    Args:
        address: the host is looked for in the certificate.
        roots: who is believed.
        limit_s: seconds, for each of at most two attempts: the second one reads what was not believed.

    Raises:
        EnvironmentUnreachable: nobody is there, or the handshake did not end in time.
    """
    try:
        return _attempt(address, roots, limit_s)
    except ssl.SSLCertVerificationError as error:
        why = distrust(error)
    try:
        seen = _attempt(address, _anybody(), limit_s)
    except ssl.SSLError:
        seen = Handshake()
    return Handshake(protocol=seen.protocol, suite=seen.suite, certificate=seen.certificate, trouble=why)


def _attempt(address: Address, context: ssl.SSLContext, limit_s: float) -> Handshake:
    ends = time.monotonic() + limit_s
    try:
        with socket.create_connection((address.host, address.effective_port), limit_s) as plain:
            plain.settimeout(max(ends - time.monotonic(), 0.01))
            with context.wrap_socket(plain, server_hostname=address.host) as agreed:
                return Handshake(
                    protocol=agreed.version() or "",
                    suite=(agreed.cipher() or ("",))[0],
                    certificate=_read(agreed.getpeercert(binary_form=True)),
                )
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        return Handshake(trouble=f"no TLS 1.2 or newer could be agreed ({error.reason or 'broken off'})")
    except TimeoutError:
        raise EnvironmentUnreachable(
            f"no TLS handshake was finished within {limit_s:g} seconds",
            where=address.origin,
            remedy="see that a server with TLS listens there, and that nothing holds connections up",
        ) from None
    except OSError as error:
        raise EnvironmentUnreachable(
            f"no connection can be made: {error.strerror or type(error).__name__}",
            where=address.origin,
            remedy="start the app, or correct the address",
        ) from None


def _anybody() -> ssl.SSLContext:
    """Believes whatever is shown: nothing is sent over such a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _read(der: bytes | None) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der) if der else None
    except ValueError:
        return None
