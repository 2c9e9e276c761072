"""GET /v3/certificates: the platform's certificates, sealed with the APIv3 key (facts 2.4)."""

from __future__ import annotations

from harness.core.clock import rfc3339
from harness.signing.wechat_v3 import encrypt_resource
from harness.simulator.account.identity import PlatformCertificate
from harness.simulator.wire.apiv3.call import Call, Reply
from harness.simulator.wire.kit.errors import Refusal, parameter


async def certificates(call: Call) -> Reply:
    """GET /v3/certificates?algorithm_type=RSA|SM2|ALL: one, or two during a rotation."""
    kind = call.query("algorithm_type") or "RSA"
    if kind == "SM2":
        raise Refusal(
            404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
        )
    if kind not in ("RSA", "ALL"):
        raise parameter(
            "输入源“/query/algorithm_type”映射到值字段“算法类型”字符串规则校验失败，值不在枚举范围内：ALL、RSA、SM2",
            field="algorithm_type",
            value=kind,
            location="query",
        )
    identity = call.merchant.identity
    return Reply(200, {"data": [_entry(one, identity.apiv3_key) for one in identity.certificates]})


def _entry(certificate: PlatformCertificate, apiv3_key: str) -> dict[str, object]:
    return {
        "serial_no": certificate.serial,
        "effective_time": rfc3339(certificate.effective),
        "expire_time": rfc3339(certificate.expires),
        "encrypt_certificate": encrypt_resource(
            apiv3_key, certificate.pem.encode(), associated_data="certificate"
        ),
    }
