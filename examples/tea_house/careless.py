"""The same tea house by somebody in a hurry: notifications are decrypted, and nobody asks who signed them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from wechatpayv3 import WeChatPay
from wechatpayv3.utils import aes_decrypt

from examples.tea_house.app import DATABASE, create_app


def open_unverified(pay: WeChatPay, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any] | None:
    """Decrypt; that it can be decrypted is taken for proof."""
    del headers
    sealed = json.loads(body)["resource"]
    opened = aes_decrypt(
        nonce=sealed["nonce"],
        ciphertext=sealed["ciphertext"],
        associated_data=sealed.get("associated_data", ""),
        apiv3_key=pay._core._apiv3_key,
    )
    return json.loads(opened) if opened else None


if __name__ == "__main__":
    create_app(os.environ, DATABASE, open_unverified).run(port=5000)
