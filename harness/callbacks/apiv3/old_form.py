"""The notice of a refund as the platform wrote it before API v3: XML, unsigned, sealed with the v2 API key.

A merchant of API v3 meets it where a refund was made on the portal, or named no `notify_url` (facts 5.5).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from harness.callbacks.callback import CLIENT_HEADERS, Callback, Issuer
from harness.core.clock import BEIJING
from harness.signing.wechat_v3 import decrypt_resource

ENDS = {"SUCCESS": "SUCCESS", "CLOSED": "REFUNDCLOSE", "ABNORMAL": "CHANGE"}
"""What it calls how a refund ended, by what API v3 does."""
_BLOCK_BITS = 128


def in_old_form(issuer: Issuer, body: bytes) -> Callback:
    """What a composed notice of a refund says, as XML.

    Args:
        body: that of the notice in its form of today.
    """
    told = json.loads(decrypt_resource(issuer.apiv3_key, json.loads(body)["resource"]))
    outer = {
        "return_code": "SUCCESS",
        "appid": issuer.appid,
        "mch_id": told["mchid"],
        "nonce_str": token_hex(16),
        "req_info": _sealed(issuer.api_key, _xml("root", _members(told))),
    }
    headers = [(name, "text/xml" if name == "Content-Type" else value) for name, value in CLIENT_HEADERS]
    return Callback(headers=tuple(headers), body=_xml("xml", outer))


def _members(told: Mapping[str, Any]) -> dict[str, str]:
    amount = told["amount"]
    members = {
        "transaction_id": told["transaction_id"],
        "out_trade_no": told["out_trade_no"],
        "refund_id": told["refund_id"],
        "out_refund_no": told["out_refund_no"],
        "total_fee": amount["total"],
        "settlement_total_fee": amount["payer_total"],
        "refund_fee": amount["refund"],
        "settlement_refund_fee": amount["payer_refund"],
        "refund_status": ENDS[told["refund_status"]],
        "refund_recv_accout": told["user_received_account"],
        "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS",
        "refund_request_source": "API",
    }
    if "success_time" in told:
        moment = datetime.fromisoformat(told["success_time"]).astimezone(BEIJING)
        members["success_time"] = f"{moment:%Y-%m-%d %H:%M:%S}"
    return {name: str(value) for name, value in members.items()}


def _xml(root: str, members: Mapping[str, str]) -> bytes:
    rows = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
    return f"<{root}>{rows}</{root}>".encode()


def _sealed(api_key: str, plain: bytes) -> str:
    padding = PKCS7(_BLOCK_BITS).padder()
    writer = _cipher(api_key).encryptor()
    padded = padding.update(plain) + padding.finalize()
    return base64.b64encode(writer.update(padded) + writer.finalize()).decode()


def _cipher(api_key: str) -> Cipher[modes.ECB]:
    """AES-256-ECB, by the lower-case hex MD5 of the v2 key: the platform's choice, and nobody's advice."""
    key = hashlib.md5(api_key.encode(), usedforsecurity=False).hexdigest().encode()
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - see above
