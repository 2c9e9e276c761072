"""A merchant that starts beside a simulator whose clock was moved begins where that has got to."""

from __future__ import annotations

from datetime import timedelta

from harness.core.clock import wire_now
from harness.levers.client import LeversClient
from harness.merchant.business_clocks import SLACK, clock_of_the_platform
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import running_simulator

MONTH = timedelta(days=30)


def test_it_begins_where_the_simulator_is_and_at_real_time_without_one() -> None:
    with running_simulator() as simulator:
        settings = Settings.load(EnvFile.of(simulator.environment(notify_url="http://127.0.0.1:9/n")))
        assert abs(clock_of_the_platform(settings).now() - wire_now()) < SLACK
        with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
            levers.advance(MONTH.total_seconds())
        assert abs(clock_of_the_platform(settings).now() - wire_now() - MONTH) < SLACK
    assert abs(clock_of_the_platform(settings).now() - wire_now()) < SLACK
