"""Scenarios under pytest-xdist: refused, since they share one merchant and one record.

A worker process of xdist collects, and the first process does not. A worker that finds a scenario says so
when it ends; the first process then ends with the sentence and the exit code of bad usage.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # every pytest of an environment loads this file
    from harness.core.errors import UsageError

_SAID = "golive_refused"
_REFUSED = pytest.StashKey[bool]()


def refused(config: pytest.Config) -> bool:
    """Whether this is a worker of xdist; its first process is told that there are scenarios."""
    told: dict[str, object] | None = getattr(config, "workeroutput", None)
    if told is not None:
        told[_SAID] = True
    return told is not None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker ended."""
    if getattr(node, "workeroutput", {}).get(_SAID):
        node.config.stash[_REFUSED] = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End as after any bad usage; a command that runs this pytest says it in its own words."""
    if not session.config.stash.get(_REFUSED, False):
        return
    error = _error()
    session.exitstatus = error.exit_code
    embed = sys.modules.get("harness.plugin.session.embed")
    run = embed.EmbeddedRun.of(session.config) if embed else None
    if run is not None:
        run.refused = error
        del session.config.stash[_REFUSED]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The sentence is the last thing on the terminal."""
    if config.stash.get(_REFUSED, False):
        from harness.core.findings import told_in
        from harness.core.terminal_language import terminal_language

        config.get_terminal_writer().line(told_in(str(_error()), terminal_language()))


def _error() -> UsageError:
    from harness.core.errors import UsageError

    return UsageError(
        "scenarios share one merchant and one record, and pytest-xdist was to distribute them",
        where="-n, --dist",
        remedy="leave -n and --dist away (PYTEST_ADDOPTS, addopts): a whole rehearsal runs its wires side by "
        "side itself",
    )
