"""`make conformance`: what the protocol's authors ask of MCP servers, asked of the simulator's."""
