"""The deliberate faults of the simulated platform and of the settings it hands out.

Each makes exactly one control fail, and proves that the control can.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from harness.core.control import Defect
from harness.core.errors import UsageError
from harness.signing.keys import bare_public
from harness.simulator.account.identity import Identity
from harness.simulator.faults.recurring import DEFECTS as AILMENTS
from harness.simulator.platform.experience import Experience
from harness.simulator.wire.envelope.routes import UNSIGNED_ANSWERS
from harness.simulator.wire.mcp.defects import DEFECTS as MCP_DEFECTS

__all__ = [
    "CLOCK_SKEW_S",
    "DEFECTS",
    "LOST_FEN",
    "NO_MARKS",
    "check_names",
    "experience_rules",
    "spoil_environment",
]

CLOCK_SKEW_S = 400.0
"""How far the signing clock is ahead under `clock-skewed`: outside the 300 s window."""
LOST_FEN = 1
NO_MARKS = "no-dialect-mark"
TOLD_TOO_LATE = timedelta(hours=48)
"""How far ahead an order's end is told under `experience-ends-late`: twice what the edition allows."""

DEFECTS: tuple[Defect, ...] = (
    Defect.table(
        "endpoint",
        (
            "env-placeholder",
            "CFG-01",
            "配置里留着占位符，没有换成真实的值",
            "a placeholder was left in the settings where a value belongs",
        ),
        (
            "env-plain-http-endpoint",
            "CFG-02",
            "MCP 地址是公网上的明文 http，还把用户名和密码写在网址里",
            "the MCP endpoint is plain http on a public host, with a user and password inside",
        ),
        (
            "env-platform-key-is-ours",
            "CFG-03",
            "把商户自己的公钥当成了微信支付公钥",
            "our own public key stands where the platform's belongs",
        ),
        (
            "env-modes-disagree",
            "CFG-04",
            "体验版开关互相矛盾：沙箱关，体验版开",
            "the mode switches contradict each other: sandbox off, experience on",
        ),
        (
            "env-long-wait",
            "CFG-05",
            "超时 30 秒、重试 3 次，最坏要让用户等 93 秒",
            "30 s of timeout and 3 attempts make a payer wait 93 s at worst",
        ),
        (
            "env-limit-comment-contradicts",
            "CFG-06",
            "单笔限额的值是 1000 元，行尾注释却说 100 元",
            "a limit is worth 1,000 yuan while the comment on its line says 100",
        ),
        (
            "env-credential-truncated",
            "APP-05",
            "MCP API 密钥只复制了开头几位，不可用",
            "only the first characters of the MCP API key were copied, so it does not load",
        ),
        (
            "clock-skewed",
            "CFG-12",
            "平台签名所用的时钟快了 400 秒",
            "the clock that the platform signs with is 400 s ahead",
        ),
        (
            "ledger-loses-a-fen",
            "RCN-03",
            "平台每笔结算都少给商户一分钱，账也不平",
            "each settlement loses one fen on its way to the merchant account",
        ),
        (
            NO_MARKS,
            "PAY-12",
            "审计记录不写明订单由哪种协议、哪个请求带来",
            "the audit trail does not say which dialect and which request brought an order",
        ),
        (
            "experience-no-single-limit",
            "EXP-01",
            "体验版不检查单笔限额",
            "the experience edition takes a payment of any amount",
        ),
        (
            "experience-no-day-limit",
            "EXP-02",
            "体验版不检查单日限额",
            "the experience edition takes a day of any total",
        ),
        (
            "experience-day-forgets-payments",
            "EXP-02",
            "单日限额只算未支付的订单，已支付的不算",
            "the day's total counts open orders only, and forgets what was paid",
        ),
        (
            "experience-day-never-ends",
            "EXP-02",
            "单日限额过了北京时间零点也不清零",
            "the day's total is not reset at midnight in Beijing",
        ),
        (
            "experience-pays-somebody-else",
            "EXP-04",
            "收款方不是官方测试账户，收银台也不写体验版",
            "the payee is not the official test account, and the cashier does not say 体验版",
        ),
        (
            "experience-ends-late",
            "EXP-05",
            "告知的 expireTime 在 48 小时之后",
            "the expireTime it tells is 48 hours ahead",
        ),
        (
            UNSIGNED_ANSWERS,
            "CBK-17",
            "信封协议的应答不带签名",
            "the envelope dialect's answers carry no signature",
        ),
    )
    + MCP_DEFECTS
    + AILMENTS
)


def check_names(names: Collection[str]) -> frozenset[str]:
    """The names as a set.

    Raises:
        UsageError: one of them is no defect of this side.
    """
    known = {defect.id for defect in DEFECTS}
    if unknown := sorted(set(names) - known):
        raise UsageError(
            f"no such defect of the simulator: {', '.join(unknown)}",
            where="--defect",
            remedy=f"choose among {', '.join(sorted(known))}",
        )
    return frozenset(names)


def experience_rules(names: Collection[str], identity: Identity) -> Experience:
    """The rules of the experience edition, broken as the chosen defects say."""
    rules = Experience()
    if "experience-no-single-limit" in names:
        rules = replace(rules, single_limit=None)
    if "experience-no-day-limit" in names:
        rules = replace(rules, day_limit=None)
    if "experience-day-forgets-payments" in names:
        rules = replace(rules, counts_paid=False)
    if "experience-day-never-ends" in names:
        rules = replace(rules, resets=False)
    if "experience-pays-somebody-else" in names:
        rules = replace(rules, payee=f"模拟商户 {identity.mchid}", edition="")
    if "experience-ends-late" in names:
        rules = replace(rules, told_lifetime=TOLD_TOO_LATE)
    return rules


def spoil_environment(values: dict[str, str], names: Collection[str], identity: Identity) -> None:
    """Spoil the settings in place, as the chosen defects say."""
    for name in names:
        if spoil := _SPOILERS.get(name):
            values.update(spoil(values, identity))


_SPOILERS: Mapping[str, Callable[[Mapping[str, str], Identity], dict[str, str]]] = {
    "env-placeholder": lambda values, identity: {"WECHAT_PAY_API_KEY": "[从微信支付商户平台获取]"},
    "env-plain-http-endpoint": lambda values, identity: {
        "WECHAT_MCP_ENDPOINT": "http://golive:password@pay.example.com/mcp/v1"
    },
    "env-platform-key-is-ours": lambda values, identity: {
        "WECHAT_PAY_PUBLIC_KEY": bare_public(identity.merchant_key.public_key())
    },
    "env-modes-disagree": lambda values, identity: {"WECHAT_PAY_SANDBOX": "false"},
    "env-long-wait": lambda values, identity: {"MCP_TIMEOUT": "30000", "MCP_RETRY_COUNT": "3"},
    "env-limit-comment-contradicts": lambda values, identity: {"MCP_MAX_AMOUNT": "100000"},
    "env-credential-truncated": lambda values, identity: {
        "WECHAT_MCP_API_KEY": values["WECHAT_MCP_API_KEY"][:6]
    },
}
