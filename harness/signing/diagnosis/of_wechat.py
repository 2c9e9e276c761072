"""Takes a message of API v3 apart: a request by its Authorization, an answer or a callback by its headers."""

from __future__ import annotations

import re
from email import message_from_bytes
from itertools import chain

from harness.signing import wechat_v3
from harness.signing.diagnosis.claim import Claim, Moment, Unreadable
from harness.signing.diagnosis.line_mistakes import mistakes_of
from harness.signing.diagnosis.lines import Lines
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
    meta = of_upload(message)
    lines = Lines(
        {
            "method": message.method.encode(),
            "target": message.target.encode("latin-1", "replace"),
            "timestamp": told.timestamp.encode(),
            "nonce": told.nonce_str.encode("utf-8", "replace"),
            "body": message.body if meta is None else meta,
        },
        host=message.header("host"),
    )
    return Claim(
        kind=Kind.APIV3_REQUEST,
        signature=told.signature,
        expected=lines.text(),
        mistakes=lambda: chain(
            () if meta is None else [("upload-signed-whole", lines.text(body=message.body))],
            mistakes_of(lines),
        ),
        serial=told.serial_no,
        names_key=True,
        moment=Moment(told.timestamp, "s", wechat_v3.WINDOW_S),
        of_form=of_form,
    )


def of_upload(message: Message) -> bytes | None:
    """The member `meta` of an upload, which alone is signed (facts 1.1); None: it is no upload."""
    kind = message.header("content-type")
    if not kind.lower().startswith("multipart/form-data"):
        return None
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + message.body)
    for part in whole.walk():
        if part.get_param("name", header="content-disposition") == "meta":
            meta = part.get_payload(decode=True)
            return meta if isinstance(meta, bytes) else None
    return None


def message_claim(message: Message) -> Claim | None:
    """What an answer or a callback claims; None: it carries no such signature.

    Raises:
        Unreadable: timestamp or nonce, which its text begins with, did not come along.
    """
    signature = message.header("wechatpay-signature")
    if not signature:
        return None
    stamp, nonce = message.header("wechatpay-timestamp"), message.header("wechatpay-nonce")
    if not (stamp and nonce):
        raise Unreadable("headers-missing")
    lines = Lines(
        {
            "timestamp": stamp.encode("utf-8", "replace"),
            "nonce": nonce.encode("utf-8", "replace"),
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
