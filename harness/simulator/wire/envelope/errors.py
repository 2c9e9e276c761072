"""What only this wire refuses: a request of the wrong form, or of the wrong sender (envelope facts 3).

What the platform decides about an order has the platform's own codes, since they say what to do next.
"""

from __future__ import annotations

from harness.simulator.wire.kit.errors import Refusal, SignatureRefused


def invalid(message: str, *, status: int = 400) -> Refusal:
    """The request cannot be understood; nothing was done."""
    return Refusal(status, "INVALID_REQUEST", message)


def not_authenticated(message: str) -> Refusal:
    """The request is nobody's, or not the merchant's; nothing was done."""
    return Refusal(401, "AUTHENTICATION_FAILED", message)


def wrongly_signed(message: str) -> SignatureRefused:
    """The request is nobody's, since it is not signed, not rightly, or not now; nothing was done."""
    return SignatureRefused(401, "AUTHENTICATION_FAILED", message)
