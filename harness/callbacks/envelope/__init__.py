"""Callbacks of the envelope dialect: the genuine one, and every attack on it."""
