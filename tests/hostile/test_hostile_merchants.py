"""Whatever a merchant does, a run ends soon, stays small, and says rightly whose fault it was."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.core.control import Blame
from harness.core.patience import MOST_OVERDUE
from harness.merchant import profile as profiles
from harness.merchant.http import LIMIT_S
from harness.shop.embedded import RunningShop, running_shop
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.hostile.between import between
from tests.hostile.case import JUDGED, ROOM_KB, SOON_S, UNREACHABLE, Case
from tests.hostile.misbehaving import OK, OVERDUE, UNFIT, Behaviour, says
from tests.hostile.runs import Cost, rehearse

ORDERS, SIGN_IN, PAYMENT = "POST /api/payment/create-order", "GET /login", "GET /payment"
USUAL = "PAY-08"


def page(body: str) -> Behaviour:
    return says(OK + b"Content-Type: text/html\r\nConnection: close\r\n\r\n" + body.encode())


CASES: dict[str, Case] = {
    "quiet": Case("nothing", None, 0, None),
    **{name: Case(ORDERS, each, UNREACHABLE, Blame.ENVIRONMENT) for name, each in OVERDUE.items()},
    **{name: Case(ORDERS, each, JUDGED, Blame.MERCHANT) for name, each in UNFIT.items()},
    "a redirect": Case(
        ORDERS,
        says(b"HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
        JUDGED,
        Blame.MERCHANT,
    ),
    "a page that redirects to itself": Case(
        SIGN_IN,
        says(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        JUDGED,
        Blame.MERCHANT,
        only="PAY-02",
    ),
    "a script that never ends": Case(
        SIGN_IN, page("<script>while(1){}</script>"), JUDGED, Blame.MERCHANT, only="PAY-02"
    ),
    "a script that never ends and begins late": Case(
        PAYMENT,
        page("<script>setTimeout(() => { while (1) {} }, 300)</script>"),
        JUDGED,
        Blame.MERCHANT,
        only="PAY-02",
    ),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Cost]]]:
    """One run of each merchant, a few of them at once, each at a platform of its own."""
    folder = tmp_path_factory.mktemp("merchants")
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(5))
        yield {
            name: pool.submit(one, folder / str(number), each)
            for number, (name, each) in enumerate(CASES.items())
        }


def one(folder: Path, case: Case) -> Cost:
    folder.mkdir()
    with running_simulator() as simulator:
        environment = simulator.environment(notify_url="http://127.0.0.1:3000/", mcp_enabled=False)
        with running_shop(environment) as shop, between(shop.base_url, case.rule) as address:
            return rehearse(folder / "ran", arguments(folder, simulator, shop, address, case.only or USUAL))


def arguments(
    folder: Path, simulator: RunningSimulator, shop: RunningShop, address: str, only: str
) -> list[str]:
    env_file = folder / ".env"
    environment = simulator.environment(notify_url=shop.notify_url, mcp_enabled=False)
    env_file.write_text(environment_text(environment), "utf-8")
    described = (Path(profiles.__file__).parent / "profiles" / "shop.toml").read_text("utf-8")
    described = described.replace('base_url = "http://127.0.0.1:3000"', f'base_url = "{address}"')
    described = described.replace("reference-shop-2", "build-of-the-tests")
    described = described.replace('dialect = "mcp"', 'dialect = "apiv3"')
    described = described.replace('token = ""', f'token = "{shop.observer_token}"')
    assert tomllib.loads(described)["base_url"] == address
    (folder / "merchant.toml").write_text(described, "utf-8")
    asked = [f"--target={simulator.base_url}", f"--env-file={env_file}"]
    return [*asked, f"--merchant={folder / 'merchant.toml'}", f"--only={only}"]


@pytest.mark.parametrize("name", CASES)
def test_the_run_ends_soon_stays_small_and_blames_rightly(name: str, runs: dict[str, Future[Cost]]) -> None:
    case, run, quiet = CASES[name], runs[name].result(), runs["quiet"].result()
    assert run.code == case.code, run.output
    assert run.seconds < SOON_S
    assert run.peak_kb - quiet.peak_kb < ROOM_KB
    assert run.blamed == ({case.blame} if case.blame else set()), run.output
    assert "Traceback" not in run.output


def test_the_products_own_limit_leaves_the_same_room() -> None:
    assert MOST_OVERDUE * LIMIT_S <= SOON_S - 15
