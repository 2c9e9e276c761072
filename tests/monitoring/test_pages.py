"""A page of figures is read as a Prometheus would, and whatever it is, within bounds."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest

from harness.core.errors import EnvironmentUnreachable, MerchantFailure
from harness.monitoring import pages
from harness.monitoring.exposition import LARGEST_PAGE, LONGEST_LINE, Figures, figures
from harness.monitoring.pages import Pages
from harness.monitoring.selector import Selector

PLAIN = """
# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{result="paid"} 3
orders_total{result="failed"} 2
# TYPE order_seconds histogram
order_seconds_bucket{op="create",le="0.5"} 3
order_seconds_bucket{op="create",le="+Inf"} 4
order_seconds_sum{op="create"} 2.5
order_seconds_count{op="create"} 4
order_seconds_bucket{op="query",le="+Inf"} 9
order_seconds_sum{op="query"} 9
order_seconds_count{op="query"} 9
process_start_time_seconds 1000
"""
OPEN = """# TYPE orders counter
orders_total{result="paid"} 3.0
# EOF
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def read(text: str, *names: str, content_type: str = "text/plain") -> Figures:
    return figures(text, content_type, [Selector.of(each) for each in names], where="/metrics")


def test_series_that_fit_are_added_up() -> None:
    found = read(PLAIN, "orders_total", 'orders_total{result="paid"}', "coffee_total")
    assert found.values == {"orders_total": 5, 'orders_total{result="paid"}': 3}
    assert found.types["orders_total"] == "counter"
    assert found.started == 1000


def test_a_series_that_is_named_twice_is_added_up_once() -> None:
    assert read(PLAIN, "orders_total", "orders_total").values == {"orders_total": 5}


def test_a_histogram_is_read_by_its_name_and_its_count_alone() -> None:
    found = read(PLAIN, 'order_seconds{op="create"}', "order_seconds_count")
    timing = found.timings['order_seconds{op="create"}']
    assert (timing.count, timing.total, timing.buckets[0.5]) == (4, 2.5, 3)
    assert found.values == {"order_seconds_count": 13}


def test_openmetrics_is_read_by_its_own_rules() -> None:
    assert read(OPEN, "orders_total", content_type=OPENMETRICS).values == {"orders_total": 3}
    with pytest.raises(MerchantFailure, match="Missing # EOF"):
        read(OPEN.replace("# EOF\n", ""), "orders_total", content_type=OPENMETRICS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders_total NaN", "orders_total is not a number"),
        ("orders_total +Inf", "orders_total is infinite"),
        ("orders_total many", "cannot be parsed"),
        ("<html>orders_total</html>", "cannot be parsed"),
        ('orders_total{result="paid} 3', "cannot be parsed"),
        ("# TYPE", "cannot be parsed"),
        ("", ""),
        ("orders_total{" + ",".join(f'l{n}="v"' for n in range(LONGEST_LINE // 4)) + "} 1", "longer than"),
    ],
)
def test_a_hostile_page_has_a_clear_end(text: str, said: str) -> None:
    if said:
        with pytest.raises(MerchantFailure, match=said):
            read(text, "orders_total")
    else:
        assert read(text, "orders_total").values == {}


def test_processes_of_one_app_are_added_up() -> None:
    told = {"http://a/one": PLAIN, "http://a/two": PLAIN}
    names = [Selector.of("orders_total"), Selector.of("order_seconds")]
    with Pages(
        "http://a", ["/one", "/two"], names, ask=lambda at: httpx.Response(200, text=told[at])
    ) as asked:
        found = asked.read()
    assert found.values == {"orders_total": 10}
    assert found.timings["order_seconds"].count == 26


def test_a_page_that_lets_nobody_in_is_told_by_its_status() -> None:
    with (
        Pages("http://a", ["/m"], [], ask=lambda at: httpx.Response(401)) as asked,
        pytest.raises(MerchantFailure, match="answers HTTP 401"),
    ):
        asked.read()


@contextmanager
def answering(head: bytes, body: bytes, times: int) -> Iterator[str]:
    """A server that says this for whoever comes first, and then nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(head)
                    for _ in range(times):
                        connection.sendall(body)
                    connection.recv(1)
                except OSError:
                    return

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)


def test_of_fifty_megabytes_no_more_is_read_than_is_allowed() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    line = b'orders_total{n="1"} 1\n' * 50_000
    begun = time.monotonic()
    with (
        answering(head, line, 50 * (1 << 20) // len(line)) as address,
        Pages(address, ["/metrics"], [Selector.of("orders_total")]) as asked,
        pytest.raises(MerchantFailure, match="came to no end"),
    ):
        asked.read()
    assert time.monotonic() - begun < 5
    assert LARGEST_PAGE < 50 * (1 << 20)


def test_a_page_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LIMIT_S", 0.2)
    with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"", 0) as address,
        Pages(address, ["/metrics"], []) as asked,
        pytest.raises(MerchantFailure, match=r"was not complete within 0\.2 s"),
    ):
        asked.read()


def test_where_nothing_listens_the_page_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        Pages(f"http://127.0.0.1:{port}", ["/metrics"], []) as asked,
        pytest.raises(EnvironmentUnreachable, match="does not answer"),
    ):
        asked.read()
