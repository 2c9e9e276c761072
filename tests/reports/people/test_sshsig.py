"""Signatures in SSH's form: those of `ssh-keygen`, ours, and forged ones; keys in hardware, too."""

from __future__ import annotations

import struct
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from reports.people.public_keys import of_ed25519, read_public_key
from reports.people.sshsig import NAMESPACE, sign_ed25519, verified_key

WORDS = b"restored in 40 minutes"
KEY = Ed25519PrivateKey.generate()
KINDS = {
    "ed25519": ["-t", "ed25519"],
    "rsa": ["-t", "rsa", "-b", "2048"],
    "ecdsa-256": ["-t", "ecdsa", "-b", "256"],
    "ecdsa-521": ["-t", "ecdsa", "-b", "521"],
}


def made(place: Path, *kind: str, passphrase: str = "") -> Path:
    """A key that `ssh-keygen` makes."""
    key = place / "key"
    subprocess.run(["ssh-keygen", "-q", *kind, "-N", passphrase, "-f", str(key), "-C", "x"], check=True)
    return key


def signed_by_ssh(key: Path, *, namespace: str = NAMESPACE, hashed_by: str = "sha512") -> str:
    words = key.with_name("words")
    words.write_bytes(WORDS)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-O", f"hashalg={hashed_by}", "-n", namespace, "-f"]
    subprocess.run([*command, str(key), str(words)], check=True, capture_output=True)
    return words.with_name("words.sig").read_text("ascii")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hashed_by", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_is_verified(tmp_path: Path, kind: str, hashed_by: str) -> None:
    key = made(tmp_path, *KINDS[kind])
    armored = signed_by_ssh(key, hashed_by=hashed_by)
    assert verified_key(armored, WORDS) == read_public_key(key.with_suffix(".pub").read_text("utf-8"))
    with pytest.raises(ValueError, match="not of these words"):
        verified_key(armored, WORDS + b".")


def test_ssh_keygen_verifies_what_we_sign(tmp_path: Path) -> None:
    (tmp_path / "allowed").write_text(f"lead {of_ed25519(KEY.public_key()).line}\n", "utf-8")
    (tmp_path / "words.sig").write_text(sign_ed25519(KEY, WORDS), "utf-8")
    command = ["ssh-keygen", "-Y", "verify", "-n", NAMESPACE, "-I", "lead"]
    command += ["-f", str(tmp_path / "allowed"), "-s", str(tmp_path / "words.sig")]
    said = subprocess.run(command, input=WORDS, capture_output=True, check=False)
    assert said.returncode == 0, said.stderr


def test_a_signature_made_for_git_is_none_of_a_paper(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another purpose"):
        verified_key(signed_by_ssh(made(tmp_path, "-t", "ed25519"), namespace="git"), WORDS)


def test_a_fingerprint_is_the_one_that_ssh_keygen_says(tmp_path: Path) -> None:
    key = made(tmp_path, "-t", "ed25519")
    said = subprocess.run(["ssh-keygen", "-lf", str(key)], capture_output=True, check=True).stdout.decode()
    assert read_public_key(key.with_suffix(".pub").read_text("utf-8")).fingerprint == said.split()[1]


def in_hardware(flags: int = 1, *, application: bytes = b"ssh:", cut: int = 0) -> tuple[str, str]:
    """A key as a security key has it, played by a key in software: its line, and a signature of WORDS."""
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    kind = b"sk-ssh-ed25519@openssh.com"
    blob = string(kind) + string(raw) + string(b"ssh:")
    inner = b"SSHSIG" + string(NAMESPACE.encode()) + string(b"") + string(b"sha512")
    inner += string(sha512(WORDS).digest())
    rest = struct.pack(">BI", flags, 7)
    signature = KEY.sign(sha256(application).digest() + rest + sha256(inner).digest())
    packed = string(kind) + string(signature) + rest[: len(rest) - cut]
    body = b"SSHSIG" + struct.pack(">I", 1) + string(blob) + string(NAMESPACE.encode()) + string(b"")
    body += string(b"sha512") + string(packed)
    return f"{kind.decode()} {b64encode(blob).decode()}", armored(body)


def string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def armored(body: bytes) -> str:
    return f"-----BEGIN SSH SIGNATURE-----\n{b64encode(body).decode()}\n-----END SSH SIGNATURE-----\n"


def test_a_key_in_hardware_that_was_touched_signs() -> None:
    line, signature = in_hardware()
    assert verified_key(signature, WORDS) == read_public_key(line)


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        (in_hardware(flags=0)[1], "not touched"),
        (in_hardware(cut=1)[1], "not touched"),
        (in_hardware(application=b"ssh:other")[1], "not of these words"),
    ],
    ids=["untouched", "cut", "another application"],
)
def test_a_key_in_hardware_signs_nothing_by_itself(signature: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        verified_key(signature, WORDS)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_no_changed_signature_is_believed(at: int, noise: bytes) -> None:
    body = b64decode("".join(sign_ed25519(KEY, WORDS).splitlines()[1:-1]))
    place = at % len(body)
    changed = body[:place] + noise + body[place + len(noise) :]
    if changed[: len(body)] == body and len(changed) == len(body):
        assert verified_key(armored(changed), WORDS)
        return
    with pytest.raises(ValueError, match=r".+"):
        verified_key(armored(changed), WORDS)


@pytest.mark.parametrize(
    "text", ["", "-", "\ud83d", "-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----"]
)
def test_what_is_no_signature_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        verified_key(text, WORDS)


def test_a_weak_key_and_a_kind_that_nobody_takes_are_refused(tmp_path: Path) -> None:
    weak = made(tmp_path, "-t", "rsa", "-b", "1024")
    with pytest.raises(ValueError, match="1024 bits is too weak"):
        read_public_key(weak.with_suffix(".pub").read_text("utf-8"))
    for line in (
        "ssh-dss AAAA",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 !",
        "\x1b ü",
        "-----BEGIN X-----",
    ):
        with pytest.raises(ValueError, match=r".+"):
            read_public_key(line)
