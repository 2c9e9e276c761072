"""Where payers pay: behind a scanned code, on WeChat's H5 middle page, on Alipay's cashier, over a bridge."""

from harness.simulator.cashier.alipay import routes as alipay_routes
from harness.simulator.cashier.alipay_bridge import routes as alipay_bridge_routes
from harness.simulator.cashier.qr import routes

__all__ = ["alipay_bridge_routes", "alipay_routes", "routes"]
