"""One key for every platform, and a payment of 19.90 yuan in each form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from harness.callback_sender.order import CallbackOrder
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.callbacks.made_up import Payment
from harness.core.money import Fen
from harness.signing import keys

PAID = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
OrderOf = Callable[..., CallbackOrder]


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """Whoever signs, in every form."""
    key = keys.generate()
    return Issuer("PUB_KEY_ID_1", key, "k" * 32, key, alipay_private_key=key, alipay_app_key=key, appid="wx1")


@pytest.fixture(scope="session")
def order_of(issuer: Issuer) -> OrderOf:
    """Makes an order of a form up; what is said beside it takes the place of what it has."""

    def made_up(form: str, *, total: int = 1990, **said: object) -> CallbackOrder:
        found = form_of(form)
        payment = Payment(
            out_trade_no="T1",
            transaction_id="4200001234202611231234567890",
            total=Fen(total),
            appid="wx1",
            account="1900007291",
            payer="somebody",
            subject="tea",
            paid=PAID,
        )
        known: dict[str, object] = {
            "form": found,
            "issuer": issuer,
            "out_trade_no": "T1",
            "resource": found.made_up.payment(payment),
            "notify_url": "",
            "source": "a test",
            "standing": "made-up",
            "late_s": 7200,
        }
        return CallbackOrder(**(known | said))  # type: ignore[arg-type]

    return made_up
