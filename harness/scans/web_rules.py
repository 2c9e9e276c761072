"""What is sane in the answers of a shop's pages: HSTS, cookies, content policy, framing (SEC-02)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from harness.scans.findings import Findings

LONG_ENOUGH = timedelta(days=180)
"""Of HSTS: a shopper who comes once in half a year is still led to https by the browser itself."""
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?([0-9]{1,12})"?\s*(?:;|$)', re.IGNORECASE)
_OF_A_SESSION = re.compile(r"sess|sid$|auth|token|jwt|login|remember|ticket", re.IGNORECASE)
_FOR_SCRIPTS = re.compile(r"csrf|xsrf", re.IGNORECASE)
_ANYBODY = {"*", "http:", "https:"}
_KNOWN = re.compile(r"'(?:nonce-|sha(?:256|384|512)-|strict-dynamic')", re.IGNORECASE)
"""What makes browsers ignore 'unsafe-inline'."""


class SeenCookie(NamedTuple):
    """A cookie that was set over https."""

    name: str
    secure: bool
    http_only: bool
    same_site: str
    """In lower case; empty: left to the browser."""


def judge_answer(path: str, headers: Mapping[str, str]) -> Findings:
    """What every answer over https has to say.

    Args:
        headers: by lower-case name; repeated ones joined by commas.
    """
    found, told = Findings(), headers.get("strict-transport-security", "")
    # Only the first counts where there are several (RFC 6797, 8.1).
    age = _MAX_AGE.search(told.partition(",")[0])
    if age is None or age[1].strip("0") == "":
        found.wrong.append(f"{path}: no Strict-Transport-Security keeps the browser on https")
    elif int(age[1]) < LONG_ENOUGH.total_seconds():
        found.unwise.append(f"{path}: Strict-Transport-Security holds for {int(age[1])} seconds only")
    return found


def judge_page(path: str, headers: Mapping[str, str], *, pays: bool) -> Findings:
    """What a page has to say beside that.

    Args:
        pays: whether shoppers pay on it, so that nobody may put it into a frame of theirs.
    """
    found = Findings()
    policies = _policies(headers.get("content-security-policy", ""))
    if not policies:
        found.wrong.append(f"{path}: no Content-Security-Policy says where scripts may come from")
    else:
        found.unwise += _loose(path, policies)
    if pays and _framed(policies, headers.get("x-frame-options", "")):
        found.wrong.append(
            f"{path}: any site may put the payment page into a frame of its own "
            "(no frame-ancestors, no X-Frame-Options)"
        )
    if headers.get("x-content-type-options", "").strip().lower() != "nosniff":
        found.unwise.append(f"{path}: no X-Content-Type-Options: nosniff")
    return found


def judge_cookies(cookies: Iterable[SeenCookie]) -> Findings:
    """Whether cookies stay on https, away from scripts, and within the site."""
    found = Findings()
    for each in cookies:
        found.seen.append(f"cookie {each.name}")
        if not each.secure:
            found.wrong.append(f"the cookie {each.name} lacks Secure: it is sent over plain http as well")
        session = _OF_A_SESSION.search(each.name) and not _FOR_SCRIPTS.search(each.name)
        if session and not each.http_only:
            found.wrong.append(f"the cookie {each.name} lacks HttpOnly: scripts can read the session")
        if not each.same_site:
            found.unwise.append(
                f"the cookie {each.name} lacks SameSite: browsers differ in when it goes along"
            )
        elif each.same_site == "none":
            found.unwise.append(f"the cookie {each.name} goes along from other sites (SameSite=None)")
    return found


def _policies(told: str) -> list[dict[str, list[str]]]:
    """Each policy's directives; browsers apply all policies, and of a directive the first."""
    read: list[dict[str, list[str]]] = []
    for policy in told.split(","):
        directives: dict[str, list[str]] = {}
        for directive in policy.split(";"):
            name, *values = directive.split()[:1000] or [""]
            if name:
                directives.setdefault(name.lower(), [each.lower() for each in values])
        if directives:
            read.append(directives)
    return read


def _loose(path: str, policies: list[dict[str, list[str]]]) -> list[str]:
    """Why none of the policies really holds scripts back; empty: one does."""
    why: list[str] = []
    for policy in policies:
        sources = policy.get("script-src", policy.get("default-src"))
        if sources is None or _ANYBODY & set(sources):
            why.append(f"{path}: its Content-Security-Policy lets scripts come from anywhere")
        elif "'unsafe-inline'" in sources and not any(map(_KNOWN.match, sources)):
            why.append(f"{path}: its Content-Security-Policy lets the page hold scripts ('unsafe-inline')")
        else:
            return []
    return why[:1]


def _framed(policies: list[dict[str, list[str]]], options: str) -> bool:
    """Whether any site may frame it. Browsers that know frame-ancestors heed nothing else (CSP 3, 6.4.2)."""
    told = [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]
    if told:
        return all(_ANYBODY & set(sources) for sources in told)
    return options.strip().lower() not in ("deny", "sameorigin")
