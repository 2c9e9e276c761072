"""Every forged callback of this form that a merchant must refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.callbacks.attack import Attack, attack
from harness.callbacks.callback import Callback, Issuer
from harness.signing.wechat_v3 import PROBE_PREFIX
from tests.echo.callbacks.genuine import build, compose, signed
from tests.echo.signing import HEADER

__all__ = ["ATTACKS", "as_probe", "by_another_key"]

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


def _unsigned(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    genuine = build(issuer, resource)
    return replace(genuine, headers=tuple(line for line in genuine.headers if line[0] != HEADER))


def _changed(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    genuine = build(issuer, resource)
    return replace(genuine, body=genuine.body.replace(b'"event"', b'"x":1,"event"'))


ATTACKS: tuple[Attack, ...] = (
    attack("echo-unsigned", CONTROL, "没有签名", "the signature is left away", _unsigned),
    attack(
        "echo-other-secret",
        CONTROL,
        "用他人的密钥签名",
        "signed with a stranger's secret",
        lambda issuer, resource: by_another_key(issuer, compose(issuer, resource)),
    ),
    attack("echo-changed", CONTROL, "签名后内容被改", "the line was changed after signing", _changed),
)
