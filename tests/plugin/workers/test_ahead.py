"""What every worker needs is loaded before the first is forked."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys, threading
from harness.core.dialects import all_dialects
from harness.plugin.workers.ahead import load_ahead
wires = [spec.wire.partition(":")[0] for spec in all_dialects()]
assert not any(wire in sys.modules for wire in wires)
load_ahead()
assert all(wire in sys.modules for wire in wires)
print(threading.active_count())
"""


def test_every_wire_is_loaded_and_no_thread_is_left_that_a_fork_would_tear() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
