"""CFG-02: every endpoint is https, well-formed, free of credentials, and of a host the target allows."""

from __future__ import annotations

from harness.core.dialects import mcp_dialects
from harness.core.payment import Provider
from harness.settings.addresses import (
    PLATFORM_HOSTS,
    PLATFORM_URL,
    Address,
    Malformed,
    is_loopback,
    is_public,
    parse_address,
)
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind

CONTROL = "CFG-02"
LONGEST_NOTIFY_URL = 255
"""Characters (facts 3.1)."""
PLATFORM = ("WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL")
"""Addresses that requests with the merchant's signature go to."""
NOT_PUBLIC = (
    "names a host that is not public (this machine, a private network, a name such as .local): no "
    "callback of the platform gets there"
)
ALL = (*PLATFORM, "WECHAT_PAY_NOTIFY_URL", "GOLIVE_LEVERS_URL")


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
    problem = _host_problem(parse_address(PLATFORM_URL), context)
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
                fix=_host_fix(context),
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


def usable_address(line: EnvLine, context: Context, *, query: bool = False) -> Address | Finding:
    """The address of a line, or why nobody should use it; with `query` it may carry one."""
    try:
        address = parse_address(line.value.partition("?")[0] if query else line.value)
    except Malformed as error:
        return _finding(
            line,
            error.reason,
            "write https://host/path only; credentials have variables of their own",
        )
    if address.scheme == "http" and not (is_loopback(address.host) and context.target.loopback):
        return _finding(
            line,
            (
                f"is plain http ({address.origin}), which only a loopback address may be, and only for "
                "target simulator"
            ),
            "write https:// instead",
        )
    return address


def unreachable(address: Address, context: Context) -> bool:
    """Whether the target's platform could never reach an address."""
    target = context.target
    if target.loopback or (target.host is not None and not is_public(target.host)):
        return False
    return not is_public(address.host)


def _judge(line: EnvLine, context: Context) -> Finding | None:
    address = usable_address(line, context)
    if isinstance(address, Finding):
        return address
    if line.key in PLATFORM and (problem := _host_problem(address, context)):
        return _finding(line, problem, _host_fix(context))
    return _shape(line, address, context)


def _shape(line: EnvLine, address: Address, context: Context) -> Finding | None:
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
    if line.key == "WECHAT_PAY_NOTIFY_URL" and (problem := _notify_problem(line, address, context)):
        return _finding(
            line,
            problem,
            (
                "write an https address that the internet can reach, without a query and of "
                f"{LONGEST_NOTIFY_URL} characters at most"
            ),
        )
    if line.key == "WECHAT_PAY_NOTIFY_URL" and address.path in ("", "/"):
        return _finding(
            line,
            "has no path; the platform refuses a bare host",
            "add the path of your callback route",
        )
    if line.key == "GOLIVE_LEVERS_URL" and not is_loopback(address.host):
        return _finding(
            line,
            "is not loopback; levers belong to a simulator on this machine",
            "write the address the simulator prints, or delete the line",
        )
    return None


def _notify_problem(line: EnvLine, address: Address, context: Context) -> str | None:
    """What the platform would refuse of a callback address, or could never reach."""
    length = len(line.value)
    if length > LONGEST_NOTIFY_URL:
        return f"has {length} characters; the platform takes {LONGEST_NOTIFY_URL} at most"
    if not line.value.startswith(address.scheme):
        return "does not spell https:// in lower case; the platform refuses that"
    return NOT_PUBLIC if unreachable(address, context) else None


def _host_problem(address: Address, context: Context) -> str | None:
    """Why the target does not allow requests to an address, if so."""
    target = context.target
    if target.kind is TargetKind.SIMULATOR:
        allowed = is_loopback(address.host)
    elif target.kind is TargetKind.URL:
        allowed = (address.host, address.effective_port) == (target.host, target.port)
    else:
        allowed = address.host in PLATFORM_HOSTS and address.effective_port == 443
    if allowed:
        return None
    name = f"{target.host}:{target.port}" if target.kind is TargetKind.URL else target.name
    return f"points at {address.origin}, a host that target {name} does not allow"


def _host_fix(context: Context) -> str:
    target = context.target
    if target.kind is TargetKind.SIMULATOR:
        return (
            "write the simulator's loopback address (golive simulator --write-env), or name the real "
            "target with --target"
        )
    if target.kind is TargetKind.URL:
        return f"write the target's own {target.host}:{target.port}"
    return f"use https://{PLATFORM_HOSTS[0]} or https://{PLATFORM_HOSTS[1]} (port 443)"


def _finding(line: EnvLine, problem: str, fix: str, *, blocks: bool = True) -> Finding:
    return Finding(
        control=CONTROL, variable=line.key, line=line.number, problem=problem, fix=fix, blocks=blocks
    )
