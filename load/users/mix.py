"""A mix of flows with weights, dealt out to the arrivals evenly and the same on every worker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from harness.core.dialects import Operation, all_dialects, dialects
from harness.core.errors import UsageError
from harness.core.payment import Product
from load.criteria.model import User
from load.flows import FLOWS

_PART = re.compile(
    r"(?P<flow>[a-z]+)(?:/(?P<scenario>[a-z0-9]+)/(?P<dialect>[a-z0-9]+))?(?:=(?P<share>[0-9]+))?"
)


def parse(text: str) -> tuple[User, ...]:
    """Read a mix, e.g. `create/h5/mcp=3,query/native/apiv3=1,storm`.

    Raises:
        UsageError: a part names no flow, no product of WeChat Pay, or no dialect; or it weighs nothing.
    """
    return checked([_part(part.strip()) for part in text.split(",")])


def checked(users: Sequence[User]) -> tuple[User, ...]:
    """The users, where each can be played.

    Raises:
        UsageError: one names no product of WeChat Pay that its dialect has, or closes what cannot be closed.
    """
    specs = {each.id: each for each in all_dialects()}
    for user in users:
        if user.flow == "storm":
            continue
        text = f"{user.flow}/{user.scenario}/{user.dialect}"
        spec = specs.get(user.dialect)
        if spec is None or user.scenario not in set(spec.products) - {Product.APP}:
            raise _unknown(text)
        if FLOWS[user.flow].closes and not spec.can(Operation.CLOSE):
            raise UsageError(
                f"{spec.id} cannot close an order: {text}",
                where="--mix",
                remedy=f"use {' or '.join(dialects(can=Operation.CLOSE))} for what closes, "
                f"or create and query for {spec.id}",
            )
    return tuple(users)


def deal(users: Sequence[User]) -> tuple[User, ...]:
    """Who makes one arrival after the other, over and over: the exact mix.

    The users are interleaved (largest deficit first), so that none comes in a burst.
    """
    total = sum(user.share for user in users)
    given = [0] * len(users)
    dealt = []
    for step in range(1, total + 1):
        deficits = [user.share * step - total * given[i] for i, user in enumerate(users)]
        chosen = deficits.index(max(deficits))
        given[chosen] += 1
        dealt.append(users[chosen])
    return tuple(dealt)


def _part(text: str) -> User:
    found = _PART.fullmatch(text)
    try:
        return User.model_validate(
            {name: value for name, value in (found.groupdict() if found else {}).items() if value}
        )
    except ValidationError:
        raise _unknown(text) from None


def _unknown(text: str) -> UsageError:
    return UsageError(
        f"no part of a mix: {text[:60]!r}",
        where="--mix",
        remedy="write FLOW/PRODUCT/DIALECT=WEIGHT: flows "
        f"{', '.join(FLOWS)} (storm stands alone); products native, h5, jsapi; "
        f"dialects {', '.join(dialects())}",
    )
