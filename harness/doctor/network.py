"""Loopback, the two usual ports, and the variables of proxies and mirrors. Nothing leaves the machine."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path

from harness.core.control import Text
from harness.core.errors import EnvironmentUnreachable
from harness.doctor.report_line import ReportLine, State, line
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
    try:
        with listen() as listener:
            port = listener.getsockname()[1]
            for name in LOOPBACK:
                with socket.create_connection((name, port), timeout=WAIT_S):
                    listener.accept()[0].close()
    except (OSError, EnvironmentUnreachable) as error:
        return line("loopback", State.MISSING, "failed", error=error)
    return line("loopback", State.OK, "answers")


def port(number: int, user: str) -> ReportLine:
    """Whether a usual port is free; rehearsals take any free one, so a taken one only warns."""
    state, found = State.OK, "free"
    try:
        listen(number).close()
    except EnvironmentUnreachable:
        state, found = State.WARN, "taken"
    return line("port", state, found, number=number, user=user).model_copy(update={"name": f"port-{number}"})


def proxies(variables: Mapping[str, str]) -> ReportLine:
    """The proxy variables, and whether they leave loopback alone."""
    named = present(variables, PROXIES)
    if not named:
        return line("proxies", State.OK, "none")
    spared = variables.get("NO_PROXY") or variables.get("no_proxy") or ""
    hosts = {host.strip() for host in spared.split(",")}
    shown = "; ".join(f"{name}={value}" for name, value in named.items())
    if "*" in hosts or hosts.issuperset(LOOPBACK):
        return line("proxies", State.OK, "spare_loopback", shown=shown)
    return line("proxies", State.WARN, "take_loopback", shown=shown)


def mirrors(variables: Mapping[str, str]) -> ReportLine:
    """The mirror and certificate variables that set-up obeys, without their credentials."""
    named = present(variables, MIRRORS)
    bundles = {name: variables[name] for name in BUNDLES if variables.get(name)}
    broken = [name for name, path in bundles.items() if not Path(path).is_file()]
    if broken:
        return line("mirrors", State.WARN, "broken", broken=Text(zh="、".join(broken), en=", ".join(broken)))
    shown = "; ".join(f"{name}={value}" for name, value in (named | bundles).items())
    return line("mirrors", State.OK, "found" if shown else "none", shown=shown)


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
