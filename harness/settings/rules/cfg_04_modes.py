"""CFG-04: the three mode flags and the target agree; a mixed set moves real money by surprise (P§2, 4.2)."""

from __future__ import annotations

from harness.core.control import Text
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind

CONTROL = "CFG-04"
FLAGS = ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX")
NO_SANDBOX = Text(
    zh="API v3 没有沙箱：WECHAT_PAY_SANDBOX 不会把 v3 请求引到别处，经传统接口的支付都是真实的",
    en="API v3 has no sandbox: WECHAT_PAY_SANDBOX diverts no v3 request, and every payment over the classic "
    "API is real",
)


@rule(CONTROL)
def modes_agree(context: Context) -> Ruling:
    """Every flag says what the target is; where nobody named one, they say the same."""
    lines = list(context.usable_of(*FLAGS))
    spelt = [line for line in lines if line.value in ("true", "false")]
    findings = [_misspelt(line) for line in lines if line not in spelt]
    expected = _expected(context)
    if expected is not None:
        findings += (_against_target(line, expected, context) for line in spelt if line.value != expected)
    elif spelt:
        # WECHAT_MCP_EXPERIENCE comes first in FLAGS: it is what chooses the edition.
        leader, *others = spelt
        findings += (_against_flag(line, leader) for line in others if line.value != leader.value)
    said = any(finding.variable == "WECHAT_PAY_SANDBOX" for finding in findings)
    return Ruling(len(lines), tuple(findings), notes=() if said else (NO_SANDBOX,))


def _expected(context: Context) -> str | None:
    """What the flags must say, or None where only their agreement can be judged."""
    if not context.declared or context.target.kind is TargetKind.URL:
        return None
    return "false" if context.target.kind is TargetKind.PRODUCTION else "true"


def _misspelt(line: EnvLine) -> Finding:
    return _finding(
        line,
        Text(
            zh="既不是 true 也不是 false，程序按文字比较会当作 false",
            en="is neither true nor false; programs that compare the text take it for false",
        ),
        Text(zh="写成小写的 true 或 false", en="write true or false in lower case"),
    )


def _against_target(line: EnvLine, expected: str, context: Context) -> Finding:
    name = context.target.name
    return _finding(
        line,
        Text(
            zh=f"为 {line.value}，与目标 {name} 矛盾", en=f"is {line.value}, which contradicts target {name}"
        ),
        _set_to(line, expected, Text(zh="或换用正确的 --target", en="or name the target this file is for")),
    )


def _against_flag(line: EnvLine, leader: EnvLine) -> Finding:
    return _finding(
        line,
        Text(
            zh=f"为 {line.value}，而第 {leader.number} 行 {leader.key}={leader.value}，两者矛盾",
            en=f"is {line.value}, but line {leader.number} says {leader.key}={leader.value}",
        ),
        _set_to(
            line,
            leader.value,
            Text(
                zh=f"或把第 {leader.number} 行改为 {line.value}",
                en=f"or set line {leader.number} to {line.value}",
            ),
        ),
    )


def _set_to(line: EnvLine, value: str, otherwise: Text) -> Text:
    hint_zh, hint_en = (
        (
            "；API v3 没有沙箱，这个开关不保护真实资金",
            "; API v3 has no sandbox, so this switch protects no money",
        )
        if line.key == "WECHAT_PAY_SANDBOX"
        else ("", "")
    )
    return Text(
        zh=f"改为 {line.key}={value}，{otherwise.zh}{hint_zh}",
        en=f"set {line.key}={value}, {otherwise.en}{hint_en}",
    )


def _finding(line: EnvLine, problem: Text, fix: Text) -> Finding:
    return Finding(control=CONTROL, variable=line.key, line=line.number, problem=problem, fix=fix)
