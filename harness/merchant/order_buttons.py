"""Presses what the page of an order offers its shopper: confirm, cancel, refund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.money import Fen
from harness.core.payment import PayersCard
from harness.merchant.answers import MerchantAnswer
from harness.merchant.own_json import OwnJson
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.described import AppRequest
from harness.merchant.rungs.shopper import ShopperSession


@dataclass(frozen=True, slots=True)
class OrderButtons:
    """One merchant's buttons. Where the profile only says how, the answer is a page: its status is empty.

    Each raises `ProfileGap` where the profile does not say how, and `NoForm` where the order's page has no
    such button.
    """

    profile: MerchantProfile
    session: ShopperSession
    own: OwnJson

    def confirm(self, out_trade_no: str) -> MerchantAnswer:
        """Press "I have paid"."""
        return self._pressed("confirm", 'what "I have paid" sends', out_trade_no)

    def close(self, out_trade_no: str) -> MerchantAnswer:
        """Press "cancel"."""
        return self._pressed("close", "how a shopper cancels an order", out_trade_no)

    def refund(self, out_trade_no: str, amount: Fen, key: str) -> MerchantAnswer:
        """Ask for money of an order back.

        Args:
            key: names this refund: the same again is the same refund, where the app can be told so.
        """
        profile = self.profile
        if profile.refund is None:
            if profile.paths.refund is None:
                raise profile.gap("refund", "how an order is given back")
            further = {"refundId": key, "amount": int(amount)}
            return self.own.told("refund", profile.paths.refund, out_trade_no, **further)
        values = {"amount_yuan": amount.yuan, "amount_fen": str(int(amount)), "refund_key": key}
        return self._asked(profile.refund, "refund", "refund", out_trade_no, values)

    def refund_to_card(self, out_trade_no: str, key: str, card: PayersCard) -> MerchantAnswer:
        """Ask that a refund which found no way back goes to a card; see `refund`."""
        profile = self.profile
        if profile.card_refund is None:
            path = profile.paths.card_refund
            if path is None:
                raise profile.gap("card_refund", "how a refund that found no way back is sent to a card")
            further = {"bankAccount": card.account, "bankType": card.bank_type, "realName": card.name}
            return self.own.told("card-refund", path, out_trade_no, refundId=key, **further)
        told = {"bank_account": card.account, "bank_type": card.bank_type, "real_name": card.name}
        values = {"refund_key": key, **told}
        return self._asked(profile.card_refund, "card-refund", "card_refund", out_trade_no, values)

    def _pressed(self, button: Literal["confirm", "close"], what: str, out_trade_no: str) -> MerchantAnswer:
        asked: AppRequest | None = getattr(self.profile, button)
        if asked is not None:
            return self._asked(asked, button, button, out_trade_no, {})
        path: str | None = getattr(self.profile.paths, button)
        if path is None:
            raise self.profile.gap(button, what)
        return self.own.told(button, path, out_trade_no)

    def _asked(
        self, asked: AppRequest, operation: str, table: str, out_trade_no: str, values: Mapping[str, str]
    ) -> MerchantAnswer:
        known = {**self.session.known_of(out_trade_no), **values}
        answered = self.session.ask(asked, known, operation, table, out_trade_no=out_trade_no)
        return MerchantAnswer(status_code=answered.status, status="", duration_s=answered.duration_s, raw={})
