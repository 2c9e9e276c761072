"""Whatever an endpoint does, a run ends soon, stays small, and says rightly whose fault it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from harness.core.control import Blame
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.hostile.between import between
from tests.hostile.case import JUDGED, ROOM_KB, SOON_S, UNDECIDED, UNREACHABLE, Case, error
from tests.hostile.misbehaving import OK, OVERDUE, UNFIT, repeats, says
from tests.hostile.runs import Cost, rehearse
from tests.plugin.target.tls_endpoint import NOTIFY_URL, believed, certified, settings_file

ORDERS, MCP = "POST /v3/pay/transactions/native", "POST /mcp/v1"
USUAL = "PAY-02"
FORGED = "no\x1b[2K\rREHEARSAL GO\u202e"
CASES: dict[str, Case] = {
    "quiet": Case("nothing", None, UNDECIDED, None),
    **{name: Case(ORDERS, each, UNREACHABLE, Blame.ENVIRONMENT) for name, each in OVERDUE.items()},
    **{name: Case(ORDERS, each, JUDGED, Blame.ENDPOINT) for name, each in UNFIT.items()},
    **{
        f"{name}, asked for tools": Case(MCP, each, JUDGED, Blame.ENDPOINT, only="MCP-02")
        for name, each in UNFIT.items()
    },
    "mute over MCP": Case(MCP, OVERDUE["mute"], UNREACHABLE, Blame.ENVIRONMENT),
    "a forged verdict": Case(ORDERS, error(FORGED), JUDGED, Blame.ENDPOINT),
    "an echo of the signature": Case(ORDERS, None, JUDGED, Blame.ENDPOINT, echoes=True),
    "an echo of the key": Case(MCP, None, JUDGED, Blame.ENDPOINT, echoes=True),
    "a redirect": Case(
        ORDERS,
        says(b"HTTP/1.1 307 Moved\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"),
        JUDGED,
        Blame.ENDPOINT,
    ),
    "mute from the first knock": Case("", OVERDUE["mute"], UNREACHABLE, None),
    "a dribbling first knock": Case("", repeats(OK, b"X: y\r\n", every_s=0.2), UNREACHABLE, None),
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[RunningSimulator]:
    """The rightful one behind them all."""
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, endpoint: RunningSimulator
) -> Iterator[dict[str, Future[Cost]]]:
    """One run against each endpoint, a few of them at once."""
    folder = tmp_path_factory.mktemp("endpoints")
    ca = trustme.CA()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(6))
        yield {
            name: pool.submit(rehearse, folder / str(number), arguments(stack, folder, ca, endpoint, each))
            for number, (name, each) in enumerate(CASES.items())
        }


def arguments(
    stack: ExitStack, folder: Path, ca: trustme.CA, simulator: RunningSimulator, case: Case
) -> list[str]:
    place = folder / f"settings-{len(list(folder.iterdir()))}"
    place.mkdir()
    address = stack.enter_context(between(simulator.base_url, case.rule, certified(place, ca)))
    env_file = settings_file(
        place / ".env",
        simulator.environment(notify_url=NOTIFY_URL),
        WECHAT_PAY_BASE_URL=address,
        WECHAT_MCP_ENDPOINT=f"{address}/mcp/v1",
        WECHAT_MCP_DIALECT="mcp",
        MCP_TIMEOUT="2000",
    )
    asked = [f"--target={address}", f"--env-file={env_file}", f"--ca-file={believed(place, ca)}"]
    return [*asked, "--budget-fen=70000", "--rate=200", f"--only={case.only or USUAL}"]


@pytest.mark.parametrize("name", CASES)
def test_the_run_ends_soon_stays_small_and_blames_rightly(name: str, runs: dict[str, Future[Cost]]) -> None:
    case, run, quiet = CASES[name], runs[name].result(), runs["quiet"].result()
    assert run.code == case.code, run.output
    assert run.seconds < SOON_S
    assert run.peak_kb - quiet.peak_kb < ROOM_KB
    assert run.blamed == ({case.blame} if case.blame else set()), run.output
    assert "Traceback" not in run.output
    assert not [line for line in run.output.splitlines() if line.startswith("REHEARSAL GO")]
    assert "\x1b[2K" not in run.output


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.echoes])
def test_what_is_echoed_of_a_secret_is_shown_to_nobody(
    name: str, runs: dict[str, Future[Cost]], endpoint: RunningSimulator
) -> None:
    run = runs[name].result()
    assert "not allowed: authorization: " in run.output.lower()
    assert endpoint.simulator.identity.mcp.api_key not in run.output
    assert not re.search(r"signature=\W*[\w+/=]{20}", run.output)
