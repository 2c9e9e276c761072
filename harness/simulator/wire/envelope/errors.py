"""What this wire refuses with: always an envelope with a code, never a bare HTTP status."""

from __future__ import annotations

from harness.simulator.platform.orders import Refused
from harness.simulator.wire.apiv3 import errors
from harness.simulator.wire.kit.body import TooLarge, TooSlow

__all__ = [
    "EnvelopeRefusal",
    "business",
    "injected",
    "invalid",
    "malformed",
    "not_authenticated",
    "unreadable",
]


class EnvelopeRefusal(Exception):
    """An answer that is not a success: HTTP status, `code` and `message` of the envelope.

    What is wrong with a request has the dialect's own codes (envelope facts 3); what the platform decides
    about an order has the platform's, since they say what to do next.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


def invalid(message: str, *, status: int = 400) -> EnvelopeRefusal:
    """The request cannot be understood; nothing was done."""
    return EnvelopeRefusal(status, "INVALID_REQUEST", message)


def not_authenticated(message: str) -> EnvelopeRefusal:
    """The request is nobody's, or not the merchant's; nothing was done."""
    return EnvelopeRefusal(401, "AUTHENTICATION_FAILED", message)


def malformed(error: errors.WireError) -> EnvelopeRefusal:
    """What a shape found wrong with a member."""
    return invalid(error.message)


def business(refused: Refused) -> EnvelopeRefusal:
    """What the platform's refusal is called on this wire: the classic API's code and status."""
    told = errors.business(refused)
    return EnvelopeRefusal(told.status, told.code, told.message)


def injected(status: int) -> EnvelopeRefusal:
    """The body of a status that a fault asks for."""
    told = errors.injected(status)
    return EnvelopeRefusal(status, told.code, told.message)


def unreadable(error: TooLarge | TooSlow) -> EnvelopeRefusal:
    """A body that never became whole here: too large, or too slow."""
    return invalid(errors.unreadable(error).message, status=408 if isinstance(error, TooSlow) else 413)
