"""Notifies without a signature, or without the word for its kind (CBK-06).

`if (sign) verify(…)` verifies nothing for whoever leaves it away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from harness.callbacks.alipay.attacks.editing import Members, with_members, without
from harness.callbacks.attack import RSA_BYTES, Change, b64, forger_key
from harness.signing.alipay import SIGN, SIGN_TYPE, sign_notify


def _both(sign: Callable[[Members], str], kind: str) -> Change:
    return with_members(lambda members: {**members, SIGN: sign(members), SIGN_TYPE: kind})


def _garbage(members: Members) -> str:
    return b64(secrets.token_bytes(RSA_BYTES))


def _by_a_stranger(members: Members) -> str:
    return sign_notify(forger_key(), members)


HARMLESS = ("alipay-sign-type-stripped",)
"""The signature is genuine: whoever verifies as its application was set up to may well take it."""

CHANGES: dict[str, Change] = {
    "alipay-sign-stripped": with_members(lambda members: without(members, SIGN)),
    "alipay-sign-empty": with_members(lambda members: {**members, SIGN: ""}),
    "alipay-sign-blank": with_members(lambda members: {**members, SIGN: " "}),
    "alipay-sign-and-type-stripped": with_members(lambda members: without(members, SIGN, SIGN_TYPE)),
    "alipay-sign-type-stripped": with_members(lambda members: without(members, SIGN_TYPE)),
    "alipay-sign-type-stripped-other-key": with_members(
        lambda members: without({**members, SIGN: _by_a_stranger(members)}, SIGN_TYPE)
    ),
    "alipay-sign-type-none": _both(_garbage, "NONE"),
    "alipay-sign-type-none-and-no-sign": with_members(
        lambda members: {**without(members, SIGN), SIGN_TYPE: "NONE"}
    ),
    "alipay-sign-type-unknown": _both(_garbage, "SM2"),
    "alipay-sign-type-empty": _both(_by_a_stranger, ""),
}
