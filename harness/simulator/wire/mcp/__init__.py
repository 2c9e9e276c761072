"""The Model Context Protocol as a payment endpoint speaks it, with the official SDK underneath."""

from __future__ import annotations

from harness.simulator.wire.mcp.defects import DEFECTS
from harness.simulator.wire.mcp.routes import PATH, McpWire

__all__ = ["DEFECTS", "PATH", "McpWire"]
