"""What a payment by phone has to come to: another amount or way fails, and silence is no pass."""

from __future__ import annotations

import pytest

from harness.core.clock import wire_now
from harness.core.control import Text
from harness.core.errors import NotAnswered
from harness.core.money import Fen
from harness.core.payment import Provider, Transaction
from harness.plugin.attended.desk import Answer
from harness.plugin.attended.ordering import Ordered
from harness.plugin.attended.payment import PhonePayment
from harness.plugin.attended.watching import Watched
from harness.plugin.session.journal import Journal
from scenarios.attended.expectations import expect_paid_as_asked, expect_seen


class Nowhere:
    """Keeps no file."""

    def add_artifact(self, name: str, data: bytes) -> str:
        return name


def payment(**paid: object) -> PhonePayment:
    told = {"out_trade_no": "GLP1", "trade_state": "SUCCESS", "transaction_id": "42", **paid}
    watched = Watched(transaction=Transaction(**told) if paid else None, state="NOTPAY")  # type: ignore[arg-type]
    ordered = Ordered(number="GLP1", amount=Fen(1), by_merchant=False)
    return PhonePayment("qr", Provider.WECHAT, "apiv3", ordered, watched)


def answer(said: str) -> Answer:
    heard = {"yes": True, "no": False}.get(said)
    return Answer("PAY-02", "told", Text.same("Paid?"), heard, "tester", wire_now(), "terminal")


def test_the_amount_that_was_asked_for_in_the_way_that_was_asked_for_passes() -> None:
    journal = Journal(Nowhere(), "PAY-02")
    expect_paid_as_asked(payment(total=Fen(1), trade_type="NATIVE"), journal)
    assert journal.observations == ["the platform calls it NATIVE"]


@pytest.mark.parametrize("total", [Fen(2), Fen(0), Fen(100)])
def test_another_amount_fails(total: Fen) -> None:
    with pytest.raises(AssertionError, match=f"1 fen were asked for, and the platform says that {total} fen"):
        expect_paid_as_asked(payment(total=total), Journal(Nowhere(), "PAY-02"))


def test_another_way_fails() -> None:
    with pytest.raises(AssertionError, match="paid as MICROPAY, and not as NATIVE"):
        expect_paid_as_asked(payment(total=Fen(1), trade_type="MICROPAY"), Journal(Nowhere(), "PAY-02"))


def test_a_platform_that_stumbled_is_a_warning() -> None:
    journal, stumbled = Journal(Nowhere(), "PAY-02"), payment(total=Fen(1))
    stumbled.watched.troubles.append("no trustworthy answer")
    expect_paid_as_asked(stumbled, journal)
    assert journal.warnings == ["the platform left 1 queries without a good answer: no trustworthy answer"]


def test_what_nobody_paid_needs_somebody() -> None:
    unpaid = payment()
    with pytest.raises(NotAnswered, match="the order is closed"):
        expect_paid_as_asked(unpaid, Journal(Nowhere(), "PAY-02"))
    unpaid.left_open = "no connection"
    with pytest.raises(NotAnswered, match="may still be open: no connection"):
        expect_paid_as_asked(unpaid, Journal(Nowhere(), "PAY-02"))


def test_yes_passes_no_fails_and_silence_needs_somebody() -> None:
    expect_seen([answer("yes"), answer("yes")])
    with pytest.raises(AssertionError, match="tester answered no: Paid"):
        expect_seen([answer("nothing"), answer("no")])
    with pytest.raises(NotAnswered, match="nobody answered: Paid"):
        expect_seen([answer("yes"), answer("nothing")])
