"""Every forged API v3 callback a merchant must refuse, and the two that the platform itself may send."""

from __future__ import annotations

from pathlib import Path

from harness.callbacks.apiv3 import mutations
from harness.callbacks.apiv3.attacks import (
    algorithms,
    bodies,
    changed_bodies,
    contents,
    headers,
    messages,
    probes,
    replays,
    seals,
    serials,
    signatures,
    timestamps,
    variations,
)
from harness.callbacks.apiv3.forged_signatures import (
    as_probe,
    by_another_key,
    under_unknown_serial,
    unsigned,
)
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.attack import Attack, read_attacks
from harness.callbacks.mutations import Mutable

__all__ = [
    "ATTACKS",
    "MUTATIONS",
    "VARIATIONS",
    "as_probe",
    "by_another_key",
    "under_unknown_serial",
    "unsigned",
]

ATTACKS: tuple[Attack, ...] = (
    *read_attacks(
        Path(__file__).with_name("attacks.yaml"),
        signatures.CHANGES
        | algorithms.CHANGES
        | messages.CHANGES
        | probes.CHANGES
        | timestamps.CHANGES
        | serials.CHANGES
        | changed_bodies.CHANGES
        | seals.CHANGES
        | contents.CHANGES
        | bodies.CHANGES
        | replays.CHANGES,
        build,
        harmless=seals.HARMLESS,
        may_be_acknowledged=(*contents.CHANGES, replays.TRULY_SIGNED),
    ),
    *headers.ATTACKS,
)

VARIATIONS: tuple[Attack, ...] = read_attacks(
    Path(__file__).with_name("variations.yaml"), variations.CHANGES, build
)
MUTATIONS = Mutable(mutations.draw, mutations.inert)
