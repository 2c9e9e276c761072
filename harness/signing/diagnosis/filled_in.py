"""Lines that are missing, not filled in, or filled with what belongs elsewhere, and lines with blanks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import permutations
from urllib.parse import parse_qsl, unquote

from harness.signing.diagnosis.lines import Lines
from harness.signing.diagnosis.mistake import Mistake

_NOTHINGS = (b"", b"undefined", b"null", b"None", b"nil")
_INDENTS = (b"\t", b"\t\t", b"\t\t\t", *(b" " * wide for wide in (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24)))
_PLACES = ("out_trade_no", "transaction_id", "out_refund_no", "refund_id", "id")
_PATHS = tuple(
    f"/v3/{path}".encode()
    for path in (
        *(f"pay/transactions/{product}" for product in ("native", "jsapi", "h5", "app")),
        *(f"pay/partner/transactions/{product}" for product in ("native", "jsapi", "h5", "app")),
        *("refund/domestic/refunds", "bill/tradebill", "bill/fundflowbill", "certificates"),
        *(f"alipay/trade/{name}" for name in ("pay", "create", "precreate", "query", "close", "refund")),
    )
)
"""Of other operations: copied along with the code that signs."""
_SMALLER = 2048
"""Bytes of a body up to which many texts are made: of larger ones the clock shall have its turn, too."""
_MOST_STEPS = 3
"""From the end of a path: what stands before them has no number in it."""
_ONCE = re.compile(rb"(?<=nonce=)[^,]*")


def _line_left_out(lines: Lines) -> Iterator[bytes]:
    for left in lines.parts:
        if left != "body":
            yield Lines({name: each for name, each in lines.parts.items() if name != left}).text()
            for nothing in _NOTHINGS:
                yield lines.text(**{left: nothing})
    if "auth" not in lines.parts and "target" in lines.parts:
        head = {name: each for name, each in lines.parts.items() if name not in ("timestamp", "nonce")}
        yield Lines(head).text()


def _all_orders(lines: Lines) -> Iterator[bytes]:
    if len(lines.parts["body"]) <= _SMALLER:
        for order in permutations(lines.parts.values()):
            yield b"".join(each + b"\n" for each in order)


def _body_alone(lines: Lines) -> Iterator[bytes]:
    if body := lines.parts["body"]:
        yield body
        yield body + b"\n"


def _query_as_body(lines: Lines) -> Iterator[bytes]:
    target = lines.parts.get("target", b"")
    path, mark, query = target.partition(b"?")
    if not mark or lines.parts["body"]:
        return
    members = dict(parse_qsl(query.decode("utf-8", "replace")))
    written = [query, unquote(query.decode("latin-1")).encode()]
    written += [
        json.dumps(members, ensure_ascii=False, separators=separators).encode()
        for separators in ((",", ":"), (", ", ": "))
    ]
    for body in written:
        yield lines.text(target=path, body=body)
        yield lines.text(body=body)


def _path_template(lines: Lines) -> Iterator[bytes]:
    path, mark, query = lines.parts.get("target", b"").partition(b"?")
    steps = path.split(b"/")
    names = re.findall(rb"([^&=]+)=", query)
    queries = [mark + query, b""] if mark else [b""]
    queries += [b"?" + b"&".join(b"%s={%s}" % (name, name) for name in names)] if names else []
    for place in range(max(2, len(steps) - _MOST_STEPS), len(steps)):
        for name in _PLACES:
            for form in ("{%s}", ":%s", "{{%s}}"):
                written = [*steps[:place], (form % name).encode(), *steps[place + 1 :]]
                for behind in queries:
                    yield lines.text(target=b"/".join(written) + behind)
    if names:
        yield lines.text(target=path + queries[-1])


def _path_other(lines: Lines) -> Iterator[bytes]:
    if "target" not in lines.parts:
        return
    _, mark, query = lines.parts["target"].partition(b"?")
    for path in _PATHS:
        yield lines.text(target=path)
        if mark:
            yield lines.text(target=path + mark + query)


def _indented(lines: Lines) -> Iterator[bytes]:
    """As a literal over several lines has them: all but the first or all, and perhaps the closing one."""
    parts = list(lines.parts.values())
    if sum(map(len, parts)) > _SMALLER:
        return
    for indent in _INDENTS:
        inner = (b"\n" + indent).join(parts)
        for before in (b"", b"\n" + indent):
            for after in (b"\n", b"\n" + indent, b"\n" + indent[:-4]):
                yield before + inner + after


def _escaped_target(lines: Lines) -> Iterator[bytes]:
    if b"&" in (target := lines.parts.get("target", b"")):
        yield lines.text(target=target.replace(b"&", b"&amp;"))


def _blanks(lines: Lines) -> Iterator[bytes]:
    yield b"".join(each + b" \n" for each in lines.parts.values())
    yield b"".join(b" " + each + b" \n" for each in lines.parts.values())


def _stamp(lines: Lines) -> Iterator[bytes]:
    """A number with a point, or the same moment by the clock of another zone."""
    stamp = lines.stamp
    if stamp.isdigit() and len(stamp) in (10, 13):
        yield lines.stamped(stamp + b".0")
        hour = 3600 if len(stamp) == 10 else 3_600_000
        for hours in (-8, 8):
            yield lines.stamped(b"%d" % (int(stamp) + hours * hour))


def _hyphens(lines: Lines) -> Iterable[bytes]:
    nonce = lines.parts.get("nonce", b"")
    if "auth" in lines.parts:
        found = _ONCE.search(lines.parts["auth"])
        nonce = found[0] if found else b""
    bare = nonce.replace(b"-", b"")
    if len(bare) != 32:
        return
    cut = (bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:])
    for once in (bare, b"-".join(cut)):
        for each in (once, once.lower(), once.upper()):
            if "auth" in lines.parts:
                yield lines.text(auth=_ONCE.sub(each, lines.parts["auth"]))
            else:
                yield lines.text(nonce=each)


def _of_auth(lines: Lines) -> Iterator[bytes]:
    members = lines.parts.get("auth", b"").split(b",")
    for place in range(len(members) if len(members) > 1 else 0):
        yield lines.text(auth=b",".join(members[:place] + members[place + 1 :]))


def _scheme(lines: Lines) -> Iterator[bytes]:
    if "auth" in lines.parts:
        yield lines.text(auth=b"ALIPAY-SHA256withRSA " + lines.parts["auth"])


def _as_wechat(lines: Lines) -> Iterator[bytes]:
    found = _ONCE.search(lines.parts.get("auth", b""))
    if found and "target" in lines.parts:
        order = (lines.parts["method"], lines.parts["target"], lines.stamp, found[0], lines.parts["body"])
        yield b"".join(each + b"\n" for each in order)


MORE: tuple[Mistake[Lines], ...] = (
    Mistake("line-left-out", _line_left_out),
    Mistake("body-alone", _body_alone),
    Mistake("query-as-body", _query_as_body),
    Mistake("path-template", _path_template),
    Mistake("path-other", _path_other),
    Mistake("html-escaped", _escaped_target),
    Mistake("timestamp-otherwise", _stamp),
    Mistake("lines-indented", _blanks),
    Mistake("lines-indented", _indented),
    Mistake("nonce-in-other-case", _hyphens),
    Mistake("auth-member-left-out", _of_auth),
    Mistake("auth-scheme-kept", _scheme),
    Mistake("lines-of-wechat", _as_wechat),
    Mistake("lines-swapped", _all_orders),
)
"""What comes after the table of `lines`."""
