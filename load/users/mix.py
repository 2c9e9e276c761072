"""A mix of flows with weights, dealt out to the arrivals evenly and the same on every worker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from harness.core.dialects import Operation, all_dialects, dialects
from harness.core.errors import UsageError
from harness.core.payment import Product
from load.flows import FLOWS

_PART = re.compile(
    r"(?P<flow>[a-z]+)(?:/(?P<product>[a-z0-9]+)/(?P<dialect>[a-z0-9]+))?(?:=(?P<weight>[0-9]+))?"
)


@dataclass(frozen=True, slots=True)
class MixPart:
    """One flow of a mix; product and dialect are None for the storm, which is the merchant's business."""

    flow: str
    product: Product | None
    dialect: str | None
    weight: int


def parse(text: str) -> tuple[MixPart, ...]:
    """Read a mix, e.g. `create/h5/mcp=3,query/native/apiv3=1,storm`.

    Raises:
        UsageError: a part names no flow, no product of WeChat Pay, or no dialect; or it weighs nothing.
    """
    return tuple(_part(part.strip()) for part in text.split(","))


def deal(parts: Sequence[MixPart], number: int) -> MixPart:
    """What arrival `number` does: every run of as many arrivals as there are weights holds the exact mix.

    The parts are interleaved (largest deficit first), so that no part comes in a burst.
    """
    return _pattern(tuple(parts))[number % sum(part.weight for part in parts)]


@cache
def _pattern(parts: tuple[MixPart, ...]) -> tuple[MixPart, ...]:
    total = sum(part.weight for part in parts)
    given = [0] * len(parts)
    pattern = []
    for step in range(1, total + 1):
        deficits = [part.weight * step - total * given[i] for i, part in enumerate(parts)]
        chosen = deficits.index(max(deficits))
        given[chosen] += 1
        pattern.append(parts[chosen])
    return tuple(pattern)


def _part(text: str) -> MixPart:
    found = _PART.fullmatch(text)
    if found is None or found["flow"] not in FLOWS:
        raise _unknown(text)
    weight = int(found["weight"] or 1)
    if found["flow"] == "storm":
        product = spec = None
        fits = found["product"] is None
    else:
        product = next((each for each in Product if each.value == found["product"]), None)
        spec = next((each for each in all_dialects() if each.id == found["dialect"]), None)
        fits = spec is not None and product in spec.products and product is not Product.APP
    if not fits or not 1 <= weight <= 1000:
        raise _unknown(text)
    if spec is not None and FLOWS[found["flow"]].closes and not spec.can(Operation.CLOSE):
        raise UsageError(
            f"{spec.id} cannot close an order: {text}",
            where="--mix",
            remedy=f"use {' or '.join(dialects(can=Operation.CLOSE))} for what closes, "
            f"or create and query for {spec.id}",
        )
    return MixPart(found["flow"], product, spec.id if spec else None, weight)


def _unknown(text: str) -> UsageError:
    return UsageError(
        f"no part of a mix: {text[:60]!r}",
        where="--mix",
        remedy="write FLOW/PRODUCT/DIALECT=WEIGHT: flows "
        f"{', '.join(FLOWS)} (storm stands alone); products native, h5, jsapi; "
        f"dialects {', '.join(dialects())}",
    )
