"""CFG-04: the three mode flags and the target agree; a mixed set moves real money by surprise (P§2, 4.2)."""

from __future__ import annotations

from functools import partial

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind

CONTROL = "CFG-04"
_finding = partial(Finding.on, CONTROL)
FLAGS = ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX")
ALIPAY_FLAG = "ALIPAY_MCP_EXPERIENCE"
"""A fourth, where the file names Alipay's MCP endpoint."""
NO_SANDBOX = (
    "API v3 has no sandbox: WECHAT_PAY_SANDBOX diverts no v3 request, and every payment over the classic "
    "API is real"
)


@rule(CONTROL)
def modes_agree(context: Context) -> Ruling:
    """Every flag says what the target is; where nobody named one, they say the same."""
    lines = list(context.usable_of(*FLAGS, *([ALIPAY_FLAG] if context.alipay_mcp else [])))
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
        "is neither true nor false; programs that compare the text take it for false",
        "write true or false in lower case",
    )


def _against_target(line: EnvLine, expected: str, context: Context) -> Finding:
    name = context.target.name
    return _finding(
        line,
        f"is {line.value}, which contradicts target {name}",
        _set_to(line, expected, "or name the target this file is for"),
    )


def _against_flag(line: EnvLine, leader: EnvLine) -> Finding:
    return _finding(
        line,
        f"is {line.value}, but line {leader.number} says {leader.key}={leader.value}",
        _set_to(
            line,
            leader.value,
            f"or set line {leader.number} to {line.value}",
        ),
    )


def _set_to(line: EnvLine, value: str, otherwise: str) -> str:
    return f"set {line.key}={value}, {otherwise}" + (
        "; API v3 has no sandbox, so this switch protects no money"
        if line.key == "WECHAT_PAY_SANDBOX"
        else ""
    )
