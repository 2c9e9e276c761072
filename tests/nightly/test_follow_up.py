"""Payments at a target that nobody plays: refunded in time, not due yet, overdue; each told and written once.

A second simulator stands behind TLS as somebody else's. Only this test holds its books and moves its time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner

from harness.cli import golive
from harness.core.clock import wire_now
from harness.core.control import Check, Outcome
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder
from harness.evidence import RunRecord
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.choose import open_classic
from harness.gateways.guard import Guard
from harness.gateways.order_cleanup import ASKED, CLOSED, KEPT, REFUNDED, RequestedOrder
from harness.nightly.follow_up import FOLLOWED, KIND, FollowUp, follow_up
from harness.plugin.attended.refunding import own_refund_no
from harness.plugin.options import Options
from harness.plugin.session.rehearsal import ORDERS
from harness.plugin.target.policy import hosts_of, policy_for
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator, running_simulator
from reports.checklist import load
from reports.history.database import append, open_history
from reports.judging import judge_record, look_back, take_snapshots
from tests.plugin.target.tls_endpoint import NOTIFY_URL, believed, certified, settings_file
from tests.reports.sample_run import meta

DAY = timedelta(hours=24)


class World:
    """A run's folder, the endpoint of somebody else, and its levers."""

    def __init__(self, folder: Path, ca: trustme.CA, second: RunningSimulator) -> None:
        self.runs = folder / "runs"
        self.second = second
        env_file = settings_file(folder / ".env.real", second.environment(notify_url=NOTIFY_URL))
        self.settings = Settings.load(EnvFile.read(env_file), target=second.base_url)
        given = {"target": second.base_url, "env_file": env_file, "ca_file": believed(folder, ca)}
        self.options = replace(Options.read(given | {"budget": "70000", "rate": "100"}), runs=self.runs)
        self.arguments = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]

    def ordered(self, *, paid: bool) -> str:
        """An order that a run left there; somebody scanned it, or nobody did."""
        number = f"GL{os.urandom(8).hex()}"
        policy = policy_for(self.options)
        gateway = open_classic(self.settings, guard=policy.guard)
        gateway.create(
            Order(
                out_trade_no=number,
                product=Product.NATIVE,
                amount=Fen(1),
                description="a ticket",
                notify_url=NOTIFY_URL,
            )
        )
        gateway.close_connections()
        assert isinstance(policy.guard, Guard)
        if paid:
            account = self.second.simulator.account
            self.second.simulator.platform.pay(account.find(number))
        return number

    def left(
        self, run: str, *orders: tuple[str, str], started: datetime | None = None, **changes: object
    ) -> RunRecord:
        """A run's record, with the list of orders that it leaves at a real target."""
        started = started or wire_now()
        plain = {"host": hosts_of(self.settings), "target": self.second.base_url}
        told = meta(run, start=started, **plain | changes)
        record = RunRecord.create(self.runs / run, told)
        take_snapshots(record, load())
        look_back(record)
        for number, state in orders:
            record.append_line(ORDERS, RequestedOrder(number, Fen(1), state)._asdict())
        record.finish(ended=started + timedelta(seconds=1), interrupted=False)
        return record

    def later(self, by: timedelta) -> FollowUp:
        """Follow up so much later than now, on the platform's time as on ours."""
        return follow_up(self.options, now=wire_now() + by)

    def pass_time(self, by: timedelta) -> None:
        """As the levers do: what is due by then happens."""
        account, clock = self.second.simulator.account, self.second.simulator.clock
        clock.advance(by)
        account.refunds.settle(clock.now())


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def world(tmp_path: Path, ca: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.chdir(tmp_path)
    with running_simulator(tls=certified(tmp_path, ca)) as second:
        second.simulator.account.refunds.edition.on = True
        yield World(tmp_path, ca, second)


def of_it(found: FollowUp) -> dict[str, set[Outcome]]:
    """What the record says, scenario by scenario."""
    (record,) = found.records
    told: dict[str, set[Outcome]] = {}
    for check in RunRecord.open(record.folder).checks:
        told.setdefault(check.scenario.partition("[")[0].rpartition("::")[2], set()).add(check.outcome)
    return told


def test_a_payment_that_came_back_passes_and_counts_beside_the_first_run(world: World) -> None:
    number = world.ordered(paid=True)
    first = world.left("first", (number, KEPT))
    world.pass_time(DAY)
    found = world.later(DAY)
    assert [(each.out_trade_no, each.outcome) for each in found.orders] == [(number, Outcome.PASS)]
    assert of_it(found) == {
        "test_a_payment_comes_back_within_24_hours": {Outcome.PASS},
        "test_what_came_back_by_itself_is_booked_once": {Outcome.NOT_APPLICABLE},
    }
    (record,) = found.records
    assert (record.meta.kind, record.meta.subject) == (KIND, first.meta.subject)
    assert record.broken_seal() is None
    assert number in (record.folder / "artifacts/exchanges.ndjson").read_text("utf-8")
    append(world.runs / "history.sqlite", record.folder)
    with open_history(world.runs / "history.sqlite") as history:
        assert [kept.id for kept in history.runs()] == [record.meta.id]
    later = world.left("later", started=wire_now() + timedelta(minutes=1))
    (status,) = [each for each in judge_record(later).controls if each.id == "EXP-03"]
    assert status.status == "pass"
    assert status.runs == (record.meta.id,)


def test_what_is_not_due_yet_stays(world: World) -> None:
    number = world.ordered(paid=True)
    world.left("first", (number, KEPT))
    assert world.later(timedelta(hours=23)) == FollowUp()
    early = world.left(
        "paid-later", (world.ordered(paid=True), ASKED), started=wire_now() - timedelta(hours=20)
    )
    found = world.later(timedelta(hours=5))  # the run is a day old, and its payment is not
    assert [(each.run, each.outcome) for each in found.orders] == [(early.meta.id, None)]
    assert found.orders[0].detail.endswith("h ago: not due yet")
    assert found.records == ()


def test_a_payment_that_did_not_come_back_fails(world: World) -> None:
    world.second.simulator.account.refunds.edition.on = False
    number = world.ordered(paid=True)
    world.left("first", (number, KEPT))
    world.pass_time(DAY)
    found = world.later(DAY + timedelta(hours=2))
    assert found.failed
    assert of_it(found)["test_a_payment_comes_back_within_24_hours"] == {Outcome.FAIL}
    check = next(each for each in found.records[0].checks if each.outcome is Outcome.FAIL)
    assert "24 hours were over 2.0 h ago, and the platform calls it SUCCESS" in check.message


def test_what_nobody_paid_and_what_was_closed_is_nothing_to_follow(world: World) -> None:
    world.left(
        "first", (world.ordered(paid=False), "OPEN, close it by hand"), (world.ordered(paid=True), CLOSED)
    )
    found = world.later(DAY)
    assert [each.outcome for each in found.orders] == [None]
    assert "nobody paid it" in found.orders[0].detail
    assert found.records == ()


def test_what_we_gave_back_ourselves_proves_nothing_of_the_platform(world: World) -> None:
    number = world.ordered(paid=True)
    world.left("first", (number, KEPT), (world.ordered(paid=True), REFUNDED))
    gateway = ApiV3Gateway(world.settings.wechat, guard=policy_for(world.options).guard)
    gateway.refund(
        RefundOrder(
            out_refund_no=own_refund_no(number),
            out_trade_no=number,
            refund=Fen(1),
            total=Fen(1),
            notify_url=NOTIFY_URL,
        )
    )
    gateway.close_connections()
    world.pass_time(DAY)
    found = world.later(DAY)
    assert [(each.out_trade_no, each.outcome) for each in found.orders] == [(number, None)]
    assert found.orders[0].detail == "given back by us, and not by the platform"


def test_what_is_settled_is_not_asked_for_again(world: World) -> None:
    world.left("first", (world.ordered(paid=True), ASKED))
    world.pass_time(DAY)
    assert len(world.later(DAY).records) == 1
    assert world.later(DAY) == FollowUp()


def test_the_formal_edition_gives_nothing_back_and_is_not_asked(world: World) -> None:
    world.left("first", (world.ordered(paid=True), KEPT))
    formal = replace(policy_for(world.options), experience=False)
    assert follow_up(world.options, now=wire_now() + 2 * DAY, policy=formal) == FollowUp()


def test_what_another_target_of_the_same_host_was_asked_for_is_not_followed(world: World) -> None:
    world.left("first", (world.ordered(paid=True), KEPT), target="production")
    assert world.later(2 * DAY) == FollowUp()


def test_two_apps_have_a_record_each(world: World) -> None:
    world.left("one", (world.ordered(paid=True), ASKED))
    world.left("other", (world.ordered(paid=True), ASKED), subject="sha256:another")
    world.pass_time(DAY)
    found = world.later(DAY)
    assert {record.meta.subject for record in found.records} == {"sha256:5f2a9c31", "sha256:another"}


def test_an_order_that_the_platform_does_not_know_settles_nothing(world: World) -> None:
    world.left("first", (f"GL{os.urandom(8).hex()}", ASKED))
    found = world.later(DAY)
    assert [(each.outcome, each.detail) for each in found.orders] == [(None, "404 ORDER_NOT_EXIST")]


def test_runs_of_other_hosts_altered_ones_and_old_ones_are_passed_over(world: World) -> None:
    number = world.ordered(paid=True)
    world.left("old", (number, ASKED), started=wire_now() - timedelta(days=14))
    altered = world.left("altered", (number, ASKED))
    (altered.folder / "results.ndjson").write_text("{}\n", "utf-8")
    elsewhere = world.left("elsewhere", (number, ASKED))
    told = json.loads((elsewhere.folder / "run.json").read_text("utf-8"))
    (elsewhere.folder / "run.json").write_text(json.dumps(told | {"host": "pay.example.com"}), "utf-8")
    (world.runs / "damaged").mkdir()
    (world.runs / "damaged" / "run.json").write_text("{", "utf-8")
    assert world.later(DAY) == FollowUp()


def test_a_list_that_was_edited_or_of_a_run_that_was_killed_is_not_followed(world: World) -> None:
    edited = world.left("edited", (world.ordered(paid=False), ASKED))
    (edited.folder / ORDERS).write_text(
        json.dumps({"out_trade_no": world.ordered(paid=True)}) + "\n", "utf-8"
    )
    killed = world.left("killed", (world.ordered(paid=True), ASKED))
    (killed.folder / "seal.json").unlink()
    world.pass_time(DAY)
    assert world.later(DAY) == FollowUp()


def test_the_record_says_what_became_of_each_order_and_holds_no_secret(world: World) -> None:
    number = world.ordered(paid=True)
    world.left("first", (number, ASKED))
    world.pass_time(DAY)
    (record,) = world.later(DAY).records
    (line,) = (record.folder / FOLLOWED).read_text("utf-8").splitlines()
    assert json.loads(line)["out_trade_no"] == number
    assert record.meta.faults == ()
    text = "".join(path.read_text("utf-8", "replace") for path in record.folder.rglob("*") if path.is_file())
    assert not [secret for secret in world.settings.secrets() if len(secret) > 8 and secret in text]


def test_the_command_says_that_nothing_is_due(world: World) -> None:
    done = CliRunner(env={"LC_ALL": "C"}).invoke(
        golive, ["followup", *world.arguments, f"--runs={world.runs}"], standalone_mode=False
    )
    assert (done.return_value, done.output) == (
        0,
        "nothing is due: no order at this target is a day old and may have been paid\n",
    )


def test_a_check_of_a_follow_up_is_one_of_the_lock(world: World) -> None:
    world.left("first", (world.ordered(paid=True), ASKED))
    world.pass_time(DAY)
    (record,) = world.later(DAY).records
    checks: list[Check] = RunRecord.open(record.folder).checks
    lines = {line for line in load().scenarios if line.startswith("EXP-03 ")}
    assert {f"{each.control} {each.dialect} {each.scenario}" for each in checks} == lines
