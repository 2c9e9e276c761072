"""Tells a value from the text that stands where a value should be."""

from __future__ import annotations

import re
from functools import lru_cache

BLANKS = (
    " \t\n\r\v\f\u00a0\u00ad\u180e\u2007\u200b\u200c\u200d\u200e\u200f\u202f\u2028\u2029\u2060\u3000\ufeff"
)
"""Characters that nobody sees in a value: blanks, line ends, and what copying out of a page brings along."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")

_KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (
            r"^[\[【「].*[\]】」]$|[\[【][^\[【\]】]*[\u3400-\u9fff][^\[【\]】]*[\]】]",
            "a placeholder in brackets […]",
        ),
        (
            r"\$\{[^${}]*\}|^\$[A-Z_]\w*$|\{\{[^{}]*\}\}|^%\w+%$",
            "a reference ${…} that nothing expanded",
        ),
        (r"<[^\W\d][^<>]*>", "a placeholder in angle brackets <…>"),
        (
            r"(?:^|[^a-z0-9])your(?:[-_ ]|$)|^your(?-i:(?=[A-Z]))|您的|你的|^(?:请|此处|这里|待)",
            "a placeholder of the form your_…",
        ),
        (r"^(?:wx|sk[-_])?[x*.…_-]{3,}$|x{6,}", "a placeholder made of xxx"),
        (
            # Behind so short a word as "na" or "tbd" a dash says nothing: random tokens begin like that, too.
            r"^(?:todo|fixme|dummy|none|null|undefined)(?=$|[\s:_(（-])"
            r"|^(?:tbd|tba|nil|n/?a)(?=$|[\s:(（])|^(?:tbd|tba|nil|n/a)[-_][a-z_-]{0,24}$"
            r"|change[-_ ]?(?:me|this)(?![a-z0-9])|placeholder|replace[-_ ]?(?:me|this|with)(?![a-z0-9])"
            r"|^(?:insert|fill|paste|put)[-_ ](?:your|the|me|in|here)",
            "a placeholder such as changeme or TODO",
        ),
    )
)


@lru_cache(maxsize=1024)  # every rule asks it of the same values again
def placeholder(value: str) -> str | None:
    """What kind of placeholder a value is, or None when it may be a real one.

    Written so that random keys practically never match (a 4096-bit key in base64: below one in a
    million), and so that the answer names the kind and never the text.
    """
    text = value.strip(BLANKS)
    if not text:
        return "empty"
    for pattern, kind in _KINDS:
        if pattern.search(text):
            return kind
    # Nothing we read is Chinese prose; but a path may hold Chinese names, and 100元 is a wrong number.
    if _CHINESE.search(text) and not re.search(r"[/\\.]|^[0-9]", text):
        return "a description in Chinese, not a value"
    return None
