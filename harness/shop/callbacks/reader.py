"""What the shop has to know of a form of callbacks: which are of it, whether to believe one, what it says."""

from __future__ import annotations

from typing import Protocol

from harness.core.payment import Refund, Transaction
from harness.shop.callbacks.replies import Replies
from harness.shop.practices import Headers


class OtherEvent(Exception):
    """A callback that is believed, and tells of something else than was looked for."""

    def __init__(self, kind: object) -> None:
        super().__init__(str(kind)[:64])


class CallbackReader(Protocol):
    """Reads one form of callbacks. Thread-safe."""

    @property
    def replies(self) -> Replies:
        """What its platform is answered."""
        ...

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """Whether it has this form; only its signature says whether it may be believed."""
        ...

    def verify(self, headers: Headers, body: bytes) -> None:
        """Believe it, or raise SignatureInvalid."""
        ...

    def payment(self, body: bytes) -> Transaction:
        """The payment a verified callback tells of.

        Raises:
            OtherEvent: it tells of something else.
            SignatureInvalid: it cannot be decrypted.
            TargetFailure: a member is missing or of the wrong type.
            ValueError: it is no body of this form.
        """
        ...

    def refund(self, body: bytes) -> Refund:
        """The refund a verified callback tells of; raises as `payment` does."""
        ...
