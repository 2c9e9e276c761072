"""Takes a message of the envelope dialect apart (envelope facts 4)."""

from __future__ import annotations

import json

from harness.signing import envelope
from harness.signing.diagnosis.claim import Claim, Moment
from harness.signing.diagnosis.members import Members, mistakes_of
from harness.signing.diagnosis.message import Kind, Message

_ANSWERS = ("code", "notifyType")


def claim_of(message: Message) -> Claim | None:
    """What a message claims; None: it is no JSON object with a `signature`."""
    if f'"{envelope.SIGNATURE}"'.encode() not in message.body:
        return None
    try:
        document = message.body.decode("utf-8-sig")
        fields = json.loads(document)
        if not isinstance(fields, dict) or not isinstance(fields.get(envelope.SIGNATURE), str):
            return None
        kept = {name: value for name, value in fields.items() if name != envelope.SIGNATURE}
        members = Members(
            signed={name: envelope.text_of(value) for name, value in kept.items() if value not in (None, "")},
            empty=tuple(name for name, value in kept.items() if value in (None, "")),
            signature=envelope.SIGNATURE,
            before=lambda name: name.encode("utf-16-be", "surrogatepass"),
            objects={name: value for name, value in kept.items() if isinstance(value, dict | list)},
            document=document,
        )
        expected = envelope.message(fields)
    except (ValueError, RecursionError, OverflowError):
        return None
    answered = not message.method or any(name in fields for name in _ANSWERS)
    of_alipay = "/alipay/" in message.target or fields.get("paymentMethod") == "alipay"
    asked = Kind.ENVELOPE_ALIPAY_REQUEST if of_alipay else Kind.ENVELOPE_REQUEST
    stamp = fields.get("timestamp")
    return Claim(
        kind=Kind.ENVELOPE_MESSAGE if answered else asked,
        signature=fields[envelope.SIGNATURE],
        expected=expected,
        mistakes=lambda: mistakes_of(members),
        moment=Moment(str(stamp), "ms", envelope.WINDOW_MS // 1000),
    )
