"""How a key of our simulator is told from one of the platform: by the name it goes by on the wire.

An answer is verified with the key its `Wechatpay-Serial` names. Our simulator names its keys within the two
ranges below, in which the platform names none, and signs under no other name; so what was verified under
another name was not signed by a simulator of ours.
"""

from __future__ import annotations

KEY_ID_PREFIX = "PUB_KEY_ID_99999999"
"""Begins the id of a simulated platform's public key; a live id goes on with 01 and the mchid."""
SERIAL_PREFIX = "51515151"
"""Begins the serial of a simulated platform's certificate, 40 hex digits in all."""


def is_simulated(key_id: str) -> bool:
    """Whether a `Wechatpay-Serial` names a key of our simulator."""
    return key_id.upper().startswith((KEY_ID_PREFIX, SERIAL_PREFIX))
