"""Authentication in the order the live gateway checks it (facts 1.5, 1.6).

Format of Authorization, then the timestamp window, then the certificate serial, then the signature. On most
endpoints User-Agent and Accept come before all of that; on the transaction endpoints they come after.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from harness.signing.wechat_v3 import (
    WINDOW_S,
    Authorization,
    MalformedAuthorization,
    UnknownScheme,
    parse_authorization,
    request_message,
    verifies,
)
from harness.simulator.wire.apiv3.call import Call
from harness.simulator.wire.apiv3.errors import signature
from harness.simulator.wire.kit.errors import Refusal, RefusalDetail
from harness.simulator.wire.kit.in_a_row import InARow
from harness.simulator.wire.kit.wire import Merchant

MALFORMED = "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"
MALFORMED_TRANSACTIONS = "签名信息错误，验签失败"
WRONG_SCHEME = "HTTP头Authorization认证类型不正确"
STALE = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
WRONG_SERIAL = "商户证书序列号有误。请使用签名私钥匹配的证书序列号"
REVOKED = "商户证书已作废"
WRONG_SIGNATURE = "签名错误，请检查后再试"
SHOWN_OF_BODY = 8


class Gatekeeper:
    """Lets a request in as a merchant, or raises what the gateway would answer."""

    def __init__(self, merchants: Mapping[str, Merchant]) -> None:
        self._merchants = merchants
        self._checks = InARow()

    async def admit(self, call: Call, *, transactions: bool) -> None:
        """Check who asks; fills in the call's `merchant`, `signed_by`, `once` and `serial`.

        Args:
            transactions: whether the endpoint lies under /v3/pay/transactions, which have their own habits.

        Raises:
            Refusal: 400 or 401.
        """
        if not transactions:
            _check_client(call)
        try:
            await self._authenticate(call, transactions=transactions)
        except Refusal as error:
            error.request_id = not transactions
            raise
        if transactions:
            _check_client(call)
        if call.body and not call.header(b"content-type").lower().startswith("application/json"):
            raise Refusal(400, "INVALID_REQUEST", "Http头Content-Type必须是application/json")
        call.serial = call.merchant.identity.answers_by(call.platform_serial)

    async def _authenticate(self, call: Call, *, transactions: bool) -> None:
        claim = _read_claim(call, transactions=transactions)
        if abs(time.time() - int(claim.timestamp)) > WINDOW_S:
            raise signature(STALE)
        merchant = self._merchants.get(claim.mchid)
        # Some SDKs write the serial in lower-case hex; the live gateway takes it.
        serial = claim.serial_no.upper()
        key = merchant.certificates.key(serial) if merchant is not None else None
        if merchant is None or key is None:
            raise signature(WRONG_SERIAL)
        if merchant.certificates.is_revoked(serial):
            raise signature(REVOKED)
        call.merchant, call.signed_by = merchant, serial
        message = request_message(call.method, call.target, claim.timestamp, claim.nonce_str, call.body)
        if not await self._checks.made(partial(verifies, key, message, claim.signature)):
            raise signature(WRONG_SIGNATURE, detail=_sign_information(call, claim, message))
        call.once = claim.nonce_str + claim.timestamp

    def suspects(self, call: Call) -> tuple[Sequence[Merchant], tuple[str, ...]]:
        """Whose a refused request may be, and what is known to be wrong with it, by names of mistakes."""
        try:
            claim = parse_authorization(call.header(b"authorization"))
        except MalformedAuthorization:
            return list(self._merchants.values()), ()
        merchant = self._merchants.get(claim.mchid)
        if merchant is None:
            return list(self._merchants.values()), ("wrong-account",)
        revoked = merchant.certificates.is_revoked(claim.serial_no.upper())
        return [merchant], ("certificate-revoked",) if revoked else ()

    def prepare(self, call: Call) -> None:
        """Fill in who says that they ask and which key shall sign, unproven: a fault may answer at once."""
        with suppress(UnknownScheme, MalformedAuthorization):
            claim = parse_authorization(call.header(b"authorization"))
            call.merchant = self._merchants.get(claim.mchid, call.merchant)
        call.serial = call.merchant.identity.answers_by(call.platform_serial)


def _check_client(call: Call) -> None:
    accept = call.header(b"accept").lower()
    fine = "application/json" in accept or "application/*" in accept or "*/*" in accept
    if not call.header(b"user-agent").strip() or not fine:
        raise Refusal(400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent")


def _read_claim(call: Call, *, transactions: bool) -> Authorization:
    malformed = MALFORMED_TRANSACTIONS if transactions else MALFORMED
    header = call.header(b"authorization")
    try:
        claim = parse_authorization(header)
    except UnknownScheme:
        scheme = header.partition(" ")[0]
        ours = scheme.startswith("WECHATPAY")
        other = ours or (bool(scheme) and not transactions)
        raise signature(WRONG_SCHEME if other else malformed) from None
    except MalformedAuthorization:
        raise signature(malformed) from None
    plain = claim.timestamp.isascii() and claim.timestamp.isdigit() and len(claim.timestamp) <= 16
    if not plain or not claim.nonce_str or not claim.signature:
        raise signature(malformed)
    return claim


def _sign_information(call: Call, claim: Authorization, message: bytes) -> RefusalDetail:
    """What the gateway tells of the string it verified, nested as seen live (facts 1.7)."""
    shown = call.body.decode("utf-8", "replace")[:SHOWN_OF_BODY]
    return {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": call.method,
            "url": call.target,
            "truncated_sign_message": (
                f"{call.method}\n{call.target}\n{claim.timestamp}\n{claim.nonce_str}\n{shown}\n"
            ),
            "sign_message_length": len(message),
        },
    }
