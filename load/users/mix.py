"""A mix of flows with weights, dealt out to the arrivals evenly and the same on every worker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from harness.core.dialects import dialects
from harness.core.errors import UsageError
from load.criteria.model import User
from load.flows import FLOWS

_PART = re.compile(
    r"(?P<flow>[a-z]+)(?:/(?P<scenario>[a-z0-9]+)(?:/(?P<dialect>[a-z0-9-]+))?)?(?:=(?P<share>[0-9]+))?"
)


def parse(text: str) -> tuple[User, ...]:
    """Read a mix, e.g. `create/h5/mcp=3,query/native/apiv3=1,checkout/native=2,storm`.

    Raises:
        UsageError: a part names no flow, no product of WeChat Pay, no dialect, or one that cannot do it; or
            it weighs nothing.
    """
    return tuple(_part(part.strip()) for part in text.split(","))


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
    except ValidationError as error:
        why = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise _unknown(text, why if found else "it is written otherwise") from None


def _unknown(text: str, why: str) -> UsageError:
    return UsageError(
        f"no part of a mix: {text[:60]!r}: {why}",
        where="--mix",
        remedy="write FLOW/PRODUCT/DIALECT=WEIGHT: flows "
        f"{', '.join(FLOWS)} (storm stands alone, checkout has no dialect); products native, h5, jsapi; "
        f"dialects {', '.join(dialects())}",
    )
