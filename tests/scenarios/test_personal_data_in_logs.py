"""What is said of a log that holds who paid, masks it, or holds nothing of the orders."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest

from harness.core.errors import NotExercised
from harness.merchant.gap import ProfileGap
from harness.merchant.logs import Logs
from harness.plugin import Journal
from scenarios.security import test_personal_data_in_logs as scenario

Line = Callable[[str, str], str]
"""What the app logs of a payment: by its number and its payer."""


def judged(
    folder: Path, line: Line, *, queried: bool = True, typed: str = "", earlier: str = "", logs: bool = True
) -> Any:
    """The journal of the scenario, at an app that logs so."""
    file = folder / "app.log"
    file.write_text(earlier, "utf-8")

    def pay(number: str, openid: str) -> None:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(line(number, openid))

    def ask_platform() -> str:
        if not queried:
            raise ProfileGap("the profile leaves out [confirm]")
        return "paid"

    def place(yuan: str) -> Any:
        number = f"N{yuan}"
        return SimpleNamespace(
            out_trade_no=number,
            pay=lambda openid: pay(number, openid),
            kept=lambda paid: None,
            fault=lambda *_, **__: None,
            audit=lambda: SimpleNamespace(notify_url="http://127.0.0.1:9/pay/notify"),
            ask_platform=ask_platform,
        )

    trigger = SimpleNamespace(form={"phone": typed}, members=None, headers={})
    profile: Any = SimpleNamespace(
        logs=Logs(file="app.log") if logs else None,
        folder=folder,
        order=[("qr", trigger)],
        confirm=None,
        sign_in=None,
        capabilities=frozenset({"qr"}),
        gap=lambda name, what: ProfileGap(what, where=name),
    )
    journal = create_autospec(Journal, instance=True)
    orders: Any = SimpleNamespace(place=place, wait=lambda seconds: None)
    merchant: Any = SimpleNamespace(profile=profile)
    scenario.test_what_is_personal_is_masked_in_the_log(orders, merchant, journal)
    return journal


def masked(number: str, openid: str) -> str:
    return f"paid {number} by {openid[:2]}***\n"


def test_a_masked_payer_is_right(tmp_path: Path) -> None:
    journal = judged(tmp_path, masked)
    assert "grew by 2 lines" in str(journal.observe.call_args)
    assert not journal.doubt.called


def test_a_payer_as_it_is_is_found_and_told_masked(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"a payer's openid, unmasked: .*\*\*\*") as told:
        judged(tmp_path, lambda number, openid: f'{{"no":"{number}","openid":"{openid}"}}\n')
    assert len(str(told.value)) < 200


@pytest.mark.parametrize(
    "spell", [bytes.hex, lambda raw: b64encode(b"payer=" + raw).decode()], ids=["hex", "Base64"]
)
def test_another_spelling_is_no_mask(tmp_path: Path, spell: Callable[[bytes], str]) -> None:
    with pytest.raises(AssertionError, match="a payer's openid in another spelling"):
        judged(tmp_path, lambda number, openid: f"{number} {spell(openid.encode())}\n")


def test_what_the_profile_types_is_looked_for_too(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a phone number, unmasked"):
        judged(tmp_path, lambda number, openid: f"{number} tel=13800138000\n", typed="13800138000")


def test_a_number_within_a_longer_one_is_another_number(tmp_path: Path) -> None:
    judged(tmp_path, lambda number, openid: f"{number} 2138001380009\n", typed="13800138000")


@pytest.mark.parametrize("line", ["", "GET /healthz 200\n"], ids=["nothing", "nothing of the orders"])
def test_a_log_that_tells_nothing_of_the_orders_proves_nothing(tmp_path: Path, line: str) -> None:
    with pytest.raises(NotExercised, match="while orders were made"):
        judged(tmp_path, lambda number, openid: line, earlier="paid N19.90\n")


def test_what_stood_there_before_is_nobodys_fault_now(tmp_path: Path) -> None:
    judged(tmp_path, masked, typed="13800138000", earlier="13800138000\n")


def test_without_a_query_the_rest_is_judged_and_that_is_said(tmp_path: Path) -> None:
    assert "of a query was not looked at" in str(judged(tmp_path, masked, queried=False).limit.call_args_list)


def test_without_a_log_the_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileGap, match="logs"):
        judged(tmp_path, masked, logs=False)
