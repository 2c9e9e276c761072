"""Payments: every way to pay, from the order to the money."""
