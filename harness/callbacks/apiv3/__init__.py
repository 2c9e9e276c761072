"""Callbacks of API v3: the genuine one, and every attack on it."""
