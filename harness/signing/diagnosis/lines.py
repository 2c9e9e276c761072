"""Texts made of lines, each ended by LF: what API v3 and Alipay's V3 sign, and what people make of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, permutations, product
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from harness.signing.diagnosis.mistake import Mistake

_METHODS = (b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS")
_HOSTS = ("api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "openapi.alipay.com")
_STAMP = re.compile(rb"(?<=timestamp=)\d+")
_ONCE = re.compile(rb"(?<=nonce=)[^,]*")
_MOST_PERMUTED = 4
_MOST_LEFT_OUT = 20
_SMALL = 4096
"""Bytes of a body with which path and query are both varied: what comes after shall have its turn, too."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text in their order, by what they are: `method` `target` `timestamp` `nonce` `body`, of
    Alipay's V3 `auth` and perhaps `token`."""

    parts: Mapping[str, bytes]
    host: str = ""
    """Whom the request names in `Host`."""
    method: str = ""
    """Of the request that brought the message; no line of a callback or an answer."""
    target: str = ""
    in_ms: bool = False
    """Whether the timestamp is milliseconds by right."""

    def text(self, **changed: bytes) -> bytes:
        """The text, some lines changed."""
        return b"".join(each + b"\n" for each in {**self.parts, **changed}.values())

    @property
    def stamp(self) -> bytes:
        """The timestamp's digits."""
        if "auth" not in self.parts:
            return self.parts["timestamp"]
        found = _STAMP.search(self.parts["auth"])
        return found[0] if found else b""

    def stamped(self, stamp: bytes) -> bytes:
        """The text with another timestamp."""
        if "auth" in self.parts:
            return self.text(auth=_STAMP.sub(stamp, self.parts["auth"], count=1))
        return self.text(timestamp=stamp)


def _query_left_out(lines: Lines) -> Iterator[bytes]:
    path, mark, query = lines.parts.get("target", b"").partition(b"?")
    if mark:
        yield lines.text(target=path)
        yield lines.text(target=path + b"?")
        members = query.split(b"&")
        for place in range(len(members) if 1 < len(members) <= _MOST_LEFT_OUT else 0):
            yield lines.text(target=path + b"?" + b"&".join(members[:place] + members[place + 1 :]))


def _query_reordered(lines: Lines) -> Iterator[bytes]:
    path, _, query = lines.parts.get("target", b"").partition(b"?")
    members = query.split(b"&")
    if 1 < len(members) <= _MOST_PERMUTED:
        for order in permutations(members):
            yield lines.text(target=path + b"?" + b"&".join(order))
    elif len(members) > 1:
        for listed in (sorted(members), members[::-1]):
            yield lines.text(target=path + b"?" + b"&".join(listed))


def _path_encoded_again(lines: Lines) -> Iterator[bytes]:
    path, query, paths, queries = _encoded_again(lines)
    for written in paths:
        yield lines.text(target=f"{written}{query}".encode())
    for written in queries:
        yield lines.text(target=f"{path}{written}".encode())


def _both_encoded_again(lines: Lines) -> Iterator[bytes]:
    _, _, paths, queries = _encoded_again(lines)
    if len(lines.parts["body"]) <= _SMALL:
        for first, second in product(paths, queries):
            yield lines.text(target=f"{first}{second}".encode())


def _encoded_again(lines: Lines) -> tuple[str, str, list[str], list[str]]:
    """Path and query as they came, and each as others would write it; the query with its `?`."""
    path, mark, query = lines.parts.get("target", b"").decode("latin-1").partition("?")
    ways = (unquote, unquote_plus, quote, quote_plus, lambda text: quote(unquote(text), safe="/"))
    ways_of_query = (
        *ways[:2],
        _by_member(lambda text: quote(unquote(text), safe="")),
        _by_member(lambda text: quote(unquote_plus(text), safe="")),
        _by_member(lambda text: quote_plus(unquote_plus(text))),
        _by_member(lambda text: quote(unquote_plus(text), safe=":/,@!*'()~")),
        _by_member(lambda text: quote_plus(unquote_plus(text), safe="*").replace("~", "%7E")),
        lambda text: quote(text, safe="=&"),
        lambda text: quote(text, safe="=&!*'()~:@,;$+"),
        lambda text: text.replace("+", "%20"),
        lambda text: text.replace("%20", "+"),
        _lower_hex,
    )
    paths = [way(path) for way in ways] + [quote(unquote(path), safe="/!*'()~:@"), _lower_hex(path)]
    paths += [quote_plus(unquote(path), safe="/"), quote(path, safe="/!*'()~:@,;$+")]
    queries = [f"?{way(query)}" for way in ways_of_query] if mark else []
    return path, mark + query, paths, queries


def _by_member(write: Callable[[str], str]) -> Callable[[str], str]:
    """A query whose names and values are written anew, each by itself."""
    return lambda query: "&".join("=".join(map(write, each.split("=", 1))) for each in query.split("&"))


def _lower_hex(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _whole_address(lines: Lines) -> Iterator[bytes]:
    target = lines.parts.get("target", b"")
    for host in (lines.host, *_HOSTS):
        for before in ("https://", "http://", "//", "") if host else ():
            yield lines.text(target=f"{before}{host}".encode() + target)


def _path_shortened(lines: Lines) -> Iterator[bytes]:
    target = lines.parts.get("target", b"")
    path, mark, query = target.partition(b"?")
    yield lines.text(target=target.lstrip(b"/"))
    yield lines.text(target=b"/" + b"/".join(target.split(b"/")[2:]))
    yield lines.text(target=path.rstrip(b"/") + mark + query)
    yield lines.text(target=path + b"/" + mark + query)
    yield lines.text(target=b"/" + target)
    for behind in (b"?", b"#"):
        yield lines.text(target=target + behind)


def _method_lower(lines: Lines) -> Iterator[bytes]:
    method = lines.parts["method"]
    yield lines.text(method=method.lower())
    yield lines.text(method=method.title())


def _method_other(lines: Lines) -> Iterable[bytes]:
    return (lines.text(method=method) for method in _METHODS)


def _line_end_of_body(lines: Lines) -> Iterator[bytes]:
    """Where the body ends with a line end, nobody can tell which of the two is missing."""
    if lines.parts["body"].endswith(b"\n"):
        yield lines.text()[:-1]


def _last_line_end(lines: Lines) -> Iterator[bytes]:
    text = lines.text()
    yield text[:-1]
    yield text.strip(b"\n")


def _line_end_too_many(lines: Lines) -> Iterator[bytes]:
    yield lines.text() + b"\n"
    yield b"\n" + lines.text()
    yield lines.text() + b"\n\n"
    yield b"".join(each + b"\n\n" for each in lines.parts.values())


def _crlf(lines: Lines) -> Iterator[bytes]:
    yield b"".join(each + b"\r\n" for each in lines.parts.values())
    yield lines.text().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield b"".join(each + b"\r" for each in lines.parts.values())
    yield b"\r\n".join(lines.parts.values()) + b"\n"


def _written_line_ends(lines: Lines) -> Iterator[bytes]:
    for written in (b"\\n", b"/n", b"\\r\\n"):
        yield b"".join(each + written for each in lines.parts.values())
    yield b"\\n".join(lines.parts.values()) + b"\n"


def _no_line_ends(lines: Lines) -> Iterator[bytes]:
    for between in (b"", b"&", b",", b" ", b"\t", b"|", b";"):
        joined = between.join(lines.parts.values())
        yield joined
        yield joined + between
        yield joined + b"\n"


def _body_line(lines: Lines) -> Iterator[bytes]:
    """Without even the line that is the body's; of an empty body that is the last line end."""
    if lines.parts["body"]:
        yield Lines({name: each for name, each in lines.parts.items() if name != "body"}).text()


def _swapped(lines: Lines) -> Iterator[bytes]:
    names = list(lines.parts)
    for one, other in combinations(range(len(names)), 2):
        order = names.copy()
        order[one], order[other] = order[other], order[one]
        yield b"".join(lines.parts[name] + b"\n" for name in order)


def _as_an_answer(lines: Lines) -> Iterator[bytes]:
    if "method" in lines.parts and "timestamp" in lines.parts:
        yield b"".join(lines.parts[name] + b"\n" for name in ("timestamp", "nonce", "body"))


def _as_a_request(lines: Lines) -> Iterator[bytes]:
    if "method" not in lines.parts and lines.method:
        yield f"{lines.method}\n{lines.target}\n".encode() + lines.text()


def _nonce_in_other_case(lines: Lines) -> Iterator[bytes]:
    if "auth" in lines.parts:
        auth = lines.parts["auth"]
        yield lines.text(auth=_ONCE.sub(lambda found: found[0].lower(), auth))
        yield lines.text(auth=_ONCE.sub(lambda found: found[0].upper(), auth))
    else:
        yield lines.text(nonce=lines.parts["nonce"].lower())
        yield lines.text(nonce=lines.parts["nonce"].upper())


def _auth_reordered(lines: Lines) -> Iterator[bytes]:
    members = lines.parts.get("auth", b"").split(b",")
    if len(members) > 1:
        for order in islice(permutations(members), 120):
            yield lines.text(auth=b",".join(order))


def _auth_spaced(lines: Lines) -> Iterator[bytes]:
    if "auth" in lines.parts:
        yield lines.text(auth=lines.parts["auth"].replace(b",", b", "))
        yield lines.text(auth=lines.parts["auth"].replace(b",", b"&"))
        yield lines.text(auth=re.sub(rb"=([^,]*)", rb'="\1"', lines.parts["auth"]))


def _token(lines: Lines) -> Iterator[bytes]:
    if "token" in lines.parts:
        yield Lines({name: each for name, each in lines.parts.items() if name != "token"}).text()


def _other_unit(lines: Lines) -> Iterator[bytes]:
    """Milliseconds that were cut off for the header can only be found by trying all of them."""
    stamp = lines.stamp
    if stamp.isdigit() and len(stamp) == 13:
        yield lines.stamped(stamp[:10])
    elif stamp.isdigit() and len(stamp) == 10:
        yield lines.stamped(stamp + b"000")
        for rest in range(1, 1000):
            yield lines.stamped(stamp + b"%03d" % rest)


def _clock_read_twice(lines: Lines) -> Iterator[bytes]:
    stamp = lines.stamp
    if stamp.isdigit() and len(stamp) in (10, 13):
        for off in range(1, 11 if len(stamp) == 10 else 101):
            yield lines.stamped(b"%d" % (int(stamp) - off))
            yield lines.stamped(b"%d" % (int(stamp) + off))


def _only_with(name: str, entry: Mistake[Lines]) -> Mistake[Lines]:
    """An entry for texts that have such a line."""
    return Mistake(entry.name, lambda lines: entry.texts(lines) if name in lines.parts else ())


TABLE = (
    _only_with("target", Mistake("query-left-out", _query_left_out)),
    _only_with("target", Mistake("query-reordered", _query_reordered)),
    _only_with("target", Mistake("path-encoded-again", _path_encoded_again)),
    _only_with("target", Mistake("whole-address", _whole_address)),
    _only_with("target", Mistake("path-shortened", _path_shortened)),
    _only_with("method", Mistake("method-lower-case", _method_lower)),
    _only_with("method", Mistake("method-other", _method_other)),
    Mistake("line-end-of-body", _line_end_of_body),
    Mistake("last-line-end-missing", _last_line_end),
    Mistake("line-end-too-many", _line_end_too_many),
    Mistake("crlf", _crlf),
    Mistake("line-ends-written", _written_line_ends),
    Mistake("line-ends-left-out", _no_line_ends),
    Mistake("body-left-out", _body_line),
    Mistake("lines-swapped", _swapped),
    Mistake("signed-as-answer", _as_an_answer),
    Mistake("signed-as-request", _as_a_request),
    Mistake("nonce-in-other-case", _nonce_in_other_case),
    Mistake("auth-reordered", _auth_reordered),
    Mistake("auth-spaced", _auth_spaced),
    Mistake("token-line", _token),
    _only_with("target", Mistake("path-encoded-again", _both_encoded_again)),
)
"""Every mistake with the lines; what is wrong with the body comes after these."""
CLOCK = Mistake("clock-read-twice", _clock_read_twice)
MILLISECONDS, SECONDS = (Mistake(name, _other_unit) for name in ("milliseconds", "seconds"))
"""The other unit than the right one, in the text, in the message or in both."""
