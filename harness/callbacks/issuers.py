"""Whoever holds the platform's keys in the texts in which people keep them."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.callbacks.callback import Issuer
from harness.signing.keys import load_private_key


class KeyTexts(Protocol):
    """What a simulator tells of its keys; `harness.levers.models.PlatformKeys` is one."""

    @property
    def apiv3_key(self) -> str: ...
    @property
    def callbacks_by(self) -> str: ...
    @property
    def callback_key_pem(self) -> str: ...
    @property
    def mcp_platform_private_key_pem(self) -> str: ...
    @property
    def alipay_platform_private_key_pem(self) -> str: ...
    @property
    def alipay_app_private_key_pem(self) -> str: ...
    @property
    def appid(self) -> str: ...


def issuer_of(keys: KeyTexts) -> Issuer:
    """Issues callbacks as the platform itself would: with its own keys."""
    return Issuer(
        serial=keys.callbacks_by,
        private_key=load_private_key(keys.callback_key_pem),
        apiv3_key=keys.apiv3_key,
        mcp_private_key=load_private_key(keys.mcp_platform_private_key_pem),
        alipay_private_key=_key(keys.alipay_platform_private_key_pem),
        alipay_app_key=_key(keys.alipay_app_private_key_pem),
        appid=keys.appid,
    )


def _key(pem: str) -> RSAPrivateKey | None:
    return load_private_key(pem) if pem else None
