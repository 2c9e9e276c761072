"""A soak lives through every kind of order, finds one fen, and is the same again out of the same seed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from harness.core.money import Fen
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.levers.models import BillChange
from harness.simulator.embedded import running_simulator
from tests.shop.conftest import ANY_NOTIFY_URL
from tests.soak.__main__ import main
from tests.soak.fates import End, draw
from tests.soak.life import Life, Unbalanced, a_life
from tests.soak.soak import soak, summary

SEED = 20261129


@contextmanager
def life_on(*defects: str, of_shop: tuple[str, ...] = ()) -> Iterator[Life]:
    """A shop on a platform of these defects, of the formal edition."""
    with running_simulator(experience=False, defects=defects) as running:
        environment = running.environment(notify_url=ANY_NOTIFY_URL, mcp_enabled=False)
        with (
            LeversClient(running.levers_url, running.levers_token) as levers,
            a_life(environment, levers, defects=of_shop) as life,
        ):
            yield life


def seeded() -> Random:
    return Random(SEED)  # noqa: S311 - a soak, no secret


def test_three_hundred_orders_on_three_days_make_and_lose_no_fen() -> None:
    said: list[str] = []
    with life_on() as life:
        soaked = soak(life, 300, SEED, a_day=100, say=said.append)
    wanted = soaked.wanted
    assert (len(wanted.fates), soaked.days) == (300, 3)
    assert all(wanted.ended(end) for end in End)
    assert all(wanted.paid(provider) and wanted.refunded(provider) for provider in Provider)
    assert not all(given.arrives for given in wanted.refunds.values())
    assert len(said) == 6
    assert "300 orders on 3 days" in summary(soaked)
    assert summary(soaked).endswith("not one fen off")


def test_a_platform_that_loses_a_fen_is_found_out_at_once() -> None:
    with life_on("ledger-loses-a-fen") as life, pytest.raises(Unbalanced, match="fen off zero"):
        soak(life, 10, SEED, say=lambda line: None)


@pytest.mark.parametrize(
    ("defect", "said"),
    [("credits-twice", "fulfilled 2 times"), ("books-one-fen-short", "by the shop|not given back")],
)
def test_a_shop_whose_books_are_wrong_is_found_out_by_the_evening(defect: str, said: str) -> None:
    with life_on(of_shop=(defect,)) as life, pytest.raises(Unbalanced, match=said):
        soak(life, 20, SEED, say=lambda line: None)


def test_a_bill_that_tells_of_a_payment_nobody_made_is_found_out() -> None:
    with life_on() as life:
        life.levers.change_bills(BillChange(adds={"nobodys-order": Fen(1)}))
        with pytest.raises(Unbalanced, match="nobodys-order: 1 fen paid, by wechat's bill"):
            soak(life, 20, SEED, say=lambda line: None)


def test_a_seed_draws_the_same_orders_again() -> None:
    first, second = seeded(), seeded()
    assert [draw(first) for _ in range(500)] == [draw(second) for _ in range(500)]


def test_no_order_gives_back_more_than_was_paid() -> None:
    random = seeded()
    for _ in range(2000):
        fate = draw(random)
        assert sum(part.fen for part in fate.parts if part.arrives) <= fate.total
        assert 0 <= fate.coupon <= fate.total


def test_the_command_ends_with_one_and_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--orders", "5", "--seed", "1", "--defect", "ledger-loses-a-fen"]
    monkeypatch.setattr(sys, "argv", ["soak", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert "--seed 1 --orders 5" in said.out
    assert "fen off zero" in said.err
