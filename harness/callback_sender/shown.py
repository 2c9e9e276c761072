"""What is printed: of what was sent the request, the answer, its time and the verdict; of lists a table."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.sendable import Sendable
from harness.callback_sender.simulated import Attempt
from harness.callback_sender.verdicts import Delivery, Sent
from harness.callbacks.answers import Expected, Verdict
from harness.core.clock import BEIJING
from harness.core.control import Language, Text
from harness.core.findings import told_in
from harness.core.plain_text import one_line, plain
from harness.core.texts import read_texts

SCHEMA = 2
SHOWN = 2048
"""Characters of a body that a terminal is shown; a program gets more."""
A_WORD = 16
"""Bytes of a body that stands beside the status: Alipay reads `success` there, and nothing else."""
KEPT = 64 * 1024
"""Bytes of a body that a program gets."""
_WORDS = read_texts(Path(__file__).with_name("shown.yaml"))
_SIGNS = {Verdict.CAREFUL: "✓", Verdict.OPEN: "○", Verdict.CARELESS: "✗", Verdict.UNREACHED: "?"}


def said(section: str, name: str, language: Language, **values: object) -> str:
    """A sentence of the file of words."""
    text: Text = _WORDS[section][name]
    return (text.filled(**values) if values else text).spoken(language)


def heading(order: CallbackOrder, url: str, language: Language) -> Iterator[str]:
    """What the callbacks of a command tell of."""
    yield said(
        "order",
        "at",
        language,
        number=one_line(order.out_trade_no),
        amount=order.total.yuan,
        form=order.form.row.id,
        source=order.source,
        url=one_line(url),
    )
    if order.standing == "unpaid":
        yield said("order", "unpaid", language)


def sent_lines(sent: Sent, url: str, language: Language, *, whole: bool) -> Iterator[str]:
    """One thing that was sent, and what came of it.

    Args:
        whole: with the request and the answer; else a line or two.
    """
    sendable, deliveries = sent.sendable, sent.deliveries
    said_of_it = f"{sendable.id}  {sendable.control}  {one_line(sendable.text.spoken(language))}"
    if not whole:
        yield f"{_SIGNS[sent.verdict]} {said_of_it} → {_verdict(sent, language)}"
        return
    yield f"── {said_of_it}"
    shown = deliveries[:1] if sendable.at_once else deliveries
    for delivery in shown:
        yield from _delivery_lines(delivery, url, language)
    if len(deliveries) > len(shown):
        yield "  " + said("sent", "alike", language, count=len(deliveries) - len(shown))
    if sendable.at_once:
        yield from _crowd(deliveries, language)
    if sent.afterwards:
        yield "  " + said("sent", "alone", language, answers=_counted(sent.afterwards, language))
    yield f"{_SIGNS[sent.verdict]} {_verdict(sent, language)}"


def _delivery_lines(delivery: Delivery, url: str, language: Language) -> Iterator[str]:
    yield f"  > POST {one_line(url)}"
    for name, value in delivery.answer.asked:
        yield f"  > {one_line(f'{name}: {value}')}"
    yield "  >"
    yield from _body_lines("  > ", delivery.callback.body, language)
    answer = delivery.answer
    if answer.status is None:
        yield f"  < {one_line(told_in(answer.error or '', language))}"
        return
    yield f"  < HTTP {answer.status}  {_ms(delivery)}"
    for name, value in answer.headers:
        yield f"  < {one_line(f'{name}: {value}')}"
    if answer.body:
        yield "  <"
        yield from _body_lines("  < ", answer.body, language)


def _body_lines(mark: str, body: bytes, language: Language) -> Iterator[str]:
    text = body[: SHOWN * 4].decode("utf-8", "backslashreplace")
    for line in plain(text[:SHOWN]).splitlines() or [said("sent", "empty", language)]:
        yield f"{mark}{line}"
    if len(text) > SHOWN:
        yield mark + said("sent", "more", language, size=len(body))


def _crowd(deliveries: Sequence[Delivery], language: Language) -> Iterator[str]:
    times = [delivery.answer.duration_s * 1000 for delivery in deliveries]
    yield "  " + said(
        "sent",
        "crowd",
        language,
        answers=_counted(deliveries, language),
        least=round(min(times)),
        middle=round(median(times)),
        most=round(max(times)),
    )


def _counted(deliveries: Sequence[Delivery], language: Language) -> str:
    counts = Counter(one_line(_came(delivery, language)) for delivery in deliveries)
    return ", ".join(f"{name} ×{count}" for name, count in counts.items())


def _verdict(sent: Sent, language: Language) -> str:
    deciding = sent.deciding
    came = one_line(_came(deciding, language))
    if sent.verdict is Verdict.UNREACHED:
        return said("verdict", "unreached", language, came=came)
    if sent.verdict is Verdict.OPEN:
        why = said("open", deciding.why or "either", language)
        return said("verdict", "open", language, came=came, took=_ms(deciding), why=why)
    wanted = said("expected", sent.expected.value, language)
    if sent.afterwards:
        wanted = said("expected", "alone", language)
    name = "careful" if sent.verdict is Verdict.CAREFUL else "careless"
    return said("verdict", name, language, came=came, took=_ms(deciding), wanted=wanted)


def _came(delivery: Delivery, language: Language) -> str:
    answer = delivery.answer
    told = told_in(answer.error or "", language)
    if answer.status is None:
        return told
    word = answer.body.decode("utf-8", "backslashreplace") if len(answer.body) <= A_WORD else ""
    return f"HTTP {answer.status}" + (f" {word!r}" if word else "")


def _ms(delivery: Delivery) -> str:
    return f"{delivery.answer.duration_s * 1000:.0f} ms"


def closing(sent: Sequence[Sent], asked: int, language: Language) -> Iterator[str]:
    """What all answers together show, and what they do not."""
    count = {each: sum(one.verdict is each for one in sent) for each in Verdict}
    if asked - count[Verdict.OPEN] > 1:
        judged = asked - count[Verdict.OPEN]
        yield said("closing", "sum", language, careful=count[Verdict.CAREFUL], asked=judged)
    if undecided := sum(each.undecided for each in sent):
        yield said("closing", "undecided", language, count=undecided)
    if len(sent) < asked:
        yield said("closing", "stopped", language, left=asked - len(sent))
    refused = [each for each in sent if each.expected is Expected.REFUSED]
    if refused and all(each.expected is not Expected.TAKEN_OVER for each in sent):
        yield said("closing", "only-forged", language)
    taken = [each for each in sent if each.expected is Expected.TAKEN_OVER]
    if sum(len(each.deliveries) for each in taken) > 1:
        yield said("closing", "once", language)
    if any(each.expected is Expected.ANY for each in sent):
        yield said("closing", "any", language)


def catalogue(forms: Iterable[tuple[str, Iterable[Sendable]]], language: Language) -> Iterator[str]:
    """Everything that can be sent, a form after another."""
    for form, sendables in forms:
        rows = list(sendables)
        width = max(len(each.id) for each in rows)
        yield said("list", "form", language, form=form)
        for each in rows:
            wanted = said("expected", each.expected.value, language)
            yield f"  {each.id:<{width}}  {each.control}  {each.text.spoken(language)} → {wanted}"


def attempt_line(attempt: Attempt, language: Language) -> str:
    """One attempt of the simulator."""
    made = attempt.delivery
    came = f"HTTP {made.status}" if made.status is not None else ""
    why = told_in(made.error, language) if made.error else ""
    taken = said("attempt", "accepted" if made.accepted else "open", language)
    parts = (
        attempt.id,
        f"{made.sent.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        made.signature_kind,
        came,
        f"{made.duration_s * 1000:.0f} ms",
        taken,
        why,
        attempt.notify_url,
    )
    return one_line("  ".join(each for each in parts if each))


def as_json(sent: Sequence[Sent], order: CallbackOrder, url: str, asked: int, code: int) -> dict[str, Any]:
    """The document of a `send`."""
    return {
        "schema": SCHEMA,
        "url": url,
        "order": {
            "out_trade_no": order.out_trade_no,
            "total": int(order.total),
            "form": order.form.row.id,
            "source": order.source,
            "standing": order.standing,
        },
        "callbacks": [_sent_json(each, url) for each in sent],
        "not_sent": asked - len(sent),
        "exit_code": code,
    }


def _sent_json(sent: Sent, url: str) -> dict[str, Any]:
    return {
        **sendable_json(sent.sendable),
        "expected": sent.expected.value,
        "verdict": sent.verdict.value,
        "open_because": sent.deciding.why,
        "deliveries": [_delivery_json(each, url) for each in sent.deliveries],
        "afterwards": [_delivery_json(each, url) for each in sent.afterwards],
    }


def _delivery_json(delivery: Delivery, url: str) -> dict[str, Any]:
    answer = delivery.answer
    came = None
    if answer.status is not None:
        came = {"status": answer.status, **_message(answer.headers, answer.body)}
    return {
        "request": {"method": "POST", "url": url, **_message(answer.asked, delivery.callback.body)},
        "answer": came,
        "error": answer.error,
        "latency_ms": round(answer.duration_s * 1000, 1),
        "verdict": delivery.verdict.value,
    }


def sendable_json(sendable: Sendable) -> dict[str, Any]:
    """What can be sent, and how a careful merchant answers."""
    return {
        "id": sendable.id,
        "control": sendable.control,
        "about": sendable.text.model_dump(),
        "expected": sendable.expected.value,
    }


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    """One attempt of the simulator."""
    return {
        "id": attempt.id,
        "out_trade_no": attempt.out_trade_no,
        "out_refund_no": attempt.out_refund_no,
        "notify_url": attempt.notify_url,
        **attempt.delivery.model_dump(mode="json"),
    }


def _message(headers: Iterable[tuple[str, str]], body: bytes) -> Mapping[str, Any]:
    """Headers and body; a body that is no text in base64, and of a long one its beginning."""
    kept = body[:KEPT]
    try:
        told: dict[str, Any] = {"body": kept.decode("utf-8")}
    except UnicodeDecodeError:
        told = {"body_base64": base64.b64encode(kept).decode()}
    return {"headers": [list(each) for each in headers], **told, "bytes": len(body)}
