"""Checks of the build beyond lint and types: what may import what, and what the tests notice."""
