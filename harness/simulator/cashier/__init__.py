"""The pages a payer sees after scanning a code: look, then pay, cancel or fail."""

from harness.simulator.cashier.counter import routes

__all__ = ["routes"]
