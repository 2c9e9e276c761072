"""A shopper's request as somebody else would send it: without a session, or from the page of another site."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from http.cookiejar import Cookie
from types import MappingProxyType
from typing import Any

from harness.merchant.rungs.html_forms import is_token
from harness.merchant.rungs.prepared import PreparedRequest

OTHER_SITE = "https://another-site.example"
BY_A_FORM = ("GET", "POST")
"""What a form of another site can send; anything else asks first."""
_CREDENTIALS = frozenset({"authorization", "cookie"})
_RANDOM = re.compile(r"(?=.*\d)[\w+/=.:\-]{16,}")
"""A value of a page that nobody guesses, whatever its field is called."""


def without_session(
    request: PreparedRequest, token: str, session_headers: Collection[str] = ()
) -> PreparedRequest:
    """By a visitor: no credentials, and the token of a page that the visitor sees, wherever one stands."""
    secret = _CREDENTIALS | {name.lower() for name in session_headers}
    headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in secret or _proves(request, name, value)
    }
    return replace(
        request,
        headers=_tokens_replaced(request, headers, token),
        fields=None if request.fields is None else _tokens_replaced(request, request.fields, token),
        members=_tokens_replaced(request, request.members, token),
    )


def from_another_site(
    request: PreparedRequest, anybodys: Mapping[str, str] = MappingProxyType({})
) -> PreparedRequest:
    """By the shopper's browser, for a form of a page elsewhere, which knows no token and sets no header.

    Args:
        anybodys: the fields that its page holds for anybody, too.
    """
    hidden = unguessed(request, anybodys)
    fields = {name: value for name, value in (request.fields or {}).items() if name not in hidden}
    return replace(
        request,
        headers={"Origin": OTHER_SITE, "Referer": f"{OTHER_SITE}/"},
        fields=_tokens_dropped(request, fields) if request.fields is not None else None,
        members=_tokens_dropped(request, request.members),
        content_type="text/plain" if request.members is not None else None,
    )


def unguessed(request: PreparedRequest, anybodys: Mapping[str, str]) -> set[str]:
    """The fields of its page that look like tokens under another name, but for those that anybody sees."""
    return {
        name
        for name, value in (request.fields or {}).items()
        if name in request.of_page
        and not _proves(request, name, value)
        and _RANDOM.fullmatch(value)
        and anybodys.get(name) != value
    }


def _proves(request: PreparedRequest, name: str, value: object) -> bool:
    """Whether it is the token of the page, by its name or by what it is."""
    return is_token(name) or bool(request.csrf and value == request.csrf)


def _tokens_replaced(request: PreparedRequest, held: Any, token: str) -> Any:
    if isinstance(held, Mapping):
        return {
            name: token if _proves(request, name, each) else _tokens_replaced(request, each, token)
            for name, each in held.items()
        }
    return [_tokens_replaced(request, each, token) for each in held] if isinstance(held, list) else held


def _tokens_dropped(request: PreparedRequest, held: Any) -> Any:
    if isinstance(held, Mapping):
        return {
            name: _tokens_dropped(request, each)
            for name, each in held.items()
            if not _proves(request, name, each)
        }
    return [_tokens_dropped(request, each) for each in held] if isinstance(held, list) else held


def goes_along(cookie: Cookie, method: str) -> bool:
    """Whether a browser sends a cookie with a request that a page of another site makes."""
    told = vars(cookie).get("_rest", {})
    same = next((str(value).lower() for name, value in told.items() if name.lower() == "samesite"), "")
    return same not in ("lax", "strict") or (same == "lax" and method == "GET")
