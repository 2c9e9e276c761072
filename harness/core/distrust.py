"""Why a TLS certificate is not believed, in words."""

from __future__ import annotations

import ssl

_WORDS = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: "its issuer is unknown here",
    20: "its issuer is unknown here",
    21: "its issuer is unknown here",
    62: "it is for another host",
    64: "it is for another address",
}
"""OpenSSL's verification errors."""


def distrust(error: ssl.SSLCertVerificationError) -> str:
    """What OpenSSL found wrong with a certificate; in its own words where we have none."""
    return _WORDS.get(error.verify_code, error.verify_message)
