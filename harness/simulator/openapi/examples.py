"""A request that a schema takes, with variables of a collection where a merchant's own values belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.simulator.wire.kit.json_schema import Schema

OWN: Mapping[str, str] = {
    "appid": "WECHAT_PAY_APP_ID",
    "mchid": "WECHAT_PAY_MCH_ID",
    "openid": "GOLIVE_TEST_OPENID",
    "Wechatpay-Serial": "WECHAT_PAY_PUBLIC_KEY_ID",
}
"""Settings that members are filled in with, by their names."""
NUMBERS = ("out_trade_no", "out_refund_no", "out_request_no", "transaction_id", "refund_id", "token")
"""What names a thing; a variable of the collection has each, to be changed from one order to the next."""
_SAID: Mapping[str, object] = {
    "description": "龙井 250 克",
    "subject": "龙井 250 克",
    "echo_message": "hello",
    "payer_client_ip": "127.0.0.1",
    "total": 1990,
    "refund": 1990,
    "total_amount": "19.90",
    "refund_amount": "19.90",
    "bill_date": "{{bill_date}}",
    "bill_type": "trade",
}
_BESIDE = frozenset({"out_trade_no", "out_request_no"})
"""What is filled in although a schema can do without it: another number may stand in its place."""


def example(name: str, schema: Schema, *, notify_url: str) -> Any:
    """A value of that schema: what is required, and nothing more than makes sense of it.

    Args:
        name: what the value is called where it stands; empty for a whole body.
        notify_url: the setting that holds the address to be called back.
    """
    variables = {**OWN, **{each: each for each in NUMBERS}, "notify_url": notify_url}
    if name in variables:
        return f"{{{{{variables[name]}}}}}"
    choices, said = schema.get("enum"), _SAID.get(name)
    if choices is not None:
        return said if said in choices else choices[0]
    return _made(schema, notify_url) if said is None else said


def _made(schema: Schema, notify_url: str) -> Any:
    kind = schema.get("type", "string")
    if kind == "object":
        wanted = {*schema.get("required", ()), *(_BESIDE & schema.get("properties", {}).keys())}
        return {
            member: example(member, each, notify_url=notify_url)
            for member, each in schema.get("properties", {}).items()
            if member in wanted
        }
    if kind == "array":
        return [example("", schema["items"], notify_url=notify_url)]
    if kind == "boolean":
        return True
    return schema.get("minimum", 1) if kind == "integer" else "…"
