"""A shopper's request as somebody else would send it: without a session, or from the page of another site."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from http.cookiejar import Cookie

from harness.merchant.rungs.html_forms import is_token
from harness.merchant.rungs.prepared import PreparedRequest

OTHER_SITE = "https://another-site.example"
BY_A_FORM = ("GET", "POST")
"""What a form of another site can send; anything else asks first."""
_CREDENTIALS = frozenset({"authorization", "cookie"})
_RANDOM = re.compile(r"(?=.*\d)[\w+/=.:\-]{16,}")
"""A value that nobody guesses, whatever its field is called."""


def without_session(
    request: PreparedRequest, token: str, session_headers: Collection[str] = ()
) -> PreparedRequest:
    """By a visitor: no credentials, and the token of a page that the visitor sees."""
    secret = _CREDENTIALS | {name.lower() for name in session_headers}
    headers = {name: value for name, value in request.headers.items() if name.lower() not in secret}
    fields = {name: token if is_token(name) else value for name, value in (request.fields or {}).items()}
    return replace(request, headers=headers, fields=fields if request.fields is not None else None)


def from_another_site(request: PreparedRequest) -> PreparedRequest:
    """By the shopper's browser, for a form of a page elsewhere, which knows no token and sets no header."""
    fields = {
        name: value
        for name, value in (request.fields or {}).items()
        if not is_token(name) and not _RANDOM.fullmatch(value)
    }
    return replace(
        request,
        headers={"Origin": OTHER_SITE, "Referer": f"{OTHER_SITE}/"},
        fields=fields if request.fields is not None else None,
        content_type="text/plain" if request.members is not None else None,
    )


def goes_along(cookie: Cookie, method: str) -> bool:
    """Whether a browser sends a cookie with a request that a page of another site makes."""
    told = vars(cookie).get("_rest", {})
    same = next((str(value).lower() for name, value in told.items() if name.lower() == "samesite"), "")
    return same not in ("lax", "strict") or (same == "lax" and method == "GET")
