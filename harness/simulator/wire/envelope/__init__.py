"""The signed JSON-over-HTTP dialect that calls itself MCP as well (envelope facts)."""
