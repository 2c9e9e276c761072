"""CFG-09: the platform can use the address that it is told to call back, for each target."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport

Judge = Callable[..., ConfigurationReport]


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "127.0.0.1", "127.0.0.1:3000", "[::1]", "10.1.2.3", "172.16.0.9",
        "192.168.1.5", "169.254.1.1",
        "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "100.64.0.1", "240.0.0.1", "shop.local", "shop.lan",
        "shop.internal",        "shop", "a.localhost", "printer.home.arpa", "shop.test", "127.1",
        "2130706433", "10.0.0.0x1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", ["experience", "production", "https://pay.example.com/mcp"])
def test_a_callback_address_that_is_not_public_is_refused_for_real_targets(
    judge_keyless: Judge, target: str, host: str
) -> None:
    report = judge_keyless(target, WECHAT_PAY_NOTIFY_URL=f"https://{host}/n")
    (found,) = [each for each in report.of("CFG-09") if each.variable == "WECHAT_PAY_NOTIFY_URL"]
    assert "not public" in found.problem


@pytest.mark.parametrize("host", ["localhost:3000", "10.1.2.3", "shop.local"])
def test_beside_a_simulator_a_callback_may_stay_at_home(judge_keyless: Judge, host: str) -> None:
    assert judge_keyless("simulator", WECHAT_PAY_NOTIFY_URL=f"https://{host}/n").of("CFG-09") == ()


@pytest.mark.parametrize("host", ["shop.example.com", "8.8.8.8", "a.b.c.cn", "xn--fiq228c.cn"])
def test_a_public_callback_address_is_clean(judge_keyless: Judge, host: str) -> None:
    assert judge_keyless("production", WECHAT_PAY_NOTIFY_URL=f"https://{host}/n").of("CFG-09") == ()


@pytest.mark.parametrize(("length", "found"), [(255, 0), (256, 1), (265, 1)])
@pytest.mark.parametrize("target", ["simulator", "production"])
def test_a_callback_address_has_255_characters_at_most(
    judge_keyless: Judge, target: str, length: int, found: int
) -> None:
    address = "https://shop.example.com/".ljust(length, "n")
    findings = judge_keyless(target, WECHAT_PAY_NOTIFY_URL=address).of("CFG-09")
    assert [f"has {length} characters" in each.problem for each in findings] == [True] * found


@pytest.mark.parametrize("tail", ["?a=1", "?", "#x"])
@pytest.mark.parametrize("target", ["simulator", "production"])
def test_a_callback_address_never_has_a_query(judge_keyless: Judge, target: str, tail: str) -> None:
    (found,) = judge_keyless(target, WECHAT_PAY_NOTIFY_URL=f"https://shop.example.com/n{tail}").of("CFG-09")
    assert "a query or a fragment" in found.problem


def test_a_callback_address_in_capitals_is_refused_as_the_gateway_does(judge_keyless: Judge) -> None:
    (found,) = judge_keyless("production", WECHAT_PAY_NOTIFY_URL="HTTPS://shop.example.com/n").of("CFG-09")
    assert "lower case" in found.problem


@pytest.mark.parametrize("path", ["", "/"])
def test_a_bare_host_is_no_callback_address(judge_keyless: Judge, path: str) -> None:
    (found,) = judge_keyless("production", WECHAT_PAY_NOTIFY_URL=f"https://shop.example.com{path}").of(
        "CFG-09"
    )
    assert "has no path" in found.problem


@pytest.mark.parametrize("path", ["login?next=/notify", "login/notify", "sso/pay/notify", "OAuth2/notify"])
def test_a_callback_address_with_a_login_in_front_is_found(judge_keyless: Judge, path: str) -> None:
    (found,) = judge_keyless("production", WECHAT_PAY_NOTIFY_URL=f"https://shop.example.com/{path}").of(
        "CFG-09"
    )
    assert "a login" in found.problem or "a query" in found.problem


@pytest.mark.parametrize("target", ["experience", "production"])
def test_plain_http_is_refused_even_on_loopback_for_a_real_target(judge_keyless: Judge, target: str) -> None:
    (found,) = judge_keyless(target, WECHAT_PAY_NOTIFY_URL="http://127.0.0.1:3000/notify").of("CFG-09")
    assert "plain http" in found.problem
    assert found.blocks
