"""What a merchant's settings say of Alipay."""

from __future__ import annotations

import base64

from harness.signing.keys import bare_private, bare_public
from harness.simulator.account.identity import Identity

GATEWAY = "/alipay/gateway.do"
"""Where settings lead; the live path `/gateway.do` is served, too."""


def settings(identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
    """Keys as the console shows them: one line of base64 without header (facts alipay 10).

    Its notifies come to an address beside that of WeChat's, where that names WeChat; a payer is sent back to
    the front page.
    """
    alipay = identity.alipay
    front_page = "/".join([*notify_url.split("/")[:3], ""])
    told = notify_url.removesuffix("/wechat")
    certificates: dict[str, str] = {}
    if alipay.certified:
        certificates = {
            "ALIPAY_APP_CERT": _one_line(alipay.certificates.app),
            "ALIPAY_CERT": _one_line(alipay.certificates.alipay),
            "ALIPAY_ROOT_CERT": _one_line(alipay.certificates.root),
        }
    return certificates | {
        "ALIPAY_APP_ID": alipay.app_id,
        "ALIPAY_PRIVATE_KEY": bare_private(alipay.app_key),
        "ALIPAY_PUBLIC_KEY": bare_public(alipay.platform_key.public_key()),
        "ALIPAY_GATEWAY": f"{base_url}{GATEWAY}",
        "ALIPAY_GATEWAY_URL": f"{base_url}{GATEWAY}",
        "ALIPAY_SELLER_ID": alipay.seller_id,
        "ALIPAY_NOTIFY_URL": f"{told}/alipay" if told != notify_url else notify_url,
        "ALIPAY_RETURN_URL": front_page,
    }


def _one_line(pem: str) -> str:
    """Base64 of the PEM, as Alipay itself hands a certificate out (facts alipay 1.9)."""
    return base64.b64encode(pem.encode()).decode()
