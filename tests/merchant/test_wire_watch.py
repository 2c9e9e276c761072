"""What a run finds on a wire counts where the platform saw an order come over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from harness.merchant.wire_watch import WireWatch


@dataclass
class Platform:
    """Each order came over one wire."""

    came: dict[str, str] = field(default_factory=dict)

    def orders(self) -> list[str]:
        return list(self.came)

    def audit(self, out_trade_no: str) -> Any:
        return SimpleNamespace(dialect=self.came[out_trade_no], events=())


@pytest.mark.parametrize(
    ("wire", "came", "doubted", "of_others"),
    [
        ("apiv3", "apiv3", False, False),
        ("mcp", "apiv3", True, False),
        ("apiv3", "alipay", True, True),
        ("alipay", "apiv3", True, True),
        ("alipay", "alipay", False, False),
    ],
)
def test_an_order_of_another_provider_is_told_from_one_over_another_wire(
    wire: str, came: str, doubted: bool, of_others: bool
) -> None:
    platform: Any = Platform()
    watch = WireWatch(platform, wire)
    platform.came["T1"] = came
    assert (bool(watch.doubt()), watch.of_others) == (doubted, of_others)


def test_where_nothing_was_ordered_nothing_is_doubted() -> None:
    platform: Any = Platform()
    watch = WireWatch(platform, "apiv3")
    assert (watch.doubt(), watch.of_others) == ("", False)
