"""The correct shop's variants: practices that are other than the reference shop's, and just as right.

A defect must be caught; a variant must be let through. `golive mutants --soak` runs each in its turn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.control import MCP, Text
from harness.core.errors import UsageError
from harness.core.texts import read_texts
from harness.shop.invocation import for_bridge_by_js_sdk
from harness.shop.variants.gateways import sends_again_over_mcp
from harness.shop.variants.headers import equal_lines_once

_TEXTS = read_texts(Path(__file__).with_name("variants.yaml"))["variants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way in which a correct shop may differ from ours."""

    id: str
    practices: Mapping[str, Any] = field(default_factory=dict)
    """Members of `Practices`, and what stands in their place."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of its settings, whatever the endpoint's file says."""
    lacks: frozenset[str] = frozenset()
    """Capabilities that its profile does not declare."""

    @property
    def text(self) -> Text:
        """What is other about it."""
        return _TEXTS[self.id]


VARIANTS: dict[str, Variant] = {
    each.id: each
    for each in (
        Variant(id="inbox", practices={"books_after_s": 0.3}),
        Variant(
            id="late-pictures",
            practices={
                "pictures_after_ms": 400,
                "account_to_follow": "http://weixin.qq.com/r/golive-rehearsal",
                "h5_opens_tab": True,
                "for_bridge": for_bridge_by_js_sdk,
            },
        ),
        Variant(
            id="no-mcp",
            environment={"PAYMENT_MCP_ENABLED": "false"},
            lacks=frozenset({MCP}),
        ),
        Variant(
            id="no-mini-program",
            practices={"sells_to_mini_programs": False},
            lacks=frozenset({"mini-program"}),
        ),
        Variant(id="repeats-tolerated", practices={"verify": equal_lines_once}),
        Variant(id="sends-again", practices={"gateway": sends_again_over_mcp}),
    )
}
"""What `--variant` may name."""


def variants_named(names: Collection[str]) -> tuple[Variant, ...]:
    """The variants of these names, each once.

    Raises:
        UsageError: a name that is none.
    """
    strangers = sorted(set(names) - VARIANTS.keys())
    if strangers:
        raise UsageError(
            f"no such variant of the shop: {', '.join(strangers)}",
            where="--variant",
            remedy=f"known: {', '.join(VARIANTS)}",
        )
    return tuple(VARIANTS[name] for name in dict.fromkeys(names))


def practices_of(names: Collection[str]) -> dict[str, Any]:
    """What the named variants put in the place of the reference shop's practices."""
    return {name: way for each in variants_named(names) for name, way in each.practices.items()}


def environment_of(names: Collection[str]) -> dict[str, str]:
    """The settings that the named variants insist on."""
    return {name: value for each in variants_named(names) for name, value in each.environment.items()}


def lacking(names: Collection[str]) -> frozenset[str]:
    """The capabilities that the named variants do without."""
    return frozenset().union(*(each.lacks for each in variants_named(names)))
