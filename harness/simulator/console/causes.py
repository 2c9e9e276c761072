"""Why a signature did not hold, in words: whoever can tell gives the console one function."""

from __future__ import annotations

from collections.abc import Callable

from harness.signing.diagnosis.result import Diagnosis
from harness.simulator.console.exchanges import Exchange

Cause = Callable[[Exchange], Diagnosis | None]
"""What is wrong with a request's signature; None: nothing is, or nobody can tell."""
