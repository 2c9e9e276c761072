"""The signed JSON-over-HTTP dialect that calls itself MCP as well (envelope facts)."""

from __future__ import annotations

from harness.simulator.wire.envelope.routes import PREFIX, EnvelopeWire

__all__ = ["PREFIX", "EnvelopeWire"]
