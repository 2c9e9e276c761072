"""Takes up again what a file holds: orders, their trail, refunds under way, callbacks that wait, the book."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from harness.core.errors import ConfigurationError, UsageError
from harness.levers.models import LedgerEntry
from harness.simulator.account.identity import Identity
from harness.simulator.kept.accounts import AccountRecord, account_of
from harness.simulator.kept.database import TABLES, Database, grouped
from harness.simulator.kept.keeper import AHEAD, Keeper
from harness.simulator.kept.records import intent_of, notification_of, order_of
from harness.simulator.notifier.schedule import Notifier

Row = tuple[Any, ...]


def kept_accounts(database: Database) -> list[tuple[Identity, AccountRecord]]:
    """Every account of the file in the order of opening; none of a new file.

    Raises:
        UsageError: the file is damaged.
    """
    found = []
    for number, text in database.rows("accounts"):
        with _reading(database, "accounts", number):
            found.append(account_of(text))
    return found


def restore(keeper: Keeper, notifier: Notifier) -> None:
    """Take up everything but the accounts, which must be open already.

    Raises:
        UsageError: the file is damaged.
    """
    database, platform = keeper.database, keeper.platform
    facts = dict(database.rows("facts"))
    with _reading(database, "facts", AHEAD):
        keeper.clock.advance(timedelta(seconds=float(facts.get(AHEAD, 0))))
    events = grouped(database.rows("events"), by=1)
    intents = grouped(database.rows("intents"), by=1)
    for number, text in database.rows("orders"):
        with _reading(database, "orders", number):
            happened, asked = events.pop(number, []), intents.get(number, [])
            _restore_order(keeper, number, text, happened, asked)
    ledger = database.rows("ledger")
    for number, text in ledger:
        with _reading(database, "ledger", number):
            platform.book.found_again([LedgerEntry.model_validate_json(text)])
    for number, waiting, text, body in database.rows("notifications"):
        with _reading(database, "notifications", number):
            notification = notification_of(text, body)
            notification.row, notification.waiting = number, bool(waiting)
            notifier.found_again(notification)
    numbered = (name for name in TABLES if name not in ("facts", "accounts"))
    keeper.goes_on(after=max(database.highest(name) for name in numbered), ledger=len(ledger))


def _restore_order(keeper: Keeper, row: int, text: bytes, events: list[Row], intents: list[Row]) -> None:
    order, record = order_of(text)
    happened = [(datetime.fromisoformat(at), kind, json.loads(detail)) for _, _, at, kind, detail in events]
    order.trail.found_again(happened, record.deliveries)
    asked = [intent_of(each, order) for _, _, each in intents]
    named = {each.token: each for each in asked}
    order.newest_intent = named.get(record.newest_intent or "")
    order.opened = named.get(record.opened or "")
    account = keeper.platform.account_of(order)
    account.found_again(order, asked)
    for refund in order.refunds:
        if refund.refund_id in record.untold:
            account.refunds.to_tell(refund)
    keeper.found_again(order, row, text, len(happened))


@contextmanager
def _reading(database: Database, table: str, row: object) -> Iterator[None]:
    try:
        yield
    except (ValidationError, ConfigurationError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise UsageError(
            f"{database.path} is damaged: row {row} of {table} cannot be read",
            where="--db",
            remedy="restore a copy of it, or choose another file",
        ) from error
