"""What is personal in a log is found by its label in either language, or by its own check digits."""

from __future__ import annotations

import time

import pytest

from harness.merchant.log_lines import personal_in_lines

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"phone": "13800138000"}', "a phone number"),
        ("mobile_no=13800138000", "a phone number"),
        ("手机号：13800138000", "a phone number"),
        (r"{\"phone\":\"13800138000\"}", "a phone number"),
        (r'{"\u624b\u673a\u53f7": "13800138000"}', "a phone number"),
        ("GET /orders?phone%3D13800138000", "a phone number"),
        ("idCard: 11010519491231002X", "an identity number"),
        ("身份证号 11010519491231002X", "an identity number"),
        ("refund for 11010519491231002X", "an identity number"),
        ("cardNo=6222021234567890123", "a card number"),
        ("银行卡号：6222021234567890123", "a card number"),
        (f"openid={OPENID}", "an openid"),
        (f"paid by {OPENID}.", "an openid"),
    ],
)
def test_it_is_told_with_its_beginning_alone(line: str, kind: str) -> None:
    (found,) = personal_in_lines(line.encode())
    assert (found.kind, found.sure) == (kind, True)
    assert found.shown.endswith("***")
    assert len(found.shown) == 6


@pytest.mark.parametrize(
    "line",
    [
        "phone=138****8000",
        "手机号：138****8000",
        "openid=oUpF***eS6o",
        "card 6222 **** **** 0123",
        "out_trade_no=20261130123456789X transaction 4200002345202611301234567890",
        "at 1764460800123 took 12345678901 ns of cpu 2026113012345678",
        "request_id 08F4C2B1A9138001380001122",
    ],
)
def test_masks_numbers_and_names_are_nobodys(line: str) -> None:
    assert [each for each in personal_in_lines(line.encode()) if each.sure] == []


def test_what_only_looks_like_it_is_unsure() -> None:
    (found,) = personal_in_lines(b"queue 13800138000 drained")
    assert (found.kind, found.sure) == ("a phone number", False)


def test_the_numbers_of_the_order_are_known() -> None:
    assert personal_in_lines(b"card=6222021234567890123", ["6222021234567890123"]) == []


@pytest.mark.parametrize(
    "told",
    [b"1" * (4 << 20), b"phone=" * 700_000, b"\xff\x00\x1b[2J" * 700_000, b"phone=x12345678901 " * 200_000],
    ids=["digits", "labels", "no text", "near misses"],
)
def test_hostile_lines_cost_no_more_than_others(told: bytes) -> None:
    begun = time.process_time()
    assert personal_in_lines(told) == []
    assert time.process_time() - begun < 4
