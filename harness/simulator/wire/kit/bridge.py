"""The six parameters of `getBrandWCPayRequest`, signed for the merchant by an endpoint (facts 7.1, 7.2)."""

from __future__ import annotations

import time
from typing import Literal, TypedDict

from harness.signing.wechat_v3 import jsapi_pay_sign, new_nonce
from harness.simulator.account.identity import Identity


class Bridge(TypedDict):
    """The six."""

    appId: str
    timeStamp: str
    nonceStr: str
    package: str
    signType: Literal["RSA"]
    paySign: str


def bridge_parameters(identity: Identity, prepay_id: str) -> Bridge:
    """What the page hands to the bridge, fresh each time."""
    timestamp, nonce, appid = str(int(time.time())), new_nonce(), identity.appid
    return {
        "appId": appid,
        "timeStamp": timestamp,
        "nonceStr": nonce,
        "package": f"prepay_id={prepay_id}",
        "signType": "RSA",
        "paySign": jsapi_pay_sign(
            identity.merchant_key, appid=appid, timestamp=timestamp, nonce=nonce, prepay_id=prepay_id
        ),
    }
