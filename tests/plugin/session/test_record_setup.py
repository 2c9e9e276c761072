"""A record names the command that made it, so that a reader can type it again."""

from __future__ import annotations

import pytest

from harness.plugin.session.record_setup import typed


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        ([".venv/bin/golive", "run", "--only", "CBK"], "golive run --only CBK"),
        (["/usr/lib/python3/site-packages/harness/cli/__main__.py", "run"], "golive run"),
        ([".venv/bin/pytest", "scenarios", "-k", "a b"], "pytest scenarios -k 'a b'"),
        (["/usr/lib/python3/site-packages/pytest/__main__.py", "scenarios"], "pytest scenarios"),
    ],
)
def test_the_command_is_the_one_that_was_typed(argv: list[str], command: str) -> None:
    assert typed(argv) == command
