"""The keys as files: those that the portal gives, private, and never over a merchant's real ones."""

from __future__ import annotations

import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from harness.cli.simulator import command
from harness.core.clock import wire_now
from harness.core.errors import UsageError
from harness.signing.keys import load_private_key, load_public_key, same_pair
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_files import (
    ALIPAY_CERTIFICATE,
    ALIPAY_ROOT,
    MERCHANT_CERTIFICATE,
    MERCHANT_KEY,
    MERCHANT_STORE,
    PLATFORM_CERTIFICATE,
    PLATFORM_KEY,
    write_keys,
)
from harness.simulator.account.key_mode import KeyMode


def test_the_files_are_the_keys_of_this_simulator(identity: Identity, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    written = write_keys(folder, identity)
    assert {path.name for path in written} == {
        MERCHANT_KEY,
        MERCHANT_CERTIFICATE,
        MERCHANT_STORE,
        PLATFORM_KEY,
        PLATFORM_CERTIFICATE,
    }
    assert same_pair(load_private_key(str(folder / MERCHANT_KEY)), identity.merchant_key.public_key())
    assert same_pair(identity.public_key_private, load_public_key(str(folder / PLATFORM_KEY)))
    found = x509.load_pem_x509_certificate((folder / PLATFORM_CERTIFICATE).read_bytes())
    assert f"{found.serial_number:040X}" == identity.certificate.serial


def test_the_merchants_own_certificate_names_it_and_has_the_configured_serial(
    identity: Identity, tmp_path: Path
) -> None:
    write_keys(tmp_path, identity)
    certificate = x509.load_pem_x509_certificate((tmp_path / MERCHANT_CERTIFICATE).read_bytes())
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == identity.mchid
    assert f"{certificate.serial_number:040X}" == identity.merchant_serial
    assert certificate.public_key() == identity.merchant_key.public_key()
    assert certificate.not_valid_before_utc < wire_now() < certificate.not_valid_after_utc


def test_the_store_opens_with_the_merchant_number(identity: Identity, tmp_path: Path) -> None:
    write_keys(tmp_path, identity)
    store = (tmp_path / MERCHANT_STORE).read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(store, identity.mchid.encode())
    assert isinstance(key, RSAPrivateKey)
    assert key.private_numbers() == identity.merchant_key.private_numbers()
    assert certificate == x509.load_pem_x509_certificate((tmp_path / MERCHANT_CERTIFICATE).read_bytes())
    with pytest.raises(ValueError, match=r"(?i)password"):
        pkcs12.load_key_and_certificates(store, b"another")


def test_an_account_without_a_platform_certificate_gets_no_file_of_one(
    identity: Identity, tmp_path: Path
) -> None:
    write_keys(tmp_path, identity)
    write_keys(tmp_path, replace(identity, key_mode=KeyMode.PUBLIC_KEY))
    assert not (tmp_path / PLATFORM_CERTIFICATE).exists()
    assert (tmp_path / PLATFORM_KEY).exists()


def test_an_application_of_certificates_has_alipays_three_files_under_their_names(
    identity: Identity, tmp_path: Path
) -> None:
    certified = replace(identity, alipay=replace(identity.alipay, certified=True))
    written = {path.name for path in write_keys(tmp_path, certified)}
    own = f"appCertPublicKey_{identity.alipay.app_id}.crt"
    assert {own, ALIPAY_CERTIFICATE, ALIPAY_ROOT} <= written
    app = x509.load_pem_x509_certificate((tmp_path / own).read_bytes())
    assert app.public_key() == identity.alipay.app_public_key
    write_keys(tmp_path, identity)
    assert not [each for each in tmp_path.iterdir() if each.suffix == ".crt"]


OPENED = "BEGIN PRIVATE KEY, BEGIN CERTIFICATE"


def _by_openssl(store: Path, password: str) -> str:
    return _said(["openssl", "pkcs12", "-in", str(store), "-passin", f"pass:{password}", "-nodes"])


def _by_node(store: Path, password: str) -> str:
    script = (
        "const [store, passphrase, opened] = process.argv.slice(1);"
        "require('tls').createSecureContext({pfx: require('fs').readFileSync(store), passphrase});"
        "console.log(opened)"
    )
    return _said(["node", "-e", script, str(store), password, OPENED])


def _by_keytool(store: Path, password: str) -> str:
    listed = ["keytool", "-list", "-storetype", "PKCS12", "-keystore", str(store), "-storepass", password]
    said = _said(listed)
    return OPENED if "PrivateKeyEntry" in said else said


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout if done.returncode == 0 else f"{done.returncode}: {done.stderr}"


READERS = {"openssl": _by_openssl, "node": _by_node, "keytool": _by_keytool}


@pytest.mark.parametrize("reader", [name for name in READERS if shutil.which(name)])
def test_other_programs_of_this_machine_open_the_store(
    identity: Identity, tmp_path: Path, reader: str
) -> None:
    write_keys(tmp_path, identity)
    store = tmp_path / MERCHANT_STORE
    said = READERS[reader](store, identity.mchid)
    assert "BEGIN PRIVATE KEY" in said, said
    assert "BEGIN CERTIFICATE" in said
    assert "BEGIN CERTIFICATE" not in READERS[reader](store, "another")


def test_nobody_else_can_read_them(identity: Identity, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    for path in write_keys(folder, identity):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_next_simulator_writes_over_them(identity: Identity, tmp_path: Path) -> None:
    write_keys(tmp_path, identity)
    merchant = tmp_path / MERCHANT_KEY
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
