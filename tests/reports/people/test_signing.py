"""Who signs with what: an SSH key from its file or an agent, a key in PEM; and what is said when none can."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from reports.people.public_keys import PublicKey, read_public_key
from reports.people.signing import Signer
from reports.people.sshsig import verified_key
from tests.reports.people.signed import AUTHOR, OTHER, Office
from tests.reports.people.test_sshsig import WORDS, made


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without keys, and no agent."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An ssh-agent of the test's own."""
    socket = tmp_path / "agent"
    told = subprocess.run(["ssh-agent", "-s", "-a", str(socket)], capture_output=True, check=True)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    yield socket
    pid = next(part for part in told.stdout.decode().split() if part.startswith("SSH_AGENT_PID="))
    os.kill(int(pid.split("=")[1].strip(";")), signal.SIGTERM)


def public(key: Path) -> PublicKey:
    return read_public_key(key.with_name(key.name + ".pub").read_text("utf-8"))


def test_an_ssh_key_signs_from_its_file(tmp_path: Path) -> None:
    key = made(tmp_path, "-t", "ed25519")
    signer = Signer(AUTHOR, [public(key)], key)
    assert verified_key(signer.sign(WORDS), WORDS) == public(key)


def test_an_ssh_key_without_its_public_half_beside_it_signs(tmp_path: Path) -> None:
    key = made(tmp_path, "-t", "ed25519")
    held = public(key)
    (tmp_path / "key.pub").unlink()
    assert verified_key(Signer(AUTHOR, [held], key).sign(WORDS), WORDS) == held


def test_a_persons_key_is_found_among_the_users_own(home: Path) -> None:
    key = made(home / ".ssh", "-t", "rsa", "-b", "2048")
    assert verified_key(Signer(AUTHOR, [public(key)]).sign(WORDS), WORDS) == public(key)


def test_a_key_that_only_an_agent_holds_signs(tmp_path: Path, agent: Path) -> None:
    key = made(tmp_path, "-t", "ed25519", passphrase="a passphrase")
    held = public(key)
    unlocked = tmp_path / "unlocked"
    unlocked.write_bytes(key.read_bytes())
    unlocked.chmod(0o600)
    changed = ["ssh-keygen", "-q", "-p", "-P", "a passphrase", "-N", "", "-f", str(unlocked)]
    subprocess.run(changed, check=True, capture_output=True)
    subprocess.run(["ssh-add", "-q", str(unlocked)], check=True, capture_output=True)
    for each in (key, unlocked):
        each.unlink()
    assert agent.is_socket()
    assert verified_key(Signer(AUTHOR, [held]).sign(WORDS), WORDS) == held


def test_a_key_with_a_passphrase_and_nobody_to_type_it_says_so(tmp_path: Path) -> None:
    key = made(tmp_path, "-t", "ed25519", passphrase="a passphrase")
    with pytest.raises(UsageError, match="wants a passphrase, and there is no terminal and no agent") as told:
        Signer(AUTHOR, [public(key)], key).sign(WORDS)
    assert "ssh-add" in told.value.remedy


def test_without_ssh_keygen_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = made(tmp_path, "-t", "ed25519")
    signer = Signer(AUTHOR, [public(key)], key)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="ssh-keygen is not installed") as told:
        signer.sign(WORDS)
    assert "PEM" in told.value.remedy


def test_without_any_key_and_agent_it_asks_for_a_file(office: Office) -> None:
    with pytest.raises(UsageError, match=r"none in ~/\.ssh, and there is no agent") as told:
        Signer(AUTHOR, [office.public(AUTHOR)])
    assert "--key FILE" in told.value.remedy


def test_an_agent_without_the_key_says_so(office: Office, agent: Path) -> None:
    assert agent.is_socket()
    with pytest.raises(UsageError, match="neither beside it nor in an agent"):
        Signer(AUTHOR, [office.public(AUTHOR)]).sign(WORDS)


def test_a_key_in_pem_signs_without_any_program(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    signer = Signer(AUTHOR, [office.public(AUTHOR)], office.pem(AUTHOR))
    assert verified_key(signer.sign(WORDS), WORDS) == office.public(AUTHOR)


def test_anothers_key_is_refused_before_anything_is_signed(office: Office) -> None:
    with pytest.raises(UsageError, match=f"is no key of {AUTHOR}"):
        Signer(AUTHOR, [office.public(AUTHOR)], office.pem(OTHER))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no key that can sign"),
        (b"-----BEGIN PRIVATE KEY-----\nx", "has to be Ed25519"),
        (b"\xff\xfe" * 50_000, "no key that can sign"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nx", "public half of the key is not known"),
    ],
)
def test_what_is_no_key_is_told(tmp_path: Path, office: Office, content: bytes, why: str) -> None:
    file = tmp_path / "no-key"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=why):
        Signer(AUTHOR, [office.public(AUTHOR)], file)


def test_a_key_that_is_not_there_is_told(tmp_path: Path, office: Office) -> None:
    with pytest.raises(UsageError, match="the key cannot be read"):
        Signer(AUTHOR, [office.public(AUTHOR)], tmp_path / "none")
