"""What the commands that only ask a real endpoint share: which one, its settings, and beside which runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.history_options import runs_option
from harness.plugin.options import Options

_SHARED = (
    click.option(
        "--target", default="experience", show_default=True, help="experience, production, or a URL."
    ),
    click.option(
        "--env-file", type=click.Path(dir_okay=False), help="Settings of the target.  [default: .env.local]"
    ),
    click.option(
        "--ca-file", type=click.Path(dir_okay=False), help="Believe these certificates; graded simulated."
    ),
    runs_option,
)


def endpoint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `target`, `env_file`, `ca_file` and `runs`."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def asking(target: str, env_file: str | None, ca_file: str | None, runs: Path) -> Options:
    """The options of a run that orders nothing.

    Raises:
        GoLiveError: they contradict each other, or a file is not there.
    """
    given = {"target": target, "env_file": env_file, "ca_file": ca_file, "budget": "0", "runs": runs}
    return Options.read(given)
