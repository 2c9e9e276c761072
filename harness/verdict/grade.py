"""What evidence of an endpoint is worth: computed from what was seen of it, never declared. Pure.

A platform grade needs all of: every host is on the built-in list or attested; TLS was verified against
public roots; a platform signature was verified, with a key that is none of our simulator's; nobody plays the
platform. `WECHAT_MCP_EXPERIENCE` and `MCP_EXPERIENCE_MODE` then choose experience or production. Where they
disagree the run is refused, whatever else was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from harness.core.control import Grade, Text
from harness.core.errors import ConfigurationError


class HostKind(StrEnum):
    """What is known of a host that requests go to."""

    LISTED = "listed"
    """On the built-in list of the platform's own hosts."""
    ATTESTED = "attested"
    """Named in golive.toml, with a valid paper that says whose platform it is."""
    NAMED = "named"
    """Named in golive.toml without such a paper: it may be asked, and proves nothing."""
    LOOPBACK = "loopback"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """By what a host's certificate was verified."""

    PUBLIC_ROOTS = "public-roots"
    PRIVATE_CA = "private-ca"
    """By a CA file of the user's own."""
    NONE = "none"
    """Not at all, or plain http."""


class Signature(StrEnum):
    """Whose signature the endpoint's answers carry."""

    PLATFORM = "platform"
    """It was verified, with a key that is none of our simulator's."""
    SIMULATOR = "simulator"
    """It was verified, with a key of our simulator."""
    NONE = "none"
    """None was verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFacts:
    """What was seen of an endpoint. A flag is None where the settings do not say."""

    played: bool
    """Whether the run holds the levers of the platform."""
    hosts: frozenset[HostKind]
    """Of every host that requests go to; empty when none was looked at."""
    trust: Trust
    """The weakest among the hosts."""
    signature: Signature
    mcp_experience: bool | None
    """WECHAT_MCP_EXPERIENCE."""
    experience_mode: bool | None
    """MCP_EXPERIENCE_MODE."""


class Graded(NamedTuple):
    """A grade, and one sentence for each thing that keeps it from being a platform's."""

    grade: Grade
    reasons: tuple[Text, ...]


_HOSTS = {
    HostKind.NAMED: Text(
        zh="主机在 golive.toml 中，但没有有效的证明文件",
        en="a host is named in golive.toml, but no valid paper attests whose platform it is",
    ),
    HostKind.LOOPBACK: Text(zh="主机是本机", en="a host is this machine"),
    HostKind.PRIVATE: Text(zh="主机在内网", en="a host has a private address"),
    HostKind.UNKNOWN: Text(
        zh="主机不在平台主机名单中", en="a host is neither on the platform's list nor in golive.toml"
    ),
}
_TRUST = {
    Trust.PRIVATE_CA: Text(
        zh="证书由自备 CA 验证，而非公共根证书",
        en="TLS was verified by a CA file of your own, not by public roots",
    ),
    Trust.NONE: Text(zh="没有经过验证的 TLS", en="TLS was not verified"),
}
_SIGNATURE = {
    Signature.SIMULATOR: Text(
        zh="签名密钥是模拟器的", en="the platform's signature is made with a simulator's key"
    ),
    Signature.NONE: Text(zh="没有验证到平台签名", en="no signature of the platform was verified"),
}
_PLAYED = Text(zh="平台由本次运行操纵", en="the run holds the levers of the platform")
_NO_HOST = Text(zh="没有看到任何主机", en="no host was looked at")
_NO_EDITION = Text(zh="配置没有说明是体验版还是生产", en="the settings do not say which edition it is")


def grade(facts: EndpointFacts) -> Graded:
    """What evidence of this endpoint is worth, and why not more.

    Raises:
        ConfigurationError: the two mode flags disagree.
    """
    experience = edition_is_experience(facts.mcp_experience, facts.experience_mode)
    lacks = tuple(_lacks(facts, experience))
    if lacks:
        return Graded(Grade.SIMULATED, lacks)
    return Graded(Grade.EXPERIENCE if experience else Grade.PRODUCTION, ())


def edition_is_experience(mcp_experience: bool | None, experience_mode: bool | None) -> bool | None:
    """Which edition the two flags choose; None where either says nothing.

    Raises:
        ConfigurationError: they disagree.
    """
    if mcp_experience is None or experience_mode is None:
        return None
    if mcp_experience is not experience_mode:
        raise ConfigurationError(
            f"WECHAT_MCP_EXPERIENCE={_word(mcp_experience)} and MCP_EXPERIENCE_MODE={_word(experience_mode)} "
            "name two editions",
            where="WECHAT_MCP_EXPERIENCE, MCP_EXPERIENCE_MODE",
            remedy="set both to true for the experience edition, both to false for production",
        )
    return mcp_experience


def _lacks(facts: EndpointFacts, experience: bool | None) -> Iterable[Text]:
    if facts.played:
        yield _PLAYED
    if not facts.hosts:
        yield _NO_HOST
    for kind, text in _HOSTS.items():
        if kind in facts.hosts:
            yield text
    if facts.trust in _TRUST:
        yield _TRUST[facts.trust]
    if facts.signature in _SIGNATURE:
        yield _SIGNATURE[facts.signature]
    if experience is None:
        yield _NO_EDITION


def _word(flag: bool) -> str:
    return "true" if flag else "false"
