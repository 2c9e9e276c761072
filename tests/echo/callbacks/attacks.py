"""Every forged callback of this form that a merchant must refuse."""

from __future__ import annotations

from dataclasses import replace

from harness.callbacks.attack import Attack, Original
from harness.callbacks.callback import Callback, Issuer
from harness.core.control import Text
from harness.signing.wechat_v3 import PROBE_PREFIX
from tests.echo.callbacks.genuine import build, signed
from tests.echo.signing import HEADER

__all__ = ["ATTACKS", "as_probe", "by_another_key", "unsigned"]

CONTROL = "CBK-02"


def by_another_key(issuer: Issuer, body: bytes) -> Callback:
    """Signed with a secret of the forger's own."""
    return signed(replace(issuer, apiv3_key="f" * 32), body)


def as_probe(issuer: Issuer, body: bytes) -> Callback:
    """The probe's prefix before the genuine signature."""
    genuine = signed(issuer, body)
    return replace(
        genuine,
        headers=tuple(
            (name, PROBE_PREFIX + value if name == HEADER else value) for name, value in genuine.headers
        ),
    )


def unsigned(issuer: Issuer, body: bytes) -> Callback:
    """Without a signature."""
    return _stripped(signed(issuer, body))


def _unsigned(original: Original) -> Callback:
    return _stripped(original.callback)


def _stripped(genuine: Callback) -> Callback:
    return replace(genuine, headers=tuple(line for line in genuine.headers if line[0] != HEADER))


def _changed(original: Original) -> Callback:
    genuine = original.callback
    return replace(genuine, body=genuine.body.replace(b'"event"', b'"x":1,"event"'))


ATTACKS: tuple[Attack, ...] = (
    Attack("echo-unsigned", CONTROL, Text(zh="没有签名", en="the signature is left away"), _unsigned, build),
    Attack(
        "echo-other-secret",
        CONTROL,
        Text(zh="用他人的密钥签名", en="signed with a stranger's secret"),
        lambda original: by_another_key(original.issuer, original.callback.body),
        build,
    ),
    Attack(
        "echo-changed",
        CONTROL,
        Text(zh="签名后内容被改", en="the line was changed after signing"),
        _changed,
        build,
    ),
)
