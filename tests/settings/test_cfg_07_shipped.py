"""CFG-07: what a framework ships to browsers holds no secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport

Judge = Callable[..., ConfigurationReport]


@pytest.mark.parametrize("prefix", ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_"])
@pytest.mark.parametrize("name", ["WECHAT_PAY_APIV3_KEY", "ADMIN_PASSWORD", "ALIPAY_PRIVATE_KEY", "A_SECRET"])
def test_a_secret_by_its_name_is_found(judge_keyless: Judge, prefix: str, name: str) -> None:
    (found,) = judge_keyless("production", **{prefix + name: "Zk4vB7nQ2xLw9sTd"}).of("CFG-07")
    assert (found.variable, "a secret by its name" in found.problem) == (prefix + name, True)
    assert not found.blocks


def test_the_text_of_a_secret_is_found_under_any_name(judge_keyless: Judge) -> None:
    secret = "A9b8C7d6E5f4G3h2I1j0K9l8M7n6O5p4"
    report = judge_keyless("production", NEXT_PUBLIC_BUILD=secret)
    (found,) = report.of("CFG-07")
    assert "puts WECHAT_PAY_APIV3_KEY into the JavaScript" in found.problem
    assert secret not in str(report)


@pytest.mark.parametrize("name", ["NEXT_PUBLIC_APP_NAME", "VITE_MAP_KEY", "NEXT_PUBLIC_WECHAT_PAY_APP_ID"])
def test_what_browsers_may_know_is_left_alone(judge_keyless: Judge, name: str) -> None:
    assert judge_keyless("production", **{name: "wx8888888888888888"}).of("CFG-07") == ()
