"""Loopback, the two usual ports, and the variables of proxies and mirrors. Nothing leaves the machine."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path

from harness.core.control import Text
from harness.core.errors import EnvironmentUnreachable
from harness.doctor.report_line import ReportLine, State, same
from harness.processes.serving import listen

WAIT_S = 5.0
PORTS = {8765: "golive simulator", 3000: "golive shop"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
MIRRORS = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "PLAYWRIGHT_DOWNLOAD_HOST",
    "NPM_CONFIG_REGISTRY",
)
BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
LOOPBACK = ("127.0.0.1", "localhost")


def loopback() -> ReportLine:
    """Whether this machine can talk to itself, as the simulator, the shop and the browser must."""
    title = Text(zh="本机回环", en="loopback")
    try:
        with listen() as listener:
            port = listener.getsockname()[1]
            for name in LOOPBACK:
                with socket.create_connection((name, port), timeout=WAIT_S):
                    listener.accept()[0].close()
    except (OSError, EnvironmentUnreachable) as error:
        return ReportLine(
            name="loopback",
            title=title,
            state=State.MISSING,
            detail=same(str(error)),
            fix=Text(
                zh="启用 lo 网卡，并让 localhost 在 /etc/hosts 中指向 127.0.0.1",
                en="bring the lo interface up, and let /etc/hosts map localhost to 127.0.0.1",
            ),
        )
    detail = Text(zh="127.0.0.1 与 localhost 均可连接", en="127.0.0.1 and localhost answer")
    return ReportLine(name="loopback", title=title, state=State.OK, detail=detail)


def port(number: int, user: str) -> ReportLine:
    """Whether a usual port is free; rehearsals take any free one, so a taken one only warns."""
    title = Text(zh=f"端口 {number}", en=f"port {number}")
    name = f"port-{number}"
    try:
        listen(number).close()
    except EnvironmentUnreachable:
        return ReportLine(
            name=name,
            title=title,
            state=State.WARN,
            detail=Text(zh="已被占用", en="taken by another program"),
            fix=Text(zh=f"{user} --port 0 会自动选空闲端口", en=f"`{user} --port 0` takes a free one"),
        )
    return ReportLine(name=name, title=title, state=State.OK, detail=Text(zh="空闲", en="free"))


def proxies(variables: Mapping[str, str]) -> ReportLine:
    """The proxy variables, and whether they leave loopback alone."""
    title = Text(zh="代理", en="proxies")
    named = present(variables, PROXIES)
    if not named:
        detail = Text(zh="未设置", en="none set")
        return ReportLine(name="proxies", title=title, state=State.OK, detail=detail)
    spared = variables.get("NO_PROXY") or variables.get("no_proxy") or ""
    hosts = {host.strip() for host in spared.split(",")}
    shown = "; ".join(f"{name}={value}" for name, value in named.items())
    if "*" in hosts or hosts.issuperset(LOOPBACK):
        return ReportLine(name="proxies", title=title, state=State.OK, detail=same(shown))
    return ReportLine(
        name="proxies",
        title=title,
        state=State.WARN,
        detail=Text(zh=f"{shown}；NO_PROXY 未包含回环地址", en=f"{shown}; NO_PROXY leaves loopback out"),
        fix=Text(
            zh="GoLive 自己不受影响；为您的应用设置 NO_PROXY=localhost,127.0.0.1,::1",
            en="GoLive itself is unaffected; for your own app set NO_PROXY=localhost,127.0.0.1,::1",
        ),
    )


def mirrors(variables: Mapping[str, str]) -> ReportLine:
    """The mirror and certificate variables that set-up obeys, without their credentials."""
    title = Text(zh="镜像与证书", en="mirrors, certificates")
    named = present(variables, MIRRORS)
    bundles = {name: variables[name] for name in BUNDLES if variables.get(name)}
    broken = [name for name, path in bundles.items() if not Path(path).is_file()]
    if broken:
        return ReportLine(
            name="mirrors",
            title=title,
            state=State.WARN,
            detail=Text(
                zh=f"{'、'.join(broken)} 指向的文件不存在",
                en=f"{', '.join(broken)} names a file that is not there",
            ),
            fix=Text(zh="改正或取消该变量", en="correct the variable, or unset it"),
        )
    shown = "; ".join(f"{name}={value}" for name, value in (named | bundles).items())
    detail = (
        same(shown) if shown else Text(zh="未设置，使用各工具的默认值", en="none set: each tool's default")
    )
    return ReportLine(name="mirrors", title=title, state=State.OK, detail=detail)


def present(variables: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The variables that are set, in either case, with credentials struck out."""
    both = ((name, variables.get(name) or variables.get(name.lower(), "")) for name in names)
    return {name: without_credentials(value) for name, value in both if value}


def without_credentials(value: str) -> str:
    """Addresses without user, password or query, whether or not they are well formed."""
    return " ".join(bare(address) for address in value.split())


def bare(address: str) -> str:
    """One address without what may be secret. All before the last @ goes: a password may hold anything."""
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", address)
    _, at, host = address.rpartition("@")
    kept = f"{scheme[0] if scheme else ''}***@{host}" if at else address
    return re.split("[?#]", kept)[0]
