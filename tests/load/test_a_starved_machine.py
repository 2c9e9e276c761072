"""A machine that lacks the processor for generator and endpoint alike accuses nobody of being slow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.load import command
from harness.core.control import Blame, Check, Grade, Outcome
from load.acceptance import accept
from load.key import Key
from load.measurement import EXCUSABLE, FILE, Measurement, read, write
from load.users.connections import Connections
from tests.load.measured import CREATE, SET, criteria_of, measure

SLOW_US, QUICK_US = 2_600_000, 90_000
LATE_US = 25_000
"""Beyond what the set allows its generator."""
SENTENCES = ["success_rate > 95%", "p95 < 2s", "p90 < 2s for 10s", "max < 2s", "failures = 0"]
QUERIES = (
    SET.replace("flow: create", "flow: query")
    .replace("endpoint: create", "endpoint: query")
    .replace("PRF-01", "QRY-04")
)
STORM = SET.replace("flow: create, scenario: h5, dialect: mcp", "flow: storm").replace(
    "endpoint: create", "endpoint: callback, dialect: merchant"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the load was made."""

    lag_us: int
    shared: bool

    def measured(
        self, key: Key = CREATE, *, slow: int = 0, failed: int = 0, why: str = "timeout"
    ) -> Measurement:
        return measure(
            key,
            [SLOW_US] * slow + [QUICK_US] * (1_000 - slow - failed),
            failed=failed,
            reason=why,
            lag=lambda number: self.lag_us,
            same_machine=self.shared,
        )


STARVED, QUIET = Machine(LATE_US, shared=True), Machine(0, shared=True)
ELSEWHERE = Machine(LATE_US, shared=False)
"""A late generator, and the endpoint on another machine."""


def judged(measurement: Measurement, *sentences: str, text: str = SET) -> Check:
    return accept(measurement, criteria_of(*sentences, text=text)).checks(Grade.SIMULATED)[0]


@pytest.mark.parametrize("key", [CREATE, Key("query", "h5", "mcp")], ids=["creates", "queries"])
@pytest.mark.parametrize("sentence", ["p95 < 2s", "p90 < 2s for 10s", "max < 2s"])
def test_slow_answers_of_an_endpoint_on_a_starved_machine_are_the_environment_s(
    sentence: str, key: Key
) -> None:
    text = QUERIES if key.endpoint == "query" else SET
    check = judged(STARVED.measured(key, slow=1_000), sentence, text=text)
    assert (check.outcome, check.blame, check.exercised) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, 1_000)
    assert check.message.startswith("this machine was starved, and who was asked runs on it: lag_p99 < 20ms")


@pytest.mark.parametrize("reason", sorted(EXCUSABLE))
@pytest.mark.parametrize("sentence", SENTENCES)
def test_answers_that_never_came_on_a_starved_machine_are_the_environment_s(
    sentence: str, reason: str
) -> None:
    check = judged(STARVED.measured(failed=500, why=reason), sentence)
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("reason", ["HTTP 500", "bad signature"])
def test_what_an_answer_said_is_the_endpoint_s_on_a_starved_machine_too(reason: str, sentence: str) -> None:
    check = judged(STARVED.measured(failed=500, why=reason), sentence)
    assert (check.outcome, check.blame) == (Outcome.FAIL, Blame.ENDPOINT)


@pytest.mark.parametrize("machine", [QUIET, ELSEWHERE], ids=["a quiet machine", "another machine"])
@pytest.mark.parametrize("sentence", ["p95 < 2s", "p90 < 2s for 10s", "max < 2s"])
def test_an_endpoint_that_is_slow_by_itself_fails(sentence: str, machine: Machine) -> None:
    check = judged(machine.measured(slow=1_000), sentence)
    assert (check.outcome, check.blame) == (Outcome.FAIL, Blame.ENDPOINT)


def test_a_merchant_on_a_starved_machine_is_not_accused_either() -> None:
    forged = Key("callback", "forged", "merchant")
    checks = accept(STARVED.measured(forged, slow=1_000), criteria_of("p95 < 2s", text=STORM)).checks(
        Grade.SIMULATED
    )
    check = next(each for each in checks if each.scenario.endswith("forged"))
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_what_was_in_time_on_a_starved_machine_passes() -> None:
    check = judged(STARVED.measured(), *SENTENCES)
    assert (check.outcome, check.blame) == (Outcome.PASS, None)
    assert "Proven although the generator was late" in check.message


def test_too_few_requests_stay_the_load_s_own_on_a_starved_machine() -> None:
    check = judged(STARVED.measured(), "requests >= 2000")
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.HARNESS)


def test_only_what_was_asked_on_the_starved_machine_is_spared_where_several_are_judged_together() -> None:
    text = SET.replace("endpoint: create,", "endpoint: create, scenario: all, dialect: all,")
    remote = Key("create", "native", "apiv3")
    both = STARVED.measured(slow=1_000)
    both.add(ELSEWHERE.measured(remote))
    assert judged(both, "p95 < 2s", text=text).blame is Blame.ENVIRONMENT
    both.add(ELSEWHERE.measured(remote, slow=1_000))
    assert judged(both, "p95 < 2s", text=text).blame is Blame.ENDPOINT


def test_parts_of_several_processes_keep_who_shared_a_machine() -> None:
    whole = ELSEWHERE.measured(slow=500)
    whole.add(STARVED.measured(slow=500))
    assert whole.series[CREATE.name].same_machine


@pytest.mark.parametrize(
    ("machine", "outcome", "code"), [(STARVED, "inconclusive", 3), (QUIET, "fail", 1), (ELSEWHERE, "fail", 1)]
)
def test_a_file_is_judged_as_the_run_was(machine: Machine, outcome: str, code: int, tmp_path: Path) -> None:
    criteria = tmp_path / "trial.yaml"
    criteria.write_text(SET.replace("REQUIRE", "p95 < 2s"), "utf-8")
    measurement = machine.measured(slow=1_000)
    write(measurement, tmp_path / FILE)
    assert judged(read(tmp_path / FILE), "p95 < 2s") == judged(measurement, "p95 < 2s")
    told = CliRunner().invoke(
        command, ["--judge", str(tmp_path), "--by", str(criteria), "--lang", "en"], standalone_mode=False
    )
    assert (told.output.split()[0], told.return_value) == (outcome, code), told.output


@pytest.mark.parametrize(
    ("origin", "shared"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://127.8.0.1:8765", True),
        ("https://localhost", True),
        ("http://[::1]:8765", True),
        ("https://merchant.example", False),
        ("http://10.0.0.7:8765", False),
    ],
)
def test_who_is_asked_on_loopback_shares_the_generator_s_machine(origin: str, shared: bool) -> None:
    assert Connections.to(origin, at_once=1).same_machine is shared
