"""What a Prometheus reads of a running load: in the strict format, and as much as was measured."""

from __future__ import annotations

import socket

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from harness.core.errors import UsageError
from load.live import Live, told
from load.measurement import Measurement
from tests.load.measured import CREATE, QUERY, measure


@pytest.fixture(scope="module")
def parts() -> list[dict[str, object]]:
    """Two processes: 300 requests, of which 20 failed and 100 left two seconds late."""
    one = measure(CREATE, [4_000] * 90 + [700_000] * 10, failed=20)
    measure(QUERY, [20_000] * 80, into=one)
    other = measure(CREATE, [2_100_000] * 100, lag=lambda number: 2_000_000)
    return [told(one, due=210, in_flight=3), told(other, due=101, in_flight=0)]


def page(live: Live, accept: str = "*/*") -> tuple[str, str]:
    """What is served, with its type."""
    kinds: list[str] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        assert status == "200 OK"
        kinds.append(dict(headers)["Content-Type"])

    body = live.page({"HTTP_ACCEPT": accept}, start)
    return kinds[0], b"".join(body).decode()


def test_a_port_that_is_taken_is_refused_before_anything_is_sent() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="no page of figures can be served there") as refused:
            Live("", 0, list).serve(other.getsockname()[1])
    assert "--metrics" in refused.value.where


def test_every_figure_of_every_process_is_on_the_page_in_the_strict_format(
    parts: list[dict[str, object]],
) -> None:
    kind, text = page(Live("mine", 400, lambda: parts))
    assert kind.startswith("application/openmetrics-text")
    figures = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }
    create = ("create", "h5", "mcp")
    assert figures[("golive_load_info", "mine")] == 1
    assert figures[("golive_load_requests_total", *sorted((*create, "ok")))] == 200
    assert figures[("golive_load_requests_total", *sorted((*create, "failed")))] == 20
    assert figures[("golive_load_failures_total", *sorted((*create, "HTTP 500")))] == 20
    assert figures[("golive_load_latency_seconds_bucket", *sorted((*create, "0.005")))] == 90
    assert figures[("golive_load_latency_seconds_bucket", *sorted((*create, "1.0")))] == 100
    assert figures[("golive_load_latency_seconds_bucket", *sorted((*create, "+Inf")))] == 200
    assert figures[("golive_load_latency_seconds_count", "mcp", "native", "query")] == 80
    wanted = 90 * 0.004 + 10 * 0.7 + 100 * 2.1
    assert figures[("golive_load_latency_seconds_sum", *create)] == pytest.approx(wanted, rel=0.001)
    assert figures[("golive_load_late_total",)] == 100
    assert (figures[("golive_load_due_total",)], figures[("golive_load_in_flight",)]) == (311, 3)
    assert (figures[("golive_load_scheduled",)], figures[("golive_load_processes",)]) == (400, 2)


def test_who_asks_for_the_older_format_gets_it_and_before_the_first_request_there_is_a_page() -> None:
    live = Live("", 0, lambda: [told(Measurement(started=measure().started), due=0, in_flight=0)])
    kind, text = page(live, "text/plain")
    assert kind.startswith("text/plain; version=")
    assert "golive_load_due_total 0.0" in text
    assert page(live, "text/plain;version=none")[0].startswith("application/openmetrics-text")
    empty = page(Live("", 0, list))[1]
    assert list(text_string_to_metric_families(empty))  # type: ignore[no-untyped-call]
