"""Every forged API v3 callback a merchant must refuse, and the two that the platform itself may send."""

from __future__ import annotations

from pathlib import Path

from harness.callbacks.apiv3.attacks import algorithms, headers, messages, probes, signatures, timestamps
from harness.callbacks.apiv3.forged_signatures import as_probe, by_another_key
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.attack import Attack, read_attacks

__all__ = ["ATTACKS", "as_probe", "by_another_key"]

ATTACKS: tuple[Attack, ...] = (
    *read_attacks(
        Path(__file__).with_name("attacks.yaml"),
        signatures.CHANGES | algorithms.CHANGES | messages.CHANGES | probes.CHANGES | timestamps.CHANGES,
        build,
    ),
    *headers.ATTACKS,
)
