"""Faults a test switches on: which request goes wrong next, and how."""
