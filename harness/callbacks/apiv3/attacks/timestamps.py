"""Attacks with a true signature over a moment outside the 300-second window (CBK-04, facts 2.2).

The past side starts one second outside the window, because a message only grows older on its way. The
future side starts ten seconds outside: a message from the future comes closer while it travels, and a slow
machine must not turn a refusal into a rightful acceptance.
"""

from __future__ import annotations

import time

from harness.callbacks.apiv3.forged_signatures import signed_message, signed_over
from harness.callbacks.apiv3.genuine import signed
from harness.callbacks.apiv3.header_lines import NONCE, TIMESTAMP, header, with_header
from harness.callbacks.attack import Change
from harness.callbacks.callback import Callback
from harness.signing.wechat_v3 import WINDOW_S

MINUTE_S, HOUR_S, DAY_S, YEAR_S = 60, 3_600, 86_400, 365 * 86_400
FUTURE_MARGIN_S = 10


def _at(offset_s: int) -> Change:
    return lambda original: signed(
        original.issuer,
        original.callback.body,
        timestamp=int(time.time()) + offset_s,
        nonce=header(original.callback, NONCE),
    )


def _written(text: str | None) -> Change:
    """Signed truly over a timestamp that is not Unix seconds: `text`, or the moment in milliseconds."""

    def stamped(callback: Callback) -> Callback:
        return with_header(callback, TIMESTAMP, text or header(callback, TIMESTAMP) + "000")

    sign_stamped = signed_over(lambda callback: signed_message(stamped(callback)))
    return lambda original: stamped(sign_stamped(original))


CHANGES: dict[str, Change] = {
    "past-301-seconds": _at(-WINDOW_S - 1),
    "past-10-minutes": _at(-10 * MINUTE_S),
    "past-1-hour": _at(-HOUR_S),
    "past-8-hours": _at(-8 * HOUR_S),
    "past-1-day": _at(-DAY_S),
    "past-1-year": _at(-YEAR_S),
    "future-310-seconds": _at(WINDOW_S + FUTURE_MARGIN_S),
    "future-1-hour": _at(HOUR_S),
    "future-8-hours": _at(8 * HOUR_S),
    "future-1-day": _at(DAY_S),
    "timestamp-milliseconds": _written(None),
    "timestamp-zero": _written("0"),
    "timestamp-not-a-number": _written("now"),
}
