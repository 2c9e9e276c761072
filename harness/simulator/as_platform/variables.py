"""The environment in which programs of any language reach the simulator under the platforms' names.

| variable | asked by |
|---|---|
| `HTTPS_PROXY` `HTTP_PROXY` `ALL_PROXY` `NO_PROXY`, any case | curl (PHP's too), Go, requests, httpx, axios |
| `SSL_CERT_FILE` | OpenSSL and whoever builds on it (Python, httpx), Go but on macOS |
| `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `GIT_SSL_CAINFO` | requests; curl; git |
| `NODE_EXTRA_CA_CERTS`, `NODE_USE_ENV_PROXY`, `NODE_OPTIONS` | Node |
| `JAVA_TOOL_OPTIONS` | every Java machine |
| `JDK_JAVA_OPTIONS`, `_JAVA_OPTIONS`, where they are set | the same, which lets them win |
| `PHP_INI_SCAN_DIR` | PHP |
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from harness.simulator.as_platform.found import Playing
from harness.simulator.as_platform.names import BUNDLE, JAVA, JAVA_PASSWORD, NODE, PHP

_HERE = "localhost,127.0.0.1,::1"
_BELIEVED = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
)
_JAVAS = ("JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")


def variables(playing: Playing, before: Mapping[str, str]) -> dict[str, str]:
    """The environment `before`, changed so that a program finds who plays.

    What was set for Java, Node and PHP is kept, and ours is added; so are authorities, since services on this
    machine may have one of their own. Proxies are not kept, nor hosts that need none: one of them could be a
    platform's, which would then be asked itself.

    Raises:
        OSError: a file of authorities that `before` names cannot be read.
    """
    changed = dict.fromkeys(_BELIEVED, str(_bundle(playing, before))) | {
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": _added(before, "NODE_OPTIONS", f'--require "{playing.folder / NODE}"'),
        "JAVA_TOOL_OPTIONS": _added(before, "JAVA_TOOL_OPTIONS", _java(playing)),
        "PHP_INI_SCAN_DIR": _scanned(before.get("PHP_INI_SCAN_DIR"), playing.folder / PHP),
    }
    # A proxy of before in one of these would win, and could lead to the platform itself.
    changed |= {name: _added(before, name, _java(playing)) for name in _JAVAS if before.get(name)}
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        changed |= {name: playing.proxy, name.upper(): playing.proxy}
    changed |= {"no_proxy": _HERE, "NO_PROXY": _HERE}
    return {**before, **changed}


def _bundle(playing: Playing, before: Mapping[str, str]) -> Path:
    """Whom to believe: the simulator's bundle, and the files that `before` names beside it.

    Raises:
        OSError: one of those files cannot be read.
    """
    ours = playing.folder / BUNDLE
    named = (Path(each) for name in _BELIEVED if (each := before.get(name)))
    files = [each for each in dict.fromkeys(named) if each.is_file() and each != ours]
    if not files:
        return ours
    # By its content, since two programs may be started at once.
    whole = b"\n".join(each.read_bytes() for each in (ours, *files))
    bundle = playing.folder / f"bundle-{sha256(whole).hexdigest()[:16]}.pem"
    bundle.write_bytes(whole)
    return bundle


def _added(before: Mapping[str, str], name: str, options: str) -> str:
    return " ".join(filter(None, (before.get(name), options)))


def _scanned(before: str | None, ours: Path) -> str:
    """An empty part is the folder that PHP scans by itself; whoever set it empty wants none but ours."""
    return str(ours) if before == "" else f"{before or ''}:{ours}"


def _java(playing: Playing) -> str:
    proxy = urlsplit(playing.proxy)
    settings = {
        "http.proxyHost": proxy.hostname,
        "http.proxyPort": proxy.port,
        "https.proxyHost": proxy.hostname,
        "https.proxyPort": proxy.port,
        "http.nonProxyHosts": "localhost|127.*|[::1]",
        "javax.net.ssl.trustStore": playing.folder / JAVA,
        "javax.net.ssl.trustStoreType": "PKCS12",
        "javax.net.ssl.trustStorePassword": JAVA_PASSWORD,
    }
    return " ".join(f'"-D{name}={value}"' for name, value in settings.items())
