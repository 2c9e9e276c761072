"""Which ways to pay a page offers a device, and whether they are the right ones (PAY-14).

Inside WeChat only JSAPI works, and Alipay is not allowed; a phone's own browser pays by H5; a desk has a
second device, which scans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.browser.payment_page import PaymentPage

METHODS = ("wechat", "alipay")
TYPES = ("qr", "h5", "jsapi")

RIGHT_TYPE: Final[Mapping[str, str]] = {"desktop": "qr", "phone": "h5", "wechat": "jsapi"}
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
class PaymentChoices:
    """What a page offers: shown, and able to be chosen.

    `first` is the type that is chosen already; where none is, the first one offered in reading order.
    """

    methods: frozenset[str]
    types: frozenset[str]
    first: str


def offered_choices(shop: PaymentPage) -> PaymentChoices:
    """Read an open payment page; it waits for nothing."""
    methods = [name for name in METHODS if shop.can_choose(f"payment-method-{name}")]
    types = [name for name in TYPES if shop.can_choose(f"payment-type-{name}")]
    chosen = [name for name in types if shop.part(f"payment-type-{name}").evaluate(_CHOSEN)]
    return PaymentChoices(
        frozenset(methods), frozenset(types), next(iter(chosen or _as_read(shop, types)), "")
    )


def wrong_choices(device: str, choices: PaymentChoices) -> list[str]:
    """What is wrong with the ways a device is offered, a sentence each; empty when they are right."""
    right, problems = RIGHT_TYPE[device], []
    if right not in choices.types:
        problems.append(f"{device}: {right} is not offered")
    elif choices.first != right:
        problems.append(f"{device}: {choices.first} comes before {right}")
    problems += [
        f"{device}: {type_} is offered and cannot work" for type_ in sorted(choices.types & _NEVER[device])
    ]
    if "wechat" not in choices.methods:
        problems.append(f"{device}: WeChat Pay is not offered")
    if device == "wechat" and "alipay" in choices.methods:
        problems.append(f"{device}: Alipay is offered inside WeChat")
    return problems


def _as_read(shop: PaymentPage, types: list[str]) -> list[str]:
    """The types in the order a reader meets them: from the top, then from the left."""

    def place(type_: str) -> tuple[float, float]:
        box = shop.part(f"payment-type-{type_}").bounding_box()
        return (box["y"], box["x"]) if box else (float("inf"), float("inf"))

    return sorted(types, key=place)
