"""Drift: whether the simulator still answers as the real endpoint did when it was asked the same."""
