"""`golive.toml [endpoints]`: which hosts may be asked, and which are attested."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.settings.addresses import parse_address
from harness.settings.endpoints import Endpoints, is_private

TODAY = date(2026, 11, 23)
HOST = parse_address("https://pay.example.com/mcp")
PAPER = b"The host pay.example.com serves the experience edition."


def read(folder: Path, text: str) -> Endpoints:
    path = folder / "golive.toml"
    path.write_text(text, "utf-8")
    return Endpoints.read(path)


def attested(
    folder: Path, *, paper: bytes = PAPER, digest: str | None = None, expires: str = "2027-06-30"
) -> Endpoints:
    (folder / "paper.txt").write_bytes(paper)
    digest = digest or hashlib.sha256(PAPER).hexdigest()
    members = f'attestation = "paper.txt"\nsha256 = "{digest}"\nexpires = {expires}\n'
    return read(folder, f'[endpoints."pay.example.com"]\n{members}')


def test_without_a_file_only_the_platforms_own_hosts_are_known(tmp_path: Path) -> None:
    known = Endpoints.read(tmp_path / "golive.toml")
    assert known.listed(parse_address("https://api.mch.weixin.qq.com/mcp/v1"))
    assert known.listed(parse_address("https://api2.mch.weixin.qq.com"))
    assert not known.listed(parse_address("https://api.mch.weixin.qq.com:8443"))
    assert not known.listed(parse_address("https://api.mch.weixin.qq.com.evil.example"))
    assert known.named(HOST) is None


def test_other_tables_are_somebody_elses(tmp_path: Path) -> None:
    assert read(tmp_path, "[load]\npeak = 5\n").named(HOST) is None


def test_a_valid_paper_attests_its_host(tmp_path: Path) -> None:
    known = attested(tmp_path)
    assert known.attested(HOST, TODAY)
    assert not known.attested(parse_address("https://other.example.com"), TODAY)
    assert not known.attested(parse_address("https://pay.example.com:8443"), TODAY)


def test_a_port_is_named_with_its_host(tmp_path: Path) -> None:
    known = read(tmp_path, '[endpoints."pay.example.com:8443"]\n')
    assert known.named(parse_address("https://pay.example.com:8443/mcp")) is not None
    assert known.named(HOST) is None


def test_a_host_without_a_paper_is_named_and_not_attested(tmp_path: Path) -> None:
    known = read(tmp_path, '[endpoints."Pay.Example.com"]\n')
    assert known.named(HOST) is not None
    assert not known.attested(HOST, TODAY)


def test_an_expired_a_missing_or_another_paper_attests_nothing(tmp_path: Path) -> None:
    assert not attested(tmp_path, expires="2026-11-23").attested(HOST, TODAY)
    assert not attested(tmp_path, paper=PAPER + b"!").attested(HOST, TODAY)
    known = attested(tmp_path)
    (tmp_path / "paper.txt").unlink()
    assert not known.attested(HOST, TODAY)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[endpoints", "cannot be read"),
        ('[endpoints."a.example"]\nattestation = "paper.txt"\n', "come together"),
        ('[endpoints."a.example"]\ngrade = "production"\n', "grade"),
        (
            '[endpoints."a.example"]\nattestation = "p"\nsha256 = "abc"\nexpires = 2027-01-01\n',
            "sha256",
        ),
        ('endpoints = "a.example"\n', "endpoints"),
    ],
    ids=["no toml", "half a paper", "a declared grade", "no digest", "no table"],
)
def test_what_is_not_what_it_must_be_is_named(text: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=word) as refused:
        read(tmp_path, text)
    assert refused.value.exit_code == 4
    assert refused.value.remedy


@pytest.mark.parametrize(("host", "private"), [("10.1.2.3", True), ("192.168.0.9", True), ("8.8.8.8", False)])
def test_private_addresses_are_known_and_names_are_not_looked_up(host: str, private: bool) -> None:
    assert is_private(host) is private
    assert not is_private("intranet.example")
