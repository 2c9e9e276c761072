"""Refunds: within the rules, once, and by what the platform says."""
