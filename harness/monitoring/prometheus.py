"""A real Prometheus on loopback, which reads pages of figures and plays rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml

from harness.monitoring.program import program
from harness.processes.child import running
from harness.processes.serving import port_for_a_program

ANSWERS_S = 2.0
JOB = "app"
"""What series are labelled with, unless the profile says otherwise."""
SEES_PAGES_AFTER_S = 5.0
"""How long it takes from its start until it looks for pages: its own, and not to be set."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One that runs."""

    url: str

    @property
    def trouble(self) -> str:
        """Why the figures of a page are not read, in its own words; empty: all of them are."""
        answer = httpx.get(f"{self.url}/api/v1/targets?state=active", timeout=ANSWERS_S, trust_env=False)
        pages: list[dict[str, Any]] = answer.json()["data"]["activeTargets"]
        if not pages:
            return "it has not looked for any yet"
        bad = [each for each in pages if each["health"] != "up"]
        return str(bad[0].get("lastError") or "it has read none yet") if bad else ""


@contextmanager
def running_prometheus(
    folder: Path,
    *,
    pages: Sequence[str],
    rules: str,
    every_s: float,
    alerts_to: str,
    labels: Mapping[str, str],
) -> Iterator[Prometheus]:
    """Run one until the block ends.

    Args:
        folder: what it keeps goes in here.
        pages: whole addresses.
        rules: YAML.
        every_s: how often figures are read and rules played.
        alerts_to: host and port that hear of alerts.
        labels: of every series.

    Raises:
        NotExercised: there is none on this machine.
        EnvironmentUnreachable: it did not start.
    """
    binary = program("prometheus")
    (folder / "rules.yml").write_text(rules, "utf-8")
    settings = folder / "prometheus.yml"
    settings.write_text(yaml.safe_dump(_settings(pages, every_s, alerts_to, labels)), "utf-8")
    host = f"127.0.0.1:{port_for_a_program()}"

    def ready() -> bool:
        try:
            return httpx.get(f"http://{host}/-/ready", timeout=ANSWERS_S, trust_env=False).is_success
        except httpx.TransportError:
            return False

    command = [
        binary,
        f"--config.file={settings}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={host}",
        "--scrape.discovery-reload-interval=100ms",
        "--log.level=warn",
    ]
    alone = {"GOMAXPROCS": "1"}
    with running(command, log=folder / "prometheus.log", ready=ready, where="Prometheus", environment=alone):
        yield Prometheus(f"http://{host}")


def _settings(
    pages: Sequence[str], every_s: float, alerts_to: str, labels: Mapping[str, str]
) -> dict[str, object]:
    every = f"{round(every_s * 1000)}ms"
    jobs = [
        {
            "job_name": f"page-{number}",
            "metrics_path": urlsplit(page).path,
            "static_configs": [{"targets": [urlsplit(page).netloc], "labels": {"job": JOB, **labels}}],
        }
        for number, page in enumerate(pages)
    ]
    receivers = {"api_version": "v2", "timeout": "1s", "static_configs": [{"targets": [alerts_to]}]}
    return {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [receivers]},
        "scrape_configs": jobs,
    }
