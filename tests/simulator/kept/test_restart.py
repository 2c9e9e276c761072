"""A simulator with a file takes up, after a restart, what it was: orders, money, callbacks, time and keys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.core.clock import wire_now
from harness.core.payment import RefundStatus
from harness.simulator.account.identity import Identity
from harness.simulator.kept.database import Database
from harness.simulator.kept.keeper import Keeper
from harness.simulator.kept.records import IntentRecord, NotificationRecord, OrderRecord
from harness.simulator.kept.restore import kept_accounts
from harness.simulator.notifier.notification import Notification
from harness.simulator.platform.orders import Intent, PlatformOrder
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import AlipaySide
from tests.simulator.merchant_side import REFUND, Answer, MerchantSide

PAID, REORDERED, UNPAID = "order-kept-paid", "order-kept-twice", "order-kept-unpaid"


class Life:
    """A simulator with a file, its merchant, and what becomes of both when the process dies."""

    def __init__(self, file: Path, identity: Identity, runner: asyncio.Runner) -> None:
        self.file, self._identity, self._runner = file, identity, runner
        self.begin()

    def begin(self) -> None:
        self.database = Database(self.file)
        kept = kept_accounts(self.database)
        first = kept[0][0] if kept else self._identity
        self.simulator = Simulator(identity=first, database=self.database)
        self.side = MerchantSide(self.simulator, self._runner)
        self.alipay = AlipaySide(self.side)

    def dies(self) -> None:
        """Nothing is written any more; who comes next finds the file as it is."""
        self.database.close()
        self.begin()

    def lever(self, path: str, body: object) -> Answer:
        text = json.dumps(body).encode()
        headers = [
            (b"host", b"127.0.0.1"),
            (b"authorization", f"Bearer {self.simulator.identity.levers_token}".encode()),
            (b"content-length", str(len(text)).encode()),
        ]
        return self.side.send("POST", f"/_golive{path}", text, headers)

    def seen(self) -> dict[str, Any]:
        """Everything that anybody can see of it."""
        platform = self.simulator.platform
        everybody = platform.every_account()
        return {
            "orders": [each.audit(number).model_dump() for each in everybody for number in each.orders()],
            "ledger": platform.ledger(*(each.mchid for each in everybody)).model_dump(),
            "keys": self.simulator.identity.platform_keys().model_dump(),
            "settings": self.simulator.environment(base_url="http://127.0.0.1:8765", notify_url="http://x/"),
            "waiting": [
                (each.about, each.due, each.rung, each.made, each.body, each.form.row)
                for _, _, each in sorted(self.simulator.notifier._waiting)
            ],
        }


@pytest.fixture
def life(identity: Identity, tmp_path: Path) -> Iterator[Life]:
    with asyncio.Runner() as runner:
        life = Life(tmp_path / "golive.db", identity, runner)
        yield life
        life.database.close()


def lived(life: Life) -> None:
    """Some of everything."""
    later = (wire_now() + timedelta(hours=3)).replace(microsecond=0).isoformat()
    for number in (PAID, UNPAID, REORDERED, REORDERED):
        assert life.side.create(out_trade_no=number, time_expire=later).status == 200
    assert life.lever("/pay", {"out_trade_no": PAID, "coupon": 500}).status == 200
    assert life.lever("/advance", {"seconds": 120}).status == 200
    assert life.side.refund(out_trade_no=PAID, refund=700).status == 200
    assert life.alipay.precreate("GLkept1").members["code"] == "10000"
    assert life.alipay.precreate("GLkept1").members["code"] == "10000"
    assert life.alipay.create("GLkept2").members["code"] == "10000"
    assert life.lever("/pay", {"out_trade_no": "GLkept2"}).status == 200
    assert life.alipay.refund("0.50", number="GLkept2").members["code"] == "10000"


def test_all_that_was_answered_is_there_again_and_goes_on(life: Life) -> None:
    lived(life)
    before, offset = life.seen(), life.simulator.clock.offset
    life.dies()
    assert life.seen() == before
    assert life.simulator.clock.offset == offset
    # The same order once more is the same order, another amount another one.
    expires = before["orders"][2]["time_expire"].isoformat()
    assert life.side.create(out_trade_no=REORDERED, time_expire=expires).status == 200
    assert life.side.create(out_trade_no=REORDERED, time_expire=expires, amount={"total": 1}).status == 403
    # A refund under way arrives, and its numbers stay its own.
    assert life.lever("/advance", {"seconds": 600}).status == 200
    account = life.simulator.platform.accounts[life.simulator.identity.mchid]
    assert account.refunds.find(REFUND).status is RefundStatus.SUCCESS
    assert life.lever("/pay", {"out_trade_no": UNPAID}).status == 200
    paid = {account.find(number).transaction_id for number in (PAID, UNPAID)}
    assert len(paid) == 2
    assert sum(life.simulator.platform.ledger().balances.values()) == 0
    # What a payer has in hand still leads to the order, the code before the newest as well.
    codes = [each.handle.code_url for each in life.simulator.platform._alipay_handles.intents.values()]
    assert life.lever("/pay", {"code_url": codes[0]}).status == 200
    # And that is kept as well: a file that was taken up is no other than a new one.
    again = life.seen()
    life.dies()
    assert life.seen() == again


def test_a_request_that_is_answered_an_error_or_nothing_is_noted_all_the_same(life: Life) -> None:
    life.side.create(out_trade_no=PAID)
    life.lever("/faults", {"operation": "query", "action": "status", "value": 500})
    assert life.side.query(PAID).status == 500
    assert life.side.query(PAID).status == 200
    life.dies()
    audit = life.side.account.audit(PAID)
    assert [each.kind for each in audit.events] == ["created", "queried"]


def test_another_account_its_certificates_and_its_switches_stay(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other_thread:  # which commits at the first word of it
        noted = Keeper.account
        other_thread.setattr(Keeper, "account", lambda keeper: (noted(keeper), keeper.write()))
        opened = life.lever("/accounts", {"notify_url": "http://127.0.0.1:1/", "experience": False})
    assert opened.status == 201
    assert len(life.database.rows("accounts")) == 2
    serial = life.lever("/merchant-certificates", {}).json["serial"]
    assert life.lever(f"/merchant-certificates/{serial}/revoke", {}).status == 200
    assert life.lever("/edition-refunds", {"on": True}).status == 200
    life.side.create(out_trade_no=PAID, amount={"total": 100})
    life.lever("/pay", {"out_trade_no": PAID})
    numbers = list(life.simulator.platform.accounts)
    life.dies()
    assert list(life.simulator.platform.accounts) == numbers
    limited = [each.experience for each in life.simulator.platform.accounts.values()]
    assert limited == [True, False]
    assert life.simulator.accounts.merchants[numbers[0]].certificates.is_revoked(serial)
    # The day counts what was placed on it.
    total = life.side.account.day_total
    assert total is not None
    assert total.of(life.simulator.clock.now()) == 100
    # What the edition promised before, it gives back after.
    assert life.lever("/advance", {"seconds": 24 * 3600}).status == 200
    assert life.side.account.audit(PAID).refunds[0].status == "SUCCESS"


def test_the_next_attempt_of_a_callback_has_the_next_number(life: Life) -> None:
    life.side.create(out_trade_no=PAID)
    life.lever("/pay", {"out_trade_no": PAID})
    life.lever(f"/orders/{PAID}/redeliver", {})
    life.dies()
    life.lever(f"/orders/{PAID}/redeliver", {})
    assert [each.attempt for each in life.side.account.audit(PAID).deliveries] == [1, 2, 3]


@pytest.mark.parametrize("overtaken", [True, False], ids=["overtaken", "alone"])
def test_a_callback_that_a_rule_holds_is_held_after_a_restart_and_comes_in_its_turn(
    life: Life, *, overtaken: bool
) -> None:
    life.lever("/faults", {"operation": "notify", "action": "reorder", "value": 600})
    life.lever("/faults", {"operation": "notify", "action": "delay", "value": 7200, "nth": 2})
    life.side.create(out_trade_no=PAID)
    life.lever("/pay", {"out_trade_no": PAID})
    life.alipay.precreate("GLkept4")
    life.lever("/pay", {"out_trade_no": "GLkept4"})  # another merchant account: it overtakes nobody
    before = life.seen()
    assert before["waiting"][0][3] == 0, "nothing was attempted yet"
    life.dies()
    assert life.seen() == before
    account = life.side.account
    if overtaken:
        life.side.create(out_trade_no=UNPAID)
        life.lever("/pay", {"out_trade_no": UNPAID})
    assert life.lever("/advance", {"seconds": 0 if overtaken else 599}).status == 200
    assert len(account.audit(PAID).deliveries) == (1 if overtaken else 0)
    assert life.lever("/advance", {"seconds": 1}).status == 200
    (first,) = account.audit(PAID).deliveries[:1]
    assert (first.attempt, first.fault) == (1, "reorder")
    # The late one is as late as it was to be, whatever rules stand by now.
    assert life.alipay.account.audit("GLkept4").deliveries == ()
    assert life.lever("/advance", {"seconds": 7200}).status == 200
    late = life.alipay.account.audit("GLkept4").deliveries[0]
    assert (late.attempt, late.fault) == (1, "delay")


def test_half_a_surrogate_pair_stops_neither_a_callback_nor_the_file(life: Life) -> None:
    request = {"out_trade_no": "GLkept3", "total_amount": "0.01", "subject": "half \ud83c"}
    life.alipay.call("alipay.trade.precreate", json.dumps(request), notify_url="http://127.0.0.1:1/")
    assert life.lever("/pay", {"out_trade_no": "GLkept3"}).status == 200
    order = life.alipay.account.find("GLkept3")
    assert (order.request.description, len(order.trail.deliveries)) == ("half ?", 1)
    order.request = replace(order.request, description="half \ud83c")  # as files of before have it
    order.trail.touch()
    life.side.create(out_trade_no=PAID)
    before = life.seen()
    life.dies()
    assert life.seen() == before
    assert PAID in life.side.account.orders()


def test_records_have_every_member_of_what_they_keep() -> None:
    def names(kind: type[Any]) -> set[str]:
        return {each.name for each in fields(kind)}

    rows_of_their_own, kept_elsewhere = {"trail"}, {"order"}
    columns = {"row", "waiting", "body"}
    assert names(OrderRecord) == names(PlatformOrder) - rows_of_their_own | {"untold", "deliveries"}
    assert names(IntentRecord) == names(Intent) - kept_elsewhere
    assert names(NotificationRecord) == names(Notification) - columns - {"form", "busy"}
