"""What a record knows of the days before it, made by code."""

from __future__ import annotations

from datetime import timedelta

from reports.history.trends import Flake, LatencyTrend, Night, Trends
from tests.reports.sample_run import START


def nights(count: int) -> Trends:
    """A history with one series and one flaky part."""
    days = [START - timedelta(days=count - number) for number in range(count)]
    return Trends(
        nights=tuple(
            Night(
                day=day.date(),
                run=f"run-{number}",
                ended=day,
                ending="GO",
                verdicts={"rehearsal": "GO"},
                readiness=40 + number / 10,
                passed=100,
                failed=number % 3,
                open=0,
            )
            for number, day in enumerate(days)
        ),
        latencies=(
            LatencyTrend(
                endpoint="create<script>",
                scenario="h5",
                dialect="mcp",
                p50_ms=(12.0,) * count,
                p95_ms=(None,) * count,
                p99_ms=(*(40.0,) * (count - 1), None),
            ),
        ),
        flakes=(
            Flake(
                control="CBK-11",
                scenario="scenarios/x.py::test_once_more[mcp]",
                provider="wechat",
                dialect="mcp",
                passed=4,
                failed=2,
                retried=1,
                last=START,
            ),
        ),
    )
