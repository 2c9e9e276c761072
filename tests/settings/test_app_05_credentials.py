"""APP-05: the five credentials the plan's step 2 hands out are in hand and have the shape of the thing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport
from harness.settings.rules.app_05_credentials import CREDENTIALS

Judge = Callable[..., ConfigurationReport]


@pytest.mark.parametrize(("credential", "variable"), CREDENTIALS.items())
@pytest.mark.parametrize("value", [None, "", "[从微信商户平台获取]"])
def test_each_credential_that_is_not_in_hand_is_named(
    judge: Judge, credential: str, variable: str, value: str | None
) -> None:
    report = judge("experience", **{variable: value})
    (found,) = report.of("APP-05")
    assert found.variable == variable
    assert credential in found.problem
    assert report.judged["APP-05"] == 5


@pytest.mark.parametrize(("credential", "variable"), CREDENTIALS.items())
def test_each_credential_that_does_not_load_is_named_and_not_shown(
    judge: Judge, credential: str, variable: str
) -> None:
    report = judge("experience", **{variable: "wrong value"})
    (found,) = report.of("APP-05")
    assert (found.variable, credential in found.problem) == (variable, True)
    assert "wrong value" not in report.model_dump_json()


def test_the_app_id_that_no_variable_carries_is_explained(judge: Judge) -> None:
    (found,) = judge("experience", WECHAT_PAY_APP_ID="[您的微信AppID]").of("APP-05")
    assert "MCP_APP_ID, which no variable carries: WECHAT_PAY_APP_ID stands for it" in found.problem
    notes = [note.text for note in judge("experience").notes if note.control == "APP-05"]
    assert "WECHAT_PAY_APP_ID stands for it" in notes[0]
