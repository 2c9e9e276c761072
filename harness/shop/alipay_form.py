"""The body of Alipay's notify: decoded once, each member once, and whose it is (facts alipay 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.errors import SignatureInvalid, TargetFailure
from harness.core.money import Fen
from harness.settings.model import AlipaySettings
from harness.signing.alipay import NotifyVerifier

Members = Mapping[str, str]

CHARSETS = {"utf-8": "utf-8", "gbk": "gbk"}
"""What Alipay writes in; any other name is none of its."""
MOST_MEMBERS = 200
PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
"""The only two states in which money has come."""
KNOWN = (*PAID, "TRADE_CLOSED", "WAIT_BUYER_PAY")
_OF_A_REFUND = ("gmt_refund", "out_biz_no")


def read_form(body: bytes) -> dict[str, str]:
    """The members of a body, decoded once in the charset that it names.

    Raises:
        SignatureInvalid: it is no such form, so nothing of it can be verified: a member that comes twice, a
            charset that is none, bytes that are no text of it.
    """
    try:
        text = body.decode("ascii")
        named = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_MEMBERS))
        charset = CHARSETS[named.get("charset", "utf-8").lower()]
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, encoding=charset, errors="strict"
        )
    except (ValueError, KeyError):
        raise SignatureInvalid("the notify is no form of a known charset", where="alipay") from None
    members = dict(pairs)
    if len(members) != len(pairs):
        raise SignatureInvalid("a member of the notify comes twice", where="alipay")
    return members


def verify_notify(verifier: NotifyVerifier, members: Members) -> None:
    """Believe a notify only when 支付宝公钥 says that Alipay signed all of its members."""
    verifier.verify(members, charset=CHARSETS[members.get("charset", "utf-8").lower()])


def alipay_public_key(settings: AlipaySettings) -> RSAPublicKey:
    """支付宝公钥, never the other half of our own key."""
    return settings.public_key


def check_account(settings: AlipaySettings, members: Members) -> None:
    """Whether it is of our application, and whether the money is ours; raises TargetFailure.

    No member picks a key or an account: both are compared with what we were set up for.
    """
    if members.get("app_id") != settings.app_id:
        raise told_badly("app_id is another application's")
    if members.get("seller_id") != settings.seller_id:
        raise told_badly("seller_id is another account's")


def tells_payment(members: Members) -> bool:
    """Whether its state says that money has come; raises TargetFailure for a state that nobody knows."""
    status = members.get("trade_status")
    if status not in KNOWN:
        raise told_badly("trade_status is missing or unknown")
    return status in PAID


def tells_refund(members: Members) -> bool:
    """Whether something went back: a payment may say of itself that 0.00 did (facts alipay 9.14)."""
    return any(members.get(name) for name in _OF_A_REFUND) or refunded(members) > 0


def refunded(members: Members) -> Fen:
    """What went back in all; raises TargetFailure."""
    return amount(members, "refund_fee") if members.get("refund_fee") else Fen(0)


def amount(members: Members, name: str) -> Fen:
    """An amount in yuan, as the number that it is: 19.9 is 19.90; raises TargetFailure."""
    try:
        return Fen.from_yuan(members.get(name, ""))
    except ValueError:
        raise told_badly(f"{name} is no amount in yuan") from None


def told_badly(what: str) -> TargetFailure:
    """A notify that is believed and is not what it must be."""
    return TargetFailure(what, where="alipay", remedy="compare the notify with Alipay's description of it")
