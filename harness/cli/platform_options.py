"""The options by which a simulator plays the platforms' own hosts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import click

from harness.core.control import Language
from harness.core.errors import UsageError
from harness.simulator.foreground.foreground import Beside

_OPTIONS = (
    click.option("--as-platform", is_flag=True, help="Be the platforms' hosts to `golive exec`."),
    click.option(
        "--allow", multiple=True, metavar="HOST", help="Another host that it may reach. Repeatable."
    ),
)


def platform_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_beside(
    as_platform: bool, allow: Collection[str], *, tls: bool, language: Language, say: Callable[[str], None]
) -> Beside | None:
    """What is to be there beside the simulator; None where nobody asked.

    Args:
        tls: whether the simulator itself speaks https only.

    Raises:
        UsageError: the options contradict each other.
    """
    if allow and not as_platform:
        raise UsageError("there is nothing to allow it to", where="--allow", remedy="add --as-platform")
    if as_platform and tls:
        raise UsageError(
            "the platforms' hosts are played before plain http",
            where="--as-platform",
            remedy="leave --tls out",
        )
    if not as_platform:
        return None
    from harness.simulator.as_platform.announced import announced  # noqa: PLC0415 - asked for seldom

    return partial(announced, allowed=allow, language=language, say=say)
