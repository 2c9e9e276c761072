"""The envelope dialect's notify: signed top-level members, and no headers (facts E3, E4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.errors import SignatureInvalid, TargetFailure
from harness.core.money import Fen
from harness.core.payment import Transaction
from harness.settings.model import WeChatSettings
from harness.signing.envelope import SIGNATURE, in_time, verify_rsa2


def is_envelope(notice: Mapping[str, object]) -> bool:
    """Whether a body has the envelope's shape; only its signature says whether it may be believed."""
    return SIGNATURE in notice or "notifyType" in notice


@dataclass(frozen=True, slots=True)
class EnvelopeVerifier:
    """Believes what the MCP platform's key signed, now."""

    key: RSAPublicKey

    def verify(self, notice: Mapping[str, object]) -> None:
        """Check signature and time.

        Raises:
            SignatureInvalid: no signature, one that does not hold, or a timestamp beyond 300 s.
        """
        if not notice.get(SIGNATURE):
            raise SignatureInvalid("the notify is not signed", where="envelope")
        if not verify_rsa2(self.key, notice, notice[SIGNATURE]):
            raise SignatureInvalid("the notify's signature does not hold", where="envelope")
        check_time(notice)


def check_time(notice: Mapping[str, object]) -> None:
    """Raise SignatureInvalid unless the timestamp is an integer within the window."""
    stamp = notice.get("timestamp")
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        raise SignatureInvalid("the notify tells no time", where="envelope")
    if not in_time(stamp):
        raise SignatureInvalid("the notify is too old or from the future", where="envelope")


def transaction_of(notice: Mapping[str, object], settings: WeChatSettings) -> Transaction:
    """The payment a verified notify tells of.

    The envelope names neither account, appid nor currency: its key stands for the account, and WeChat
    through it is always CNY.

    Raises:
        TargetFailure: a member is missing or of the wrong type.
    """
    total = notice.get("totalAmount")
    if not isinstance(total, int) or isinstance(total, bool):
        raise _malformed("totalAmount is no integer of fen")
    return Transaction(
        out_trade_no=_text(notice, "outTradeNo"),
        trade_state=_text(notice, "status"),
        mchid=settings.mchid,
        appid=settings.appid,
        transaction_id=_text(notice, "transactionId" if notice.get("transactionId") else "paymentId"),
        success_time=_moment(notice),
        total=Fen(total),
        currency="CNY",
    )


def _text(notice: Mapping[str, object], name: str) -> str:
    value = notice.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{name} is no text")
    return value


def _moment(notice: Mapping[str, object]) -> datetime | None:
    told = notice.get("paidTime")
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _malformed("paidTime is no time with its zone")
    return moment


def _malformed(what: str) -> TargetFailure:
    return TargetFailure(what, where="envelope", remedy="compare the notify with the dialect's description")
