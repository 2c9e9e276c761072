"""CFG-01: a file that names Alipay's MCP endpoint says with which key, and whose orders it brings."""

from __future__ import annotations

from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.variables import BY_NAME

CONTROL = "CFG-01"
NEEDS = ("ALIPAY_MCP_API_KEY", "ALIPAY_MCP_MERCHANT_ID")
"""What an MCP endpoint of Alipay's is spoken with, beside the application's own number and keys."""


@rule(CONTROL)
def alipay_mcp(context: Context) -> Ruling:
    """Both are set."""
    if not context.alipay_mcp:
        return Ruling(judged=0)
    missing = (
        Finding(control=CONTROL, variable=name, line=None, problem="is not set", fix=BY_NAME[name].fill)
        for name in NEEDS
        if context.line(name) is None
    )
    return Ruling(len(NEEDS), tuple(missing))
