"""How a load is doing while it runs, for a Prometheus to read: OpenMetrics on loopback.

Nothing is counted for it: every page is made of what the measurement holds anyway. With
workers, each tells its master once a second how far it is, all from the beginning, so that a message that is
lost costs a second and no request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gevent import socket
from gevent.pywsgi import WSGIServer
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.utils import floatToGoString

from harness.core.errors import UsageError
from load.histogram import Histogram
from load.measurement import LATE_S, Measurement

TOLD = "golive_live"
"""What a worker adds to its report to the master."""
_HOST = "127.0.0.1"
_OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_SERIES = ["endpoint", "scenario", "dialect"]


def told(measurement: Measurement, *, due: int, in_flight: int) -> dict[str, Any]:
    """How far one process is, as plain values that can be sent.

    Args:
        due: arrivals of its share whose moment has come.
        in_flight: requests that it waits for.
    """
    return {
        "series": [
            [*each.key, dict(each.failed), *_spread(each.latency)] for each in measurement.series.values()
        ],
        "lag": _spread(measurement.lag),
        "due": due,
        "in_flight": in_flight,
    }


def _spread(durations: Histogram) -> tuple[list[int], float]:
    counts, total_us = durations.spread(tuple(int(bound * 1e6) for bound in _BOUNDS_S))
    return counts, total_us / 1e6


class Live:
    """Makes the page.

    Args:
        played: name of the set; empty: none as it stands.
        scheduled: arrivals of the whole schedule; of random ones the expectation.
        parts: how far every process is, as `told` says it.
    """

    def __init__(self, played: str, scheduled: float, parts: Callable[[], Iterable[dict[str, Any]]]) -> None:
        self._played, self._scheduled, self._parts = played, scheduled, parts

    def collect(self) -> Iterator[Metric]:
        """Every family, as `prometheus_client` collects them."""
        parts = list(self._parts())
        about = InfoMetricFamily("golive_load", "What is played.")
        about.add_metric([], {"set": self._played})
        yield about
        answered = CounterMetricFamily(
            "golive_load_requests", "Requests whose end is known.", labels=[*_SERIES, "result"]
        )
        failed = CounterMetricFamily(
            "golive_load_failures", "Requests that failed, by reason.", labels=[*_SERIES, "reason"]
        )
        latency = HistogramMetricFamily(
            "golive_load_latency_seconds",
            "From the moment a request was due to its whole answer, of those that ended as they should.",
            labels=_SERIES,
        )
        for key, reasons, counts, total_s in _added(parts):
            answered.add_metric([*key, "ok"], sum(counts))
            answered.add_metric([*key, "failed"], sum(reasons.values()))
            for reason, times in sorted(reasons.items()):
                failed.add_metric([*key, reason], times)
            latency.add_metric(key, _buckets(counts), total_s)
        yield from (answered, failed, latency)
        lag_counts = [sum(each) for each in zip(*(part["lag"][0] for part in parts), strict=True)]
        lag = HistogramMetricFamily(
            "golive_load_lag_seconds", "How long after its moment a request was sent."
        )
        if lag_counts:
            lag.add_metric([], _buckets(lag_counts), sum(part["lag"][1] for part in parts))
        yield lag
        late = CounterMetricFamily(
            "golive_load_late", f"Requests that were sent {LATE_S:g} s or more after their moment."
        )
        late.add_metric([], sum(lag_counts[_BOUNDS_S.index(LATE_S) + 1 :]))
        yield late
        due = CounterMetricFamily("golive_load_due", "Arrivals whose moment has come.")
        due.add_metric([], sum(part["due"] for part in parts))
        yield due
        for name, what, value in (
            ("golive_load_scheduled", "Arrivals of the whole schedule.", self._scheduled),
            ("golive_load_in_flight", "Requests under way.", sum(part["in_flight"] for part in parts)),
            ("golive_load_processes", "Processes that send.", len(parts)),
        ):
            gauge = GaugeMetricFamily(name, what)
            gauge.add_metric([], value)
            yield gauge

    def serve(self, port: int) -> WSGIServer:
        """Answer on loopback from now on, in this very loop.

        Raises:
            UsageError: the port is taken.
        """
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_HOST, port))
            listener.listen()
        except OSError as error:
            listener.close()
            raise UsageError(
                f"no page of figures can be served there: {error.strerror}",
                where=f"--metrics {port}",
                remedy="name a port that is free",
            ) from error
        server = WSGIServer(listener, self.page, log=None)
        server.start()
        return server

    def page(self, asked: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        """OpenMetrics, unless somebody asks for nothing but Prometheus' older format."""
        accept = asked.get("HTTP_ACCEPT", "")
        try:
            encode, kind = choose_encoder(accept if "text/plain" in accept else _OPEN_METRICS)
        except (TypeError, ValueError):  # it asks for a version that is none
            encode, kind = choose_encoder(_OPEN_METRICS)
        start("200 OK", [("Content-Type", kind)])
        return [encode(self)]


def _added(parts: Iterable[dict[str, Any]]) -> list[tuple[list[str], dict[str, int], list[int], float]]:
    """The series of all processes together, by name."""
    every: dict[tuple[str, ...], tuple[list[str], dict[str, int], list[int], float]] = {}
    for part in parts:
        for endpoint, scenario, dialect, reasons, counts, total_s in part["series"]:
            key = (endpoint, scenario, dialect)
            _, failed, have, sum_s = every.get(key, ([], {}, [0] * len(counts), 0.0))
            failed = {each: failed.get(each, 0) + reasons.get(each, 0) for each in {*failed, *reasons}}
            added = [one + other for one, other in zip(have, counts, strict=True)]
            every[key] = (list(key), failed, added, sum_s + total_s)
    return [every[key] for key in sorted(every)]


def _buckets(counts: list[int]) -> list[tuple[str, float]]:
    """Cumulative, as the format has it."""
    so_far, buckets = 0, []
    for bound, times in zip((*_BOUNDS_S, float("inf")), counts, strict=True):
        so_far += times
        buckets.append((floatToGoString(bound), float(so_far)))  # type: ignore[no-untyped-call]
    return buckets
