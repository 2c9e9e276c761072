"""A merchant that nobody wrote for us is judged by a short profile: rightly, on each rung, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.tea_house.app import Opened, open_notification
from examples.tea_house.careless import open_unverified
from harness.core.control import Outcome
from harness.core.errors import ConfigurationError
from harness.levers.client import LeversClient
from harness.merchant.profile import MerchantProfile
from harness.merchant.trial import Trial, orders_taken
from tests.examples.edited_copy import mended_copy
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import PROFILE, tea_house, tea_house_copy
from tests.scenarios.running import Rehearsed

CALLBACKS = ",".join(f"CBK-{number:02}" for number in (*range(1, 12), 13, 14, 15, 16, 19))
SECURITY = "SEC-03,SEC-05,SEC-07,SEC-14,SEC-15"
ASKED = f"{CALLBACKS},{SECURITY},DEG-08,PAY-02,PAY-06,PAY-07,PAY-08,QRY-01,RCN-03"
FORGED = {"CBK-02", "CBK-03", "CBK-04", "CBK-06"}
WITHOUT = (r"^\[observer\].*\Z", "")
A_PAGE = (
    WITHOUT[0],
    '[observer]\npage = "{order_url}"\nwords = { pending = ["待付款"], paid = ["已付款"], '
    'failed = ["支付失败"], cancelled = ["已取消"], unknown = ["待人工核对"] }\n',
)
JUDGED = {Outcome.PASS, Outcome.WARN, Outcome.FAIL}


def judged(run: Rehearsed) -> set[str]:
    """The controls of which every check that applies came to a judgement."""
    asked = {check.control for check in run.checks}
    return {each for each in asked if run.outcomes(each) & JUDGED and not run.outcomes(each) - JUDGED - NONE}


NONE = {Outcome.NOT_APPLICABLE}


def failed(run: Rehearsed) -> set[str]:
    return {check.control for check in run.checks if check.outcome is Outcome.FAIL}


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RunningApp]:
    """The tea house as it is written, or with another way to open notifications."""
    opened: Opened = getattr(request, "param", open_notification)
    with tea_house(tmp_path, opened) as running:
        yield running


careless = pytest.mark.parametrize("shop", [open_unverified], indirect=True, ids=["careless"])


def test_the_profile_is_short_and_names_nothing_that_the_platform_sees() -> None:
    lines = [line for line in PROFILE.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 25
    assert not [word for word in ("notify", "out_trade_no =", "appid", "test_ids") if word in PROFILE]


def test_with_sql_everything_that_was_asked_is_judged_and_nothing_accused(shop: RunningApp) -> None:
    run = shop.judged(ASKED)
    assert run.code == 0, run.output
    assert judged(run) == set(ASKED.split(","))
    assert not failed(run)


def test_by_a_page_of_the_shopper_only_what_it_cannot_tell_stays_open(shop: RunningApp) -> None:
    run = shop.judged(ASKED, A_PAGE)
    assert set(ASKED.split(",")) - judged(run) == {"CBK-11", "CBK-15", "QRY-01", "RCN-03"}, run.output
    assert not failed(run)
    told = " ".join(check.message for check in run.checks if check.control == "CBK-11")
    assert "nothing tells the order's credits" in told
    assert "sql, request or command in [observer] can tell the rest" in told


def test_without_an_observer_answers_and_audit_are_judged(shop: RunningApp) -> None:
    run = shop.judged(ASKED, WITHOUT)
    by_the_order_alone = {"CBK-10", "CBK-11", "CBK-13", "CBK-15", "CBK-19", "PAY-06", "QRY-01", "RCN-03"}
    assert set(ASKED.split(",")) - judged(run) == by_the_order_alone, run.output
    assert not failed(run)
    assert Outcome.WARN in run.outcomes("CBK-02"), "what was refused may have been booked all the same"
    assert run.outcomes("CBK-01") == {Outcome.WARN, Outcome.NOT_APPLICABLE}


@careless
@pytest.mark.parametrize("edits", [(), (WITHOUT,)], ids=["sql", "no observer"])
def test_who_verifies_nothing_fails_whatever_its_price(
    shop: RunningApp, edits: tuple[tuple[str, str], ...]
) -> None:
    run = shop.judged("CBK-01,CBK-02,CBK-03,CBK-04,CBK-06,PAY-07", *edits)
    assert run.code == 1, run.output
    assert failed(run) - {"RCN-03"} == FORGED, run.output


DRILLS = "DEG-03,DEG-04,DEG-05,DEG-07"


def test_while_the_platform_is_broken_what_its_sdk_leaves_out_is_found_and_nothing_else(
    shop: RunningApp,
) -> None:
    run = shop.judged(DRILLS)
    assert failed(run) == {"DEG-03", "DEG-07", "RCN-03"}, run.output
    assert {
        each.scenario.partition("[")[2]
        for each in run.checks
        if (each.control, each.outcome) == ("DEG-07", Outcome.FAIL)
    } == {"apiv3-stale]"}
    assert Outcome.WARN in run.outcomes("DEG-05"), "the page of its framework tells nobody what to do"


@pytest.mark.parametrize("edits", [(), (A_PAGE,)], ids=["sql", "page"])
def test_a_mended_copy_stands_every_drill(tmp_path: Path, edits: tuple[tuple[str, str], ...]) -> None:
    with tea_house_copy(tmp_path, mended_copy("tea_house", tmp_path)) as shop:
        run = shop.judged(f"{DRILLS},CBK-01,CBK-04", *edits)
    assert run.code == 0, run.output
    assert judged(run) == {*DRILLS.split(","), "CBK-01", "CBK-04"}


def test_without_an_observer_only_a_forged_answer_to_a_query_stays_open(tmp_path: Path) -> None:
    with tea_house_copy(tmp_path, mended_copy("tea_house", tmp_path)) as shop:
        run = shop.judged(DRILLS, WITHOUT)
    assert not failed(run), run.output
    assert judged(run) == {"DEG-03", "DEG-04", "DEG-05"}
    open_ones = {
        each.scenario.partition("[")[0] for each in run.checks if each.outcome is Outcome.INCONCLUSIVE
    }
    assert {each.rpartition("::")[2] for each in open_ones} == {
        "test_a_forged_answer_to_a_query_pays_no_order"
    }


def test_a_trial_says_what_fits_and_what_one_more_line_would_show(shop: RunningApp) -> None:
    with levers_of(shop) as levers:
        tried = list(Trial(MerchantProfile.load(str(shop.profile(A_PAGE))), levers).parts())
    assert [each.part for each in tried] == [
        "sign_in",
        "order.qr",
        "observer",
        "confirm",
        "callback",
        "observer",
    ]
    assert all(each.error is None for each in tried)
    assert "native order TEA" in tried[1].told
    assert "of ¥88.00, callbacks to " in tried[1].told
    assert (tried[2].told, tried[5].told) == ("pending", "paid")
    assert "sql" in tried[5].unlocks


@pytest.mark.parametrize(
    ("line", "other", "said"),
    [
        (
            'page = "/login"',
            'page = "/static/login"',
            r"/static/login answered HTTP 404.*line 8 \(sign_in.page\)",
        ),
        ("username =", "user =", r"no 'user' \[line 9 .*did you mean username"),
        ("spring-water", "spring", r"did not sign the shopper in: the form came back.*line 9"),
        ('page = "/tea/{product}"', 'page = "/teas/{product}"', r"HTTP 404 .line 12 \(order.qr.page\)"),
        ('page = "/tea/{product}"', 'page = "/"', r"shows no form.*line 12"),
        (
            'page = "/tea/{product}"',
            'page = "/tea/{product}"\nform = { amont = "1" }',
            r"the form has _csrf, tea, and no 'amont' \[line 13",
        ),
        (
            'page = "/tea/{product}"',
            'request = "POST /orders"\nform = { tea = "{product}" }',
            r"ordering reached no platform: .*HTTP 400 at /orders: .*表单已过期 \[line 11",
        ),
        ('"NEW"', '"OLD"', r"calls the order 'NEW', .*line 21.*known: OLD"),
        ("paid_amount,", "paid,", r"a column 'paid'.*did you mean paid_amount"),
    ],
    ids=["path", "field", "password", "product", "form", "form field", "csrf", "word", "column"],
)
def test_a_profile_that_does_not_fit_is_told_before_the_run(
    shop: RunningApp, line: str, other: str, said: str
) -> None:
    file = shop.folder / "wrong.toml"
    text = shop.profile().read_text("utf-8")
    assert line in text
    file.write_text(text.replace(line, other, 1), "utf-8")
    with levers_of(shop) as levers, pytest.raises(ConfigurationError, match=said):
        orders_taken(MerchantProfile.load(str(file)), levers)


def test_a_run_with_a_wrong_profile_ends_with_four(shop: RunningApp) -> None:
    run = shop.judged("CBK-01", (r'page = "/tea/\{product\}"', 'page = "/teas/{product}"'))
    assert run.code == 4, run.output
    assert "line 12 (order.qr.page)" in run.output


def levers_of(shop: RunningApp) -> LeversClient:
    return LeversClient(shop.environment["GOLIVE_LEVERS_URL"], shop.environment["GOLIVE_LEVERS_TOKEN"])
