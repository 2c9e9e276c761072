"""Texts made of members, `name=value` joined by `&`: what Alipay's gateway and the envelope sign."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from urllib.parse import quote, quote_plus

from harness.signing.diagnosis.bodies import changed_charset, rewritten
from harness.signing.diagnosis.mistake import Mistake, candidates, of_any_text

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_GATEWAYS = (
    "https://openapi.alipay.com/gateway.do",
    "https://openapi-sandbox.dl.alipaydev.com/gateway.do",
    "/gateway.do",
)
_LONGEST_AMOUNT = 10
_MOST_PAIRED = 14
"""Members of which two are left out."""
_SEEN_ADDED = (
    *(("format", value) for value in ("JSON", "json")),
    *(("charset", value) for value in ("utf-8", "UTF-8")),
    *(("version", value) for value in ("1.0",)),
    *(("sign_type", value) for value in ("RSA2",)),
    *(("method", value) for value in ("POST", "GET")),
)
"""What clients sign by themselves, and some do not send."""
MOST_MEMBERS = 100
"""A request of any platform has a fifth of it; of what has more nothing is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What is signed, and what is not, in the order in which it came."""

    signed: Mapping[str, str]
    """Not empty, and no signature; values as they are written into the text."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """What came and is not part of the text on purpose, but for the signature: `sign_type` of a notify."""
    empty: tuple[str, ...] = ()
    """Names that came without a value, and those that clients may have had without one."""
    signature: str = "sign"
    """What the signature is called."""
    before: Callable[[str], object] = str
    """By what names are sorted."""
    codec: str = "utf-8"
    objects: Mapping[str, object] = field(default_factory=dict)
    """Members that are objects or lists, which the text does not show as they are."""
    glued: Callable[[], Iterable[Mapping[str, str]]] = tuple
    """The members as they would be, had somebody not written `&` in a value as it is."""
    in_utf_8: Callable[[], Mapping[str, str]] = dict
    """What is signed, read as UTF-8, where the message names no charset and is read as another."""
    document: str = ""
    """The message as it came, where it is one JSON text."""

    def joined(self, members: Mapping[str, str] | None = None, *, by: str = "&") -> str:
        """The text of these members, sorted; of those that are signed by default."""
        chosen = self.signed if members is None else members
        return by.join(f"{name}={chosen[name]}" for name in sorted(chosen, key=self._key))

    def _key(self, name: str) -> bytes:
        key = self.before(name)
        return key if isinstance(key, bytes) else str(key).encode("utf-8", "surrogatepass")

    def bytes_of(self, text: str) -> bytes:
        """A text in the message's charset."""
        return text.encode(self.codec, "replace")

    def text(self, members: Mapping[str, str] | None = None, *, by: str = "&") -> bytes:
        """The same in the message's charset."""
        return self.bytes_of(self.joined(members, by=by))

    def each(self, change: Callable[[str], str]) -> bytes:
        """The text with every value changed."""
        return self.text({name: change(value) for name, value in self.signed.items()})


def mistakes_of(members: Members) -> Iterator[tuple[str, bytes]]:
    """Every known mistake's name and the text that it signs."""
    if len(members.signed) > MOST_MEMBERS:
        return
    yield from candidates(TABLE, members)
    for name, value in members.signed.items():
        if value[:1] in ("{", "["):
            for mistake, written in rewritten(
                value.encode("utf-8", "replace"), "json-rewritten", "json-pretty"
            ):
                yield mistake, members.text({**members.signed, name: written.decode()})
            for ascii_ in (False, True):
                twice = json.dumps(value, ensure_ascii=ascii_)
                yield "json-rewritten", members.text({**members.signed, name: twice})
    yield from changed_charset(members.text(), members.codec)
    yield from of_any_text(members.text())
    yield from candidates(LAST, members)


def _ampersand(members: Members) -> Iterator[bytes]:
    undecided = {*_empty_kept(members)}
    for glued in members.glued():
        if (text := members.text(glued)) not in undecided:
            yield text


def _ampersand_or_empty(members: Members) -> Iterator[bytes]:
    """Whether a value that ends with `&name=` was signed or a member without a value, nobody can tell."""
    decided = {*_ampersand(members)}
    for glued in members.glued():
        if (text := members.text(glued)) not in decided:
            yield text


def _charset_missing(members: Members) -> Iterator[bytes]:
    if read := members.in_utf_8():
        for more in ({}, *({"charset": name} for name in ("utf-8", "UTF-8"))):
            yield members.joined({**read, **more}).encode("utf-8", "replace")


def _plus(members: Members) -> Iterator[bytes]:
    yield members.each(lambda value: value.replace(" ", "+"))
    for name, value in members.signed.items():
        if " " in value:
            yield members.text({**members.signed, name: value.replace(" ", "+")})


def _kind_dropped(members: Members) -> Iterator[bytes]:
    if "sign_type" in members.signed:
        yield members.text({name: value for name, value in members.signed.items() if name != "sign_type"})


def _kind_kept(members: Members) -> Iterator[bytes]:
    if members.left_out:
        yield members.text({**members.signed, **members.left_out})


def _encoded(members: Members) -> Iterator[bytes]:
    for encode, safe in ((quote, ""), (quote_plus, ""), (quote, "/"), (quote, "!*'()~"), (quote_plus, "*")):

        def way(value: str, encode: Callable[..., str] = encode, safe: str = safe) -> str:
            return encode(value, safe=safe, encoding=members.codec, errors="replace")

        yield members.each(way)
        for name, value in members.signed.items():
            yield members.text({**members.signed, name: way(value)})


def _out_of_order(members: Members) -> Iterator[bytes]:
    names = list(members.signed)
    by_name = sorted(names, key=members._key)
    # Some came in the URL and some in the body, and nobody knows which the sender had first.
    as_sent = [names[place:] + names[:place] for place in range(len(names))]
    moved = [[each for each in by_name if each != last] for last in by_name]
    apart = [
        order for rest, each in zip(moved, by_name, strict=True) for order in ([*rest, each], [each, *rest])
    ]
    for order in (*as_sent, names[::-1], by_name[::-1], sorted(names, key=str.casefold), *apart):
        yield members.bytes_of("&".join(f"{name}={members.signed[name]}" for name in order))


def _empty_kept(members: Members) -> Iterator[bytes]:
    came = dict.fromkeys(members.empty, "")
    for kept in (came, {**came, members.signature: ""}, {members.signature: ""}):
        yield members.text({**members.signed, **kept})
    for nothing in ("null", "undefined", "None"):
        yield members.text({**members.signed, **dict.fromkeys(came, nothing)})
    for name in members.empty:
        yield members.text({**members.signed, name: ""})


def _escaped(members: Members) -> Iterator[bytes]:
    text = members.joined()
    yield members.text(by="&amp;")
    yield members.bytes_of(text.replace("&", "&amp;"))
    for quotes in (False, True):
        yield members.bytes_of(html.escape(text, quote=quotes))
        yield members.each(lambda value, quotes=quotes: html.escape(value, quote=quotes))  # type: ignore[misc]
    yield members.bytes_of(html.unescape(text))
    yield members.bytes_of(text.replace("&not", "¬"))


def _quoted(members: Members) -> Iterator[bytes]:
    yield members.each(lambda value: f'"{value}"')
    yield members.each(lambda value: f"'{value}'")


def _at_the_ends(members: Members) -> Iterator[bytes]:
    text = members.joined()
    for gateway in _GATEWAYS:
        yield members.bytes_of(f"{gateway}?{text}")
    for written in (f"{text}&", f"&{text}", f"?{text}", f"{text}\n", f"{text}\r\n"):
        yield members.bytes_of(written)


def _joined_otherwise(members: Members) -> Iterator[bytes]:
    for between in ("", "\n", ",", "|", "& ", " & ", ", ", ";"):
        yield members.text(by=between)
    names = sorted(members.signed, key=members._key)
    yield members.bytes_of("&".join(f"{name}:{members.signed[name]}" for name in names))
    yield members.bytes_of("".join(members.signed[name] for name in sorted(members.signed, key=members._key)))


def _line_ends(members: Members) -> Iterator[bytes]:
    yield members.each(lambda value: value.replace("\r\n", "\n"))
    yield members.each(lambda value: value.replace("\r\n", "\n").replace("\n", "\r\n"))


def _trimmed(members: Members) -> Iterator[bytes]:
    yield members.each(str.strip)


def _objects_as_json(members: Members) -> Iterator[bytes]:
    if not members.objects:
        return
    for ascii_ in (False, True):
        for sort in (False, True):
            for separators in ((",", ":"), (", ", ": ")):
                written = {
                    name: json.dumps(value, ensure_ascii=ascii_, sort_keys=sort, separators=separators)
                    for name, value in members.objects.items()
                }
                yield members.text({**members.signed, **written})
    yield members.text({**members.signed, **{name: str(value) for name, value in members.objects.items()}})


def _objects_left_out(members: Members) -> Iterator[bytes]:
    if members.objects:
        yield members.text({n: value for n, value in members.signed.items() if n not in members.objects})


def _words_otherwise(members: Members) -> Iterator[bytes]:
    for yes, no in (("True", "False"), ("1", "0"), ("1", ""), ("TRUE", "FALSE")):
        words = {"true": yes, "false": no}
        yield members.each(lambda value, words=words: words.get(value, value))  # type: ignore[misc]
    for zeros in (".0", ".00"):
        numbers = {name: f"{value}{zeros}" for name, value in members.signed.items() if value.isdecimal()}
        yield members.text({**members.signed, **numbers})
        for name, value in numbers.items():
            yield members.text({**members.signed, name: value})
    for name, value in members.signed.items():
        if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_AMOUNT:
            yield members.text({**members.signed, name: f"{int(value) / 100:.2f}"})


def _document(members: Members) -> Iterator[bytes]:
    """The message's own JSON, with its signature or before it had one, or all members as JSON."""
    if not members.document:
        for order in (members.signed, dict(sorted(members.signed.items()))):
            yield members.bytes_of(json.dumps(order, ensure_ascii=False, separators=(",", ":")))
        return
    try:
        fields = json.loads(members.document)
    except (ValueError, RecursionError):
        return
    fields.pop(members.signature, None)
    for _, text in rewritten(json.dumps(fields).encode(), "", ""):
        yield text


def _one_left_out(members: Members) -> Iterator[bytes]:
    for name in members.signed:
        yield members.text({other: value for other, value in members.signed.items() if other != name})
    if len(members.signed) <= _MOST_PAIRED:
        for pair in combinations(members.signed, 2):
            yield members.text({n: value for n, value in members.signed.items() if n not in pair})
    certificates = ("app_cert_sn", "alipay_root_cert_sn")
    yield members.text({n: value for n, value in members.signed.items() if n not in certificates})


def _in_other_case(members: Members) -> Iterator[bytes]:
    text = members.joined()
    for change in (str.upper, str.lower):
        yield members.bytes_of(change(text))
        for name, value in members.signed.items():
            yield members.text({**members.signed, name: change(value)})


def _added(members: Members) -> Iterator[bytes]:
    for name, value in _SEEN_ADDED:
        if name not in members.signed:
            yield members.text({**members.signed, name: value})


def _value_alone(members: Members) -> Iterator[bytes]:
    for value in members.signed.values():
        if value[:1] in ("{", "["):
            yield members.bytes_of(value)


def _clock_read_twice(members: Members) -> Iterator[bytes]:
    """`timestamp`, in milliseconds or as a date and time of day."""
    stamp = members.signed.get("timestamp", "")
    for off in range(1, 101) if stamp.isdigit() else range(1, 11):
        for by in (-off, off):
            if stamp.isdigit() and len(stamp) in (10, 13):
                yield members.text({**members.signed, "timestamp": str(int(stamp) + by)})
            elif _MOMENT.fullmatch(stamp):
                with suppress(ValueError, OverflowError):
                    moment = datetime.fromisoformat(stamp) + timedelta(seconds=by)
                    yield members.text({**members.signed, "timestamp": f"{moment:%Y-%m-%d %H:%M:%S}"})


def _other_zone(members: Members) -> Iterator[bytes]:
    """`timestamp` by the clock of another zone."""
    stamp = members.signed.get("timestamp", "")
    if _MOMENT.fullmatch(stamp):
        for hours in (-8, 8):
            with suppress(ValueError, OverflowError):
                moment = datetime.fromisoformat(stamp) + timedelta(hours=hours)
                yield members.text({**members.signed, "timestamp": f"{moment:%Y-%m-%d %H:%M:%S}"})


def _seconds(members: Members) -> Iterator[bytes]:
    """Milliseconds that were cut off for the message can only be found by trying all of them."""
    stamp = members.signed.get("timestamp", "")
    if stamp.isdigit() and len(stamp) == 13:
        yield members.text({**members.signed, "timestamp": stamp[:10]})
    elif stamp.isdigit() and len(stamp) == 10:
        for rest in range(1000):
            yield members.text({**members.signed, "timestamp": f"{stamp}{rest:03d}"})


TABLE = (
    Mistake("sign-type-dropped", _kind_dropped),
    Mistake("sign-type-kept", _kind_kept),
    Mistake("ampersand-in-value", _ampersand),
    Mistake("ampersand-or-empty-member", _ampersand_or_empty),
    Mistake("charset-missing", _charset_missing),
    Mistake("plus-in-value", _plus),
    Mistake("members-out-of-order", _out_of_order),
    Mistake("empty-members-kept", _empty_kept),
    Mistake("html-escaped", _escaped),
    Mistake("objects-as-json", _objects_as_json),
    Mistake("objects-left-out", _objects_left_out),
    Mistake("values-url-encoded", _encoded),
    Mistake("values-quoted", _quoted),
    Mistake("ends-written-otherwise", _at_the_ends),
    Mistake("joined-otherwise", _joined_otherwise),
    Mistake("line-ends-in-value", _line_ends),
    Mistake("values-trimmed", _trimmed),
    Mistake("words-written-otherwise", _words_otherwise),
    Mistake("whole-document", _document),
    Mistake("member-left-out", _one_left_out),
    Mistake("member-added", _added),
    Mistake("values-in-other-case", _in_other_case),
    Mistake("body-alone", _value_alone),
)
"""Every mistake with members; what is wrong with JSON in them, and with the charset, comes after these."""
LAST = (
    Mistake("timestamp-otherwise", _other_zone),
    Mistake("clock-read-twice", _clock_read_twice),
    Mistake("seconds", _seconds),
)
"""Those with many texts."""
