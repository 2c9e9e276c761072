"""What of a simulator a file keeps, and how it is taken up from there when another one starts."""

from __future__ import annotations

from harness.core.clock import BusinessClock
from harness.simulator.kept.accounts import account_text
from harness.simulator.kept.database import Database
from harness.simulator.kept.keeper import Keeper
from harness.simulator.kept.restore import kept_accounts, restore
from harness.simulator.merchant_accounts import MerchantAccounts
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.platform import Platform


def keeper_of(
    platform: Platform,
    clock: BusinessClock,
    accounts: MerchantAccounts,
    notifier: Notifier,
    database: Database | None,
) -> Keeper | None:
    """Who keeps all of it from now on; None without a file."""
    if database is None:
        return None

    def records() -> list[bytes]:
        return [
            account_text(
                each.identity,
                each.certificates,
                experience=each.account.experience,
                gives_back=each.account.refunds.edition.on,
            )
            for each in tuple(accounts.merchants.values())
        ]

    notifier.keeper = keeper = Keeper(database, platform, clock, records)
    return keeper


def take_up(keeper: Keeper, accounts: MerchantAccounts, notifier: Notifier) -> None:
    """Everything that the file holds, as it was; accounts that are open already have what it says of them.

    Raises:
        UsageError: the file is damaged.
        NotKept: it cannot be written.
    """
    for identity, record in kept_accounts(keeper.database):
        merchant = accounts.merchants.get(identity.mchid)
        if merchant is None:
            merchant = accounts.open(identity, experience=record.experience)
        merchant.account.refunds.edition.on = record.gives_back
        for each in record.held:
            merchant.certificates.found_again(each.serial, each.private_key, revoked=each.revoked)
    if keeper.database.rows("accounts"):
        restore(keeper, notifier)
    keeper.write()
