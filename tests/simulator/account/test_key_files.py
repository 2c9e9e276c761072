"""The keys as files: those that the portal gives, private, and never over a merchant's real ones."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from harness.cli.simulator import command
from harness.core.errors import UsageError
from harness.signing.keys import load_private_key, load_public_key, same_pair
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_files import MERCHANT_KEY, PLATFORM_CERTIFICATE, PLATFORM_KEY, write_keys


def test_the_files_are_the_keys_of_this_simulator(identity: Identity, tmp_path: Path) -> None:
    merchant, platform, certificate = write_keys(tmp_path / "keys", identity)
    assert (merchant.name, platform.name, certificate.name) == (
        MERCHANT_KEY,
        PLATFORM_KEY,
        PLATFORM_CERTIFICATE,
    )
    assert same_pair(load_private_key(str(merchant)), identity.merchant_key.public_key())
    assert same_pair(identity.public_key_private, load_public_key(str(platform)))
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert f"{found.serial_number:040X}" == identity.certificate.serial


def test_nobody_else_can_read_them(identity: Identity, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    for path in write_keys(folder, identity):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_next_simulator_writes_over_them(identity: Identity, tmp_path: Path) -> None:
    (merchant, *_) = write_keys(tmp_path, identity)
    merchant.write_text("of yesterday's simulator", "ascii")
    write_keys(tmp_path, identity)
    assert same_pair(load_private_key(str(merchant)), identity.merchant_key.public_key())


def test_keys_of_somebody_else_stay(tmp_path: Path) -> None:
    mine = tmp_path / MERCHANT_KEY
    mine.write_text("my real key", "ascii")
    outcome = CliRunner().invoke(command, ["--port", "0", "--write-keys", str(tmp_path)])
    assert isinstance(outcome.exception, UsageError)
    assert "--write-keys" in outcome.exception.remedy
    assert mine.read_text("ascii") == "my real key"
    assert sorted(path.name for path in tmp_path.iterdir()) == [MERCHANT_KEY]


def test_a_place_that_cannot_be_written_to_is_named(identity: Identity, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "ascii")
    with pytest.raises(UsageError, match="cannot write keys"):
        write_keys(tmp_path / "file" / "keys", identity)
