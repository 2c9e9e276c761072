"""Queries: what the merchant finds out by asking."""
