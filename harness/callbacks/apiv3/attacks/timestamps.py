"""Attacks with a true signature over a moment outside the 300-second window (CBK-04, facts 2.2).

The past side starts one second outside the window, because a message only grows older on its way. The
future side starts ten seconds outside: a message from the future comes closer while it travels, and a slow
machine must not turn a refusal into a rightful acceptance.
"""

from __future__ import annotations

import time

from harness.callbacks.apiv3.forged_signatures import signed_message, signed_over
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import TIMESTAMP, header, with_header
from harness.callbacks.attack import Attack, Forge, attack
from harness.callbacks.callback import Callback
from harness.signing.wechat_v3 import WINDOW_S

CONTROL = "CBK-04"
MINUTE_S, HOUR_S, DAY_S, YEAR_S = 60, 3_600, 86_400, 365 * 86_400
FUTURE_MARGIN_S = 10


def _at(offset_s: int) -> Forge:
    return lambda issuer, resource: build(issuer, resource, timestamp=int(time.time()) + offset_s)


def _written(text: str | None) -> Forge:
    """Signed truly over a timestamp that is not Unix seconds: `text`, or the moment in milliseconds."""

    def stamped(callback: Callback) -> Callback:
        return with_header(callback, TIMESTAMP, text or header(callback, TIMESTAMP) + "000")

    sign_stamped = signed_over(lambda callback: signed_message(stamped(callback)))
    return lambda issuer, resource: stamped(sign_stamped(issuer, resource))


def _moment(id_: str, zh: str, en: str, offset_s: int) -> Attack:
    return attack(id_, CONTROL, zh, en, _at(offset_s))


ATTACKS: tuple[Attack, ...] = (
    _moment("past-301-seconds", "时间戳早于现在 301 秒", "the timestamp is 301 s old", -WINDOW_S - 1),
    _moment("past-10-minutes", "时间戳早于现在 10 分钟", "the timestamp is 10 min old", -10 * MINUTE_S),
    _moment("past-1-hour", "时间戳早于现在 1 小时", "the timestamp is an hour old", -HOUR_S),
    _moment(
        "past-8-hours",
        "时间戳早于现在 8 小时(时区错误)",
        "the timestamp is 8 h old, as in the wrong zone",
        -8 * HOUR_S,
    ),
    _moment("past-1-day", "时间戳早于现在 1 天", "the timestamp is a day old", -DAY_S),
    _moment("past-1-year", "时间戳早于现在 1 年", "the timestamp is a year old", -YEAR_S),
    _moment(
        "future-310-seconds",
        "时间戳晚于现在 310 秒",
        "the timestamp is 310 s ahead",
        WINDOW_S + FUTURE_MARGIN_S,
    ),
    _moment("future-1-hour", "时间戳晚于现在 1 小时", "the timestamp is an hour ahead", HOUR_S),
    _moment(
        "future-8-hours",
        "时间戳晚于现在 8 小时(时区错误)",
        "the timestamp is 8 h ahead, as in the wrong zone",
        8 * HOUR_S,
    ),
    _moment("future-1-day", "时间戳晚于现在 1 天", "the timestamp is a day ahead", DAY_S),
    attack(
        "timestamp-milliseconds",
        CONTROL,
        "时间戳以毫秒为单位，签名属实",
        "the timestamp counts milliseconds, truly signed",
        _written(None),
    ),
    attack(
        "timestamp-zero",
        CONTROL,
        "时间戳为 0，签名属实",
        "the timestamp is zero, truly signed",
        _written("0"),
    ),
    attack(
        "timestamp-not-a-number",
        CONTROL,
        "时间戳是文字 now，签名属实",
        "the timestamp is the word now, truly signed",
        _written("now"),
    ),
)
