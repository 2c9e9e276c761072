"""CFG-02: every endpoint is https, well-formed, free of credentials, and of a host the target allows."""

from __future__ import annotations

from harness.core.control import Text
from harness.core.dialects import dialects
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
                problem=Text(
                    zh=f"没有设置，传统接口 就会连到真实平台 {PLATFORM_HOSTS[0]}",
                    en=f"is not set, so the classic API would go to the real platform {PLATFORM_HOSTS[0]}",
                ),
                fix=_host_fix(context),
            ),
        ),
    )


@rule(CONTROL)
def dialect(context: Context) -> Ruling:
    """`WECHAT_MCP_DIALECT` names a wire format that the MCP endpoint can speak, or is absent."""
    line = context.usable("WECHAT_MCP_DIALECT")
    spoken = dialects(classic=False)
    if line is None or line.value in spoken:
        return Ruling(judged=int(line is not None))
    return Ruling(
        judged=1,
        findings=(
            _finding(
                line,
                Text(zh=f"既不是 {' 也不是 '.join(spoken)}", en=f"is neither {' nor '.join(spoken)}"),
                Text(
                    zh=f"填 {' 或 '.join(spoken)}，或删除此行",
                    en=f"write {' or '.join(spoken)}, or delete the line",
                ),
            ),
        ),
    )


def _judge(line: EnvLine, context: Context) -> Finding | None:
    try:
        address = parse_address(line.value)
    except Malformed as error:
        return _finding(
            line,
            error.reason,
            Text(
                zh="只写 https://主机/路径，凭据放进各自的变量",
                en="write https://host/path only; credentials have variables of their own",
            ),
        )
    if address.scheme == "http" and not (is_loopback(address.host) and context.target.loopback):
        return _finding(
            line,
            Text(
                zh=f"使用了明文 http（{address.origin}）；只有目标为模拟器时回环地址才可用 http",
                en=f"is plain http ({address.origin}), which only a loopback address may be, and only for "
                "target simulator",
            ),
            Text(zh="改为 https://", en="write https:// instead"),
        )
    if line.key in PLATFORM and (problem := _host_problem(address, context)):
        return _finding(line, problem, _host_fix(context))
    return _shape(line, address, context)


def _shape(line: EnvLine, address: Address, context: Context) -> Finding | None:
    """What only one of the variables demands of its address."""
    if line.key in PLATFORM and line.value.endswith("/"):
        return _finding(
            line,
            Text(
                zh="以 / 结尾：我们的客户端会去掉它，其他客户端会得到 // 开头的路径和 404",
                en="ends with a slash: our client drops it, others ask for a path with // and get 404",
            ),
            Text(zh="删除结尾的 /", en="delete the slash at the end"),
            blocks=False,
        )
    if line.key == "WECHAT_PAY_BASE_URL" and address.path not in ("", "/"):
        return _finding(
            line,
            Text(zh="带有路径，而 /v3/… 会接在它后面", en="has a path, and /v3/… is appended to it"),
            Text(zh=f"只写到主机：{address.origin}", en=f"end it at the host: {address.origin}"),
        )
    if line.key == "WECHAT_PAY_NOTIFY_URL" and (problem := _notify_problem(line, address, context)):
        return _finding(
            line,
            problem,
            Text(
                zh=f"填公网能访问的 https 网址，不超过 {LONGEST_NOTIFY_URL} 个字符，不带查询参数",
                en="write an https address that the internet can reach, without a query and of "
                f"{LONGEST_NOTIFY_URL} characters at most",
            ),
        )
    if line.key == "WECHAT_PAY_NOTIFY_URL" and address.path in ("", "/"):
        return _finding(
            line,
            Text(
                zh="没有路径，平台会拒绝只有主机的回调地址",
                en="has no path; the platform refuses a bare host",
            ),
            Text(zh="补上回调路由的路径", en="add the path of your callback route"),
        )
    if line.key == "GOLIVE_LEVERS_URL" and not is_loopback(address.host):
        return _finding(
            line,
            Text(
                zh="不是回环地址；操纵杆只属于本机的模拟器",
                en="is not loopback; levers belong to a simulator on this machine",
            ),
            Text(
                zh="填模拟器启动时打印的网址，或删除此行",
                en="write the address the simulator prints, or delete the line",
            ),
        )
    return None


def _notify_problem(line: EnvLine, address: Address, context: Context) -> Text | None:
    """What the platform would refuse of a callback address, or could never reach."""
    length = len(line.value)
    if length > LONGEST_NOTIFY_URL:
        return Text(
            zh=f"有 {length} 个字符，平台最多接受 {LONGEST_NOTIFY_URL} 个",
            en=f"has {length} characters; the platform takes {LONGEST_NOTIFY_URL} at most",
        )
    if not line.value.startswith(address.scheme):
        return Text(
            zh="https:// 没有小写，平台会拒绝",
            en="does not spell https:// in lower case; the platform refuses that",
        )
    target = context.target
    if target.loopback or (target.host is not None and not is_public(target.host)) or is_public(address.host):
        return None
    return Text(
        zh="的主机不在公网上（本机、内网或 .local 一类的名字），平台的回调到不了",
        en="names a host that is not public (this machine, a private network, a name such as .local): no "
        "callback of the platform gets there",
    )


def _host_problem(address: Address, context: Context) -> Text | None:
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
    return Text(
        zh=f"指向 {address.origin}，目标 {name} 不允许这个主机",
        en=f"points at {address.origin}, a host that target {name} does not allow",
    )


def _host_fix(context: Context) -> Text:
    target = context.target
    if target.kind is TargetKind.SIMULATOR:
        return Text(
            zh="填模拟器的回环地址（golive simulator --write-env），或用 --target 说明真实目标",
            en="write the simulator's loopback address (golive simulator --write-env), or name the real "
            "target with --target",
        )
    if target.kind is TargetKind.URL:
        return Text(
            zh=f"改为目标所在的 {target.host}:{target.port}",
            en=f"write the target's own {target.host}:{target.port}",
        )
    return Text(
        zh=f"改为 https://{PLATFORM_HOSTS[0]} 或 https://{PLATFORM_HOSTS[1]}（端口 443）",
        en=f"use https://{PLATFORM_HOSTS[0]} or https://{PLATFORM_HOSTS[1]} (port 443)",
    )


def _finding(line: EnvLine, problem: Text, fix: Text, *, blocks: bool = True) -> Finding:
    return Finding(
        control=CONTROL, variable=line.key, line=line.number, problem=problem, fix=fix, blocks=blocks
    )
