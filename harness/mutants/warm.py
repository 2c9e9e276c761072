"""What the fork server does before its first child: it collects all scenarios once, and runs none.

From then on a child is forked with every import done, every assertion rewritten and the checklist read,
which is most of what a short run costs. Collecting starts no thread, no loop and no browser, so there is
nothing that a fork could tear in two; tests/mutants holds it to that.
"""

from __future__ import annotations

import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from harness.plugin.session.record_setup import scenario_folders

OPTIONS = (
    "--strict-markers",
    "-p",
    "harness.plugin",
    "-p",
    "no:cacheprovider",
    # We are imported before pytest could rewrite our assertions; scenarios are not, and theirs matter.
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
"""What pytest is told in every run."""


def collect() -> None:
    """Import every scenario as pytest does. What cannot be imported is each child's to report."""
    quiet = ["--collect-only", "-qq"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        pytest.main([*map(str, scenario_folders()), *quiet, *OPTIONS])
