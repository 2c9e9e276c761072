"""What configuration rules are handed: a settings file, the target it is for, and what its lines lead to."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import ConfigurationError
from harness.core.payment import Provider
from harness.settings.env_file import EnvFile, EnvLine
from harness.settings.finding import Finding
from harness.settings.placeholders import placeholder
from harness.settings.target import Target
from harness.settings.variables import ALIPAY_CERTIFICATES, VARIABLES, Presence, Variable
from harness.signing.keys import load_private_key, load_public_key

LONGEST_PATH = 1024
"""Characters; a longer value is a key and no path."""


@dataclass(frozen=True, slots=True)
class Context:
    """One file and the target it is judged for."""

    env: EnvFile
    target: Target
    declared: bool
    """Whether somebody named the target; else it was read off the file."""
    other: EnvFile | None = None
    """The file of the other edition, for what must not be the same in both."""
    _private_keys: dict[EnvLine, RSAPrivateKey] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, env: EnvFile, target: str | None, *, other: EnvFile | None = None) -> Context:
        """The context of a file for a named target, or for the one it seems to be written for.

        Raises:
            UsageError: `target` is no target.
        """
        chosen = Target.infer(env.values) if target is None else Target.parse(target)
        return cls(env, chosen, declared=target is not None, other=other)

    def line(self, name: str) -> EnvLine | None:
        """The line that sets `name` for a program that loads the file."""
        lines = self.env.defining(name)
        return lines[-1] if lines else None

    def finding(self, control: str, name: str, problem: str, fix: str) -> Finding:
        """What is wrong with a variable, whether a line sets it or none does; settings load all the same.

        Args:
            name: of the variable; empty: the file as a whole.
        """
        line = self.line(name) if name else None
        number = line.number if line else None
        return Finding(control=control, variable=name, line=number, problem=problem, fix=fix, blocks=False)

    def usable(self, name: str) -> EnvLine | None:
        """The same, unless its value is a placeholder: CFG-01 reports that, and nobody else judges it."""
        line = self.line(name)
        return None if line is None or placeholder(line.value) else line

    def usable_of(self, *names: str) -> Iterator[EnvLine]:
        """The usable lines among several names."""
        return (line for name in names if (line := self.usable(name)))

    @property
    def alipay_missing(self) -> tuple[str, ...]:
        """What Alipay needs and the file does not set to a value of its own."""
        needed = (variable.name for variable in VARIABLES if variable.presence is Presence.ALIPAY)
        return tuple(
            name
            for name in needed
            if self.usable(name) is None
            # Alipay's certificate holds its key, so that it may stand alone.
            and not (name == "ALIPAY_PUBLIC_KEY" and self.usable("ALIPAY_CERT") is not None)
        )

    @property
    def alipay(self) -> bool:
        """Whether the file configures Alipay; else what it says of it is neither judged nor used.

        Apps that take WeChat alone still carry `ALIPAY_…` lines, some of them only so that they start.
        """
        return not self.alipay_missing

    @property
    def certificate_mode(self) -> bool:
        """Whether Alipay is called in certificate mode: any of its three certificates is set."""
        return self.alipay and any(self.usable(name) is not None for name in ALIPAY_CERTIFICATES)

    @property
    def alipay_mcp(self) -> bool:
        """Whether the file names an MCP endpoint of Alipay's, beside all that Alipay itself needs."""
        return self.alipay and self.usable("ALIPAY_MCP_ENDPOINT") is not None

    def variables(self) -> tuple[Variable, ...]:
        """The variables that count in this file."""
        alipay = self.alipay
        return tuple(variable for variable in VARIABLES if variable.provider is not Provider.ALIPAY or alipay)

    def alipay_gateway(self) -> EnvLine | None:
        """The line that says where Alipay's gateway is; None: its own."""
        return next(self.usable_of("ALIPAY_GATEWAY", "ALIPAY_GATEWAY_URL"), None)

    def certificates(self, line: EnvLine) -> list[x509.Certificate]:
        """The certificates of a line, in their order: as PEM, or as base64 of PEM, which is one line.

        Raises:
            ConfigurationError: there is none, or one that is broken.
        """
        text = self.key_text(line).replace("\\n", "\n").encode()
        try:
            pem = text if b"-----BEGIN" in text else base64.b64decode(text, validate=True)
            return x509.load_pem_x509_certificates(pem)
        except ValueError:
            raise ConfigurationError(
                f"{line.key} is no certificate",
                where=line.key,
                remedy="name the .crt file as downloaded from Alipay's console",
            ) from None

    def private_key(self, line: EnvLine) -> RSAPrivateKey:
        """The key of a line, loaded once: that takes some 50 ms, most of what a check costs.

        Raises:
            ConfigurationError: it is no RSA private key.
        """
        if line not in self._private_keys:
            self._private_keys[line] = load_private_key(self.key_source(line), name=line.key)
        return self._private_keys[line]

    def public_key(self, line: EnvLine) -> RSAPublicKey:
        """The public key or certificate of a line.

        Raises:
            ConfigurationError: it is none.
        """
        return load_public_key(self.key_source(line), name=line.key)

    def key_source(self, line: EnvLine) -> str:
        """The value of a key's line; a path becomes absolute: beside the file if there is one, or at home."""
        value = line.value
        if not value or len(value) > 255 or "\n" in value or "\x00" in value:
            return value
        try:
            path = Path(value).expanduser()
        except RuntimeError:  # the home of nobody, ~nobody/key.pem: no file, so let the loader say so
            return str(Path(value).absolute())
        beside = self.env.folder / path if self.env.folder else path
        try:
            return str(beside.absolute()) if beside.is_file() else value
        except OSError:
            return value

    def key_text(self, line: EnvLine) -> str:
        """What a key's line stands for as text: the value itself, or what the file it leads to holds."""
        source = self.key_source(line)
        if "-----BEGIN" in source or len(source) > LONGEST_PATH:
            return source
        try:
            return Path(source).read_text("utf-8", errors="replace").strip()
        except (OSError, ValueError):
            return source
