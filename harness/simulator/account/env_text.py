"""Settings as the text of an `.env` file, grouped and commented."""

from __future__ import annotations

from collections.abc import Mapping

MARKER = (
    "# Written by `golive simulator`: a simulated merchant, worth no money. 模拟商户的配置，不涉及真实资金。"
)
"""First line of every file of ours; tells a file that may be overwritten from somebody's own."""

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("MCP 体验版 · MCP, experience edition", ("PAYMENT_MCP_", "WECHAT_MCP_", "MCP_")),
    ("微信支付 API v3 · WeChat Pay API v3", ("WECHAT_PAY_",)),
    ("支付宝开放平台 · Alipay open platform", ("ALIPAY_",)),
    ("应用自身 · the application's own", ("JWT_",)),
    ("演练用 · for rehearsals only", ("GOLIVE_",)),
)

_COMMENTS: Mapping[str, str] = {
    "MCP_TIMEOUT": "毫秒 milliseconds",
    "MCP_MAX_AMOUNT": "单笔 100元",
    "MCP_DAILY_LIMIT": "单日 1000元",
}


def environment_text(values: Mapping[str, str]) -> str:
    """The text of an `.env` file that holds exactly `values`.

    Raises:
        ValueError: a value holds a line end or a single quote.
    """
    lines = [MARKER]
    left = dict(values)
    for title, prefixes in _GROUPS:
        names = [name for name in left if name.startswith(prefixes)]
        if names:
            lines += ["", f"# {title}"]
            lines += [line for name in names for line in _lines(name, left.pop(name))]
    if left:
        lines += ["", "# 其他 · others"]
        lines += [line for name, value in left.items() for line in _lines(name, value)]
    return "\n".join(lines) + "\n"


def _lines(name: str, value: str) -> list[str]:
    """A variable below its comment: behind a value, Docker and systemd would read it as a part of that."""
    if any(character in value for character in "\n\r'"):
        raise ValueError(f"{name} does not fit on one line that every reader understands alike")
    # Within single quotes nothing is special but the backslash, which some readers take for an escape.
    escaped = value.replace("\\", "\\\\")
    quoted = f"'{escaped}'" if any(character in value for character in ' #"$`\\') else value
    comment = [f"# {_COMMENTS[name]}"] if name in _COMMENTS else []
    return [*comment, f"{name}={quoted}"]
