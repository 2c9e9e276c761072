"""CFG-02: Alipay's gateway is one, https and of a host the target allows; payers find the shop.

Hosts: facts alipay 0.1. Return address: facts alipay 3.7. Judged once a file configures
Alipay.
"""

from __future__ import annotations

from functools import partial

from harness.core.dialects import mcp_dialects
from harness.core.payment import Provider
from harness.core.platform_hosts import ALIPAY_HOST, ALIPAY_OLD_SANDBOX_HOST, ALIPAY_SANDBOX_HOST
from harness.settings.addresses import (
    ALIPAY_GATEWAY,
    Address,
    parse_address,
)
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.cfg_02_endpoints import host_fix, host_problem, usable_address
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind

CONTROL = "CFG-02"
_finding = partial(Finding.on, CONTROL)
LONGEST_URL = 256
"""Characters of `return_url`."""
GATEWAYS = ("ALIPAY_GATEWAY", "ALIPAY_GATEWAY_URL")
_SANDBOX_GATEWAY = f"https://{ALIPAY_SANDBOX_HOST}/gateway.do"


@rule(CONTROL)
def alipay_gateway(context: Context) -> Ruling:
    """Each spelling of the gateway can be used for the target, and both say the same."""
    if not context.alipay:
        return Ruling(judged=0)
    lines = list(context.usable_of(*GATEWAYS))
    if not lines:
        problem = _problem(parse_address(ALIPAY_GATEWAY), context)
        missing = Finding(
            control=CONTROL,
            variable=GATEWAYS[0],
            line=None,
            problem=f"is not set, so Alipay's real gateway {ALIPAY_HOST} would be called",
            fix=_fix(context),
        )
        return Ruling(1, (missing,) if problem else ())
    findings = [finding for line in lines if (finding := _gateway(line, context))]
    if len({line.value for line in lines}) > 1:
        findings.append(
            _finding(
                lines[1],
                f"is another gateway than {lines[0].key} (line {lines[0].number}); programs read either",
                "write the same into both, or delete one",
            )
        )
    return Ruling(len(lines), tuple(findings))


@rule(CONTROL)
def alipay_mcp_endpoint(context: Context) -> Ruling:
    """The MCP endpoint can be used for the target, and speaks what the file says."""
    line = context.usable("ALIPAY_MCP_ENDPOINT") if context.alipay else None
    if line is None:
        return Ruling(judged=0)
    findings: list[Finding] = []
    address = usable_address(line, context)
    if isinstance(address, Finding):
        findings.append(address)
    elif problem := _problem(address, context):
        findings.append(_finding(line, problem, _fix(context)))
    elif line.value.endswith("/"):
        findings.append(
            _finding(
                line,
                "ends with a slash: our client drops it, others ask for a path with // and get 404",
                "delete the slash at the end",
                blocks=False,
            )
        )
    spoken = mcp_dialects(Provider.ALIPAY)
    named = context.usable("ALIPAY_MCP_DIALECT")
    if named is not None and named.value not in spoken:
        findings.append(
            _finding(
                named,
                f"is none of {', '.join(spoken)}",
                f"write {' / '.join(spoken)}, or delete the line",
            )
        )
    return Ruling(1 + (named is not None), tuple(findings))


@rule(CONTROL)
def alipay_return(context: Context) -> Ruling:
    """Payers come back to an address that Alipay takes; only their own browser has to get there."""
    line = context.usable("ALIPAY_RETURN_URL") if context.alipay else None
    if line is None:
        return Ruling(judged=0)
    address = usable_address(line, context, query=True)
    if isinstance(address, Finding):
        return Ruling(1, (address,))
    if len(line.value) > LONGEST_URL:
        problem = f"has {len(line.value)} characters; the platform takes {LONGEST_URL} at most"
        return Ruling(1, (_finding(line, problem, "shorten it"),))
    return Ruling(judged=1)


def _gateway(line: EnvLine, context: Context) -> Finding | None:
    address = usable_address(line, context)
    if isinstance(address, Finding):
        return address
    if address.host == ALIPAY_OLD_SANDBOX_HOST:
        return _finding(
            line,
            f"is the old sandbox {ALIPAY_OLD_SANDBOX_HOST}, whose TLS certificate has expired",
            f"write {_SANDBOX_GATEWAY}",
        )
    if problem := _problem(address, context):
        return _finding(line, problem, _fix(context))
    if not address.path.endswith("/gateway.do"):
        return _finding(
            line,
            "does not end in /gateway.do, where Alipay's gateway answers",
            f"write {address.origin}/gateway.do",
        )
    return None


def _problem(address: Address, context: Context) -> str | None:
    """In the experience edition no real money moves, so its Alipay is the sandbox."""
    production = context.target.kind is TargetKind.PRODUCTION
    return host_problem(address, context, (ALIPAY_HOST if production else ALIPAY_SANDBOX_HOST,))


def _fix(context: Context) -> str:
    gateway = ALIPAY_GATEWAY if context.target.kind is TargetKind.PRODUCTION else _SANDBOX_GATEWAY
    return host_fix(context, f"write {gateway}")
