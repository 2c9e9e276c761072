"""The callback of API v3: signed in its headers over the raw body, and encrypted (facts 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.payment import Refund, Transaction
from harness.gateways.apiv3.mapping import transaction
from harness.gateways.wire_json import read_object
from harness.settings.model import Settings
from harness.shop.callbacks.reader import OtherEvent
from harness.shop.callbacks.replies import WECHAT, Replies
from harness.shop.practices import Headers, Practices
from harness.signing.wechat_v3 import Verifier

_PAYMENT = "TRANSACTION.SUCCESS"
_REFUNDS = ("REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED")
_SIGNATURE = "wechatpay-signature"


@dataclass(frozen=True, slots=True)
class ApiV3Reader:
    """See `CallbackReader`."""

    verifier: Verifier
    apiv3_key: str
    practices: Practices
    replies: Replies = WECHAT

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """By its header."""
        del body
        return any(name.lower() == _SIGNATURE for name, _ in headers)

    def verify(self, headers: Headers, body: bytes) -> None:
        """As the shop's practices have it."""
        self.practices.verify(self.verifier, headers, body)

    def payment(self, body: bytes) -> Transaction:
        """What the encrypted resource says."""
        notice = read_object(body)
        if notice.get("event_type") != _PAYMENT:
            raise OtherEvent(notice.get("event_type"))
        return self.practices.heard(notice, transaction(self._opened(notice)))

    def refund(self, body: bytes) -> Refund:
        """What the encrypted resource says of a refund that has ended."""
        notice = read_object(body)
        if notice.get("event_type") not in _REFUNDS:
            raise OtherEvent(notice.get("event_type"))
        return self.practices.refund_of_notice(self._opened(notice))

    def _opened(self, notice: Mapping[str, object]) -> dict[str, object]:
        resource = notice.get("resource")
        opened = self.practices.decrypt(self.apiv3_key, resource if isinstance(resource, dict) else {})
        return read_object(opened)


def open_reader(settings: Settings, practices: Practices) -> ApiV3Reader:
    """The reader of a merchant's settings."""
    wechat = settings.wechat
    verifier = Verifier({wechat.platform_key_id: wechat.platform_public_key})
    return ApiV3Reader(verifier, wechat.apiv3_key, practices)
