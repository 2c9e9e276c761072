"""Whose order or refund a lever is about: the merchant that a header names, on either platform."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request

from harness.levers.models import MERCHANT_HEADER
from harness.simulator.levers.bodies import PayBody
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.kit.wire import Merchant


@dataclass(frozen=True, slots=True)
class Holders:
    """Finds accounts, orders and refunds; each method raises `Refused` where there is none."""

    platform: Platform
    merchants: Mapping[str, Merchant]

    def merchant(self, request: Request) -> Merchant:
        """The merchant that a header names by either platform's number; the first where none does."""
        named = request.headers.get(MERCHANT_HEADER)
        found = (each for each in self.merchants.values() if named in (None, "", *each.numbers))
        merchant = next(found, None)
        if merchant is None:
            raise Refused(Reason.UNKNOWN)
        return merchant

    def accounts(self, request: Request) -> tuple[MerchantAccount, ...]:
        """Those of that merchant; where its number on Alipay's platform is named, that one alone."""
        named = request.headers.get(MERCHANT_HEADER, "")
        if (of_alipay := self.platform.alipay_accounts.get(named)) is not None:
            return (of_alipay,)
        return self.merchant(request).accounts

    def account_with(self, request: Request) -> tuple[MerchantAccount, str]:
        """The account that has the order of the path, and its number."""
        return self.holder(request, request.path_params["out_trade_no"])

    def holder(self, request: Request, number: str) -> tuple[MerchantAccount, str]:
        """The account that has this order, the newest where two have one of that number, and the number."""
        having = [each for each in self.accounts(request) if each.has(number)]
        if not having:
            raise Refused(Reason.UNKNOWN)
        return max(having, key=lambda each: each.find(number).created), number

    def order(self, request: Request, asked: PayBody) -> PlatformOrder:
        """The order that is to be paid, named by its number or by its code."""
        if (asked.out_trade_no is None) == (asked.code_url is None):
            raise Refused(Reason.INVALID)
        if asked.out_trade_no is not None:
            account, number = self.holder(request, asked.out_trade_no)
            return account.find(number)
        found = self.platform.find_by_code_url(str(asked.code_url))
        if isinstance(found, Reason):
            raise Refused(found)
        return found

    def refund(self, request: Request) -> tuple[MerchantAccount, PlatformRefund]:
        """The refund of the path, the newest of that number, and its account."""
        found = []
        for account in self.accounts(request):
            with suppress(Refused):
                found.append((account, account.refunds.find(request.path_params["out_refund_no"])))
        if not found:
            raise Refused(Reason.REFUND_UNKNOWN)
        return max(found, key=lambda each: each[1].created)
