"""What the commands that only ask a real endpoint share: which one, its settings, and beside which runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.history_options import runs_option
from harness.plugin.options import Options

_TARGET = (
    click.option(
        "--target", default="experience", show_default=True, help="experience, production, or a URL."
    ),
    click.option(
        "--env-file", type=click.Path(dir_okay=False), help="Settings of the target.  [default: .env.local]"
    ),
    click.option(
        "--ca-file", type=click.Path(dir_okay=False), help="Believe these certificates; graded simulated."
    ),
)


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `target`, `env_file` and `ca_file`."""
    for option in reversed(_TARGET):
        command = option(command)
    return command


def endpoint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `target`, `env_file`, `ca_file` and `runs`."""
    return target_options(runs_option(command))


def asking(
    target: str,
    env_file: str | None,
    ca_file: str | None,
    runs: Path | None = None,
    *,
    budget: str | None = "0",
) -> Options:
    """The options of a run that judges nothing, and orders nothing without a budget.

    Raises:
        GoLiveError: they contradict each other, or a file is not there.
    """
    given = {"target": target, "env_file": env_file, "ca_file": ca_file, "budget": budget, "runs": runs}
    return Options.read({name: value for name, value in given.items() if value is not None})
