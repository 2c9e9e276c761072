"""Who may make a request of this dialect (envelope facts 2 and 4)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.signing.envelope import SIGNATURE, VERSION, WINDOW_MS, in_time, verify_rsa2
from harness.simulator.account.identity import Identity
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.envelope.errors import invalid, not_authenticated, wrongly_signed
from harness.simulator.wire.envelope.service import Service
from harness.simulator.wire.kit.wire import Merchant


class Gatekeeper:
    """Lets a merchant in, and nobody else."""

    def __init__(self, merchants: Mapping[str, Merchant], service: Service) -> None:
        self._merchants = merchants
        self._service = service
        self._keys: dict[str, RSAPublicKey] = {}

    def admit(self, call: Call) -> None:
        """Check form, merchant, signature and moment, in this order.

        Raises:
            Refusal: INVALID_REQUEST for the form, AUTHENTICATION_FAILED for everything else.
        """
        kind = call.header(b"content-type").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise invalid("Content-Type必须是application/json", status=415)
        if call.text("version") != VERSION or call.header(b"x-mcp-version") not in ("", VERSION):
            raise invalid(f"version与X-MCP-Version必须是{VERSION}")
        if not call.request_id:
            raise invalid("requestId必须是1至64位的字母、数字或._-")
        timestamp = call.fields.get("timestamp")
        if not isinstance(timestamp, int) or isinstance(timestamp, bool):
            raise invalid("timestamp必须是毫秒整数")
        self._check_merchant(call)
        self._check_key(call)
        self._check_signature(call)
        if not in_time(timestamp):
            raise wrongly_signed(f"timestamp与当前时间相差超过{WINDOW_MS}毫秒 (stale timestamp)")

    def named(self, call: Call) -> str | None:
        """Whom a call names, before anything is checked."""
        return call.text("merchantId") or call.header(b"x-merchant-id") or None

    def _check_merchant(self, call: Call) -> None:
        """The body names the merchant; where it leaves that blank, as one client does, the header does."""
        in_body, in_header = call.fields.get("merchantId"), call.header(b"x-merchant-id")
        if in_body is not None and not isinstance(in_body, str):
            raise invalid("merchantId必须是字符串")
        if in_body and in_header and in_body != in_header:
            raise not_authenticated("merchantId与X-Merchant-Id不一致 (merchant mismatch)")
        named = in_body or in_header
        numbered = (each for each in self._merchants.values() if self._service.number_of(each) == named)
        merchant = next(numbered, None)
        if merchant is None:
            raise not_authenticated("商户号不存在或无权限 (unknown merchant)")
        app, wanted = call.header(b"x-app-id"), self._service.app_of(merchant.identity)
        if app and wanted and app != wanted:
            raise not_authenticated("X-App-Id不是该商户的应用 (wrong application)")
        call.merchant = merchant

    def _check_key(self, call: Call) -> None:
        """The signature is the authentication; a key that is sent all the same has to be right."""
        given = call.headers.get(b"authorization")
        wanted = f"Bearer {self._service.api_key_of(call.merchant.identity)}".encode()
        if given is not None and not hmac.compare_digest(given, wanted):
            raise not_authenticated("API密钥不正确 (wrong API key)")

    def _check_signature(self, call: Call) -> None:
        given = call.fields.get(SIGNATURE)
        if given in (None, ""):
            raise wrongly_signed("请求没有签名 (signature missing)")
        try:
            genuine = verify_rsa2(self._key(call.merchant.identity), call.fields, given)
        except RecursionError:
            raise invalid("请求包体嵌套过深") from None
        if not genuine:
            raise wrongly_signed("签名验证失败 (signature verification failed)")

    def _key(self, identity: Identity) -> RSAPublicKey:
        """The merchant's own; made once, because making one takes a while."""
        if identity.mchid not in self._keys:
            self._keys[identity.mchid] = self._service.asked_by(identity)
        return self._keys[identity.mchid]
