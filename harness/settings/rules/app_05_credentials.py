"""APP-05: the five experience credentials are in hand and load (P§1 step 2)."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.variables import BY_NAME

CONTROL = "APP-05"
CREDENTIALS = {
    "MCP_APP_ID": "WECHAT_PAY_APP_ID",
    "MCP_MERCHANT_ID": "WECHAT_MCP_MERCHANT_ID",
    "MCP_API_KEY": "WECHAT_MCP_API_KEY",
    "MCP_PRIVATE_KEY": "WECHAT_MCP_PRIVATE_KEY",
    "MCP_PUBLIC_KEY": "WECHAT_MCP_PUBLIC_KEY",
}
"""The credentials as P§1 step 2 names them, and the variables that carry them."""
APP_ID_NOTE = "the plan's step 2 names MCP_APP_ID, which no variable carries: WECHAT_PAY_APP_ID stands for it"


@rule(CONTROL)
def five_credentials(context: Context) -> Ruling:
    """Each of the five is set to something that has the shape of the thing."""
    findings: list[Finding] = []
    for credential, variable in CREDENTIALS.items():
        line = context.usable(variable)
        if line is None:
            findings.append(_not_in_hand(credential, variable, context))
        elif not _LOADS[variable](line, context):
            findings.append(_does_not_load(credential, line))
    said = any(finding.variable == CREDENTIALS["MCP_APP_ID"] for finding in findings)
    return Ruling(len(CREDENTIALS), tuple(findings), notes=() if said else (APP_ID_NOTE,))


def _not_in_hand(credential: str, variable: str, context: Context) -> Finding:
    line = context.line(variable)
    return Finding(
        control=CONTROL,
        variable=variable,
        line=line.number if line else None,
        problem=f"the experience credential {credential} is not in hand"
        + (f" ({APP_ID_NOTE})" if credential == "MCP_APP_ID" else ""),
        fix=BY_NAME[variable].fill,
        blocks=False,
    )


def _does_not_load(credential: str, line: EnvLine) -> Finding:
    shape = _SHAPES[line.key]
    return Finding(
        control=CONTROL,
        variable=line.key,
        line=line.number,
        problem=(
            f"the experience credential {credential} does not load ({len(line.value)} characters): "
            f"it should be {shape}" + (f" ({APP_ID_NOTE})" if credential == "MCP_APP_ID" else "")
        ),
        fix="copy the whole value from the merchant portal once more",
        blocks=False,
    )


def _matches(pattern: str) -> Callable[[EnvLine, Context], bool]:
    return lambda line, _: re.fullmatch(pattern, line.value) is not None


def _key(load: Callable[[Context, EnvLine], object]) -> Callable[[EnvLine, Context], bool]:
    def loads(line: EnvLine, context: Context) -> bool:
        try:
            load(context, line)
        except ConfigurationError:
            return False
        return True

    return loads


_LOADS: dict[str, Callable[[EnvLine, Context], bool]] = {
    "WECHAT_PAY_APP_ID": _matches(r"wx[0-9A-Za-z]{16}"),
    "WECHAT_MCP_MERCHANT_ID": _matches(r"[0-9]{8,10}"),
    "WECHAT_MCP_API_KEY": _matches(r"[\x21-\x7e]{16,}"),
    "WECHAT_MCP_PRIVATE_KEY": _key(Context.private_key),
    "WECHAT_MCP_PUBLIC_KEY": _key(Context.public_key),
}
_SHAPES: dict[str, str] = {
    "WECHAT_PAY_APP_ID": "wx and 16 characters",
    "WECHAT_MCP_MERCHANT_ID": "10 digits, old ones 8",
    "WECHAT_MCP_API_KEY": "16 characters or more without blanks",
    "WECHAT_MCP_PRIVATE_KEY": "an RSA private key",
    "WECHAT_MCP_PUBLIC_KEY": "an RSA public key or certificate",
}
