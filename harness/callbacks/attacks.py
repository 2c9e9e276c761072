"""The registry of attacks: every forged callback a merchant must refuse, by the control that says so.

    for attack in attacks_for("CBK-02"):
        answer = merchant.deliver(attack.forge(issuer, resource))

Each is refused by a complete verifier, and each carries the resource of a real payment: a merchant that
lets one through credits money on a forger's word.
"""

from __future__ import annotations

from harness.callbacks.apiv3 import probes, wrong_algorithms, wrong_headers, wrong_messages, wrong_signatures
from harness.callbacks.apiv3 import wrong_timestamps as wrong_moments
from harness.callbacks.attack import Attack

__all__ = ["ATTACKS", "Attack", "attacks_for"]

ATTACKS: tuple[Attack, ...] = (
    *wrong_signatures.ATTACKS,
    *wrong_algorithms.ATTACKS,
    *wrong_messages.ATTACKS,
    *probes.ATTACKS,
    *wrong_moments.ATTACKS,
    *wrong_headers.ATTACKS,
)


def attacks_for(control: str) -> tuple[Attack, ...]:
    """The attacks that exercise one control, e.g. `CBK-02`; none for a control without any."""
    return tuple(each for each in ATTACKS if each.control == control)
