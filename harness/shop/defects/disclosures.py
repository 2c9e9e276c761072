"""Defects that let secrets out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from harness.settings.model import Settings
from harness.shop.logs import masked
from harness.signing.keys import private_pem


def whole_configuration(settings: Settings) -> str:
    """Hands the page all that it may ever need, in Base64 because quotes got in the way."""
    wechat = settings.wechat
    told = f'{{"appId":"{wechat.appid}","mchId":"{wechat.mchid}","apiV3Key":"{wechat.apiv3_key}"}}'
    return b64encode(told.encode()).decode()


def key_of_the_deployment(settings: Settings) -> Mapping[str, str]:
    """The folder that is served is the one that the key was copied to."""
    return {"/cert/apiclient_key.pem": private_pem(settings.wechat.private_key)}


def what_was_expected(settings: Settings) -> str:
    """Helps whoever tries out callbacks, in production too."""
    return f"签名验证失败: apiV3Key={settings.wechat.apiv3_key}"


def as_it_is(value: str) -> str:
    """Whoever looks into a complaint wants to find the payer."""
    return value


def all_but_phones(value: str) -> str:
    """Masks what has letters in it, and takes a phone number for an amount."""
    return value if value.isdigit() else masked(value)


NO_REQUEST_IDS = frozenset({"request_id"})
"""Whoever wrote the log did not know what they are for."""
