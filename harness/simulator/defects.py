"""The simulator's deliberate defects: each replaces one practice, and nothing else, when it starts.

Each makes exactly one control fail, and proves that the control can; `defects.yaml` says what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness.core.control import Defect
from harness.core.defects import DefectTable
from harness.simulator.practices import (
    FREEZE,
    LONGEST_EXPIRY,
    DropOut,
    Freeze,
    OlderRefunds,
    Practices,
    Setting,
)

CLOCK_SKEW_S = 400.0
"""How far the signing clock is ahead under `clock-skewed`: outside the 300 s window."""
CRAWL_S = 2.02
"""A hair above the limit of two seconds: what rounds to 100 ms cannot tell from 1.98 s."""


_SHARED = "b81f6e02d94c7a35e1f80c6d27b9a4530f6ed1c8279b4a5e3d06f1c7b8294ae5"
_PUBLISHED = "".join(("19200625", "0b4c0924", "7ec02edc", "e69f6a2d"))
"""The key of WeChat Pay's own page on signing."""


def _always(wrong: str) -> Setting:
    return lambda right, own_key: wrong


_WRONG: dict[str, dict[str, Any]] = {
    "env-placeholder": {"settings": {"WECHAT_PAY_API_KEY": _always("[从微信支付商户平台获取]")}},
    "env-dollar-in-key": {"settings": {"WECHAT_MCP_API_KEY": lambda right, own_key: f"{right}$tea"}},
    "env-plain-http-endpoint": {
        "settings": {"WECHAT_MCP_ENDPOINT": _always("http://golive:password@pay.example.com/mcp/v1")}
    },
    "env-platform-key-is-ours": {"settings": {"WECHAT_PAY_PUBLIC_KEY": lambda right, own_key: own_key}},
    "env-modes-disagree": {"settings": {"WECHAT_PAY_SANDBOX": _always("false")}},
    "env-long-wait": {"settings": {"MCP_TIMEOUT": _always("30000"), "MCP_RETRY_COUNT": _always("3")}},
    "env-limit-comment-contradicts": {"settings": {"MCP_MAX_AMOUNT": _always("100000")}},
    "env-credential-truncated": {"settings": {"WECHAT_MCP_API_KEY": lambda right, own_key: right[:6]}},
    "env-file-open-to-others": {"settings_mode": 0o644},
    "env-file-committed": {"commits_settings": True},
    "env-weak-jwt-secret": {"settings": {"JWT_SECRET": _always("payment-service-jwt-secret-2024")}},
    "env-two-secrets-equal": {
        "settings": {name: _always(_SHARED) for name in ("JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET")}
    },
    "env-published-key": {"settings": {"WECHAT_PAY_API_KEY": _always(_PUBLISHED)}},
    "env-callback-behind-login": {
        "settings": {"WECHAT_PAY_NOTIFY_URL": _always("http://127.0.0.1:3000/login/notify")}
    },
    "env-appid-of-another": {"settings": {"WECHAT_PAY_APP_ID": _always("wx0a1b2c3d4e5f6071")}},
    "env-mcp-of-another-merchant": {"settings": {"WECHAT_MCP_MERCHANT_ID": _always("1900000001")}},
    "h5-not-opened": {"permits_h5": False},
    "env-production-sandbox-left": {"production": {"WECHAT_PAY_SANDBOX": _always("true")}},
    "env-production-keeps-keys": {"production": {"WECHAT_MCP_API_KEY": lambda before, own_key: before}},
    "clock-skewed": {"signing_clock_ahead_s": CLOCK_SKEW_S},
    "ledger-loses-a-fen": {"settlement_loses": 1},
    "no-dialect-mark": {"notes_dialect": False},
    "experience-no-single-limit": {"single_limit": None},
    "experience-no-day-limit": {"day_limit": None},
    "experience-day-forgets-payments": {"day_counts_paid": False},
    "experience-day-never-ends": {"day_resets": False},
    "experience-pays-somebody-else": {"pays_test_account": False},
    "experience-ends-late": {"told_lifetime": timedelta(hours=48)},
    "experience-keeps-payments": {"edition_gives_back": False},
    "envelope-answers-unsigned": {"signs_envelopes": False},
    "mcp-any-version": {"any_version": True},
    "mcp-no-version": {"refuses_versions": True},
    "mcp-tool-missing": {"lacks_tool": True},
    "mcp-loose-schemas": {"loose_schemas": True},
    "mcp-query-says-it-writes": {"query_says_it_writes": True},
    "mcp-loose-amounts": {"rounds_amounts": True},
    "mcp-any-key": {"any_key": True},
    "mcp-any-origin": {"any_origin": True},
    "mcp-result-tells-key": {"tells_key": True},
    "mcp-repeat-orders-again": {"repeat_orders_again": True},
    "mcp-fails-creates": {"fails_creates": True},
    "mcp-retells-attached": {"retells_attached": True},
    "mcp-unfolds-links": {"unfolds_links": True},
    "mcp-tools-name-goods": {"tools_name_goods": True},
    "mcp-instructs-agents": {"instructs_agents": True},
    "mcp-introduction-orders": {"introduction_orders": True},
    "mcp-prompts-order": {"prompts_order": True},
    "creates-fail": {"creates_fail_every": 8},
    "callbacks-vanish": {"callbacks_vanish_every": 8},
    "freezes": {"freezes": FREEZE},
    "creates-queue": {"create_holds_s": 0.08},
    "drops-out-for-a-quarter": {"queries_drop_out": DropOut(answered=4, failed=3)},
    "fails-now-and-then": {"queries_drop_out": DropOut(answered=1, failed=1)},
    "queries-crawl": {"query_takes_s": CRAWL_S},
}
"""Settings are added to those that are wrong already."""

_TABLE = DefectTable.read("endpoint", Path(__file__).with_name("defects.yaml"), _WRONG)

DEFECTS: tuple[Defect, ...] = _TABLE.defects
"""What `--defect` may name."""


def practices_with(
    names: Collection[str],
    *,
    freeze: Freeze = FREEZE,
    longest_expiry: timedelta = LONGEST_EXPIRY,
    older_refunds: Collection[OlderRefunds] = (),
) -> Practices:
    """The right practices as they are asked for, worsened by the named defects.

    Args:
        freeze: how long it stands still, and how often, under the defect `freezes`.
        longest_expiry: after which an order's `time_expire` is cut.
        older_refunds: where refunds follow older documents.

    Raises:
        UsageError: one of them is no defect of this side.
    """
    wrong = _TABLE.practices(names, listing=f"choose among {', '.join(sorted(_WRONG))}")
    if "freezes" in wrong:
        wrong["freezes"] = freeze
    wrong |= {each.practice: True for each in older_refunds}
    return replace(Practices(), longest_expiry=longest_expiry, **wrong)
