"""A card that an abnormal refund goes to leaves sealed to the platform's key, which is named (C47)."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.core.payment import PayersCard, Provider
from harness.plugin import Journal, Refunds, control

CARD = PayersCard(bank_type="CMB_DEBIT", account="6225000000000253", name="测试顾客")
"""Nobody's."""
WRONG = {
    "plain": "the card's number or its holder's name is sent in plain text",
    "unnamed": "number and name are sealed, and no Wechatpay-Serial says to which key",
    "unopened": "number and name are sealed to another key than the one that Wechatpay-Serial names",
}


@control("RFD-05", provider=Provider.WECHAT)
@pytest.mark.by_card
def test_a_card_leaves_sealed_to_the_platforms_key(refunds: Refunds, journal: Journal) -> None:
    order = refunds.paid()
    part, key = Fen(order.paid // 2), "golive-card"
    with journal.step("the refund finds no way to its payer"):
        order.ask(part, key)
        order.the_only_one()
        order.end("ABNORMAL")
    with journal.step("it is to go to a card"):
        answered = order.ask_for_card(key, CARD)
    told = [each.detail["card"] for each in order.events() if each.kind == "refund-card"]
    journal.observe(
        f"answered HTTP {answered}; the platform was told of a card: {', '.join(told) or 'never'}"
    )
    if not told:
        raise NotExercised(
            "the merchant was asked to send a refund to a card, and told the platform of none",
            where="card_refund",
            remedy="compare [card_refund] with what the app's own page or desk sends",
        )
    for state in told:
        assert state not in WRONG, WRONG[state]
    with journal.step("it arrives there"):
        order.end("SUCCESS")
    booked = order.booked(until=part)
    assert booked == part, f"the refund reached the card, and {booked} of {part} fen are booked as refunded"
