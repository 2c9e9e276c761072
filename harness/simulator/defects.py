"""The simulator's deliberate defects: each replaces one practice, and nothing else, when it starts.

Each makes exactly one control fail, and proves that the control can.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from harness.core.control import Defect, Text
from harness.core.errors import UsageError
from harness.simulator.practices import FREEZE, Practices, Setting

__all__ = ["CLOCK_SKEW_S", "DEFECTS", "practices_with"]

CLOCK_SKEW_S = 400.0
"""How far the signing clock is ahead under `clock-skewed`: outside the 300 s window."""
CRAWL_S = 2.02
"""A hair above the limit of two seconds: what rounds to 100 ms cannot tell from 1.98 s."""


@dataclass(frozen=True, slots=True)
class _Change:
    defect: Defect
    practice: str
    """The member of `Practices` it replaces."""
    wrong: Any
    """What it is replaced by; settings are added to those that are wrong already."""


def _change(name: str, control: str, zh: str, en: str, **wrong: object) -> _Change:
    ((practice, way),) = wrong.items()
    return _Change(Defect(id=name, side="endpoint", control=control, text=Text(zh=zh, en=en)), practice, way)


def _always(wrong: str) -> Setting:
    return lambda right, own_key: wrong


_CHANGES = (
    _change(
        "env-placeholder",
        "CFG-01",
        "配置里留着占位符，没有换成真实的值",
        "a placeholder was left in the settings where a value belongs",
        settings={"WECHAT_PAY_API_KEY": _always("[从微信支付商户平台获取]")},
    ),
    _change(
        "env-plain-http-endpoint",
        "CFG-02",
        "MCP 地址是公网上的明文 http，还把用户名和密码写在网址里",
        "the MCP endpoint is plain http on a public host, with a user and password inside",
        settings={"WECHAT_MCP_ENDPOINT": _always("http://golive:password@pay.example.com/mcp/v1")},
    ),
    _change(
        "env-platform-key-is-ours",
        "CFG-03",
        "把商户自己的公钥当成了微信支付公钥",
        "our own public key stands where the platform's belongs",
        settings={"WECHAT_PAY_PUBLIC_KEY": lambda right, own_key: own_key},
    ),
    _change(
        "env-modes-disagree",
        "CFG-04",
        "体验版开关互相矛盾：沙箱关，体验版开",
        "the mode switches contradict each other: sandbox off, experience on",
        settings={"WECHAT_PAY_SANDBOX": _always("false")},
    ),
    _change(
        "env-long-wait",
        "CFG-05",
        "超时 30 秒、重试 3 次，最坏要让用户等 93 秒",
        "30 s of timeout and 3 attempts make a payer wait 93 s at worst",
        settings={"MCP_TIMEOUT": _always("30000"), "MCP_RETRY_COUNT": _always("3")},
    ),
    _change(
        "env-limit-comment-contradicts",
        "CFG-06",
        "单笔限额的值是 1000 元，行尾注释却说 100 元",
        "a limit is worth 1,000 yuan while the comment on its line says 100",
        settings={"MCP_MAX_AMOUNT": _always("100000")},
    ),
    _change(
        "env-credential-truncated",
        "APP-05",
        "MCP API 密钥只复制了开头几位，不可用",
        "only the first characters of the MCP API key were copied, so it does not load",
        settings={"WECHAT_MCP_API_KEY": lambda right, own_key: right[:6]},
    ),
    _change(
        "clock-skewed",
        "CFG-12",
        "平台签名所用的时钟快了 400 秒",
        "the clock that the platform signs with is 400 s ahead",
        signing_clock_ahead_s=CLOCK_SKEW_S,
    ),
    _change(
        "ledger-loses-a-fen",
        "RCN-03",
        "平台每笔结算都少给商户一分钱，账也不平",
        "each settlement loses one fen on its way to the merchant account",
        settlement_loses=1,
    ),
    _change(
        "no-dialect-mark",
        "PAY-12",
        "审计记录不写明订单由哪种协议、哪个请求带来",
        "the audit trail does not say which dialect and which request brought an order",
        notes_dialect=False,
    ),
    _change(
        "experience-no-single-limit",
        "EXP-01",
        "体验版不检查单笔限额",
        "the experience edition takes a payment of any amount",
        single_limit=None,
    ),
    _change(
        "experience-no-day-limit",
        "EXP-02",
        "体验版不检查单日限额",
        "the experience edition takes a day of any total",
        day_limit=None,
    ),
    _change(
        "experience-day-forgets-payments",
        "EXP-02",
        "单日限额只算未支付的订单，已支付的不算",
        "the day's total counts open orders only, and forgets what was paid",
        day_counts_paid=False,
    ),
    _change(
        "experience-day-never-ends",
        "EXP-02",
        "单日限额过了北京时间零点也不清零",
        "the day's total is not reset at midnight in Beijing",
        day_resets=False,
    ),
    _change(
        "experience-pays-somebody-else",
        "EXP-04",
        "收款方不是官方测试账户，收银台也不写体验版",
        "the payee is not the official test account, and the cashier does not say 体验版",
        pays_test_account=False,
    ),
    _change(
        "experience-ends-late",
        "EXP-05",
        "告知的 expireTime 在 48 小时之后",
        "the expireTime it tells is 48 hours ahead",
        told_lifetime=timedelta(hours=48),
    ),
    _change(
        "envelope-answers-unsigned",
        "CBK-17",
        "信封协议的应答不带签名",
        "the envelope dialect's answers carry no signature",
        signs_envelopes=False,
    ),
    _change(
        "mcp-any-version",
        "MCP-01",
        "MCP 接口不论客户端报什么协议版本都说支持",
        "the MCP endpoint claims to speak whatever protocol version it is asked for",
        any_version=True,
    ),
    _change(
        "mcp-tool-missing",
        "MCP-02",
        "tools/list 里没有关单工具",
        "the tool that closes orders is missing from tools/list",
        lacks_tool=True,
    ),
    _change(
        "mcp-loose-schemas",
        "MCP-02",
        "工具的入参 schema 很松：允许多余参数，金额可以是任意数字",
        "the input schemas are loose: further members allowed, any number is an amount",
        loose_schemas=True,
    ),
    _change(
        "mcp-query-says-it-writes",
        "MCP-03",
        "查询工具没有标成只读，关单工具却标成只读",
        "the annotations lie: the query is not marked read-only, while closing an order is",
        query_says_it_writes=True,
    ),
    _change(
        "mcp-loose-amounts",
        "MCP-04",
        "金额写成小数也收下，悄悄取整",
        "a fractional amount is taken and rounded without a word",
        rounds_amounts=True,
    ),
    _change(
        "mcp-any-key",
        "MCP-05",
        "MCP 接口不要 API 密钥",
        "the MCP endpoint wants no API key",
        any_key=True,
    ),
    _change(
        "mcp-any-origin",
        "MCP-05",
        "MCP 接口接受别的网站（Origin）发来的请求",
        "the MCP endpoint takes requests that another site's page (Origin) sends",
        any_origin=True,
    ),
    _change(
        "mcp-result-tells-key",
        "MCP-06",
        "查询结果里带出了 API 密钥",
        "a query's result carries the API key",
        tells_key=True,
    ),
    _change(
        "mcp-repeat-orders-again",
        "MCP-07",
        "同一商户订单号重复下单，会以加后缀的新单号再下一单",
        "a repeated order becomes a second one under a suffixed number",
        repeat_orders_again=True,
    ),
    _change(
        "creates-fail",
        "PRF-01",
        "每八次下单有一次回应系统错误",
        "one create in eight is answered with a system error",
        creates_fail_every=8,
    ),
    _change(
        "callbacks-vanish",
        "PRF-02",
        "每八个支付回调有一个的首次发送丢失",
        "the first delivery of one callback in eight is lost",
        callbacks_vanish_every=8,
    ),
    _change(
        "freezes",
        "PRF-03",
        "每 15 秒停顿 5 秒：期间的请求都要等它过去",
        "it freezes for 5 s in every 15, and whatever arrives meanwhile waits",
        freezes=FREEZE,
    ),
    _change(
        "creates-queue",
        "PRF-06",
        "下单一个一个地处理，每秒至多 12 单",
        "creates are worked off one at a time, 12 a second at most",
        create_holds_s=0.08,
    ),
    _change(
        "queries-crawl",
        "QRY-04",
        "查单要 2.02 秒才回应",
        "a query takes 2.02 s to be answered",
        query_takes_s=CRAWL_S,
    ),
)

DEFECTS: tuple[Defect, ...] = tuple(change.defect for change in _CHANGES)
"""What `--defect` may name."""


def practices_with(names: Collection[str]) -> Practices:
    """The right practices, worsened by the named defects.

    Raises:
        UsageError: one of them is no defect of this side.
    """
    known = {change.defect.id: change for change in _CHANGES}
    if unknown := sorted(set(names) - known.keys()):
        raise UsageError(
            f"no such defect of the simulator: {', '.join(unknown)}",
            where="--defect",
            remedy=f"choose among {', '.join(sorted(known))}",
        )
    practices = Practices()
    for change in (known[name] for name in sorted(set(names))):
        before = getattr(practices, change.practice)
        wrong = {**before, **change.wrong} if isinstance(change.wrong, dict) else change.wrong
        replacement: dict[str, Any] = {change.practice: wrong}
        practices = replace(practices, **replacement)
    return practices
