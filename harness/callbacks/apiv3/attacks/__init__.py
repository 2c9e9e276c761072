"""Every forged API v3 callback a merchant must refuse, and the two that the platform itself may send."""

from __future__ import annotations

from harness.callbacks.apiv3.attacks import algorithms, headers, messages, probes, signatures, timestamps
from harness.callbacks.apiv3.forged_signatures import as_probe, by_another_key
from harness.callbacks.attack import Attack

__all__ = ["ATTACKS", "as_probe", "by_another_key"]

ATTACKS: tuple[Attack, ...] = (
    *signatures.ATTACKS,
    *algorithms.ATTACKS,
    *messages.ATTACKS,
    *probes.ATTACKS,
    *timestamps.ATTACKS,
    *headers.ATTACKS,
)
