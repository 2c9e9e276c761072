"""`make conformance`: what the protocol's authors ask of an MCP server, asked of the simulator's endpoints."""
