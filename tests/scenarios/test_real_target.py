"""A target that nobody plays: a second simulator over TLS, whose levers only this test holds.

The run sees what it would see of a real endpoint. Everything that can run unattended runs; nothing is paid,
everything is closed; and the ending names what only a person or a real platform can add.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from harness.core.control import Outcome
from harness.processes.serving import listen, serving
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.platform.accounts import Account
from harness.simulator.practices import SINGLE_LIMIT
from reports.checklist import load
from tests.plugin.target.tls_endpoint import NOTIFY_URL, Elsewhere, believed, certified, settings_file
from tests.scenarios.running import Rehearsed, rehearse

BUDGET = 70_000
MCP = {f"MCP-0{number}" for number in range(1, 8)}
OTHERWISE = {
    "the merchant's page is judged in a browser",
    "the shopper's side names the purchase: the same order is asked for again",
    "the merchant's profile declares no alipay among its capabilities",
}
"""Why a scenario that judges the same in another way does not apply to our shop."""
"""Of what is asked by request, where there is a page to look at."""
PASSED = {f"CFG-{number:02}" for number in range(1, 11)} | MCP
PASSED |= {"APP-05", "CFG-12", "CFG-14", "EXP-01", "EXP-05", "PAY-01", "PAY-02", "PAY-03", "PAY-13", "SEC-01"}
PASSED |= {"MCP-08"}
"""What runs unattended, at least in part."""
HUMAN = {"CBK-01", "CFG-14", "EXP-01", "EXP-03", "EXP-04", "PAY-01", "PAY-02", "PAY-03", "PAY-12", "PAY-13"}
"""What a person can add."""
ASKED = {"CFG-12", "EXP-01", "EXP-02", "EXP-03", "EXP-04", "EXP-05", "PAY-01", "PAY-02", "PAY-03"}
ASKED |= {"CFG-09", "CFG-10", "CFG-14", "PAY-12", "PAY-13", "PRF-01", "QRY-04"}
MISSING = {"paper": {"APP-01", "APP-02", "APP-03", "APP-04"}, "experience-run": ASKED | MCP}
"""What the experience gate wants beside a rehearsal and checks that are not built yet."""


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def second(folder: Path, ca: trustme.CA) -> Iterator[RunningSimulator]:
    """The simulator that looks like an endpoint of somebody else."""
    with running_simulator(tls=certified(folder, ca)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def account(second: RunningSimulator) -> Account:
    """Its books, which the run never sees."""
    return second.simulator.account


@pytest.fixture(scope="module")
def arguments(second: RunningSimulator, folder: Path, ca: trustme.CA) -> list[str]:
    env_file = settings_file(folder / ".env.real", second.environment(notify_url=NOTIFY_URL))
    return [f"--target={second.base_url}", f"--env-file={env_file}", f"--ca-file={believed(folder, ca)}"]


@pytest.fixture(scope="module")
def run(arguments: list[str], folder: Path) -> Rehearsed:
    """One run of everything against it, shared by the tests below."""
    return rehearse(folder / "runs" / "whole", *arguments, f"--budget-fen={BUDGET}", "--rate=100")


def test_it_ends_not_yet_and_undecided(run: Rehearsed) -> None:
    assert run.code == 2, run.output
    last = run.output.rstrip().splitlines()[-3:]
    assert [line.partition(" ·")[0] for line in last] == [
        "REHEARSAL NOT YET",
        "EXPERIENCE NOT YET",
        "PRODUCTION NOT YET",
    ]


def test_its_grade_stays_simulated_and_says_why(run: Rehearsed) -> None:
    meta = json.loads((run.folder / "run.json").read_text("utf-8"))
    assert (meta["grade"], meta["gate"]) == ("simulated", "rehearsal")
    reasons = " ".join(meta["grade_reasons"])
    for word in ("this machine", "not by public roots", "simulator's key"):
        assert word in reasons
        assert word in run.output
    assert {check.grade.label for check in run.checks} == {"simulated"}


def test_what_can_run_unattended_ran_and_nothing_failed(run: Rehearsed) -> None:
    never_asked = [check for check in run.checks if check.outcome is Outcome.NOT_APPLICABLE]
    lacking = [check for check in never_asked if check.message not in OTHERWISE]
    phones = {"PAY-01", "PAY-02", "PAY-03", "CBK-01", "EXP-04"}
    over_mcp = {(check.control, check.lacks) for check in lacking if check.dialect == "mcp"}
    assert over_mcp == {("MCP-04", "budget")} | {
        (each, "played") for each in (*phones, "EXP-01", "PAY-12", "PAY-13")
    }
    # Alipay is not in these settings.
    of_alipay = {(check.dialect, check.control, check.lacks) for check in lacking if check.dialect != "mcp"}
    assert {("alipay", "CFG-12", "dialect")} | {("alipay-mcp", each, "dialect") for each in MCP} <= of_alipay
    assert {lacks for _, _, lacks in of_alipay} == {"dialect", "played"}
    outcomes = {check.outcome for check in run.checks if check not in never_asked}
    assert outcomes <= {Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN}, run.output
    passed = {check.control for check in run.checks if check.outcome is Outcome.PASS}
    assert passed == PASSED
    assert all(check.exercised for check in run.checks if check.outcome is Outcome.PASS)


def test_every_control_with_a_scenario_is_told_of(run: Rehearsed) -> None:
    longer = {f"PRF-0{number}" for number in range(2, 7)}
    assert {check.control for check in run.checks} == load().exercised - longer


def test_what_did_not_start_says_what_it_needs(run: Rehearsed) -> None:
    silent = [
        check
        for check in run.checks
        if check.outcome in (Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Outcome.NOT_APPLICABLE)
        and not (check.lacks and check.message)
    ]
    unreached = {check.message for check in silent if check.message.startswith("no answer came from http")}
    assert len(unreached) == 1
    assert {check.message for check in silent} - unreached <= OTHERWISE
    human = [check for check in run.checks if check.outcome is Outcome.NEEDS_HUMAN]
    assert {check.control for check in human} == HUMAN
    assert {check.lacks for check in human} == {"phone", "payer", "portal"}
    wechats = [check for check in run.checks if check.dialect != "alipay"]
    levers = {check.message for check in wechats if check.control == "CBK-02"}
    assert all("needs the simulator's levers" in message for message in levers)


def test_the_missing_list_is_exact(run: Rehearsed) -> None:
    gate = json.loads((run.folder / "report.json").read_text("utf-8"))["gates"]["experience"]
    named = {each["control"]: each for each in gate["missing"]}
    rest = {id_ for id_, each in named.items() if each["price"] not in ("run", "check")}
    assert rest == MISSING["paper"] | MISSING["experience-run"] | {"CBK-01"}
    for price, ids in MISSING.items():
        assert {id_ for id_, each in named.items() if each["price"] == price} == ids
    for id_ in HUMAN:
        assert any(need.startswith("needs-human: ") for need in named[id_]["needs"]), named[id_]
    for id_ in MISSING["experience-run"]:
        assert "needs a platform grade" in named[id_]["reason"]["en"]
    asked = " ".join(named["PAY-02"]["needs"])
    assert "`golive pay --attended --target https://127.0.0.1:" in asked
    assert "--budget-fen 1 --env-file" in asked
    assert "--scenario qr --wire mcp`" in asked
    listed = run.output.partition("what experience still wants")[2]
    for id_ in named:
        assert id_ in listed, f"{id_} is missing and not said"


def test_every_order_is_listed_within_the_budget_and_none_was_paid(run: Rehearsed, account: Account) -> None:
    lines = re.findall(r"^  (\S.*?)  (\d+) fen  (.+)$", run.output, re.MULTILINE)
    listed = {number: int(fen) for number, fen, _ in lines}
    assert sum(listed.values()) <= BUDGET
    assert set(account.orders()) <= set(listed), "an order was made that the ending does not name"
    states = {account.find(number).state for number in account.orders()}
    assert states == {"CLOSED"}, f"orders were left {states}"
    assert len(account.orders()) >= 12
    assert max(listed.values()) == SINGLE_LIMIT + 1, "nothing above the limit was tried"
    kept = (run.folder / "artifacts" / "orders.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line)["out_trade_no"] for line in kept] == list(listed)


@pytest.fixture(scope="module")
def alipays(second: RunningSimulator, folder: Path, ca: trustme.CA) -> list[str]:
    """The same target by settings that configure Alipay, too."""
    values = second.environment(notify_url=NOTIFY_URL)
    alipays = {name: value for name, value in values.items() if name.startswith("ALIPAY_")}
    env_file = settings_file(folder / ".env.alipay", values, **alipays)
    return [f"--target={second.base_url}", f"--env-file={env_file}", f"--ca-file={believed(folder, ca)}"]


@pytest.fixture(scope="module")
def over_alipay(alipays: list[str], folder: Path) -> Rehearsed:
    """One run of what is asked of Alipay's gateway."""
    asked = ["--only=PAY-04,PAY-05,CFG-12", "--budget-fen=3000", "--rate=100"]
    return rehearse(folder / "alipay" / "run", *alipays, *asked)


def test_alipays_gateway_is_asked_within_the_budget(over_alipay: Rehearsed) -> None:
    assert over_alipay.code == 2, over_alipay.output
    asked = {(check.control, check.outcome) for check in over_alipay.checks if check.dialect == "alipay"}
    by_phone = {(each, Outcome.NEEDS_HUMAN) for each in ("PAY-04", "PAY-05")}
    played = {(each, Outcome.NOT_APPLICABLE) for each in ("PAY-04", "PAY-05")}
    assert asked == {("CFG-12", Outcome.PASS), ("PAY-05", Outcome.PASS)} | by_phone | played
    orders = (over_alipay.folder / "artifacts" / "orders.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line)["amount"] for line in orders] == [1]


def test_a_code_of_alipays_that_nobody_opened_is_told_of_for_it_cannot_be_closed(
    over_alipay: Rehearsed, account: Account
) -> None:
    (line,) = re.findall(r"^  (\S+)  1 fen  (.+)$", over_alipay.output, re.MULTILINE)
    assert line[1] == "OPEN until its time is over: no payer has opened it so far"
    assert "1 MAY STILL BE OPEN" in over_alipay.output
    assert line[0] not in account.orders(), "it is a trade already"


def test_an_order_of_alipays_beyond_the_budget_is_never_sent(alipays: list[str], folder: Path) -> None:
    none = rehearse(folder / "none" / "run", *alipays, "--only=PAY-05", "--budget-fen=0", "--rate=100")
    (held,) = [check for check in none.checks if "refused before sending" in check.message]
    assert held.dialect == "alipay"
    assert "no order was made; budget 0 fen" in none.output


def test_no_secret_is_in_the_output_or_the_record(run: Rehearsed, second: RunningSimulator) -> None:
    identity = second.simulator.identity
    secrets = (identity.apiv3_key, identity.api_key, identity.mcp.api_key, identity.levers_token)
    texts = [
        run.output,
        *(path.read_text("utf-8", "replace") for path in run.folder.rglob("*") if path.is_file()),
    ]
    assert not [text for text in texts if any(secret in text for secret in secrets)]
    assert not [text for text in texts if "PRIVATE KEY-----" in text]


def test_an_order_beyond_the_budget_is_never_sent(
    arguments: list[str], folder: Path, account: Account
) -> None:
    before = len(account.orders())
    small = rehearse(folder / "small" / "run", *arguments, "--budget-fen=2", "--rate=100", "--only=PAY-02")
    assert small.code == 2, small.output
    assert len(account.orders()) - before == 2
    held = [check.message for check in small.checks if "refused before sending" in check.message]
    assert len(held) == 1
    assert "budget of 2 fen" in held[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--rate=1"], "no budget was given"),
        (["--target=https://pay.example.com", "--budget-fen=1"], "does not allow"),
        (["--target=http://127.0.0.1:9", "--budget-fen=1"], "plain http"),
        (["--env-file=MODES", "--budget-fen=1"], "MCP_EXPERIENCE_MODE"),
        (["--ca-file=OTHER", "--budget-fen=1"], "issuer is unknown here"),
        (["--env-file=none-of-this-name", "--budget-fen=1"], "there is no such file"),
        (["--target=REDIRECTING", "--env-file=MOVED", "--budget-fen=1"], "redirects"),
        (["--gate=experience", "--budget-fen=1"], "simulated evidence cannot decide"),
    ],
    ids=["budget", "foreign host", "plain http", "modes", "certificate", "settings", "redirect", "gate"],
)
def test_every_missing_condition_is_exit_4_with_its_reason(
    change: list[str],
    words: str,
    arguments: list[str],
    second: RunningSimulator,
    account: Account,
    ca: trustme.CA,
    tmp_path: Path,
) -> None:
    values = second.environment(notify_url=NOTIFY_URL)
    before = account.orders()
    with serving(Elsewhere(), listen(), certified(tmp_path, ca)) as elsewhere:
        (tmp_path / "other").mkdir()
        made = {
            "MODES": str(settings_file(tmp_path / ".env.modes", values, MCP_EXPERIENCE_MODE="false")),
            "OTHER": str(believed(tmp_path / "other", trustme.CA())),
            "REDIRECTING": elsewhere,
            "MOVED": str(
                settings_file(
                    tmp_path / ".env.moved",
                    values,
                    WECHAT_MCP_ENDPOINT=f"{elsewhere}/mcp/v1",
                    WECHAT_PAY_BASE_URL=elsewhere,
                )
            ),
        }
        for name, value in made.items():
            change = [each.replace(f"={name}", f"={value}") for each in change]
        if words == "plain http":
            moved = settings_file(
                tmp_path / ".env.http",
                values,
                WECHAT_MCP_ENDPOINT="http://127.0.0.1:9/mcp/v1",
                WECHAT_PAY_BASE_URL="http://127.0.0.1:9",
            )
            change.append(f"--env-file={moved}")
        refused = rehearse(tmp_path / "run", *arguments, "--only=PAY-02", *change)
    assert refused.code == 4, refused.output
    assert words in refused.output
    assert "→" in refused.output, "no remedy is given"
    assert "Traceback" not in refused.output
    assert not (tmp_path / "run").exists(), "a refused run left a record"
    assert account.orders() == before
