"""Attacks with a body that is no notification, truly signed: whoever verifies goes on to read it (CBK-14)."""

from __future__ import annotations

import json
from collections.abc import Callable

from harness.callbacks.apiv3.genuine import signed
from harness.callbacks.attack import Change
from harness.callbacks.callback import compact
from harness.callbacks.nonsense import NONSENSE


def _instead(body: Callable[[], bytes]) -> Change:
    return lambda original: signed(original.issuer, body())


def _notice(change: Callable[[dict[str, object]], dict[str, object]]) -> Change:
    return lambda original: signed(original.issuer, compact(change(json.loads(original.callback.body))))


CHANGES: dict[str, Change] = {
    **{f"body-{name}": _instead(body) for name, body in NONSENSE.items()},
    "body-cut": lambda original: signed(original.issuer, original.callback.body[:-40]),
    "body-resource-null": _notice(lambda notice: {**notice, "resource": None}),
    "body-resource-a-list": _notice(lambda notice: {**notice, "resource": [notice["resource"]]}),
    "body-seal-a-number": _notice(lambda notice: {**notice, "resource": {"ciphertext": 1, "nonce": 2}}),
}
