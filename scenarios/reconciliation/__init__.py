"""Reconciliation: platform and merchant agree to the fen."""
