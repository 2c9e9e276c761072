"""What an order asks for, said the same way whichever dialect brought it (facts 3.3).

Two requests for one number are the same order when product, amount and these parameters are equal. Every wire
builds them here and nowhere else: a fallback from one dialect to another then meets its own order again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

DEFAULT_H5_TYPE = "Wap"
"""The kind of H5 scene where a dialect leaves it out."""


def order_parameters(
    *,
    description: str,
    notify_url: str,
    time_expire: datetime | None = None,
    attach: str | None = None,
    openid: str | None = None,
    payer_client_ip: str | None = None,
    h5_type: str | None = None,
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Everything that must be equal for the same order, less its number, its product and its amount.

    Absent and blank are one; a moment is the same in any zone.

    Args:
        time_expire: aware.
        openid: of JSAPI only.
        payer_client_ip: as the order's scene names it.
        h5_type: of H5 only: `Wap`, `iOS` or `Android`.
        extra: members that only one dialect has a name for, under the platform's names.
    """
    named: dict[str, object] = {
        "description": description,
        "notify_url": notify_url,
        "time_expire": None if time_expire is None else time_expire.astimezone(UTC),
        "attach": attach,
        "openid": openid,
        "payer_client_ip": payer_client_ip,
        "h5_type": h5_type,
        "extra": dict(extra or {}),
    }
    return {name: value for name, value in named.items() if value}
