"""The protocol's controls judge an endpoint of any form and era, and nobody passes who refuses everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from harness.core.control import Blame, Check, Outcome
from harness.processes.serving import listen, serving
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from tests.scenarios.mcp_front import (
    Front,
    RefusesInStructure,
    Spoil,
    TakesEveryThird,
    breaks_on_bad_amounts,
    fails_creates,
    knows_no_version,
    lists_one_twice,
)
from tests.scenarios.running import Rehearsed, rehearse

CONTROLS = tuple(f"MCP-0{number}" for number in range(1, 9))
REFUSALS = ("MCP-04", "MCP-05")
"""What they want is a refusal, so that whoever refuses everything would pass."""


@contextmanager
def judged(
    folder: Path,
    *,
    events: bool = False,
    older: bool = False,
    spoil: Spoil | None = None,
    statuses: Mapping[int, int] = MappingProxyType({}),
    one_key: bool = False,
    only: str = "MCP",
) -> Iterator[Rehearsed]:
    """A run of the protocol's controls against the simulator with such an endpoint in front."""
    with running_simulator() as simulator:
        whole = simulator.environment(notify_url="http://127.0.0.1:3000/notify")
        # Alipay's endpoint is another one, with nothing in front of it.
        environment = {name: value for name, value in whole.items() if not name.startswith("ALIPAY_")}
        key = environment["WECHAT_MCP_API_KEY"] if one_key else None
        front = Front(
            environment["WECHAT_MCP_ENDPOINT"],
            events=events,
            older=older,
            spoil=spoil,
            statuses=statuses,
            key=key,
        )
        with serving(front.app(), listen()) as base:
            file = folder / ".env"
            file.write_text(environment_text({**environment, "WECHAT_MCP_ENDPOINT": f"{base}/mcp/v1"}))
            yield rehearse(
                folder / "run", f"--target={simulator.base_url}", f"--env-file={file}", f"--only={only}"
            )


def told(run: Rehearsed) -> list[Check]:
    """What the run says of that endpoint."""
    return [check for check in run.checks if check.dialect == "mcp"]


def outcomes_of(run: Rehearsed, control: str) -> set[Outcome]:
    return {check.outcome for check in told(run) if check.control == control}


def test_answers_may_come_as_a_stream_of_events(tmp_path: Path) -> None:
    with judged(tmp_path, events=True) as run:
        outcomes = {control: outcomes_of(run, control) for control in CONTROLS}
    assert outcomes == {control: {Outcome.PASS} for control in CONTROLS}, run.output


@pytest.mark.parametrize("events", [False, True], ids=["JSON", "events"])
def test_an_endpoint_of_the_older_era_is_judged_in_it(events: bool, tmp_path: Path) -> None:
    with judged(tmp_path, events=events, older=True) as run:
        outcomes = {control: outcomes_of(run, control) for control in CONTROLS}
    newest = outcomes.pop("MCP-01")
    assert outcomes == {control: {Outcome.PASS} for control in CONTROLS[1:]}, run.output
    assert newest == {Outcome.PASS, Outcome.FAIL}
    (failed,) = (check for check in told(run) if check.outcome is Outcome.FAIL)
    assert "2026-07-28" in failed.scenario


@pytest.mark.parametrize("spoil", [fails_creates, knows_no_version], ids=lambda spoil: spoil.__name__)
def test_whoever_refuses_every_order_has_refused_no_bad_one(spoil: Spoil, tmp_path: Path) -> None:
    with judged(tmp_path, spoil=spoil, only="MCP-04,MCP-05,MCP-07") as run:
        checks = [check for check in told(run) if check.control in REFUSALS]
    assert len(checks) == 13
    assert {check.outcome for check in checks} == {Outcome.INCONCLUSIVE}, run.output
    assert {check.blame for check in checks} == {Blame.ENDPOINT}
    assert all("an order that nothing is wrong with" in check.message for check in checks)
    assert outcomes_of(run, "MCP-07") == {Outcome.FAIL}


def test_a_breakdown_is_a_refusal_only_where_good_orders_are_taken_before_and_after(tmp_path: Path) -> None:
    for name, spoil, outcomes in (
        ("arguments", breaks_on_bad_amounts, {Outcome.PASS, Outcome.WARN}),
        ("anything", TakesEveryThird(), {Outcome.INCONCLUSIVE}),
    ):
        (tmp_path / name).mkdir()
        with judged(tmp_path / name, spoil=spoil, only="MCP-04") as run:
            assert outcomes_of(run, "MCP-04") == outcomes, run.output


def test_a_refusal_whose_code_an_sdk_would_hide_is_warned_of(tmp_path: Path) -> None:
    with judged(tmp_path, spoil=RefusesInStructure(), only="MCP-06") as run:
        (check,) = (check for check in told(run) if check.control == "MCP-06")
    assert (check.outcome, check.blame) == (Outcome.WARN, Blame.ENDPOINT)
    assert "its tool's schema forbids" in check.message


@pytest.mark.parametrize(
    ("statuses", "outcomes"),
    [
        (
            {421: 403},
            {"no key": "pass", "wrong key": "pass", "foreign origin": "pass", "foreign host": "pass"},
        ),
        ({421: 404, 401: 403, 403: 400}, {"no key": "warn", "wrong key": "warn", "foreign origin": "warn"}),
        (
            {421: 200, 401: 500, 403: 429},
            {"no key": "fail", "foreign origin": "fail", "foreign host": "fail"},
        ),
    ],
    ids=["TypeScript", "a proxy", "no refusal"],
)
def test_a_stranger_may_be_refused_as_other_servers_do(
    statuses: dict[int, int], outcomes: dict[str, str], tmp_path: Path
) -> None:
    with judged(tmp_path, statuses=statuses, only="MCP-05") as run:
        found = {check.scenario: check.outcome.value for check in told(run)}
    assert len(found) == 4, run.output
    for stranger, outcome in outcomes.items():
        assert [value for name, value in found.items() if stranger in name] == [outcome], run.output


def test_an_endpoint_that_knows_one_key_alone_is_told_why_texts_of_others_were_not_looked_at(
    tmp_path: Path,
) -> None:
    with judged(tmp_path, one_key=True, only="MCP-08") as run:
        outcomes = {check.scenario.partition("::")[2]: check for check in told(run)}
    others = next(check for name, check in outcomes.items() if "what_others_wrote" in name)
    assert (others.outcome, others.blame) == (Outcome.INCONCLUSIVE, Blame.ENDPOINT), run.output
    assert "opened a moment ago" in others.message
    assert sorted(check.outcome.value for check in outcomes.values()) == ["inconclusive", "pass"]


def test_two_tools_of_one_name_fail(tmp_path: Path) -> None:
    with judged(tmp_path, spoil=lists_one_twice, only="MCP-02") as run:
        (check,) = (check for check in told(run) if check.control == "MCP-02")
    assert (check.outcome, check.blame) == (Outcome.FAIL, Blame.ENDPOINT)
    assert "several tools are called create-native-payment" in check.message
