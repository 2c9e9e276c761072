"""Takes a message of API v3 apart: a request by its Authorization, an answer or a callback by its headers."""

from __future__ import annotations

import re

from harness.signing import wechat_v3
from harness.signing.diagnosis.claim import Claim, Moment, Unreadable
from harness.signing.diagnosis.lines import Lines, mistakes_of
from harness.signing.diagnosis.message import Kind, Message

_LOOSE = re.compile(r"""([A-Za-z_]+)\s*[=:]\s*("[^"]*"|'[^']*'|[^,\s]*)""")
_MEMBERS = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")


def request_claim(message: Message) -> Claim | None:
    """What a request claims; None: it is no request of API v3.

    Raises:
        Unreadable: its Authorization has not even the five members.
    """
    header = message.header("authorization")
    scheme = header.partition(" ")[0]
    loose = {name.lower(): value.strip("\"'") for name, value in _LOOSE.findall(header)}
    if not scheme.startswith("WECHATPAY") and not {"mchid", "serial_no"} <= loose.keys():
        return None
    try:
        told = wechat_v3.parse_authorization(header)
        of_form: tuple[str, ...] = ()
    except wechat_v3.MalformedAuthorization:
        if any(not loose.get(name) for name in _MEMBERS):
            raise Unreadable("authorization-form") from None
        told = wechat_v3.Authorization(**{name: loose[name] for name in _MEMBERS})
        of_form = ("authorization-form",)
    lines = Lines(
        {
            "method": message.method.encode(),
            "target": message.target.encode("latin-1", "replace"),
            "timestamp": told.timestamp.encode(),
            "nonce": told.nonce_str.encode("utf-8", "replace"),
            "body": message.body,
        },
        host=message.header("host"),
    )
    return Claim(
        kind=Kind.APIV3_REQUEST,
        signature=told.signature,
        expected=lines.text(),
        mistakes=lambda: mistakes_of(lines),
        serial=told.serial_no,
        names_key=True,
        moment=Moment(told.timestamp, "s", wechat_v3.WINDOW_S),
        of_form=of_form,
    )


def message_claim(message: Message) -> Claim | None:
    """What an answer or a callback claims; None: it carries no such signature."""
    signature = message.header("wechatpay-signature")
    if not signature:
        return None
    stamp = message.header("wechatpay-timestamp")
    lines = Lines(
        {
            "timestamp": stamp.encode("utf-8", "replace"),
            "nonce": message.header("wechatpay-nonce").encode("utf-8", "replace"),
            "body": message.body,
        },
        method=message.method,
        target=message.target,
    )
    probe = signature.startswith(wechat_v3.PROBE_PREFIX)
    return Claim(
        kind=Kind.APIV3_MESSAGE,
        signature=signature.removeprefix(wechat_v3.PROBE_PREFIX),
        expected=lines.text(),
        mistakes=lambda: mistakes_of(lines),
        serial=message.header("wechatpay-serial"),
        names_key=True,
        moment=Moment(stamp, "s", wechat_v3.WINDOW_S),
        of_form=("probe",) if probe else (),
    )
