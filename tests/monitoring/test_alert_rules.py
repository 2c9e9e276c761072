"""A merchant's own rules are read, checked by Prometheus' tool, and played faster."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from harness.core.errors import ConfigurationError, GoLiveError, MerchantFailure, NotExercised
from harness.merchant.rungs.figures import Alerts
from harness.monitoring import program, rules
from harness.monitoring.rules import AlertRules, text_of
from harness.plugin.fixtures.alert_drills import faster_for

RULES = """
groups:
  - name: pay
    interval: 30s
    rules:
      - record: job:failed:rate5m
        expr: rate(failed_total{text="in 5m"}[5m])
      - alert: Down
        expr: |
          job:failed:rate5m offset 1h > 5 # within 5m
            and up{job="pay"} == 1 and x5m > 1e5
        for: 10m
        keep_firing_for: 1m30s
        annotations: {summary: "5m"}
"""


def read(folder: Path, text: str, alert: str = "Down") -> AlertRules:
    return AlertRules.of(text, alert, folder, name="alerts.yml")


def test_times_are_divided_and_nothing_else(tmp_path: Path) -> None:
    found = read(tmp_path, RULES)
    assert (found.waits_s, found.keeps_s, found.shortest_s, found.per_second) == (600, 90, 300, True)
    (group,) = yaml.safe_load(found.faster(60))["groups"]
    recorded, alert = group["rules"]
    assert recorded["expr"] == 'rate(failed_total{text="in 5m"}[5000ms])'
    assert alert["expr"].startswith("job:failed:rate5m offset 60000ms > 5 # within 5m\n")
    assert alert["expr"].endswith('up{job="pay"} == 1 and x5m > 1e5\n')
    assert (alert["for"], alert["keep_firing_for"]) == ("10000ms", "1500ms")
    assert alert["annotations"] == {"summary": "5m"}
    assert "interval" not in group


def test_what_is_played_faster_is_still_loaded(tmp_path: Path) -> None:
    again = read(tmp_path, read(tmp_path, RULES).faster(600))
    assert (again.waits_s, again.shortest_s) == (1, 0.5)


@pytest.mark.parametrize(
    ("text", "alert", "kind", "said"),
    [
        (RULES.replace("> 5 #", "> > 5 #"), "Down", MerchantFailure, "could not parse expression"),
        (RULES.replace("for: 10m", "for: soon"), "Down", MerchantFailure, "not a valid duration"),
        ("groups: [", "Down", MerchantFailure, "Prometheus does not load the alert rules"),
        ("", "Down", MerchantFailure, "the alert rules are none"),
        ("groups: 3", "Down", MerchantFailure, "Prometheus does not load the alert rules"),
        (RULES, "Dwon", ConfigurationError, "no alert Dwon: .*Down"),
    ],
)
def test_rules_that_cannot_be_played_are_told(
    tmp_path: Path, text: str, alert: str, kind: type[GoLiveError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        read(tmp_path, text, alert)


def test_a_file_that_is_not_there_or_too_large_is_told(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        text_of(tmp_path / "none.yml")
    (tmp_path / "large.yml").write_text("#" * (rules.LARGEST_FILE + 1), "utf-8")
    with pytest.raises(MerchantFailure, match="larger than"):
        text_of(tmp_path / "large.yml")


def test_without_prometheus_nothing_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "UNPACKED", tmp_path)
    with pytest.raises(NotExercised, match="no promtool was found") as told:
        read(tmp_path, RULES)
    assert "make setup" in told.value.remedy


@pytest.mark.parametrize(
    ("expression", "fires_s", "times"),
    [("x > 1", 180, 90), ("increase(x[2m]) > 1", 180, 90), ("increase(x[1m]) > 1", 300, 60), ("x > 1", 1, 1)],
)
def test_how_much_faster_is_a_matter_of_declared_times_and_the_shortest_range(
    expression: str, fires_s: float, times: float
) -> None:
    found = AlertRules([{"rules": [{"alert": "Down", "expr": expression}]}], "Down")
    alerts = Alerts(rules="r", alert="Down", fires_within_s=fires_s, clears_within_s=fires_s)
    assert faster_for(alerts, found) == pytest.approx(times)


def test_rules_that_take_too_long_to_be_played_prove_nothing() -> None:
    found = AlertRules([{"rules": [{"alert": "Down", "expr": "increase(x[10s]) > 1"}]}], "Down")
    alerts = Alerts(rules="r", alert="Down", fires_within_s=3600, clears_within_s=3600)
    with pytest.raises(NotExercised, match="would take 720 s"):
        faster_for(alerts, found)
