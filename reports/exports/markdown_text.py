"""Text of a record in Markdown for GitHub and GitLab: no HTML, no mention, no link, no broken table."""

from __future__ import annotations

import re

from harness.core.plain_text import one_line

_MARKS = re.compile(r"([\\`*_\[\]<>&~!$@#^(){}\"'])|(?<!.)([-+=.\d])")
"""What Markdown acts on inside of a line, and at the beginning of one."""
_CALLING = re.compile(r"[@#!~$%&^](?=\w)|:(?=[a-z+-])")
"""What begins a mention, a reference to an issue or a label, an emoji."""
_WEB = re.compile(r"(?i)\b(www|https?|ftp|mailto|xmpp)(?=[.:])")
_JOINER = "\u2060"
_BACKTICKS = re.compile("`+")


def words(text: str, longest: int = 300) -> str:
    """A text as words between others: every mark that Markdown or a server would act on is disarmed."""
    shown = _WEB.sub(rf"\g<0>{_JOINER}", _CALLING.sub(rf"\g<0>{_JOINER}", _flat(text, longest)))
    return _MARKS.sub(_escaped, shown)


def code(text: str, longest: int = 300) -> str:
    """A text as code, where nothing is acted on. A bar would end the cell of a table, so it stands as `¦`."""
    shown = _flat(text, longest).strip() or "–"
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith(("`", "\\")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _escaped(mark: re.Match[str]) -> str:
    return f"&#{ord(mark[0])};" if mark[0].isdigit() else f"\\{mark[0]}"


def _flat(text: str, longest: int) -> str:
    flat = re.sub(r"\s+", " ", one_line(text.replace("\n", " "))).replace("|", "¦")
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"
