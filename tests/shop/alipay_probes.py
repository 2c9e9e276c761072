"""What shows each deliberate defect in reading Alipay's notify: a shop of the same practices is asked."""

from __future__ import annotations

from collections.abc import Callable

from harness.callbacks.attack import Attack
from harness.callbacks.forms import form_of
from tests.shop.alipay_desk import desk
from tests.shop.conftest import Trade

_FORM = form_of("alipay")
_NAMED = {each.id: each for each in (*_FORM.attacks.ATTACKS, *_FORM.variations)}


def _credited(name: str) -> Callable[[Trade], bool]:
    """Whether an attack is enough for an order to be paid."""

    def probe(trade: Trade) -> bool:
        with desk(trade.running.shop.practices) as shop:
            number = shop.order()
            shop.receive(_attack(name).forge(shop.issuer, shop.resource(number)))
            return shop.standing(number)[0] == "paid"

    return probe


def _refused(name: str) -> Callable[[Trade], bool]:
    """Whether a genuine notify in a rare shape is refused, where a plain one is taken."""

    def probe(trade: Trade) -> bool:
        with desk(trade.running.shop.practices) as shop:
            number = shop.order()
            rare = _attack(name).forge(shop.issuer, shop.resource(number))
            return not shop.takes(rare) and shop.takes(shop.genuine(number))

    return probe


def _attack(name: str) -> Attack:
    return _NAMED[name]


credits_a_garbled_notify = _credited("alipay-signature-garbage")
credits_an_unsigned_notify = _credited("alipay-sign-stripped")
credits_what_its_own_key_signed = _credited("alipay-apps-own-key")
credits_another_application = _credited("alipay-app-id-other")
credits_another_seller = _credited("alipay-seller-id-other")
credits_one_fen = _credited("alipay-amount-one-fen")
credits_an_unpaid_notify = _credited("alipay-state-waiting")
credits_a_refund = _credited("alipay-refunded-in-part-with-amounts")
refuses_what_is_encoded_inside = _refused("alipay-passback-encoded")
refuses_a_new_member_of_a_notify = _refused("alipay-more-members")


def answers_in_capitals(trade: Trade) -> bool:
    with desk(trade.running.shop.practices) as shop:
        return shop.receive(shop.genuine(shop.order())).body == b"SUCCESS"


def loses_a_plus(trade: Trade) -> bool:
    # Asked of the practice itself: hardly a signature is without a plus, so any other sign is shared.
    return trade.running.shop.practices.read_alipay(b"subject=1%2B1")["subject"] == "1 1"
