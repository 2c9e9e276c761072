"""CFG-02: every endpoint is https, well-formed, free of credentials, and of a host the target allows."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from harness.core.dialects import mcp_dialects
from harness.core.payment import Provider
from harness.core.platform_hosts import PLATFORM_HOSTS
from harness.settings.addresses import (
    PLATFORM_URL,
    Address,
    Malformed,
    is_loopback,
    parse_address,
)
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind

CONTROL = "CFG-02"
_finding = partial(Finding.on, CONTROL)
_REAL = f"use https://{PLATFORM_HOSTS[0]} or https://{PLATFORM_HOSTS[1]} (port 443)"
PLATFORM = ("WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL")
"""Addresses that requests with the merchant's signature go to."""
ALL = (*PLATFORM, "GOLIVE_LEVERS_URL")


@rule(CONTROL)
def endpoints(context: Context) -> Ruling:
    """Each address that is set can be used as it stands, for the target."""
    lines = list(context.usable_of(*ALL))
    findings = [finding for line in lines if (finding := _judge(line, context))]
    return Ruling(len(lines), tuple(findings))


@rule(CONTROL)
def default_host(context: Context) -> Ruling:
    """Without `WECHAT_PAY_BASE_URL` the classic API is the real platform, which only two targets mean."""
    if context.line("WECHAT_PAY_BASE_URL") is not None:
        return Ruling(judged=0)
    problem = host_problem(parse_address(PLATFORM_URL), context)
    if problem is None:
        return Ruling(judged=1)
    return Ruling(
        judged=1,
        findings=(
            Finding(
                control=CONTROL,
                variable="WECHAT_PAY_BASE_URL",
                line=None,
                problem=f"is not set, so the classic API would go to the real platform {PLATFORM_HOSTS[0]}",
                fix=host_fix(context),
            ),
        ),
    )


@rule(CONTROL)
def dialect(context: Context) -> Ruling:
    """`WECHAT_MCP_DIALECT` names a wire format that the MCP endpoint can speak, or is absent."""
    line = context.usable("WECHAT_MCP_DIALECT")
    spoken = mcp_dialects(Provider.WECHAT)
    if line is None or line.value in spoken:
        return Ruling(judged=int(line is not None))
    return Ruling(
        judged=1,
        findings=(
            _finding(
                line,
                f"is none of {', '.join(spoken)}",
                f"write {' / '.join(spoken)}, or delete the line",
            ),
        ),
    )


def usable_address(
    line: EnvLine, context: Context, *, query: bool = False, control: str = CONTROL
) -> Address | Finding:
    """The address of a line, or why nobody should use it.

    Args:
        query: whether it may carry one.
        control: whose finding it is.
    """
    try:
        address = parse_address(line.value.partition("?")[0] if query else line.value)
    except Malformed as error:
        problem, fix = error.reason, "write https://host/path only; credentials have variables of their own"
    else:
        if address.scheme == "https" or (is_loopback(address.host) and context.target.loopback):
            return address
        problem = (
            f"is plain http ({address.origin}), which only a loopback address may be, and only for "
            "target simulator"
        )
        fix = "write https:// instead"
    return Finding.on(control, line, problem, fix)


def _judge(line: EnvLine, context: Context) -> Finding | None:
    address = usable_address(line, context)
    if isinstance(address, Finding):
        return address
    if line.key in PLATFORM and (problem := host_problem(address, context)):
        return _finding(line, problem, host_fix(context))
    return _shape(line, address)


def _shape(line: EnvLine, address: Address) -> Finding | None:
    """What only one of the variables demands of its address."""
    if line.key in PLATFORM and line.value.endswith("/"):
        return _finding(
            line,
            "ends with a slash: our client drops it, others ask for a path with // and get 404",
            "delete the slash at the end",
            blocks=False,
        )
    if line.key == "WECHAT_PAY_BASE_URL" and address.path not in ("", "/"):
        return _finding(
            line,
            "has a path, and /v3/… is appended to it",
            f"end it at the host: {address.origin}",
        )
    if line.key == "GOLIVE_LEVERS_URL" and not is_loopback(address.host):
        return _finding(
            line,
            "is not loopback; levers belong to a simulator on this machine",
            "write the address the simulator prints, or delete the line",
        )
    return None


def host_problem(address: Address, context: Context, hosts: Collection[str] = PLATFORM_HOSTS) -> str | None:
    """Why the target does not allow requests to an address, if so.

    Args:
        hosts: what it allows where it is a real platform.
    """
    target = context.target
    if target.kind is TargetKind.SIMULATOR:
        allowed = is_loopback(address.host)
    elif target.kind is TargetKind.URL:
        allowed = (address.host, address.effective_port) == (target.host, target.port)
    else:
        allowed = address.host in hosts and address.effective_port == 443
    if allowed:
        return None
    name = f"{target.host}:{target.port}" if target.kind is TargetKind.URL else target.name
    return f"points at {address.origin}, a host that target {name} does not allow"


def host_fix(context: Context, otherwise: str = _REAL) -> str:
    """What to write in place of a host that the target does not allow.

    Args:
        otherwise: the same where the target is a real platform.
    """
    target = context.target
    if target.kind is TargetKind.SIMULATOR:
        return (
            "write the simulator's loopback address (golive simulator --write-env), or name the real "
            "target with --target"
        )
    if target.kind is TargetKind.URL:
        return f"write the target's own {target.host}:{target.port}"
    return otherwise
