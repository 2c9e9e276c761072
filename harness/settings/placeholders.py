"""Tells a value from the text that stands where a value should be."""

from __future__ import annotations

import re

from harness.core.control import Text

BLANKS = (
    " \t\n\r\v\f\u00a0\u00ad\u180e\u2007\u200b\u200c\u200d\u200e\u200f\u202f\u2028\u2029\u2060\u3000\ufeff"
)
"""Characters that nobody sees in a value: blanks, line ends, and what copying out of a page brings along."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")

_KINDS: tuple[tuple[re.Pattern[str], Text], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), Text(zh=zh, en=en))
    for pattern, zh, en in (
        (
            r"^[\[【「].*[\]】」]$|[\[【][^\[【\]】]*[\u3400-\u9fff][^\[【\]】]*[\]】]",
            "方括号占位符 […]",
            "a placeholder in brackets […]",
        ),
        (
            r"\$\{[^${}]*\}|^\$[A-Z_]\w*$|\{\{[^{}]*\}\}|^%\w+%$",
            "未展开的变量引用 ${…}",
            "a reference ${…} that nothing expanded",
        ),
        (r"<[^\W\d][^<>]*>", "尖括号占位符 <…>", "a placeholder in angle brackets <…>"),
        (
            r"(?:^|[^a-z0-9])your(?:[-_ ]|$)|^your(?-i:(?=[A-Z]))|您的|你的|^(?:请|此处|这里|待)",
            "占位符 your_… / 您的…",
            "a placeholder of the form your_…",
        ),
        (r"^(?:wx|sk[-_])?[x*.…_-]{3,}$|x{6,}", "占位符 xxx", "a placeholder made of xxx"),
        (
            r"^(?:todo|tbd|tba|fixme|dummy|none|null|nil|undefined|n/?a)(?=$|[\s:_(（-])"
            r"|change[-_ ]?(?:me|this)(?![a-z0-9])|placeholder|replace[-_ ]?(?:me|this|with)(?![a-z0-9])"
            r"|^(?:insert|fill|paste|put)[-_ ](?:your|the|me|in|here)",
            "占位符 changeme / TODO",
            "a placeholder such as changeme or TODO",
        ),
    )
)


def placeholder(value: str) -> Text | None:
    """What kind of placeholder a value is, or None when it may be a real one.

    Written so that random keys practically never match (a 4096-bit key in base64: below one in a
    million), and so that the answer names the kind and never the text.
    """
    text = value.strip(BLANKS)
    if not text:
        return Text(zh="空值", en="empty")
    for pattern, kind in _KINDS:
        if pattern.search(text):
            return kind
    # Nothing we read is Chinese prose; but a path may hold Chinese names, and 100元 is a wrong number.
    if _CHINESE.search(text) and not re.search(r"[/\\.]|^[0-9]", text):
        return Text(zh="中文说明文字，不是实际的值", en="a description in Chinese, not a value")
    return None
