"""What a client is handed to start a payment: the bridge's parameters, and the H5 address (facts 7)."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import quote

from harness.core.errors import TargetFailure
from harness.core.payment import JsapiParameters, Prepared
from harness.settings.model import WeChatSettings
from harness.signing.wechat_v3 import jsapi_pay_sign, new_nonce

PREPAY = "prepay_id="


def prepay_id_of(prepared: Prepared) -> str:
    """The prepaid order's id, by itself or out of the package an endpoint signed.

    Raises:
        TargetFailure: the answer carries neither.
    """
    if prepared.prepay_id:
        return prepared.prepay_id
    if prepared.jsapi is not None and prepared.jsapi.package.startswith(PREPAY):
        return prepared.jsapi.package.removeprefix(PREPAY)
    raise TargetFailure(
        "the answer to a JSAPI order carries no prepay_id",
        where="create",
        remedy="compare the answer with the platform's documentation",
    )


def bridge_parameters(settings: WeChatSettings, prepared: Prepared) -> JsapiParameters:
    """The endpoint's own parameters where it signed them, else ours over the four lines (facts 7.1)."""
    if prepared.jsapi is not None:
        return prepared.jsapi
    prepay_id, timestamp, nonce = prepay_id_of(prepared), str(int(time.time())), new_nonce()
    return JsapiParameters(
        appid=settings.appid,
        timestamp=timestamp,
        nonce=nonce,
        package=PREPAY + prepay_id,
        sign_type="RSA",
        pay_sign=jsapi_pay_sign(
            settings.private_key,
            appid=settings.appid,
            timestamp=timestamp,
            nonce=nonce,
            prepay_id=prepay_id,
        ),
    )


def for_bridge(parameters: JsapiParameters) -> dict[str, str]:
    """The six members of `getBrandWCPayRequest`."""
    return {"appId": parameters.appid, **for_mini_program(parameters)}


def for_bridge_by_js_sdk(parameters: JsapiParameters) -> dict[str, str]:
    """What WeChat's own JS-SDK hands to the bridge: five members more, of the page's configuration."""
    return {
        **for_bridge(parameters),
        "verifyAppId": parameters.appid,
        "verifySignType": "sha1",
        "verifyTimestamp": parameters.timestamp,
        "verifyNonceStr": parameters.nonce,
        "verifySignature": hashlib.sha1(parameters.nonce.encode(), usedforsecurity=False).hexdigest(),
    }


def for_mini_program(parameters: JsapiParameters) -> dict[str, str]:
    """The five members of `wx.requestPayment`, which knows its appid itself (facts 7.3)."""
    return {
        "timeStamp": parameters.timestamp,
        "nonceStr": parameters.nonce,
        "package": parameters.package,
        "signType": parameters.sign_type,
        "paySign": parameters.pay_sign,
    }


def h5_address(h5_url: str, return_to: str) -> str:
    """The platform's address unchanged, with the one addition it allows (facts 7.5)."""
    return f"{h5_url}&redirect_url={quote(return_to, safe='')}"
