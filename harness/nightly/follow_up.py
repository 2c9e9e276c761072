"""Follows up what a run could not wait for: whether a payment at a real target came back within 24 hours.

A run leaves its orders in `artifacts/orders.ndjson`. Those of the last fortnight that somebody may have paid
are asked for, once a day has passed. What is settled is written into a record of its own, sealed as any
other, which later verdicts count: EXP-03 speaks of the platform, and the app's books are rehearsed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from harness.core.clock import wire_now
from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.errors import GoLiveError, PlatformRefusal, UsageError
from harness.core.exchange import Exchange
from harness.core.payment import TradeState, Transaction
from harness.evidence import Recorder, RunMeta, RunRecord, search
from harness.evidence.redaction import Redactor
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.order_cleanup import may_come_back_by_itself
from harness.plugin.attended.refunding import own_refund_no
from harness.plugin.marks import provider_of
from harness.plugin.options import Options
from harness.plugin.session.record_setup import run_folder
from harness.plugin.session.rehearsal import ORDERS
from harness.plugin.target.policy import TargetPolicy, hosts_of, policy_for
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.verdict.gate_evidence import FRESH
from harness.verdict.locked_parts import LockedPart
from reports.build import build
from reports.checklist import Checklist, load
from reports.judging import look_back, take_snapshots

KIND = "follow-up"
CONTROL = "EXP-03"
FOLLOWED = "artifacts/followed.ndjson"
"""What became of each order that was settled."""
DUE = timedelta(hours=24)
_NO_SUCH_REFUND = frozenset({"RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS", "ORDER_NOT_EXIST"})
_COMES_BACK = "test_a_payment_comes_back_within_24_hours"
_NOT_THE_APPS = "the order is none of the app's own: what the app books of it is rehearsed, golive run"
_OTHER_DIALECT = "the endpoint speaks another dialect"


class Followed(NamedTuple):
    """One order, and what was found."""

    out_trade_no: str
    run: str
    """The run that asked for it."""
    outcome: Outcome | None
    """Pass: refunded; fail: overdue; None: not due yet, or nobody paid it."""
    detail: str


class FollowUp(NamedTuple):
    """What a follow-up came to."""

    orders: tuple[Followed, ...] = ()
    """Every order that was asked for."""
    records: tuple[RunRecord, ...] = ()
    """What was written, one for each subject."""

    @property
    def failed(self) -> bool:
        """Whether a payment did not come back in time."""
        return any(each.outcome is Outcome.FAIL for each in self.orders)


class _Waiting(NamedTuple):
    out_trade_no: str
    meta: RunMeta


def follow_up(
    options: Options, *, now: datetime | None = None, policy: TargetPolicy | None = None
) -> FollowUp:
    """Ask for whatever is due at a target, and write down what is settled.

    Args:
        options: of the run whose target is meant; `budget` need not be given, nothing is ordered.
        now: the moment to judge at; real time by default.

    Raises:
        GoLiveError: the target must not or cannot be asked.
    """
    now = now or wire_now()
    if options.env_file is None:
        return FollowUp()  # an embedded simulator is gone with its orders
    waiting = list(_waiting(options, now))
    if not waiting:
        return FollowUp()
    policy = policy or policy_for(options)
    if policy.played or policy.settings is None or not policy.experience:
        return FollowUp()  # the formal edition gives nothing back by itself
    heard = _Heard()
    gateway = ApiV3Gateway(policy.settings.wechat, listeners=(heard,), guard=policy.guard)
    try:
        found = [(each.meta, _asked(gateway, each, now)) for each in waiting]
    finally:
        gateway.close_connections()
    settled: dict[str, list[tuple[RunMeta, Followed]]] = {}
    for meta, order in found:
        if order.outcome is not None:
            settled.setdefault(meta.subject, []).append((meta, order))
    records = [_recorded(options, policy, orders, heard, now) for orders in settled.values()]
    return FollowUp(tuple(order for _, order in found), tuple(records))


def _waiting(options: Options, now: datetime) -> Iterator[_Waiting]:
    """Orders of earlier runs at the same hosts, a day old at least, that may have been paid."""
    host = _host(options)
    metas: list[tuple[Path, RunMeta]] = []
    for path in sorted(options.runs.glob("*/run.json")):
        try:
            meta = RunRecord.read_meta(path.parent)
        except UsageError:
            continue
        left = FOLLOWED if meta.kind == KIND else ORDERS
        asked_for = (meta.host, meta.target) == (host, options.target)
        if path.parent.is_symlink() or not asked_for or now - meta.started >= FRESH:
            continue
        if not (path.parent / left).is_file():
            continue
        if RunRecord(path.parent, meta, Redactor()).broken_seal() is None:  # the list is read: all of it
            metas.append((path.parent, meta))
    settled = {
        line.get("out_trade_no")
        for folder, meta in metas
        if meta.kind == KIND
        for line in _lines(folder / FOLLOWED)
    }
    seen: set[str] = set()
    for folder, meta in metas:
        if meta.kind == KIND or now - meta.started < DUE:
            continue
        states = {str(line.get("out_trade_no")): str(line.get("state")) for line in _lines(folder / ORDERS)}
        for number, state in states.items():
            if may_come_back_by_itself(state) and number not in settled | seen:
                seen.add(number)
                yield _Waiting(number, meta)


def _host(options: Options) -> str:
    if options.env_file is None:
        return hosts_of(None)
    return hosts_of(Settings.load(EnvFile.read(options.env_file), target=options.target))


def _lines(path: Path) -> list[dict[str, object]]:
    """The lines of a file of a record that can be read; a torn last one is none."""
    if path.is_symlink() or not path.is_file():
        return []
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            found.append(told)
    return found


def _asked(gateway: ApiV3Gateway, order: _Waiting, now: datetime) -> Followed:
    number = order.out_trade_no
    try:
        found = gateway.query(number)
        outcome, detail = _judged(found, order.meta, now)
        if outcome is Outcome.PASS and _given_back_by_us(gateway, number):
            outcome, detail = None, "given back by us, and not by the platform"
    except PlatformRefusal as error:
        outcome, detail = None, f"{error.status} {error.code}"
    except GoLiveError as error:
        outcome, detail = None, str(error)
    return Followed(number, order.meta.id, outcome, detail)


def _given_back_by_us(gateway: ApiV3Gateway, out_trade_no: str) -> bool:
    """Whether `golive pay` asked for the refund: it would prove nothing of the platform."""
    try:
        gateway.query_refund(own_refund_no(out_trade_no), out_trade_no)
    except PlatformRefusal as error:
        if error.code in _NO_SUCH_REFUND:
            return False
        raise
    return True


def _judged(found: Transaction, meta: RunMeta, now: datetime) -> tuple[Outcome | None, str]:
    paid = found.success_time or meta.ended or meta.started
    age_h = (now - paid).total_seconds() / 3600
    if not found.money_taken:
        return None, f"{found.trade_state}: nobody paid it"
    if age_h < DUE.total_seconds() / 3600:
        return None, f"paid {age_h:.1f} h ago: not due yet"
    if found.state is TradeState.REFUND:
        return Outcome.PASS, f"refunded, seen {age_h:.1f} h after the payment"
    return (
        Outcome.FAIL,
        f"24 hours were over {age_h - 24:.1f} h ago, and the platform calls it {found.trade_state}",
    )


def _recorded(
    options: Options,
    policy: TargetPolicy,
    orders: list[tuple[RunMeta, Followed]],
    heard: _Heard,
    now: datetime,
) -> RunRecord:
    """A sealed record of what was settled of one subject."""
    begun, started = time.monotonic(), wire_now()
    checklist = load()
    first = max((meta for meta, _ in orders), key=lambda meta: meta.started)
    folder = run_folder(options.runs)
    kept = {
        "id": folder.name,
        "kind": KIND,
        "started": started,
        "ended": None,
        "lasted_s": None,
        "interrupted": False,
        "selection": False,
        "grade": min(policy.graded.grade, *(meta.grade for meta, _ in orders)),
        "grade_reasons": tuple(reason.en for reason in policy.graded.reasons),
        "merchant_asked": False,
        "app_answers": None,
        "registered": tuple(sorted({CONTROL, *first.registered})),
        "unplanned": (),
        "checks": None,
        "faults": (),
        "checklist": checklist.date,
        "command": "golive followup",
    }
    secrets = policy.settings.secrets() if policy.settings is not None else ()
    record = RunRecord.create(folder, RunMeta.model_validate(dict(first) | kept), secrets)
    take_snapshots(record, checklist)
    look_back(record)
    recorder = Recorder(record, secrets)
    numbers = {order.out_trade_no for _, order in orders}
    for exchange in heard.exchanges:
        if exchange.out_trade_no in numbers:
            recorder(exchange)
    for _, order in orders:
        told = record.redactor.members(order._asdict())
        record.append_line(FOLLOWED, told)
    for check in _checks(checklist, policy, [order for _, order in orders], record.meta.grade, started):
        record.append(check)
    finish = partial(record.finish, interrupted=False, app_answers=0)
    finish(ended=wire_now(), lasted_s=time.monotonic() - begun)
    if leaks := search(folder, secrets):
        faults = [f"a secret of this run stands in {each}: do not share the record" for each in leaks]
        finish(ended=wire_now(), lasted_s=time.monotonic() - begun, faults=faults)
    build(folder)
    return record


def _checks(
    checklist: Checklist, policy: TargetPolicy, orders: list[Followed], grade: Grade, at: datetime
) -> Iterator[Check]:
    """One for every part that the lock wants of the control."""
    bad = [order for order in orders if order.outcome is Outcome.FAIL]
    said = "; ".join(f"{order.out_trade_no}: {order.detail}" for order in (bad or orders)[:5])
    for line in checklist.scenarios:
        part = LockedPart.read(line)
        if part.control != CONTROL:
            continue
        comes_back = _COMES_BACK in part.scenario
        outcome, blame, message = (Outcome.PASS, None, said)
        if bad:
            outcome, blame = Outcome.FAIL, Blame.ENDPOINT
        if part.dialect not in policy.dialects:
            outcome, blame, message = (Outcome.NOT_APPLICABLE, None, _OTHER_DIALECT)
        elif not comes_back:
            outcome, blame, message = (Outcome.NOT_APPLICABLE, None, _NOT_THE_APPS)
        yield Check(
            control=CONTROL,
            scenario=part.scenario,
            provider=provider_of(part.dialect),
            dialect=part.dialect,
            outcome=outcome,
            grade=grade,
            started=at,
            duration_s=0.0,
            message=message,
            blame=blame,
            exercised=0 if outcome is Outcome.NOT_APPLICABLE else len(orders),
        )


class _Heard:
    """Keeps exchanges until it is known whether there is anything to write."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def __call__(self, exchange: Exchange, /) -> None:
        self.exchanges.append(exchange)
