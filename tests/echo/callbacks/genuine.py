"""Builds the callback: one line of JSON, and the same signature as every message has."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from harness.callbacks.callback import CLIENT_HEADERS, Callback, Issuer, compact
from tests.echo.signing import HEADER, sign


def compose(issuer: Issuer, resource: Mapping[str, Any], *, event_type: str = "TRANSACTION.SUCCESS") -> bytes:
    """The line; re-sends keep it unchanged."""
    del issuer
    return (
        compact(
            {
                "id": secrets.token_hex(16),
                "event": event_type,
                "out_trade_no": resource["out_trade_no"],
                "state": resource["trade_state"],
                "transaction_id": resource["transaction_id"],
                "success_time": resource["success_time"],
                "amount": resource["amount"]["total"],
            }
        )
        + b"\n"
    )


def signed(issuer: Issuer, body: bytes) -> Callback:
    """One delivery."""
    return Callback(headers=(*CLIENT_HEADERS, (HEADER, sign(issuer.apiv3_key, body))), body=body)


def build(issuer: Issuer, resource: Mapping[str, Any]) -> Callback:
    """A genuine callback of a payment."""
    return signed(issuer, compose(issuer, resource))
