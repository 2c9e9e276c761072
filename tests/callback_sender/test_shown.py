"""What people read says what decided, and what no answer decides."""

from __future__ import annotations

import pytest

from harness.callback_sender import shown
from harness.callback_sender.sendable import sendables_of
from harness.callback_sender.verdicts import Answer, Delivery, Sent, judged
from harness.callbacks.callback import Callback
from tests.callback_sender.conftest import OrderOf

CALLBACK = Callback((), b"{}")


def sent(order_of: OrderOf, form: str, kind: str, answer: Answer, count: int = 1) -> Sent:
    order = order_of(form)
    sendable = sendables_of(order.form)[kind]
    verdict = judged(sendable.expected, answer, order.form.row.redelivery)
    return Sent(sendable, sendable.expected, (Delivery(CALLBACK, answer, verdict),) * count)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"success", "✓ genuine"),
        (b"success\n", r"HTTP 200 'success\n', "),
        (b"fail", "HTTP 200 'fail', "),
        (b"\x1b[2J\xff", r"HTTP 200 '\x1b[2J\\xff', "),
        (b"", "HTTP 200, "),
        (b"x" * 17, "HTTP 200, "),
    ],
)
def test_a_word_of_an_answer_stands_beside_its_status(order_of: OrderOf, body: bytes, said: str) -> None:
    (line,) = shown.sent_lines(
        sent(order_of, "alipay", "genuine", Answer(200, 0.001, body=body)), "", "en", whole=False
    )
    assert said in line
    assert line.startswith("✓ " if body == b"success" else "✗ ")


def test_that_several_are_booked_once_no_answer_tells(order_of: OrderOf) -> None:
    def closes(*every: Sent) -> str:
        return "\n".join(shown.closing(every, len(every), "en"))

    one, many = (sent(order_of, "apiv3", "genuine", Answer(204, 0.0), count) for count in (1, 20))
    probe = sent(order_of, "apiv3", "probe", Answer(401, 0.0))
    assert "booked once" not in closes(one, probe)
    assert "booked once" in closes(many)
    assert "booked once" in closes(one, probe, one)
