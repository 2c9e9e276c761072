"""Degradation: with the MCP side down, a payer still pays, and once."""
