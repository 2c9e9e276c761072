"""Which ways to pay a page offers a device, and whether they are the right ones (PAY-14).

Inside WeChat only JSAPI works, and Alipay is not allowed; a phone's own browser pays by H5; a desk has a
second device, which scans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.browser.payment_page import PaymentPage

__all__ = ["RIGHT_WAY", "Ways", "offered_ways", "wrong_ways"]

METHODS = ("wechat", "alipay")
KINDS = ("qr", "h5", "jsapi")

RIGHT_WAY: Final[Mapping[str, str]] = {"desktop": "qr", "phone": "h5", "wechat": "jsapi"}
"""The way that has to be offered first."""

_NEVER: Final[Mapping[str, frozenset[str]]] = {
    "desktop": frozenset({"jsapi"}),  # there is no bridge at a desk
    "phone": frozenset({"jsapi"}),
    "wechat": frozenset({"qr", "h5"}),  # neither can be used where the page itself is shown inside WeChat
}

_CHOSEN = """element =>
  ["aria-pressed", "aria-checked", "aria-selected"].some((name) => element.getAttribute(name) === "true")
  || element.checked === true || element.querySelector("input:checked") !== null"""
"""Whether a choice is made already, however the page says so to people who cannot see it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a page offers: shown, and able to be chosen.

    `first` is the kind that is chosen already; where none is, the first one offered in reading order.
    """

    methods: frozenset[str]
    kinds: frozenset[str]
    first: str


def offered_ways(shop: PaymentPage) -> Ways:
    """Read an open payment page; it waits for nothing."""
    methods = [name for name in METHODS if shop.can_choose(f"payment-method-{name}")]
    kinds = [name for name in KINDS if shop.can_choose(f"payment-type-{name}")]
    chosen = [name for name in kinds if shop.part(f"payment-type-{name}").evaluate(_CHOSEN)]
    return Ways(frozenset(methods), frozenset(kinds), next(iter(chosen or _as_read(shop, kinds)), ""))


def wrong_ways(device: str, ways: Ways) -> list[str]:
    """What is wrong with the ways a device is offered, a sentence each; empty when they are right."""
    right, problems = RIGHT_WAY[device], []
    if right not in ways.kinds:
        problems.append(f"{device}: {right} is not offered")
    elif ways.first != right:
        problems.append(f"{device}: {ways.first} comes before {right}")
    problems += [
        f"{device}: {kind} is offered and cannot work" for kind in sorted(ways.kinds & _NEVER[device])
    ]
    if "wechat" not in ways.methods:
        problems.append(f"{device}: WeChat Pay is not offered")
    if device == "wechat" and "alipay" in ways.methods:
        problems.append(f"{device}: Alipay is offered inside WeChat")
    return problems


def _as_read(shop: PaymentPage, kinds: list[str]) -> list[str]:
    """The kinds in the order a reader meets them: from the top, then from the left."""

    def place(kind: str) -> tuple[float, float]:
        box = shop.part(f"payment-type-{kind}").bounding_box()
        return (box["y"], box["x"]) if box else (float("inf"), float("inf"))

    return sorted(kinds, key=place)
