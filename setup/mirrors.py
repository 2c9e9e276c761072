"""The variables that programs get: mirrors, proxies and certificates known to one are told to all.

Nothing is made up: a value comes from the user's own variables or pip's own configuration, and a variable
that the user has set is never changed, but for NO_PROXY, to which loopback is added.
"""

from __future__ import annotations

import ast
import ssl
from collections.abc import Mapping
from pathlib import Path

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX")


def program_environment(variables: Mapping[str, str], root: Path) -> dict[str, str]:
    """The variables for every program that set-up runs, from the user's own."""
    told = {name: value for name, value in variables.items() if name not in FOREIGN}
    told |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "UV_PYTHON_DOWNLOADS": "never"}
    told.setdefault("HOME", str(root / ".tools" / "home"))
    told.setdefault("UV_CACHE_DIR", str(root / ".tools" / "cache" / "uv"))
    told.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(root / ".tools" / "playwright"))
    for name in ("NO_PROXY", "no_proxy"):
        told[name] = with_loopback(variables.get(name) or variables.get(name.swapcase(), ""))
    return told


def with_loopback(no_proxy: str) -> str:
    """A NO_PROXY value that keeps loopback away from any proxy."""
    hosts = [host.strip() for host in no_proxy.split(",") if host.strip()]
    if "*" in hosts:
        return no_proxy
    return ",".join([*hosts, *(host for host in LOOPBACK if host not in hosts)])


def pip_configuration(listing: str) -> dict[str, str]:
    """What `pip config list` printed, by plain name (`index-url`); variables win over files, as in pip."""
    settings: dict[str, str] = {}
    lines = [line.partition("=") for line in listing.splitlines()]
    for name, _, value in sorted(lines, key=lambda line: line[0].startswith(":env:")):
        section, _, key = name.strip().rpartition(".")
        if section in {"global", "install", ":env:"}:
            settings[key] = literal(value.strip())
    return settings


def literal(text: str) -> str:
    """A value as pip prints it, without its quotes."""
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text


def with_mirrors(told: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """Add what uv and Playwright's downloader must know of pip's mirror, time limit and certificates."""
    full = dict(told)
    if "UV_DEFAULT_INDEX" not in full and "UV_INDEX_URL" not in full and pip.get("index-url"):
        full["UV_DEFAULT_INDEX"] = pip["index-url"]
    if pip.get("timeout") or pip.get("default-timeout"):
        full.setdefault("UV_HTTP_TIMEOUT", pip.get("timeout") or pip["default-timeout"])
    if bundle := certificates(full, pip):
        full.setdefault("SSL_CERT_FILE", bundle)
        full.setdefault("NODE_EXTRA_CA_CERTS", full["SSL_CERT_FILE"])
    return full


def certificates(variables: Mapping[str, str], pip: Mapping[str, str]) -> str:
    """The trusted certificates: the user's bundle, pip's, else the system's, which knows a company's own."""
    named = (variables.get(name, "") for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    system = (ssl.get_default_verify_paths().cafile or "", *SYSTEM_BUNDLES)
    bundles = (*named, pip.get("cert", ""), *system)
    return next((path for path in bundles if path and Path(path).is_file()), "")
