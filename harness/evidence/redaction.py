"""Keeps secrets out of a record at the moment it is written: by typed field first, then by known text.

Kept, because they are public and are evidence: the platform's signatures, serials, order numbers, amounts.
Hidden: the merchant's own signatures (good for 300 seconds), keys, tokens, passwords, cookies.
Masked (both ends stay, so that two records can be told apart): openid and other personal data.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from harness.core.plain_text import json_text
from harness.evidence.needles import Needles

HIDDEN = "[redacted]"
SHORTEST = 6
"""Known texts shorter than this are not swept: they would tear holes into everything."""

_CUT = "..."
"""Stands where a text was shortened in its middle."""
_HIDDEN_HEADERS = frozenset({"cookie", "set-cookie", "proxy-authorization", "x-api-key", "x-auth-token"})
_HIDDEN_FIELDS = frozenset(
    {
        *("access_token", "authorization", "client_secret", "cookie", "jwt", "password", "refresh_token"),
        *("api_key", "api_v3_key", "apikey", "apiv3_key", "key", "mch_key", "pay_key", "private_key"),
        *("secret", "session", "token"),
    }
)
_OWN_SIGNATURES = frozenset({"pay_sign", "sign", "signature"})
_MASKED_FIELDS = frozenset(
    {
        *("buyer_logon_id", "buyer_open_id", "buyer_user_id", "openid", "sub_openid", "user_id"),
        *("bank_card", "card_no", "email", "id_card_number", "mobile", "phone", "phone_number"),
    }
)
_SIGNATURE = re.compile(r'(signature=")[^"]*(")')
_ECHOED_SIGNATURE = re.compile(r'(WECHATPAY2-[^\n]*?signature=\\*["\'])[^"\'\\]+')
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_CODED = re.compile("%[0-9A-F]{2}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def variants(secret: str) -> tuple[str, ...]:
    """The texts that a secret, or a long line of it, may appear as: plain, in JSON (that of PHP has its
    slashes escaped), in an address, a form or HTML, in base64 or hexadecimal digits.

    >>> variants("a/b c=d")[:4]
    ('a/b c=d', 'a\\\\/b c=d', 'a%2Fb+c%3Dd', 'a%2fb+c%3dd')
    """
    lines = [line.strip() for line in secret.splitlines()]
    body = {line for line in lines if len(line) >= 32 and not line.startswith("-----")}
    found = {spelling for text in {secret, *body} for spelling in _spellings(text)}
    return tuple(
        sorted((each for each in found if len(each) >= SHORTEST), key=lambda each: (len(each), each))
    )


def _spellings(text: str) -> Iterator[str]:
    raw = text.encode()
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
    for coded in (quote(text, safe=""), quote_plus(text, safe="")):
        yield coded
        yield _CODED.sub(lambda found: found[0].lower(), coded)
    yield from (text, escape(text), b64encode(raw).decode(), raw.hex(), raw.hex().upper())


def _without_beginning(text: str, secret: str, hidden: str) -> str:
    """The text without what a secret begins with, where it is cut short."""
    begins = secret[:SHORTEST]
    at = text.find(begins)
    while at >= 0:
        cut = text.find(_CUT, at, at + len(secret) + len(_CUT))
        if cut > at and secret.startswith(text[at:cut]):
            text = text[:at] + hidden + text[cut:]
        at = text.find(begins, at + 1)
    return text


def masked(value: str) -> str:
    """A personal datum with only its ends left; a short one not even those.

    >>> masked("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    'oUpF…S6o'
    """
    return f"{value[:4]}…{value[-3:]}" if len(value) >= 12 else "…"


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Known:
    """The known secrets in all their spellings; threads may share it."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.secrets = secrets
        found = {variant for secret in secrets for variant in variants(secret)}
        self._shortest_first = sorted(found, key=len)
        self._needles = Needles(map(_bytes_of, found))
        self._all: re.Pattern[str] | None = None

    def swept(self, text: str) -> str:
        """The text without them. Most texts hold none, which is seen much sooner than by the pattern."""
        if self._needles.stand_in(_bytes_of(text)):
            text = self._pattern().sub(HIDDEN, text)
        return self._without_halves(text) if _CUT in text else text

    def _without_halves(self, text: str) -> str:
        """Whoever shortens a text, as pytest does a value, may leave both ends of a secret in it."""
        for secret in self._shortest_first:
            text = _without_beginning(text, secret, HIDDEN)
        backwards = text[::-1]
        for secret in self._shortest_first:
            backwards = _without_beginning(backwards, secret[::-1], HIDDEN[::-1])
        return backwards[::-1]

    def _pattern(self) -> re.Pattern[str]:
        if self._all is None:
            longest_first = sorted(self._shortest_first, key=lambda each: (-len(each), each))
            self._all = re.compile("|".join(map(re.escape, longest_first)))
        return self._all


class Redactor:
    """Redacts headers, addresses, bodies and free text.

    Args:
        secrets: texts known to be secret in this run; any of them is removed wherever it stands.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._known = _Known(self._secrets)
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these texts are secret too: keys that come to be known while a run goes on."""
        fresh = {secret for secret in secrets if len(secret) >= SHORTEST} - self._secrets
        if fresh:
            self._secrets |= fresh

    def text(self, text: str) -> str:
        """Free text without private keys and without any known secret."""
        if "PRIVATE KEY" in text:
            text = _PEM.sub(HIDDEN, text)
        if "WECHATPAY2-" in text:  # our own Authorization, echoed: its signature holds for 300 seconds
            text = _ECHOED_SIGNATURE.sub(rf"\g<1>{HIDDEN}", text)
        known = self._known
        if known.secrets is not self._secrets:  # put together when first needed: secrets come in bursts
            self._known = known = _Known(self._secrets)
        return known.swept(text)

    def data(self, data: bytes) -> bytes:
        """A file's bytes; what is no UTF-8 text, e.g. a picture, stays as it is."""
        try:
            return self.text(data.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:
            return data

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers with credentials hidden; of a v3 Authorization everything but the signature stays."""
        return {name: self.text(_header(name, value)) for name, value in headers.items()}

    def url(self, url: str) -> str:
        """An address without user information and with secret or personal query members redacted."""
        parts = urlsplit(url)
        host = _host(parts.netloc)
        query = parts.query
        if query:
            pairs = parse_qsl(query, keep_blank_values=True)
            clean = [(name, _member(name, value, own=False)) for name, value in pairs]
            query = urlencode(clean, safe="[]…") if clean != pairs else query
        return self.text(urlunsplit((parts.scheme, host, parts.path, query, parts.fragment)))

    def body(self, body: bytes, content_type: str = "", *, own: bool = False) -> str:
        """A body as text: JSON and forms by member, anything else by known secrets only.

        Args:
            own: sent by the judged merchant, so that signatures in it are hidden as well.
        """
        text = body.decode("utf-8", "backslashreplace")
        if "x-www-form-urlencoded" in content_type:
            pairs = parse_qsl(text, keep_blank_values=True)
            clean = [(name, _member(name, value, own=own)) for name, value in pairs]
            return self.text(urlencode(clean, safe="[]…") if clean != pairs else text)
        try:
            parsed = json.loads(text)
            clean_json = self.members(parsed, own=own)
            changed = text if clean_json == parsed else json_text(clean_json)
        except (ValueError, RecursionError):
            return self.text(text)
        return self.text(changed)

    def members(self, value: Any, *, own: bool = False) -> Any:
        """JSON-able data with secret members hidden and personal ones masked, at any depth."""
        match value:
            case dict():
                return {name: self._named(name, each, own=own) for name, each in value.items()}
            case list():
                return [self.members(each, own=own) for each in value]
            case str():
                return self.text(value)
            case _:
                return value

    def _named(self, name: str, value: Any, *, own: bool) -> Any:
        if isinstance(value, str):
            return self.text(_member(name, value, own=own))
        return self.members(value, own=own)


def _member(name: str, value: str, *, own: bool) -> str:
    plain = _HUMP.sub("_", name).lower().replace("-", "_")
    if plain in _HIDDEN_FIELDS or (own and plain in _OWN_SIGNATURES):
        return HIDDEN if value else value
    return masked(value) if plain in _MASKED_FIELDS and value else value


def _host(place: str) -> str:
    """Host and port, without whoever signs in there."""
    return place.rpartition("@")[2]


def _header(name: str, value: str) -> str:
    plain = name.lower()
    if plain in _HIDDEN_HEADERS:
        return HIDDEN
    if plain == "authorization":
        scheme, _, rest = value.partition(" ")
        if scheme.startswith("WECHATPAY2-") and "signature=" in rest:
            return _SIGNATURE.sub(rf"\g<1>{HIDDEN}\g<2>", value)
        return f"{scheme} {HIDDEN}" if rest else HIDDEN
    return value
