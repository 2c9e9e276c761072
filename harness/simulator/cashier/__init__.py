"""Where payers pay: the page behind a scanned code, the H5 middle page, the bridge inside WeChat."""

from harness.simulator.cashier.qr import routes

__all__ = ["routes"]
