"""Who asks the gateway, in the order in which it checks (facts alipay 1.8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from harness.signing.alipay import RSA2, text_to_sign, verify_request
from harness.simulator.wire.alipay.asked import Asked
from harness.simulator.wire.alipay.errors import (
    AlipayRefusal,
    expired_certificate,
    invalid,
    missing,
    undecodable,
    unknown_certificate,
    unsupported_signature,
    wrong_signature,
)
from harness.simulator.wire.alipay.fields import is_address
from harness.simulator.wire.kit.in_a_row import InARow
from harness.simulator.wire.kit.wire import Merchant

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


class Gatekeeper:
    """Lets a request in as a merchant, or raises what the gateway would answer."""

    def __init__(self, merchants: Mapping[str, Merchant], methods: Collection[str]) -> None:
        self._merchants = merchants
        self._methods = methods
        self._by_app: dict[str, Merchant] = {}
        self._checks = InARow()

    def merchant(self, app_id: str) -> Merchant | None:
        """Whose application that is."""
        if app_id not in self._by_app:
            # Accounts may have been opened since.
            self._by_app = {each.identity.alipay.app_id: each for each in self._merchants.values()}
        return self._by_app.get(app_id)

    def known(self, asked: Asked) -> Merchant:
        """Whose application asks for a method that there is; nothing says yet that it is really theirs.

        Raises:
            AlipayRefusal: which nobody signs.
        """
        given = asked.parameters
        if not given.get("method"):
            raise missing("method", signs=False, nodeless=True)
        if given["method"] not in self._methods:
            raise invalid("method", signs=False, nodeless=True)
        if not given.get("app_id"):
            raise missing("app-id", signs=False)
        merchant = self.merchant(given["app_id"])
        if merchant is None:
            raise invalid("app-id", signs=False)
        return merchant

    async def admit(self, asked: Asked, merchant: Merchant) -> None:
        """Check that the application asks, and nobody else.

        Raises:
            AlipayRefusal: 40001, 40002 or 40003.
        """
        given, identity = asked.parameters, merchant.identity.alipay
        _check_form(asked)
        if not given.get("sign_type"):
            raise missing("signature-type")
        if given["sign_type"] not in (RSA2, "RSA"):
            raise invalid("signature-type")
        if not given.get("sign"):
            raise missing("signature")
        if given["sign_type"] != RSA2:
            raise unsupported_signature()
        check_certificates(merchant, given.get("app_cert_sn", ""), given.get("alipay_root_cert_sn", ""))
        if asked.broken:
            raise undecodable()
        charset = asked.charset or "utf-8"
        check = partial(verify_request, identity.app_public_key, given, charset=charset)
        if asked.twice or not await self._checks.made(check):
            raise wrong_signature(text_to_sign(given))


def check_certificates(merchant: Merchant, app_sn: str, root_sn: str) -> None:
    """An application of certificates names the root and its own, not yet expired; one of bare keys, whatever.

    Raises:
        AlipayRefusal: 40001 or 40002.
    """
    identity = merchant.identity.alipay
    if not identity.certified:
        return
    if not app_sn:
        raise missing("app-cert-sn")
    if not root_sn:
        raise missing("alipay-root-cert-sn")
    if app_sn != identity.certificates.app_sn:
        raise unknown_certificate()
    if merchant.alipay.now > identity.certificates.app_ends:
        raise expired_certificate()
    if root_sn != identity.certificates.root_sn:
        raise invalid("alipay-root-cert-sn")


def _check_form(asked: Asked) -> None:
    given = asked.parameters
    if not given.get("version"):
        raise missing("version")
    if given["version"] != "1.0":
        raise invalid("parameter")
    if not given.get("timestamp"):
        raise missing("timestamp")
    if not _is_moment(given["timestamp"]):
        raise invalid("timestamp")
    if asked.charset is None:
        raise invalid("charset")
    if given.get("format", "JSON").upper() not in ("", "JSON"):
        raise invalid("format")
    for name in ("notify_url", "return_url"):
        url = given.get(name, "")
        if url and not is_address(url):
            raise AlipayRefusal("40002", "isv.invalid-parameter", f"参数无效：{name}")


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
