"""The merchant API v3 as the live gateway speaks it (facts 1 to 3)."""

from __future__ import annotations

from harness.simulator.wire.apiv3.routes import ApiV3

__all__ = ["ApiV3"]
