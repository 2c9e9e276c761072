"""A person who orders something else than was asked for is no fault of the app's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.profile import MerchantProfile

PROFILE = """base_url = "http://127.0.0.1:9"
build = "tea-1"
capabilities = ["qr"]
products = { longjing = "88.00", biluochun = "45.50" }
[order.qr]
person = "order {product}"
"""


@pytest.fixture
def client(tmp_path: Path) -> MerchantClient:
    (tmp_path / "tea.toml").write_text(PROFILE, "utf-8")
    came = SimpleNamespace(out_trade_no="N1", product="native", notify_url="http://127.0.0.1:9/notify")
    levers = SimpleNamespace(
        creations=lambda _: [came],
        audit=lambda _: SimpleNamespace(total=Fen(4550)),
        platform="http://127.0.0.1:9",
    )
    client = MerchantClient(MerchantProfile.load(str(tmp_path / "tea.toml")), levers=cast("Any", levers))
    client.session.person_of("order.qr").terminal = tmp_path / "terminal"
    return client


def test_another_tea_than_was_asked_for_proves_nothing(client: MerchantClient) -> None:
    with client, pytest.raises(NotExercised, match=r"¥88.00 was to be ordered, and somebody ordered ¥45.50"):
        client.create_order(order_id="1", amount=Fen(8800))


def test_the_tea_that_was_asked_for_is_an_order(client: MerchantClient) -> None:
    with client:
        assert client.create_order(order_id="1", amount=Fen(4550)).out_trade_no == "N1"
