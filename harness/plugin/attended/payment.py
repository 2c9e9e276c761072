"""One payment by phone, from the order to what the person saw of it; what happened is kept line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.control import Text
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.core.texts import read_texts
from harness.plugin.attended.desk import Answer
from harness.plugin.attended.ordering import Ordered
from harness.plugin.attended.refunding import Refunding
from harness.plugin.attended.watching import Watched

PAYMENTS = "artifacts/payments.ndjson"
"""What happened to each attended payment, as it happened."""
QUESTIONS = read_texts(Path(__file__).with_name("questions.yaml"))
_CONTROLS: Mapping[tuple[Provider, str], str] = {
    (Provider.WECHAT, "h5"): "PAY-01",
    (Provider.WECHAT, "qr"): "PAY-02",
    (Provider.WECHAT, "jsapi"): "PAY-03",
    (Provider.ALIPAY, "h5"): "PAY-04",
    (Provider.ALIPAY, "qr"): "PAY-05",
}


@dataclass(slots=True)
class PhonePayment:
    """What is known of one payment."""

    way: str
    """`qr`, `h5` or `jsapi`."""
    provider: Provider
    dialect: str
    ordered: Ordered
    watched: Watched
    left_open: str = ""
    """Why an order that nobody paid may still be open; empty: it is closed, or was paid."""
    answers: list[Answer] = field(default_factory=list)
    refunding: Refunding | None = None
    """None: nobody asked for it."""

    @property
    def control(self) -> str:
        """The control that its way of paying is about."""
        return _CONTROLS[self.provider, self.way]

    @property
    def taken(self) -> Fen:
        """What the platform says was taken, in fen; what was asked for where it tells no amount."""
        found = self.watched.transaction
        if found is None:
            return Fen(0)
        return self.ordered.amount if found.total is None else found.total


def questions_of(control: str, payment: PhonePayment) -> dict[str, Text]:
    """What the person is asked about one control, by the question's name."""
    seen = {"yuan": payment.ordered.amount.yuan, "number": payment.ordered.number}
    return {name: text.filled(**seen) for name, text in QUESTIONS[control].items()}
