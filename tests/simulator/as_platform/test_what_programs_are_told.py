"""A program's environment leads to the simulator, keeps what was its own, and finds whom to believe."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.simulator.as_platform.found import find_playing
from harness.simulator.as_platform.names import (
    AUTHORITY,
    BUNDLE,
    JAVA,
    JAVA_PASSWORD,
    NODE,
    PHP,
)
from harness.simulator.as_platform.variables import variables
from tests.simulator.as_platform.conftest import Played
from tests.simulator.as_platform.pretended import pretended


@pytest.fixture
def told(platforms: Played) -> dict[str, str]:
    """The environment of a program that was started from one with settings of its own."""
    before = {
        "PATH": "/usr/bin",
        "NO_PROXY": ".weixin.qq.com,*",
        "https_proxy": "http://proxy.example.com:8080",
        "NODE_OPTIONS": "--max-old-space-size=512",
        "JAVA_TOOL_OPTIONS": "-Xmx1g",
        "PHP_INI_SCAN_DIR": "/etc/mine",
    }
    return variables(platforms.playing, before)


def test_a_proxy_and_exceptions_of_before_are_not_kept_since_they_could_lead_to_a_platform(
    told: dict[str, str], platforms: Played
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        assert told[name] == told[name.upper()] == platforms.playing.proxy
    assert told["no_proxy"] == told["NO_PROXY"] == "localhost,127.0.0.1,::1"


def test_options_of_before_are_kept_and_ours_come_after(told: dict[str, str], platforms: Played) -> None:
    folder = platforms.playing.folder
    assert shlex.split(told["NODE_OPTIONS"]) == ["--max-old-space-size=512", "--require", str(folder / NODE)]
    first, *java = shlex.split(told["JAVA_TOOL_OPTIONS"])
    assert (first, f"-Djavax.net.ssl.trustStore={folder / JAVA}" in java) == ("-Xmx1g", True)
    assert told["PHP_INI_SCAN_DIR"] == f"/etc/mine:{folder / PHP}"
    assert told["PATH"] == "/usr/bin"
    assert variables(platforms.playing, {})["PHP_INI_SCAN_DIR"].startswith(
        ":"
    )  # and what PHP scans by itself


def test_javas_other_variables_cannot_lead_past_us(platforms: Played) -> None:
    """Whatever stands in them wins over `JAVA_TOOL_OPTIONS`: a proxy of a company, e.g."""
    company = "-Dhttps.proxyHost=proxy.example.com"
    before = {"JDK_JAVA_OPTIONS": company, "_JAVA_OPTIONS": ""}
    told = variables(platforms.playing, before)
    first, *rest = shlex.split(told["JDK_JAVA_OPTIONS"])
    assert (first, rest) == (company, shlex.split(told["JAVA_TOOL_OPTIONS"]))
    assert "-Dhttps.proxyHost=127.0.0.1" in rest
    assert told["_JAVA_OPTIONS"] == ""


def test_who_has_php_scan_no_folder_has_it_scan_ours_alone(platforms: Played) -> None:
    told = variables(platforms.playing, {"PHP_INI_SCAN_DIR": ""})
    assert told["PHP_INI_SCAN_DIR"] == str(platforms.playing.folder / PHP)


def test_whom_it_believes_is_the_authority_and_everybody_of_before(
    told: dict[str, str], platforms: Played
) -> None:
    folder = platforms.playing.folder
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    bundle = (folder / BUNDLE).read_text("utf-8")
    assert bundle.startswith((folder / AUTHORITY).read_text("utf-8"))
    assert bundle.count("BEGIN CERTIFICATE") > 50
    assert "PRIVATE KEY" not in bundle
    store = pkcs12.load_pkcs12((folder / JAVA).read_bytes(), JAVA_PASSWORD.encode())
    assert authority in [each.certificate for each in store.additional_certs]
    assert len(store.additional_certs) > 50
    rest = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS")
    for name in ("SSL_CERT_FILE", *rest):
        assert told[name] == str(folder / BUNDLE)
    assert f'curl.cainfo="{folder / BUNDLE}"' in (folder / PHP / "golive.ini").read_text("utf-8")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_authority_of_the_apps_own_is_believed_beside_ours(platforms: Played, tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    own.write_text("an authority of the app's own", "utf-8")
    before = {"NODE_EXTRA_CA_CERTS": str(own), "SSL_CERT_FILE": str(own), "CURL_CA_BUNDLE": str(tmp_path)}
    for again in (before, variables(platforms.playing, before)):  # and when a program starts another so
        told = variables(platforms.playing, again)
        (bundle,) = {Path(told[name]) for name in (*before, "REQUESTS_CA_BUNDLE")}
        assert bundle.parent == platforms.playing.folder
        believed = bundle.read_text("utf-8")
        assert believed.startswith((platforms.playing.folder / BUNDLE).read_text("utf-8"))
        assert believed.count(own.read_text("utf-8")) == 1


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Two simulators that play the platforms, on ports 1 and 2; one was killed, one plays none."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    locks = [
        pretended(tmp_path, 1),
        pretended(tmp_path, 2),
        pretended(tmp_path, 3, runs=False),
        pretended(tmp_path, 4, plays=False),
    ]
    yield locks
    for lock in locks:
        with suppress(OSError):
            os.close(lock)


def test_of_several_simulators_the_port_says_which(others: list[int]) -> None:
    with pytest.raises(
        UsageError, match=r"2 simulators .* http://127\.0\.0\.1:1, http://127\.0\.0\.1:2.*--port"
    ):
        find_playing()
    assert find_playing(2).simulator == "http://127.0.0.1:2"
    os.close(others[0])
    assert find_playing().simulator == "http://127.0.0.1:2"


@pytest.mark.parametrize("port", [3, 4, 5])
def test_one_that_was_killed_or_plays_no_platform_is_not_found(others: list[int], port: int) -> None:
    assert len(others) == 4
    with pytest.raises(EnvironmentUnreachable, match=f"on port {port} .*golive simulator --as-platform"):
        find_playing(port)
