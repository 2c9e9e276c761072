"""The target: whose endpoint a run drives. Named on the command line, or read off the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.settings.addresses import Malformed, is_loopback, parse_address

_USE = "use simulator, experience, production or a URL such as https://pay.example.com/mcp"


class TargetKind(StrEnum):
    """What a target may be."""

    SIMULATOR = "simulator"
    EXPERIENCE = "experience"
    PRODUCTION = "production"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Target:
    """A target as the rules see it. `host` and `port` are set for a URL alone."""

    kind: TargetKind
    name: str
    host: str | None = None
    port: int | None = None

    @property
    def loopback(self) -> bool:
        """Whether it can only be on this machine, so that plain http harms nobody."""
        return self.kind is TargetKind.SIMULATOR or (self.host is not None and is_loopback(self.host))

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `simulator`, `experience`, `production` or a URL.

        Raises:
            UsageError: it is none of these. The text is not repeated: it may hold a password.
        """
        names = [kind.value for kind in TargetKind if kind is not TargetKind.URL]
        if text in names:
            return cls(TargetKind(text), text)
        try:
            address = parse_address(text)
        except Malformed as error:
            raise UsageError(
                f"the target is no name of ours and no usable URL: {error.reason}",
                where="--target",
                remedy=did_you_mean(text, names, otherwise=_USE),
            ) from None
        return cls(TargetKind.URL, text, address.host, address.effective_port)

    @classmethod
    def infer(cls, values: Mapping[str, str]) -> Target:
        """The target a file is written for: a loopback endpoint is a simulator's, else the flags decide."""
        for name in ("WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL"):
            try:
                if is_loopback(parse_address(values.get(name, "")).host):
                    return cls.parse("simulator")
            except Malformed:
                continue
        flags = (values.get(name) for name in ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE"))
        first = next((flag for flag in flags if flag in ("true", "false")), "true")
        return cls.parse("experience" if first == "true" else "production")
