"""Our own gateway believes an account of any key mode, set up by that account's settings, which are clean."""

from __future__ import annotations

import pytest

from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.settings import EnvFile, check
from harness.settings.model import Settings
from harness.signing.simulated_keys import is_simulated
from harness.simulator.account.env_text import environment_text
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import running_simulator

NOTIFY_URL = "http://127.0.0.1:1/notify"


@pytest.mark.parametrize("mode", KeyMode)
def test_the_settings_of_an_account_are_clean_and_verify_its_answers(mode: KeyMode) -> None:
    with running_simulator(experience=False, key_mode=mode) as running:
        file = EnvFile.parse(environment_text(running.environment(notify_url=NOTIFY_URL)), "an account")
        assert [finding.problem for finding in check(file, target="simulator").findings] == []
        settings = Settings.load(file)
        assert is_simulated(settings.wechat.platform_key_id)
        gateway = ApiV3Gateway(settings.wechat)
        order = Order(
            out_trade_no="mode-0001",
            product=Product.NATIVE,
            amount=Fen(1990),
            description="龙井 250 克",
            notify_url=NOTIFY_URL,
        )
        assert gateway.create(order).code_url
        assert gateway.query("mode-0001").trade_state == "NOTPAY"
        gateway.close("mode-0001")
        assert gateway.probe().trusted
        gateway.close_connections()
