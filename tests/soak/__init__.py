"""Thousands of orders at both providers through the real shop, and not a fen made or lost."""
