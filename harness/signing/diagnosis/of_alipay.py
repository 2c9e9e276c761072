"""Takes messages of Alipay apart: requests of the gateway, notifies, answers, and the V3 style."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from urllib.parse import unquote_to_bytes

from harness.signing import alipay
from harness.signing.diagnosis.bodies import changed_bodies
from harness.signing.diagnosis.claim import Claim, Moment, Unreadable
from harness.signing.diagnosis.line_mistakes import mistakes_of as mistakes_of_lines
from harness.signing.diagnosis.lines import Lines
from harness.signing.diagnosis.members import MOST_MEMBERS, Members, mistakes_of
from harness.signing.diagnosis.message import Kind, Message
from harness.signing.diagnosis.mistake import of_any_text

_NODE = re.compile(rb'\s*\{\s*"[a-z_]+_response"\s*:\s*')
_SIGNED_NODE = re.compile(r'"sign"\s*:\s*"((?:\\.|[^"\\])*)"')
_NOTIFY = ("notify_id", "notify_type")
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk", "gb2312": "gbk", "gb18030": "gbk"}
_OPTIONAL = ("notify_url", "return_url", "app_auth_token", "app_cert_sn", "alipay_root_cert_sn", "format")
_COMMON = frozenset(
    {*_OPTIONAL, "app_id", "method", "charset", "sign_type", "sign", "timestamp", "version", "biz_content"}
    | {"encrypt_type", "auth_token", "terminal_type", "terminal_info", "prod_code", "target_app_id"}
)
_TOLD = frozenset(
    {
        "app_id",
        "auth_app_id",
        "charset",
        "sign",
        "sign_type",
        "version",
        "notify_id",
        "notify_time",
        "notify_type",
    }
    | {"trade_no", "out_trade_no", "out_biz_no", "out_request_no", "trade_status", "notify_action_type"}
    | {"buyer_id", "buyer_open_id", "buyer_logon_id", "seller_id", "seller_email", "subject", "body"}
    | {
        "passback_params",
        "total_amount",
        "receipt_amount",
        "invoice_amount",
        "buyer_pay_amount",
        "point_amount",
    }
    | {"refund_fee", "refund_status", "send_back_fee", "fund_bill_list", "voucher_detail_list"}
    | {"gmt_create", "gmt_payment", "gmt_refund", "gmt_close", "method", "timestamp"}
)
"""What a notify or a return has."""
_CLOSED = (_TOLD | _COMMON) - {
    "subject",
    "body",
    "passback_params",
    "notify_url",
    "return_url",
    "biz_content",
}
"""Whose values hold no `&`."""
_LONGEST_RUN = 4
"""Pieces that may have been one value: `&` more than so many times in one is no goods' name any more."""
_Pieces = list[tuple[bytes, bytes, bool]]
"""Name, value, and whether there was a `=` between them."""


def form_claim(message: Message) -> Claim | None:
    """What a request to the gateway, a notify or a return claims; None: it is none."""
    pieces = _pieces(message.target.partition("?")[2].encode("latin-1", "replace")) + _body(message)
    charset = next((value for name, value, _ in pieces if name == b"charset" and value), b"")
    told = any(name.decode("latin-1") in _NOTIFY for name, _, _ in pieces)
    # A request that names no charset is read as GBK (facts alipay 1.3).
    codec = _CODECS.get(charset.decode("latin-1").lower(), "utf-8" if told or charset else "gbk")
    read = [
        (name.decode(codec, "replace"), value.decode(codec, "replace"), is_) for name, value, is_ in pieces
    ]
    given = {name: value for name, value, _ in read}
    if "sign" not in given or not {"app_id", "sign_type", "method"} & given.keys():
        return None
    told = told or given.get("method", "").endswith(".return")
    out = ("sign", "sign_type") if told else ("sign",)
    kept = {name: value for name, value in given.items() if name not in out}
    unnamed = [] if told or charset else pieces
    members = Members(
        signed={name: value for name, value in kept.items() if value},
        left_out={name: given[name] for name in out[1:] if given.get(name)},
        empty=tuple(name for name, value in kept.items() if not value)
        + tuple(name for name in _OPTIONAL if name not in given and not told),
        codec=codec,
        glued=lambda: _glued(read, _TOLD if told else _COMMON, out),
        in_utf_8=lambda: {
            _utf_8(name): _utf_8(value) for name, value, _ in unnamed if value and name != b"sign"
        },
    )
    of_form = []
    if len(given) < len(read):
        of_form.append("member-twice")
    if not given.get("sign_type"):
        of_form.append("sign-type-missing")
    return Claim(
        kind=Kind.ALIPAY_NOTIFY if told else Kind.ALIPAY_REQUEST,
        signature=given["sign"],
        expected=alipay.text_to_sign(given, without=out).encode(codec, "replace"),
        mistakes=lambda: mistakes_of(members),
        of_form=tuple(of_form),
        says_sha_1=given.get("sign_type") == "RSA",
    )


def answer_claim(message: Message) -> Claim | None:
    """What an answer of the gateway claims: its node is signed as it stands in the body."""
    begins = _NODE.match(message.body)
    if begins is None:
        return None
    text = message.body.decode("utf-8", "surrogateescape")
    start = len(begins[0].decode("utf-8", "surrogateescape"))
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
        found = _SIGNED_NODE.search(text, end)
        signature = json.loads(f'"{found[1]}"') if found else ""
    except (ValueError, RecursionError):
        return None
    node = text[start:end].encode("utf-8", "surrogateescape")
    return Claim(
        kind=Kind.ALIPAY_ANSWER,
        signature=signature,
        expected=node,
        mistakes=lambda: iter([*changed_bodies(node), *of_any_text(node)]),
    )


def v3_request_claim(message: Message) -> Claim | None:
    """What a request of the V3 style claims; None: it is none.

    Raises:
        Unreadable: its Authorization has not the members that it should.
    """
    header = message.header("authorization")
    if not header.startswith(alipay.SCHEME):
        return None
    try:
        signed, told = alipay.v3_authorization(header)
    except alipay.MalformedAuthorization:
        raise Unreadable("authorization-form") from None
    if not told.get(alipay.SIGN):
        return None
    parts = {
        "auth": signed.encode("utf-8", "replace"),
        "method": message.method.encode(),
        "target": message.target.encode("latin-1", "replace"),
        "body": message.body,
    }
    if token := message.header("alipay-app-auth-token"):
        parts["token"] = token.encode("utf-8", "replace")
    lines = Lines(parts, host=message.header("host"), in_ms=True)
    return Claim(
        kind=Kind.ALIPAY_V3_REQUEST,
        signature=told[alipay.SIGN],
        expected=lines.text(),
        mistakes=lambda: mistakes_of_lines(lines),
        moment=Moment(told.get("timestamp", ""), "ms", alipay.V3_WINDOW_S),
    )


def v3_answer_claim(message: Message) -> Claim | None:
    """What an answer of the V3 style claims; None: it is none."""
    signature, stamp = message.header("alipay-signature"), message.header("alipay-timestamp")
    if not signature:
        return None
    nonce = message.header("alipay-nonce")
    parts = {"timestamp": stamp.encode(), "nonce": nonce.encode(), "body": message.body}
    lines = Lines(parts, in_ms=True)
    return Claim(
        kind=Kind.ALIPAY_V3_ANSWER,
        signature=signature,
        expected=lines.text(),
        mistakes=lambda: mistakes_of_lines(lines),
        moment=Moment(stamp, "ms", alipay.V3_WINDOW_S),
    )


def _body(message: Message) -> _Pieces:
    kind = message.header("content-type")
    if not kind.lower().startswith("multipart/form-data"):
        return _pieces(message.body)
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + message.body)
    found: _Pieces = []
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes) and part.get_filename() is None:
            found.append((name.encode(), value, True))
    return found


def _pieces(text: bytes) -> _Pieces:
    found: _Pieces = []
    for piece in text.strip(b"\r\n").split(b"&"):
        name, is_, value = piece.replace(b"+", b" ").partition(b"=")
        if piece:
            found.append((unquote_to_bytes(name), unquote_to_bytes(value), bool(is_)))
    return found


def _glued(
    read: list[tuple[str, str, bool]], known: frozenset[str], out: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    """The members, had pieces that none is called so been the rest of the value before them."""
    if len(read) > MOST_MEMBERS:
        return
    loose: list[bool] = []
    open_ = False
    for name, _, is_ in read:
        loose.append(open_ and (not is_ or name not in known))
        open_ = loose[-1] or (is_ and name not in _CLOSED)
    runs = [
        range(begin, end)
        for begin in range(len(read))
        for end in range(begin + 1, min(begin + _LONGEST_RUN, len(read)) + 1)
        if all(loose[begin:end])
    ]
    every = [place for place, is_loose in enumerate(loose) if is_loose]
    for rest in (every, [place for place in every if not read[place][2]], *runs):
        found: dict[str, str] = {}
        last = ""
        for place, (name, value, is_) in enumerate(read):
            if place in rest:
                found[last] += f"&{name}={value}" if is_ else f"&{name}"
            else:
                found[name], last = value, name
        yield {name: value for name, value in found.items() if value and name not in out}


def _utf_8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
