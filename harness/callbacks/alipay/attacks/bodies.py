"""Bodies of which nothing can be verified (CBK-14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.callbacks.alipay.form_body import posted
from harness.callbacks.attack import Change
from harness.callbacks.nonsense import NONSENSE


def _nonsense(body: Callable[[], bytes]) -> Change:
    return lambda original: posted(body())


def _body(change: Callable[[bytes], bytes]) -> Change:
    return lambda original: replace(original.callback, body=change(original.callback.body))


CHANGES: dict[str, Change] = {
    **{f"alipay-body-{name}": _nonsense(body) for name, body in NONSENSE.items()},
    "alipay-body-cut": _body(lambda body: body[: len(body) // 2]),
    "alipay-body-bare-percents": _body(lambda body: body.replace(b"%", b"%%")),
    "alipay-body-many-members": _nonsense(lambda: b"&".join(b"a%d=1" % each for each in range(5_000))),
    "alipay-body-number-not-utf-8": _nonsense(lambda: b"out_trade_no=%FF%FE&sign=x&sign_type=RSA2"),
    "alipay-body-charset-unknown": _body(lambda body: body.replace(b"charset=utf-8", b"charset=utf-999")),
}
