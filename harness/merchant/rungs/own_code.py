"""The Python rung: functions of the user's own `conftest.py` that order, and tell how an order stands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import GoLiveError
from harness.merchant.gap import ProfileGap

Function = Callable[..., object]
Fixture = Literal["merchant_order", "merchant_state"]


@dataclass(frozen=True, slots=True)
class OwnCode:
    """What the fixtures of these names gave; None where there is none."""

    merchant_order: Function | None = None
    merchant_state: Function | None = None

    def call(self, fixture: Fixture, values: Mapping[str, str], where: str) -> object:
        """What the user's function returns, told those of these values that it takes by name.

        Raises:
            ProfileGap: there is no such function, it takes something else, or it raised.
        """
        function = self.merchant_order if fixture == "merchant_order" else self.merchant_state
        if function is None:
            raise ProfileGap(
                f"no conftest.py has the fixture {fixture}",
                where=where,
                remedy="run pytest --pyargs scenarios where your conftest.py lies (docs/your-merchant.md)",
            )
        taken = list(inspect.signature(function).parameters)
        for name in taken:
            if name not in values:
                raise ProfileGap(
                    f"the function of {fixture} takes {name!r}, which is not known",
                    where=where,
                    remedy=did_you_mean(name, values),
                )
        try:
            return function(**{name: values[name] for name in taken})
        except GoLiveError:
            raise
        except Exception as error:
            raise ProfileGap(
                f"the function of {fixture} raised {type(error).__name__}: {error}",
                where=where,
                remedy="call it by hand",
            ) from error
