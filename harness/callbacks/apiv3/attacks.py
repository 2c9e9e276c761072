"""Every forged API v3 callback a merchant must refuse, and the two that the platform itself may send."""

from __future__ import annotations

from harness.callbacks.apiv3 import (
    probes,
    wrong_algorithms,
    wrong_headers,
    wrong_messages,
    wrong_signatures,
    wrong_timestamps,
)
from harness.callbacks.apiv3.forgery import as_probe, by_another_key
from harness.callbacks.attack import Attack

__all__ = ["ATTACKS", "as_probe", "by_another_key"]

ATTACKS: tuple[Attack, ...] = (
    *wrong_signatures.ATTACKS,
    *wrong_algorithms.ATTACKS,
    *wrong_messages.ATTACKS,
    *probes.ATTACKS,
    *wrong_timestamps.ATTACKS,
    *wrong_headers.ATTACKS,
)
