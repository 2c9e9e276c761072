"""The Model Context Protocol as the endpoint speaks it: protocol and tools."""
