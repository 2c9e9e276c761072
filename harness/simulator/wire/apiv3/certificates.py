"""GET /v3/certificates: the platform's certificates, sealed with the APIv3 key (facts 2.4)."""

from __future__ import annotations

from typing import TypedDict

from harness.core.clock import rfc3339
from harness.signing.wechat_v3 import SealedResource, encrypt_resource
from harness.simulator.account.identity import PlatformCertificate
from harness.simulator.wire.apiv3.call import Call, Reply
from harness.simulator.wire.apiv3.query import Asked, parameter, refuse_unknown
from harness.simulator.wire.kit.answered import Moment
from harness.simulator.wire.kit.errors import Refusal

NONE_TO_DOWNLOAD = (
    "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
    "可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196"
)
ALGORITHM = Asked("algorithm_type", "算法类型", ("ALL", "RSA", "SM2"))


class Certificate(TypedDict):
    """One of the platform's certificates."""

    serial_no: str
    effective_time: Moment
    expire_time: Moment
    encrypt_certificate: SealedResource


class Certificates(TypedDict):
    """All that can be downloaded."""

    data: list[Certificate]


async def certificates(call: Call) -> Reply[Certificates]:
    """GET /v3/certificates?algorithm_type=RSA|SM2|ALL: one, or two during a rotation; 404 without any."""
    kind = parameter(call, ALGORITHM) or "RSA"
    refuse_unknown(call, known=(ALGORITHM,))
    identity = call.merchant.identity
    if kind == "SM2" or not identity.downloads:
        raise Refusal(404, "RESOURCE_NOT_EXISTS", NONE_TO_DOWNLOAD)
    return Reply(200, {"data": [_entry(one, identity.apiv3_key) for one in identity.downloads]})


def _entry(certificate: PlatformCertificate, apiv3_key: str) -> Certificate:
    return {
        "serial_no": certificate.serial,
        "effective_time": rfc3339(certificate.effective),
        "expire_time": rfc3339(certificate.expires),
        "encrypt_certificate": encrypt_resource(
            apiv3_key, certificate.pem.encode(), associated_data="certificate"
        ),
    }
