"""Signs a paper with a person's own key: an SSH key, wherever it lives, or an Ed25519 key in PEM.

An SSH key is asked through `ssh-keygen -Y sign`, so that an agent, a passphrase at the terminal or a key in
hardware does what it always does. No private key is read here but one in PEM.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness.core.errors import UsageError
from harness.core.plain_text import one_line
from reports.people.public_keys import PublicKey, of_ed25519, read_public_key
from reports.people.sshsig import NAMESPACE, sign_ed25519, verified_key

LARGEST = 1 << 16
"""Bytes that a key's file may have."""
PATIENCE_S = 120.0
"""How long a person may take to type a passphrase or to touch a key."""


class Signer:
    """A key that signs for a person.

    Args:
        name: who signs.
        keys: the public keys of that person.
        file: where the private key is, or the public one of a key that an agent holds; None: found among the
            user's SSH keys, or asked of the agent.

    Raises:
        UsageError: there is no such key, or it is none of the person's.
    """

    def __init__(self, name: str, keys: Sequence[PublicKey], file: Path | None = None) -> None:
        self.name = name
        self._keys = tuple(keys)
        self._pem: Ed25519PrivateKey | None = None
        self._file: Path | None = None
        if file is None:
            self.key, self._file = _found(name, self._keys)
        else:
            self.key = self._read(file)
        if self.key not in self._keys:
            raise UsageError(
                f"the key {self.key.fingerprint} is no key of {name}",
                where=str(file),
                remedy="name one of the keys that people.toml has, or add this one there",
            )

    def sign(self, message: bytes) -> str:
        """A signature in SSH's form, checked before it is handed out.

        Raises:
            UsageError: the key cannot be used; the message says why.
        """
        armored = sign_ed25519(self._pem, message) if self._pem else self._asked(message)
        try:
            same = verified_key(armored, message) == self.key
        except ValueError as error:
            raise _unusable(self.name, f"what it signed does not hold: {error}") from error
        if not same:
            raise _unusable(self.name, "another key signed instead")
        return armored

    def _read(self, file: Path) -> PublicKey:
        text = _text(file)
        if "-----BEGIN OPENSSH PRIVATE KEY" in text:
            self._file = file
            return _public_half(file)
        if text.lstrip().startswith("-----BEGIN"):
            self._pem = _private_pem(text, file)
            return of_ed25519(self._pem.public_key())
        self._file = file
        return _line(text, file)

    def _asked(self, message: bytes) -> str:
        """What `ssh-keygen` signs; the public key is written out where only an agent has the other half."""
        program = shutil.which("ssh-keygen")
        if program is None:
            raise UsageError(
                "ssh-keygen is not installed, and an SSH key is signed with by it",
                where="PATH",
                remedy="install openssh-client, or give an Ed25519 key in PEM: --key FILE",
            )
        with tempfile.TemporaryDirectory(prefix="golive-sign-") as folder:
            words = Path(folder) / "paper"
            words.write_bytes(message)
            file = self._file or Path(folder) / "key.pub"
            if self._file is None:
                file.write_text(self.key.line + "\n", "utf-8")
            said = _run(
                [program, "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(file), str(words)], self.name
            )
            signature = words.with_name("paper.sig")
            if not signature.is_file():
                raise _unusable(self.name, _why(said))
            return signature.read_text("ascii", "replace")


def _run(command: Sequence[str], name: str) -> str:
    """Run `ssh-keygen`; what it complained of. At a terminal it says that, and asks for a touch, itself."""
    asked = sys.stdin.isatty()
    environment: Mapping[str, str] = os.environ if asked else {**os.environ, "SSH_ASKPASS_REQUIRE": "never"}
    try:
        ended = subprocess.run(  # noqa: S603 - found on the path, no shell
            command,
            stdin=None if asked else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if asked else subprocess.PIPE,
            env=environment,
            start_new_session=not asked,  # without a terminal nothing may wait for a passphrase
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unusable(name, "nobody typed a passphrase or touched the key in time") from error
    except OSError as error:
        raise _unusable(name, str(error.strerror)) from error
    return (ended.stderr or b"").decode("utf-8", "replace")


def _why(said: str) -> str:
    lowered = said.lower()
    if "passphrase" in lowered:
        return "it wants a passphrase, and there is no terminal and no agent to give it"
    if "agent" in lowered or "no such file" in lowered or "no private key" in lowered:
        return "its private half is neither beside it nor in an agent"
    if "permissions" in lowered:
        return "others may read its file"
    return one_line(said.strip().splitlines()[-1][:200] if said.strip() else "ssh-keygen gave no signature")


def _found(name: str, keys: Sequence[PublicKey]) -> tuple[PublicKey, Path | None]:
    """The first of a person's keys among the user's own, else one that is asked of the agent."""
    if not keys:
        raise UsageError(
            f"{name} has no key", where="people.toml", remedy='write a line: "NAME" = ["ssh-ed25519 AAAA…"]'
        )
    home = os.environ.get("HOME", "")
    for file in sorted(Path(home, ".ssh").glob("*.pub")) if home else ():
        try:
            key = read_public_key(_text(file))
        except (ValueError, UsageError):
            continue
        if key in keys and file.with_suffix("").is_file():
            return key, file.with_suffix("")
    if not os.environ.get("SSH_AUTH_SOCK"):
        raise UsageError(
            f"no key of {name} is found: none in ~/.ssh, and there is no agent",
            where="people.toml",
            remedy="name the key: --key FILE",
        )
    return _in_agent(keys), None


def _in_agent(keys: Sequence[PublicKey]) -> PublicKey:
    """The first of the keys that the agent holds; the first at all where it does not say."""
    program = shutil.which("ssh-add")
    held = _shown([program, "-L"]).split() if program is not None else []
    return next((key for key in keys if key.line.split()[1] in held), keys[0])


def _shown(command: Sequence[str]) -> str:
    """What a program writes; nothing where it cannot be run, refuses, or an agent does not answer."""
    try:
        ended = subprocess.run(  # noqa: S603 - found on the path, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else ""


def _public_half(file: Path) -> PublicKey:
    """The public key beside a private one; OpenSSH's own files hold it in plain, too."""
    beside = file.with_name(file.name + ".pub")
    if beside.is_file():
        return _line(_text(beside), beside)
    program = shutil.which("ssh-keygen")
    if program is not None and (shown := _shown([program, "-y", "-P", "", "-f", str(file)])):
        return _line(shown, file)
    raise UsageError(
        "the public half of the key is not known",
        where=str(file),
        remedy=f"put it beside the key, under its name with .pub at the end: ssh-keygen -y -f {file}",
    )


def _private_pem(text: str, file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(text.encode("utf-8", "replace"), None)
    except TypeError as error:
        raise UsageError(
            "the key in PEM wants a passphrase, which is not asked for",
            where=str(file),
            remedy="use an SSH key, which may have one",
        ) from error
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise UsageError(
        "a private key in PEM has to be Ed25519",
        where=str(file),
        remedy="make one: openssl genpkey -algorithm ed25519 -out key.pem; or use an SSH key",
    )


def _line(text: str, file: Path) -> PublicKey:
    try:
        return read_public_key(text)
    except ValueError as error:
        raise UsageError(
            f"the file holds no key that can sign: {error}",
            where=str(file),
            remedy="name a private key, or the public key of one that an agent holds",
        ) from error


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(
            f"the key cannot be read: {error.strerror}", where=str(file), remedy="name the file of a key"
        ) from error


def _unusable(name: str, why: str) -> UsageError:
    return UsageError(
        f"the key of {name} cannot be used: {why}",
        where="ssh-keygen -Y sign",
        remedy="add it to an agent (ssh-add), run this at a terminal, or name another key: --key FILE",
    )
