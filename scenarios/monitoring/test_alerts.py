"""During an outage the merchant's own alert reaches whoever is on duty in time, and it clears afterwards."""

from __future__ import annotations

import pytest

from harness.plugin import AlertDrill, Journal, control


@control("MON-05", dialects=())
@pytest.mark.late  # the Prometheus that plays it takes a while until it reads anything
def test_an_alert_fires_in_an_outage_and_clears_after_it(alert_drill: AlertDrill, journal: Journal) -> None:
    drill, watch = alert_drill, alert_drill.watch
    alerts, rules = watch.alerts, watch.rules
    assert rules.waits_s <= alerts.fires_within_s, (
        f"{alerts.alert} is declared to fire within {alerts.fires_within_s:g} s, and its rule alone "
        f"waits {rules.waits_s:g} s"
    )
    assert rules.keeps_s <= alerts.clears_within_s, (
        f"{alerts.alert} is declared to clear within {alerts.clears_within_s:g} s, and its rule alone "
        f"keeps it for {rules.keeps_s:g} s"
    )
    with journal.step("the platform gone, and back"):
        outage = drill.play()
    assert not outage.early, f"{alerts.alert} fires while nothing fails"
    assert outage.fired_s is not None, (
        f"{alerts.alert} did not fire within {alerts.fires_within_s:g} s while {outage.failed} orders failed"
    )
    assert outage.cleared_s is not None, (
        f"{alerts.alert} did not clear within {alerts.clears_within_s:g} s of payments that work again"
    )
    journal.observe(
        f"{alerts.alert} reached the webhook {outage.fired_s:.0f} s after the first failed order, and "
        f"cleared {outage.cleared_s:.0f} s after payments worked again; played {watch.faster:.0f} times "
        f"faster, so exact to {drill.slack_s:.0f} s"
    )
    journal.limit(
        "the way from Prometheus to a person (Alertmanager's routes, silences, telephones) was not tried"
    )
    if rules.per_second:
        journal.limit(
            f"what the rules compare per second was met {watch.faster:.0f} times sooner than it would be"
        )
