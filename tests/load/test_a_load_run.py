"""A load, started as people start it, against a simulator: counts are exact, whoever counted them."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.account.env_file import write_environment
from harness.simulator.embedded import running_simulator
from load.measurement import FILE
from tests.load.conftest import Target
from tests.load.running import PATIENT, Ended, begin, finish, load, rebuilt, until

BRIEF = ("--rate", "40", "--seconds", "2")


def test_every_arrival_of_every_dialect_is_sent_verified_and_counted_once(
    simulator: Target, tmp_path: Path
) -> None:
    before = len(simulator.levers.orders())
    mix = "create/h5/mcp=2,create/jsapi/envelope,create/native/apiv3,query/native/mcp,query/h5/envelope"
    mix += ",query/jsapi/apiv3,close/native/mcp,lifecycle/h5/apiv3"
    ended = load(tmp_path, *simulator.options, "--rate", "45", "--seconds", "2", "--mix", mix, *PATIENT)
    assert ended.code == 0, ended.said
    assert ended.counts() == {
        "create/h5/mcp": (20, {}),
        "create/jsapi/envelope": (10, {}),
        "create/native/apiv3": (10, {}),
        "create/native/mcp": (10, {}),
        "create/h5/apiv3": (10, {}),
        "query/native/mcp": (10, {}),
        "query/h5/envelope": (10, {}),
        "query/jsapi/apiv3": (10, {}),
        "query/h5/apiv3": (10, {}),
        "close/native/mcp": (10, {}),
        "close/h5/apiv3": (10, {}),
    }
    assert ended.measurement.complete
    subjects = 3 * 16
    assert len(simulator.levers.orders()) - before == 60 + subjects
    assert (tmp_path / "artifacts" / "locust.html").stat().st_size > 10_000
    assert [each.name for each in sorted((tmp_path / "artifacts").glob("locust.json*"))] == ["locust.json"]


@pytest.mark.parametrize(
    "faults",
    [
        {
            "apiv3": ("wrong_signature", None, "bad signature"),
            "envelope": ("wrong_signature", None, "bad signature"),
            "mcp": ("status", 429, "HTTP 429"),
        },
        {
            "apiv3": ("status", 500, "HTTP 500 SYSTEM_ERROR"),
            "envelope": ("drop_after_acceptance", None, "connection closed"),
            "mcp": ("reset", None, "connection closed"),
        },
    ],
    ids=["forged-or-refused", "failed-or-missing"],
)
def test_a_forged_wrong_or_missing_answer_is_a_failure_with_a_reason(
    simulator: Target, tmp_path: Path, faults: dict[str, tuple[str, int | None, str]]
) -> None:
    for dialect, (action, value, _) in faults.items():
        fault = {"operation": "create", "action": action, "dialect": dialect, "nth": 3, "times": 5}
        simulator.levers.add_fault(Fault.model_validate({**fault, "value": value}))
    try:
        mix = ",".join(f"create/native/{dialect}" for dialect in faults)
        ended = load(tmp_path, *simulator.options, "--rate=30", "--seconds=2", "--mix", mix, *PATIENT)
    finally:
        simulator.levers.clear_faults()
    assert ended.counts() == {
        f"create/native/{dialect}": (15, {reason: 5}) for dialect, (_, _, reason) in faults.items()
    }


def test_two_processes_measure_exactly_what_their_single_requests_add_up_to(
    simulator: Target, tmp_path: Path
) -> None:
    """Also beside another load of two processes, and a Prometheus may read meanwhile how far they are."""
    port = str(_free_port())
    options = ("--processes", "2", "--requests", "parquet", "--poisson", *PATIENT)
    beside = begin(tmp_path / "beside", *simulator.options, *BRIEF, *options)
    process = begin(tmp_path, *simulator.options, *BRIEF, *options, "--metrics", port)
    pages: list[dict[str, float]] = []

    def both_answered() -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            pages.append(_figures(answer.read().decode()))
        told = pages[-1] if pages else {}
        return told.get("golive_load_processes") == 2 and told.get("golive_load_requests_total", 0) > 0

    until(both_answered, "a page of figures of two processes")
    for ended in finish(process, tmp_path), finish(beside, tmp_path / "beside"):
        assert ended.code == 0, ended.said
        assert ended.measurement.complete
        assert len(list((ended.out / "measurements").glob("requests-*.parquet"))) == 2
        assert rebuilt(ended.requests, ended.measurement) == ended.measurement
    assert pages[-1]["golive_load_requests_total"] <= pages[-1]["golive_load_due_total"] <= 110


SLOW_TO_JOIN = """
import locust.main, gevent
from load import __main__, coordinator
at_once = coordinator.Coordinator.join
def join(self, environment):
    gevent.sleep(1.5 if environment.parsed_options.worker else 0)
    at_once(self, environment)
coordinator.Coordinator.join = join
__main__.command()
"""


def test_a_worker_that_is_started_before_it_has_joined_still_sends_its_share(
    simulator: Target, tmp_path: Path
) -> None:
    options = (*simulator.options, *BRIEF, "--processes=2", *PATIENT)
    ended = load(tmp_path, *options, program=("-c", SLOW_TO_JOIN))
    assert ended.code == 0, ended.said
    assert ended.measurement.requests == 80
    assert "Traceback" not in ended.said


def _figures(page: str) -> dict[str, float]:
    """Sums of a page by name, read by the strict parser."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_a_master_and_two_workers_measure_exactly_what_their_single_requests_add_up_to(
    simulator: Target, tmp_path: Path
) -> None:
    port = str(_free_port())
    worker = ("--worker", "--master-port", port, *simulator.options)
    workers = [begin(tmp_path, *worker) for _ in range(2)]
    master = ("--master", "--expect-workers", "2", "--master-bind-host", "127.0.0.1")
    ended = load(
        tmp_path,
        *simulator.options,
        *master,
        "--master-bind-port",
        port,
        *BRIEF,
        "--requests=parquet",
        *PATIENT,
    )
    for each in workers:
        finish(each, tmp_path)
    assert ended.code == 0, ended.said
    assert ended.measurement.requests == 80
    assert ended.measurement.complete
    assert rebuilt(ended.requests, ended.measurement) == ended.measurement


def test_a_starved_generator_concludes_nothing(simulator: Target, tmp_path: Path) -> None:
    starved = tmp_path / "starved.py"
    starved.write_text(
        "import time, gevent\n"
        "from load.locustfile import *\n"
        "def hog():\n"
        "    while True:\n"
        "        until = time.perf_counter() + 0.2\n"
        "        while time.perf_counter() < until: pass\n"
        "        gevent.sleep(0.05)\n"
        "events.test_start.add_listener(lambda **ignored: gevent.spawn(hog))\n"
    )
    ended = load(
        tmp_path,
        *simulator.options,
        *BRIEF,
        program=("-m", "locust", "-f", str(starved), "--headless", "--only-summary"),
    )
    assert ended.code == 2
    assert "inconclusive: generator saturated" in ended.said
    assert ended.measurement.requests == 80
    assert ended.measurement.lag.quantile_s(0.99) > 0.05


def test_the_first_ctrl_c_waits_for_answers_and_keeps_what_was_measured(
    simulator: Target, tmp_path: Path
) -> None:
    process = begin(tmp_path, *simulator.options, "--rate=20", "--seconds=60", *PATIENT)
    _wait_for_orders(simulator.levers, 20)
    process.send_signal(signal.SIGINT)
    ended = finish(process, tmp_path, timeout_s=30)
    assert ended.code == 2
    assert ended.measurement.interrupted
    assert ended.measurement.unfinished == 0
    assert 20 <= ended.measurement.requests < 1200


def test_the_second_ctrl_c_ends_at_once_and_still_keeps_it(tmp_path: Path) -> None:
    # A simulator of its own: answers that nobody waits for any more would disturb other tests.
    with running_simulator() as own:
        env_file = tmp_path / ".env"
        write_environment(env_file, own.environment(notify_url="http://127.0.0.1:9/notify"))
        with LeversClient(own.levers_url, own.levers_token) as levers:
            ended = _interrupted_twice(levers, tmp_path, "--env-file", str(env_file))
    assert ended.code == 130
    assert ended.measurement.interrupted
    assert ended.measurement.unfinished > 0
    assert ended.measurement.requests >= 15


def _interrupted_twice(levers: LeversClient, out: Path, *options: str) -> Ended:
    stuck = Fault(operation="create", action="delay", nth=20, times=1000, value=25)
    levers.add_fault(stuck)
    process = begin(out, *options, "--rate=20", "--seconds=60", *PATIENT)
    _wait_for_orders(levers, 18)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    time.sleep(1.0)
    assert process.poll() is None, "the first Ctrl-C waits for the answers under way"
    process.send_signal(signal.SIGINT)
    return finish(process, out, timeout_s=20)


def test_workers_interrupted_together_keep_what_they_measured(simulator: Target, tmp_path: Path) -> None:
    process = begin(tmp_path, *simulator.options, "--rate=20", "--seconds=60", "--processes=2", *PATIENT)
    _wait_for_orders(simulator.levers, 20)
    process.send_signal(signal.SIGINT)
    ended = finish(process, tmp_path, timeout_s=40)
    assert ended.measurement.interrupted
    assert ended.measurement.requests >= 20


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--rate", "1000", "--seconds", "800"), "more than a load may be unasked"),
        (("-H", "https://api.mch.weixin.qq.com"), "refused before sending"),
    ],
    ids=["too-much", "production"],
)
def test_what_must_not_run_is_refused_before_anything_is_sent(
    simulator: Target, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    ended = load(tmp_path, *simulator.options, *arguments)
    assert ended.code == 4
    assert why in ended.said
    assert "Traceback" not in ended.said
    assert not (tmp_path / FILE).exists()


def test_a_load_of_queries_without_an_endpoint_is_no_load(simulator: Target, tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{_free_port()}"
    ended = load(tmp_path, *simulator.options, "-H", nobody, "--mix=query/native/apiv3", "--seconds=1")
    assert ended.code == 3
    assert "could be placed" in ended.said


def _wait_for_orders(levers: LeversClient, many: int) -> None:
    before = len(levers.orders())
    until(lambda: len(levers.orders()) >= before + many, f"{many} orders")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
