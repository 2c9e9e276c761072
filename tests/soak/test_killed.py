"""A simulator with `--db` that is killed loses nothing that it acknowledged; the soak finds what is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.payment import Product
from harness.simulator.embedded import running_simulator
from harness.simulator.platform.orders import OrderRequest
from harness.simulator.server import Simulator
from tests.soak.killed import AMOUNT, Killed, killed_again_and_again, look
from tests.soak.life import Unbalanced

SEED = 20261130


def place_and_pay(simulator: Simulator) -> None:
    account, number = simulator.account, "killed_000001"
    request = OrderRequest(
        mchid=account.mchid,
        appid=account.appid,
        product=Product.NATIVE,
        out_trade_no=number,
        total=int(AMOUNT),
        notify_url="",
        parameters={},
        dialect="apiv3",
    )
    account.create(request, once=number)
    simulator.platform.pay(account.find(number))


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    said: list[str] = []
    told = killed_again_and_again(tmp_path, payments=40, kills=1, seed=SEED, say=said.append)
    assert (len(told.ordered), len(told.paid), told.kills) == (40, 40, 1)
    assert len(set(told.paid.values())) == 40
    assert len(said) == 1
    assert "40 payments over 6 wires" in told.summary()
    assert "0 acknowledged orders lost, ledger balanced" in told.summary()


def test_a_lost_order_a_lost_payment_and_a_payment_too_many_are_found() -> None:
    with running_simulator(experience=False) as running:
        settings = running.environment(notify_url="http://127.0.0.1:9/notify")
        with pytest.raises(Unbalanced, match="1 acknowledged orders are lost"):
            look(settings, Killed(ordered={"killed_000001"}))
        place_and_pay(running.simulator)
        with pytest.raises(Unbalanced, match=f"{int(AMOUNT)} fen on the merchant account, and 0 must be"):
            look(settings, Killed())
        with pytest.raises(Unbalanced, match="killed_000001: acknowledged as 42, and SUCCESS"):
            look(settings, Killed(paid={"killed_000001": "42"}))
