"""Collects all scenarios when it is imported, which the fork server does before its first child.

From then on a child is forked with every import done, every assertion rewritten and the checklist read,
which is most of what a short run costs. Collecting starts no thread, no loop and no browser, so there is
nothing that a fork could tear in two; tests/mutants holds it to that.
"""

import os
import signal
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from harness.mutants.child import OPTIONS
from harness.plugin.scenario_names import scenario_folders

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to hear; it ends the children itself
with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
    # What cannot be imported is each child's to report.
    pytest.main([*map(str, scenario_folders()), "--collect-only", "-qq", *OPTIONS])
