"""A message as it was on the wire, and the kinds of signatures that one may carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which signature a message carries: by it is known who may have made it."""

    APIV3_REQUEST = "apiv3-request"
    APIV3_MESSAGE = "apiv3-message"
    """An answer or a callback of WeChat Pay."""
    ALIPAY_REQUEST = "alipay-request"
    ALIPAY_NOTIFY = "alipay-notify"
    """A notify or a return."""
    ALIPAY_ANSWER = "alipay-answer"
    ALIPAY_V3_REQUEST = "alipay-v3-request"
    ALIPAY_V3_ANSWER = "alipay-v3-answer"
    ENVELOPE_REQUEST = "envelope-request"
    ENVELOPE_ALIPAY_REQUEST = "envelope-alipay-request"
    """The same at Alipay's endpoint, which another key asks."""
    ENVELOPE_MESSAGE = "envelope-message"
    """An answer or a notify of the envelope dialect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request, a callback or an answer: exactly the bytes that came."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = ""
    """Empty: an answer."""
    target: str = ""
    """Path and query, as in the request line; empty: an answer."""

    def header(self, name: str) -> str:
        """A header's value, its name in any case; empty when absent."""
        return next((value for key, value in self.headers if key.lower() == name), "")
